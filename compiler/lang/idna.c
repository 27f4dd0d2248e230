/* idna: labels of host names that stand for other scripts. Layer: lang. */
#include "lang/idna.h"

#include "foreign/regex.h"
#include "lang/ascii.h"

enum { LABEL = 63 };

/* RFC 3492, section 5. */
enum { BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700, BIAS = 72, FIRST = 128 };

static uint32_t adapted(uint32_t delta, uint32_t count, bool first)
{
	uint32_t k = 0;
	delta /= first ? DAMP : 2;
	delta += delta / count;
	for (; delta > (BASE - TMIN) * TMAX / 2; k += BASE)
		delta /= BASE - TMIN;
	return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

static uint32_t digit(char c)
{
	if (ov_is_digit(c))
		return (uint32_t)(c - '0') + 26;
	c = ov_to_lower(c);
	return ov_is_lower(c) ? (uint32_t)(c - 'a') : BASE;
}

/* RFC 3492, section 6.2; the number of code points, 0 where it is no Punycode. */
static size_t decode(struct ov_str s, uint32_t out[LABEL])
{
	uint32_t n = FIRST, bias = BIAS, i = 0;
	size_t count = 0, at = 0;
	for (size_t k = s.len; k > 0 && !at; k--)
		at = s.ptr[k - 1] == '-' ? k : 0;
	for (; at && count < at - 1; count++) {
		out[count] = (uint32_t)(unsigned char)ov_to_lower(s.ptr[count]);
		if (out[count] >= FIRST)
			return 0;
	}
	while (at < s.len) {
		uint32_t old = i, weight = 1, length = (uint32_t)count + 1;
		for (uint32_t k = BASE;; k += BASE) {
			uint32_t d = at < s.len ? digit(s.ptr[at++]) : BASE;
			if (d >= BASE || d > (UINT32_MAX - i) / weight)
				return 0;
			i += d * weight;
			uint32_t t = k <= bias ? TMIN : k >= bias + TMAX ? TMAX : k - bias;
			if (d < t)
				break;
			if (weight > UINT32_MAX / (BASE - t))
				return 0;
			weight *= BASE - t;
		}
		bias = adapted(i - old, length, old == 0);
		if (i / length > 0x10ffff - n || count == LABEL)
			return 0;
		n += i / length;
		i %= length;
		memmove(out + i + 1, out + i, (count - i) * sizeof(*out));
		out[i++] = n;
		count++;
	}
	return count;
}

/* Canonical_Combining_Class Virama. */
#define VIRAMA \
	"[\\u094D\\u09CD\\u0A4D\\u0ACD\\u0B4D\\u0BCD\\u0C4D\\u0CCD\\u0D3B\\u0D3C\\u0D4D\\u0DC" \
	"A" \
	"\\u0E3A\\u0EBA\\u0F84\\u1039\\u103A\\u1714\\u1715\\u1734\\u17D2\\u1A60\\u1B44\\u1BAA" \
	"\\u1BAB\\u1BF2\\u1BF3\\u2D7F\\uA806\\uA82C\\uA8C4\\uA953\\uA9C0\\uAAF6\\uABED" \
	"\\u{10A3F}\\u{11046}\\u{11070}\\u{1107F}\\u{110B9}\\u{11133}\\u{11134}\\u{111C0}" \
	"\\u{11235}\\u{112EA}\\u{1134D}\\u{11442}\\u{114C2}\\u{115BF}\\u{1163F}\\u{116B6}" \
	"\\u{1172B}\\u{11839}\\u{1193D}\\u{1193E}\\u{119E0}\\u{11A34}\\u{11A47}\\u{11A99}" \
	"\\u{11C3F}\\u{11D44}\\u{11D45}\\u{11D97}]"

/* Scripts whose letters join, of which a ZERO WIDTH NON-JOINER keeps two apart. */
#define JOINING "[\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Mongolian}\\p{Script=Nko}]"

/*
 * What a label is made of: RFC 5892, section 2.1 LetterDigits without capitals, which IDNA
 * folds, 2.6 Exceptions, 2.9 OldHangulJamo, and the rules of context of appendix A; RFC 5891,
 * section 4.2.3 for its beginning.
 */
static const char pattern[] =
	"^(?!\\p{M})(?!..--)"
	"(?!.*[\\u0640\\u07FA\\u302E\\u302F\\u3031-\\u3035\\u303B])"
	"(?!.*[\\u1100-\\u11FF\\uA960-\\uA97C\\uD7B0-\\uD7FB])"
	"(?!.*[\\u0660-\\u0669].*[\\u06F0-\\u06F9])"
	"(?!.*[\\u06F0-\\u06F9].*[\\u0660-\\u0669])"
	"(?=[^\\u30FB]*$|.*[\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Han}])"
	"(?:[\\p{Ll}\\p{Lo}\\p{Lm}\\p{Mn}\\p{Mc}\\p{Nd}\\-\\u06FD\\u06FE\\u0F0B\\u3007\\u30FB]"
	"|(?<=l)\\u00B7(?=l)"
	"|\\u0375(?=\\p{Script=Greek})"
	"|(?<=\\p{Script=Hebrew})[\\u05F3\\u05F4]"
	"|(?<=" VIRAMA ")[\\u200C\\u200D]"
	"|(?<=" JOINING ")\\u200C(?=" JOINING "))+$";

/* A cache for one use: names of this kind are rare, and nobody has to carry one about. */
static bool is_label(struct ov_str s)
{
	struct ov_regex_cache *cache = ov_regex_cache_new(0);
	const struct ov_regex *regex =
		ov_regex_compile(cache, OV_REGEX_ECMA, ov_str_c(pattern), NULL);
	ov_assert(regex);
	bool yes = ov_regex_search(regex, s) == OV_REGEX_YES;
	ov_regex_cache_free(cache);
	return yes;
}

const char *ov_idna_fault(struct ov_str encoded)
{
	uint32_t points[LABEL];
	char text[LABEL * 4];
	size_t count = encoded.len <= LABEL ? decode(encoded, points) : 0, len = 0;
	bool ascii = true;
	for (size_t i = 0; i < count; i++) {
		ascii = ascii && points[i] < FIRST;
		if (points[i] >= 0xd800 && points[i] <= 0xdfff)
			count = 0;
		else
			len += ov_utf8_put(text + len, points[i]);
	}
	if (!count || ascii)
		return "must have labels behind xn-- that are Punycode";
	if (!is_label(ov_str_n(text, len)))
		return "must not have characters behind xn-- that host names cannot have";
	return NULL;
}

/* scalar: what a YAML scalar stands for. Layer: lang. */
#include "lang/scalar.h"

#include "lang/ascii.h"
#include "lang/base64.h"
#include "value/number.h"

#include <math.h>

/* What the first byte of a plain scalar says about it. */
enum hint {
	STRING, /* nothing but a string begins so */
	WORD,   /* perhaps a boolean or null */
	DIGIT,  /* perhaps a number; also after a sign */
	POINT,  /* perhaps .5 or .inf */
};

static const unsigned char hints[256] = {
	['0'] = DIGIT,
	['1'] = DIGIT,
	['2'] = DIGIT,
	['3'] = DIGIT,
	['4'] = DIGIT,
	['5'] = DIGIT,
	['6'] = DIGIT,
	['7'] = DIGIT,
	['8'] = DIGIT,
	['9'] = DIGIT,
	['+'] = DIGIT,
	['-'] = DIGIT,
	['.'] = POINT,
	['~'] = WORD,
	['y'] = WORD,
	['Y'] = WORD,
	['n'] = WORD,
	['N'] = WORD,
	['t'] = WORD,
	['T'] = WORD,
	['f'] = WORD,
	['F'] = WORD,
	['o'] = WORD,
	['O'] = WORD,
};

struct word {
	char text[6];
	enum ov_kind kind;
	bool truth;
};

enum { LONGEST_WORD = 5, MOST_WORDS = 6 };

/* By their length. */
static const struct word words[LONGEST_WORD + 1][MOST_WORDS] = {
	[1] = {{"~", OV_KIND_NULL, false}, {"y", OV_KIND_BOOL, true}, {"Y", OV_KIND_BOOL, true},
		{"n", OV_KIND_BOOL, false}, {"N", OV_KIND_BOOL, false}},
	[2] = {{"on", OV_KIND_BOOL, true}, {"On", OV_KIND_BOOL, true},
		{"ON", OV_KIND_BOOL, true}, {"no", OV_KIND_BOOL, false},
		{"No", OV_KIND_BOOL, false}, {"NO", OV_KIND_BOOL, false}},
	[3] = {{"yes", OV_KIND_BOOL, true}, {"Yes", OV_KIND_BOOL, true},
		{"YES", OV_KIND_BOOL, true}, {"off", OV_KIND_BOOL, false},
		{"Off", OV_KIND_BOOL, false}, {"OFF", OV_KIND_BOOL, false}},
	[4] = {{"true", OV_KIND_BOOL, true}, {"True", OV_KIND_BOOL, true},
		{"TRUE", OV_KIND_BOOL, true}, {"null", OV_KIND_NULL, false},
		{"Null", OV_KIND_NULL, false}, {"NULL", OV_KIND_NULL, false}},
	[5] = {{"false", OV_KIND_BOOL, false}, {"False", OV_KIND_BOOL, false},
		{"FALSE", OV_KIND_BOOL, false}},
};

static bool resolve_word(struct ov_str s, struct ov_value *out)
{
	if (s.len > LONGEST_WORD)
		return false;
	for (size_t i = 0; i < MOST_WORDS; i++) {
		const struct word *word = &words[s.len][i];
		if (word->text[0] == s.ptr[0] && memcmp(word->text, s.ptr, s.len) == 0) {
			*out = word->kind == OV_KIND_BOOL ? ov_value_bool(word->truth)
							  : ov_value_null();
			return true;
		}
	}
	return false;
}

static unsigned digit_value(char c)
{
	int digit = ov_hex_value(c);
	return digit < 0 ? 99 : (unsigned)digit;
}

/* Go allows an underscore between two digits of a number, and here nowhere else. */
static bool underscores_fit(struct ov_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '_' &&
			(i == 0 || i + 1 == s.len || digit_value(s.ptr[i - 1]) > 9 ||
				digit_value(s.ptr[i + 1]) > 9))
			return false;
	}
	return true;
}

/* .inf and .nan, with a sign before the former. */
static bool resolve_special(struct ov_str s, struct ov_value *out)
{
	static const char *const infinite[] = {".inf", ".Inf", ".INF"};
	static const char *const nan[] = {".nan", ".NaN", ".NAN"};
	bool sign = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+');
	struct ov_str rest = ov_str_sub(s, sign, s.len);
	if (rest.len != 4 || rest.ptr[0] != '.')
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (ov_str_is(rest, infinite[i])) {
			*out = ov_value_double(s.ptr[0] == '-' ? -HUGE_VAL : HUGE_VAL);
			return true;
		}
		if (!sign && ov_str_is(rest, nan[i])) {
			*out = ov_value_double((double)NAN);
			return true;
		}
	}
	return false;
}

/* As strconv.ParseInt and ParseUint of Go with base 0: a prefix says which base. */
static bool resolve_integer(struct ov_str s, struct ov_value *out)
{
	bool sign = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+');
	bool negative = sign && s.ptr[0] == '-';
	size_t at = sign;
	unsigned base = 10;
	if (s.len > at + 1 && s.ptr[at] == '0') {
		char letter = (char)(s.ptr[at + 1] | 0x20);
		base = letter == 'x' ? 16 : letter == 'b' ? 2 : 8;
		at += letter == 'x' || letter == 'b' || letter == 'o' ? 2 : 1;
	}
	if (at == s.len)
		return false;
	uint64_t n = 0;
	for (; at < s.len; at++) {
		unsigned digit = digit_value(s.ptr[at]);
		if (digit >= base || n > (UINT64_MAX - digit) / base)
			return false;
		n = n * base + digit;
	}
	if (n <= INT64_MAX)
		*out = ov_value_int(negative ? -(int64_t)n : (int64_t)n);
	else if (negative && n == (uint64_t)INT64_MAX + 1)
		*out = ov_value_int(INT64_MIN);
	else if (!sign)
		*out = ov_value_uint(n);
	else
		return false;
	return true;
}

static bool resolve_plain_number(struct ov_str s, struct ov_value *out)
{
	double d;
	if (resolve_integer(s, out))
		return true;
	if (!ov_number_double(s, &d))
		return false;
	*out = ov_value_double(d);
	return true;
}

static bool resolve_number(struct ov_str s, struct ov_value *out)
{
	if (ov_str_chr(s, '_') == SIZE_MAX)
		return resolve_plain_number(s, out);
	char room[128];
	char *bare = s.len <= sizeof(room) ? room : ov_xmalloc(s.len);
	size_t len = 0;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] != '_')
			bare[len++] = s.ptr[i];
	}
	bool found = resolve_plain_number(ov_str_n(bare, len), out);
	if (bare != room)
		free(bare);
	return found;
}

struct ov_value ov_scalar_resolve(struct ov_str s)
{
	if (!s.len)
		return ov_value_null();
	struct ov_value out;
	switch ((enum hint)hints[(unsigned char)s.ptr[0]]) {
	case STRING: break;
	case WORD:
		if (resolve_word(s, &out))
			return out;
		break;
	case DIGIT:
		if (resolve_special(s, &out) || resolve_number(s, &out))
			return out;
		break;
	case POINT:
		if (resolve_special(s, &out))
			return out;
		if (underscores_fit(s) && resolve_number(s, &out))
			return out;
		break;
	}
	return ov_value_string(s);
}

enum ov_scalar_fit ov_scalar_tagged(
	struct ov_arena *arena, struct ov_str tag, struct ov_str s, struct ov_value *out)
{
	struct ov_str core = OV_STR("tag:yaml.org,2002:");
	*out = ov_value_string(s);
	if (!ov_str_starts(tag, core))
		return OV_SCALAR_FITS;
	struct ov_str name = ov_str_sub(tag, core.len, tag.len);
	if (ov_str_is(name, "binary")) {
		struct ov_str bytes;
		if (!ov_base64_decode(arena, s, false, &bytes))
			return OV_SCALAR_BASE64;
		*out = ov_value_string(bytes);
		return ov_utf8_valid(bytes, NULL) ? OV_SCALAR_FITS : OV_SCALAR_BYTES;
	}
	static const struct {
		const char *name;
		enum ov_kind kind;
	} types[] = {
		{"bool", OV_KIND_BOOL},
		{"int", OV_KIND_INT},
		{"float", OV_KIND_DOUBLE},
		{"null", OV_KIND_NULL},
	};
	for (size_t i = 0; i < OV_COUNT(types); i++) {
		if (!ov_str_is(name, types[i].name))
			continue;
		struct ov_value v = ov_scalar_resolve(s);
		enum ov_kind kind = (enum ov_kind)v.kind;
		bool fits = kind == types[i].kind;
		if (types[i].kind == OV_KIND_INT)
			fits = fits || kind == OV_KIND_UINT;
		if (types[i].kind == OV_KIND_DOUBLE && kind == OV_KIND_INT) {
			v = ov_value_double((double)v.integer);
			fits = true;
		}
		*out = v;
		return fits ? OV_SCALAR_FITS : OV_SCALAR_UNFIT;
	}
	return OV_SCALAR_FITS;
}

/* As strconv.FormatFloat(f, 'g', -1, 32) of Go, which sigs.k8s.io/yaml uses for keys. */
static struct ov_str key_of_double(double d, char room[OV_SCALAR_KEY])
{
	if (isnan(d))
		return OV_STR(".nan");
	if (fabs(d) > 3.4028235677973366e38)
		return d < 0 ? OV_STR("-.inf") : OV_STR(".inf");
	struct ov_digits n = ov_number_digits((double)(float)d, true);
	size_t at = 0;
	if (n.negative)
		room[at++] = '-';
	bool scientific = n.exponent < -4 || n.exponent >= 6;
	int point = scientific ? 1 : n.exponent + 1; /* digits before the point */
	if (point <= 0) {
		room[at++] = '0';
		room[at++] = '.';
		for (int i = point; i < 0; i++)
			room[at++] = '0';
	}
	for (int i = 0; i < n.count || i < point; i++) {
		if (i == point && i > 0)
			room[at++] = '.';
		room[at++] = i < n.count ? n.digit[i] : '0';
	}
	if (scientific)
		at += (size_t)snprintf(room + at, OV_SCALAR_KEY - at, "e%c%02d",
			n.exponent < 0 ? '-' : '+', abs(n.exponent));
	return ov_str_n(room, at);
}

struct ov_str ov_scalar_key(struct ov_value v, char room[OV_SCALAR_KEY])
{
	if (v.kind == OV_KIND_STRING)
		return v.count ? ov_string(v) : OV_STR("");
	if (v.kind == OV_KIND_BOOL)
		return v.boolean ? OV_STR("true") : OV_STR("false");
	if (v.kind == OV_KIND_DOUBLE)
		return key_of_double(v.number, room);
	int len = -1;
	if (v.kind == OV_KIND_INT)
		len = snprintf(room, OV_SCALAR_KEY, "%lld", (long long)v.integer);
	else if (v.kind == OV_KIND_UINT)
		len = snprintf(room, OV_SCALAR_KEY, "%llu", (unsigned long long)v.uinteger);
	return len < 0 ? ov_str_n(NULL, 0) : ov_str_n(room, (size_t)len);
}

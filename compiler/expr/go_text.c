/* go_text: values and numbers as Go writes and reads them. Layer: expr. */
#include "expr/go_text.h"

#include "lang/ascii.h"
#include "value/equal.h"
#include "value/number.h"

#include <errno.h>
#include <math.h>

static bool print_odd(struct ov_buf *buf, double d)
{
	if (isfinite(d))
		return false;
	ov_buf_puts(buf, isnan(d) ? "NaN" : d < 0 ? "-Inf" : "+Inf");
	return true;
}

/* Digits, an exponent of at least two digits and its sign. */
static void print_exponent(struct ov_buf *buf, const struct ov_digits *n, char letter)
{
	ov_buf_putc(buf, n->digit[0]);
	if (n->count > 1) {
		ov_buf_putc(buf, '.');
		ov_buf_add(buf, ov_str_n(n->digit + 1, (size_t)n->count - 1));
	}
	ov_buf_addf(buf, "%c%c%02d", letter, n->exponent < 0 ? '-' : '+',
		n->exponent < 0 ? -n->exponent : n->exponent);
}

static void print_plain(struct ov_buf *buf, const struct ov_digits *n)
{
	struct ov_str digits = ov_str_n(n->digit, (size_t)n->count);
	if (n->exponent < 0) {
		ov_buf_puts(buf, "0.");
		ov_buf_pad(buf, '0', (size_t)(-n->exponent - 1));
		ov_buf_add(buf, digits);
		return;
	}
	size_t whole = (size_t)n->exponent + 1;
	ov_buf_add(buf, ov_str_sub(digits, 0, whole));
	if (whole > digits.len)
		ov_buf_pad(buf, '0', whole - digits.len);
	if (whole < digits.len) {
		ov_buf_putc(buf, '.');
		ov_buf_add(buf, ov_str_sub(digits, whole, digits.len));
	}
}

void ov_go_float_f(struct ov_buf *buf, double d, bool single)
{
	if (single && isfinite(d) && fabs(d) > 3.4028235677973366e38)
		d = d < 0 ? -HUGE_VAL : HUGE_VAL;
	if (single && fabs(d) < 7.0064923216240853e-46)
		d = copysign(0, d);
	if (print_odd(buf, d))
		return;
	struct ov_digits n = ov_number_digits(single ? (double)(float)d : d, single);
	if (n.negative)
		ov_buf_putc(buf, '-');
	print_plain(buf, &n);
}

void ov_go_float_e(struct ov_buf *buf, double d)
{
	if (print_odd(buf, d))
		return;
	struct ov_digits n = ov_number_digits(d, false);
	if (n.negative)
		ov_buf_putc(buf, '-');
	print_exponent(buf, &n, 'E');
}

/* %v: an exponent below 1e-4 and from 1e6 on. */
static void print_float_v(struct ov_buf *buf, double d)
{
	if (print_odd(buf, d))
		return;
	struct ov_digits n = ov_number_digits(d, false);
	if (n.negative)
		ov_buf_putc(buf, '-');
	if (n.exponent < -4 || n.exponent >= 6)
		print_exponent(buf, &n, 'e');
	else
		print_plain(buf, &n);
}

/* Indexes of a map's entries in the order of their keys. */
static size_t *sorted(struct ov_arena *arena, struct ov_value map)
{
	size_t *order = ov_new_array(arena, size_t, map.count ? map.count : 1);
	size_t *other = ov_new_array(arena, size_t, map.count ? map.count : 1);
	for (size_t i = 0; i < map.count; i++)
		order[i] = i;
	for (size_t width = 1; width < map.count; width *= 2) {
		for (size_t from = 0; from < map.count; from += 2 * width) {
			size_t mid = from + width < map.count ? from + width : map.count;
			size_t end = mid + width < map.count ? mid + width : map.count;
			size_t a = from, b = mid, out = from;
			while (a < mid || b < end) {
				bool left =
					b == end ||
					(a < mid &&
						ov_str_cmp(map.entries[order[a]].key->str,
							map.entries[order[b]].key->str) <= 0);
				other[out++] = left ? order[a++] : order[b++];
			}
		}
		size_t *swap = order;
		order = other;
		other = swap;
	}
	return order;
}

static void put_string(struct ov_buf *buf, struct ov_str s, bool json)
{
	if (!json) {
		ov_buf_add(buf, s);
		return;
	}
	ov_buf_putc(buf, '"');
	for (size_t i = 0; i < s.len;) {
		size_t from = i;
		int32_t cp = ov_utf8_next(s, &i);
		if (cp < 0)
			ov_buf_puts(buf, "\\ufffd");
		else if (cp == '"' || cp == '\\')
			ov_buf_addf(buf, "\\%c", (char)cp);
		else if (cp == '\n')
			ov_buf_puts(buf, "\\n");
		else if (cp == '\r')
			ov_buf_puts(buf, "\\r");
		else if (cp == '\t')
			ov_buf_puts(buf, "\\t");
		else if (cp == '\b')
			ov_buf_puts(buf, "\\b");
		else if (cp == '\f')
			ov_buf_puts(buf, "\\f");
		else if (cp < ' ' || cp == '<' || cp == '>' || cp == '&' || cp == 0x2028 ||
			 cp == 0x2029)
			ov_buf_addf(buf, "\\u%04x", (unsigned)cp);
		else
			ov_buf_add(buf, ov_str_sub(s, from, i));
	}
	ov_buf_putc(buf, '"');
}

/* A value as the verb %v prints it, or as encoding/json does. */
static void put(struct ov_buf *buf, struct ov_value v, bool json, struct ov_arena *scratch)
{
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_BOOL: ov_buf_puts(buf, v.boolean ? "true" : "false"); return;
	case OV_KIND_INT:
	case OV_KIND_UINT:
	case OV_KIND_DOUBLE: {
		double d = ov_to_double(v);
		if (!json)
			print_float_v(buf, d);
		else if (isfinite(d))
			ov_number_print(buf, ov_value_double(d));
		else
			ov_buf_puts(buf, "null");
		return;
	}
	case OV_KIND_STRING: put_string(buf, ov_string(v), json); return;
	case OV_KIND_LIST:
		ov_buf_putc(buf, '[');
		for (size_t i = 0; i < v.count; i++) {
			if (i)
				ov_buf_putc(buf, json ? ',' : ' ');
			put(buf, v.items[i], json, scratch);
		}
		ov_buf_putc(buf, ']');
		return;
	case OV_KIND_MAP: {
		const size_t *order = sorted(scratch, v);
		ov_buf_puts(buf, json ? "{" : "map[");
		for (size_t i = 0; i < v.count; i++) {
			const struct ov_entry *e = &v.entries[order[i]];
			if (i)
				ov_buf_putc(buf, json ? ',' : ' ');
			put_string(buf, e->key->str, json);
			ov_buf_putc(buf, ':');
			put(buf, e->value, json, scratch);
		}
		ov_buf_putc(buf, json ? '}' : ']');
		return;
	}
	case OV_KIND_NONE:
	case OV_KIND_NULL:
	case OV_KIND_BYTES:
	case OV_KIND_DICT:
	case OV_KIND_DURATION:
	case OV_KIND_TIMESTAMP:
	case OV_KIND_TYPE:
	case OV_KIND_OPTIONAL:
	case OV_KIND_OPAQUE:
	case OV_KIND_ERROR: break;
	}
	ov_buf_puts(buf, json ? "null" : "<nil>");
}

void ov_go_sprint(struct ov_buf *buf, struct ov_value v)
{
	struct ov_arena scratch = {0};
	put(buf, v, false, &scratch);
	ov_arena_release(&scratch);
}

void ov_go_json(struct ov_buf *buf, struct ov_value v)
{
	struct ov_arena scratch = {0};
	put(buf, v, true, &scratch);
	ov_arena_release(&scratch);
}

bool ov_go_parse_int(struct ov_str s, int64_t *out)
{
	bool negative = ov_byte(s, 0) == '-';
	size_t at = negative || ov_byte(s, 0) == '+';
	uint64_t most = negative ? (uint64_t)INT64_MAX + 1 : INT64_MAX, n = 0;
	if (at == s.len)
		return false;
	for (; at < s.len; at++) {
		if (!ov_is_digit(s.ptr[at]))
			return false;
		uint64_t digit = (uint64_t)(s.ptr[at] - '0');
		if (n > (most - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	if (negative)
		*out = n == (uint64_t)INT64_MAX + 1 ? INT64_MIN : -(int64_t)n;
	else
		*out = (int64_t)n;
	return true;
}

/** Longer texts are no numbers that anyone writes in one of Go's special forms. */
enum { FLOAT_TEXT = 400 };

/* A hexadecimal number of Go, 0x1.8p3, which asks for its exponent. */
static bool is_hexadecimal(struct ov_str s, size_t at)
{
	bool digits = false, point = false;
	if (ov_byte(s, at) != '0' || ov_to_lower(ov_byte(s, at + 1)) != 'x')
		return false;
	for (at += 2; ov_hex_value(ov_byte(s, at)) >= 0 || (ov_byte(s, at) == '.' && !point);
		at++) {
		digits = digits || s.ptr[at] != '.';
		point = point || s.ptr[at] == '.';
	}
	if (!digits || ov_to_lower(ov_byte(s, at)) != 'p')
		return false;
	at++;
	if (ov_byte(s, at) == '-' || ov_byte(s, at) == '+')
		at++;
	size_t from = at;
	while (ov_is_digit(ov_byte(s, at)))
		at++;
	return at == s.len && at > from;
}

/*
 * Takes out underscores, each of which must stand between two digits, or behind 0x. False where
 * one does not.
 */
static bool without_underscores(struct ov_str s, char room[FLOAT_TEXT], struct ov_str *out)
{
	size_t n = 0;
	bool hexadecimal =
		ov_to_lower(ov_byte(s, 1)) == 'x' || ov_to_lower(ov_byte(s, 2)) == 'x';
	if (s.len >= FLOAT_TEXT)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] != '_') {
			room[n++] = s.ptr[i];
			continue;
		}
		char before = i ? s.ptr[i - 1] : '\0', after = ov_byte(s, i + 1);
		bool fits = hexadecimal ? (ov_hex_value(before) >= 0 ||
						  ov_is_one_of(before, "xX")) &&
						  ov_hex_value(after) >= 0
					: ov_is_digit(before) && ov_is_digit(after);
		if (!fits)
			return false;
	}
	*out = ov_str_n(room, n);
	return true;
}

bool ov_go_parse_float(struct ov_str s, double *out)
{
	char room[FLOAT_TEXT];
	if (ov_str_chr(s, '_') != SIZE_MAX && !without_underscores(s, room, &s))
		return false;
	bool sign = ov_byte(s, 0) == '-' || ov_byte(s, 0) == '+';
	struct ov_str rest = ov_str_sub(s, sign, s.len);
	double size;
	if (ov_is_word(rest, "inf") || ov_is_word(rest, "infinity")) {
		size = HUGE_VAL;
	} else if (ov_is_word(s, "nan")) {
		size = NAN;
	} else if (s.len < FLOAT_TEXT && is_hexadecimal(s, sign)) {
		char text[FLOAT_TEXT];
		memcpy(text, rest.ptr, rest.len);
		text[rest.len] = '\0';
		size = strtod(text, NULL);
		if (!isfinite(size))
			return false;
	} else if (!ov_number_double(rest, &size) || ov_is_one_of(ov_byte(rest, 0), "+-")) {
		return false;
	}
	*out = ov_byte(s, 0) == '-' ? -size : size;
	return true;
}

/** Runs of letters whose capitals lie at a fixed distance before them. */
struct run {
	uint16_t first, last; /**< of the small letters */
	int16_t distance;     /**< from a small letter to its capital */
};

static const struct run runs[] = {{'a', 'z', -32}, {0xe0, 0xf6, -32}, {0xf8, 0xfe, -32},
	{0xff, 0xff, 121}, {0x3ac, 0x3ac, -38}, {0x3ad, 0x3af, -37}, {0x3b1, 0x3c1, -32},
	{0x3c3, 0x3cb, -32}, {0x3cc, 0x3cc, -64}, {0x3cd, 0x3ce, -63}, {0x430, 0x44f, -32},
	{0x450, 0x45f, -80}, {0x561, 0x586, -48}, {0xff41, 0xff5a, -32}};

/** Ranges in which capitals and small letters alternate. */
struct alternation {
	uint16_t first, last; /**< a capital, a small letter */
};

static const struct alternation alternations[] = {{0x100, 0x12f}, {0x132, 0x137},
	{0x139, 0x148}, {0x14a, 0x177}, {0x179, 0x17e}, {0x1cd, 0x1dc}, {0x1de, 0x1ef},
	{0x1f8, 0x21f}, {0x222, 0x233}, {0x370, 0x373}, {0x3d8, 0x3ef}, {0x460, 0x481},
	{0x48a, 0x4bf}, {0x4c1, 0x4ce}, {0x4d0, 0x52f}, {0x1e00, 0x1e95}, {0x1ea0, 0x1eff}};

static uint32_t map_case(uint32_t cp, bool upper)
{
	if (upper && (cp == 0xb5 || cp == 0x3bc))
		return 0x39c;
	if (upper && cp == 0x3c2)
		return 0x3a3;
	if (upper && cp == 0x131)
		return 'I';
	if (upper && cp == 0x17f)
		return 'S';
	if (!upper && cp == 0x130)
		return 'i';
	if (!upper && cp == 0x212a)
		return 'k';
	if (!upper && cp == 0x212b)
		return 0xe5;
	for (size_t i = 0; i < OV_COUNT(runs); i++) {
		int32_t distance = upper ? 0 : runs[i].distance;
		int32_t small = (int32_t)cp - distance;
		if (small >= runs[i].first && small <= runs[i].last)
			return (uint32_t)(small + (upper ? runs[i].distance : 0));
	}
	for (size_t i = 0; i < OV_COUNT(alternations); i++)
		if (cp >= alternations[i].first && cp <= alternations[i].last) {
			bool small = (cp - alternations[i].first) & 1;
			return small == upper ? (upper ? cp - 1 : cp + 1) : cp;
		}
	return cp;
}

void ov_go_case(struct ov_buf *buf, struct ov_str s, bool upper)
{
	for (size_t i = 0; i < s.len;) {
		char out[4];
		int32_t cp = ov_utf8_next(s, &i);
		size_t n = ov_utf8_put(out, map_case(cp < 0 ? 0xfffd : (uint32_t)cp, upper));
		ov_buf_add(buf, ov_str_n(out, n));
	}
}

static uint32_t fold(int32_t cp)
{
	return map_case(map_case(cp < 0 ? 0xfffd : (uint32_t)cp, true), false);
}

bool ov_go_equal_fold(struct ov_str a, struct ov_str b)
{
	size_t i = 0, k = 0;
	while (i < a.len && k < b.len)
		if (fold(ov_utf8_next(a, &i)) != fold(ov_utf8_next(b, &k)))
			return false;
	return i == a.len && k == b.len;
}

struct ov_str ov_go_valid(struct ov_arena *arena, struct ov_str s)
{
	if (ov_utf8_valid(s, NULL))
		return s;
	struct ov_buf buf = {0};
	for (size_t i = 0; i < s.len;) {
		size_t from = i;
		if (ov_utf8_next(s, &i) < 0)
			ov_buf_puts(&buf, "\xef\xbf\xbd");
		else
			ov_buf_add(&buf, ov_str_sub(s, from, i));
	}
	struct ov_str out = ov_str_dup(arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return out;
}

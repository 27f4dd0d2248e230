/* number: numbers as text. Layer: value. */
#include "value/number.h"

#include <float.h>
#include <math.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t skip_digits(struct ov_str s, size_t at)
{
	while (at < s.len && is_digit(s.ptr[at]))
		at++;
	return at;
}

/* The end of "[eE][-+]?[0-9]+" at `at`, `at` itself where there is none. */
static size_t skip_exponent(struct ov_str s, size_t at)
{
	size_t i = at;
	if (i == s.len || (s.ptr[i] != 'e' && s.ptr[i] != 'E'))
		return at;
	i++;
	if (i < s.len && (s.ptr[i] == '-' || s.ptr[i] == '+'))
		i++;
	size_t end = skip_digits(s, i);
	return end == i ? at : end;
}

/* The text has been found to be a decimal number; strtod() only needs its NUL. */
static bool nearest_double(struct ov_str s, double *out)
{
	char room[64];
	char *text = s.len < sizeof(room) ? room : ov_xmalloc(s.len + 1);
	memcpy(text, s.ptr, s.len);
	text[s.len] = '\0';
	double d = strtod(text, NULL);
	if (text != room)
		free(text);
	if (!isfinite(d))
		return false;
	*out = d;
	return true;
}

static bool parse_integer(struct ov_str s, struct ov_value *out)
{
	bool negative = s.ptr[0] == '-';
	uint64_t n = 0;
	for (size_t i = negative; i < s.len; i++) {
		unsigned digit = (unsigned)(s.ptr[i] - '0');
		if (n > (UINT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	if (!negative)
		*out = n <= INT64_MAX ? ov_value_int((int64_t)n) : ov_value_uint(n);
	else if (n <= INT64_MAX)
		*out = ov_value_int(-(int64_t)n);
	else if (n == (uint64_t)INT64_MAX + 1)
		*out = ov_value_int(INT64_MIN);
	else
		return false;
	return true;
}

bool ov_number_parse(struct ov_str s, struct ov_value *out)
{
	size_t at = s.len && s.ptr[0] == '-';
	size_t whole = skip_digits(s, at);
	if (whole == at || (s.ptr[at] == '0' && whole > at + 1))
		return false;
	size_t end = whole;
	if (end < s.len && s.ptr[end] == '.') {
		end = skip_digits(s, whole + 1);
		if (end == whole + 1)
			return false;
	}
	end = skip_exponent(s, end);
	if (end != s.len)
		return false;
	if (end == whole && parse_integer(s, out))
		return true;
	double d;
	if (!nearest_double(s, &d))
		return false;
	*out = ov_value_double(d);
	return true;
}

bool ov_number_double(struct ov_str s, double *out)
{
	size_t at = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+');
	size_t end = skip_digits(s, at);
	size_t digits = end - at;
	if (end < s.len && s.ptr[end] == '.') {
		size_t more = skip_digits(s, end + 1);
		digits += more - end - 1;
		end = more;
	}
	if (!digits || skip_exponent(s, end) != s.len)
		return false;
	return nearest_double(s, out);
}

static bool reads_back(const char *text, double d, bool single)
{
	return single ? strtof(text, NULL) == (float)d : strtod(text, NULL) == d;
}

struct ov_digits ov_number_digits(double d, bool single)
{
	struct ov_digits out = {.negative = signbit(d)};
	if (d == 0) {
		out.digit[0] = '0';
		out.count = 1;
		return out;
	}
	/*
	 * Up to 15 decimal digits survive a normal double (6 a float), so that the trailing
	 * zeros of that precision are all there is to save; subnormal numbers hold less.
	 */
	double size = fabs(d);
	int sure = single ? FLT_DIG : DBL_DIG, most = single ? 9 : 17;
	int precision = size < (single ? (double)FLT_MIN : DBL_MIN) ? 1 : sure;
	char text[40];
	for (;; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision - 1, size);
		if (precision >= most || reads_back(text, size, single))
			break;
		/*
		 * Just above a power of two the doubles lie closer below than above: the next
		 * decimal up may read back where the nearest one does not.
		 */
		char *mark = strchr(text, 'e');
		if (mark[-1] >= '0' && mark[-1] < '9') {
			mark[-1]++;
			if (reads_back(text, size, single))
				break;
		}
	}
	const char *p = text;
	for (; *p != 'e'; p++) {
		if (is_digit(*p))
			out.digit[out.count++] = *p;
	}
	out.exponent = (int)strtol(p + 1, NULL, 10);
	while (out.count > 1 && out.digit[out.count - 1] == '0')
		out.count--;
	out.digit[out.count] = '\0';
	return out;
}

static void print_double(struct ov_buf *buf, double d)
{
	if (!isfinite(d))
		ov_bug("a number that is not finite cannot be written");
	struct ov_digits n = ov_number_digits(d, false);
	if (n.negative)
		ov_buf_putc(buf, '-');
	struct ov_str digits = ov_str_n(n.digit, (size_t)n.count);
	if (n.exponent < -6 || n.exponent >= 21) {
		ov_buf_putc(buf, n.digit[0]);
		if (n.count > 1) {
			ov_buf_putc(buf, '.');
			ov_buf_add(buf, ov_str_sub(digits, 1, digits.len));
		}
		ov_buf_addf(buf, "e%+d", n.exponent);
		return;
	}
	if (n.exponent < 0) {
		ov_buf_puts(buf, "0.");
		ov_buf_pad(buf, '0', (size_t)(-n.exponent - 1));
		ov_buf_add(buf, digits);
		return;
	}
	size_t whole = (size_t)n.exponent + 1;
	ov_buf_add(buf, ov_str_sub(digits, 0, whole));
	if (whole > digits.len) {
		ov_buf_pad(buf, '0', whole - digits.len);
	} else if (whole < digits.len) {
		ov_buf_putc(buf, '.');
		ov_buf_add(buf, ov_str_sub(digits, whole, digits.len));
	}
}

static void print_integer(struct ov_buf *buf, uint64_t n, bool negative)
{
	char text[24];
	size_t at = sizeof(text);
	do
		text[--at] = (char)('0' + n % 10);
	while (n /= 10);
	if (negative)
		text[--at] = '-';
	ov_buf_add(buf, ov_str_n(text + at, sizeof(text) - at));
}

void ov_number_print(struct ov_buf *buf, struct ov_value v)
{
	if (v.kind == OV_KIND_INT)
		print_integer(buf,
			v.integer < 0 ? 0 - (uint64_t)v.integer : (uint64_t)v.integer,
			v.integer < 0);
	else if (v.kind == OV_KIND_UINT)
		print_integer(buf, v.uinteger, false);
	else if (v.kind == OV_KIND_DOUBLE)
		print_double(buf, v.number);
	else
		ov_bug("%s is not a number", ov_kind_name((enum ov_kind)v.kind));
}

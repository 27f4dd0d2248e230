/* base64: RFC 4648, section 4. Layer: lang. */
#include "lang/base64.h"

#include "lang/ascii.h"

int ov_base64_value(char c)
{
	if (ov_is_upper(c))
		return c - 'A';
	if (ov_is_lower(c))
		return c - 'a' + 26;
	if (ov_is_digit(c))
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

size_t ov_base64_length(size_t len)
{
	return len / 3 * 4 + (len % 3 ? 4 : 0);
}

void ov_base64_encode(struct ov_str s, char *out)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < s.len; i += 3) {
		uint32_t bits = 0;
		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (i + k < s.len ? (unsigned char)s.ptr[i + k] : 0u);
		for (size_t k = 0; k < 4; k++)
			*out++ = i + k > s.len ? '=' : digits[bits >> (18 - 6 * k) & 63];
	}
}

bool ov_base64_decode(struct ov_arena *arena, struct ov_str s, bool bare, struct ov_str *out)
{
	char *bytes = ov_arena_alloc(arena, s.len / 4 * 3 + 4, 1);
	size_t len = 0, digits = 0, pads = 0;
	uint32_t bits = 0;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		int digit = ov_base64_value(c);
		if (digit >= 0 && !pads) {
			bits = bits << 6 | (uint32_t)digit;
			if (++digits % 4 == 0) {
				bytes[len++] = (char)(bits >> 16);
				bytes[len++] = (char)(bits >> 8);
				bytes[len++] = (char)bits;
			}
		} else if (c == '=') {
			pads++;
		} else if (c != '\n' && c != '\r') {
			return false;
		}
	}
	size_t rest = digits % 4, missing = rest ? 4 - rest : 0;
	if (rest == 1 || (pads != missing && (pads || !bare)))
		return false;
	if (rest >= 2)
		bytes[len++] = (char)(rest == 2 ? bits >> 4 : bits >> 10);
	if (rest == 3)
		bytes[len++] = (char)(bits >> 2);
	*out = ov_str_n(bytes, len);
	return true;
}

bool ov_base64_is(struct ov_str s)
{
	size_t end = s.len;
	if (!s.len || s.len % 4)
		return false;
	while (s.len - end < 2 && s.ptr[end - 1] == '=')
		end--;
	for (size_t i = 0; i < end; i++) {
		if (ov_base64_value(s.ptr[i]) < 0)
			return false;
	}
	return true;
}

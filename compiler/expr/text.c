/* text: strings that functions build and search, within the limits. Layer: expr. */
#include "expr/text.h"

#include "lang/datetime.h"
#include "value/number.h"

struct ov_text ov_text_begin(struct ov_eval *eval, const struct ov_expr *at)
{
	struct ov_text text = {.eval = eval, .at = at};
	ov_buf_init(&text.buf);
	return text;
}

bool ov_text_add(struct ov_text *text, struct ov_str s)
{
	if (ov_is_some(text->error) ||
		!ov_eval_spend(text->eval, text->at, s.len, &text->error))
		return false;
	ov_buf_add(&text->buf, s);
	return true;
}

bool ov_text_putc(struct ov_text *text, char c)
{
	return ov_text_add(text, ov_str_n(&c, 1));
}

bool ov_text_put(struct ov_text *text, uint32_t cp)
{
	char utf8[4];
	return ov_text_add(text, ov_str_n(utf8, ov_utf8_put(utf8, cp)));
}

struct ov_value ov_text_end(struct ov_text *text)
{
	struct ov_value v = text->error;
	if (!ov_is_some(v))
		v = ov_eval_string(text->eval, &text->buf);
	ov_buf_release(&text->buf);
	return v;
}

void ov_text_drop(struct ov_text *text)
{
	ov_buf_release(&text->buf);
}

size_t ov_text_offset(struct ov_str s, int64_t index)
{
	if (index < 0 || (uint64_t)index > s.len)
		return SIZE_MAX;
	size_t pos = 0;
	while (index-- > 0) {
		if (pos == s.len)
			return SIZE_MAX;
		ov_utf8_next(s, &pos);
	}
	return pos;
}

bool ov_text_double(struct ov_text *text, double d)
{
	struct ov_digits n = ov_number_digits(d, false);
	if (n.negative)
		ov_text_putc(text, '-');
	if (n.exponent < 0) {
		ov_text_add(text, OV_STR("0."));
		for (int i = -1; i > n.exponent; i--)
			ov_text_putc(text, '0');
	}
	for (int i = 0; i < n.count; i++) {
		if (i && i == n.exponent + 1)
			ov_text_putc(text, '.');
		ov_text_putc(text, n.digit[i]);
	}
	for (int i = n.count; i <= n.exponent; i++)
		ov_text_putc(text, '0');
	return !ov_is_some(text->error);
}

bool ov_text_time(struct ov_text *text, struct ov_value v)
{
	int32_t nanoseconds = (int32_t)v.count;
	if (v.kind == OV_KIND_TIMESTAMP) {
		char rfc3339[OV_DATETIME_TEXT];
		ov_datetime_print(v.seconds, nanoseconds, rfc3339);
		return ov_text_add(text, ov_str_c(rfc3339));
	}
	return ov_text_double(text, (double)v.seconds + (double)nanoseconds / 1e9) &&
	       ov_text_putc(text, 's');
}

void ov_finder_init(struct ov_finder *finder, struct ov_str needle)
{
	finder->needle = needle;
	finder->border = needle.len <= OV_COUNT(finder->few)
				 ? finder->few
				 : ov_xmalloc(ov_size_mul(needle.len, sizeof(uint32_t)));
	finder->border[0] = 0;
	uint32_t k = 0;
	for (size_t i = 1; i < needle.len; i++) {
		while (k && needle.ptr[i] != needle.ptr[k])
			k = finder->border[k - 1];
		if (needle.ptr[i] == needle.ptr[k])
			k++;
		finder->border[i] = k;
	}
}

void ov_finder_release(struct ov_finder *finder)
{
	if (finder->border != finder->few)
		free(finder->border);
}

/* Steps the automaton of the needle by one byte; whether the needle ends here. */
static bool step(const struct ov_finder *finder, uint32_t *state, char c)
{
	struct ov_str needle = finder->needle;
	if (*state == needle.len)
		*state = finder->border[*state - 1];
	while (*state && needle.ptr[*state] != c)
		*state = finder->border[*state - 1];
	if (needle.ptr[*state] == c)
		(*state)++;
	return *state == needle.len;
}

size_t ov_finder_next(const struct ov_finder *finder, struct ov_str s, size_t from)
{
	uint32_t state = 0;
	for (size_t i = from; i < s.len; i++) {
		if (step(finder, &state, s.ptr[i]))
			return i + 1 - finder->needle.len;
	}
	return SIZE_MAX;
}

size_t ov_finder_last(const struct ov_finder *finder, struct ov_str s, size_t most)
{
	uint32_t state = 0;
	size_t last = SIZE_MAX;
	for (size_t i = 0; i < s.len; i++) {
		if (!step(finder, &state, s.ptr[i]))
			continue;
		size_t start = i + 1 - finder->needle.len;
		if (start > most)
			break;
		last = start;
	}
	return last;
}

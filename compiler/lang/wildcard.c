/* wildcard: texts with `*` and `?` in them, as policies match them. Layer: lang. */
#include "lang/wildcard.h"

bool ov_wildcard_is(struct ov_str s)
{
	return ov_str_chr(s, '*') != SIZE_MAX || ov_str_chr(s, '?') != SIZE_MAX;
}

/* Whether a character of each is the same, or invalid in both, as runes U+FFFD. */
static bool step_both(struct ov_str pattern, size_t *p, struct ov_str s, size_t *i)
{
	int32_t want = ov_utf8_next(pattern, p), have = ov_utf8_next(s, i);
	return (want < 0 ? 0xfffd : want) == (have < 0 ? 0xfffd : have);
}

bool ov_wildcard_match(struct ov_str pattern, struct ov_str s)
{
	size_t p = 0, i = 0;
	/* Behind the last star, and how far it has eaten: only that one is ever gone back to.
	 */
	size_t star = SIZE_MAX, eaten = 0;

	while (i < s.len) {
		size_t next_p = p, next_i = i;
		if (p < pattern.len && pattern.ptr[p] == '*') {
			star = ++p;
			eaten = i;
			continue;
		}
		if (p < pattern.len && pattern.ptr[p] == '?') {
			next_p = p + 1;
			ov_utf8_next(s, &next_i);
		} else if (p == pattern.len || !step_both(pattern, &next_p, s, &next_i)) {
			if (star == SIZE_MAX)
				return false;
			ov_utf8_next(s, &eaten);
			next_p = star;
			next_i = eaten;
		}
		p = next_p;
		i = next_i;
	}
	while (p < pattern.len && pattern.ptr[p] == '*')
		p++;
	return p == pattern.len;
}

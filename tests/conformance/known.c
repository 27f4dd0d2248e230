/* known: the list of cases that are known to fail. */
#include "conformance/known.h"

#include "base/limits.h"
#include "foreign/os.h"

#include <stdio.h>

static struct ov_str first_word(struct ov_str s)
{
	return ov_str_sub(s, 0, ov_str_chr(s, ' '));
}

bool ov_known_read(struct ov_arena *arena, const char *path, struct ov_known *out)
{
	struct ov_diags diags;
	struct ov_str text = {0}, why = {0};
	bool ok, in_why = false;

	ov_diags_init(&diags, NULL);
	ok = ov_os_read_file(arena, ov_str_c(path), OV_LIMIT_SOURCE, &text, &diags);
	if (!ok)
		fprintf(stderr, "%s cannot be read\n", path);
	for (size_t at = 0, line = 1; at < text.len; line++) {
		size_t end = ov_str_find(text, OV_STR("\n"), at);
		struct ov_str s = ov_str_trim(ov_str_sub(text, at, end));

		at = end == SIZE_MAX ? text.len : end + 1;
		if (!s.len) {
			why = s;
			in_why = false;
		} else if (*s.ptr == '#') {
			struct ov_str more = ov_str_trim(ov_str_sub(s, 1, s.len));
			why = in_why ? ov_str_fmt(arena, "%.*s %.*s", OV_STR_ARG(why),
					       OV_STR_ARG(more))
				     : more;
			in_why = true;
		} else {
			struct ov_known_case item = {s, first_word(s), why};
			in_why = false;
			if (!why.len)
				fprintf(stderr, "%s:%zu: no comment says why\n", path, line);
			ok = ok && why.len;
			ov_vec_push(arena, out, item);
		}
	}
	ov_diags_release(&diags);
	return ok;
}

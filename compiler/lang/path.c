/* path: the way to a value in a document. Layer: lang. */
#include "lang/path.h"

#include "lang/ascii.h"

static bool is_plain(struct ov_str key)
{
	for (size_t i = 0; i < key.len; i++) {
		if (!ov_is_alnum(key.ptr[i]) && !ov_is_one_of(key.ptr[i], "_-$"))
			return false;
	}
	return key.len > 0;
}

void ov_path_step(struct ov_buf *buf, const struct ov_key *key, size_t index, bool first)
{
	if (!key)
		ov_buf_addf(buf, "[%zu]", index);
	else if (!is_plain(key->str))
		ov_buf_addf(buf, "[\"%.*s\"]", OV_STR_ARG(key->str));
	else
		ov_buf_addf(buf, "%s%.*s", first ? "" : ".", OV_STR_ARG(key->str));
}

/* show: values, and the way to them. Layer: lang. */
#include "lang/show.h"

#include "lang/ascii.h"
#include "value/number.h"

static bool is_plain(struct ov_str key)
{
	for (size_t i = 0; i < key.len; i++) {
		if (!ov_is_alnum(key.ptr[i]) && !ov_is_one_of(key.ptr[i], "_-$"))
			return false;
	}
	return key.len > 0;
}

void ov_show_step(struct ov_buf *buf, const struct ov_key *key, size_t index, bool first)
{
	if (!key)
		ov_buf_addf(buf, "[%zu]", index);
	else if (!is_plain(key->str))
		ov_buf_addf(buf, "[\"%.*s\"]", OV_STR_ARG(key->str));
	else
		ov_buf_addf(buf, "%s%.*s", first ? "" : ".", OV_STR_ARG(key->str));
}

void ov_show_value(struct ov_buf *buf, struct ov_value v)
{
	enum { SHOWN = 60 };
	struct ov_str text = ov_string(v);
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_STRING: {
		size_t end = text.len;
		if (end > SHOWN) {
			end = SHOWN;
			while (end && ((unsigned char)text.ptr[end] & 0xc0) == 0x80)
				end--;
		}
		ov_buf_addf(buf, "\"%.*s%s\"", (int)end, text.ptr ? text.ptr : "",
			end < text.len ? "…" : "");
		break;
	}
	case OV_KIND_INT:
	case OV_KIND_UINT:
	case OV_KIND_DOUBLE: ov_number_print(buf, v); break;
	case OV_KIND_BOOL: ov_buf_puts(buf, v.boolean ? "true" : "false"); break;
	case OV_KIND_NULL: ov_buf_puts(buf, "null"); break;
	default: ov_buf_addf(buf, "a %s", ov_kind_name((enum ov_kind)v.kind)); break;
	}
}

/* api_report: what an API server would refuse, in people's words. Layer: schema. */
#include "schema/api_internal.h"

#include <stdarg.h>

#include "lang/show.h"

void ov_api_path(struct ov_buf *buf, const struct ov_api_where *at)
{
	if (!at->up)
		return;
	ov_api_path(buf, at->up);
	ov_show_step(buf, at->key, at->index, !at->up->up);
}

/* The place of the value, or of the nearest thing around it that has one. */
static struct ov_span place(const struct ov_api_where *at, bool key)
{
	for (; at; at = at->up, key = false) {
		uint32_t loc = at->value->loc, own = at->value->key_loc;
		bool whole = at->value->kind == OV_KIND_MAP || at->value->kind == OV_KIND_LIST;
		if (loc || own)
			return ov_span(((key || whole) && own) || !loc ? own : loc);
	}
	return ov_span(0);
}

static struct ov_diag *add(
	struct ov_api_run *run, enum ov_diag_code code, struct ov_span span, struct ov_str text)
{
	struct ov_diag *d = ov_diag_add(run->diags, code, span, "%.*s", OV_STR_ARG(text));
	if (run->subject.len)
		ov_diag_subject(run->diags, d, run->subject);
	return d;
}

bool ov_api_report(struct ov_api_run *run, enum ov_diag_code code,
	const struct ov_api_where *at, const char *fmt, ...)
{
	struct ov_buf buf;
	va_list args;
	if (!run->diags)
		return false;
	ov_buf_init(&buf);
	if (at->up) {
		ov_buf_putc(&buf, '\'');
		ov_api_path(&buf, at);
		ov_buf_puts(&buf, "' ");
	} else {
		ov_buf_puts(&buf, "the object ");
	}
	va_start(args, fmt);
	ov_buf_vaddf(&buf, fmt, args);
	va_end(args);
	add(run, code, place(at, false), ov_buf_str(&buf));
	ov_buf_release(&buf);
	return false;
}

bool ov_api_report_unknown(
	struct ov_api_run *run, const struct ov_api_node *node, const struct ov_api_where *at)
{
	enum { MOST = 256, LISTED = 8 };
	struct ov_str names[MOST];
	size_t n = 0;
	struct ov_buf buf;
	if (!run->diags)
		return false;
	ov_buf_init(&buf);
	ov_buf_puts(&buf, "unknown field '");
	ov_api_path(&buf, at);
	ov_buf_putc(&buf, '\'');
	struct ov_diag *d =
		add(run, OV_DIAG_API_UNKNOWN_FIELD, place(at, true), ov_buf_str(&buf));
	for (size_t i = 0; i < node->field_count && n < MOST; i++)
		names[n++] = node->fields[i].key->str;
	struct ov_str near = ov_nearest(at->key->str, names, n);
	ov_buf_clear(&buf);
	if (near.len) {
		ov_diag_help(run->diags, d, "did you mean '%.*s'?", OV_STR_ARG(near));
	} else if (n && n <= LISTED) {
		for (size_t i = 0; i < n; i++)
			ov_buf_addf(&buf, "%s%.*s", i ? ", " : "", OV_STR_ARG(names[i]));
		ov_diag_help(run->diags, d, "the fields here are: %.*s",
			OV_STR_ARG(ov_buf_str(&buf)));
	}
	ov_buf_release(&buf);
	return false;
}

bool ov_api_report_missing(
	struct ov_api_run *run, const struct ov_api_where *at, const struct ov_key *key)
{
	struct ov_buf buf;
	run->blocked = true;
	if (!run->diags)
		return false;
	ov_buf_init(&buf);
	ov_buf_puts(&buf, "missing field '");
	ov_api_path(&buf, at);
	ov_buf_addf(&buf, "%s%.*s'", at->up ? "." : "", OV_STR_ARG(key->str));
	add(run, OV_DIAG_API_MISSING, place(at, true), ov_buf_str(&buf));
	ov_buf_release(&buf);
	return false;
}

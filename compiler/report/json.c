/* json: findings for machines, one object a line. Layer: report. */
#include "foreign/cjson.h"
#include "report/report.h"

struct writer {
	struct ov_arena *arena;
	struct ov_keys *keys;
	const struct ov_diags *diags;
};

static void put(struct writer *w, struct ov_map_builder *b, const char *name, struct ov_value v)
{
	ov_map_set(b, ov_key(w->keys, ov_str_c(name)), v);
}

static void put_place(struct writer *w, struct ov_map_builder *b, struct ov_span span)
{
	struct ov_place from = ov_sources_place(w->diags->sources, span.loc);
	if (!from.source)
		return;
	size_t len = ov_sources_text(w->diags->sources, span).len;
	struct ov_place to = ov_sources_place(w->diags->sources, span.loc + (uint32_t)len);
	if (!to.source)
		to = from;
	put(w, b, "file", ov_value_string(from.source->path));
	put(w, b, "line", ov_value_int((int64_t)from.line));
	put(w, b, "column", ov_value_int((int64_t)from.column));
	put(w, b, "endLine", ov_value_int((int64_t)to.line));
	put(w, b, "endColumn", ov_value_int((int64_t)to.column));
}

static struct ov_value notes(struct writer *w, const struct ov_diag *d)
{
	OV_VEC(struct ov_value) list = {0};
	for (const struct ov_diag_note *n = d->notes; n; n = n->next) {
		struct ov_map_builder b;
		ov_map_begin(&b, w->arena, 8);
		put_place(w, &b, n->span);
		put(w, &b, "message", ov_value_string(n->text));
		struct ov_value note = ov_map_end(&b);
		ov_vec_push(w->arena, &list, note);
	}
	return ov_value_list(list.items, list.count);
}

static struct ov_value finding(struct writer *w, const struct ov_diag *d)
{
	struct ov_buf code;
	ov_buf_init(&code);
	ov_report_code(&code, d->code);
	struct ov_map_builder b;
	ov_map_begin(&b, w->arena, 16);
	put(w, &b, "code", ov_value_string(ov_str_dup(w->arena, ov_buf_str(&code))));
	ov_buf_release(&code);
	put(w, &b, "severity", ov_value_string(ov_str_c(ov_severity_name(d->severity))));
	put(w, &b, "title", ov_value_string(ov_str_c(ov_diag_info(d->code)->title)));
	put_place(w, &b, d->span);
	put(w, &b, "message", ov_value_string(d->message));
	put(w, &b, "count", ov_value_int((int64_t)d->count));
	struct ov_value *subjects = ov_new_array(w->arena, struct ov_value, d->subject_count);
	for (size_t i = 0; i < d->subject_count; i++)
		subjects[i] = ov_value_string(d->subjects[i]);
	if (d->subject_count)
		put(w, &b, "objects", ov_value_list(subjects, d->subject_count));
	put(w, &b, "notes", notes(w, d));
	return ov_map_end(&b);
}

void ov_report_json(FILE *out, struct ov_keys *keys, const struct ov_diags *diags)
{
	struct ov_arena arena = {0};
	struct ov_buf buf;
	ov_buf_init(&buf);
	for (size_t i = 0; i < diags->list.count; i++) {
		struct writer w = {&arena, keys, diags};
		ov_cjson_print(finding(&w, diags->list.items[i]), false, &buf);
		ov_buf_putc(&buf, '\n');
		fwrite(buf.ptr, 1, buf.len, out);
		ov_buf_clear(&buf);
		ov_arena_release(&arena);
	}
	ov_buf_release(&buf);
}

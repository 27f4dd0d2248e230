/* results: results of policies for machines, one object a line. Layer: report. */
#include "foreign/cjson.h"
#include "report/build.h"
#include "report/report.h"

size_t ov_results_count(const struct ov_results *results, enum ov_policy_status status)
{
	size_t n = 0;
	for (size_t i = 0; i < results->count; i++)
		n += results->items[i].status == status;
	return n;
}

enum ov_diag_code ov_result_code(const struct ov_result *result)
{
	switch (result->status) {
	case OV_POLICY_FAIL: return OV_DIAG_POLICY_FAIL;
	case OV_POLICY_WARN: return OV_DIAG_POLICY_WARN;
	case OV_POLICY_ERROR: return OV_DIAG_POLICY_ERROR;
	case OV_POLICY_PASS:
	case OV_POLICY_SKIP: break;
	}
	return OV_DIAG_NONE;
}

struct ov_str ov_result_object(struct ov_arena *arena, const struct ov_result *r)
{
	return ov_str_fmt(arena, "%.*s%s%.*s%s%.*s", OV_STR_ARG(r->kind),
		r->kind.len ? "/" : "", OV_STR_ARG(r->name_space), r->name_space.len ? "/" : "",
		OV_STR_ARG(r->name));
}

static struct ov_value result(
	struct ov_arena *arena, const struct ov_results *results, const struct ov_result *r)
{
	enum ov_diag_code code = ov_result_code(r);
	struct ov_place place = ov_sources_place(results->diags->sources, r->span.loc);
	struct ov_report_map m;
	ov_report_begin(&m, arena, results->keys);
	if (code != OV_DIAG_NONE) {
		struct ov_buf text;
		ov_buf_init(&text);
		ov_report_code(&text, code);
		ov_report_text_of(&m, "code", ov_str_dup(arena, ov_buf_str(&text)));
		ov_report_text_of(&m, "severity",
			ov_str_c(ov_severity_name(ov_diag_info(code)->severity)));
		ov_buf_release(&text);
	}
	ov_report_text_of(&m, "result", ov_str_c(ov_policy_status_name(r->status)));
	ov_report_text_of(&m, "reason", r->reason);
	ov_report_text_of(&m, "policy", r->policy);
	ov_report_text_of(&m, "rule", r->rule);
	if (place.source) {
		ov_report_text_of(&m, "file", place.source->path);
		ov_report_int(&m, "line", place.line);
		ov_report_int(&m, "column", place.column);
	}
	ov_report_text_of(&m, "message", r->message);
	ov_report_text_of(&m, "apiVersion", r->api_version);
	ov_report_text_of(&m, "kind", r->kind);
	ov_report_text_of(&m, "namespace", r->name_space);
	ov_report_text_of(&m, "name", r->name);
	ov_report_text_of(&m, "exception", r->exception);
	ov_report_text_of(&m, "policySeverity", r->severity);
	ov_report_text_of(&m, "category", r->category);
	return ov_report_end(&m);
}

void ov_report_results(FILE *out, const struct ov_results *results)
{
	struct ov_arena arena = {0};
	struct ov_buf buf;
	ov_buf_init(&buf);
	for (size_t i = 0; i < results->count; i++) {
		ov_cjson_print(result(&arena, results, &results->items[i]), false, &buf);
		ov_buf_putc(&buf, '\n');
		fwrite(buf.ptr, 1, buf.len, out);
		ov_buf_clear(&buf);
		ov_arena_release(&arena);
	}
	ov_buf_release(&buf);
}

/* policy_report: results as a report object of openreports.io, in YAML. Layer: report. */
#include "lang/yaml_out.h"
#include "report/build.h"
#include "report/report.h"

struct writer {
	struct ov_arena *arena;
	const struct ov_results *results;
};

static void begin(struct writer *w, struct ov_report_map *m)
{
	ov_report_begin(m, w->arena, w->results->keys);
}

static struct ov_value object(struct writer *w, const struct ov_result *r)
{
	struct ov_report_map m;
	begin(w, &m);
	ov_report_text_of(&m, "apiVersion", r->api_version);
	ov_report_text_of(&m, "kind", r->kind);
	ov_report_text_of(&m, "name", r->name);
	ov_report_text_of(&m, "namespace", r->name_space);
	struct ov_value *items = ov_new_array(w->arena, struct ov_value, 1);
	items[0] = ov_report_end(&m);
	return ov_value_list(items, 1);
}

/* "space/one, space/two" as Kyverno's reports have it, without what is before the names. */
static struct ov_str names_of(struct writer *w, struct ov_str exceptions)
{
	struct ov_str names = OV_STR("");
	for (size_t from = 0, to; from < exceptions.len; from = to + 2) {
		to = ov_str_find(exceptions, OV_STR(", "), from);
		if (to > exceptions.len)
			to = exceptions.len;
		struct ov_str one = ov_str_sub(exceptions, from, to);
		size_t slash = ov_str_chr(one, '/');
		if (slash != SIZE_MAX)
			one = ov_str_sub(one, slash + 1, one.len);
		names = ov_str_fmt(w->arena, "%.*s%s%.*s", OV_STR_ARG(names),
			names.len ? "," : "", OV_STR_ARG(one));
	}
	return names;
}

static struct ov_value result(struct writer *w, const struct ov_result *r)
{
	struct ov_report_map m, time;
	begin(w, &m);
	ov_report_text_of(&m, "category", r->category);
	ov_report_text_of(&m, "message", r->message);
	ov_report_text_of(&m, "policy", r->policy);
	if (r->exception.len) {
		struct ov_report_map properties;
		begin(w, &properties);
		ov_report_text_of(&properties, "exceptions", names_of(w, r->exception));
		ov_report_put(&m, "properties", ov_report_end(&properties));
	}
	ov_report_put(&m, "resources", object(w, r));
	ov_report_text_of(&m, "result", ov_str_c(ov_policy_status_name(r->status)));
	ov_report_text_of(&m, "rule", r->rule);
	ov_report_put(&m, "scored", ov_value_bool(!r->unscored));
	ov_report_text_of(&m, "severity", r->severity);
	ov_report_text_of(&m, "source", OV_STR("ovec"));
	begin(w, &time);
	ov_report_int(&time, "nanos", 0);
	ov_report_put(&time, "seconds", ov_value_int(w->results->now));
	ov_report_put(&m, "timestamp", ov_report_end(&time));
	return ov_report_end(&m);
}

void ov_report_policy_report(FILE *out, const struct ov_results *results)
{
	static const enum ov_policy_status statuses[] = {OV_POLICY_ERROR, OV_POLICY_FAIL,
		OV_POLICY_PASS, OV_POLICY_SKIP, OV_POLICY_WARN};
	struct ov_arena arena = {0};
	struct writer w = {&arena, results};
	struct ov_value *items = ov_new_array(&arena, struct ov_value, results->count + 1);
	struct ov_report_map m, metadata, summary;
	for (size_t i = 0; i < results->count; i++)
		items[i] = result(&w, &results->items[i]);
	begin(&w, &m);
	ov_report_text_of(&m, "apiVersion", OV_STR("openreports.io/v1alpha1"));
	ov_report_text_of(&m, "kind", OV_STR("ClusterReport"));
	begin(&w, &metadata);
	ov_report_text_of(&metadata, "name", OV_STR("merged"));
	ov_report_put(&m, "metadata", ov_report_end(&metadata));
	ov_report_put(&m, "results", ov_value_list(items, results->count));
	begin(&w, &summary);
	for (size_t i = 0; i < OV_COUNT(statuses); i++)
		ov_report_int(&summary, ov_policy_status_name(statuses[i]),
			ov_results_count(results, statuses[i]));
	ov_report_put(&m, "summary", ov_report_end(&summary));
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_yaml_write(&buf, ov_report_end(&m));
	fwrite(buf.ptr, 1, buf.len, out);
	ov_buf_release(&buf);
	ov_arena_release(&arena);
}

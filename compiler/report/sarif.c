/* sarif: results for code hosts, in the format of OASIS SARIF 2.1.0. Layer: report. */
#include "base/map.h"
#include "foreign/cjson.h"
#include "report/build.h"
#include "report/report.h"

struct writer {
	struct ov_arena *arena;
	const struct ov_results *results;
	struct ov_map indices; /* of rules by their id */
	OV_VEC(struct ov_value) rules;
};

static void begin(struct writer *w, struct ov_report_map *m)
{
	ov_report_begin(m, w->arena, w->results->keys);
}

/* A map with one value. */
static struct ov_value one(struct writer *w, const char *name, struct ov_value v)
{
	struct ov_report_map m;
	begin(w, &m);
	ov_report_put(&m, name, v);
	return ov_report_end(&m);
}

static struct ov_value list_of(struct writer *w, struct ov_value v)
{
	struct ov_value *items = ov_new_array(w->arena, struct ov_value, 1);
	items[0] = v;
	return ov_value_list(items, 1);
}

static struct ov_value text(struct writer *w, struct ov_str s)
{
	return one(w, "text", ov_value_string(s));
}

static const char *level(enum ov_policy_status status)
{
	return status == OV_POLICY_WARN ? "warning" : "error";
}

/* A path is a reference to a URI: what has a meaning there is written with "%". */
static struct ov_str uri(struct writer *w, struct ov_str path)
{
	static const char plain[] = "-._~/:@!$&'()*+,;=";
	struct ov_buf buf;
	ov_buf_init(&buf);
	for (size_t i = 0; i < path.len; i++) {
		char c = path.ptr[i];
		bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			    (c >= '0' && c <= '9') || (c && strchr(plain, c));
		if (kept)
			ov_buf_putc(&buf, c);
		else
			ov_buf_addf(&buf, "%%%02X", (unsigned)(unsigned char)c);
	}
	struct ov_str out = ov_str_dup(w->arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return out;
}

static struct ov_value location(struct writer *w, struct ov_span span)
{
	struct ov_place place = ov_sources_place(w->results->diags->sources, span.loc);
	struct ov_report_map region, physical;
	if (!place.source)
		return (struct ov_value){0};
	begin(w, &region);
	ov_report_int(&region, "startLine", place.line);
	ov_report_int(&region, "startColumn", place.column);
	begin(w, &physical);
	ov_report_put(&physical, "artifactLocation",
		one(w, "uri", ov_value_string(uri(w, place.source->path))));
	ov_report_put(&physical, "region", ov_report_end(&region));
	return one(w, "physicalLocation", ov_report_end(&physical));
}

/* Code hosts sort by a number from 0 to 10. */
static const char *score(struct ov_str severity)
{
	static const struct {
		const char *name, *score;
	} scores[] = {{"critical", "9.5"}, {"high", "8.0"}, {"medium", "5.5"}, {"low", "2.5"},
		{"info", "0.0"}};
	for (size_t i = 0; i < OV_COUNT(scores); i++) {
		if (ov_str_is(severity, scores[i].name))
			return scores[i].score;
	}
	return NULL;
}

static struct ov_value rule(struct writer *w, const struct ov_result *r, struct ov_str id)
{
	struct ov_report_map m, properties;
	const char *number = score(r->severity);
	begin(w, &m);
	ov_report_put(&m, "id", ov_value_string(id));
	if (r->title.len)
		ov_report_put(&m, "shortDescription", text(w, r->title));
	begin(w, &properties);
	ov_report_text_of(&properties, "category", r->category);
	ov_report_text_of(&properties, "severity", r->severity);
	if (number)
		ov_report_text_of(&properties, "security-severity", ov_str_c(number));
	struct ov_value all = ov_report_end(&properties);
	if (ov_count(all))
		ov_report_put(&m, "properties", all);
	return ov_report_end(&m);
}

static size_t rule_index(struct writer *w, const struct ov_result *r, struct ov_str id)
{
	bool fresh;
	union ov_map_item *item = ov_map_put(&w->indices, id, &fresh);
	if (fresh) {
		struct ov_value made = rule(w, r, id);
		item->num = w->rules.count;
		ov_vec_push(w->arena, &w->rules, made);
	}
	return item->num;
}

static struct ov_value result(struct writer *w, const struct ov_result *r)
{
	struct ov_str id = ov_str_fmt(w->arena, "%.*s%s%.*s", OV_STR_ARG(r->policy),
		r->rule.len ? "/" : "", OV_STR_ARG(r->rule));
	struct ov_str object = ov_result_object(w->arena, r);
	struct ov_value place = location(w, r->span);
	struct ov_report_map m, logical;
	begin(w, &m);
	ov_report_put(&m, "ruleId", ov_value_string(id));
	ov_report_int(&m, "ruleIndex", rule_index(w, r, id));
	ov_report_text_of(&m, "level", ov_str_c(level(r->status)));
	ov_report_put(&m, "message",
		text(w, ov_str_fmt(w->arena, "%.*s%s%.*s", OV_STR_ARG(object),
				object.len ? ": " : "",
				OV_STR_ARG(r->reason.len ? r->reason : r->message))));
	begin(w, &logical);
	ov_report_text_of(&logical, "fullyQualifiedName", object);
	ov_report_text_of(&logical, "kind", OV_STR("object"));
	if (!ov_is_map(place))
		place = (struct ov_value){.kind = OV_KIND_MAP};
	place = ov_with(w->arena, place, ov_key(w->results->keys, OV_STR("logicalLocations")),
		list_of(w, ov_report_end(&logical)));
	ov_report_put(&m, "locations", list_of(w, place));
	return ov_report_end(&m);
}

static struct ov_value notification(struct writer *w, const struct ov_diag *d)
{
	struct ov_report_map m;
	struct ov_value place = location(w, d->span);
	struct ov_buf code;
	ov_buf_init(&code);
	ov_report_code(&code, d->code);
	begin(w, &m);
	ov_report_put(&m, "descriptor",
		one(w, "id", ov_value_string(ov_str_dup(w->arena, ov_buf_str(&code)))));
	ov_buf_release(&code);
	ov_report_text_of(&m, "level",
		d->severity == OV_NOTE      ? OV_STR("note")
		: d->severity == OV_WARNING ? OV_STR("warning")
					    : OV_STR("error"));
	ov_report_put(&m, "message", text(w, d->message));
	if (ov_is_map(place))
		ov_report_put(&m, "locations", list_of(w, place));
	return ov_report_end(&m);
}

static struct ov_value invocation(struct writer *w)
{
	const struct ov_diags *diags = w->results->diags;
	OV_VEC(struct ov_value) list = {0};
	struct ov_report_map m;
	for (size_t i = 0; i < diags->list.count; i++) {
		struct ov_value n = notification(w, diags->list.items[i]);
		ov_vec_push(w->arena, &list, n);
	}
	begin(w, &m);
	ov_report_put(&m, "executionSuccessful", ov_value_bool(!diags->errors));
	if (list.count)
		ov_report_put(&m, "toolExecutionNotifications",
			ov_value_list(list.items, list.count));
	return ov_report_end(&m);
}

static struct ov_value driver(struct writer *w)
{
	struct ov_report_map m;
	begin(w, &m);
	ov_report_text_of(&m, "name", OV_STR("ovec"));
	ov_report_text_of(&m, "version", w->results->version);
	ov_report_put(&m, "rules", ov_value_list(w->rules.items, w->rules.count));
	return one(w, "driver", ov_report_end(&m));
}

void ov_report_sarif(FILE *out, const struct ov_results *results)
{
	struct ov_arena arena = {0};
	struct writer w = {.arena = &arena, .results = results};
	OV_VEC(struct ov_value) list = {0};
	ov_map_init(&w.indices, &arena, 0);
	for (size_t i = 0; i < results->count; i++) {
		if (ov_result_code(&results->items[i]) == OV_DIAG_NONE)
			continue;
		struct ov_value r = result(&w, &results->items[i]);
		ov_vec_push(&arena, &list, r);
	}
	struct ov_report_map run, m;
	begin(&w, &run);
	ov_report_put(&run, "tool", driver(&w));
	ov_report_put(&run, "columnKind", ov_value_string(OV_STR("unicodeCodePoints")));
	ov_report_put(&run, "invocations", list_of(&w, invocation(&w)));
	ov_report_put(&run, "results", ov_value_list(list.items, list.count));
	begin(&w, &m);
	ov_report_text_of(
		&m, "$schema", OV_STR("https://json.schemastore.org/sarif-2.1.0.json"));
	ov_report_text_of(&m, "version", OV_STR("2.1.0"));
	ov_report_put(&m, "runs", list_of(&w, ov_report_end(&run)));
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_cjson_print(ov_report_end(&m), true, &buf);
	ov_buf_putc(&buf, '\n');
	fwrite(buf.ptr, 1, buf.len, out);
	ov_buf_release(&buf);
	ov_arena_release(&arena);
}

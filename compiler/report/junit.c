/* junit: results in the XML that runners of tests read. Layer: report. */
#include "base/map.h"
#include "report/report.h"

struct counts {
	size_t tests, failures, errors, skipped;
};

/* Results that are shown as one suite, in their order. */
struct suite {
	struct ov_str name;
	OV_VEC(const struct ov_result *) list;
};

/* What XML has no character for is shown as U+FFFD. */
static void add_text(struct ov_buf *buf, struct ov_str s)
{
	for (size_t i = 0; i < s.len;) {
		size_t at = i;
		int32_t cp = ov_utf8_next(s, &i);
		if (cp == '&')
			ov_buf_puts(buf, "&amp;");
		else if (cp == '<')
			ov_buf_puts(buf, "&lt;");
		else if (cp == '>')
			ov_buf_puts(buf, "&gt;");
		else if (cp == '"')
			ov_buf_puts(buf, "&quot;");
		else if (cp == '\t' || cp == '\n' || cp == '\r')
			ov_buf_addf(buf, "&#%d;", (int)cp);
		else if (cp < 0x20 || cp == 0xfffe || cp == 0xffff)
			ov_buf_puts(buf, "\xef\xbf\xbd");
		else
			ov_buf_add(buf, ov_str_sub(s, at, i));
	}
}

static void add_attribute(struct ov_buf *buf, const char *name, struct ov_str value)
{
	ov_buf_addf(buf, " %s=\"", name);
	add_text(buf, value);
	ov_buf_putc(buf, '"');
}

static void count(struct counts *c, const struct ov_result *r)
{
	c->tests++;
	c->failures += r->status == OV_POLICY_FAIL;
	c->errors += r->status == OV_POLICY_ERROR;
	c->skipped += r->status == OV_POLICY_SKIP;
}

static void add_counts(struct ov_buf *buf, const struct counts *c)
{
	ov_buf_addf(buf, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
		c->tests, c->failures, c->errors, c->skipped);
}

static void add_outcome(struct ov_buf *buf, const char *element, const struct ov_result *r,
	const struct ov_place *place)
{
	struct ov_str brief = r->reason.len ? r->reason : r->message;
	ov_buf_addf(buf, "      <%s", element);
	if (brief.len)
		add_attribute(buf, "message", brief);
	if (r->status == OV_POLICY_SKIP) {
		ov_buf_puts(buf, "/>\n");
		return;
	}
	ov_buf_putc(buf, '>');
	if (place->source) {
		add_text(buf, place->source->path);
		ov_buf_addf(buf, ":%zu:%zu: ", place->line, place->column);
	}
	add_text(buf, r->message);
	ov_buf_addf(buf, "</%s>\n", element);
}

static void add_case(struct ov_buf *buf, struct ov_arena *arena, const struct ov_results *all,
	const struct ov_result *r)
{
	static const char *const elements[] = {[OV_POLICY_FAIL] = "failure",
		[OV_POLICY_WARN] = "system-out",
		[OV_POLICY_ERROR] = "error",
		[OV_POLICY_SKIP] = "skipped"};
	struct ov_place place = ov_sources_place(all->diags->sources, r->span.loc);
	struct ov_str class = ov_str_fmt(arena, "%.*s%s%.*s", OV_STR_ARG(r->policy),
		r->rule.len ? "." : "", OV_STR_ARG(r->rule));
	ov_buf_puts(buf, "    <testcase");
	add_attribute(buf, "classname", class);
	add_attribute(buf, "name", ov_result_object(arena, r));
	if (place.source) {
		add_attribute(buf, "file", place.source->path);
		ov_buf_addf(buf, " line=\"%zu\"", place.line);
	}
	if (r->status == OV_POLICY_PASS) {
		ov_buf_puts(buf, "/>\n");
		return;
	}
	ov_buf_puts(buf, ">\n");
	if (r->status == OV_POLICY_WARN) {
		ov_buf_puts(buf, "      <system-out>");
		add_text(buf, r->message);
		ov_buf_puts(buf, "</system-out>\n");
	} else {
		add_outcome(buf, elements[r->status], r, &place);
	}
	ov_buf_puts(buf, "    </testcase>\n");
}

static void add_suite(struct ov_buf *buf, struct ov_arena *arena, const struct ov_results *all,
	const struct suite *suite)
{
	struct counts c = {0};
	for (size_t i = 0; i < suite->list.count; i++)
		count(&c, suite->list.items[i]);
	ov_buf_puts(buf, "  <testsuite");
	add_attribute(buf, "name", suite->name);
	add_counts(buf, &c);
	ov_buf_puts(buf, ">\n");
	for (size_t i = 0; i < suite->list.count; i++)
		add_case(buf, arena, all, suite->list.items[i]);
	ov_buf_puts(buf, "  </testsuite>\n");
}

static bool is_error(const struct ov_diag *d)
{
	return d->severity != OV_NOTE && d->severity != OV_WARNING;
}

/* Findings about the input are errors of a suite of their own. */
static void add_findings(struct ov_buf *buf, const struct ov_diags *diags, size_t errors)
{
	if (!errors)
		return;
	ov_buf_addf(buf,
		"  <testsuite name=\"input\" tests=\"%zu\" failures=\"0\" errors=\"%zu\" "
		"skipped=\"0\">\n",
		errors, errors);
	for (size_t i = 0; i < diags->list.count; i++) {
		const struct ov_diag *d = diags->list.items[i];
		struct ov_place place = ov_sources_place(diags->sources, d->span.loc);
		if (!is_error(d))
			continue;
		ov_buf_puts(buf, "    <testcase classname=\"");
		ov_report_code(buf, d->code);
		ov_buf_putc(buf, '"');
		add_attribute(buf, "name",
			place.source ? place.source->path : ov_str_c("command line"));
		ov_buf_puts(buf, ">\n      <error");
		add_attribute(buf, "message", d->message);
		ov_buf_puts(buf, "/>\n    </testcase>\n");
	}
	ov_buf_puts(buf, "  </testsuite>\n");
}

void ov_report_junit(FILE *out, const struct ov_results *results)
{
	struct ov_arena arena = {0};
	struct ov_map known;
	OV_VEC(struct suite *) suites = {0};
	struct counts all = {0};
	ov_map_init(&known, &arena, 0);
	for (size_t i = 0; i < results->count; i++) {
		const struct ov_result *r = &results->items[i];
		union ov_map_item *item = ov_map_put(&known, r->suite, NULL);
		struct suite *suite = item->ptr;
		if (!suite) {
			suite = ov_new(&arena, struct suite);
			suite->name = r->suite;
			item->ptr = suite;
			ov_vec_push(&arena, &suites, suite);
		}
		ov_vec_push(&arena, &suite->list, r);
		count(&all, r);
	}
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_buf_puts(&buf, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
	size_t errors = 0;
	for (size_t i = 0; i < results->diags->list.count; i++)
		errors += is_error(results->diags->list.items[i]);
	all.tests += errors;
	all.errors += errors;
	add_counts(&buf, &all);
	ov_buf_puts(&buf, ">\n");
	add_findings(&buf, results->diags, errors);
	for (size_t i = 0; i < suites.count; i++)
		add_suite(&buf, &arena, results, suites.items[i]);
	ov_buf_puts(&buf, "</testsuites>\n");
	fwrite(buf.ptr, 1, buf.len, out);
	ov_buf_release(&buf);
	ov_arena_release(&arena);
}

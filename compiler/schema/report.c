/* report: findings of a validation, in people's words. Layer: schema. */
#include "schema/run.h"

#include "lang/show.h"
#include "value/number.h"

/* As many names or values are listed in a message. */
enum { LISTED = 10 };

static void add_path(struct ov_buf *out, const struct ov_where *at)
{
	if (!at->up)
		return;
	add_path(out, at->up);
	ov_show_step(out, at->key, at->index, !at->up->up);
}

static void add_subject(struct ov_buf *out, const struct ov_where *at)
{
	if (at->name) {
		ov_buf_addf(out, "the name '%.*s'", OV_STR_ARG(at->key->str));
		if (at->up->up) {
			ov_buf_puts(out, " in ");
			add_path(out, at->up);
		}
	} else if (!at->up) {
		ov_buf_puts(out, "the document");
	} else {
		ov_buf_putc(out, '\'');
		add_path(out, at);
		ov_buf_putc(out, '\'');
	}
}

static struct ov_span place(const struct ov_where *at)
{
	for (; at; at = at->up) {
		uint32_t loc = at->value->loc, key = at->value->key_loc;
		/* What is said of a whole map or list is best said at its key. */
		bool whole = at->value->kind == OV_KIND_MAP || at->value->kind == OV_KIND_LIST;
		if (loc || key)
			return ov_span((whole && key) || !loc ? key : loc);
	}
	return ov_span(0);
}

/* Whether nothing was said yet about this, and somebody listens. */
static bool is_new(struct ov_run *run, const void *at, const void *what)
{
	if (!run->diags || run->stop)
		return false;
	for (size_t i = 0; i < run->reported.count; i++) {
		if (run->reported.items[i].at == at && run->reported.items[i].what == what)
			return false;
	}
	struct ov_reported reported = {at, what};
	ov_vec_push(&run->diags->arena, &run->reported, reported);
	return true;
}

static bool is_new_value(struct ov_run *run, const struct ov_where *at)
{
	/* The value of a name lives on the stack: its address says nothing. */
	return at->name ? run->diags && !run->stop : is_new(run, at->value, NULL);
}

/* Begins a message with what it is about; false where the value has been reported. */
static bool begin(struct ov_run *run, const struct ov_where *at, struct ov_buf *text)
{
	if (!is_new_value(run, at))
		return false;
	ov_buf_init(text);
	add_subject(text, at);
	return true;
}

static struct ov_diag *add(
	struct ov_run *run, enum ov_diag_code code, struct ov_span span, struct ov_buf *text)
{
	struct ov_diag *diag =
		ov_diag_add(run->diags, code, span, "%.*s", OV_STR_ARG(ov_buf_str(text)));
	if (run->subject.len)
		ov_diag_subject(run->diags, diag, run->subject);
	ov_buf_release(text);
	return diag;
}

static void add_kind(struct ov_buf *out, struct ov_value v)
{
	switch (v.kind) {
	case OV_KIND_NULL: ov_buf_puts(out, v.flags & OV_FLAG_EMPTY ? "empty" : "null"); break;
	case OV_KIND_INT:
	case OV_KIND_UINT: ov_buf_puts(out, "an integer"); break;
	case OV_KIND_DOUBLE: ov_buf_puts(out, "a number"); break;
	default: ov_buf_addf(out, "a %s", ov_kind_name((enum ov_kind)v.kind)); break;
	}
}

static void add_types(struct ov_buf *out, unsigned types)
{
	static const char *const names[] = {"null", "true or false", "an integer", "a number",
		"a string", "a list", "a map"};
	if (types & OV_TYPES_NUMBER)
		types &= ~(unsigned)OV_TYPES_INTEGER;
	bool any = false;
	for (size_t i = 0; i < OV_COUNT(names); i++) {
		if (!(types & 1u << i))
			continue;
		types &= ~(1u << i);
		if (any)
			ov_buf_puts(out, types ? ", " : " or ");
		ov_buf_puts(out, names[i]);
		any = true;
	}
}

static void help_with_type(
	struct ov_run *run, struct ov_diag *diag, struct ov_value v, unsigned types)
{
	struct ov_value number;
	if (v.kind == OV_KIND_STRING && !(v.flags & OV_FLAG_PLAIN)) {
		bool boolean = ov_string_is(v, "true") || ov_string_is(v, "false");
		if (((types & (OV_TYPES_INTEGER | OV_TYPES_NUMBER)) &&
			    ov_number_parse(ov_string(v), &number)) ||
			((types & OV_TYPES_BOOLEAN) && boolean))
			ov_diag_help(run->diags, diag, "write it without quotes");
	} else if ((types & OV_TYPES_STRING) &&
		   (ov_schema_types_of(v) & (OV_TYPES_BOOLEAN | OV_TYPES_NUMBER))) {
		ov_diag_help(run->diags, diag, "put it in quotes");
	} else if (types == OV_TYPES_ARRAY && v.kind != OV_KIND_NULL) {
		ov_diag_help(run->diags, diag,
			"a list of one entry is written with a '-' before it, or in [ ]");
	}
}

bool ov_report_type(struct ov_run *run, const struct ov_where *at, unsigned types)
{
	struct ov_buf text;
	if (!begin(run, at, &text))
		return false;
	ov_buf_puts(&text, " is ");
	add_kind(&text, *at->value);
	ov_buf_puts(&text, ", expected ");
	add_types(&text, types);
	help_with_type(run, add(run, OV_DIAG_WRONG_TYPE, place(at), &text), *at->value, types);
	return false;
}

static bool is_hidden(const struct ov_schema *s)
{
	return ov_bool(ov_schema_keyword(s, OV_KEYWORD_SENSITIVE), false) ||
	       ov_bool(ov_schema_keyword(s, OV_KEYWORD_SECRET), false);
}

bool ov_report_not_allowed(struct ov_run *run, const struct ov_schema *s,
	const struct ov_where *at, const struct ov_value *allowed, size_t count)
{
	struct ov_buf text;
	if (!begin(run, at, &text))
		return false;
	if (!is_hidden(s)) {
		ov_buf_puts(&text, " is ");
		ov_show_value(&text, *at->value);
		ov_buf_puts(&text, count == 1 ? ", but only " : ", allowed: ");
	} else {
		ov_buf_puts(&text, count == 1 ? ": only " : ": allowed are ");
	}
	struct ov_str *names = ov_new_array(&run->diags->arena, struct ov_str, count);
	size_t strings = 0;
	for (size_t i = 0; i < count; i++) {
		if (ov_is_string(allowed[i]))
			names[strings++] = ov_string(allowed[i]);
		if (i == LISTED)
			ov_buf_puts(&text, ", …");
		if (i >= LISTED)
			continue;
		ov_buf_puts(&text, i ? ", " : "");
		ov_show_value(&text, allowed[i]);
	}
	if (count == 1)
		ov_buf_puts(&text, " is allowed");
	struct ov_diag *diag = add(run, OV_DIAG_NOT_ALLOWED, place(at), &text);
	struct ov_str near = {0};
	if (ov_is_string(*at->value))
		near = ov_nearest(ov_string(*at->value), names, strings);
	if (near.len)
		ov_diag_help(run->diags, diag, "did you mean '%.*s'?", OV_STR_ARG(near));
	return false;
}

bool ov_report_bound(struct ov_run *run, const struct ov_where *at, const char *fmt, ...)
{
	struct ov_buf text;
	if (!begin(run, at, &text))
		return false;
	ov_buf_putc(&text, ' ');
	if (ov_schema_types_of(*at->value) & OV_TYPES_NUMBER) {
		ov_buf_puts(&text, "is ");
		ov_show_value(&text, *at->value);
		ov_buf_puts(&text, " but ");
	}
	va_list args;
	va_start(args, fmt);
	ov_buf_vaddf(&text, fmt, args);
	va_end(args);
	add(run, OV_DIAG_BOUND, place(at), &text);
	return false;
}

static struct ov_str own_message(const struct ov_schema *s)
{
	return ov_string(ov_schema_keyword(s, OV_KEYWORD_MESSAGE));
}

static void help_with_description(
	struct ov_run *run, struct ov_diag *diag, const struct ov_schema *s)
{
	if (s->description.len)
		ov_diag_help(run->diags, diag, "%.*s", OV_STR_ARG(s->description));
}

bool ov_report_format(struct ov_run *run, const struct ov_schema *s, const struct ov_where *at,
	struct ov_str why)
{
	struct ov_buf text;
	if (!begin(run, at, &text))
		return false;
	struct ov_str message = own_message(s);
	ov_buf_puts(&text, message.len ? ": " : " ");
	ov_buf_add(&text, message.len ? message : why);
	add(run, OV_DIAG_FORMAT, place(at), &text);
	return false;
}

/* The fields that may stand in a map, as far as its schema and those in place of it know. */
struct gathered {
	struct ov_str names[256];
	size_t count;
	size_t looked; /* schemas looked at: references can multiply them */
};

static void gather_own(struct gathered *g, const struct ov_schema *s)
{
	for (size_t i = 0; i < s->properties.count && g->count < OV_COUNT(g->names); i++) {
		const struct ov_schema_property *property = &s->properties.items[i];
		bool known = property->schema->boolean && !property->schema->accepts;
		for (size_t k = 0; k < g->count && !known; k++)
			known = ov_str_eq(g->names[k], property->key->str);
		if (!known)
			g->names[g->count++] = property->key->str;
	}
}

static void gather(struct gathered *g, const struct ov_schema *s, size_t depth)
{
	if (!s || depth > 16 || ++g->looked > 1000)
		return;
	gather_own(g, s);
	const struct ov_schema *const in_place[] = {
		s->ref, s->dynamic_ref, s->if_, s->then_, s->else_};
	for (size_t i = 0; i < OV_COUNT(in_place); i++)
		gather(g, in_place[i], depth + 1);
	const struct ov_schema_list *const lists[] = {&s->all_of, &s->any_of, &s->one_of};
	for (size_t i = 0; i < OV_COUNT(lists); i++) {
		for (size_t k = 0; k < lists[i]->count; k++)
			gather(g, lists[i]->items[k], depth + 1);
	}
}

bool ov_report_unknown(struct ov_run *run, const struct ov_schema *s, const struct ov_where *at,
	const struct ov_entry *entry)
{
	if (!is_new(run, &entry->value, NULL))
		return false;
	struct ov_buf text;
	ov_buf_init(&text);
	struct ov_str name = entry->key->str;
	bool declared = ov_schema_property(s, entry->key) != NULL;
	ov_buf_addf(&text,
		declared ? "the field '%.*s' may not be used" : "unknown field '%.*s'",
		OV_STR_ARG(name));
	if (at->up) {
		ov_buf_puts(&text, " in ");
		add_path(&text, at);
	}
	struct ov_span span =
		entry->value.key_loc ? ov_span_n(entry->value.key_loc, 0) : place(at);
	struct ov_diag *diag = add(run, OV_DIAG_UNKNOWN_FIELD, span, &text);
	if (declared)
		return false;
	struct gathered g;
	g.count = g.looked = 0;
	if (s->additional_properties && s->additional_properties->boolean)
		gather_own(&g, s);
	else
		gather(&g, s, 0);
	struct ov_str near = ov_nearest(name, g.names, g.count);
	if (near.len) {
		struct ov_reported meant = {at->value, near.ptr};
		ov_vec_push(&run->diags->arena, &run->meant, meant);
		ov_diag_help(run->diags, diag, "did you mean '%.*s'?", OV_STR_ARG(near));
	} else if (g.count && g.count <= LISTED) {
		ov_buf_init(&text);
		for (size_t i = 0; i < g.count; i++)
			ov_buf_addf(&text, "%s%.*s", i ? ", " : "", OV_STR_ARG(g.names[i]));
		ov_diag_help(run->diags, diag, "the fields here are: %.*s",
			OV_STR_ARG(ov_buf_str(&text)));
		ov_buf_release(&text);
	}
	return false;
}

static void add_missing(struct ov_run *run, const struct ov_where *at,
	const struct ov_key *const *fields, size_t count, struct ov_buf *text)
{
	const struct ov_key **kept =
		ov_new_array(&run->diags->arena, const struct ov_key *, count);
	memcpy(kept, fields, count * sizeof(*kept));
	struct ov_missing missing = {at->value, kept, count, place(at),
		ov_str_dup(&run->diags->arena, ov_buf_str(text))};
	ov_vec_push(&run->diags->arena, &run->missing, missing);
	ov_buf_release(text);
}

bool ov_report_missing(struct ov_run *run, const struct ov_where *at,
	const struct ov_key *field, const struct ov_key *because)
{
	if (!is_new(run, at->value, field->str.ptr))
		return false;
	struct ov_buf text;
	ov_buf_init(&text);
	ov_buf_addf(&text, "missing field '%.*s'", OV_STR_ARG(field->str));
	if (at->up) {
		ov_buf_puts(&text, " in ");
		add_path(&text, at);
	}
	if (because)
		ov_buf_addf(&text, ", which '%.*s' needs", OV_STR_ARG(because->str));
	add_missing(run, at, &field, 1, &text);
	return false;
}

bool ov_report_missing_any(struct ov_run *run, const struct ov_where *at,
	const struct ov_key *const *fields, size_t count)
{
	if (count == 1)
		return ov_report_missing(run, at, fields[0], NULL);
	struct ov_buf text;
	if (!begin(run, at, &text))
		return false;
	ov_buf_puts(&text, " needs one of the fields ");
	for (size_t i = 0; i < count; i++)
		ov_buf_addf(&text, "%s'%.*s'",
			!i              ? ""
			: i + 1 < count ? ", "
					: " or ",
			OV_STR_ARG(fields[i]->str));
	add_missing(run, at, fields, count, &text);
	return false;
}

static bool was_meant(const struct ov_run *run, const struct ov_missing *missing)
{
	for (size_t i = 0; i < run->meant.count; i++) {
		for (size_t k = 0; k < missing->count; k++) {
			if (run->meant.items[i].at == missing->map &&
				run->meant.items[i].what == missing->fields[k]->str.ptr)
				return true;
		}
	}
	return false;
}

bool ov_report_violation(struct ov_run *run, const struct ov_schema *s,
	const struct ov_where *at, const char *fmt, ...)
{
	struct ov_buf text;
	if (!begin(run, at, &text))
		return false;
	struct ov_str message = own_message(s);
	if (message.len) {
		ov_buf_puts(&text, ": ");
		ov_buf_add(&text, message);
	} else {
		ov_buf_putc(&text, ' ');
		va_list args;
		va_start(args, fmt);
		ov_buf_vaddf(&text, fmt, args);
		va_end(args);
	}
	struct ov_diag *diag = add(run, OV_DIAG_SCHEMA_VIOLATION, place(at), &text);
	if (!message.len)
		help_with_description(run, diag, s);
	return false;
}

void ov_report_end(struct ov_run *run)
{
	for (size_t i = 0; i < run->missing.count; i++) {
		const struct ov_missing *missing = &run->missing.items[i];
		struct ov_buf message;
		if (was_meant(run, missing))
			continue;
		ov_buf_init(&message);
		ov_buf_add(&message, missing->text);
		add(run, OV_DIAG_MISSING_FIELD, missing->span, &message);
	}
	const struct ov_run_limit *limit = &run->limit;
	if (!run->stop)
		return;
	struct ov_buf text;
	ov_buf_init(&text);
	ov_buf_puts(&text, limit->what);
	if (limit->pattern.len)
		ov_buf_addf(&text, ": the pattern is %.*s", OV_STR_ARG(limit->pattern));
	bool schema = limit->schema_loc != 0;
	struct ov_diag *diag = add(run, schema ? OV_DIAG_BAD_SCHEMA : OV_DIAG_SCHEMA_VIOLATION,
		ov_span(schema ? limit->schema_loc : limit->value_loc), &text);
	if (schema && limit->value_loc)
		ov_diag_note(run->diags, diag, ov_span(limit->value_loc),
			"found when this was checked");
}

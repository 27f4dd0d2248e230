/*
 * validate: applies a compiled schema to a value. Layer: schema.
 *
 * The verdict comes first and stops at the first failure; only a document that fails is gone
 * through again for findings.
 */
#include "schema/run.h"

#include "base/limits.h"
#include "lang/format.h"
#include "lang/show.h"
#include "value/equal.h"

static bool check_value(
	struct ov_run *run, const struct ov_schema *s, const struct ov_where *at)
{
	if (ov_is_some(s->const_) && !ov_equal(s->const_, *at->value, OV_JSON_SCHEMA))
		return ov_report_not_allowed(run, s, at, &s->const_, 1);
	if (!ov_is_some(s->enum_))
		return true;
	for (size_t i = 0; i < s->enum_.count; i++) {
		if (ov_equal(s->enum_.items[i], *at->value, OV_JSON_SCHEMA))
			return true;
	}
	return ov_report_not_allowed(run, s, at, s->enum_.items, s->enum_.count);
}

static bool report_limit_value(
	struct ov_run *run, const struct ov_where *at, const char *what, struct ov_value limit)
{
	if (!run->diags)
		return false;
	struct ov_buf text;
	ov_buf_init(&text);
	ov_show_value(&text, limit);
	ov_report_bound(run, at, "%s %.*s", what, OV_STR_ARG(ov_buf_str(&text)));
	ov_buf_release(&text);
	return false;
}

static bool check_number(
	struct ov_run *run, const struct ov_schema *s, const struct ov_where *at)
{
	struct ov_value v = *at->value;
	if (ov_is_some(s->minimum) && ov_compare_numbers(v, s->minimum) < 0)
		return report_limit_value(run, at, "must be at least", s->minimum);
	if (ov_is_some(s->exclusive_minimum) &&
		ov_compare_numbers(v, s->exclusive_minimum) <= 0)
		return report_limit_value(run, at, "must be more than", s->exclusive_minimum);
	if (ov_is_some(s->maximum) && ov_compare_numbers(v, s->maximum) > 0)
		return report_limit_value(run, at, "must be at most", s->maximum);
	if (ov_is_some(s->exclusive_maximum) &&
		ov_compare_numbers(v, s->exclusive_maximum) >= 0)
		return report_limit_value(run, at, "must be less than", s->exclusive_maximum);
	if (ov_is_some(s->multiple_of) && !ov_schema_is_multiple(v, s->multiple_of))
		return report_limit_value(run, at, "must be a multiple of", s->multiple_of);
	return true;
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static bool check_format(
	struct ov_run *run, const struct ov_schema *s, const struct ov_where *at)
{
	struct ov_str why = {0};
	if (ov_str_is(s->format, "regex")) {
		if (ov_regex_compile(
			    s->resource->regexes, OV_REGEX_ECMA, ov_string(*at->value), &why))
			return true;
		struct ov_str text = ov_str_fmt(
			run->scratch, "is no regular expression: %.*s", OV_STR_ARG(why));
		return ov_report_format(run, s, at, text);
	}
	struct ov_arena_mark mark = ov_arena_mark(run->scratch);
	bool ok = ov_format_check(run->scratch, s->format, ov_string(*at->value), &why) !=
			  OV_FORMAT_BAD ||
		  ov_report_format(run, s, at, why);
	ov_arena_rewind(run->scratch, mark);
	return ok;
}

static bool check_string(
	struct ov_run *run, const struct ov_schema *s, const struct ov_where *at)
{
	struct ov_str text = ov_string(*at->value);
	if (s->min_length || s->max_length < SIZE_MAX) {
		size_t length = ov_utf8_count(text);
		if (length < s->min_length)
			return ov_report_bound(run, at, "must be at least %zu character%s long",
				s->min_length, plural(s->min_length));
		if (length > s->max_length)
			return ov_report_bound(run, at,
				"must be at most %zu character%s long, not %zu", s->max_length,
				plural(s->max_length), length);
	}
	if (s->regex && !ov_run_matches(run, s->regex, s->pattern, text, at))
		return ov_report_violation(
			run, s, at, "does not match the pattern %.*s", OV_STR_ARG(s->pattern));
	if (s->format.len && (s->format_asserted || (run->flags & OV_SCHEMA_FORMAT_ASSERT)))
		return check_format(run, s, at);
	return true;
}

bool ov_run_matches(struct ov_run *run, const struct ov_regex *regex, struct ov_str pattern,
	struct ov_str text, const struct ov_where *at)
{
	switch (ov_regex_search(regex, text)) {
	case OV_REGEX_YES: return true;
	case OV_REGEX_NO: return false;
	case OV_REGEX_LIMIT: break;
	}
	return ov_run_stop(run, at,
		(struct ov_run_limit){.what = "matching takes too long", .pattern = pattern});
}

bool ov_run_stop(struct ov_run *run, const struct ov_where *at, struct ov_run_limit limit)
{
	if (!run->stop) {
		run->limit = limit;
		for (; at && !run->limit.value_loc; at = at->up)
			run->limit.value_loc = at->value->loc;
	}
	run->stop = true;
	return false;
}

bool ov_run_demands(const struct ov_run *run)
{
	return !(run->flags & OV_SCHEMA_PARTIAL) || (run->flags & OV_RUN_STRICT);
}

bool ov_run_has(const struct ov_run *run, struct ov_value map, const struct ov_key *key)
{
	const struct ov_entry *entry = ov_entry_key(map, key);
	return entry &&
	       !(entry->value.kind == OV_KIND_NULL && (run->flags & OV_SCHEMA_PARTIAL));
}

bool ov_run_is_merge_key(const struct ov_run *run, const struct ov_key *key)
{
	return (run->flags & OV_SCHEMA_PARTIAL) && key->str.len && key->str.ptr[0] == '$' &&
	       (ov_str_is(key->str, "$remove") || ov_str_is(key->str, "$replace"));
}

bool ov_run_quietly(struct ov_run *run, const struct ov_schema *s, const struct ov_where *at,
	unsigned char *seen)
{
	struct ov_diags *diags = run->diags;
	struct ov_arena_mark mark = ov_arena_mark(run->scratch);
	size_t count = ov_count(*at->value);
	unsigned char *own = seen ? ov_new_array(run->scratch, unsigned char, count) : NULL;
	run->diags = NULL;
	bool ok = ov_run_schema(run, s, at, own);
	run->diags = diags;
	for (size_t i = 0; ok && own && i < count; i++)
		seen[i] |= own[i];
	ov_arena_rewind(run->scratch, mark);
	return ok;
}

/* As ov_run_quietly, demanding all fields even of a partial document. */
static bool holds_strictly(struct ov_run *run, const struct ov_schema *s,
	const struct ov_where *at, unsigned char *seen)
{
	unsigned flags = run->flags;
	run->flags |= OV_RUN_STRICT;
	bool ok = ov_run_quietly(run, s, at, seen);
	run->flags = flags;
	return ok;
}

static bool check_not(struct ov_run *run, const struct ov_schema *s, const struct ov_where *at)
{
	/* What is absent may yet be inherited, so only what holds already can be forbidden. */
	if (!holds_strictly(run, s->not_, at, NULL))
		return !run->stop;
	const struct ov_schema *not_ = ov_schema_resolve(s->not_);
	if (not_->required_count > 1 && run->diags) {
		struct ov_buf names;
		ov_buf_init(&names);
		for (size_t i = 0; i < not_->required_count; i++)
			ov_buf_addf(&names, "%s'%.*s'", i ? " and " : "",
				OV_STR_ARG(not_->required[i]->str));
		ov_report_violation(run, s, at, "may not have %.*s together",
			OV_STR_ARG(ov_buf_str(&names)));
		ov_buf_release(&names);
		return false;
	}
	if (not_->required_count == 1)
		return ov_report_violation(run, s, at, "may not have '%.*s' here",
			OV_STR_ARG(not_->required[0]->str));
	return ov_report_violation(run, s, at, "has a value that the schema excludes");
}

static bool check_any_of(struct ov_run *run, const struct ov_schema *s,
	const struct ov_where *at, unsigned char *seen)
{
	bool any = false;
	for (size_t i = 0; i < s->any_of.count && (!any || seen); i++)
		any = ov_run_quietly(run, s->any_of.items[i], at, seen) || any;
	if (!any && run->diags && !run->stop)
		ov_branch_report(run, s, &s->any_of, at, seen);
	return any;
}

static bool check_one_of(struct ov_run *run, const struct ov_schema *s,
	const struct ov_where *at, unsigned char *seen)
{
	/* What will inherit more may still become any branch that it does not contradict. */
	bool partial = !ov_run_demands(run);
	size_t possible = 0, passed = 0, which[2] = {0};
	for (size_t i = 0; i < s->one_of.count; i++) {
		if (!ov_run_quietly(run, s->one_of.items[i], at, seen))
			continue;
		possible++;
		if (partial && !holds_strictly(run, s->one_of.items[i], at, NULL))
			continue;
		if (passed < 2)
			which[passed] = i;
		passed++;
	}
	if (passed == 1 || (possible && !passed))
		return true;
	if (!run->diags || run->stop)
		return false;
	if (!passed) {
		ov_branch_report(run, s, &s->one_of, at, seen);
		return false;
	}
	const struct ov_schema *a = ov_schema_resolve(s->one_of.items[which[0]]);
	const struct ov_schema *b = ov_schema_resolve(s->one_of.items[which[1]]);
	if (a->required_count && b->required_count)
		return ov_report_violation(run, s, at, "may have '%.*s' or '%.*s', not both",
			OV_STR_ARG(a->required[0]->str), OV_STR_ARG(b->required[0]->str));
	if (a->title.len && b->title.len)
		return ov_report_violation(run, s, at, "fits both '%.*s' and '%.*s'",
			OV_STR_ARG(a->title), OV_STR_ARG(b->title));
	return ov_report_violation(
		run, s, at, "fits several alternatives of which exactly one is allowed");
}

static bool check_if(struct ov_run *run, const struct ov_schema *s, const struct ov_where *at,
	unsigned char *seen)
{
	bool yes, no;
	if (!ov_run_demands(run)) {
		/* Undecided while what is still to be inherited can decide it. */
		yes = holds_strictly(run, s->if_, at, seen);
		no = !yes && !ov_run_quietly(run, s->if_, at, NULL);
	} else {
		yes = ov_run_quietly(run, s->if_, at, seen);
		no = !yes;
	}
	if (run->stop)
		return false;
	if (yes && s->then_)
		return ov_run_schema(run, s->then_, at, seen);
	if (no && s->else_)
		return ov_run_schema(run, s->else_, at, seen);
	return true;
}

static bool check_ref(struct ov_run *run, const struct ov_schema *s,
	const struct ov_schema *target, const struct ov_where *at, unsigned char *seen)
{
	if (run->refs >= OV_LIMIT_SCHEMA_REF)
		return ov_run_stop(run, at,
			(struct ov_run_limit){.what = "the schema refers to itself without end",
				.schema_loc = s->source->loc});
	run->refs++;
	bool ok = ov_run_schema(run, target, at, seen);
	run->refs--;
	return ok;
}

/* The outermost resource in scope that has the dynamic anchor (core, 8.2.3.2). */
static const struct ov_schema *dynamic_target(
	const struct ov_run *run, const struct ov_schema *s)
{
	const struct ov_schema *target = s->dynamic_ref;
	if (!s->dynamic_name)
		return target;
	for (const struct ov_scope *scope = run->scope; scope; scope = scope->outer) {
		const struct ov_schema_resource *resource = scope->resource;
		for (size_t i = 0; i < resource->dynamic_count; i++) {
			if (resource->dynamic[i].name == s->dynamic_name)
				target = resource->dynamic[i].schema;
		}
	}
	return target;
}

static bool check_in_place(struct ov_run *run, const struct ov_schema *s,
	const struct ov_where *at, unsigned char *seen)
{
	bool ok = true;
	if (s->ref)
		ok = check_ref(run, s, s->ref, at, seen);
	if (s->dynamic_ref && (ok || run->diags))
		ok = check_ref(run, s, dynamic_target(run, s), at, seen) && ok;
	for (size_t i = 0; i < s->all_of.count && (ok || run->diags); i++)
		ok = ov_run_schema(run, s->all_of.items[i], at, seen) && ok;
	if (s->any_of.count && (ok || run->diags))
		ok = check_any_of(run, s, at, seen) && ok;
	if (s->one_of.count && (ok || run->diags))
		ok = check_one_of(run, s, at, seen) && ok;
	if (s->not_ && ok)
		ok = check_not(run, s, at);
	if (s->if_ && (ok || run->diags))
		ok = check_if(run, s, at, seen) && ok;
	return ok;
}

static bool check_keywords(struct ov_run *run, const struct ov_schema *s,
	const struct ov_where *at, unsigned char *seen)
{
	bool ok = true;
	switch (at->value->kind) {
	case OV_KIND_MAP:
		if (s->work & OV_WORK_OBJECT)
			ok = ov_run_object(run, s, at, seen);
		break;
	case OV_KIND_LIST:
		if (s->work & OV_WORK_ARRAY)
			ok = ov_run_array(run, s, at, seen);
		break;
	case OV_KIND_STRING:
		if (s->work & OV_WORK_STRING)
			ok = check_string(run, s, at);
		break;
	case OV_KIND_INT:
	case OV_KIND_UINT:
	case OV_KIND_DOUBLE:
		if (s->work & OV_WORK_NUMBER)
			ok = check_number(run, s, at);
		break;
	default: break;
	}
	if ((s->work & OV_WORK_VALUE) && ok)
		ok = check_value(run, s, at);
	if ((s->work & OV_WORK_IN_PLACE) && (ok || run->diags))
		ok = check_in_place(run, s, at, seen) && ok;
	return ok;
}

/* With annotations of its own, for unevaluatedItems and unevaluatedProperties. */
static bool check_unevaluated(struct ov_run *run, const struct ov_schema *s,
	const struct ov_where *at, unsigned char *seen)
{
	size_t count = ov_count(*at->value);
	struct ov_arena_mark mark = ov_arena_mark(run->scratch);
	unsigned char *own = ov_new_array(run->scratch, unsigned char, count);
	bool ok = check_keywords(run, s, at, own);
	if (ok || run->diags)
		ok = ov_run_unevaluated(run, s, at, own) && ok;
	for (size_t i = 0; seen && i < count; i++)
		seen[i] |= own[i];
	ov_arena_rewind(run->scratch, mark);
	return ok;
}

static bool passes_as_partial(const struct ov_run *run, const struct ov_where *at)
{
	if (!at->up || at->name)
		return false;
	if (at->value->kind == OV_KIND_NULL)
		return true;
	for (size_t i = 0; at->value->kind == OV_KIND_MAP && i < at->value->count; i++) {
		const struct ov_entry *entry = &at->value->entries[i];
		if (ov_run_is_merge_key(run, entry->key) && ov_bool(entry->value, false))
			return ov_str_is(entry->key->str, "$remove") || at->value->count == 1;
	}
	return false;
}

static bool apply(struct ov_run *run, const struct ov_schema *s, const struct ov_where *at,
	unsigned char *seen)
{
	if (s->types && !(ov_schema_types_of(*at->value) & s->types)) {
		if (!(run->flags & OV_SCHEMA_PARTIAL) || !passes_as_partial(run, at))
			return ov_report_type(run, at, s->types);
		return true;
	}
	if (!s->work)
		return true;
	if ((run->flags & OV_SCHEMA_PARTIAL) && passes_as_partial(run, at))
		return true;
	if (run->scope && run->scope->resource == s->resource)
		return (s->work & OV_WORK_UNEVALUATED) ? check_unevaluated(run, s, at, seen)
						       : check_keywords(run, s, at, seen);
	struct ov_scope scope = {s->resource, run->scope};
	run->scope = &scope;
	bool ok = (s->work & OV_WORK_UNEVALUATED) ? check_unevaluated(run, s, at, seen)
						  : check_keywords(run, s, at, seen);
	run->scope = scope.outer;
	return ok;
}

bool ov_run_schema(struct ov_run *run, const struct ov_schema *s, const struct ov_where *at,
	unsigned char *seen)
{
	if (run->stop)
		return false;
	if (s->boolean)
		return s->accepts ||
		       (at->value->kind == OV_KIND_NULL && at->up && !at->name &&
			       (run->flags & OV_SCHEMA_PARTIAL)) ||
		       ov_report_violation(run, s, at, "may not be here");
	if (run->depth >= OV_LIMIT_SCHEMA_DEPTH)
		return ov_run_stop(run, at,
			(struct ov_run_limit){.what = "value and schema are nested too deep"});
	if (++run->steps > OV_LIMIT_SCHEMA_STEPS)
		return ov_run_stop(run, at,
			(struct ov_run_limit){.what = "checking the value against its schema "
						      "takes too long"});
	run->depth++;
	bool ok = apply(run, s, at, seen);
	run->depth--;
	if (!ok && at->depth > run->furthest)
		run->furthest = at->depth;
	return ok;
}

bool ov_schema_validate(const struct ov_schema *schema, struct ov_value value,
	enum ov_schema_flags flags, struct ov_arena *scratch, struct ov_diags *diags,
	struct ov_str subject)
{
	struct ov_arena_mark mark = ov_arena_mark(scratch);
	struct ov_where at = {.value = &value};
	struct ov_run run = {.scratch = scratch, .subject = subject, .flags = flags};
	bool ok = ov_run_schema(&run, schema, &at, NULL);
	if (!ok && diags) {
		size_t before = diags->errors;
		run = (struct ov_run){
			.scratch = scratch, .diags = diags, .subject = subject, .flags = flags};
		ov_run_schema(&run, schema, &at, NULL);
		ov_report_end(&run);
		if (diags->errors == before)
			ov_report_violation(&run, schema, &at, "does not satisfy its schema");
	}
	ov_arena_rewind(scratch, mark);
	return ok;
}

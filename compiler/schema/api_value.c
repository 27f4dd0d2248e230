/* api_value: bounds, patterns, formats and alternatives of values. Layer: schema. */
#include "schema/api_internal.h"

#include "lang/show.h"
#include "value/equal.h"

/* As many values are listed in a message. */
enum { LISTED = 12 };

/* Begins a message with the value, which is wrong; false where nobody is told. */
static bool begin(struct ov_api_run *run, const struct ov_api_where *at, struct ov_buf *buf)
{
	run->blocked = true;
	if (!run->diags)
		return false;
	ov_buf_init(buf);
	ov_show_value(buf, *at->value);
	return true;
}

static bool check_enum(
	struct ov_api_run *run, const struct ov_api_checks *c, const struct ov_api_where *at)
{
	struct ov_value v = *at->value;
	for (size_t i = 0; i < c->enum_.count; i++) {
		/* A null is none of them, even where it is listed. */
		if (v.kind != OV_KIND_NULL && ov_equal(v, c->enum_.items[i], OV_JSON_SCHEMA))
			return true;
	}
	/* An optional field of a Go struct may be empty. */
	if (run->native && ov_is_string(v) && !v.count)
		return true;
	struct ov_buf buf;
	if (!begin(run, at, &buf))
		return false;
	ov_buf_puts(&buf, ", allowed: ");
	for (size_t i = 0; i < c->enum_.count && i < LISTED; i++) {
		if (i)
			ov_buf_puts(&buf, ", ");
		ov_show_value(&buf, c->enum_.items[i]);
	}
	if (c->enum_.count > LISTED)
		ov_buf_addf(&buf, " and %u more", c->enum_.count - LISTED);
	ov_api_report(run, OV_DIAG_API_VALUE, at, "is %.*s", OV_STR_ARG(ov_buf_str(&buf)));
	ov_buf_release(&buf);
	return false;
}

/* Servers compare an integer with the whole part of a bound. */
static struct ov_value bound_for(struct ov_value v, struct ov_value bound)
{
	bool whole = v.kind == OV_KIND_INT || v.kind == OV_KIND_UINT;
	if (whole && bound.kind == OV_KIND_DOUBLE && bound.number > -9e18 &&
		bound.number < 9e18)
		return ov_value_int((int64_t)bound.number);
	return bound;
}

static bool report_bound(struct ov_api_run *run, const struct ov_api_where *at,
	const char *what, struct ov_value bound)
{
	struct ov_buf buf;
	if (!run->diags)
		return false;
	ov_buf_init(&buf);
	ov_show_value(&buf, *at->value);
	ov_buf_addf(&buf, " but must be %s ", what);
	ov_show_value(&buf, bound);
	ov_api_report(run, OV_DIAG_API_VALUE, at, "is %.*s", OV_STR_ARG(ov_buf_str(&buf)));
	ov_buf_release(&buf);
	return false;
}

static bool is_multiple(struct ov_value v, struct ov_value of)
{
	struct ov_value factor = bound_for(v, of);
	if (v.kind == OV_KIND_INT && factor.kind == OV_KIND_INT)
		return factor.integer > 0 && v.integer % factor.integer == 0;
	double f = ov_to_double(of), d = ov_to_double(v);
	double times = f < 1 ? 1 / f * d : d / f;
	return f > 0 && times > -9e18 && times < 9e18 &&
	       ov_compare_numbers(ov_value_double(times), ov_value_int((int64_t)times)) == 0;
}

/* The range of the format; without one, an integer has 64 bits. */
static bool in_range(
	const struct ov_api_run *run, const struct ov_api_node *node, struct ov_value v)
{
	const struct ov_api_format *format = node->checks->format;
	const char *name = format ? format->name : "";
	struct ov_value low = ov_value_int(INT64_MIN), high = ov_value_int(INT64_MAX);
	if ((run->flags & OV_API_WIDE_NUMBERS) && !run->native)
		return true;
	if (strncmp(name, "float", 5) == 0) {
		double d = ov_to_double(v);
		return d >= -3.4028235677973366e38 && d <= 3.4028235677973366e38;
	}
	if (node->types & OV_API_NUMBER || !(node->types & OV_API_INTEGER))
		return true;
	if (strcmp(name, "int32") == 0)
		low = ov_value_int(INT32_MIN), high = ov_value_int(INT32_MAX);
	else if (strcmp(name, "uint32") == 0)
		low = ov_value_int(0), high = ov_value_int(UINT32_MAX);
	else if (strcmp(name, "uint64") == 0)
		low = ov_value_int(0), high = ov_value_uint(UINT64_MAX);
	return ov_compare_numbers(v, low) >= 0 && ov_compare_numbers(v, high) <= 0;
}

static bool check_number(
	struct ov_api_run *run, const struct ov_api_node *node, const struct ov_api_where *at)
{
	const struct ov_api_checks *c = node->checks;
	struct ov_value v = *at->value;
	bool ok = true;
	if (!in_range(run, node, v)) {
		const char *meaning =
			c->format ? c->format->meaning : "a whole number of 64 bits";
		return ov_api_report(
			run, OV_DIAG_API_VALUE, at, "is out of range, expected %s", meaning);
	}
	if (ov_is_some(c->minimum)) {
		int order = ov_compare_numbers(v, bound_for(v, c->minimum));
		if (order < 0 || (order == 0 && c->exclusive_minimum))
			ok = report_bound(run, at,
				c->exclusive_minimum ? "greater than" : "at least", c->minimum);
	}
	if (ov_is_some(c->maximum)) {
		int order = ov_compare_numbers(v, bound_for(v, c->maximum));
		if (order > 0 || (order == 0 && c->exclusive_maximum))
			ok = report_bound(run, at,
				c->exclusive_maximum ? "less than" : "at most", c->maximum);
	}
	if (ov_is_some(c->multiple_of) && !is_multiple(v, c->multiple_of))
		ok = report_bound(run, at, "a multiple of", c->multiple_of);
	return ok;
}

static bool check_pattern(
	struct ov_api_run *run, const struct ov_api_checks *c, const struct ov_api_where *at)
{
	struct ov_str text = ov_string(*at->value);
	if (!c->regex)
		return ov_api_report(run, OV_DIAG_API_VALUE, at,
			"must match the pattern '%.*s', which is not valid: %.*s",
			OV_STR_ARG(c->pattern), OV_STR_ARG(c->pattern_error));
	switch (ov_regex_search(c->regex, text)) {
	case OV_REGEX_YES: return true;
	case OV_REGEX_LIMIT:
		return ov_api_report(run, OV_DIAG_API_VALUE, at,
			"takes too much effort to be compared with the pattern '%.*s'",
			OV_STR_ARG(c->pattern));
	case OV_REGEX_NO: break;
	}
	struct ov_buf buf;
	if (!run->diags)
		return false;
	ov_buf_init(&buf);
	ov_show_value(&buf, *at->value);
	ov_api_report(run, OV_DIAG_API_VALUE, at, "is %.*s, which does not match '%.*s'",
		OV_STR_ARG(ov_buf_str(&buf)), OV_STR_ARG(c->pattern));
	ov_buf_release(&buf);
	return false;
}

static bool check_format(
	struct ov_api_run *run, const struct ov_api_checks *c, const struct ov_api_where *at)
{
	struct ov_str s = ov_string(*at->value);
	/* No bytes are an empty string to Go. */
	if (c->format->ok(s) || (run->native && !s.len && strcmp(c->format->name, "byte") == 0))
		return true;
	struct ov_buf buf;
	if (!begin(run, at, &buf))
		return false;
	ov_api_report(run, OV_DIAG_API_VALUE, at, "is %.*s, expected %s",
		OV_STR_ARG(ov_buf_str(&buf)), c->format->meaning);
	ov_buf_release(&buf);
	return false;
}

static bool check_string(
	struct ov_api_run *run, const struct ov_api_checks *c, const struct ov_api_where *at)
{
	struct ov_str s = ov_string(*at->value);
	if (c->max_length != SIZE_MAX || c->min_length) {
		size_t n = ov_utf8_count(s);
		if (n > c->max_length) {
			run->blocked = true;
			return ov_api_report(run, OV_DIAG_API_VALUE, at,
				"has %zu characters but may have at most %zu", n,
				c->max_length);
		}
		if (n < c->min_length)
			return ov_api_report(run, OV_DIAG_API_VALUE, at,
				"has %zu characters but needs at least %zu", n, c->min_length);
	}
	if (c->pattern.len && !check_pattern(run, c, at))
		return false;
	return !c->format || !c->format->ok || check_format(run, c, at);
}

static bool check_count(struct ov_api_run *run, const struct ov_api_where *at, size_t least,
	size_t most, const char *what)
{
	size_t n = ov_count(*at->value);
	if (n > most) {
		run->blocked = true;
		return ov_api_report(run, OV_DIAG_API_VALUE, at,
			"has %zu %s but may have at most %zu", n, what, most);
	}
	if (n < least)
		return ov_api_report(run, OV_DIAG_API_VALUE, at,
			"has %zu %s but needs at least %zu", n, what, least);
	return true;
}

static bool check_unique(struct ov_api_run *run, const struct ov_api_where *at)
{
	struct ov_value v = *at->value;
	for (size_t i = 1; i < v.count; i++) {
		for (size_t k = 0; k < i; k++) {
			if (!ov_equal(v.items[i], v.items[k], OV_JSON_SCHEMA))
				continue;
			struct ov_api_where inner = {at, &v.items[i], NULL, i, 0, false};
			return ov_api_report(run, OV_DIAG_API_LIST, &inner,
				"is the same as entry %zu of the list", k);
		}
	}
	return true;
}

/* Whether the value fits a branch; nothing is reported. */
static bool fits(
	struct ov_api_run *run, const struct ov_api_node *branch, const struct ov_api_where *at)
{
	struct ov_diags *diags = run->diags;
	bool blocked = run->blocked;
	run->diags = NULL;
	bool ok = ov_api_walk(run, branch, at, false, true);
	run->diags = diags;
	run->blocked = blocked;
	return ok;
}

/* Whether all branches do nothing but ask for fields; then they are listed. */
static bool list_required(const struct ov_api_nodes *branches, struct ov_buf *buf)
{
	for (size_t i = 0; i < branches->count; i++) {
		const struct ov_api_node *n = branches->items[i];
		if (n->types || !n->required_count || n->field_count || n->checks || n->values)
			return false;
		if (i)
			ov_buf_puts(buf, i + 1 == branches->count ? " or " : ", ");
		for (size_t k = 0; k < n->required_count; k++)
			ov_buf_addf(buf, "%s'%.*s'", k ? " with " : "",
				OV_STR_ARG(n->required[k]->str));
	}
	return true;
}

/* What is wrong by the branch that has the least to complain of. */
static void explain_nearest(struct ov_api_run *run, const struct ov_api_nodes *branches,
	const struct ov_api_where *at)
{
	struct ov_diags *diags = run->diags;
	bool blocked = run->blocked;
	struct ov_buf best;
	size_t fewest = SIZE_MAX;
	ov_buf_init(&best);
	for (size_t i = 0; i < branches->count; i++) {
		struct ov_diags own;
		ov_diags_init(&own, NULL);
		run->diags = &own;
		ov_api_walk(run, branches->items[i], at, false, true);
		if (own.list.count && own.errors < fewest) {
			fewest = own.errors;
			ov_buf_clear(&best);
			ov_buf_add(&best, own.list.items[0]->message);
		}
		ov_diags_release(&own);
	}
	run->diags = diags;
	run->blocked = blocked;
	if (best.len && diags->list.count)
		ov_diag_help(diags, diags->list.items[diags->list.count - 1],
			"by the nearest of them, %.*s", OV_STR_ARG(ov_buf_str(&best)));
	ov_buf_release(&best);
}

static bool no_branch(struct ov_api_run *run, const struct ov_api_nodes *branches,
	const struct ov_api_where *at)
{
	struct ov_buf buf;
	if (!run->diags)
		return false;
	ov_buf_init(&buf);
	if (branches->count == 1) {
		ov_api_walk(run, branches->items[0], at, false, true);
	} else if (at->value->kind == OV_KIND_MAP && list_required(branches, &buf)) {
		ov_api_report(run, OV_DIAG_API_MISSING, at, "needs %.*s",
			OV_STR_ARG(ov_buf_str(&buf)));
	} else {
		size_t before = run->diags->errors;
		ov_api_report(run, OV_DIAG_API_VALUE, at,
			"fits none of the %zu forms that it may have", branches->count);
		if (run->diags->errors > before)
			explain_nearest(run, branches, at);
	}
	ov_buf_release(&buf);
	return false;
}

static bool several_branches(struct ov_api_run *run, const struct ov_api_nodes *branches,
	const struct ov_api_where *at, size_t count)
{
	struct ov_buf buf;
	if (!run->diags)
		return false;
	ov_buf_init(&buf);
	if (list_required(branches, &buf))
		ov_api_report(run, OV_DIAG_API_VALUE, at, "may have only one of %.*s",
			OV_STR_ARG(ov_buf_str(&buf)));
	else
		ov_api_report(run, OV_DIAG_API_VALUE, at,
			"fits %zu of its %zu forms, but exactly one is asked for", count,
			branches->count);
	ov_buf_release(&buf);
	return false;
}

static bool check_branches(
	struct ov_api_run *run, const struct ov_api_checks *c, const struct ov_api_where *at)
{
	bool ok = true;
	for (size_t i = 0; i < c->all_of.count; i++)
		ok = ov_api_walk(run, c->all_of.items[i], at, false, true) && ok;
	if (c->any_of.count) {
		size_t i = 0;
		while (i < c->any_of.count && !fits(run, c->any_of.items[i], at))
			i++;
		if (i == c->any_of.count)
			ok = no_branch(run, &c->any_of, at);
	}
	if (c->one_of.count) {
		size_t fitting = 0;
		for (size_t i = 0; i < c->one_of.count; i++)
			fitting += fits(run, c->one_of.items[i], at);
		if (fitting == 0)
			ok = no_branch(run, &c->one_of, at);
		else if (fitting > 1)
			ok = several_branches(run, &c->one_of, at, fitting);
	}
	if (c->not_ && fits(run, c->not_, at)) {
		const struct ov_api_nodes one = {(const struct ov_api_node *[]){c->not_}, 1};
		struct ov_buf buf;
		ov_buf_init(&buf);
		if (list_required(&one, &buf))
			ok = ov_api_report(run, OV_DIAG_API_VALUE, at, "may not have %.*s",
				OV_STR_ARG(ov_buf_str(&buf)));
		else
			ok = ov_api_report(run, OV_DIAG_API_VALUE, at,
				"has a form that its schema rules out ('not')");
		ov_buf_release(&buf);
	}
	return ok;
}

bool ov_api_walk_checks(
	struct ov_api_run *run, const struct ov_api_node *node, const struct ov_api_where *at)
{
	const struct ov_api_checks *c = node->checks;
	bool ok = true;
	if (ov_is_some(c->enum_) && !check_enum(run, c, at))
		return false;
	switch ((enum ov_kind)at->value->kind) {
	case OV_KIND_NULL: return true;
	case OV_KIND_STRING: ok = check_string(run, c, at); break;
	case OV_KIND_INT:
	case OV_KIND_UINT:
	case OV_KIND_DOUBLE: ok = check_number(run, node, at); break;
	case OV_KIND_LIST:
		ok = check_count(run, at, c->min_items, c->max_items, "entries");
		if (c->unique)
			ok = check_unique(run, at) && ok;
		break;
	case OV_KIND_MAP:
		ok = check_count(run, at, c->min_properties, c->max_properties, "fields");
		break;
	default: break;
	}
	return check_branches(run, c, at) && ok;
}

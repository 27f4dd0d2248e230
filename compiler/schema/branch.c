/*
 * branch: which branch of anyOf or oneOf was meant, when none passes. Layer: schema.
 *
 * Only that branch is reported. A branch is judged by the type it takes, by fields that tell
 * the branches apart (`kind`, `type`: a const or enum), by the fields that are there, and by
 * how deep in the value it fails.
 */
#include "schema/run.h"

#include "value/equal.h"

/* How deep, and at how many schemas, references and allOf are looked through. */
enum { LOOK = 16, LOOKED = 1000 };

/* How well a value fits a branch; compared in this order. */
struct fit {
	bool type;
	int tag; /* 1 where a distinguishing field has the branch's value, -1 another, else 0 */
	const struct ov_schema *tag_schema; /* of the field that has another value */
	const struct ov_entry *tag_entry;
	long fields; /* declared ones that are there; required ones count double */
	size_t furthest;
	size_t looked;
};

static unsigned types_of_list(struct ov_value list)
{
	unsigned types = 0;
	for (size_t i = 0; i < list.count; i++)
		types |= ov_schema_types_of(list.items[i]);
	return types;
}

static unsigned types_within(const struct ov_schema *s, size_t depth, size_t *looked)
{
	unsigned types = 0x7f;
	if (s->boolean)
		return s->accepts ? types : 0;
	if (s->types)
		types = s->types & OV_TYPES_NUMBER ? s->types | (unsigned)OV_TYPES_INTEGER
						   : s->types;
	if (ov_is_some(s->const_))
		types &= ov_schema_types_of(s->const_);
	if (ov_is_some(s->enum_))
		types &= types_of_list(s->enum_);
	if (depth >= LOOK || ++*looked > LOOKED)
		return types;
	if (s->ref)
		types &= types_within(s->ref, depth + 1, looked);
	for (size_t i = 0; i < s->all_of.count; i++)
		types &= types_within(s->all_of.items[i], depth + 1, looked);
	return types;
}

/* The types that a branch can take. */
static unsigned branch_types(const struct ov_schema *s)
{
	size_t looked = 0;
	return types_within(s, 0, &looked);
}

/* The schema in a chain of references that has `const` or `enum`, or NULL. */
static const struct ov_schema *closed(const struct ov_schema *s)
{
	for (size_t i = 0; s && i < LOOK; i++, s = s->ref) {
		if (ov_is_some(s->const_) || ov_is_some(s->enum_))
			return s;
	}
	return NULL;
}

static bool allows(const struct ov_schema *s, struct ov_value v)
{
	if (ov_is_some(s->const_))
		return ov_equal(s->const_, v, OV_JSON_SCHEMA);
	for (size_t i = 0; i < s->enum_.count; i++) {
		if (ov_equal(s->enum_.items[i], v, OV_JSON_SCHEMA))
			return true;
	}
	return false;
}

static void look(struct fit *fit, const struct ov_schema *s, struct ov_value v, size_t depth)
{
	for (size_t i = 0; i < s->properties.count; i++) {
		const struct ov_schema_property *property = &s->properties.items[i];
		const struct ov_entry *entry = ov_entry_key(v, property->key);
		if (!entry)
			continue;
		fit->fields++;
		const struct ov_schema *tag = closed(property->schema);
		if (tag && !allows(tag, entry->value)) {
			fit->tag = -1;
			fit->tag_schema = tag;
			fit->tag_entry = entry;
		} else if (tag && !fit->tag) {
			fit->tag = 1;
		}
	}
	for (size_t i = 0; i < s->required_count; i++)
		fit->fields += ov_entry_key(v, s->required[i]) != NULL;
	if (depth >= LOOK || ++fit->looked > LOOKED)
		return;
	if (s->ref)
		look(fit, s->ref, v, depth + 1);
	for (size_t i = 0; i < s->all_of.count; i++)
		look(fit, s->all_of.items[i], v, depth + 1);
}

static struct fit fit_of(
	struct ov_run *run, const struct ov_schema *branch, const struct ov_where *at)
{
	struct fit fit = {0};
	fit.type = branch_types(branch) & ov_schema_types_of(*at->value);
	if (fit.type && at->value->kind == OV_KIND_MAP)
		look(&fit, branch, *at->value, 0);
	size_t furthest = run->furthest;
	run->furthest = 0;
	ov_run_quietly(run, branch, at, NULL);
	fit.furthest = run->furthest;
	run->furthest = furthest > fit.furthest ? furthest : fit.furthest;
	return fit;
}

static bool is_better(const struct fit *a, const struct fit *b)
{
	if (a->type != b->type)
		return a->type;
	if (a->tag != b->tag)
		return a->tag > b->tag;
	if (a->fields != b->fields)
		return a->fields > b->fields;
	return a->furthest > b->furthest;
}

static bool report_types(
	struct ov_run *run, const struct ov_schema_list *branches, const struct ov_where *at)
{
	unsigned types = 0;
	for (size_t i = 0; i < branches->count; i++)
		types |= branch_types(branches->items[i]);
	if (!types || (types & ov_schema_types_of(*at->value)))
		return false;
	ov_report_type(run, at, types);
	return true;
}

/* Adds what a closed schema allows to the values that are listed. */
static void list_values(
	const struct ov_schema *s, struct ov_value *values, size_t room, size_t *count)
{
	if (ov_is_some(s->const_) && *count < room)
		values[(*count)++] = s->const_;
	for (size_t i = 0; !ov_is_some(s->const_) && i < s->enum_.count && *count < room; i++)
		values[(*count)++] = s->enum_.items[i];
}

/* All branches that take the type only name values: one list of them says it all. */
static bool report_values(struct ov_run *run, const struct ov_schema *s,
	const struct ov_schema_list *branches, const struct fit *fits,
	const struct ov_where *at)
{
	struct ov_value values[64];
	size_t count = 0;
	for (size_t i = 0; i < branches->count; i++) {
		const struct ov_schema *branch = ov_schema_resolve(branches->items[i]);
		if (!fits[i].type)
			continue;
		if (branch->work != OV_WORK_VALUE)
			return false;
		list_values(branch, values, OV_COUNT(values), &count);
	}
	if (count)
		ov_report_not_allowed(run, s, at, values, count);
	return count > 0;
}

/* One field tells all branches apart, and has a value of none of them. */
static bool report_tag(struct ov_run *run, const struct ov_schema_list *branches,
	const struct fit *fits, const struct ov_where *at)
{
	struct ov_value values[64];
	size_t count = 0;
	const struct ov_entry *entry = NULL;
	const struct ov_schema *tag = NULL;
	for (size_t i = 0; i < branches->count; i++) {
		if (!fits[i].type)
			continue;
		if (fits[i].tag >= 0 || (entry && entry != fits[i].tag_entry))
			return false;
		entry = fits[i].tag_entry;
		tag = fits[i].tag_schema;
		list_values(fits[i].tag_schema, values, OV_COUNT(values), &count);
	}
	if (!entry)
		return false;
	struct ov_where child = {
		.up = at, .value = &entry->value, .key = entry->key, .depth = at->depth + 1};
	ov_report_not_allowed(run, tag, &child, values, count);
	return true;
}

/* The branches ask for different fields, and none of those is there. */
static bool report_missing(struct ov_run *run, const struct ov_schema_list *branches,
	const struct fit *fits, const struct ov_where *at)
{
	const struct ov_key *fields[16];
	size_t count = 0;
	if (!ov_run_demands(run) || at->value->kind != OV_KIND_MAP)
		return false;
	for (size_t i = 0; i < branches->count; i++) {
		const struct ov_schema *branch = ov_schema_resolve(branches->items[i]);
		if (!fits[i].type)
			continue;
		if (!branch->required_count || fits[i].furthest > at->depth ||
			count == OV_COUNT(fields))
			return false;
		for (size_t k = 0; k < branch->required_count; k++) {
			if (ov_entry_key(*at->value, branch->required[k]))
				return false;
		}
		size_t k = 0;
		while (k < count && fields[k] != branch->required[0])
			k++;
		if (k == count)
			fields[count++] = branch->required[0];
	}
	if (count)
		ov_report_missing_any(run, at, fields, count);
	return count > 0;
}

void ov_branch_report(struct ov_run *run, const struct ov_schema *s,
	const struct ov_schema_list *branches, const struct ov_where *at, unsigned char *seen)
{
	if (report_types(run, branches, at))
		return;
	struct ov_arena_mark mark = ov_arena_mark(run->scratch);
	struct fit *fits = ov_new_array(run->scratch, struct fit, branches->count);
	size_t best = 0;
	for (size_t i = 0; i < branches->count; i++) {
		fits[i] = fit_of(run, branches->items[i], at);
		if (is_better(&fits[i], &fits[best]))
			best = i;
	}
	if (!run->stop && !report_values(run, s, branches, fits, at) &&
		!report_tag(run, branches, fits, at) &&
		!report_missing(run, branches, fits, at)) {
		size_t before = run->reported.count;
		ov_run_schema(run, branches->items[best], at, seen);
		if (run->reported.count == before)
			ov_report_violation(run, s, at, "fits none of the alternatives");
	}
	ov_arena_rewind(run->scratch, mark);
}

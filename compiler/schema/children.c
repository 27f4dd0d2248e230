/* children: the keywords that look into maps and lists. Layer: schema. */
#include "schema/run.h"

static bool run_child(struct ov_run *run, const struct ov_schema *s, const struct ov_where *at,
	unsigned char *seen)
{
	size_t refs = run->refs;
	run->refs = 0;
	bool ok = ov_run_schema(run, s, at, seen);
	run->refs = refs;
	return ok;
}

static bool run_entry(struct ov_run *run, const struct ov_schema *s, const struct ov_where *at,
	const struct ov_entry *entry)
{
	struct ov_where child = {
		.up = at, .value = &entry->value, .key = entry->key, .depth = at->depth + 1};
	return run_child(run, s, &child, NULL);
}

static bool run_item(
	struct ov_run *run, const struct ov_schema *s, const struct ov_where *at, size_t index)
{
	struct ov_where child = {.up = at,
		.value = &at->value->items[index],
		.index = index,
		.depth = at->depth + 1};
	return run_child(run, s, &child, NULL);
}

/* A declared field, or one that a schema for the rest covers. */
static bool run_field(struct ov_run *run, const struct ov_schema *s,
	const struct ov_schema *field, const struct ov_where *at, const struct ov_entry *entry)
{
	if (field->boolean && !field->accepts)
		return ov_report_unknown(run, s, at, entry);
	return run_entry(run, field, at, entry);
}

static bool check_name(struct ov_run *run, const struct ov_schema *s, const struct ov_where *at,
	const struct ov_entry *entry)
{
	struct ov_value name = ov_value_string(entry->key->str);
	name.loc = entry->value.key_loc;
	struct ov_where child = {.up = at,
		.value = &name,
		.key = entry->key,
		.depth = at->depth + 1,
		.name = true};
	return run_child(run, s->property_names, &child, NULL);
}

static bool check_entry(struct ov_run *run, const struct ov_schema *s,
	const struct ov_where *at, const struct ov_entry *entry, bool *covered)
{
	bool ok = true;
	const struct ov_schema_property *property = ov_schema_property(s, entry->key);
	*covered = property != NULL;
	if (property)
		ok = run_field(run, s, property->schema, at, entry);
	for (size_t i = 0; i < s->pattern_count && (ok || run->diags); i++) {
		const struct ov_schema_pattern *pattern = &s->patterns[i];
		if (!ov_run_matches(run, pattern->regex, pattern->pattern, entry->key->str, at))
			continue;
		*covered = true;
		ok = run_field(run, s, pattern->schema, at, entry) && ok;
	}
	if (!*covered && s->additional_properties && !run->stop) {
		*covered = true;
		ok = run_field(run, s, s->additional_properties, at, entry);
	}
	if (s->property_names && (ok || run->diags))
		ok = check_name(run, s, at, entry) && ok;
	return ok && !run->stop;
}

static bool check_required(
	struct ov_run *run, const struct ov_schema *s, const struct ov_where *at)
{
	bool ok = true;
	for (size_t i = 0; i < s->required_count && (ok || run->diags); i++) {
		if (!ov_run_has(run, *at->value, s->required[i]))
			ok = ov_report_missing(run, at, s->required[i], NULL);
	}
	return ok;
}

static bool check_dependents(struct ov_run *run, const struct ov_schema *s,
	const struct ov_where *at, unsigned char *seen)
{
	bool ok = true;
	for (size_t i = 0; i < s->dependent_required_count && ov_run_demands(run); i++) {
		const struct ov_schema_dependency *d = &s->dependent_required[i];
		if (!ov_run_has(run, *at->value, d->key))
			continue;
		for (size_t k = 0; k < d->count && (ok || run->diags); k++) {
			if (!ov_run_has(run, *at->value, d->required[k]))
				ok = ov_report_missing(run, at, d->required[k], d->key);
		}
	}
	for (size_t i = 0; i < s->dependent_schemas.count && (ok || run->diags); i++) {
		const struct ov_schema_property *d = &s->dependent_schemas.items[i];
		if (ov_run_has(run, *at->value, d->key))
			ok = ov_run_schema(run, d->schema, at, seen) && ok;
	}
	return ok;
}

static const char *plural(size_t count, const char *one, const char *many)
{
	return count == 1 ? one : many;
}

static bool check_property_count(
	struct ov_run *run, const struct ov_schema *s, const struct ov_where *at)
{
	size_t count = at->value->count;
	if (count < s->min_properties && ov_run_demands(run))
		return ov_report_bound(run, at, "must have at least %zu %s, not %zu",
			s->min_properties, plural(s->min_properties, "field", "fields"), count);
	if (count > s->max_properties)
		return ov_report_bound(run, at, "may have at most %zu %s, not %zu",
			s->max_properties, plural(s->max_properties, "field", "fields"), count);
	return true;
}

bool ov_run_object(struct ov_run *run, const struct ov_schema *s, const struct ov_where *at,
	unsigned char *seen)
{
	bool ok = true;
	bool each = s->properties.count || s->pattern_count || s->additional_properties ||
		    s->property_names;
	for (size_t i = 0; each && i < at->value->count && (ok || run->diags); i++) {
		const struct ov_entry *entry = &at->value->entries[i];
		bool covered = true;
		if (!ov_run_is_merge_key(run, entry->key))
			ok = check_entry(run, s, at, entry, &covered) && ok;
		if (seen && covered)
			seen[i] = 1;
	}
	if ((ok || run->diags) && s->required_count && ov_run_demands(run))
		ok = check_required(run, s, at) && ok;
	if ((ok || run->diags) && (s->min_properties || s->max_properties < SIZE_MAX))
		ok = check_property_count(run, s, at) && ok;
	if ((ok || run->diags) && (s->dependent_required_count || s->dependent_schemas.count))
		ok = check_dependents(run, s, at, seen) && ok;
	return ok;
}

static bool check_contains(struct ov_run *run, const struct ov_schema *s,
	const struct ov_where *at, unsigned char *seen)
{
	size_t found = 0;
	struct ov_diags *diags = run->diags;
	run->diags = NULL;
	for (size_t i = 0; i < at->value->count; i++) {
		if (!seen && s->max_contains == SIZE_MAX && found >= s->min_contains)
			break;
		if (!run_item(run, s->contains, at, i))
			continue;
		found++;
		if (seen)
			seen[i] = 1;
	}
	run->diags = diags;
	if (run->stop)
		return false;
	if (found < s->min_contains && ov_run_demands(run))
		return s->min_contains == 1
			       ? ov_report_violation(run, s, at, "lacks an entry that it needs")
			       : ov_report_violation(run, s, at,
					 "needs at least %zu entries of a kind and has %zu",
					 s->min_contains, found);
	if (found > s->max_contains)
		return ov_report_violation(run, s, at,
			"may have at most %zu entries of a kind and has %zu", s->max_contains,
			found);
	return true;
}

static bool is_removal(const struct ov_run *run, struct ov_value v)
{
	for (size_t i = 0; v.kind == OV_KIND_MAP && i < v.count; i++) {
		if (ov_run_is_merge_key(run, v.entries[i].key))
			return true;
	}
	return false;
}

static bool check_item_count(
	struct ov_run *run, const struct ov_schema *s, const struct ov_where *at)
{
	size_t count = at->value->count;
	if (run->flags & OV_SCHEMA_PARTIAL) {
		for (size_t i = 0; i < at->value->count; i++)
			count -= is_removal(run, at->value->items[i]);
	}
	if (count < s->min_items && ov_run_demands(run))
		return ov_report_bound(run, at, "must have at least %zu %s, not %zu",
			s->min_items, plural(s->min_items, "entry", "entries"), count);
	if (count > s->max_items)
		return ov_report_bound(run, at, "may have at most %zu %s, not %zu",
			s->max_items, plural(s->max_items, "entry", "entries"), count);
	return true;
}

bool ov_run_array(struct ov_run *run, const struct ov_schema *s, const struct ov_where *at,
	unsigned char *seen)
{
	bool ok = true;
	size_t count = at->value->count;
	size_t prefix = s->prefix_items.count < count ? s->prefix_items.count : count;
	for (size_t i = 0; i < prefix && (ok || run->diags); i++)
		ok = run_item(run, s->prefix_items.items[i], at, i) && ok;
	for (size_t i = prefix; s->items && i < count && (ok || run->diags); i++) {
		if (s->items->boolean && !s->items->accepts)
			return ov_report_bound(run, at, "may have at most %zu %s, not %zu",
				prefix, plural(prefix, "entry", "entries"), count);
		ok = run_item(run, s->items, at, i) && ok;
	}
	if (seen)
		memset(seen, 1, s->items ? count : prefix);
	if ((ok || run->diags) && (s->min_items || s->max_items < SIZE_MAX))
		ok = check_item_count(run, s, at) && ok;
	if ((ok || run->diags) && s->contains)
		ok = check_contains(run, s, at, seen) && ok;
	size_t first, second;
	if (ok && s->unique_items &&
		!ov_schema_is_unique(*at->value, run->scratch, &first, &second))
		ok = ov_report_violation(run, s, at,
			"has the same entry twice, at positions %zu and %zu", first + 1,
			second + 1);
	return ok;
}

bool ov_run_unevaluated(struct ov_run *run, const struct ov_schema *s,
	const struct ov_where *at, unsigned char *seen)
{
	bool ok = true;
	if (run->stop)
		return false;
	if (at->value->kind == OV_KIND_MAP && s->unevaluated_properties) {
		for (size_t i = 0; i < at->value->count && (ok || run->diags); i++) {
			const struct ov_entry *entry = &at->value->entries[i];
			if (!seen[i] && !ov_run_is_merge_key(run, entry->key))
				ok = run_field(run, s, s->unevaluated_properties, at, entry) &&
				     ok;
			seen[i] = 1;
		}
	}
	if (at->value->kind == OV_KIND_LIST && s->unevaluated_items) {
		for (size_t i = 0; i < at->value->count && (ok || run->diags); i++) {
			if (!seen[i])
				ok = run_item(run, s->unevaluated_items, at, i) && ok;
			seen[i] = 1;
		}
	}
	return ok;
}

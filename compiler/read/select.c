/* select: which clusters a document chooses. Layer: read. */
#include "read/internal.h"

void ov_unknown_name(struct ov_diags *diags, struct ov_value name, const char *what,
	const struct ov_str *names, size_t count)
{
	struct ov_diag *d = ov_diag_add(diags, OV_DIAG_UNKNOWN_NAME, ov_span(name.loc),
		"there is no %s '%.*s'", what, OV_STR_ARG(ov_string(name)));
	ov_suggest(diags, d, ov_string(name), names, count);
}

void ov_suggest(struct ov_diags *diags, struct ov_diag *d, struct ov_str wrong,
	const struct ov_str *names, size_t count)
{
	enum { LISTED = 8 };
	struct ov_str near = ov_nearest(wrong, names, count);
	if (near.len) {
		ov_diag_help(diags, d, "did you mean '%.*s'?", OV_STR_ARG(near));
		return;
	}
	if (!count || count > LISTED)
		return;
	struct ov_buf list;
	ov_buf_init(&list);
	for (size_t i = 0; i < count; i++)
		ov_buf_addf(&list, "%s%.*s", i ? ", " : "", OV_STR_ARG(names[i]));
	ov_diag_help(diags, d, count == 1 ? "there is only %.*s" : "there are %.*s",
		OV_STR_ARG(ov_buf_str(&list)));
	ov_buf_release(&list);
}

static bool expression_holds(struct ov_value e, struct ov_value labels)
{
	struct ov_value label = ov_get_str(labels, ov_string(ov_get(e, "key")));
	struct ov_str op = ov_string(ov_get(e, "operator"));
	bool has = ov_is_some(label);
	bool listed = has && ov_has_string(ov_get(e, "values"), ov_string(label));
	if (ov_str_is(op, "In"))
		return listed;
	if (ov_str_is(op, "NotIn"))
		return !listed;
	if (ov_str_is(op, "Exists"))
		return has;
	return ov_str_is(op, "DoesNotExist") && !has;
}

static bool labels_match(struct ov_value selector, struct ov_value labels)
{
	struct ov_value match = ov_get(selector, "matchLabels");
	for (size_t i = 0; i < ov_count(match); i++) {
		struct ov_value label = ov_get_key(labels, match.entries[i].key);
		if (!ov_is_some(label) ||
			!ov_str_eq(ov_string(label), ov_string(match.entries[i].value)))
			return false;
	}
	struct ov_value expressions = ov_get(selector, "matchExpressions");
	for (size_t i = 0; i < ov_count(expressions); i++) {
		if (!expression_holds(ov_at(expressions, i), labels))
			return false;
	}
	return true;
}

bool ov_selects(struct ov_value selector, const struct ov_cluster *cluster)
{
	if (ov_is_string(selector))
		return ov_str_eq(ov_string(selector), cluster->name);
	if (ov_is_list(selector))
		return ov_has_string(selector, cluster->name);
	if (!ov_is_map(selector))
		return false;
	struct ov_value names = ov_get(selector, "names");
	if (ov_is_some(names) && !ov_has_string(names, cluster->name))
		return false;
	return labels_match(selector, cluster->labels);
}

static bool check_name(const struct ov_estate *estate, struct ov_value name,
	struct ov_arena *arena, struct ov_diags *diags)
{
	if (ov_map_get(&estate->cluster_by_name, ov_string(name)))
		return true;
	struct ov_str *names = ov_new_array(arena, struct ov_str, estate->clusters.count);
	for (size_t i = 0; i < estate->clusters.count; i++)
		names[i] = estate->clusters.items[i]->name;
	ov_unknown_name(diags, name, "Cluster", names, estate->clusters.count);
	return false;
}

/* The finding that nothing matches: at the label that no cluster has, where there is one. */
static struct ov_diag *say_empty(const struct ov_estate *estate, struct ov_value selector,
	struct ov_arena *arena, struct ov_diags *diags)
{
	struct ov_value match = ov_get(selector, "matchLabels");
	struct ov_str *values = ov_new_array(arena, struct ov_str, estate->clusters.count);
	for (size_t i = 0; i < ov_count(match); i++) {
		struct ov_value wanted = match.entries[i].value;
		size_t count = 0;
		bool any = false;
		for (size_t k = 0; k < estate->clusters.count; k++) {
			struct ov_str own = ov_string(ov_get_key(
				estate->clusters.items[k]->labels, match.entries[i].key));
			bool known = !own.len;
			any = any || (own.len && ov_str_eq(own, ov_string(wanted)));
			for (size_t n = 0; n < count && !known; n++)
				known = ov_str_eq(values[n], own);
			if (!known)
				values[count++] = own;
		}
		if (any)
			continue;
		struct ov_diag *d = ov_diag_add(diags, OV_DIAG_EMPTY_SELECTOR,
			ov_span(count ? wanted.loc : wanted.key_loc),
			"no cluster matches: none has the label %.*s%s%.*s",
			OV_STR_ARG(match.entries[i].key->str), count ? ": " : "",
			OV_STR_ARG(count ? ov_string(wanted) : ov_str_n(NULL, 0)));
		ov_suggest(diags, d, ov_string(wanted), values, count);
		return d;
	}
	return ov_diag_add(
		diags, OV_DIAG_EMPTY_SELECTOR, ov_span(selector.loc), "no cluster matches");
}

bool ov_select(const struct ov_estate *estate, struct ov_value selector, struct ov_arena *arena,
	struct ov_cluster ***out, size_t *count, struct ov_diags *diags)
{
	*out = NULL;
	*count = 0;
	bool ok = true;
	struct ov_value names = ov_is_map(selector) ? ov_get(selector, "names") : selector;
	if (ov_is_string(names)) {
		if (!check_name(estate, names, arena, diags))
			return false;
		*out = ov_new_array(arena, struct ov_cluster *, 1);
		(*out)[(*count)++] = ov_map_ptr(&estate->cluster_by_name, ov_string(names));
		return true;
	}
	for (size_t i = 0; ov_is_list(names) && i < names.count; i++)
		ok = check_name(estate, names.items[i], arena, diags) && ok;
	if (!ok)
		return false;
	*out = ov_new_array(arena, struct ov_cluster *, estate->clusters.count);
	for (size_t i = 0; i < estate->clusters.count; i++) {
		if (ov_selects(selector, estate->clusters.items[i]))
			(*out)[(*count)++] = estate->clusters.items[i];
	}
	bool empty = ov_is_map(selector) && ov_bool(ov_get(selector, "allowEmpty"), false);
	if (*count || empty)
		return true;
	struct ov_diag *d = say_empty(estate, selector, arena, diags);
	if (ov_is_map(selector))
		ov_diag_help(diags, d,
			"where that is meant, write `allowEmpty: true` among `clusters`");
	return false;
}

/*
 * api_meta: names, namespaces, labels and owners of objects. Layer: schema.
 *
 * Source: k8s.io/apimachinery, pkg/api/validation (objectmeta.go) and
 * k8s.io/apiextensions-apiserver, pkg/apiserver/schema/objectmeta.
 */
#include "schema/api_internal.h"

#include "lang/ascii.h"
#include "lang/name.h"
#include "lang/show.h"

/* All annotations of an object together, in bytes. */
enum { MOST_ANNOTATIONS = 256 << 10 };

typedef const char *fault_fn(struct ov_str s);

static fault_fn *name_rule(struct ov_str rule)
{
	if (ov_str_is(rule, "label"))
		return ov_name_label_fault;
	if (ov_str_is(rule, "1035"))
		return ov_name_1035_fault;
	if (ov_str_is(rule, "path"))
		return ov_name_object_fault;
	return ov_name_subdomain_fault;
}

static struct ov_api_where child(const struct ov_api_where *up, const struct ov_entry *e)
{
	return (struct ov_api_where){up, &e->value, e->key, 0, up->depth + 1, false};
}

static bool refuse(struct ov_api_run *run, const struct ov_api_where *at, const char *why)
{
	if (!run->diags)
		return false;
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_show_value(&buf, *at->value);
	ov_api_report(
		run, OV_DIAG_API_META, at, "is %.*s: %s", OV_STR_ARG(ov_buf_str(&buf)), why);
	ov_buf_release(&buf);
	return false;
}

static bool check_name(
	struct ov_api_run *run, const struct ov_api_where *meta, fault_fn *fault, bool demanded)
{
	const struct ov_api_words *w = &run->set->words;
	const struct ov_entry *name = ov_entry_key(*meta->value, w->name),
			      *prefix = ov_entry_key(*meta->value, w->generate_name);
	struct ov_str given = prefix ? ov_string(prefix->value) : ov_str_n(NULL, 0);
	if (name && ov_string(name->value).len) {
		const char *why = fault(ov_string(name->value));
		struct ov_api_where at = child(meta, name);
		return !why || refuse(run, &at, why);
	}
	if (given.len) {
		/* A dash at the end is fine: something follows. */
		struct ov_str whole = ov_str_dup(run->scratch, given);
		if (given.len > 1 && given.ptr[given.len - 1] == '-')
			((char *)(uintptr_t)whole.ptr)[given.len - 1] = 'a';
		const char *why = fault(whole);
		struct ov_api_where at = child(meta, prefix);
		return !why || refuse(run, &at, why);
	}
	if (!demanded)
		return true;
	run->blocked = true;
	return ov_api_report(run, OV_DIAG_API_META, meta, "has no name");
}

static bool check_namespace(struct ov_api_run *run, const struct ov_api_where *meta)
{
	const struct ov_api_words *w = &run->set->words;
	const struct ov_entry *e = ov_entry_key(*meta->value, w->name_space);
	struct ov_str name = e ? ov_string(e->value) : ov_str_n(NULL, 0);
	if (!name.len)
		return true;
	struct ov_api_where at = child(meta, e);
	if (run->kind->cluster_scoped)
		return ov_api_report(run, OV_DIAG_API_META, &at,
			"is given, but %.*s objects belong to the whole cluster",
			OV_STR_ARG(run->kind->kind));
	const char *why = ov_name_label_fault(name);
	return !why || refuse(run, &at, why);
}

static bool check_labels(struct ov_api_run *run, const struct ov_api_where *meta)
{
	const struct ov_entry *e = ov_entry_key(*meta->value, run->set->words.labels);
	bool ok = true;
	if (!e || !ov_is_map(e->value))
		return true;
	struct ov_api_where labels = child(meta, e);
	for (size_t i = 0; i < e->value.count; i++) {
		struct ov_api_where at = child(&labels, &e->value.entries[i]);
		const char *why = ov_name_label_key_fault(at.key->str);
		if (why)
			ok = ov_api_report(run, OV_DIAG_API_META, &at,
				"is not the key of a label: %s", why);
		why = ov_name_label_value_fault(ov_string(*at.value));
		if (why && ov_is_string(*at.value))
			ok = refuse(run, &at, why);
	}
	return ok;
}

static bool check_annotations(struct ov_api_run *run, const struct ov_api_where *meta)
{
	const struct ov_entry *e = ov_entry_key(*meta->value, run->set->words.annotations);
	size_t size = 0;
	bool ok = true;
	if (!e || !ov_is_map(e->value))
		return true;
	struct ov_api_where annotations = child(meta, e);
	for (size_t i = 0; i < e->value.count; i++) {
		struct ov_api_where at = child(&annotations, &e->value.entries[i]);
		const char *why = ov_name_annotation_key_fault(at.key->str);
		if (why)
			ok = ov_api_report(run, OV_DIAG_API_META, &at,
				"is not the key of an annotation: %s", why);
		size += at.key->str.len + ov_string(*at.value).len;
	}
	if (size <= MOST_ANNOTATIONS)
		return ok;
	run->blocked = true;
	return ov_api_report(run, OV_DIAG_API_META, &annotations,
		"are %zu bytes, of which the server keeps at most %d", size, MOST_ANNOTATIONS);
}

static bool check_finalizers(struct ov_api_run *run, const struct ov_api_where *meta)
{
	const struct ov_entry *e = ov_entry_key(*meta->value, run->set->words.finalizers);
	bool ok = true, orphan = false, foreground = false;
	if (!e || !ov_is_list(e->value))
		return true;
	struct ov_api_where list = child(meta, e);
	for (size_t i = 0; i < e->value.count; i++) {
		struct ov_api_where at = {
			&list, &e->value.items[i], NULL, i, list.depth + 1, false};
		const char *why = ov_name_label_key_fault(ov_string(*at.value));
		if (why && ov_is_string(*at.value))
			ok = refuse(run, &at, why);
		orphan = orphan || ov_string_is(*at.value, "orphan");
		foreground = foreground || ov_string_is(*at.value, "foregroundDeletion");
	}
	if (orphan && foreground)
		ok = ov_api_report(run, OV_DIAG_API_META, &list,
			"holds both orphan and foregroundDeletion, which exclude each other");
	return ok;
}

/* Written by the server alone. */
static bool check_managed(struct ov_api_run *run, const struct ov_api_where *meta)
{
	const struct ov_entry *e = ov_entry_key(*meta->value, run->set->words.managed_fields);
	if (!e || !ov_is_list(e->value))
		return true;
	struct ov_api_where at = child(meta, e);
	return ov_api_report(
		run, OV_DIAG_API_META, &at, "is the server's own and must not be given");
}

static bool check_owner_kind(
	struct ov_api_run *run, const struct ov_api_where *at, struct ov_value owner)
{
	struct ov_str version = ov_string(ov_get(owner, "apiVersion"));
	size_t slash = ov_str_chr(version, '/');
	if (ov_str_is(version, "v1") && ov_string_is(ov_get(owner, "kind"), "Event"))
		return ov_api_report(
			run, OV_DIAG_API_META, at, "names an Event, which owns nothing");
	if (slash == SIZE_MAX)
		return true;
	struct ov_str rest = ov_str_sub(version, slash + 1, version.len);
	if (rest.len && ov_str_chr(rest, '/') == SIZE_MAX)
		return true;
	return ov_api_report(run, OV_DIAG_API_META, at,
		"has the apiVersion '%.*s', expected version or group/version",
		OV_STR_ARG(version));
}

static bool check_owners(struct ov_api_run *run, const struct ov_api_where *meta)
{
	static const char *const members[] = {"apiVersion", "kind", "name", "uid"};
	const struct ov_entry *e = ov_entry_key(*meta->value, run->set->words.owner_references);
	size_t controllers = 0;
	bool ok = true;
	if (!e || !ov_is_list(e->value))
		return true;
	struct ov_api_where list = child(meta, e);
	for (size_t i = 0; i < e->value.count; i++) {
		struct ov_value owner = e->value.items[i];
		struct ov_api_where at = {
			&list, &e->value.items[i], NULL, i, list.depth + 1, false};
		for (size_t k = 0; k < OV_COUNT(members); k++) {
			struct ov_value v = ov_get(owner, members[k]);
			if (ov_is_string(v) && !v.count)
				ok = ov_api_report(run, OV_DIAG_API_META, &at,
					"has an empty %s", members[k]);
		}
		ok = check_owner_kind(run, &at, owner) && ok;
		controllers += ov_bool(ov_get(owner, "controller"), false);
	}
	if (controllers > 1)
		ok = ov_api_report(run, OV_DIAG_API_META, &list,
			"has %zu controllers, but an object has at most one", controllers);
	return ok;
}

static bool check_marks(struct ov_api_run *run, const struct ov_api_where *meta)
{
	bool ok = check_labels(run, meta);
	ok = check_annotations(run, meta) && ok;
	ok = check_finalizers(run, meta) && ok;
	ok = check_managed(run, meta) && ok;
	return check_owners(run, meta) && ok;
}

void ov_api_meta_warn(struct ov_api_run *run, struct ov_value object)
{
	const struct ov_api_words *w = &run->set->words;
	struct ov_value meta = ov_get_key(object, w->metadata);
	if (run->kind->cluster_scoped || !(run->flags & OV_API_NAMESPACE) ||
		ov_string(ov_get_key(meta, w->name_space)).len)
		return;
	struct ov_diag *d = ov_diag_add(run->diags, OV_DIAG_API_META,
		ov_span(meta.key_loc ? meta.key_loc : meta.loc),
		"the object has no namespace, though %.*s objects lie in one",
		OV_STR_ARG(run->kind->kind));
	d->severity = OV_WARNING;
	run->diags->errors--;
	run->diags->warnings++;
	if (run->subject.len)
		ov_diag_subject(run->diags, d, run->subject);
}

bool ov_api_meta_root(struct ov_api_run *run, struct ov_value object)
{
	const struct ov_api_words *w = &run->set->words;
	struct ov_api_where root = {.value = &object};
	const struct ov_entry *e = ov_entry_key(object, w->metadata);
	if (!e || e->value.kind == OV_KIND_NULL) {
		run->blocked = true;
		return ov_api_report_missing(run, &root, w->metadata);
	}
	/* What is no map has its finding already. */
	if (!ov_is_map(e->value))
		return true;
	struct ov_api_where meta = child(&root, e);
	bool ok = check_name(run, &meta, name_rule(run->kind->name_rule), true);
	ok = check_namespace(run, &meta) && ok;
	return check_marks(run, &meta) && ok;
}

static bool check_embedded_kind(struct ov_api_run *run, const struct ov_api_where *at)
{
	char lower[64];
	struct ov_str kind = ov_string(*at->value);
	if (!kind.len || kind.len >= sizeof(lower))
		return ov_api_report(run, OV_DIAG_API_META, at,
			"must be the name of a kind, up to 63 letters");
	for (size_t i = 0; i < kind.len; i++)
		lower[i] = ov_to_lower(kind.ptr[i]);
	const char *why = ov_name_1035_fault(ov_str_n(lower, kind.len));
	return !why || refuse(run, at, why);
}

static bool check_embedded_version(struct ov_api_run *run, const struct ov_api_where *at)
{
	struct ov_str version = ov_string(*at->value);
	size_t slashes = 0;
	for (size_t i = 0; i < version.len; i++)
		slashes += version.ptr[i] == '/';
	return (version.len && slashes < 2) ||
	       refuse(run, at, "expected version or group/version");
}

bool ov_api_meta_embedded(struct ov_api_run *run, const struct ov_api_where *at)
{
	const struct ov_api_words *w = &run->set->words;
	const struct ov_entry *version = ov_entry_key(*at->value, w->api_version),
			      *kind = ov_entry_key(*at->value, w->kind),
			      *metadata = ov_entry_key(*at->value, w->metadata);
	bool ok = true;
	if (!version) {
		ok = ov_api_report_missing(run, at, w->api_version);
	} else {
		struct ov_api_where there = child(at, version);
		ok = check_embedded_version(run, &there);
	}
	if (!kind) {
		ok = ov_api_report_missing(run, at, w->kind);
	} else {
		struct ov_api_where there = child(at, kind);
		ok = check_embedded_kind(run, &there) && ok;
	}
	if (!metadata || !ov_is_map(metadata->value))
		return ok;
	struct ov_api_where meta = child(at, metadata);
	ok = check_name(run, &meta, ov_name_object_fault, false) && ok;
	const struct ov_entry *space = ov_entry_key(metadata->value, w->name_space);
	if (space && ov_string(space->value).len) {
		struct ov_api_where there = child(&meta, space);
		const char *why = ov_name_label_fault(ov_string(space->value));
		ok = (!why || refuse(run, &there, why)) && ok;
	}
	return check_marks(run, &meta) && ok;
}

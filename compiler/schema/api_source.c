/* api_source: a schema of a definition or an OpenAPI document as a part of a set. */
#include "schema/api_source.h"

#include "base/limits.h"
#include "lang/json_out.h"

#include <stdarg.h>

void ov_api_source_bad(struct ov_api_source *source, struct ov_value at, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	struct ov_str text = ov_str_vfmt(source->arena, fmt, args);
	va_end(args);
	ov_diag_add(source->diags, OV_DIAG_API_SET, ov_span(at.loc), "%.*s", OV_STR_ARG(text));
	source->ok = false;
}

static bool is_true(struct ov_value schema, const char *key)
{
	return ov_bool(ov_get(schema, key), false);
}

/* Numbers as integers where they are whole: maximum 10 and 10.0 are the same fact. */
static void write_value(struct ov_api_draft *d, const char *key, struct ov_value v)
{
	if (!ov_is_some(v))
		return;
	ov_api_draft_key(d, key);
	ov_json_write(&d->buf, v, 0);
}

static void write_flag(struct ov_api_draft *d, const char *key, bool set)
{
	if (!set)
		return;
	ov_api_draft_key(d, key);
	ov_buf_puts(&d->buf, "true");
}

static void write_child(struct ov_api_source *s, struct ov_api_draft *d, const char *key,
	struct ov_value schema)
{
	uint32_t part = ov_api_source_schema(s, schema);
	ov_api_draft_key(d, key);
	ov_api_draft_child(d, part);
}

static void write_children(
	struct ov_api_source *s, struct ov_api_draft *d, const char *key, struct ov_value list)
{
	if (!ov_count(list))
		return;
	ov_api_draft_key(d, key);
	for (size_t i = 0; i < ov_count(list); i++) {
		ov_buf_putc(&d->buf, i ? ',' : '[');
		ov_api_draft_child(d, ov_api_source_schema(s, ov_at(list, i)));
	}
	ov_buf_putc(&d->buf, ']');
}

static int by_key(const void *a, const void *b)
{
	const struct ov_entry *const *x = a, *const *y = b;
	return ov_str_cmp((*x)->key->str, (*y)->key->str);
}

static void write_fields(
	struct ov_api_source *s, struct ov_api_draft *d, struct ov_value properties)
{
	if (!ov_is_map(properties))
		return;
	size_t n = properties.count;
	const struct ov_entry **entries = ov_new_array(s->arena, const struct ov_entry *, n);
	for (size_t i = 0; i < n; i++)
		entries[i] = &properties.entries[i];
	if (n)
		qsort(entries, n, sizeof(*entries), by_key);
	ov_api_draft_key(d, "fields");
	ov_buf_putc(&d->buf, '{');
	for (size_t i = 0; i < n; i++) {
		if (i)
			ov_buf_putc(&d->buf, ',');
		ov_json_string(&d->buf, entries[i]->key->str);
		ov_buf_putc(&d->buf, ':');
		ov_api_draft_child(d, ov_api_source_schema(s, entries[i]->value));
	}
	ov_buf_putc(&d->buf, '}');
}

static int by_string(const void *a, const void *b)
{
	const struct ov_value *x = a, *y = b;
	return ov_str_cmp(ov_string(*x), ov_string(*y));
}

static void write_required(
	struct ov_api_source *s, struct ov_api_draft *d, struct ov_value list)
{
	size_t n = ov_count(list);
	if (!n || !ov_is_list(list))
		return;
	struct ov_value *sorted = ov_new_array(s->arena, struct ov_value, n);
	memcpy(sorted, list.items, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_string);
	write_value(d, "required", ov_value_list(sorted, n));
}

static bool has_type(struct ov_value schema, const char *type)
{
	return ov_is_map(schema) && ov_count(schema) == 1 &&
	       ov_string_is(ov_get(schema, "type"), type);
}

/* anyOf: [{type: integer}, {type: string}], which int-or-string says already. */
static bool is_union(struct ov_value list)
{
	return ov_count(list) == 2 && has_type(ov_at(list, 0), "integer") &&
	       has_type(ov_at(list, 1), "string");
}

static void write_branches(
	struct ov_api_source *s, struct ov_api_draft *d, struct ov_value schema, bool either)
{
	struct ov_value all = ov_get(schema, "allOf"), any = ov_get(schema, "anyOf"),
			one = ov_get(schema, "oneOf"), not = ov_get(schema, "not");
	if (either && is_union(any))
		any = (struct ov_value){0};
	if (either && is_union(one))
		one = (struct ov_value){0};
	if (either && ov_count(all) == 1 && ov_count(ov_at(all, 0)) == 1 &&
		is_union(ov_get(ov_at(all, 0), "anyOf")))
		all = (struct ov_value){0};
	write_children(s, d, "allOf", all);
	write_children(s, d, "anyOf", any);
	write_children(s, d, "oneOf", one);
	if (ov_is_map(not ))
		write_child(s, d, "not", not );
}

static void write_rules(struct ov_api_source *s, struct ov_api_draft *d, struct ov_value rules)
{
	static const char *const members[] = {
		"rule", "message", "messageExpression", "fieldPath", "reason"};
	if (!ov_count(rules) || !(s->flags & OV_API_IMPORT_RULES))
		return;
	ov_api_draft_key(d, "rules");
	for (size_t i = 0; i < ov_count(rules); i++) {
		struct ov_value rule = ov_at(rules, i);
		ov_buf_putc(&d->buf, i ? ',' : '[');
		size_t outer = d->members;
		d->members = 0;
		for (size_t k = 0; k < OV_COUNT(members); k++)
			write_value(d, members[k], ov_get(rule, members[k]));
		write_flag(d, "optionalOldSelf", is_true(rule, "optionalOldSelf"));
		ov_buf_puts(&d->buf, d->members ? "}" : "{}");
		d->members = outer;
	}
	ov_buf_putc(&d->buf, ']');
}

static bool is_empty(struct ov_value v)
{
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_NONE:
	case OV_KIND_NULL: return true;
	case OV_KIND_BOOL: return !v.boolean;
	case OV_KIND_INT: return v.integer == 0;
	case OV_KIND_STRING:
	case OV_KIND_LIST:
	case OV_KIND_MAP: return v.count == 0;
	default: return false;
	}
}

/* Whether a keyword says something that is kept in a set. */
static bool is_kept(struct ov_str key)
{
	static const char *const dropped[] = {"description", "title", "example", "externalDocs",
		"$schema", "id", "x-kubernetes-group-version-kind", "x-kubernetes-unions"};
	for (size_t i = 0; i < OV_COUNT(dropped); i++) {
		if (ov_str_is(key, dropped[i]))
			return false;
	}
	return true;
}

/* The one definition that the schema refers to and says nothing else of; OpenAPI 3 hides it in
 * allOf when there is a default. */
static struct ov_str reference(struct ov_api_source *s, struct ov_value schema)
{
	struct ov_str ref = ov_string(ov_get(schema, "$ref"));
	struct ov_value all = ov_get(schema, "allOf");
	if (!ref.len && ov_count(all) == 1 && !ov_is_some(ov_get(schema, "type")))
		ref = ov_string(ov_get(ov_at(all, 0), "$ref"));
	if (!ref.len || !ov_str_starts(ref, s->prefix))
		return ov_str_n(NULL, 0);
	return ov_str_sub(ref, s->prefix.len, ref.len);
}

static void write_lists(struct ov_api_draft *d, struct ov_value schema)
{
	struct ov_value type = ov_get(schema, "x-kubernetes-list-type");
	struct ov_value merge = ov_get(schema, "x-kubernetes-patch-merge-key");
	if (ov_string_is(type, "set") || ov_string_is(type, "map"))
		write_value(d, "listType", type);
	if (ov_string_is(type, "map") && ov_count(ov_get(schema, "x-kubernetes-list-map-keys")))
		write_value(d, "keys", ov_get(schema, "x-kubernetes-list-map-keys"));
	if (ov_is_string(merge) &&
		ov_str_find(ov_string(ov_get(schema, "x-kubernetes-patch-strategy")),
			OV_STR("merge"), 0) != SIZE_MAX)
		write_value(d, "mergeKey", merge);
	struct ov_value map = ov_get(schema, "x-kubernetes-map-type");
	if (ov_is_string(map) && !ov_string_is(map, "granular"))
		write_value(d, "mapType", map);
}

static void write_bounds(struct ov_api_draft *d, struct ov_value schema)
{
	static const char *const members[] = {"minimum", "maximum", "multipleOf", "minLength",
		"maxLength", "pattern", "minItems", "maxItems", "minProperties",
		"maxProperties"};
	for (size_t i = 0; i < OV_COUNT(members); i++)
		write_value(d, members[i], ov_get(schema, members[i]));
	write_flag(d, "exclusiveMinimum", is_true(schema, "exclusiveMinimum"));
	write_flag(d, "exclusiveMaximum", is_true(schema, "exclusiveMaximum"));
	write_flag(d, "unique", is_true(schema, "uniqueItems"));
}

/* A word for a schema of nothing but a type and a format. */
static uint32_t simple(struct ov_api_source *s, struct ov_str type, struct ov_str format)
{
	struct ov_api_draft d;
	ov_api_draft_init(&d, s->arena);
	struct ov_str word = format.len ? ov_str_fmt(s->arena, "%.*s/%.*s", OV_STR_ARG(type),
						  OV_STR_ARG(format))
					: type;
	ov_json_string(&d.buf, word);
	return ov_api_draft_end(&s->writer, &d);
}

/* additionalProperties: a schema, or true for values that are not described. */
static void write_values(struct ov_api_source *s, struct ov_api_draft *d, struct ov_value v)
{
	if (ov_is_map(v)) {
		write_child(s, d, "values", v);
	} else if (v.kind == OV_KIND_BOOL) {
		uint32_t any = simple(s, OV_STR("any"), ov_str_n(NULL, 0));
		ov_api_draft_key(d, "values");
		ov_api_draft_child(d, any);
		write_flag(d, "closed", !v.boolean);
	}
}

static uint32_t convert(struct ov_api_source *s, struct ov_value schema)
{
	struct ov_str type = ov_string(ov_get(schema, "type")),
		      format = ov_string(ov_get(schema, "format"));
	struct ov_value fields = ov_get(schema, "properties"), items = ov_get(schema, "items"),
			values = ov_get(schema, "additionalProperties"),
			preset = ov_get(schema, "default");
	bool either = is_true(schema, "x-kubernetes-int-or-string") ||
		      ov_str_is(format, "int-or-string");
	/* The Go type holds 32 bits. */
	if (either)
		type = OV_STR("int-or-string"),
		format = s->builtin ? OV_STR("int32") : ov_str_n(NULL, 0);
	if (s->builtin && is_empty(preset))
		preset = (struct ov_value){0};
	struct ov_api_draft d;
	ov_api_draft_init(&d, s->arena);
	/* Object and array are told by their parts, so that they need not be said. */
	bool told = (ov_str_is(type, "object") && (ov_is_map(fields) || ov_is_map(values))) ||
		    (ov_str_is(type, "array") && ov_is_map(items));
	bool parts = ov_is_map(fields) || ov_is_map(values) || ov_is_map(items);
	if (type.len ? !told : parts) {
		ov_api_draft_key(&d, "type");
		ov_json_string(&d.buf, type.len ? type : OV_STR("any"));
	}
	if (format.len)
		write_value(&d, "format", ov_value_string(format));
	write_flag(&d, "nullable", is_true(schema, "nullable"));
	write_flag(&d, "preserve", is_true(schema, "x-kubernetes-preserve-unknown-fields"));
	write_flag(&d, "embedded", is_true(schema, "x-kubernetes-embedded-resource"));
	write_fields(s, &d, fields);
	write_required(s, &d, ov_get(schema, "required"));
	write_values(s, &d, values);
	if (ov_is_map(items))
		write_child(s, &d, "items", items);
	write_lists(&d, schema);
	write_value(&d, "enum", ov_get(schema, "enum"));
	write_bounds(&d, schema);
	write_branches(s, &d, schema, either);
	write_value(&d, "default", preset);
	write_rules(s, &d, ov_get(schema, "x-kubernetes-validations"));
	if (d.members == 1 && told && ov_is_map(items)) {
		/* A list of nothing but its items: [items]. */
		ov_buf_clear(&d.buf);
		ov_buf_putc(&d.buf, '[');
		ov_buf_putc(&d.buf, OV_API_CHILD);
		ov_buf_putc(&d.buf, ']');
		return ov_api_draft_end(&s->writer, &d);
	}
	if (d.members == 0 || (type.len && d.members == (format.len ? 2u : 1u) && !told)) {
		ov_buf_release(&d.buf);
		return simple(s, type.len ? type : OV_STR("any"), format);
	}
	ov_buf_putc(&d.buf, '}');
	return ov_api_draft_end(&s->writer, &d);
}

uint32_t ov_api_source_schema(struct ov_api_source *s, struct ov_value schema)
{
	if (!ov_is_map(schema))
		return simple(s, OV_STR("any"), ov_str_n(NULL, 0));
	if (s->depth >= OV_LIMIT_DEPTH) {
		ov_api_source_bad(s, schema, "the schema is nested more than %d levels deep",
			OV_LIMIT_DEPTH);
		return simple(s, OV_STR("any"), ov_str_n(NULL, 0));
	}
	s->depth++;
	struct ov_str name = reference(s, schema);
	struct ov_value preset = ov_get(schema, "default");
	uint32_t part;
	if (!name.len) {
		part = convert(s, schema);
	} else if (!ov_is_some(preset) || (s->builtin && is_empty(preset))) {
		part = ov_api_source_definition(s, name);
	} else {
		/* The definition with a default of this place. */
		struct ov_value target = ov_get_str(s->definitions, name);
		part = ov_is_map(target)
			       ? convert(s, ov_with(s->arena, target,
						    ov_key(s->keys, OV_STR("default")), preset))
			       : ov_api_source_definition(s, name);
	}
	s->depth--;
	return part;
}

/* Definitions whose text says less than their Go types do. */
static bool convert_special(
	struct ov_api_source *s, struct ov_str name, struct ov_value schema, uint32_t *part)
{
	if (ov_str_ends(name, OV_STR(".api.resource.Quantity"))) {
		*part = simple(s, OV_STR("quantity"), ov_str_n(NULL, 0));
		return true;
	}
	/* Any JSON: raw extensions, fields that are managed. */
	size_t said = 0;
	for (size_t i = 0; i < ov_count(schema); i++)
		said += is_kept(schema.entries[i].key->str);
	if (said > 1 || (said == 1 && !ov_string_is(ov_get(schema, "type"), "object")))
		return false;
	struct ov_api_draft d;
	ov_api_draft_init(&d, s->arena);
	if (said) {
		ov_api_draft_key(&d, "type");
		ov_buf_puts(&d.buf, "\"object\"");
	}
	write_flag(&d, "preserve", true);
	ov_buf_putc(&d.buf, '}');
	*part = ov_api_draft_end(&s->writer, &d);
	return true;
}

bool ov_api_source_is_builtin(struct ov_str name)
{
	return ov_str_starts(name, OV_STR("io.k8s.api.")) ||
	       ov_str_starts(name, OV_STR("io.k8s.apimachinery.")) ||
	       ov_str_starts(name, OV_STR("io.k8s.apiextensions-apiserver.")) ||
	       ov_str_starts(name, OV_STR("io.k8s.kube-aggregator."));
}

/* The requirements that the server has. */
static struct ov_value without(
	struct ov_api_source *s, struct ov_value required, struct ov_value optional)
{
	size_t n = 0;
	struct ov_value *kept = ov_new_array(s->arena, struct ov_value, ov_count(required));
	for (size_t i = 0; i < ov_count(required); i++) {
		struct ov_str name = ov_string(ov_at(required, i));
		size_t k = 0;
		while (k < ov_count(optional) &&
			!ov_str_eq(name, ov_string(ov_at(optional, k))))
			k++;
		if (k == ov_count(optional))
			kept[n++] = ov_at(required, i);
	}
	return ov_value_list(kept, n);
}

/* `over` laid over `base`, map by map. */
static struct ov_value laid_over(
	struct ov_api_source *s, struct ov_value base, struct ov_value over)
{
	if (!ov_is_map(base) || !ov_is_map(over))
		return over;
	for (size_t i = 0; i < over.count; i++) {
		const struct ov_entry *e = &over.entries[i];
		struct ov_value below = ov_get_key(base, e->key);
		base = ov_with(s->arena, base, e->key,
			ov_is_some(below) ? laid_over(s, below, e->value) : e->value);
	}
	return base;
}

/* The definition with what is known of it beyond what it says. */
static struct ov_value amended(
	struct ov_api_source *s, struct ov_str name, struct ov_value schema)
{
	const struct ov_value *fact = ov_map_ptr(&s->facts, name);
	struct ov_value required = ov_get(schema, "required");
	if (!fact)
		return schema;
	struct ov_value optional = ov_get(*fact, "optional"), fields = ov_get(*fact, "fields");
	if (ov_is_list(optional) && ov_is_list(required))
		schema = ov_with(s->arena, schema, ov_key(s->keys, OV_STR("required")),
			without(s, required, optional));
	if (ov_is_map(fields))
		schema = ov_with(s->arena, schema, ov_key(s->keys, OV_STR("properties")),
			laid_over(s, ov_get(schema, "properties"), fields));
	return schema;
}

uint32_t ov_api_source_definition(struct ov_api_source *s, struct ov_str name)
{
	union ov_map_item *known = ov_map_get(&s->parts, name);
	if (known && known->num)
		return (uint32_t)(known->num - 1);
	struct ov_value schema = ov_get_str(s->definitions, name);
	if (!ov_is_map(schema)) {
		ov_api_source_bad(
			s, s->definitions, "there is no definition '%.*s'", OV_STR_ARG(name));
		return simple(s, OV_STR("any"), ov_str_n(NULL, 0));
	}
	bool fresh;
	union ov_map_item *open = ov_map_put(&s->open, name, &fresh);
	if (!fresh && open->num) {
		/* It is a part of itself: there it goes by its name. */
		open->num = 2;
		return simple(
			s, ov_str_fmt(s->arena, "@%.*s", OV_STR_ARG(name)), ov_str_n(NULL, 0));
	}
	open->num = 1;
	bool builtin = s->builtin;
	s->builtin = ov_api_source_is_builtin(name);
	uint32_t part;
	if (!s->builtin || !convert_special(s, name, schema, &part))
		part = convert(s, amended(s, name, schema));
	s->builtin = builtin;
	open = ov_map_get(&s->open, name);
	if (open->num == 2) {
		struct ov_api_named_out named = {ov_str_dup(s->arena, name), part};
		ov_vec_push(s->arena, &s->writer.named, named);
		part = simple(
			s, ov_str_fmt(s->arena, "@%.*s", OV_STR_ARG(name)), ov_str_n(NULL, 0));
	}
	open->num = 0;
	ov_map_put(&s->parts, name, NULL)->num = (size_t)part + 1;
	return part;
}

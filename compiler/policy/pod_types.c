/* pod_types: what Go's JSON decoder says of an object that holds a pod. Layer: policy. */
#include "policy/pod_types.h"

#include <stdlib.h>

#include "lang/ascii.h"
#include "lang/datetime.h"
#include "lang/quantity.h"
#include "value/number.h"

/* One name of the path to a value, as Go keeps it: lists and maps leave none. */
struct frame {
	const struct frame *up;
	struct ov_str name;
};

struct decoder {
	struct ov_arena *arena;
	const struct frame *at;
	const char *owner; /* the struct whose field is read */
	struct ov_str why; /* the first fault */
	bool stop;         /* a type that reads itself refused: nothing more is read */
};

static bool same_but_case(struct ov_str a, struct ov_str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (ov_to_lower(a.ptr[i]) != ov_to_lower(b.ptr[i]))
			return false;
	return true;
}

struct ov_value ov_pod_field(struct ov_value object, const char *name)
{
	struct ov_value v = ov_get(object, name);
	struct ov_str s = ov_str_c(name);
	for (size_t i = 0; !ov_is_some(v) && ov_is_map(object) && i < object.count; i++)
		if (same_but_case(object.entries[i].key->str, s))
			v = object.entries[i].value;
	return v.kind == OV_KIND_NULL ? (struct ov_value){0} : v;
}

static int compare_struct(const void *name, const void *row)
{
	return ov_str_cmp(*(const struct ov_str *)name,
		ov_str_c(((const struct ov_pod_struct *)row)->name));
}

static const struct ov_pod_struct *find_struct(struct ov_str name)
{
	return bsearch(&name, ov_pod_structs, ov_pod_struct_count, sizeof ov_pod_structs[0],
		compare_struct);
}

/* A field of a struct: its name and type, and the embedded struct that it lies in. */
struct field {
	struct ov_str name, type, embedded;
};

/* Structs are embedded in structs that embed none. */
static bool find_field(struct ov_str fields, struct ov_str key, bool exact, struct field *out)
{
	for (size_t at = 0; at < fields.len;) {
		struct ov_str word = ov_part(fields, &at, ' ');
		if (ov_byte(word, 0) == '+') {
			struct ov_str embedded = ov_str_sub(word, 1, word.len);
			const struct ov_pod_struct *row = find_struct(embedded);
			if (row && find_field(ov_str_c(row->fields), key, exact, out)) {
				out->embedded = embedded;
				return true;
			}
			continue;
		}
		size_t colon = ov_str_chr(word, ':');
		struct ov_str name = ov_str_sub(word, 0, colon);
		if (exact ? ov_str_eq(name, key) : same_but_case(name, key)) {
			*out = (struct field){
				.name = name, .type = ov_str_sub(word, colon + 1, word.len)};
			return true;
		}
	}
	return false;
}

static const char *json_kind(struct ov_value v)
{
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_BOOL: return "bool";
	case OV_KIND_STRING: return "string";
	case OV_KIND_LIST: return "array";
	case OV_KIND_MAP: return "object";
	default: return "number";
	}
}

static bool is_basic(struct ov_str type)
{
	return ov_str_is(type, "string") || ov_str_is(type, "bool") ||
	       ov_str_starts(type, OV_STR("int")) || ov_str_starts(type, OV_STR("map["));
}

/* The type as Go prints it. */
static void add_type(struct ov_buf *buf, struct ov_str type)
{
	if (ov_str_starts(type, OV_STR("[]"))) {
		ov_buf_puts(buf, "[]");
		type = ov_str_sub(type, 2, type.len);
	}
	if (ov_byte(type, 0) == '$')
		type = ov_str_sub(type, 1, type.len);
	if (!is_basic(type) && ov_str_chr(type, '.') == SIZE_MAX)
		ov_buf_puts(buf, "v1.");
	ov_buf_add(buf, type);
}

static void add_path(struct ov_buf *buf, struct ov_arena *arena, const struct frame *at)
{
	OV_VEC(const struct frame *) names = {0};
	for (; at; at = at->up)
		ov_vec_push(arena, &names, at);
	for (size_t i = names.count; i-- > 0;) {
		ov_buf_puts(buf, ".");
		ov_buf_add(buf, names.items[i]->name);
	}
}

/* The value is no `type`; its number is told where one would fit but for its size. */
static void mismatch(struct decoder *d, struct ov_value v, struct ov_str type)
{
	if (d->why.len && !d->stop)
		return;
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_buf_addf(&buf, "json: cannot unmarshal %s", json_kind(v));
	if (ov_str_is(ov_str_c(json_kind(v)), "number") && ov_str_starts(type, OV_STR("int"))) {
		ov_buf_putc(&buf, ' ');
		ov_number_print(&buf, v);
	}
	ov_buf_puts(&buf, " into Go ");
	if (d->at) {
		ov_buf_addf(&buf, "struct field %s", d->owner);
		add_path(&buf, d->arena, d->at);
		ov_buf_puts(&buf, " of type ");
	} else {
		ov_buf_puts(&buf, "value of type ");
	}
	add_type(&buf, type);
	d->why = ov_str_dup(d->arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
}

static bool is_integer(struct ov_value v, int64_t most)
{
	if (v.kind == OV_KIND_INT)
		return v.integer >= -most - 1 && v.integer <= most;
	/* Below 2^63, where a double with a whole number is that number. */
	return v.kind == OV_KIND_DOUBLE && v.number >= -0x1p63 && v.number < 0x1p63 &&
	       (double)(int64_t)v.number == v.number && (int64_t)v.number >= -most - 1 &&
	       (int64_t)v.number <= most;
}

/* What is wrong with a quantity: its form, or a suffix of known letters. */
static const char *quantity_fault(struct ov_str s)
{
	size_t at = 0;
	if (ov_is_one_of(ov_byte(s, at), "+-"))
		at++;
	while (ov_is_digit(ov_byte(s, at)))
		at++;
	if (ov_byte(s, at) == '.')
		at++;
	while (ov_is_digit(ov_byte(s, at)))
		at++;
	size_t suffix = at;
	while (ov_is_one_of(ov_byte(s, at), "eEinumkKMGTP"))
		at++;
	if (ov_is_one_of(ov_byte(s, at), "+-"))
		at++;
	while (ov_is_digit(ov_byte(s, at)))
		at++;
	return at == s.len && at > suffix ? "unable to parse quantity's suffix"
					  : "quantities must match the regular expression "
					    "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
}

static void decode_quantity(struct decoder *d, struct ov_value v)
{
	struct ov_quantity q;
	if (v.kind == OV_KIND_INT || v.kind == OV_KIND_UINT || v.kind == OV_KIND_DOUBLE)
		return;
	struct ov_str s = ov_str_trim(ov_string(v));
	if (ov_is_string(v) && ov_quantity_parse(s, &q, NULL))
		return;
	d->stop = true;
	d->why = ov_str_c(quantity_fault(s));
}

static void decode_time(struct decoder *d, struct ov_value v)
{
	struct ov_datetime t;
	if (ov_is_string(v) && ov_datetime_parse(ov_string(v), &t, NULL) && !t.lower)
		return;
	d->stop = true;
	if (!ov_is_string(v))
		mismatch(d, v, OV_STR("string"));
	else
		d->why = ov_str_fmt(d->arena,
			"parsing time \"%.*s\" as \"2006-01-02T15:04:05Z07:00\": cannot parse "
			"\"%.*s\" as \"2006\"",
			OV_STR_ARG(ov_string(v)), OV_STR_ARG(ov_string(v)));
}

/* Types that read themselves end all reading where they refuse. */
static bool decode_itself(struct decoder *d, struct ov_str type, struct ov_value v)
{
	if (ov_str_is(type, "Quantity")) {
		decode_quantity(d, v);
	} else if (ov_str_is(type, "Time")) {
		decode_time(d, v);
	} else if (ov_str_is(type, "IntOrString")) {
		d->stop = !ov_is_string(v) && !is_integer(v, INT32_MAX);
		if (d->stop)
			mismatch(d, v, OV_STR("int32"));
	} else {
		return ov_str_is(type, "any");
	}
	return true;
}

static bool decode_basic(struct decoder *d, struct ov_str type, struct ov_value v)
{
	bool fits;
	if (ov_str_is(type, "string") || ov_byte(type, 0) == '$')
		fits = ov_is_string(v);
	else if (ov_str_is(type, "bool"))
		fits = v.kind == OV_KIND_BOOL;
	else if (ov_str_is(type, "int32"))
		fits = is_integer(v, INT32_MAX);
	else if (ov_str_is(type, "int64"))
		fits = is_integer(v, INT64_MAX);
	else
		return false;
	if (!fits)
		mismatch(d, v, type);
	return true;
}

static int compare_entries(const void *a, const void *b)
{
	return ov_str_cmp((*(const struct ov_entry *const *)a)->key->str,
		(*(const struct ov_entry *const *)b)->key->str);
}

/* Bindings in the order in which Go writes a map, which tells the fault that is found first. */
static const struct ov_entry **sorted(struct ov_arena *arena, struct ov_value map)
{
	const struct ov_entry **out = ov_new_array(arena, const struct ov_entry *, map.count);
	for (size_t i = 0; i < map.count; i++)
		out[i] = &map.entries[i];
	if (map.count > 1)
		qsort(out, map.count, sizeof *out, compare_entries);
	return out;
}

/* No type is part of itself, so that the table bounds the depth. */
static void decode(struct decoder *d, struct ov_str type, struct ov_value v);

static void decode_struct(struct decoder *d, const struct ov_pod_struct *row, struct ov_value v)
{
	const struct frame *at = d->at;
	const char *owner = d->owner;
	const struct ov_entry **entries = sorted(d->arena, v);
	for (size_t i = 0; i < v.count && !d->stop; i++) {
		struct ov_str key = entries[i]->key->str, fields = ov_str_c(row->fields);
		struct field field;
		if (!find_field(fields, key, true, &field) &&
			!find_field(fields, key, false, &field))
			continue;
		struct frame embedded = {.up = at, .name = field.embedded};
		struct frame own = {
			.up = field.embedded.len ? &embedded : at, .name = field.name};
		d->at = &own;
		d->owner = row->name;
		decode(d, field.type, entries[i]->value);
		d->at = at;
		d->owner = owner;
	}
}

static void decode(struct decoder *d, struct ov_str type, struct ov_value v)
{
	if (!ov_is_some(v) || v.kind == OV_KIND_NULL || d->stop || decode_itself(d, type, v) ||
		decode_basic(d, type, v))
		return;
	if (ov_str_starts(type, OV_STR("[]"))) {
		if (!ov_is_list(v))
			mismatch(d, v, type);
		for (size_t i = 0; ov_is_list(v) && i < v.count; i++)
			decode(d, ov_str_sub(type, 2, type.len), v.items[i]);
		return;
	}
	if (!ov_is_map(v)) {
		mismatch(d, v, type);
		return;
	}
	static const char map[] = "map[string]";
	const struct ov_pod_struct *row = find_struct(type);
	if (row) {
		decode_struct(d, row, v);
		return;
	}
	struct ov_str of = ov_str_is(type, "ResourceList")
				   ? OV_STR("Quantity")
				   : ov_str_sub(type, sizeof map - 1, type.len);
	const struct ov_entry **entries = sorted(d->arena, v);
	for (size_t i = 0; i < v.count; i++)
		decode(d, of, entries[i]->value);
}

bool ov_pod_type_check(
	struct ov_arena *arena, const char *type, struct ov_value object, struct ov_str *why)
{
	struct decoder d = {.arena = arena, .owner = type};
	decode(&d, ov_str_c(type), object);
	*why = d.why;
	return !d.why.len;
}

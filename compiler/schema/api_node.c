/* api_node: schemas decoded from the JSON of a set. Layer: schema. */
#include "schema/api_internal.h"

#include "base/limits.h"

/* Some more than the levels of what is decoded: a reference is a level too. */
enum { DEPTH = 2 * OV_LIMIT_DEPTH };

struct decoder {
	struct ov_api_set *set;
	struct ov_diags *diags;
	size_t depth;
	bool failed;
};

static struct ov_api_node *decode(struct decoder *d, struct ov_value json);

static void fail(struct decoder *d, const char *what, struct ov_str detail)
{
	if (!d->failed)
		ov_api_set_bad(d->set, d->diags, "%s'%.*s'", what, OV_STR_ARG(detail));
	d->failed = true;
}

static struct ov_api_checks *checks_of(struct decoder *d, struct ov_api_node *node)
{
	if (node->checks)
		return (struct ov_api_checks *)(uintptr_t)node->checks;
	struct ov_api_checks *c = ov_new(&d->set->arena, struct ov_api_checks);
	c->max_length = c->max_items = c->max_properties = SIZE_MAX;
	node->checks = c;
	return c;
}

static void set_type(struct decoder *d, struct ov_api_node *node, struct ov_str type)
{
	static const struct {
		const char *name;
		uint8_t types;
	} names[] = {{"any", 0}, {"boolean", OV_API_BOOLEAN}, {"integer", OV_API_INTEGER},
		{"number", OV_API_NUMBER | OV_API_INTEGER}, {"string", OV_API_STRING},
		{"array", OV_API_ARRAY}, {"object", OV_API_OBJECT},
		{"int-or-string", OV_API_INTEGER | OV_API_STRING},
		{"quantity", OV_API_STRING | OV_API_NUMBER | OV_API_INTEGER}};
	for (size_t i = 0; i < OV_COUNT(names); i++) {
		if (!ov_str_is(type, names[i].name))
			continue;
		node->types = names[i].types;
		node->int_or_string = ov_str_is(type, "int-or-string");
		if (ov_str_is(type, "quantity")) {
			checks_of(d, node)->format = ov_api_format_find(type);
			checks_of(d, node)->format_name = OV_STR("quantity");
		}
		return;
	}
	fail(d, "there is no type ", type);
}

static void set_format(struct decoder *d, struct ov_api_node *node, struct ov_str name)
{
	/* As the name of a format it means nothing to the server. */
	const struct ov_api_format *format =
		ov_str_is(name, "quantity") ? NULL : ov_api_format_find(name);
	struct ov_api_checks *c = checks_of(d, node);
	c->format_name = ov_str_dup(&d->set->arena, name);
	c->format = format;
}

/* "type", or "type/format". */
static struct ov_api_node *decode_word(struct decoder *d, struct ov_str word)
{
	union ov_map_item *item = ov_map_get(&d->set->nodes, word);
	if (item)
		return item->ptr;
	struct ov_api_node *node = ov_new(&d->set->arena, struct ov_api_node);
	size_t slash = ov_str_chr(word, '/');
	set_type(d, node, ov_str_sub(word, 0, slash == SIZE_MAX ? word.len : slash));
	if (slash != SIZE_MAX)
		set_format(d, node, ov_str_sub(word, slash + 1, word.len));
	if (!d->failed)
		ov_map_put(&d->set->nodes, ov_str_dup(&d->set->arena, word), NULL)->ptr = node;
	return node;
}

static bool fill(struct decoder *d, struct ov_api_node *node, struct ov_value json);

/* A part with a line of its own; what contains itself is met here again while it is decoded. */
static struct ov_api_node *decode_reference(struct decoder *d, struct ov_str word)
{
	union ov_map_item *item = ov_map_get(&d->set->nodes, word);
	if (item)
		return item->ptr;
	struct ov_str names[4] = {word}, line;
	size_t n = 1;
	struct ov_value json = {0};
	for (;;) {
		if (!ov_api_set_line(d->set, names[n - 1], &line)) {
			fail(d, "there is no line ", names[n - 1]);
			return NULL;
		}
		json = ov_api_line_read(d->set, line, d->diags);
		if (!ov_is_some(json)) {
			d->failed = true;
			return NULL;
		}
		struct ov_str next = ov_string(json);
		if (!next.len || (next.ptr[0] != '#' && next.ptr[0] != '@') ||
			n == OV_COUNT(names))
			break;
		names[n++] = next;
		item = ov_map_get(&d->set->nodes, next);
		if (item)
			return item->ptr;
	}
	if (ov_is_string(json))
		return decode_word(d, ov_string(json));
	struct ov_api_node *node = ov_new(&d->set->arena, struct ov_api_node);
	for (size_t i = 0; i < n; i++)
		ov_map_put(&d->set->nodes, ov_str_dup(&d->set->arena, names[i]), NULL)->ptr =
			node;
	if (fill(d, node, json))
		return node;
	/* What is wrong is not to be found by the next who asks. */
	ov_map_init(&d->set->nodes, &d->set->arena, ov_keys_seed(d->set->keys));
	return NULL;
}

static bool add_nodes(struct decoder *d, struct ov_api_nodes *out, struct ov_value list)
{
	size_t n = ov_count(list);
	out->items = ov_new_array(&d->set->arena, const struct ov_api_node *, n);
	for (size_t i = 0; i < n; i++) {
		out->items[i] = decode(d, ov_at(list, i));
		if (!out->items[i])
			return false;
	}
	out->count = n;
	return true;
}

static const struct ov_key *const *add_keys(
	struct decoder *d, struct ov_value list, size_t *count)
{
	size_t n = ov_is_list(list) ? ov_count(list) : 0;
	const struct ov_key **keys = ov_new_array(&d->set->arena, const struct ov_key *, n);
	for (size_t i = 0; i < n; i++)
		keys[i] = ov_key(d->set->keys, ov_string(ov_at(list, i)));
	*count = n;
	return keys;
}

const struct ov_api_field *ov_api_field(
	const struct ov_api_node *node, const struct ov_key *key)
{
	if (!node->slots)
		return NULL;
	for (size_t i = key->hash;; i++) {
		uint32_t index = node->slot[i & (node->slots - 1)];
		if (!index)
			return NULL;
		if (node->fields[index - 1].key == key)
			return &node->fields[index - 1];
	}
}

static bool add_fields(struct decoder *d, struct ov_api_node *node, struct ov_value map)
{
	struct ov_arena *arena = &d->set->arena;
	size_t n = ov_is_map(map) ? map.count : 0, slots = 2;
	struct ov_api_field *fields = ov_new_array(arena, struct ov_api_field, n);
	for (size_t i = 0; i < n; i++) {
		const struct ov_key *key = map.entries[i].key;
		struct ov_str escaped = ov_api_escape(arena, key->str);
		fields[i].key = key;
		fields[i].escaped = escaped.len ? ov_key(d->set->keys, escaped) : NULL;
		fields[i].node = decode(d, map.entries[i].value);
		if (!fields[i].node)
			return false;
	}
	while (slots < n * 2)
		slots *= 2;
	uint32_t *slot = ov_new_array(arena, uint32_t, slots);
	for (size_t i = 0; i < n; i++) {
		size_t at = fields[i].key->hash & (slots - 1);
		while (slot[at])
			at = (at + 1) & (slots - 1);
		slot[at] = (uint32_t)i + 1;
	}
	node->fields = fields;
	node->field_count = n;
	node->slot = slot;
	node->slots = n ? slots : 0;
	node->has_fields = true;
	return true;
}

static void mark_required(struct ov_api_node *node)
{
	for (size_t i = 0; i < node->required_count; i++) {
		const struct ov_api_field *field = ov_api_field(node, node->required[i]);
		if (!field)
			continue;
		((struct ov_api_field *)(uintptr_t)field)->required = true;
		node->required_fields++;
	}
}

static void add_rules(struct decoder *d, struct ov_api_node *node, struct ov_value list)
{
	size_t n = ov_count(list);
	struct ov_api_rule *rules = ov_new_array(&d->set->arena, struct ov_api_rule, n);
	for (size_t i = 0; i < n; i++) {
		struct ov_value rule = ov_at(list, i);
		rules[i] = (struct ov_api_rule){.rule = ov_string(ov_get(rule, "rule")),
			.message = ov_string(ov_get(rule, "message")),
			.message_expression = ov_string(ov_get(rule, "messageExpression")),
			.field_path = ov_string(ov_get(rule, "fieldPath")),
			.reason = ov_string(ov_get(rule, "reason")),
			.optional_old = ov_bool(ov_get(rule, "optionalOldSelf"), false)};
	}
	node->rules = rules;
	node->rule_count = n;
}

/* A value of a set, which has no place that anybody could look at. */
static struct ov_value unplaced(struct decoder *d, struct ov_value v)
{
	v.loc = v.key_loc = 0;
	if (ov_is_list(v)) {
		struct ov_value *items = ov_new_array(&d->set->arena, struct ov_value, v.count);
		for (size_t i = 0; i < v.count; i++)
			items[i] = unplaced(d, v.items[i]);
		v.items = items;
	} else if (ov_is_map(v)) {
		struct ov_entry *entries =
			ov_new_array(&d->set->arena, struct ov_entry, v.count);
		for (size_t i = 0; i < v.count; i++)
			entries[i] = (struct ov_entry){
				v.entries[i].key, unplaced(d, v.entries[i].value)};
		v.entries = entries;
	}
	return v;
}

static size_t as_size(struct ov_value v, size_t otherwise)
{
	if (v.kind == OV_KIND_INT)
		return v.integer < 0 ? 0 : (size_t)v.integer;
	return otherwise;
}

/* The members that ask something of a value; false where `key` is none of them. */
static bool add_check(
	struct decoder *d, struct ov_api_node *node, struct ov_str key, struct ov_value v)
{
	struct ov_api_checks found = {0}, *c = &found;
	if (node->checks)
		*c = *node->checks;
	else
		c->max_length = c->max_items = c->max_properties = SIZE_MAX;
	if (ov_str_is(key, "enum"))
		c->enum_ = unplaced(d, v);
	else if (ov_str_is(key, "minimum"))
		c->minimum = unplaced(d, v);
	else if (ov_str_is(key, "maximum"))
		c->maximum = unplaced(d, v);
	else if (ov_str_is(key, "multipleOf"))
		c->multiple_of = unplaced(d, v);
	else if (ov_str_is(key, "exclusiveMinimum"))
		c->exclusive_minimum = ov_bool(v, false);
	else if (ov_str_is(key, "exclusiveMaximum"))
		c->exclusive_maximum = ov_bool(v, false);
	else if (ov_str_is(key, "unique"))
		c->unique = ov_bool(v, false);
	else if (ov_str_is(key, "minLength"))
		c->min_length = as_size(v, 0);
	else if (ov_str_is(key, "maxLength"))
		c->max_length = as_size(v, SIZE_MAX);
	else if (ov_str_is(key, "minItems"))
		c->min_items = as_size(v, 0);
	else if (ov_str_is(key, "maxItems"))
		c->max_items = as_size(v, SIZE_MAX);
	else if (ov_str_is(key, "minProperties"))
		c->min_properties = as_size(v, 0);
	else if (ov_str_is(key, "maxProperties"))
		c->max_properties = as_size(v, SIZE_MAX);
	else if (ov_str_is(key, "pattern")) {
		c->pattern = ov_string(v);
		if (c->pattern.len)
			c->regex = ov_regex_compile(
				d->set->regexes, OV_REGEX_RE2, c->pattern, &c->pattern_error);
	} else if (ov_str_is(key, "allOf"))
		d->failed = !add_nodes(d, &c->all_of, v) || d->failed;
	else if (ov_str_is(key, "anyOf"))
		d->failed = !add_nodes(d, &c->any_of, v) || d->failed;
	else if (ov_str_is(key, "oneOf"))
		d->failed = !add_nodes(d, &c->one_of, v) || d->failed;
	else if (ov_str_is(key, "not"))
		c->not_ = decode(d, v);
	else
		return false;
	*checks_of(d, node) = *c;
	return true;
}

static void add_member(
	struct decoder *d, struct ov_api_node *node, struct ov_str key, struct ov_value v)
{
	if (ov_str_is(key, "type"))
		set_type(d, node, ov_string(v));
	else if (ov_str_is(key, "format"))
		set_format(d, node, ov_string(v));
	else if (ov_str_is(key, "nullable"))
		node->nullable = ov_bool(v, false);
	else if (ov_str_is(key, "preserve"))
		node->preserve = ov_bool(v, false);
	else if (ov_str_is(key, "embedded"))
		node->embedded = ov_bool(v, false);
	else if (ov_str_is(key, "closed"))
		node->closed = ov_bool(v, false);
	else if (ov_str_is(key, "fields"))
		d->failed = !add_fields(d, node, v) || d->failed;
	else if (ov_str_is(key, "required"))
		node->required = add_keys(d, v, &node->required_count);
	else if (ov_str_is(key, "values"))
		node->values = decode(d, v);
	else if (ov_str_is(key, "items"))
		node->items = decode(d, v);
	else if (ov_str_is(key, "listType"))
		node->list_type = ov_string_is(v, "set")   ? OV_API_SET
				  : ov_string_is(v, "map") ? OV_API_MAP
							   : OV_API_ATOMIC;
	else if (ov_str_is(key, "keys"))
		node->keys = add_keys(d, v, &node->key_count);
	else if (ov_str_is(key, "mergeKey"))
		node->merge_key = ov_key(d->set->keys, ov_string(v));
	else if (ov_str_is(key, "default"))
		node->default_ = unplaced(d, v);
	else if (ov_str_is(key, "rules"))
		add_rules(d, node, v);
	else if (!ov_str_is(key, "mapType") && !add_check(d, node, key, v))
		fail(d, "a schema has a member that is not known, ", key);
}

static bool fill(struct decoder *d, struct ov_api_node *node, struct ov_value json)
{
	if (ov_is_list(json)) {
		node->types = OV_API_ARRAY;
		node->items = decode(d, ov_at(json, 0));
		return !d->failed;
	}
	if (!ov_is_map(json)) {
		fail(d, "a schema is neither a word, a list nor a map, but ", ov_string(json));
		return false;
	}
	bool typed = ov_is_some(ov_get(json, "type"));
	for (size_t i = 0; i < json.count && !d->failed; i++)
		add_member(d, node, json.entries[i].key->str, json.entries[i].value);
	if (!typed && (node->has_fields || node->values))
		node->types = OV_API_OBJECT;
	else if (!typed && node->items)
		node->types = OV_API_ARRAY;
	mark_required(node);
	return !d->failed;
}

static struct ov_api_node *decode(struct decoder *d, struct ov_value json)
{
	if (d->failed)
		return NULL;
	if (d->depth >= DEPTH) {
		fail(d, "schemas are nested too deep", ov_str_n(NULL, 0));
		return NULL;
	}
	struct ov_api_node *node = NULL;
	struct ov_str word = ov_string(json);
	d->depth++;
	if (word.len && (word.ptr[0] == '#' || word.ptr[0] == '@')) {
		node = decode_reference(d, word);
	} else if (ov_is_string(json)) {
		node = decode_word(d, word);
	} else {
		node = ov_new(&d->set->arena, struct ov_api_node);
		fill(d, node, json);
	}
	d->depth--;
	return d->failed ? NULL : node;
}

enum { STATE_NEW, STATE_OPEN, STATE_DONE };

static void finish(const struct ov_api_node *shared);

/* What the flags of a part mean for the whole; a part that contains the whole may be anything.
 */
static void inherit(struct ov_api_node *node, const struct ov_api_node *part)
{
	if (!part)
		return;
	finish(part);
	node->defaults = node->defaults || part->defaults || ov_is_some(part->default_) ||
			 part->state == STATE_OPEN;
	node->plain = node->plain && part->plain && part->state == STATE_DONE;
}

static void finish(const struct ov_api_node *shared)
{
	struct ov_api_node *node = (struct ov_api_node *)(uintptr_t)shared;
	static const char *const converted[] = {"date", "date-time", "duration", "byte"};
	if (node->state != STATE_NEW)
		return;
	node->state = STATE_OPEN;
	node->plain = !(node->types & OV_API_NUMBER) && node->list_type == OV_API_ATOMIC;
	for (size_t i = 0; node->checks && i < OV_COUNT(converted); i++)
		node->plain =
			node->plain && !ov_str_is(node->checks->format_name, converted[i]);
	for (size_t i = 0; i < node->field_count; i++) {
		const struct ov_api_field *field = &node->fields[i];
		inherit(node, field->node);
		node->plain =
			node->plain && field->escaped == field->key && !field->node->nullable;
	}
	inherit(node, node->values);
	inherit(node, node->items);
	node->state = STATE_DONE;
}

const struct ov_api_node *ov_api_node_decode(
	struct ov_api_set *set, struct ov_value json, struct ov_diags *diags)
{
	struct decoder d = {.set = set, .diags = diags};
	const struct ov_api_node *node = decode(&d, json);
	if (node)
		finish(node);
	return node;
}

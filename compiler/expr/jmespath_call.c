/* jmespath_call: calls of JMESPath's functions, their arguments checked. Layer: expr. */
#include "expr/go_text.h"
#include "expr/jmespath_node.h"

static bool all_of(struct ov_value list, enum ov_jp_type type)
{
	for (size_t i = 0; i < list.count; i++)
		if (type == OV_JP_NUMBERS ? !ov_jp_is_number(list.items[i])
					  : !ov_is_string(list.items[i]))
			return false;
	return true;
}

static bool is_of(struct ov_value v, unsigned types)
{
	if (types & OV_JP_ANY)
		return v.kind != OV_KIND_OPAQUE;
	if (v.kind == OV_KIND_OPAQUE)
		return types & OV_JP_REF;
	if (ov_is_string(v))
		return types & OV_JP_STRING;
	if (ov_is_map(v))
		return types & OV_JP_OBJECT;
	if (ov_is_list(v))
		return (types & OV_JP_ARRAY) ||
		       ((types & OV_JP_NUMBERS) && all_of(v, OV_JP_NUMBERS)) ||
		       ((types & OV_JP_STRINGS) && all_of(v, OV_JP_STRINGS));
	return ov_jp_is_number(v) && (types & OV_JP_NUMBER);
}

/* In the order in which the reference lists them, which is not the same for all functions. */
static void name_types(struct ov_buf *buf, unsigned types)
{
	static const struct {
		unsigned type;
		const char *name;
	} names[] = {{OV_JP_STRING, "string"}, {OV_JP_NUMBER, "number"}, {OV_JP_ARRAY, "array"},
		{OV_JP_OBJECT, "object"}, {OV_JP_NUMBERS, "array[number]"},
		{OV_JP_STRINGS, "array[string]"}, {OV_JP_REF, "expref"}, {OV_JP_ANY, "any"}};
	if (types == (OV_JP_ARRAY | OV_JP_STRING)) {
		ov_buf_puts(buf, "\"array\", \"string\"");
		return;
	}
	if (types == (OV_JP_ARRAY | OV_JP_OBJECT)) {
		ov_buf_puts(buf, "\"object\", \"array\"");
		return;
	}
	bool first = true;
	for (size_t i = 0; i < OV_COUNT(names); i++) {
		if (types & names[i].type) {
			ov_buf_addf(buf, "%s\"%s\"", first ? "" : ", ", names[i].name);
			first = false;
		}
	}
}

static struct ov_value bad_argument(struct ov_jmespath_run *run, const struct ov_jp_node *n,
	size_t i, struct ov_value v, unsigned types)
{
	struct ov_buf given = {0}, wanted = {0};
	if (v.kind == OV_KIND_OPAQUE)
		ov_buf_puts(&given, "&expression");
	else
		ov_go_sprint(&given, v);
	name_types(&wanted, types);
	struct ov_str text = ov_str_sub(ov_buf_str(&given), 0, 200);
	struct ov_value r = ov_jp_fail(run, n->child[i], OV_JMESPATH_TYPE,
		"Invalid type for: %.*s, expected: []jmespath.JpType{%.*s}", OV_STR_ARG(text),
		OV_STR_ARG(ov_buf_str(&wanted)));
	ov_buf_release(&given);
	ov_buf_release(&wanted);
	return r;
}

static bool count_fits(const struct ov_jp_function *f, size_t count)
{
	if (f->unchecked)
		return true;
	return f->more ? count >= f->count : count == f->count;
}

struct ov_value ov_jp_apply_call(
	struct ov_jmespath_run *run, const struct ov_jp_node *n, struct ov_value v)
{
	const struct ov_jp_function *f = n->function;
	if (!ov_jp_spend(run, n, n->count, n->count * sizeof(struct ov_value)))
		return (struct ov_value){0};
	struct ov_value *args = ov_new_array(run->arena, struct ov_value, n->count);
	for (size_t i = 0; i < n->count; i++) {
		args[i] = ov_jp_apply_soft(run, n->child[i], v);
		if (!ov_is_some(args[i]))
			return args[i];
	}
	if (!f)
		return ov_jp_fail(run, n, OV_JMESPATH_FUNCTION, "unknown function: %.*s",
			OV_STR_ARG(n->key->str));
	if (!count_fits(f, n->count))
		return ov_jp_fail(run, n, OV_JMESPATH_ARITY,
			f->more ? "%s() takes %u or more arguments, not %u"
				: "incorrect number of args: %s() takes %u, not %u",
			f->name, (unsigned)f->count, (unsigned)n->count);
	for (size_t i = 0; i < n->count && !f->unchecked; i++) {
		unsigned types = f->type[i < f->count ? i : f->count - 1u];
		if (!is_of(args[i], types))
			return bad_argument(run, n, i, args[i], types);
	}
	return f->call(run, n, args);
}

static const struct ov_jp_function *find(const struct ov_jp_function *table, struct ov_str name)
{
	for (; table->name; table++)
		if (ov_str_is(name, table->name))
			return table;
	return NULL;
}

const struct ov_jp_function *ov_jp_function_find(
	enum ov_jmespath_dialect dialect, struct ov_str name)
{
	static const struct ov_jp_function *const policies[] = {ov_jp_core, ov_jp_text,
		ov_jp_regex, ov_jp_version, ov_jp_math, ov_jp_time, ov_jp_data, ov_jp_random};
	static const struct ov_jp_function *const standard[] = {
		ov_jp_core, ov_jp_core_standard};
	bool is_policy = dialect == OV_JMESPATH_POLICY;
	const struct ov_jp_function *const *tables = is_policy ? policies : standard;
	for (size_t i = 0; i < (is_policy ? OV_COUNT(policies) : OV_COUNT(standard)); i++) {
		const struct ov_jp_function *f = find(tables[i], name);
		if (f)
			return f;
	}
	return NULL;
}

/* test_schema: findings of schemas and of values, defaults, and the bounds. */
#include "reading.h"

#include "base/limits.h"
#include "schema/reference.h"
#include "schema/schema.h"

#define URI "https://ovec.dev/schemas/v1alpha1/Test"

/* Documents: the schema, then the value that is judged. */
struct finding_case {
	const char *text;
	unsigned flags;
	const char *want; /* "OVnnnn line:column message", one a line */
};

static void print_findings(struct reading *r, struct ov_buf *out)
{
	ov_diags_sort(&r->diags);
	for (size_t i = 0; i < r->diags.list.count; i++) {
		const struct ov_diag *diag = r->diags.list.items[i];
		struct ov_place place = ov_sources_place(&r->sources, diag->span.loc);
		ov_buf_addf(out, "%sOV%04d %zu:%zu %.*s", out->len ? "\n" : "", (int)diag->code,
			place.line, place.column, OV_STR_ARG(diag->message));
		for (const struct ov_diag_note *note = diag->notes; note; note = note->next)
			ov_buf_addf(out, "\n  %.*s", OV_STR_ARG(note->text));
	}
}

static void check_findings(const struct finding_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct reading r;
		struct ov_buf out = {0};
		reading_begin(&r, "a.yaml", ov_str_c(cases[i].text));
		if (!r.ok)
			fail_msg("case %zu: %.*s", i,
				OV_STR_ARG(r.diags.list.items[0]->message));
		struct ov_schema_set *set = ov_schema_set_new(&r.arena, r.keys);
		bool ok = ov_schema_add(set, OV_STR(URI), r.docs.items[0], &r.diags);
		const struct ov_schema *schema = ov_schema_get(set, OV_STR(URI), &r.diags);
		assert_true(ok || !schema);
		for (size_t k = 1; schema && k < r.docs.count; k++) {
			struct ov_value v = r.docs.items[k];
			size_t before = r.diags.errors;
			bool valid = ov_schema_validate(schema, v,
				(enum ov_schema_flags)cases[i].flags, &r.arena, &r.diags,
				ov_str_n(NULL, 0));
			assert_true(valid == (r.diags.errors == before));
			assert_true(valid == ov_schema_validate(schema, v,
						     (enum ov_schema_flags)cases[i].flags,
						     &r.arena, NULL, ov_str_n(NULL, 0)));
		}
		print_findings(&r, &out);
		assert_text(ov_buf_str(&out), cases[i].text, cases[i].want);
		ov_buf_release(&out);
		ov_schema_set_free(set);
		reading_end(&r);
	}
}

#define FIELDS \
	"type: object\nadditionalProperties: false\nrequired: [memory]\n" \
	"properties: {memory: {type: string}, cores: {type: integer, minimum: 1}}\n"

static const struct finding_case findings[] = {
	{FIELDS "---\n{memory: 1Gi, cores: 2}\n", 0, ""},
	{FIELDS "---\ncores: 2\nmemry: 1Gi\n", 0,
		"OV0203 7:1 unknown field 'memry'\n  did you mean 'memory'?"},
	{FIELDS "---\nmemory: 1Gi\nfoo: 2\n", 0,
		"OV0203 7:1 unknown field 'foo'\n  the fields here are: memory, cores"},
	{FIELDS "---\ncores: 2\n", 0, "OV0205 6:1 missing field 'memory'"},
	{FIELDS "---\n{memory: 4, cores: \"3\"}\n", 0,
		"OV0204 6:10 'memory' is an integer, expected a string\n  put it in quotes\n"
		"OV0204 6:20 'cores' is a string, expected an integer\n  write it without "
		"quotes"},
	{FIELDS "---\n{memory: x, cores: 0}\n", 0,
		"OV0208 6:20 'cores' is 0 but must be at least 1"},
	{FIELDS "---\n[]\n", 0, "OV0204 6:1 the document is a list, expected a map"},
	{"properties: {a: {items: {$ref: '#/$defs/d'}}}\n"
	 "$defs: {d: {required: [image], properties: {size: {format: quantity}}}}\n"
	 "---\na: [{size: 4GiB}]\n",
		OV_SCHEMA_FORMAT_ASSERT,
		"OV0205 4:5 missing field 'image' in a[0]\n"
		"OV0206 4:12 'a[0].size' is no quantity; write a "
		"number and one suffix, such as 500m, 2, 1.5Gi or 1e3"},
	{"properties: {a: {format: quantity}}\n---\na: 4GiB\n", 0, ""},
	{"properties: {s: {enum: [running, stopped]}}\n---\ns: runing\n", 0,
		"OV0207 3:4 's' is \"runing\", allowed: \"running\", \"stopped\"\n"
		"  did you mean 'running'?"},
	{"properties: {s: {const: 1, x-ovec-sensitive: true}}\n---\ns: key\n", 0,
		"OV0207 3:4 's': only 1 is allowed"},
	{"properties: {s: {pattern: '^a+$', description: Only a.}}\n---\ns: b\n", 0,
		"OV0209 3:4 's' does not match the pattern ^a+$\n  Only a."},
	{"properties: {s: {pattern: '^a+$', x-ovec-message: write only a}}\n---\ns: b\n", 0,
		"OV0209 3:4 's': write only a"},
	{"properties: {s: {minLength: 2, maxLength: 3}}\n---\ns: \xc3\xa9\n---\ns: abcd\n", 0,
		"OV0208 3:4 's' must be at least 2 characters long\n"
		"OV0208 5:4 's' must be at most 3 characters long, not 4"},
	{"properties: {num: {multipleOf: 0.01}}\n---\nnum: 19.99\n---\nnum: 0.005\n", 0,
		"OV0208 5:6 'num' is 0.005 but must be a multiple of 0.01"},
	{"properties: {num: {multipleOf: 9007199254740993}}\n---\nnum: 18014398509481986\n"
	 "---\nnum: 18014398509481985\n",
		0,
		"OV0208 5:6 'num' is 18014398509481985 but must be a multiple of "
		"9007199254740993"},
	{"properties: {l: {uniqueItems: true}}\n---\nl: [{a: 1, b: 2}, 3, {b: 2.0, a: 1}]\n", 0,
		"OV0209 3:1 'l' has the same entry twice, at positions 1 and 3"},
	{"propertyNames: {pattern: '^[a-z]+$'}\n---\nA1: x\n", 0,
		"OV0209 3:1 the name 'A1' does not match the pattern ^[a-z]+$"},
	{"properties: {a: false}\n---\na: x\n", 0, "OV0203 3:1 the field 'a' may not be used"},
	{"dependentRequired: {a: [b]}\n---\na: x\n", 0,
		"OV0205 3:1 missing field 'b', which 'a' needs"},
	{"not: {required: [a, b]}\n---\na: x\nb: y\n", 0,
		"OV0209 3:1 the document may not have 'a' and 'b' together"},
	{"allOf: [{properties: {name: true}}]\nunevaluatedProperties: false\n"
	 "---\nname: x\nsize: y\n",
		0, "OV0203 5:1 unknown field 'size'\n  the fields here are: name"},
	{"$id: " URI "\nproperties: {'a.b/c': {items: {type: string}}}\n---\na.b/c: [1]\n", 0,
		"OV0204 4:9 '[\"a.b/c\"][0]' is an integer, expected a string\n"
		"  put it in quotes"},
};

static void test_findings(void **state)
{
	(void)state;
	check_findings(findings, OV_COUNT(findings));
}

#define SOURCES \
	"oneOf:\n" \
	"- {properties: {kind: {const: http}, url: {type: string}}, " \
	"required: [kind, url], additionalProperties: false}\n" \
	"- {properties: {kind: {const: pvc}, name: {type: string}}, " \
	"required: [kind, name], additionalProperties: false}\n"

static const struct finding_case branches[] = {
	{SOURCES "---\n{kind: pvc, name: a}\n", 0, ""},
	{SOURCES "---\n{kind: pvc, name: 1}\n", 0,
		"OV0204 5:19 'name' is an integer, expected a string\n  put it in quotes"},
	{SOURCES "---\n{kind: pvd, name: a}\n", 0,
		"OV0207 5:8 'kind' is \"pvd\", allowed: \"http\", \"pvc\"\n"
		"  did you mean 'pvc'?"},
	{SOURCES "---\n{name: a}\n", 0, "OV0205 5:1 missing field 'kind'"},
	{"anyOf: [{type: integer}, {type: string, pattern: '^a'}]\n---\ntrue\n", 0,
		"OV0204 3:1 the document is a boolean, expected an integer or a string\n"
		"  put it in quotes"},
	{"anyOf: [{type: integer}, {type: string, pattern: '^a'}]\n---\nb\n", 0,
		"OV0209 3:1 the document does not match the pattern ^a"},
	{"anyOf: [{const: auto}, {enum: [fast, slow]}]\n---\nfats\n", 0,
		"OV0207 3:1 the document is \"fats\", allowed: \"auto\", \"fast\", \"slow\"\n"
		"  did you mean 'fast'?"},
	{"type: object\noneOf: [{required: [size]}, {required: [image]}]\n---\n{a: 1}\n", 0,
		"OV0205 4:1 the document needs one of the fields 'size' or 'image'"},
	{"oneOf: [{required: [size]}, {required: [image]}]\n---\n{size: 1, image: 2}\n", 0,
		"OV0209 3:1 the document may have 'size' or 'image', not both"},
	{"oneOf: [{title: one}, {title: two}]\n---\n1\n", 0,
		"OV0209 3:1 the document fits both 'one' and 'two'"},
	{"if: {properties: {a: {const: 1}}, required: [a]}\n"
	 "then: {required: [b]}\nelse: {required: [c]}\n---\na: 1\n---\na: 2\n",
		0, "OV0205 5:1 missing field 'b'\nOV0205 7:1 missing field 'c'"},
};

static void test_branches(void **state)
{
	(void)state;
	check_findings(branches, OV_COUNT(branches));
}

static const struct finding_case partial[] = {
	{FIELDS "---\n{}\n---\nmemory: null\n", OV_SCHEMA_PARTIAL, ""},
	{FIELDS "---\nmemry: null\n", OV_SCHEMA_PARTIAL,
		"OV0203 6:1 unknown field 'memry'\n  did you mean 'memory'?"},
	{FIELDS "---\ncores: x\n", OV_SCHEMA_PARTIAL,
		"OV0204 6:8 'cores' is a string, expected an integer"},
	{FIELDS "---\nnull\n", OV_SCHEMA_PARTIAL,
		"OV0204 6:1 the document is null, expected a map"},
	{"items: {type: object, additionalProperties: false, properties: {name: {type: "
	 "string}}}\n"
	 "minItems: 2\nmaxItems: 1\n"
	 "---\n- {name: a, $remove: true}\n- $replace: true\n- name: b\n",
		OV_SCHEMA_PARTIAL, ""},
	{SOURCES "---\n{}\n---\nkind: pvc\n---\nurl: a\n", OV_SCHEMA_PARTIAL, ""},
	{SOURCES "---\n{url: a, name: b}\n", OV_SCHEMA_PARTIAL,
		"OV0203 5:10 unknown field 'name'\n  the fields here are: kind, url"},
	{"not: {required: [a, b]}\n---\na: 1\n---\n{a: 1, b: null}\n---\n{a: 1, b: 2}\n",
		OV_SCHEMA_PARTIAL, "OV0209 7:1 the document may not have 'a' and 'b' together"},
	{"if: {properties: {a: {const: 1}}, required: [a]}\n"
	 "then: {properties: {b: {type: string}}}\nelse: {properties: {b: {type: integer}}}\n"
	 "---\nb: x\n---\nb: 2\n---\n{a: 1, b: 2}\n---\n{a: 2, b: x}\n",
		OV_SCHEMA_PARTIAL,
		"OV0204 9:11 'b' is an integer, expected a string\n  put it in quotes\n"
		"OV0204 11:11 'b' is a string, expected an integer"},
	{"oneOf: [{required: [a]}, {required: [b]}]\n---\n{}\n---\n{a: 1}\n---\n{a: 1, b: 1}\n",
		OV_SCHEMA_PARTIAL, "OV0209 7:1 the document may have 'a' or 'b', not both"},
};

static void test_partial(void **state)
{
	(void)state;
	check_findings(partial, OV_COUNT(partial));
}

static const struct finding_case schemas[] = {
	{"propertes: {}\n", 0,
		"OV0211 1:1 unknown keyword 'propertes'\n  did you mean 'properties'?"},
	{"$id: https://example.com/x\npropertes: {}\n", 0, ""},
	{"x-mine: 1\n", 0, ""},
	{"x-ovec-reff: A\n", 0,
		"OV0211 1:1 unknown keyword 'x-ovec-reff'\n  did you mean 'x-ovec-ref'?"},
	{"x-ovec-secret: 'yes'\n", 0, "OV0211 1:16 'x-ovec-secret' takes true or false"},
	{"x-ovec-cardinality: some\n", 0,
		"OV0211 1:21 'x-ovec-cardinality' takes one of a few values\n"
		"  write one of: none one many"},
	{"properties: {a: {x-ovec-component: b}}\n", 0,
		"OV0211 1:18 'x-ovec-component' stands at the root of a schema"},
	{"type: strin\n", 0,
		"OV0211 1:7 a type is null, boolean, integer, number, string, array or object\n"
		"  did you mean 'string'?"},
	{"minLength: -1\n", 0, "OV0211 1:12 this takes a whole number from 0"},
	{"multipleOf: 0\n", 0, "OV0211 1:13 this takes a number greater than 0"},
	{"required: [1]\n", 0, "OV0211 1:12 this takes a list of names"},
	{"items: [1]\n", 0, "OV0211 1:8 a schema is a map, true or false"},
	{"allOf: []\n", 0, "OV0211 1:8 this takes a list of schemas that is not empty"},
	{"pattern: '(a'\n", 0,
		"OV0211 1:10 not a regular expression: a group does not end; ) is missing "
		"(at character 3)"},
	{"format: quantitty\n", 0, "OV0211 1:9 unknown format 'quantitty'"},
	{"$ref: '#/$defs/a'\n$defs: {b: {}}\n", 0,
		"OV0211 1:7 the reference leads nowhere: there is no schema '" URI
		"#/$defs/a'"},
	{"$defs: {a: {$id: '#a'}}\n", 0,
		"OV0211 1:18 '$id' is a URI without fragment; write $anchor for a name"},
	{"$schema: http://json-schema.org/draft-07/schema#\n", 0,
		"OV0211 1:10 no metaschema 'http://json-schema.org/draft-07/schema'\n"
		"  schemas are read as https://json-schema.org/draft/2020-12/schema"},
	{"$schema: https://json-schema.org/draft/2020-12/schema\n"
	 "$ref: https://json-schema.org/draft/2020-12/schema\n---\ntype: strin\n---\n{type: "
	 "array}\n",
		0,
		"OV0207 4:7 'type' is \"strin\", allowed: \"array\", \"boolean\", \"integer\", "
		"\"null\", \"number\", \"object\", \"string\"\n  did you mean 'string'?"},
};

static void test_schemas(void **state)
{
	(void)state;
	check_findings(schemas, OV_COUNT(schemas));
}

#define TWICE(a, b) "'" #a "': {allOf: [{$ref: '#/$defs/" #b "'}, {$ref: '#/$defs/" #b "'}]}, "
#define DOUBLED \
	"{" TWICE(0, 1) TWICE(1, 2) TWICE(2, 3) TWICE(3, 4) TWICE(4, 5) TWICE(5, 6) \
		TWICE(6, 7) TWICE(7, 8) TWICE(8, 9) TWICE(9, 10) TWICE(10, 11) TWICE(11, 12) \
			TWICE(12, 13) TWICE(13, 14) TWICE(14, 15) TWICE(15, 16) TWICE(16, 17) \
				TWICE(17, 18) TWICE(18, 19) TWICE(19, 20) TWICE(20, 21) \
					TWICE(21, 22) TWICE(22, 23) "'23': {type: integer}}"

static const struct {
	const char *text;
	const char *want;
} defaults[] = {
	{"properties: {a: {default: 1}, b: {default: x}}\n---\nb: z\n",
		"{\"b\":\"z\",\"a\":1}"},
	{"properties: {a: {default: {}, properties: {b: {default: 2}}}}\n---\n{}\n",
		"{\"a\":{\"b\":2}}"},
	{"properties: {a: {properties: {b: {default: 2}}}}\n---\n{}\n", "{}"},
	{"properties: {a: {properties: {b: {default: 2}}}}\n---\na: {}\n", "{\"a\":{\"b\":2}}"},
	{"items: {properties: {b: {default: 2}}}\n---\n[{}, {b: 1}, x]\n",
		"[{\"b\":2},{\"b\":1},\"x\"]"},
	{"properties: {a: {$ref: '#/$defs/d'}}\n$defs: {d: {default: 3}}\n---\n{}\n",
		"{\"a\":3}"},
	{"$ref: '#/$defs/d'\n$defs: {d: {properties: {a: {default: 3}}}}\n---\n{}\n",
		"{\"a\":3}"},
	{"allOf: [{properties: {a: {default: 3}}}]\n---\n{}\n", "{\"a\":3}"},
	{"additionalProperties: {properties: {a: {default: 3}}}\n---\nx: {}\n",
		"{\"x\":{\"a\":3}}"},
	{"patternProperties: {^x: {properties: {a: {default: 3}}}}\n---\nx: {}\nz: {}\n",
		"{\"x\":{\"a\":3},\"z\":{}}"},
	{"oneOf: [{required: [a], properties: {b: {default: 1}}}, {required: [c]}]\n---\na: "
	 "0\n",
		"{\"a\":0,\"b\":1}"},
	{"anyOf: [{properties: {b: {default: 1}}}, {properties: {c: {default: 1}}}]\n---\n{}\n",
		"{}"},
	{"if: {required: [a]}\nthen: {properties: {b: {default: 1}}}\n---\na: 0\n",
		"{\"a\":0,\"b\":1}"},
	{"properties: {a: {default: 1}}\n---\na: null\n", "{\"a\":null}"},
	{"properties: {a: {$ref: '#', default: {}}}\n---\n{}\n", NULL},
	/* Thirty times twice as many ways to look for a default that is nowhere. */
	{"properties: {a: {$ref: '#/$defs/0'}}\n$defs: " DOUBLED "\n---\n{}\n", "{}"},
	{"properties: {a: {$ref: '#'}, b: {default: 1}}\n---\na: {a: {}}\n",
		"{\"a\":{\"a\":{\"b\":1},\"b\":1},\"b\":1}"},
};

static void test_defaults(void **state)
{
	(void)state;
	for (size_t i = 0; i < OV_COUNT(defaults); i++) {
		struct reading r;
		struct ov_buf out = {0};
		reading_begin(&r, "a.yaml", ov_str_c(defaults[i].text));
		struct ov_schema_set *set = ov_schema_set_new(&r.arena, r.keys);
		ov_schema_add(set, OV_STR(URI), r.docs.items[0], &r.diags);
		const struct ov_schema *schema = ov_schema_get(set, OV_STR(URI), &r.diags);
		assert_non_null(schema);
		struct ov_value v = ov_schema_default(&r.arena, schema, r.docs.items[1]);
		if (defaults[i].want) {
			ov_json_write(&out, v, 0);
			assert_text(ov_buf_str(&out), defaults[i].text, defaults[i].want);
			struct ov_value again = ov_schema_default(&r.arena, schema, v);
			assert_ptr_equal(again.entries, v.entries);
		} else {
			assert_false(ov_is_some(v));
		}
		ov_buf_release(&out);
		ov_schema_set_free(set);
		reading_end(&r);
	}
}

static struct ov_value nested(struct ov_arena *arena, size_t depth)
{
	struct ov_value v = ov_value_list(NULL, 0);
	while (depth-- > 1) {
		struct ov_value *item = ov_new(arena, struct ov_value);
		*item = v;
		v = ov_value_list(item, 1);
	}
	return v;
}

/* A chain of `links` references, then the value's own limit. */
static bool holds_through(size_t links, bool *limit)
{
	struct reading r;
	struct ov_buf text = {0};
	for (size_t i = 0; i < links; i++)
		ov_buf_addf(&text, "%s%zu: {$ref: '#/$defs/d%zu'}", i ? ", d" : "$defs: {d", i,
			i + 1);
	ov_buf_addf(&text, ", d%zu: true}\n$ref: '#/$defs/d1'\n", links);
	reading_begin(&r, "a.yaml", ov_buf_str(&text));
	struct ov_schema_set *set = ov_schema_set_new(&r.arena, r.keys);
	ov_schema_add(set, OV_STR(URI), r.docs.items[0], &r.diags);
	const struct ov_schema *schema = ov_schema_get(set, OV_STR(URI), &r.diags);
	assert_non_null(schema);
	bool ok = ov_schema_validate(schema, ov_value_int(1), (enum ov_schema_flags)0, &r.arena,
		&r.diags, OV_STR("a/b"));
	*limit = r.diags.errors && r.diags.list.items[0]->code == OV_DIAG_BAD_SCHEMA;
	ov_buf_release(&text);
	ov_schema_set_free(set);
	reading_end(&r);
	return ok;
}

static void test_limits(void **state)
{
	(void)state;
	bool limit;
	assert_true(holds_through(OV_LIMIT_SCHEMA_REF, &limit));
	assert_false(holds_through(OV_LIMIT_SCHEMA_REF + 1, &limit));
	assert_true(limit);

	static const struct finding_case endless[] = {
		{"$ref: '#'\n", 0, "OV0211 1:1 the schema refers to itself without end"},
		{"anyOf: [{$ref: '#'}, {$ref: '#'}]\n", 0,
			"OV0211 1:9 the schema refers to itself without end"},
		{"$ref: '#/$defs/a'\n$defs: {a: {allOf: [{$ref: '#/$defs/b'}]}, "
		 "b: {$ref: '#/$defs/a'}}\n",
			0, "OV0211 2:47 the schema refers to itself without end"},
		{"if: true\nthen: {$ref: '#'}\n---\n1\n", 0,
			"OV0211 2:7 the schema refers to itself without end\n"
			"  found when this was checked"},
		{"pattern: '^(a+)+$'\n---\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\n", 0,
			"OV0209 3:1 matching takes too long: the pattern is ^(a+)+$"},
	};
	check_findings(endless, OV_COUNT(endless));

	struct reading r;
	reading_begin(&r, "a.yaml",
		OV_STR("type: array\nuniqueItems: true\nallOf: [{items: {$ref: '#'}}]\n"));
	struct ov_schema_set *set = ov_schema_set_new(&r.arena, r.keys);
	ov_schema_add(set, OV_STR(URI), r.docs.items[0], &r.diags);
	const struct ov_schema *schema = ov_schema_get(set, OV_STR(URI), &r.diags);
	assert_non_null(schema);
	assert_true(ov_schema_validate(schema, nested(&r.arena, OV_LIMIT_DEPTH),
		(enum ov_schema_flags)0, &r.arena, &r.diags, ov_str_n(NULL, 0)));
	/* Each level takes three schemas: the root, the one in allOf and the reference. */
	assert_false(ov_schema_validate(schema, nested(&r.arena, OV_LIMIT_SCHEMA_DEPTH),
		(enum ov_schema_flags)0, &r.arena, &r.diags, ov_str_n(NULL, 0)));
	assert_int_equal(r.diags.list.items[0]->code, OV_DIAG_SCHEMA_VIOLATION);
	ov_schema_set_free(set);
	reading_end(&r);
}

static void test_unique(void **state)
{
	(void)state;
	struct reading r;
	reading_begin(&r, "a.yaml", OV_STR("uniqueItems: true\n"));
	struct ov_schema_set *set = ov_schema_set_new(&r.arena, r.keys);
	ov_schema_add(set, OV_STR(URI), r.docs.items[0], &r.diags);
	const struct ov_schema *schema = ov_schema_get(set, OV_STR(URI), &r.diags);
	assert_non_null(schema);
	enum { MANY = 200000 };
	struct ov_value *items = ov_new_array(&r.arena, struct ov_value, MANY);
	for (size_t i = 0; i < MANY; i++)
		items[i] = ov_value_int((int64_t)i);
	struct ov_value list = ov_value_list(items, MANY);
	assert_true(ov_schema_validate(
		schema, list, (enum ov_schema_flags)0, &r.arena, NULL, ov_str_n(NULL, 0)));
	items[MANY - 1] = ov_value_double(17.0);
	assert_false(ov_schema_validate(
		schema, list, (enum ov_schema_flags)0, &r.arena, NULL, ov_str_n(NULL, 0)));
	ov_schema_set_free(set);
	reading_end(&r);
}

static void test_introspection(void **state)
{
	(void)state;
	struct reading r;
	reading_begin(&r, "a.yaml",
		OV_STR("$id: " URI "\nx-ovec-component: vms\nrequired: [a]\n"
		       "properties: {a: {$ref: 'common#/$defs/name'}, b: {type: integer}}\n"
		       "---\n$id: common\n$defs: {name: {type: string, x-ovec-ref: "
		       "Cluster}}\n"));
	struct ov_schema_set *set = ov_schema_set_new(&r.arena, r.keys);
	assert_true(ov_schema_add(set, OV_STR(URI), r.docs.items[0], &r.diags));
	assert_true(ov_schema_add(set, OV_STR(URI), r.docs.items[1], &r.diags));
	assert_true(ov_schema_compile(set, &r.diags));
	const struct ov_schema *s = ov_schema_get(set, OV_STR(URI), &r.diags);
	assert_non_null(s);
	const struct ov_schema_property *a = ov_schema_property(s, ov_key(r.keys, OV_STR("a")));
	const struct ov_schema_property *b = ov_schema_property(s, ov_key(r.keys, OV_STR("b")));
	assert_true(a && a->required && b && !b->required);
	assert_null(ov_schema_property(s, ov_key(r.keys, OV_STR("c"))));
	const struct ov_schema *name = ov_schema_resolve(a->schema);
	assert_int_equal(name->types, OV_TYPES_STRING);
	assert_true(ov_string_is(ov_schema_keyword(name, OV_KEYWORD_REF), "Cluster"));
	assert_true(ov_string_is(ov_schema_keyword(s, OV_KEYWORD_COMPONENT), "vms"));
	assert_text(ov_schema_uri(name), "URI", "https://ovec.dev/schemas/v1alpha1/common");
	ov_schema_set_free(set);
	reading_end(&r);
}

/* RFC 3986, 5.4. */
static const char *const references[][2] = {
	{"g:h", "g:h"},
	{"g", "http://a/b/c/g"},
	{"./g", "http://a/b/c/g"},
	{"g/", "http://a/b/c/g/"},
	{"/g", "http://a/g"},
	{"//g", "http://g"},
	{"?y", "http://a/b/c/d;p?y"},
	{"g?y", "http://a/b/c/g?y"},
	{"#s", "http://a/b/c/d;p?q#s"},
	{"g#s", "http://a/b/c/g#s"},
	{"g?y#s", "http://a/b/c/g?y#s"},
	{";x", "http://a/b/c/;x"},
	{"g;x", "http://a/b/c/g;x"},
	{"", "http://a/b/c/d;p?q"},
	{".", "http://a/b/c/"},
	{"./", "http://a/b/c/"},
	{"..", "http://a/b/"},
	{"../", "http://a/b/"},
	{"../g", "http://a/b/g"},
	{"../..", "http://a/"},
	{"../../g", "http://a/g"},
	{"../../../g", "http://a/g"},
	{"/./g", "http://a/g"},
	{"/../g", "http://a/g"},
	{"g.", "http://a/b/c/g."},
	{".g", "http://a/b/c/.g"},
	{"..g", "http://a/b/c/..g"},
	{"./../g", "http://a/b/g"},
	{"./g/.", "http://a/b/c/g/"},
	{"g/./h", "http://a/b/c/g/h"},
	{"g/../h", "http://a/b/c/h"},
	{"g;x=1/../y", "http://a/b/c/y"},
	{"g?y/../x", "http://a/b/c/g?y/../x"},
	{"g#s/../x", "http://a/b/c/g#s/../x"},
};

static void test_references(void **state)
{
	(void)state;
	struct ov_arena arena = {0};
	for (size_t i = 0; i < OV_COUNT(references); i++)
		assert_text(ov_reference_resolve(&arena, OV_STR("http://a/b/c/d;p?q"),
				    ov_str_c(references[i][0])),
			references[i][0], references[i][1]);
	assert_text(ov_reference_resolve(&arena, OV_STR("urn:uuid:1"), OV_STR("#/a")), "urn",
		"urn:uuid:1#/a");
	ov_arena_release(&arena);
}

const struct CMUnitTest ov_test_schema[] = {
	cmocka_unit_test(test_findings),
	cmocka_unit_test(test_branches),
	cmocka_unit_test(test_partial),
	cmocka_unit_test(test_schemas),
	cmocka_unit_test(test_defaults),
	cmocka_unit_test(test_limits),
	cmocka_unit_test(test_unique),
	cmocka_unit_test(test_introspection),
	cmocka_unit_test(test_references),
};
const size_t ov_test_schema_count = sizeof(ov_test_schema) / sizeof(ov_test_schema[0]);

/* test_api: sets of schemas, and what an API server says of objects. */
#include "reading.h"

#include "base/limits.h"
#include "schema/api.h"

#define HEAD \
	"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n" \
	"metadata: {name: x}\n"
#define SPEC(scope, schema) \
	HEAD "spec: {group: e.org, scope: " scope \
	     ", names: {kind: E, plural: es}, versions: [" \
	     "{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: " \
	     "object, properties: {spec: " schema "}}}}]}\n---\n"
#define CRD(schema)  SPEC("Namespaced", schema)
#define OBJECT(spec) "apiVersion: e.org/v1\nkind: E\nmetadata: {name: a}\nspec: " spec "\n"

/* Documents: the definition, then objects. */
struct finding_case {
	const char *text;
	const char *
		want; /* "line:column OVnnnn message", one a line; lines from the object's first
		       */
};

struct bench {
	struct reading r;
	struct ov_regex_cache *regexes;
	struct ov_api_set *set;
	struct ov_buf bytes;
};

static void bench_begin(struct bench *b, const char *text, unsigned flags)
{
	*b = (struct bench){0};
	reading_begin(&b->r, "a.yaml", ov_str_c(text));
	if (!b->r.ok)
		fail_msg("%s: %.*s", text, OV_STR_ARG(b->r.diags.list.items[0]->message));
	b->regexes = ov_regex_cache_new(1);
	if (ov_api_import(
		    &b->r.arena, b->r.keys, b->r.docs.items, 1, flags, &b->bytes, &b->r.diags))
		b->set = ov_api_set_open(b->r.keys, b->regexes, OV_STR("test"),
			ov_buf_str(&b->bytes), &b->r.diags);
}

static void bench_end(struct bench *b)
{
	ov_api_set_close(b->set);
	ov_buf_release(&b->bytes);
	ov_regex_cache_free(b->regexes);
	reading_end(&b->r);
}

static void print_findings(struct bench *b, struct ov_buf *out)
{
	ov_diags_sort(&b->r.diags);
	size_t first = 1;
	for (size_t i = 0; i < b->r.docs.count && i < 2; i++)
		first = ov_sources_place(&b->r.sources, b->r.docs.items[i].loc).line;
	for (size_t i = 0; i < b->r.diags.list.count; i++) {
		const struct ov_diag *d = b->r.diags.list.items[i];
		struct ov_place at = ov_sources_place(&b->r.sources, d->span.loc);
		ov_buf_addf(out, "%s%zu:%zu OV%04d %.*s", out->len ? "\n" : "",
			at.line - first + 1, at.column, (int)d->code, OV_STR_ARG(d->message));
		for (const struct ov_diag_note *n = d->notes; n; n = n->next)
			ov_buf_addf(out, "\n  %.*s", OV_STR_ARG(n->text));
	}
}

static void check_findings(const struct finding_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct bench b;
		struct ov_buf out = {0};
		bench_begin(&b, cases[i].text, OV_API_IMPORT_RULES);
		assert_non_null(b.set);
		for (size_t k = 1; k < b.r.docs.count; k++) {
			size_t errors = b.r.diags.errors;
			bool ok = ov_api_check(&b.set, 1, b.r.docs.items[k], NULL, &b.r.arena,
				&b.r.diags, ov_str_n(NULL, 0), OV_API_NAMESPACE);
			assert_true(ok == (b.r.diags.errors == errors));
			assert_true(ok == ov_api_check(&b.set, 1, b.r.docs.items[k], NULL,
						  &b.r.arena, NULL, ov_str_n(NULL, 0), 0));
		}
		print_findings(&b, &out);
		assert_text(ov_buf_str(&out), cases[i].text, cases[i].want);
		ov_buf_release(&out);
		bench_end(&b);
	}
}

#define ALONE "3:1 OV0516 the object has no namespace, though E objects lie in one"

static const struct finding_case findings[] = {
	{CRD("{type: object, properties: {cores: {type: integer}}}") OBJECT("{cores: 2}"),
		ALONE},
	{SPEC("Cluster", "{type: object, properties: {cores: {type: integer}}}")
			OBJECT("{cores: 2}"),
		""},
	{SPEC("Cluster", "{type: object, properties: {cores: {type: integer}}}")
			OBJECT("{corse: 2}"),
		"4:8 OV0510 unknown field 'spec.corse'\n  did you mean 'cores'?"},
	{SPEC("Cluster", "{type: object, required: [a], properties: {a: {type: string}}}")
			OBJECT("{}"),
		"4:1 OV0512 missing field 'spec.a'"},
	{SPEC("Cluster", "{type: object, properties: {a: {type: integer}}}")
			OBJECT("{a: \"2\"}"),
		"4:11 OV0511 'spec.a' is a string, expected an integer"},
	{SPEC("Cluster", "{type: object, properties: {a: {x-kubernetes-int-or-string: true}}}")
			OBJECT("{a: 1.5}"),
		"4:11 OV0511 'spec.a' is a number, expected an integer or a string"},
	{SPEC("Cluster", "{type: object, properties: {a: {type: string}}}") OBJECT("{a: null}"),
		"4:11 OV0511 'spec.a' is null, expected a string"},
	{SPEC("Cluster", "{type: object, properties: {a: {type: string, nullable: true}}}")
			OBJECT("{a: null}"),
		""},
	{SPEC("Cluster", "{type: object, properties: {a: {type: string, default: x, maxLength: "
			 "1}}}") OBJECT("{a: null}"),
		""},
	{SPEC("Cluster", "{type: object, properties: {a: {type: string, enum: [x, w]}}}")
			OBJECT("{a: z}"),
		"4:11 OV0513 'spec.a' is \"z\", allowed: \"x\", \"w\""},
	{SPEC("Cluster", "{type: object, properties: {a: {type: string, pattern: '^a+$'}}}")
			OBJECT("{a: ab}"),
		"4:11 OV0513 'spec.a' is \"ab\", which does not match '^a+$'"},
	{SPEC("Cluster", "{type: object, properties: {a: {type: string, format: ipv4}}}")
			OBJECT("{a: 10.0.0.256}"),
		"4:11 OV0513 'spec.a' is \"10.0.0.256\", expected an IPv4 address"},
	{SPEC("Cluster",
		 "{type: object, properties: {a: {type: integer, minimum: 1, maximum: 3,"
		 " exclusiveMaximum: true}, b: {type: integer, format: int32}}}")
			OBJECT("{a: 3, b: 2147483648}"),
		"4:11 OV0513 'spec.a' is 3 but must be less than 3\n"
		"4:17 OV0513 'spec.b' is out of range, expected a whole number from "
		"-2147483648 "
		"to 2147483647"},
	{SPEC("Cluster",
		 "{type: object, anyOf: [{required: [a]}, {required: [b]}], properties: "
		 "{a: {type: string}, b: {type: string}}}") OBJECT("{}"),
		"4:1 OV0512 'spec' needs 'a' or 'b'"},
	{SPEC("Cluster",
		 "{type: object, oneOf: [{required: [a]}, {required: [b]}], properties: "
		 "{a: {type: string}, b: {type: string}}}") OBJECT("{a: x, b: w}"),
		"4:1 OV0513 'spec' may have only one of 'a' or 'b'"},
	{SPEC("Cluster", "{type: array, items: {type: string}, x-kubernetes-list-type: set}")
			OBJECT("[a, b, a]"),
		"4:14 OV0514 'spec[2]' is the same as entry 0 of the list, which is a set"},
	{SPEC("Cluster",
		 "{type: array, items: {type: object, properties: {name: {type: string}}},"
		 " x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name]}")
			OBJECT("[{name: a}, {name: a}]"),
		"4:19 OV0514 'spec[1]' has the same key as entry 0 of the list: name \"a\""},
	{SPEC("Cluster",
		 "{type: object, x-kubernetes-preserve-unknown-fields: true, properties: "
		 "{a: {type: object, properties: {b: {type: string}}}}}")
			OBJECT("{x: {y: 1}, a: {z: 1}}"),
		"4:23 OV0510 unknown field 'spec.a.z'\n  did you mean 'b'?"},
	{SPEC("Cluster", "{type: object, x-kubernetes-embedded-resource: true}")
			OBJECT("{kind: Pod-x_, metadata: {name: a/b, foo: 1}}"),
		"4:1 OV0512 missing field 'spec.apiVersion'\n"
		"4:14 OV0516 'spec.kind' is \"Pod-x_\": must be lower case letters, digits and "
		"'-', "
		"begin with a letter, and end with a letter or digit\n"
		"4:39 OV0516 'spec.metadata.name' is \"a/b\": must not contain '/' or '%'\n"
		"4:44 OV0510 unknown field 'spec.metadata.foo'"},
	{SPEC("Cluster", "{type: object, properties: {min: {type: integer}, max: {type: "
			 "integer}}, x-kubernetes-validations: [{rule: self.min <= self.max, "
			 "message: min may not exceed max, fieldPath: .min}, {rule: "
			 "self.nix == 1}]}") OBJECT("{min: 3, max: 2}"),
		"4:1 OV0515 'spec' has a rule that cannot be compiled, 'self.nix == 1': "
		"'object' "
		"has "
		"no field 'nix'\n"
		"4:13 OV0515 'spec.min' breaks a rule of its kind: min may not exceed max"},
	{SPEC("Cluster", "{type: object, properties: {x-y: {type: integer}}, "
			 "x-kubernetes-validations: [{rule: self.x__dash__y > 1, "
			 "messageExpression: '\"got \" + string(self.x__dash__y)'}]}")
			OBJECT("{x-y: 1}"),
		"4:1 OV0515 'spec' breaks a rule of its kind: got 1"},
	{SPEC("Cluster",
		 "{type: object}") "apiVersion: e.org/v2\nkind: E\nmetadata: {name: a}\n",
		"1:13 OV0517 the object asks for version 'v2' of E, which 'test' does not "
		"have"},
	{SPEC("Cluster",
		 "{type: object}") "apiVersion: e.org/v1\nkind: F\nmetadata: {name: a}\n",
		"2:7 OV0517 the object is of the kind 'F' of 'e.org/v1', which no set of this "
		"cluster describes"},
	{SPEC("Cluster", "{type: object}") "apiVersion: e.org/v1\nkind: E\nmetadata: {name: A, "
					   "namespace: b}\n",
		"3:18 OV0516 'metadata.name' is \"A\": must be lower case letters, digits, '-' "
		"and '.', and each part between dots must begin and end with a letter or "
		"digit\n"
		"3:32 OV0516 'metadata.namespace' is given, but E objects belong to the whole "
		"cluster"},
	{SPEC("Cluster", "{type: object}") "apiVersion: e.org/v1\nkind: E\nmetadata: {name: a, "
					   "labels: {a: -}, "
					   "annotations: {b/c/d: x}}\n",
		"3:33 OV0516 'metadata.labels.a' is \"-\": must be empty or letters, digits, "
		"'-', '_' and '.', and begin and end with a letter or digit\n"
		"3:58 OV0516 'metadata.annotations[\"b/c/d\"]' is not the key of an "
		"annotation: "
		"must have at most one '/', between a DNS prefix and the name"},
	{SPEC("Cluster", "{type: object}") "apiVersion: e.org/v1\nkind: E\nmetadata: {name: a, "
					   "finalizers: [x y], foo: "
					   "1}\n",
		"3:34 OV0516 'metadata.finalizers[0]' is \"x y\": must be letters, digits, "
		"'-', '_' and '.', and begin and end with a letter or digit; a DNS prefix with "
		"'/' may stand before it\n"
		"3:40 OV0510 unknown field 'metadata.foo'"},
};

static void test_findings(void **state)
{
	(void)state;
	check_findings(findings, OV_COUNT(findings));
}

/* The text of a set does not depend on the order of its sources, and equal parts are shared. */
static void test_set_text(void **state)
{
	(void)state;
	static const char text[] = SPEC("Cluster",
		"{type: object, description: nothing, properties: {a: &p {type: object, "
		"required: [x], "
		"properties: {x: {type: string, maxLength: 5}, z: {type: array, items: {type: "
		"integer, format: int32}}}}, b: *p}}") "";
	struct bench b;
	bench_begin(&b, text, 0);
	assert_text(ov_buf_str(&b.bytes), "set",
		"! ovec API set 1\n"
		"#o-e3cWpB {\"fields\":{\"x\":{\"type\":\"string\",\"maxLength\":5},\"z\":"
		"[\"integer/int32\"]},\"required\":[\"x\"]}\n"
		"e.org/E "
		"{\"plural\":\"es\",\"cluster\":true,\"versions\":{\"v1\":{\"storage\":true,"
		"\"schema\":{\"fields\":{\"spec\":{\"fields\":{\"a\":\"#o-e3cWpB\",\"b\":"
		"\"#o-e3cWpB\"}}}}}}}\n");
	bench_end(&b);
}

/* Rules that compare are asked only of entries that can be told to be the same. */
static void test_old(void **state)
{
	(void)state;
	static const char text[] = SPEC("Cluster",
		"{type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [id], "
		"items: "
		"{type: object, properties: {id: {type: string}, v: {type: integer, "
		"x-kubernetes-validations: [{rule: self >= oldSelf}]}}}}")
		OBJECT("[{id: a, v: 1}, {id: b, v: 5}]") "---\n" OBJECT(
			"[{id: b, v: 4}]") "---\n" OBJECT("[{id: b, v: 6}, {id: c, v: 1}]");
	struct bench b;
	bench_begin(&b, text, OV_API_IMPORT_RULES);
	const struct ov_value *objects = &b.r.docs.items[1];
	assert_false(ov_api_check(
		&b.set, 1, objects[1], &objects[0], &b.r.arena, NULL, ov_str_n(NULL, 0), 0));
	assert_true(ov_api_check(
		&b.set, 1, objects[2], &objects[0], &b.r.arena, NULL, ov_str_n(NULL, 0), 0));
	assert_true(ov_api_check(
		&b.set, 1, objects[1], NULL, &b.r.arena, NULL, ov_str_n(NULL, 0), 0));
	bench_end(&b);
}

static void test_default_and_prune(void **state)
{
	(void)state;
	static const char text[] =
		SPEC("Cluster", "{type: object, default: {}, properties: {a: {type: string, "
				"default: x}, b: {type: "
				"object, properties: {c: {type: integer, default: 3}}}}}")
			OBJECT("{b: {d: 1}, e: 2}") "---\napiVersion: e.org/v1\nkind: "
						    "E\nmetadata: {name: a}\n";
	struct bench b;
	struct ov_buf out = {0};
	bench_begin(&b, text, 0);
	const struct ov_api_kind *kind =
		ov_api_set_find(b.set, OV_STR("e.org"), OV_STR("v1"), OV_STR("E"), &b.r.diags);
	struct ov_api_paths dropped = {0};
	for (size_t i = 1; i < 3; i++) {
		struct ov_value v = ov_api_default(&b.r.arena, kind, b.r.docs.items[i]);
		v = ov_api_prune(&b.r.arena, kind, v, 0, &dropped);
		ov_json_write(&out, ov_get(v, "spec"), 0);
		ov_buf_putc(&out, '\n');
	}
	for (size_t i = 0; i < dropped.list.count; i++)
		ov_buf_addf(&out, "%.*s\n", OV_STR_ARG(dropped.list.items[i]));
	assert_text(ov_buf_str(&out), "defaults",
		"{\"b\":{\"c\":3},\"a\":\"x\"}\n{\"a\":\"x\"}\nspec.b.d\nspec.e\n");
	ov_buf_release(&out);
	bench_end(&b);
}

/* A kind of the server itself: nulls are nothing, amounts are read, a definition holds itself.
 */
static void test_openapi(void **state)
{
	(void)state;
	static const char text[] =
		"swagger: '2.0'\npaths:\n  /apis/e.org/v1/namespaces/{namespace}/es:\n    "
		"post:\n"
		"      x-kubernetes-group-version-kind: &g {group: e.org, version: v1, kind: "
		"E}\n"
		"definitions:\n"
		"  io.k8s.apimachinery.pkg.api.resource.Quantity: {type: string}\n"
		"  io.k8s.api.e.v1.Tree: {properties: {left: {$ref: "
		"'#/definitions/io.k8s.api.e.v1.Tree'},"
		" name: {type: string}}, type: object}\n"
		"  io.k8s.api.e.v1.E: {type: object, x-kubernetes-group-version-kind: [*g], "
		"properties: "
		"{apiVersion: {type: string}, kind: {type: string}, metadata: {type: object}, "
		"size: {$ref: '#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity'}, "
		"tree: "
		"{$ref: '#/definitions/io.k8s.api.e.v1.Tree'}, list: {type: array, items: "
		"{type: object, "
		"properties: {id: {type: string}}}, x-kubernetes-patch-merge-key: id, "
		"x-kubernetes-patch-strategy: merge}}}\n"
		"---\napiVersion: e.org/v1\nkind: E\nmetadata: {name: a, labels: null}\nsize: "
		"4Gi\n"
		"tree: {left: {left: {name: x, left: null}}}\n"
		"---\napiVersion: e.org/v1\nkind: E\nmetadata: {name: a}\nsize: 4Gx\n"
		"tree: {left: {lift: {}}}\n";
	struct bench b;
	struct ov_buf out = {0};
	bench_begin(&b, text, 0);
	assert_non_null(b.set);
	for (size_t i = 1; i < 3; i++)
		ov_api_check(&b.set, 1, b.r.docs.items[i], NULL, &b.r.arena, &b.r.diags,
			ov_str_n(NULL, 0), 0);
	print_findings(&b, &out);
	assert_text(ov_buf_str(&out), "openapi",
		"10:7 OV0513 'size' is \"4Gx\", expected a quantity such as 500m or 4Gi\n"
		"11:15 OV0510 unknown field 'tree.left.lift'\n  did you mean 'left'?");
	const struct ov_api_kind *kind =
		ov_api_set_find(b.set, OV_STR("e.org"), OV_STR("v1"), OV_STR("E"), &b.r.diags);
	struct ov_merge_path path = {NULL, ov_key(b.r.keys, OV_STR("list"))};
	assert_text(ov_api_list_key(kind, &path)->str, "key", "id");
	path.key = ov_key(b.r.keys, OV_STR("tree"));
	assert_null(ov_api_list_key(kind, &path));
	ov_buf_release(&out);
	bench_end(&b);
}

/* What is wrong with a set is told when it is opened, or when the kind is asked for. */
static void test_bad_sets(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"nonsense\n",
			"the set 'x' is wrong: it does not begin with '! ovec API set 1'"},
		{"! ovec API set 1\ne/E {\"versions\":{\"v1\":{\"schema\":\"#gone\"}}}\n",
			"the set 'x' is wrong: there is no line '#gone'"},
		{"! ovec API set 1\ne/E {\"versions\":{\"v1\":{\"schema\":\"strnig\"}}}\n",
			"the set 'x' is wrong: there is no type 'strnig'"},
		{"! ovec API set 1\ne/E {\"versions\":{\"v1\":{\"schema\":{\"foo\":1}}}}\n",
			"the set 'x' is wrong: a schema has a member that is not known, 'foo'"},
		{"! ovec API set 1\ne/E {\"versions\"\n",
			"the set 'x' is wrong: a line is not JSON: {\"versions\""},
		{"! ovec API set 1\n@a \"@a\"\ne/E "
		 "{\"versions\":{\"v1\":{\"schema\":\"@a\"}}}\n",
			"the set 'x' is wrong: there is no type '@a'"},
	};
	for (size_t i = 0; i < OV_COUNT(cases); i++) {
		struct ov_keys *keys = ov_keys_new(1);
		struct ov_diags diags;
		ov_diags_init(&diags, NULL);
		struct ov_api_set *set = ov_api_set_open(
			keys, NULL, OV_STR("x"), ov_str_c(cases[i].text), &diags);
		if (set)
			assert_null(ov_api_set_find(
				set, OV_STR("e"), OV_STR("v1"), OV_STR("E"), &diags));
		assert_int_equal(diags.list.count, 1);
		assert_text(diags.list.items[0]->message, cases[i].text, cases[i].want);
		ov_api_set_close(set);
		ov_diags_release(&diags);
		ov_keys_free(keys);
	}
}

/* A rule may take so many steps, all rules of an object ten times as many. */
static void test_budget(void **state)
{
	(void)state;
	struct ov_buf text = {0};
	ov_buf_puts(&text,
		SPEC("Cluster", "{type: array, items: {type: array, items: {type: integer}, "
				"x-kubernetes-validations: [{rule: 'self.all(a, self.all(b, "
				"a + b >= 0))'}]}}"));
	ov_buf_puts(&text, "apiVersion: e.org/v1\nkind: E\nmetadata: {name: a}\nspec:\n");
	/* 400 numbers take some 800,000 steps; 13 such lists over ten million. */
	for (size_t i = 0; i < 20; i++) {
		ov_buf_puts(&text, "  - [0");
		for (size_t k = 1; k < 400; k++)
			ov_buf_puts(&text, ",0");
		ov_buf_puts(&text, "]\n");
	}
	ov_buf_putc(&text, '\0');
	struct bench b;
	bench_begin(&b, text.ptr, OV_API_IMPORT_RULES);
	assert_false(ov_api_check(&b.set, 1, b.r.docs.items[1], NULL, &b.r.arena, &b.r.diags,
		ov_str_n(NULL, 0), 0));
	assert_int_equal(b.r.diags.errors, 1);
	assert_int_equal(b.r.diags.list.items[0]->code, OV_DIAG_API_RULE);
	bench_end(&b);
	ov_buf_release(&text);
}

/* Branches that share their parts: forty lines that mean 2^40 schemas. */
static void test_effort(void **state)
{
	(void)state;
	struct ov_keys *keys = ov_keys_new(1);
	struct ov_arena arena = {0};
	struct ov_diags diags;
	struct ov_buf text = {0};
	ov_diags_init(&diags, NULL);
	ov_buf_puts(&text, "! ovec API set 1\n");
	for (int i = 10; i < 50; i++)
		ov_buf_addf(&text, "#%d {\"oneOf\":[\"#%d\",\"#%d\"]}\n", i, i + 1, i + 1);
	ov_buf_puts(&text, "#50 \"any\"\ne/E {\"versions\":{\"v1\":{\"schema\":\"#10\"}}}\n");
	struct ov_api_set *set =
		ov_api_set_open(keys, NULL, OV_STR("x"), ov_buf_str(&text), &diags);
	const struct ov_api_kind *kind =
		ov_api_set_find(set, OV_STR("e"), OV_STR("v1"), OV_STR("E"), &diags);
	assert_non_null(kind);
	assert_false(ov_api_validate(
		kind, ov_value_int(1), NULL, &arena, &diags, ov_str_n(NULL, 0), OV_API_BARE));
	assert_int_equal(diags.errors, 1);
	assert_text(diags.list.items[0]->message, "effort",
		"the object takes too much effort to be judged by its schema");
	ov_api_set_close(set);
	ov_buf_release(&text);
	ov_diags_release(&diags);
	ov_arena_release(&arena);
	ov_keys_free(keys);
}

const struct CMUnitTest ov_test_api[] = {
	cmocka_unit_test(test_findings),
	cmocka_unit_test(test_set_text),
	cmocka_unit_test(test_old),
	cmocka_unit_test(test_default_and_prune),
	cmocka_unit_test(test_openapi),
	cmocka_unit_test(test_bad_sets),
	cmocka_unit_test(test_budget),
	cmocka_unit_test(test_effort),
};
const size_t ov_test_api_count = OV_COUNT(ov_test_api);

/* Tests of policy/functions.h: what expressions of policies give, taken from Kyverno v1.19. */
#include "policy/functions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "foreign/reader.h"

static const char policy[] = "apiVersion: policies.kyverno.io/v1\n"
			     "kind: %s\n"
			     "metadata: {name: p, namespace: nn}\n"
			     "spec:\n"
			     "  matchConstraints:\n"
			     "    resourceRules:\n"
			     "    - apiGroups: ['']\n"
			     "      apiVersions: [v1]\n"
			     "      operations: [CREATE]\n"
			     "      resources: [configmaps]\n"
			     "  validations:\n"
			     "  - expression: 'false'\n"
			     "    messageExpression: |-\n"
			     "      string(%s)\n"
			     "---\n"
			     "apiVersion: v1\n"
			     "kind: ConfigMap\n"
			     "metadata: {name: a, namespace: %s}\n"
			     "data: {x: '1', z: '3'}\n"
			     "nums: [1, 2.5, true, null]\n"
			     "---\n"
			     "apiVersion: cli.kyverno.io/v1alpha1\n"
			     "kind: Context\n"
			     "spec:\n"
			     "  resources:\n"
			     "  - apiVersion: v1\n"
			     "    kind: ConfigMap\n"
			     "    metadata: {name: m, namespace: nn, labels: {a: b}}\n"
			     "    data: {k: v}\n"
			     "  - apiVersion: v1\n"
			     "    kind: Namespace\n"
			     "    metadata: {name: q}\n"
			     "  - apiVersion: v1\n"
			     "    kind: ConfigMap\n"
			     "    metadata: {name: m2, namespace: nn}\n"
			     "    data: {k: v}\n"
			     "  images:\n"
			     "  - image: nginx\n"
			     "    config: {a: 1, b: 1.5}\n"
			     "    tag: v1\n";

/* What one expression gave. */
struct asked {
	struct ov_arena arena;
	struct ov_keys *keys;
	struct ov_key_cache cache;
	struct ov_sources sources;
	struct ov_diags diags;
	struct ov_str message;
	size_t rows;
};

static void take(void *context, const struct ov_policy_row *row)
{
	struct asked *a = context;
	static const struct ov_str fault =
		OV_STR_INIT("failed to evaluate message expression: ");
	a->rows++;
	a->message = row->message;
	if (ov_str_starts(row->message, fault))
		a->message = ov_str_fmt(&a->arena, "!%.*s",
			OV_STR_ARG(ov_str_sub(row->message, fault.len, row->message.len)));
}

/* Asks a policy of the kind for the expression; with a document of kind Context or without. */
static void ask(struct asked *a, const char *kind, const char *expression, bool contexts)
{
	struct ov_docs docs = {0};
	bool own = strncmp(kind, "Namespaced", 10) == 0;
	*a = (struct asked){.keys = ov_keys_new(1)};
	ov_sources_init(&a->sources, &a->arena);
	ov_diags_init(&a->diags, &a->sources);
	struct ov_reader reader = {&a->arena, a->keys, &a->cache, &a->diags, NULL};
	struct ov_buf text = {0};
	ov_buf_addf(&text, policy, kind, expression, own ? "nn" : "default");
	reader.source = ov_sources_add(&a->sources, OV_STR("test.yaml"),
		ov_str_dup(&a->arena, ov_buf_str(&text)), false);
	ov_buf_release(&text);
	assert_true(ov_source_read(&reader, &docs));
	struct ov_policy_set *set = ov_policy_set_new(&a->arena, a->keys, &a->cache);
	if (ov_policy_set_add(set, docs.items[0], &a->diags)) {
		ov_policy_set_seal(set);
		struct ov_policy_world world = {
			.resources = &docs.items[1], .resource_count = 1, .now = 1715065689};
		if (contexts)
			world.contexts = docs.items[2];
		struct ov_judge *judge = ov_judge_new(set, &world, &a->cache);
		ov_judge_ask(judge, &a->arena, docs.items[1], take, a);
		ov_judge_free(judge);
	}
	ov_policy_set_free(set);
}

static void forget(struct asked *a)
{
	ov_diags_release(&a->diags);
	ov_keys_free(a->keys);
	ov_arena_release(&a->arena);
}

struct result {
	const char *expression, *result; /**< the reason after "!" */
};

static void check(const char *kind, const struct result *r, bool contexts)
{
	struct asked a;
	ask(&a, kind, r->expression, contexts);
	if (a.rows != 1 || !ov_str_is(a.message, r->result))
		fail_msg("%s: '%s' expected, not '%.*s'", r->expression, r->result,
			OV_STR_ARG(a.rows               ? a.message
				   : a.diags.list.count ? a.diags.list.items[0]->message
							: OV_STR("no row")));
	forget(&a);
}

static const struct result results[] = {
	{"hash.md5('a')", "0cc175b9c0f1b6a831c399e269772661"},
	{"hash.sha1('a') + sha1('') + md5('')",
		"86f7e437faa5a7fce15d1ddcb9eaeaea377667b8da39a3ee5e6b4b0d3255bfef95601890afd807"
		"09d41d8cd98f00b204e9800998ecf8427e"},
	{"hash.sha256('a')",
		"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"},
	{"image('nginx').registry() + '|' + image('nginx').repository() + '|' + "
	 "image('nginx').tag() + '|' + image('nginx').identifier() + '|' + "
	 "image('nginx').digest()+ '|' + image('nginx').identifierWithSeparator()",
		"index.docker.io|library/nginx|latest|latest||:latest"},
	{"parseImageReference('docker.io/nginx:1').registry() + '|' + "
	 "parseImageReference('docker.io/nginx:1').repository()",
		"index.docker.io|library/nginx"},
	{"image('index.docker.io/nginx').repository() + "
	 "image('registry-1.docker.io/nginx').repository() + "
	 "image('registry-1.docker.io/nginx').registry()",
		"library/nginxnginxregistry-1.docker.io"},
	{"image('localhost/nginx').registry() + '|' + image('localhost/nginx').repository()",
		"localhost|nginx"},
	{"image('localhost:5000/a/"
	 "b:t@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')."
	 "identifier()",
		"t@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{"image('localhost:5000/a/"
	 "b@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855').tag() + "
	 "image('localhost:5000/a/"
	 "b:x@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855').tag()",
		"x"},
	{"image('localhost:5000/a/"
	 "b@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')."
	 "identifierWithSeparator()",
		"@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{"image('nginx@sha256:abc').registry()",
		"!could not parse reference: nginx@sha256:abc"},
	{"image('').registry()", "!could not parse reference: "},
	{"image('Nginx').registry()", "!could not parse reference: Nginx"},
	{"image('nginx:').registry()", "!could not parse reference: nginx:"},
	{"image('nginx:a b').registry()", "!could not parse reference: nginx:a b"},
	{"image('a//b').registry()", "index.docker.io"},
	{"image('a').registry()", "!could not parse reference: a"},
	{"image('a/b').registry() + '|' + image('ab').repository()",
		"index.docker.io|library/ab"},
	{"image('ghcr.io/Foo/bar').registry()", "!could not parse reference: ghcr.io/Foo/bar"},
	{"image('ghcr.io/').registry()", "!could not parse reference: ghcr.io/"},
	{"image('ghcr.io').registry() + '|' + image('ghcr.io').repository()",
		"index.docker.io|library/ghcr.io"},
	{"image('x/y@md5:d41d8cd98f00b204e9800998ecf8427e').digest()",
		"!could not parse reference: x/y@md5:d41d8cd98f00b204e9800998ecf8427e"},
	{"image('nginx:1:2').registry()", "!could not parse reference: nginx:1:2"},
	{"image('nginx@sha256:abc@sha256:abc').registry()",
		"!could not parse reference: nginx@sha256:abc@sha256:abc"},
	{"image('foo.bar:80').registry()+'|'+image('foo.bar:80').tag()", "index.docker.io|80"},
	{"image('.com/foo').registry()+'|'+image('.com/foo').repository()", ".com|foo"},
	{"image('a_b.c/foo').registry()", "a_b.c"},
	{"image('a..b/foo').registry() + '|' + image('a__.-b/foo').repository()", "a..b|foo"},
	{"image('-a-/foo').repository()", "-a-/foo"},
	{"image('x.y:port/foo').registry()", "!could not parse reference: x.y:port/foo"},
	{"image('127.0.0.1/foo').registry()", "127.0.0.1"},
	{"image('[::1]:5000/foo').registry()", "[::1]:5000"},
	{"string(isImage('')) + string(isImage('a')) + string(isImage('ab')) + "
	 "string(isImage('A/b')) + string(isImage('a/b:')) + string(isImage('.')) + "
	 "string(isImage('a b'))",
		"falsefalsetruefalsefalsefalsefalse"},
	{"string(image('nginx').containsDigest())", "false"},
	{"string(image('nginx') == image('nginx'))", "true"},
	{"string(image('nginx') == image('docker.io/library/nginx:latest'))", "false"},
	{"image(dyn(1)).registry()", "!no such overload: image(int)"},
	{"string(isImage(dyn(1)))", "!no such overload: isImage(int)"},
	{"dyn('nginx').registry()", "!no such overload: registry(string)"},
	{"parseServiceAccount('system:serviceaccount:ns:name').Name + '|' + "
	 "user.parseServiceAccount('system:serviceaccount:ns:name:x').Name + '|' + "
	 "parseServiceAccount('x').Namespace",
		"name|name:x|"},
	{"parseServiceAccount('system:serviceaccount:ns').Namespace + '|'", "|"},
	{"string(math.round(3.14159, 2)) + ' ' + string(math.round(1234.5, -2)) + ' ' + "
	 "string(math.round(-2.5, 0)) + ' ' + string(math.round(2.5, 0)) + ' ' + "
	 "string(math.round(2.5))",
		"3.14 1200 -3 3 3"},
	{"string(math.round(1.5, 400)) + string(math.round(1.0, -400))", "NaNNaN"},
	{"string(math.round(dyn(3), 2))", "!no such overload: math.round(int, int)"},
	{"string(math.round(object.nums[1], 1))", "2.5"},
	{"json.marshal(object.nums)", "[1,2.5,true,null]"},
	{"json.marshal(1u) + json.marshal(1.0) + json.marshal(1e21) + json.marshal(1e-7) + "
	 "json.marshal(null) + json.marshal(true)",
		"111e+211e-7nulltrue"},
	{"json.marshal(b'abc')", "\"YWJj\""},
	{"json.marshal(timestamp('2024-05-06T07:08:09Z'))", "\"2024-05-06T07:08:09Z\""},
	{"json.marshal(duration('1h'))", "3600000000000"},
	{"json.marshal({1: 'a'})", "!json: failed to convert CEL map to native map: "
				   "unsupported type conversion from 'int' to string"},
	{"json.marshal({true: 1})", "!json: failed to convert CEL map to native map: type "
				    "conversion error from bool to 'string'"},
	{"json.marshal(string)", "\"string\""},
	{"json.marshal(optional.of(1))", "1"},
	{"json.marshal(optional.none())", "null"},
	{"json.marshal(double('NaN'))", "!json: unsupported value: NaN"},
	{"json.marshal([timestamp('2024-05-06T07:08:09Z')])", "[\"2024-05-06T07:08:09Z\"]"},
	{"json.marshal([duration('1h')])", "[3600000000000]"},
	{"json.marshal({'a': null})", "{\"a\":null}"},
	{"json.marshal([null])", "[null]"},
	{"string(json.unmarshal('1')) + string(type(json.unmarshal('1')) == double) + "
	 "string(type(json.unmarshal('12345678901234567890')) == double)",
		"1truetrue"},
	{"string(json.unmarshal('{\"a\":1}').a)", "1"},
	{"json.unmarshal('')", "!unexpected end of JSON input"},
	{"json.unmarshal(1)", "!unsupported type conversion from 'int' to string"},
	{"json.unmarshal(dyn(1))", "!unsupported type conversion from 'int' to string"},
	{"json.unmarshal('null') == null ? 'null' : 'not'", "null"},
	{"json.marshal(yaml.parse('a: 1\\nb: [x, 1.5, 0x10, yes, ~]'))",
		"{\"a\":1,\"b\":[\"x\",1.5,16,true,null]}"},
	{"string(type(yaml.parse('1')) == double) + string(yaml.parse('1'))", "true1"},
	{"json.marshal(yaml.parse(''))", "null"},
	{"json.marshal(yaml.parse('a: 1\\n---\\nb: 2'))", "{\"a\":1}"},
	{"yaml.parse(dyn(1))", "!no such overload: parse(yaml.Yaml, int)"},
	{"string(time.truncate(timestamp('2024-05-06T07:08:09.5Z'), duration('24h'))) + "
	 "string(time.truncate(timestamp('2024-05-06T07:08:09.5Z'), duration('0s'))) + "
	 "string(time.truncate(timestamp('2024-05-06T07:08:09.5Z'), duration('-1h')))",
		"2024-05-06T00:00:00Z2024-05-06T07:08:09.5Z2024-05-06T07:08:09.5Z"},
	{"string(time.truncate(timestamp('2024-05-06T07:08:09.5Z'), duration('7m')))",
		"2024-05-06T07:07:00Z"},
	{"string(time.truncate(timestamp('1960-05-06T07:08:09.5Z'), duration('168h')))",
		"1960-05-02T00:00:00Z"},
	{"string(time.truncate(timestamp('0001-01-01T00:00:01Z'), duration('168h')))",
		"0001-01-01T00:00:00Z"},
	{"time.toCron(timestamp('2024-05-05T07:08:09Z'))", "8 7 5 5 0"},
	{"string(type(time.now()) == google.protobuf.Timestamp)", "true"},
	{"string(time.now() > timestamp('2020-01-01T00:00:00Z'))", "true"},
	{"json.marshal(transform.listObjToMap([{'name':'a'},{'name':'a'}], [{'value': "
	 "'1'},{'value':'x'}], 'name', 'value'))",
		"{\"a\":\"x\"}"},
	{"json.marshal(listObjToMap([{'name':'a'}], [{'v': '1'}], 'name', 'value'))",
		"{\"a\":null}"},
	{"json.marshal(listObjToMap([{'name':'a'}], [], 'name', 'value'))",
		"!listObjToMap must take lists of equal length. list1: 1, list2: 0"},
	{"json.marshal(listObjToMap([{'name':1}], [{'value': '1'}], 'name', 'value'))",
		"!the passed key name cannot be handled as a string in the key object list"},
	{"json.marshal(listObjToMap([{1:1}], [{'value': '1'}], 'name', 'value'))",
		"!failed to convert key to a string, int64"},
	{"json.marshal(listObjToMap([{'name':'a'}], [{1: '1'}], 'name', 'value'))",
		"!object cannot be handled as a map string to any in the value object list"},
	{"json.marshal(listObjToMap([{'x':'a'}], [{'value': '1'}], 'name', 'value'))",
		"!the passed key name cannot be handled as a string in the key object list"},
	{"json.marshal(listObjToMap([object.data], [object.data], 'x', 'n'))", "{\"1\":null}"},
	{"string(size(random())) + string(random('[a-c]{5}').matches('^[a-c]{5}$')) + "
	 "string(random.random('x+').matches('^x+$'))",
		"8truetrue"},
	{"string(gzip.decompress(gzip.compress('hello')))", "hello"},
	{"gzip.decompress(b'abc')", "!unexpected EOF"},
	{"gzip.decompress(b'')", "!EOF"},
	{"gzip.decompress(b'abcdefghijklmnopqrstuvw')", "!gzip: invalid header"},
	{"gzip.decompress(base64.decode('H4sIAAAAAAAA/8pIzcnJBwQAAP//hqYQNgUAAAA='))", "hello"},
	{"gzip.decompress(base64.decode('H4sIAAAAAAAA/8pIzcnJBwQAAP//hqYQNg'))",
		"!unexpected EOF"},
	{"gzip.decompress(base64.decode('H4sIAAAAAAAA/8pIzcnJBwQAAP//hqYQNwUAAAA='))",
		"!gzip: invalid checksum"},
	{"base64.encode(gzip.compress(1))",
		"!unsupported type conversion from 'int' to string"},
	{"base64.encode(gzip.compress(b'hello'))",
		"!type conversion error from Bytes to 'string'"},
	{"base64.encode(gzip.compress(true))", "!type conversion error from bool to 'string'"},
	{"base64.encode(gzip.compress(object.data))",
		"!type conversion error from map to 'string'"},
	{"base64.encode(gzip.compress(1.5))", "!type conversion error from Double to 'string'"},
	{"gzip.decompress(dyn('abc'))", "!no such overload: gzip.decompress(string)"},
	{"x509.decode('abc')", "!failed to decode PEM block"},
	{"x509.decode('-----BEGIN FOO-----\\nAAAA\\n-----END FOO-----\\n')",
		"!PEM block neither contains a CERTIFICATE or CERTIFICATE REQUEST"},
	{"json.marshal(resource.Get('v1', 'configmaps', 'nn', 'm').data.k)", "\"v\""},
	{"json.marshal(dyn(resource.Get('v1', 'configmaps', 'nn', 'zz')) == null)", "true"},
	{"json.marshal(resource.Get('v1', 'configmaps', '', 'm'))", "null"},
	{"json.marshal(resource.Get('v1', 'configmaps', 'nn', 'zz').?data)", "null"},
	{"json.marshal(resource.List('v1', 'configmaps', 'nn').items.size())", "2"},
	{"json.marshal(resource.List('v1', 'namespaces', ''))",
		"{\"items\":[{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{"
		"\"name\":\"q\"}}]}"},
	{"json.marshal(object.data.x.?foo)", "null"},
	{"json.marshal(has(object.nums.foo))", "!unsupported index type 'string' in list"},
	{"json.marshal(object.nums.?foo)", "!unsupported index type 'string' in list"},
	{"json.marshal(object.nums[?9])", "null"},
	{"json.marshal(object.nums[?'a'])", "!unsupported index type 'string' in list"},
	{"json.marshal(object.data[?1])", "null"},
	{"json.marshal(object.data[1])", "!no such key: 1"},
	{"json.marshal(object.data.x[?1])", "null"},
	{"json.marshal(object.nums[3].foo)", "!no such key: foo"},
	{"json.marshal(has(object.nums[3].foo))", "false"},
	{"json.marshal(object.nums[3].?foo)", "null"},
	{"json.marshal(object.nums[1.5])", "!unsupported index value 1.5 in list"},
	{"json.marshal(object.nums[1.0])", "2.5"},
	{"json.marshal(object.nums[-1])", "!index out of bounds: -1"},
	{"json.marshal(object.nums[dyn(true)])", "!unsupported index type 'bool' in list"},
	{"json.marshal(object.nums.all(x, x))", "!no such overload"},
	{"json.marshal(object.nums.filter(x, x))", "!no such overload"},
	{"json.marshal(object.nums.map(x, x.foo))", "!no such key: foo"},
	{"json.marshal(object.data.x.map(x, x))",
		"!got 'types.String', expected iterable type"},
	{"json.marshal(object.nums[3].all(x, x))", "!got 'types.Null', expected iterable type"},
	{"json.marshal(object.data.x.split(dyn(1)))", "!no such overload: split(string, int)"},
	{"json.marshal(object.nums[0].startsWith('a'))", "!no such overload"},
	{"json.marshal(object.nums[0].matches('a'))", "!no such overload"},
	{"json.marshal(object.data.x.matches(dyn(1)))", "!no such overload"},
	{"json.marshal(object.nums.join(','))", "!no such overload: join(list, string)"},
	{"json.marshal(object.nums.sum())", "!no such overload"},
	{"json.marshal(object.nums.min())", "!no such overload"},
	{"json.marshal(object.nums.isSorted())", "!no such overload"},
	{"json.marshal(object.nums.sort())", "!list elements must have the same type"},
	{"json.marshal(object.nums.indexOf('q'))", "-1"},
	{"json.marshal(object.nums.max())", "!no such overload"},
	{"json.marshal(int(object.data.x + 'x'))",
		"!type conversion error from 'string' to 'int'"},
	{"json.marshal(double(object.data.x + 'x'))",
		"!type conversion error from 'string' to 'double'"},
	{"json.marshal(uint(object.data.x + 'x'))",
		"!type conversion error from 'string' to 'uint'"},
	{"json.marshal(bool(object.data.x + 'x'))",
		"!type conversion error from 'string' to 'bool'"},
	{"json.marshal(timestamp(object.data.x + 'x'))", "!invalid RFC 3339 timestamp \"1x\""},
	{"json.marshal(duration(object.data.x + 'x'))",
		"!type conversion error from 'string' to 'google.protobuf.Duration'"},
	{"json.marshal(quantity(object.data.x + 'x'))",
		"!quantities must match the regular expression "
		"'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"},
	{"json.marshal(url(object.data.x + 'x'))",
		"!URL parse error during conversion from string: parse \"1x\": invalid URI for "
		"request"},
	{"json.marshal(int(object))", "!no such overload: int(map)"},
	{"json.marshal(int(object.nums[2]))", "!no such overload: int(bool)"},
	{"json.marshal(int(object.nums[3]))", "!no such overload: int(null_type)"},
	{"json.marshal(double(object.nums[3]))", "!no such overload: double(null_type)"},
	{"json.marshal(timestamp(object.nums[2]))", "!no such overload: timestamp(bool)"},
	{"json.marshal(string(object.nums[3]))", "!no such overload: string(null_type)"},
	{"json.marshal(object.nums[2] + 1)", "!no such overload: _+_"},
	{"json.marshal(object.nums[3] + 1)", "!no such overload: _+_"},
	{"json.marshal(object.nums[2] - 1)", "!no such overload: _-_"},
	{"json.marshal(object.nums[2] * 1)", "!no such overload: _*_"},
	{"json.marshal(object.nums[2] / 1)", "!no such overload: _/_"},
	{"json.marshal(object.nums[1] % 1)", "!no such overload: _%_"},
	{"json.marshal(object.data.x * 2)", "!no such overload"},
	{"json.marshal(object + object)", "!no such overload: _+_"},
	{"json.marshal(object.nums[3] < 1)", "!no such overload: _<_"},
	{"json.marshal(object.nums[2] < 1)", "!no such overload"},
	{"json.marshal(object.nums < 1)", "!no such overload: _<_"},
	{"json.marshal(object.nums[0] < 1.5)", "true"},
	{"json.marshal(-object.nums[2])", "!no such overload"},
	{"json.marshal(-object.nums[3])", "!no such overload: -_"},
	{"json.marshal(!object.nums[3])", "!no such overload"},
	{"json.marshal(1 in object.data.x)", "!no such overload"},
	{"json.marshal(1 in object.data)", "false"},
	{"json.marshal('x' in object.nums[3])", "!no such overload"},
	{"json.marshal(size(object.nums[3]))", "!no such overload: size"},
	{"json.marshal(object.nums[3].contains('a'))", "!no such overload"},
	{"json.marshal(object.data.contains('a'))", "!no such overload"},
	{"json.marshal(object.data.x.contains(dyn(null)))", "!no such overload"},
	{"json.marshal(object.data.x.endsWith(dyn(null)))", "!no such overload"},
	{"json.marshal(object.data.x.getHours())", "!no such overload: getHours(string)"},
	{"json.marshal(timestamp('2024-01-01T00:00:00Z').getHours(dyn(1)))",
		"!no such overload: getHours(google.protobuf.Timestamp, int)"},
	{"json.marshal(timestamp('2024-01-01T00:00:00Z').getHours('Nope/x'))",
		"!unknown time zone Nope/x"},
	{"json.marshal(optional.of(1).orValue('a'))", "1"},
	{"json.marshal(object.hasValue())", "!no such overload: hasValue(map)"},
	{"json.marshal(object.value())", "!no such overload: value(map)"},
	{"json.marshal(object.or(optional.none()))", "!no such overload"},
	{"json.marshal(object.optMap(x, x))", "!no such overload: hasValue(map)"},
	{"json.marshal(object.data.x.find(dyn(1)))", "!no such overload: find(string, int)"},
	{"json.marshal(dyn(1).lowerAscii())", "!no such overload: lowerAscii(int)"},
	{"json.marshal(object.data.x.replace('a', dyn(1)))",
		"!no such overload: replace(string, string, int)"},
	{"json.marshal(object.data.x.substring(dyn('a')))",
		"!no such overload: substring(string, string)"},
	{"json.marshal('abc'.substring(2, 1))", "!invalid substring range. start: 2, end: 1"},
	{"json.marshal(object.data.x.format(dyn(1)))",
		"!no such overload: format(string, int)"},
	{"json.marshal(math.greatest(object.data.x, 1))",
		"!no such overload: math.@max(string, int)"},
	{"json.marshal(math.abs(object.data.x))", "!no such overload: math.abs(string)"},
	{"json.marshal(sets.contains(object.nums, dyn(1)))",
		"!no such overload: sets.contains(list, int)"},
	{"json.marshal(object.nums.slice(3, 1))",
		"!cannot slice(3, 1), start index must be less than or equal to end index"},
	{"json.marshal(lists.range(dyn('a')))", "!no such overload: lists.range(string)"},
	{"json.marshal(object.nums.flatten(-1))", "!level must be non-negative"},
	{"json.marshal(base64.decode(dyn(1)))", "!no such overload: base64.decode(int)"},
	{"json.marshal(object.nums.transformMap(i, v, i))",
		"!json: failed to convert CEL map to native map: unsupported type conversion "
		"from 'int' to string"},
	{"json.marshal(object.nums.sortBy(x, x))", "!list elements must have the same type"},
	{"json.marshal(int(1e30 * object.nums[1]))", "!integer overflow"},
	{"json.marshal(object.metadata.labels)", "!no such key: labels"},
	{"json.marshal(object.metadata.labels['a'])", "!no such key: labels"},
	{"json.marshal(has(object.metadata.labels.x))", "!no such key: labels"},
	{"json.marshal(object.?metadata.labels)", "null"},
	{"json.marshal(object.spec.containers.all(c, true))", "!no such key: spec"},
	{"json.marshal(request.userInfo.username)", "!no such key: username"},
	{"json.marshal(request.userInfo.groups)", "!no such key: groups"},
	{"json.marshal(has(request.userInfo.username))", "false"},
	{"json.marshal(request.namespace)", "\"default\""},
	{"json.marshal(request.options)", "null"},
	{"json.marshal(request.object.metadata.name)", "\"a\""},
	{"json.marshal(namespaceObject.metadata.name)", "!no such key: metadata"},
	{"json.marshal(oldObject.metadata)", "!no such key: metadata"},
	{"json.marshal(exceptions.allowedImages)", "[]"},
	{"json.marshal(exceptions.allowedValues.exists(x, x == 'a'))", "false"},
	{"json.marshal(isURL('x'))", "false"},
	{"json.marshal(isQuantity('1Mi'))", "true"},
	{"json.marshal(isIP('1.2.3.4'))", "true"},
	{"json.marshal(math.sqrt(4))", "2"},
	{"json.marshal(math.ceil(1.2))", "2"},
	{"json.marshal(regex.extract('abc', 'b'))", "\"b\""},
	{"json.marshal(object.nums.distinct())", "[1,2.5,true,null]"},
	{"json.marshal(lists.range(3))", "[0,1,2]"},
	{"json.marshal([3,1].first())", "3"},
	{"json.marshal(object.spec.template.foo)", "!no such key: spec"},
	{"json.marshal(object.data.x.foo.bar)", "!no such key: foo"},
	{"json.marshal(globalContext.get('gg'))", "null"},
	{"json.marshal(x509.decode(dyn(1)))", "!no such overload: x509.decode(int)"},
	{"json.marshal(time.toCron(dyn('a')))", "!no such overload: time.toCron(string)"},
	{"json.marshal(time.truncate(dyn(1), dyn(1)))",
		"!no such overload: time.truncate(int, int)"},
	{"json.marshal(md5(dyn(1)))", "!no such overload: md5(int)"},
	{"json.marshal(random(dyn(1)))", "!no such overload: random(int)"},
	{"json.marshal(listObjToMap(dyn(1), [], 'a', 'b'))",
		"!no such overload: listObjToMap(int, list, string, string)"},
	{"json.marshal(parseServiceAccount(dyn(1)))",
		"!no such overload: parseServiceAccount(int)"},
	{"json.marshal(http.Get(dyn(1)))", "!no such overload: Get(http.Context, int)"},
	{"json.marshal(image.GetMetadata(dyn(1)))",
		"!no such overload: GetMetadata(imagedata.Context, int)"},
	{"json.marshal(globalContext.Get(dyn(1)))",
		"!no such overload: Get(globalcontext.Context, int)"},
};

static void test_results(void **state)
{
	(void)state;
	for (size_t i = 0; i < OV_COUNT(results); i++)
		check("ValidatingPolicy", &results[i], true);
}

/* Made by openssl req -x509 -newkey rsa:1024 -subj "/CN=x y". */
#define CERTIFICATE \
	"-----BEGIN CERTIFICATE-----\\n" \
	"MIIB+jCCAWOgAwIBAgIUTFvWbmcd1EMM8uyNe5xrMJEierQwDQYJKoZIhvcNAQEL\\n" \
	"BQAwDjEMMAoGA1UEAwwDeCB5MCAXDTI2MTEyMTAzNTIxOVoYDzIwNTQwNDA4MDM1\\n" \
	"MjE5WjAOMQwwCgYDVQQDDAN4IHkwgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGB\\n" \
	"ANX5JDI49uuDTPPIRoyYfej4t6p6/pb+2qzdMx3ye5GjZy5efcAX8efXvbhgj+R9\\n" \
	"9kc7P7P7pUSpqi4RRvIwLK/KFAaStf5sq9Jo7/vhrKmDDJ5dWvC70yxYsYHCU8lq\\n" \
	"/NAV6+yX+lSaaRkZJJn3rHnxs6JA3SKtnDYvWasgkNxrAgMBAAGjUzBRMB0GA1Ud\\n" \
	"DgQWBBTKS8m78djHa6Qqz3B6Qb80KIlgbTAfBgNVHSMEGDAWgBTKS8m78djHa6Qq\\n" \
	"z3B6Qb80KIlgbTAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4GBAIli\\n" \
	"sRpClu6kffqYYw92+cO+lSpaxRyh+m/vhSkPXK14v7KT7hiKzFoqFRmzRzLhGiZw\\n" \
	"D1C07FS1x4TvR5LwRBZrqzsiZ5dprtl9lZXQCHPXLzI0HG7u5RY5BUWjIeTck6wn\\n" \
	"V0geMJE8T5mwwIVdzN4IZ7KMEd1Fr786OE4Atnsc\\n" \
	"-----END CERTIFICATE-----\\n"

static const struct result certificates[] = {
	{"json.marshal(x509.decode('" CERTIFICATE "').NotAfter)", "\"2054-04-08T03:52:19Z\""},
	{"json.marshal(x509.decode('" CERTIFICATE "').Issuer)",
		"{\"CommonName\":\"x "
		"y\",\"Country\":null,\"ExtraNames\":null,\"Locality\":null,\"Names\":[{"
		"\"Type\":[2,5,4,3],\"Value\":\"x "
		"y\"}],\"Organization\":null,\"OrganizationalUnit\":null,\"PostalCode\":null,"
		"\"Province\":null,\"SerialNumber\":\"\",\"StreetAddress\":null}"},
	{"json.marshal(x509.decode('" CERTIFICATE "').PublicKey)",
		"{\"E\":65537,\"N\":"
		"\"1502570969033584354118888559086222471118498123801418618348487400756201647511"
		"443303106085943933051248880305966855507215766785207980387820884503013280574377"
		"290703170637767888724566675715672157025039582295966990922201599474099729024704"
		"87028684996192091588322459678586668602208247500893125843843121525545260604523"
		"\"}"},
	{"json.marshal(x509.decode('" CERTIFICATE "').Extensions.size())", "3"},
	{"json.marshal(x509.decode('" CERTIFICATE "').IsCA)", "true"},
	{"json.marshal(x509.decode('" CERTIFICATE "').Signature)",
		"\"iWKxGkKW7qR9+phjD3b5w76VKlrFHKH6b++FKQ9crXi/"
		"spPuGIrMWioVGbNHMuEaJnAPULTsVLXHhO9HkvBEFmurOyJnl2mu2X2VldAIc9cvMjQcbu7lFjkFRa"
		"Mh5NyTrCdXSB4wkTxPmbDAhV3M3ghnsowR3UWvvzo4TgC2exw=\""},
	{"json.marshal(x509.decode('" CERTIFICATE "').AuthorityKeyId)",
		"\"ykvJu/HYx2ukKs9wekG/NCiJYG0=\""},
	{"json.marshal(x509.decode('" CERTIFICATE "').MaxPathLen)", "-1"},
};

static void test_certificates(void **state)
{
	(void)state;
	for (size_t i = 0; i < OV_COUNT(certificates); i++)
		check("ValidatingPolicy", &certificates[i], true);
}

static const struct result offline[] = {
	{"http.Get('http://a.b/c')", "!not checked here: it would need the network"},
	{"http.Client('ca').Post('http://a.b/c', {'a': 1})",
		"!not checked here: it would need the network"},
	{"image.GetMetadata('nginx').image", "!not checked here: it would need the network"},
	{"resource.Post('v1', 'configmaps', 'nn', {'a': 1}).a",
		"!not checked here: it would need the network"},
	{"resource.Get('v1', 'configmaps', 'default', 'a').data.x", "1"},
	{"resource.Get('v1', 'configmaps', 'nn', 'm').data.k", "!no such key: data"},
	{"resource.List('apps/v1', 'deployments', '').items.size()",
		"!failed to list resource: deployments.apps resource not found"},
	{"resource.List('v1', 'configmaps', '').items.size()", "1"},
	{"time.now()", "2024-05-07T07:08:09Z"},
	{"random('[a-z]{4}') == random('[a-z]{4}')", "false"},
	{"random('[a-z]{4}').size()", "4"},
	{"gzip.decompress(gzip.compress('a b c')) + '.'", "a b c."},
};

static void test_offline(void **state)
{
	(void)state;
	for (size_t i = 0; i < OV_COUNT(offline); i++)
		check("ValidatingPolicy", &offline[i], false);
}

static const struct result own[] = {
	{"resource.Get('v1', 'configmaps', 'm').data.k", "v"},
	{"resource.List('v1', 'configmaps').items.size()", "3"},
	{"resource.List('v1', 'configmaps', {'a': 'b'}).items.size()", "1"},
	{"resource.Get(resource.ToGVR('v1', 'ConfigMap'), 'm2').data.k", "v"},
};

static void test_namespaced(void **state)
{
	(void)state;
	for (size_t i = 0; i < OV_COUNT(own); i++)
		check("NamespacedValidatingPolicy", &own[i], true);
}

static const char *const refused[] = {
	"image(1).registry()",
	"params.a",
	"authorizer.path('/').check('get').allowed()",
	"images.a",
	"resource.Get('v1', 'configmaps', 'm')",
	"math.round(3, 2)",
	"gzip.decompress('abc')",
	"generator.Apply('n', [])",
	"jsonpatch.escapeKey('a/b')",
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < OV_COUNT(refused); i++) {
		struct asked a;
		ask(&a, "ValidatingPolicy", refused[i], true);
		if (a.diags.list.count != 1)
			fail_msg("%s: it is taken", refused[i]);
		forget(&a);
	}
}

const struct CMUnitTest ov_test_functions[] = {
	cmocka_unit_test(test_results),
	cmocka_unit_test(test_certificates),
	cmocka_unit_test(test_offline),
	cmocka_unit_test(test_namespaced),
	cmocka_unit_test(test_refused),
};
const size_t ov_test_functions_count = OV_COUNT(ov_test_functions);

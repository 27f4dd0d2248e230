/*
 * api_set: a set as text, and its kinds decoded on first use. Layer: schema.
 *
 * A set is a text of lines in the order of their bytes, each a word, a blank and JSON:
 *
 *     ! ovec API set 1
 *     #id SCHEMA             a part that several schemas share; the id is made of its content
 *     @name SCHEMA           a part that contains itself
 *     group/Kind KIND        {plural, cluster, native, name, versions: {version: {schema, …}}}
 *
 * A SCHEMA is a word "type" or "type/format", a reference "#id" or "@name", a list [SCHEMA] for
 * an array of it, or a map of what api_node.c reads. Two sets are merged by sorting the lines
 * of both and dropping duplicates, unless both have a kind: then one of its lines has to go.
 */
#include "schema/api_internal.h"

#include <stdarg.h>

#include "foreign/json.h"

static const char header[] = "! ovec API set 1\n";

void ov_api_set_bad(const struct ov_api_set *set, struct ov_diags *diags, const char *fmt, ...)
{
	va_list args;
	struct ov_buf buf;
	if (!diags)
		return;
	ov_buf_init(&buf);
	va_start(args, fmt);
	ov_buf_vaddf(&buf, fmt, args);
	va_end(args);
	ov_diag_add(diags, OV_DIAG_API_SET, ov_span(0), "the set '%.*s' is wrong: %.*s",
		OV_STR_ARG(set->name), OV_STR_ARG(ov_buf_str(&buf)));
	ov_buf_release(&buf);
}

/* The line that begins at or before `at`. */
static struct ov_str line_at(struct ov_str bytes, size_t at)
{
	size_t from = at, to = at;
	while (from && bytes.ptr[from - 1] != '\n')
		from--;
	while (to < bytes.len && bytes.ptr[to] != '\n')
		to++;
	return ov_str_sub(bytes, from, to);
}

static struct ov_str first_word(struct ov_str line)
{
	size_t blank = ov_str_chr(line, ' ');
	return ov_str_sub(line, 0, blank == SIZE_MAX ? line.len : blank);
}

bool ov_api_set_line(const struct ov_api_set *set, struct ov_str word, struct ov_str *out)
{
	struct ov_str bytes = set->bytes;
	size_t low = 0, high = bytes.len;
	while (low < high) {
		struct ov_str line = line_at(bytes, low + (high - low) / 2);
		size_t start = (size_t)(line.ptr - bytes.ptr);
		struct ov_str own = first_word(line);
		int order = ov_str_cmp(word, own);
		if (order == 0) {
			*out = ov_str_sub(line, own.len + 1, line.len);
			return true;
		}
		if (order < 0)
			high = start;
		else
			low = start + line.len + 1;
	}
	return false;
}

struct ov_value ov_api_line_read(
	struct ov_api_set *set, struct ov_str text, struct ov_diags *diags)
{
	struct ov_source source = {.path = set->name, .text = text};
	struct ov_diags own;
	ov_diags_init(&own, NULL);
	struct ov_docs docs = {0};
	struct ov_reader reader = {&set->arena, set->keys, &set->cache, &own, &source};
	bool ok = ov_json_read(&reader, &docs);
	if (!ok)
		ov_api_set_bad(set, diags, "a line is not JSON: %.*s",
			OV_STR_ARG(text.len > 60 ? ov_str_sub(text, 0, 60) : text));
	ov_diags_release(&own);
	return ok ? docs.items[0] : (struct ov_value){0};
}

static void find_words(struct ov_api_set *set)
{
	struct ov_keys *keys = set->keys;
	set->words = (struct ov_api_words){
		.api_version = ov_key(keys, OV_STR("apiVersion")),
		.kind = ov_key(keys, OV_STR("kind")),
		.metadata = ov_key(keys, OV_STR("metadata")),
		.status = ov_key(keys, OV_STR("status")),
		.name = ov_key(keys, OV_STR("name")),
		.generate_name = ov_key(keys, OV_STR("generateName")),
		.name_space = ov_key(keys, OV_STR("namespace")),
		.labels = ov_key(keys, OV_STR("labels")),
		.annotations = ov_key(keys, OV_STR("annotations")),
		.finalizers = ov_key(keys, OV_STR("finalizers")),
		.owner_references = ov_key(keys, OV_STR("ownerReferences")),
		.managed_fields = ov_key(keys, OV_STR("managedFields")),
		.generation = ov_key(keys, OV_STR("generation")),
	};
}

/* What the metadata of every object may hold (meta/v1, ObjectMeta), in the form of a set. */
static const char metadata[] =
	"{\"fields\":{\"annotations\":{\"values\":\"string\"},"
	"\"creationTimestamp\":\"string/date-time\",\"deletionGracePeriodSeconds\":\"integer/"
	"int64\",\"deletionTimestamp\":\"string/date-time\","
	"\"finalizers\":{\"items\":\"string\",\"listType\":\"set\"},"
	"\"generateName\":\"string\",\"generation\":\"integer/int64\","
	"\"labels\":{\"values\":\"string\"},\"managedFields\":[{\"fields\":{"
	"\"apiVersion\":\"string\",\"fieldsType\":\"string\",\"fieldsV1\":{\"preserve\":true},"
	"\"manager\":\"string\",\"operation\":\"string\",\"subresource\":\"string\","
	"\"time\":\"string/date-time\"}}],\"name\":\"string\",\"namespace\":\"string\","
	"\"ownerReferences\":{\"listType\":\"map\",\"keys\":[\"uid\"],"
	"\"items\":{\"fields\":{\"apiVersion\":\"string\","
	"\"blockOwnerDeletion\":\"boolean\",\"controller\":\"boolean\",\"kind\":\"string\","
	"\"name\":\"string\",\"uid\":\"string\"},\"required\":[\"apiVersion\",\"kind\","
	"\"name\",\"uid\"]}},\"resourceVersion\":\"string\",\"selfLink\":\"string\","
	"\"uid\":\"string\"}}";

struct ov_api_set *ov_api_set_open(struct ov_keys *keys, struct ov_regex_cache *regexes,
	struct ov_str name, struct ov_str bytes, struct ov_diags *diags)
{
	struct ov_api_set *set = ov_xmalloc(sizeof(*set));
	uint64_t seed = ov_keys_seed(keys);
	*set = (struct ov_api_set){.keys = keys, .regexes = regexes, .name = name};
	set->bytes = bytes;
	ov_arena_init(&set->arena);
	ov_map_init(&set->loaded, &set->arena, seed);
	ov_map_init(&set->nodes, &set->arena, seed);
	ov_map_init(&set->types, &set->arena, seed);
	ov_map_init(&set->rules, &set->arena, seed);
	ov_sources_init(&set->sources, &set->arena);
	pthread_mutex_init(&set->lock, NULL);
	if (!ov_str_starts(bytes, ov_str_c(header))) {
		ov_api_set_bad(set, diags, "it does not begin with '%.*s'",
			(int)(sizeof(header) - 2), header);
		ov_api_set_close(set);
		return NULL;
	}
	find_words(set);
	return set;
}

void ov_api_set_close(struct ov_api_set *set)
{
	if (!set)
		return;
	pthread_mutex_destroy(&set->lock);
	ov_arena_release(&set->arena);
	free(set);
}

struct ov_str ov_api_set_name(const struct ov_api_set *set)
{
	return set->name;
}

static struct ov_str kind_word(char room[512], struct ov_str group, struct ov_str kind)
{
	if (group.len + kind.len + 2 > 512)
		return ov_str_n(NULL, 0);
	if (group.len)
		memcpy(room, group.ptr, group.len);
	room[group.len] = '/';
	if (kind.len)
		memcpy(room + group.len + 1, kind.ptr, kind.len);
	return ov_str_n(room, group.len + kind.len + 1);
}

bool ov_api_set_knows(const struct ov_api_set *set, struct ov_str group, struct ov_str kind)
{
	char room[512];
	struct ov_str line, word = kind_word(room, group, kind);
	return word.len && ov_api_set_line(set, word, &line);
}

static struct ov_api_loaded *load(struct ov_api_set *set, struct ov_str group,
	struct ov_str version, struct ov_str kind, struct ov_value line, struct ov_diags *diags)
{
	struct ov_value v = ov_get_str(ov_get(line, "versions"), version);
	if (!ov_is_map(v))
		return NULL;
	if (!set->metadata) {
		struct ov_value json = ov_api_line_read(set, ov_str_c(metadata), diags);
		set->metadata = ov_api_node_decode(set, json, diags);
		ov_assert(set->metadata != NULL);
	}
	const struct ov_api_node *root = ov_api_node_decode(set, ov_get(v, "schema"), diags);
	if (!root)
		return NULL;
	struct ov_api_loaded *out = ov_new(&set->arena, struct ov_api_loaded);
	out->kind = (struct ov_api_kind){.set = set,
		.group = ov_str_dup(&set->arena, group),
		.kind = ov_str_dup(&set->arena, kind),
		.version = ov_str_dup(&set->arena, version),
		.plural = ov_string(ov_get(line, "plural")),
		.warning = ov_string(ov_get(v, "warning")),
		.name_rule = ov_string(ov_get(line, "name")),
		.replicas = ov_string(ov_get(v, "replicas")),
		.cluster_scoped = ov_bool(ov_get(line, "cluster"), false),
		.served = ov_bool(ov_get(v, "served"), true),
		.storage = ov_bool(ov_get(v, "storage"), false),
		.deprecated = ov_bool(ov_get(v, "deprecated"), false),
		.native = ov_bool(ov_get(line, "native"), false),
		.status = ov_bool(ov_get(v, "status"), false),
		.root = root};
	out->rules = ov_api_rules_compile(set, root);
	return out;
}

const struct ov_api_kind *ov_api_set_find(struct ov_api_set *set, struct ov_str group,
	struct ov_str version, struct ov_str kind, struct ov_diags *diags)
{
	char room[512], own[512];
	struct ov_str word = kind_word(room, group, kind), line;
	struct ov_str full = word.len ? kind_word(own, word, version) : word;
	if (!full.len)
		return NULL;
	pthread_mutex_lock(&set->lock);
	struct ov_api_loaded *found = ov_map_ptr(&set->loaded, full);
	if (!found && ov_api_set_line(set, word, &line)) {
		found = load(
			set, group, version, kind, ov_api_line_read(set, line, diags), diags);
		if (found)
			ov_map_put(&set->loaded, ov_str_dup(&set->arena, full), NULL)->ptr =
				found;
	}
	pthread_mutex_unlock(&set->lock);
	return found ? &found->kind : NULL;
}

void ov_api_set_each(const struct ov_api_set *set, ov_api_each_fn *fn, void *context)
{
	struct ov_arena arena = {0};
	struct ov_key_cache *cache = ov_new(&arena, struct ov_key_cache);
	struct ov_diags diags;
	ov_diags_init(&diags, NULL);
	for (size_t at = 0; at < set->bytes.len;) {
		struct ov_str line = line_at(set->bytes, at);
		at += line.len + 1;
		struct ov_str word = first_word(line);
		size_t slash = ov_str_chr(word, '/');
		if (!line.len || strchr("!#@", line.ptr[0]) || slash == SIZE_MAX)
			continue;
		struct ov_source source = {
			.path = set->name, .text = ov_str_sub(line, word.len + 1, line.len)};
		struct ov_docs docs = {0};
		struct ov_reader reader = {&arena, set->keys, cache, &diags, &source};
		struct ov_buf versions;
		ov_buf_init(&versions);
		if (ov_json_read(&reader, &docs)) {
			struct ov_value map = ov_get(docs.items[0], "versions");
			for (size_t i = 0; i < ov_count(map) && ov_is_map(map); i++)
				ov_buf_addf(&versions, "%s%.*s", i ? " " : "",
					OV_STR_ARG(map.entries[i].key->str));
		}
		fn(context, ov_str_sub(word, 0, slash), ov_str_sub(word, slash + 1, word.len),
			ov_buf_str(&versions));
		ov_buf_release(&versions);
	}
	ov_diags_release(&diags);
	ov_arena_release(&arena);
}

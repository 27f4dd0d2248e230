/* cjson: a value tree printed through cJSON. Layer: foreign. */
#include "foreign/cjson.h"

#include "base/limits.h"
#include "lang/json_out.h"

#include <cjson/cJSON.h>

static cJSON *made(cJSON *item)
{
	if (!item)
		ov_bug("cJSON is out of memory");
	return item;
}

/* Text that cJSON copies as it is: numbers it would round, strings it would cut at a NUL. */
static cJSON *raw(struct ov_value v)
{
	struct ov_buf text;
	ov_buf_init(&text);
	ov_json_write(&text, v, 0);
	ov_buf_putc(&text, '\0');
	cJSON *item = made(cJSON_CreateRaw(text.ptr));
	ov_buf_release(&text);
	return item;
}

/* The C string of a slice, or NULL where it holds a NUL; freed by the caller. */
static char *c_string(struct ov_str s)
{
	if (ov_str_chr(s, '\0') != SIZE_MAX)
		return NULL;
	char *text = ov_xmalloc(s.len + 1);
	if (s.len)
		memcpy(text, s.ptr, s.len);
	text[s.len] = '\0';
	return text;
}

static bool has_nul_key(struct ov_value map)
{
	for (size_t i = 0; i < map.count; i++) {
		if (ov_str_chr(map.entries[i].key->str, '\0') != SIZE_MAX)
			return true;
	}
	return false;
}

static cJSON *build(struct ov_value v, size_t depth);

static cJSON *build_list(struct ov_value v, size_t depth)
{
	cJSON *list = made(cJSON_CreateArray());
	for (size_t i = 0; i < v.count; i++)
		cJSON_AddItemToArray(list, build(v.items[i], depth + 1));
	return list;
}

static cJSON *build_map(struct ov_value v, size_t depth)
{
	if (has_nul_key(v))
		return raw(v);
	cJSON *map = made(cJSON_CreateObject());
	for (size_t i = 0; i < v.count; i++) {
		char *key = c_string(v.entries[i].key->str);
		if (!cJSON_AddItemToObject(map, key, build(v.entries[i].value, depth + 1)))
			ov_bug("cJSON is out of memory");
		free(key);
	}
	return map;
}

static cJSON *build(struct ov_value v, size_t depth)
{
	if (depth > OV_LIMIT_DEPTH + 8)
		ov_bug("value nested too deep");
	if (v.kind == OV_KIND_LIST)
		return build_list(v, depth);
	if (v.kind == OV_KIND_MAP)
		return build_map(v, depth);
	if (v.kind == OV_KIND_STRING) {
		char *text = c_string(ov_string(v));
		cJSON *item = text ? made(cJSON_CreateString(text)) : raw(v);
		free(text);
		return item;
	}
	return raw(v);
}

void ov_cjson_print(struct ov_value v, bool pretty, struct ov_buf *buf)
{
	cJSON *tree = build(v, 0);
	char *text = pretty ? cJSON_Print(tree) : cJSON_PrintUnformatted(tree);
	if (!text)
		ov_bug("cJSON is out of memory");
	ov_buf_puts(buf, text);
	cJSON_free(text);
	cJSON_Delete(tree);
}

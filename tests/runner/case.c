#include "runner/case.h"

#include <sys/stat.h>
#include <unistd.h>

#include <yaml.h>

#include "runner/tree.h"

struct reader {
	struct ov_arena *arena;
	yaml_document_t doc;
	struct test_case *c;
};

bool case_is(const char *folder)
{
	struct ov_arena arena = {0};
	bool yes = access(ov_str_fmt(&arena, "%s/estate", folder).ptr, F_OK) == 0 ||
		   access(ov_str_fmt(&arena, "%s/case.yaml", folder).ptr, F_OK) == 0;

	ov_arena_release(&arena);
	return yes;
}

const char *case_file_get(const struct case_file *file, const char *key, const char *otherwise)
{
	for (size_t i = 0; i < file->pairs.count; i++)
		if (strcmp(file->pairs.items[i].key, key) == 0)
			return file->pairs.items[i].value;
	return otherwise;
}

static void complain(struct reader *r, const yaml_node_t *node, const char *what)
{
	if (!r->c->error)
		r->c->error = ov_str_fmt(
			r->arena, "case.yaml:%zu: %s", node->start_mark.line + 1, what)
				      .ptr;
}

static const char *scalar(struct reader *r, const yaml_node_t *node)
{
	if (node->type != YAML_SCALAR_NODE) {
		complain(r, node, "a scalar is expected here");
		return "";
	}
	return ov_str_dup(r->arena,
		ov_str_n((const char *)node->data.scalar.value, node->data.scalar.length))
		.ptr;
}

static bool yes(struct reader *r, const yaml_node_t *node)
{
	const char *s = scalar(r, node);

	if (strcmp(s, "true") != 0 && strcmp(s, "false") != 0)
		complain(r, node, "true or false is expected here");
	return strcmp(s, "true") == 0;
}

static struct case_file pairs(struct reader *r, const yaml_node_t *map)
{
	struct case_file file = {0};

	if (map->type != YAML_MAPPING_NODE) {
		complain(r, map, "a map is expected here");
		return file;
	}
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start;
		p < map->data.mapping.pairs.top; p++) {
		struct case_pair pair = {
			scalar(r, yaml_document_get_node(&r->doc, p->key)),
			scalar(r, yaml_document_get_node(&r->doc, p->value)),
		};

		ov_vec_push(r->arena, &file.pairs, pair);
	}
	return file;
}

static void member(struct reader *r, const char *key, const yaml_node_t *value)
{
	struct test_case *c = r->c;

	if (strcmp(key, "intent") == 0) {
		scalar(r, value);
	} else if (strcmp(key, "fixture") == 0) {
		c->fixture = scalar(r, value);
	} else if (strcmp(key, "setup") == 0) {
		c->setup = scalar(r, value);
	} else if (strcmp(key, "before") == 0 && value->type == YAML_SCALAR_NODE) {
		ov_vec_push(r->arena, &c->before, scalar(r, value));
	} else if (strcmp(key, "stdout") == 0) {
		c->out = scalar(r, value);
	} else if (strcmp(key, "keep") == 0) {
		c->keep = yes(r, value);
	} else if (strcmp(key, "once") == 0) {
		c->once = yes(r, value);
	} else if (strcmp(key, "summary") == 0) {
		c->summary = yes(r, value);
	} else if (strcmp(key, "bare") == 0) {
		c->bare = yes(r, value);
	} else if (strcmp(key, "exit") == 0) {
		c->exit = (int)strtol(scalar(r, value), NULL, 10);
	} else if (strcmp(key, "env") == 0) {
		struct case_file env = pairs(r, value);

		for (size_t i = 0; i < env.pairs.count; i++)
			ov_vec_push(r->arena, &c->env, env.pairs.items[i]);
	} else if (strcmp(key, "before") == 0 && value->type == YAML_SEQUENCE_NODE) {
		for (yaml_node_item_t *item = value->data.sequence.items.start;
			item < value->data.sequence.items.top; item++)
			ov_vec_push(r->arena, &c->before,
				scalar(r, yaml_document_get_node(&r->doc, *item)));
	} else if (strcmp(key, "args") == 0 && value->type == YAML_SEQUENCE_NODE) {
		for (yaml_node_item_t *item = value->data.sequence.items.start;
			item < value->data.sequence.items.top; item++)
			ov_vec_push(r->arena, &c->args,
				scalar(r, yaml_document_get_node(&r->doc, *item)));
	} else if (strcmp(key, "generate") == 0 && value->type == YAML_SEQUENCE_NODE) {
		for (yaml_node_item_t *item = value->data.sequence.items.start;
			item < value->data.sequence.items.top; item++)
			ov_vec_push(r->arena, &c->generate,
				pairs(r, yaml_document_get_node(&r->doc, *item)));
	} else {
		complain(r, value, "no such key, or its value is of the wrong kind");
	}
}

static void read_document(struct reader *r, struct ov_str text)
{
	yaml_parser_t parser;
	const yaml_node_t *root;

	if (!yaml_parser_initialize(&parser))
		fail("out of memory");
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
	if (!yaml_parser_load(&parser, &r->doc)) {
		r->c->error = ov_str_fmt(r->arena, "case.yaml:%zu: %s",
			parser.problem_mark.line + 1, parser.problem)
				      .ptr;
		yaml_parser_delete(&parser);
		return;
	}
	root = yaml_document_get_root_node(&r->doc);
	if (root && root->type != YAML_MAPPING_NODE)
		complain(r, root, "a map is expected here");
	else if (root)
		for (yaml_node_pair_t *p = root->data.mapping.pairs.start;
			p < root->data.mapping.pairs.top; p++)
			member(r, scalar(r, yaml_document_get_node(&r->doc, p->key)),
				yaml_document_get_node(&r->doc, p->value));
	yaml_document_delete(&r->doc);
	yaml_parser_delete(&parser);
}

struct test_case case_read(struct ov_arena *arena, const char *folder, const char *name)
{
	struct test_case c = {.folder = folder, .name = name, .exit = -1};
	struct reader r = {.arena = arena, .c = &c};
	bool found;
	struct ov_str text =
		file_read(arena, ov_str_fmt(arena, "%s/case.yaml", folder).ptr, &found);

	if (found)
		read_document(&r, text);
	if (c.args.count == 0) {
		static const char *const usual[] = {"render", "ESTATE", "-o", "OUT"};

		for (size_t i = 0; i < OV_COUNT(usual); i++)
			ov_vec_push(arena, &c.args, usual[i]);
	}
	return c;
}

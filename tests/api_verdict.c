/*
 * api_verdict: says of each object in files whether an API server would take it.
 *
 * usage: api-verdict [-w] [-n] SET[,SET]... FILE...
 * SET is a file that `ovec schema import` made. One line an object, `accept FILE#N` or
 * `reject FILE#N REASON`; N counts the documents of a file from 1. With -w numbers may pass the
 * range of their format, as servers before 1.36 let them; with -n nothing is printed and the
 * time of judging is, which is for measuring. The exit status is 0 whatever the verdicts are.
 */
#include <stdio.h>

#include "base/limits.h"
#include "foreign/os.h"
#include "foreign/reader.h"
#include "schema/api.h"

enum { MOST_SETS = 64 };

struct session {
	struct ov_arena arena;
	struct ov_sources sources;
	struct ov_diags diags;
	struct ov_keys *keys;
	struct ov_key_cache cache;
	struct ov_regex_cache *regexes;
	struct ov_api_set *sets[MOST_SETS];
	size_t set_count;
	unsigned flags;
	bool quiet;
	size_t accepted, rejected;
	uint64_t judged; /**< nanoseconds */
};

static void open_sets(struct session *s, struct ov_str paths)
{
	for (size_t at = 0; at < paths.len && s->set_count < MOST_SETS;) {
		size_t end = at;
		while (end < paths.len && paths.ptr[end] != ',')
			end++;
		struct ov_str path = ov_str_sub(paths, at, end), bytes;
		struct ov_api_set *set = NULL;
		if (ov_os_read_file(&s->arena, path, OV_LIMIT_IMPORT, &bytes, &s->diags))
			set = ov_api_set_open(s->keys, s->regexes, path, bytes, &s->diags);
		if (set)
			s->sets[s->set_count++] = set;
		else
			fprintf(stderr, "api-verdict: %.*s cannot be used\n", OV_STR_ARG(path));
		at = end + 1;
	}
}

static void judge(struct session *s, const char *file, size_t number, struct ov_value object)
{
	struct ov_diags diags;
	ov_diags_init(&diags, &s->sources);
	uint64_t start = ov_os_clock();
	bool ok = ov_api_check(s->sets, s->set_count, object, NULL, &s->arena,
		s->quiet ? NULL : &diags, ov_str_n(NULL, 0), s->flags);
	s->judged += ov_os_clock() - start;
	if (ok)
		s->accepted++;
	else
		s->rejected++;
	if (!s->quiet)
		printf("%s %s#%zu", ok ? "accept" : "reject", file, number);
	for (size_t i = 0; !ok && i < diags.list.count; i++) {
		const struct ov_diag *d = diags.list.items[i];
		if (d->severity == OV_ERROR)
			printf("%s OV%04d %.*s", i ? ";" : "", (int)d->code,
				OV_STR_ARG(d->message));
	}
	if (!s->quiet)
		printf("\n");
	ov_diags_release(&diags);
}

static void judge_file(struct session *s, const char *file)
{
	struct ov_str text;
	struct ov_docs docs = {0};
	if (!ov_os_read_file(&s->arena, ov_str_c(file), OV_LIMIT_IMPORT, &text, &s->diags)) {
		fprintf(stderr, "api-verdict: %s cannot be read\n", file);
		return;
	}
	struct ov_source *source = ov_sources_add(&s->sources, ov_str_c(file), text, false);
	struct ov_reader reader = {&s->arena, s->keys, &s->cache, &s->diags, source};
	size_t before = s->diags.errors;
	if (!source || !ov_source_read(&reader, &docs) || s->diags.errors > before) {
		printf("reject %s#%zu it cannot be read\n", file, docs.count + 1);
		return;
	}
	for (size_t i = 0; i < docs.count; i++)
		judge(s, file, i + 1, docs.items[i]);
}

int main(int argc, char **argv)
{
	struct session s = {0};
	int at = 1;
	for (; at < argc && argv[at][0] == '-'; at++) {
		s.flags |= argv[at][1] == 'w' ? OV_API_WIDE_NUMBERS : 0u;
		s.quiet = s.quiet || argv[at][1] == 'n';
	}
	if (argc - at < 2) {
		fprintf(stderr, "usage: api-verdict [-w] [-n] SET[,SET]... FILE...\n");
		return 3;
	}
	ov_sources_init(&s.sources, &s.arena);
	ov_diags_init(&s.diags, &s.sources);
	s.keys = ov_keys_new(1);
	s.regexes = ov_regex_cache_new(1);
	open_sets(&s, ov_str_c(argv[at]));
	for (int i = at + 1; i < argc; i++)
		judge_file(&s, argv[i]);
	if (s.quiet)
		printf("%zu accepted, %zu rejected, %.3f ms\n", s.accepted, s.rejected,
			(double)s.judged / 1e6);
	for (size_t i = 0; i < s.set_count; i++)
		ov_api_set_close(s.sets[i]);
	ov_regex_cache_free(s.regexes);
	ov_keys_free(s.keys);
	ov_diags_release(&s.diags);
	ov_arena_release(&s.arena);
	return s.set_count ? 0 : 4;
}

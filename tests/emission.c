/*
 * emission: texts that readers of YAML are known to take for something else, as the project
 * writes them.
 *
 * usage: emission write FOLDER   the texts, as values, keys, in lists and nested, in words.yaml
 *                                and more.yaml, each text a document in texts.yaml; the same in
 *                                words.json, more.json and texts.json, which is a list
 *        emission read FOLDER    whether the project's own readers give them back
 *        emission same A B       whether two files, JSON or YAML, hold the same documents
 * words.yaml has what is written in this file, more.yaml variations of it and random texts, the
 * same in every run. The exit status is 1 where something is not the same.
 */
#include <stdio.h>

#include "base/limits.h"
#include "foreign/os.h"
#include "foreign/reader.h"
#include "lang/json_out.h"
#include "lang/yaml_out.h"
#include "value/equal.h"

enum { RANDOM_TEXTS = 400, LONGEST_KEY = 1000, SHOWN = 5 };

static const struct ov_str words[] = {
	/* Booleans and nulls of any YAML, merge keys, the value key. */
	OV_STR_INIT("y"),
	OV_STR_INIT("n"),
	OV_STR_INIT("yes"),
	OV_STR_INIT("no"),
	OV_STR_INIT("on"),
	OV_STR_INIT("off"),
	OV_STR_INIT("true"),
	OV_STR_INIT("false"),
	OV_STR_INIT("null"),
	OV_STR_INIT("nil"),
	OV_STR_INIT("none"),
	OV_STR_INIT("~"),
	OV_STR_INIT("="),
	OV_STR_INIT("<<"),
	OV_STR_INIT("!!"),
	OV_STR_INIT(".inf"),
	OV_STR_INIT("-.inf"),
	OV_STR_INIT("+.inf"),
	OV_STR_INIT(".nan"),
	OV_STR_INIT("inf"),
	OV_STR_INIT("nan"),
	OV_STR_INIT("infinity"),
	OV_STR_INIT("-Inf"),
	/* Numbers. */
	OV_STR_INIT("0"),
	OV_STR_INIT("1"),
	OV_STR_INIT("-1"),
	OV_STR_INIT("+1"),
	OV_STR_INIT("007"),
	OV_STR_INIT("08"),
	OV_STR_INIT("0o17"),
	OV_STR_INIT("0x1f"),
	OV_STR_INIT("0b101"),
	OV_STR_INIT("-0x1F"),
	OV_STR_INIT("+0b11"),
	OV_STR_INIT("0x"),
	OV_STR_INIT("0o8"),
	OV_STR_INIT("0xg"),
	OV_STR_INIT("1_000"),
	OV_STR_INIT("_1"),
	OV_STR_INIT("1_"),
	OV_STR_INIT("0_"),
	OV_STR_INIT("0x_1"),
	OV_STR_INIT("1,000"),
	OV_STR_INIT("1."),
	OV_STR_INIT(".1"),
	OV_STR_INIT("."),
	OV_STR_INIT("-."),
	OV_STR_INIT("1.5"),
	OV_STR_INIT("1e3"),
	OV_STR_INIT("1e+3"),
	OV_STR_INIT("1.e3"),
	OV_STR_INIT(".5e-3"),
	OV_STR_INIT("1E400"),
	OV_STR_INIT("1e"),
	OV_STR_INIT("e1"),
	OV_STR_INIT("1.2.3"),
	OV_STR_INIT("1.2.3.4"),
	OV_STR_INIT("0x1p-2"),
	OV_STR_INIT("9223372036854775807"),
	OV_STR_INIT("9223372036854775808"),
	OV_STR_INIT("18446744073709551616"),
	OV_STR_INIT("-9223372036854775809"),
	OV_STR_INIT("123456789012345678901234567890"),
	OV_STR_INIT("1__2.3_4e5"),
	/* Sexagesimals and dates. */
	OV_STR_INIT("1:2"),
	OV_STR_INIT("190:20:30"),
	OV_STR_INIT("190:20:30.15"),
	OV_STR_INIT("-1:30"),
	OV_STR_INIT("1:60"),
	OV_STR_INIT("22:22"),
	OV_STR_INIT("1:"),
	OV_STR_INIT(":1"),
	OV_STR_INIT("52:54:00:12:34:56"),
	OV_STR_INIT("fe80::1"),
	OV_STR_INIT("::"),
	OV_STR_INIT("::1"),
	OV_STR_INIT("2001-12-14"),
	OV_STR_INIT("2001-1-1"),
	OV_STR_INIT("2001-12-14t21:59:43.10-05:00"),
	OV_STR_INIT("2001-12-14 21:59:43.10 -5"),
	OV_STR_INIT("2001-12-15 2:59:43.10"),
	OV_STR_INIT("2001-12-14T21:59:43Z"),
	OV_STR_INIT("2001-12"),
	OV_STR_INIT("2001-12-"),
	OV_STR_INIT("2001-99-99"),
	OV_STR_INIT("12:30:45"),
	OV_STR_INIT("20011214"),
	/* Indicators. */
	OV_STR_INIT(""),
	OV_STR_INIT("-"),
	OV_STR_INIT("- a"),
	OV_STR_INIT("--"),
	OV_STR_INIT("---"),
	OV_STR_INIT("--- a"),
	OV_STR_INIT("---a"),
	OV_STR_INIT("----"),
	OV_STR_INIT("..."),
	OV_STR_INIT("... a"),
	OV_STR_INIT("...a"),
	OV_STR_INIT("?"),
	OV_STR_INIT("? a"),
	OV_STR_INIT("?a"),
	OV_STR_INIT(":"),
	OV_STR_INIT(": a"),
	OV_STR_INIT(":a"),
	OV_STR_INIT("a:"),
	OV_STR_INIT("a: b"),
	OV_STR_INIT("a:b"),
	OV_STR_INIT("a ::b"),
	OV_STR_INIT("#"),
	OV_STR_INIT("# a"),
	OV_STR_INIT("a#b"),
	OV_STR_INIT("a #b"),
	OV_STR_INIT("a# b"),
	OV_STR_INIT("&a"),
	OV_STR_INIT("&a b"),
	OV_STR_INIT("*"),
	OV_STR_INIT("*a"),
	OV_STR_INIT("*.example.com"),
	OV_STR_INIT("!"),
	OV_STR_INIT("!a"),
	OV_STR_INIT("!!str a"),
	OV_STR_INIT("!<a> b"),
	OV_STR_INIT("|"),
	OV_STR_INIT("|-"),
	OV_STR_INIT("|\n a"),
	OV_STR_INIT(">"),
	OV_STR_INIT(">="),
	OV_STR_INIT("> 1"),
	OV_STR_INIT("'"),
	OV_STR_INIT("''"),
	OV_STR_INIT("'a'"),
	OV_STR_INIT("a'b"),
	OV_STR_INIT("\""),
	OV_STR_INIT("\"\""),
	OV_STR_INIT("\"a\""),
	OV_STR_INIT("a\"b"),
	OV_STR_INIT("%"),
	OV_STR_INIT("%YAML 1.1"),
	OV_STR_INIT("%TAG ! tag:a,b:"),
	OV_STR_INIT("@"),
	OV_STR_INIT("@a"),
	OV_STR_INIT("`"),
	OV_STR_INIT("`a`"),
	OV_STR_INIT("["),
	OV_STR_INIT("]"),
	OV_STR_INIT("[]"),
	OV_STR_INIT("[a]"),
	OV_STR_INIT("a[0]"),
	OV_STR_INIT("a]"),
	OV_STR_INIT("{"),
	OV_STR_INIT("}"),
	OV_STR_INIT("{}"),
	OV_STR_INIT("{a: b}"),
	OV_STR_INIT("{{ a }}"),
	OV_STR_INIT("${a}"),
	OV_STR_INIT(","),
	OV_STR_INIT("a,"),
	OV_STR_INIT(",a"),
	OV_STR_INIT("a, b"),
	OV_STR_INIT("\\"),
	OV_STR_INIT("\\n"),
	OV_STR_INIT("a\\"),
	OV_STR_INIT("\\x41\\u0041"),
	OV_STR_INIT("a\\\nb"),
	OV_STR_INIT("key: |\n  text\n"),
	OV_STR_INIT("a: 1\nb: [2, '3']\n"),
	OV_STR_INIT("--- a\n--- b\n...\n"),
	/* Blanks. */
	OV_STR_INIT(" "),
	OV_STR_INIT("  "),
	OV_STR_INIT("\t"),
	OV_STR_INIT(" \t "),
	OV_STR_INIT(" a"),
	OV_STR_INIT("a "),
	OV_STR_INIT("  a  b  "),
	OV_STR_INIT("\ta"),
	OV_STR_INIT("a\t"),
	OV_STR_INIT("a\tb"),
	OV_STR_INIT("a \t#b"),
	OV_STR_INIT("a:\tb"),
	OV_STR_INIT("-\ta"),
	OV_STR_INIT("a\t#b"),
	OV_STR_INIT("\t\t\t"),
	/* Line ends. */
	OV_STR_INIT("\n"),
	OV_STR_INIT("\n\n"),
	OV_STR_INIT("\n\n\n"),
	OV_STR_INIT("a\n"),
	OV_STR_INIT("a\n\n"),
	OV_STR_INIT("a\n\n\n\n"),
	OV_STR_INIT("\na"),
	OV_STR_INIT("\n\na\n"),
	OV_STR_INIT("a\nb"),
	OV_STR_INIT("a\n\nb"),
	OV_STR_INIT("a\n\n\nb\n\n"),
	OV_STR_INIT(" \n"),
	OV_STR_INIT("\n "),
	OV_STR_INIT(" \n "),
	OV_STR_INIT("\t\n"),
	OV_STR_INIT("\n\t"),
	OV_STR_INIT("a\n "),
	OV_STR_INIT("a\n  \n"),
	OV_STR_INIT("a\n\t\n"),
	OV_STR_INIT("a\n \n \nb"),
	OV_STR_INIT(" a\nb"),
	OV_STR_INIT("  a\n b\nc"),
	OV_STR_INIT("\n  a\nb"),
	OV_STR_INIT("\n\n   a\n"),
	OV_STR_INIT("   \n  a\n b\n"),
	OV_STR_INIT(" \n  \n   a"),
	OV_STR_INIT("\ta\nb\n"),
	OV_STR_INIT("\n\ta\nb\n"),
	OV_STR_INIT("a\n\tb\n"),
	OV_STR_INIT("a \nb \n"),
	OV_STR_INIT("a\n b\n  c\n d\ne\n"),
	OV_STR_INIT("a\n- b\n"),
	OV_STR_INIT("- a\n- b"),
	OV_STR_INIT("# a\nb\n"),
	OV_STR_INIT("a\n# b\n"),
	OV_STR_INIT("a\n---\nb\n"),
	OV_STR_INIT("---\na\n"),
	OV_STR_INIT("...\n"),
	OV_STR_INIT("a\n...\nb"),
	OV_STR_INIT("%YAML 1.1\n---\n"),
	OV_STR_INIT("a: b\n"),
	OV_STR_INIT("\r"),
	OV_STR_INIT("\r\n"),
	OV_STR_INIT("a\r\nb\r\n"),
	OV_STR_INIT("a\rb"),
	OV_STR_INIT("a\nb\r"),
	OV_STR_INIT("\n\r"),
	OV_STR_INIT("a\r"),
	OV_STR_INIT("#!/bin/sh\nset -e\nif true; then\n\techo \"a\" >'b'\nfi\n"),
	OV_STR_INIT("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
	/* Control characters, and the other line ends of YAML 1.1. */
	OV_STR_INIT("\0"),
	OV_STR_INIT("a\0b"),
	OV_STR_INIT("\x01\x02\x1f"),
	OV_STR_INIT("\a\b\v\f\033[0m"),
	OV_STR_INIT("\x7f"),
	OV_STR_INIT("\u00a0"),
	OV_STR_INIT("a\n\x01\n"),
	OV_STR_INIT("\xc2\x80\xc2\x9f"),
	OV_STR_INIT("\xc2\x85"),
	OV_STR_INIT("a\xc2\x85"
		    "b"),
	OV_STR_INIT("a\n\xc2\x85\nb\n"),
	OV_STR_INIT("\u2028"),
	OV_STR_INIT("a\u2028b\n"),
	OV_STR_INIT("\u2029"),
	OV_STR_INIT("a\u2029 b"),
	OV_STR_INIT("\ufeff"),
	OV_STR_INIT("\ufeffa: b"),
	OV_STR_INIT("a\ufeff"),
	OV_STR_INIT("a\n\ufeff\n"),
	/* Beyond ASCII. */
	OV_STR_INIT("é"),
	OV_STR_INIT("e\u0301"),
	OV_STR_INIT("ÿ"),
	OV_STR_INIT("日本語"),
	OV_STR_INIT("🎉"),
	OV_STR_INIT("👩\u200d👩\u200d👧"),
	OV_STR_INIT("🎉: 🎉 #🎉"),
	OV_STR_INIT("\u200b"),
	OV_STR_INIT("\u200e\u202e"),
	OV_STR_INIT("\u3000a\u3000"),
	OV_STR_INIT("\u2003"),
	OV_STR_INIT("\ud7ff\ue000"),
	OV_STR_INIT("\ufdd0\ufffd"),
	OV_STR_INIT("\xef\xbf\xbe"),
	OV_STR_INIT("\xef\xbf\xbf"),
	OV_STR_INIT("\U0001ffff\U0010ffff"),
	OV_STR_INIT("\U00010000"),
	OV_STR_INIT("١٢٣"),
	OV_STR_INIT("１２"),
	OV_STR_INIT("ÿes"),
	OV_STR_INIT("İ"),
	OV_STR_INIT("\u00ad"),
	OV_STR_INIT("🎉\n 🎉\n"),
};

static const char *const around[][2] = {{"", " "}, {" ", ""}, {"\t", ""}, {"", "\t"},
	{"", "\n"}, {"\n", ""}, {"", "\n\n"}, {"", ":"}, {"", ": b"}, {"", " #b"}, {"- ", ""},
	{"-", ""}, {"+", ""}, {"a\n", ""}, {"", "\nb"}, {"  ", "\nb\n"}, {"\"", "\""},
	{"'", "'"}, {"[", "]"}, {"!", ""}, {"", "\r\n"}, {"--- ", ""}, {"a ", ""}, {"", "_"},
	{"", ","}, {"<<: ", ""}};

struct texts {
	struct ov_str *items;
	size_t count, cap;
};

struct session {
	struct ov_arena arena;
	struct ov_sources sources;
	struct ov_diags diags;
	struct ov_keys *keys;
	struct ov_key_cache cache;
	const char *folder;
	uint64_t seed;
	struct texts words, more;
};

/* Numerical Recipes, 7.1: enough for texts. */
static size_t draw(struct session *s, size_t below)
{
	s->seed = s->seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(s->seed >> 33) % below;
}

static void add(struct session *s, struct texts *to, struct ov_str text)
{
	ov_vec_push(&s->arena, to, text);
}

static void add_cases(struct session *s, struct ov_str word)
{
	char *upper = ov_arena_alloc(&s->arena, word.len + 1, 1);
	char *first = ov_arena_alloc(&s->arena, word.len + 1, 1);
	for (size_t i = 0; i < word.len; i++) {
		char c = word.ptr[i];
		upper[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
		first[i] = i ? c : upper[i];
	}
	if (memcmp(upper, word.ptr, word.len) != 0) {
		add(s, &s->more, ov_str_n(upper, word.len));
		add(s, &s->more, ov_str_n(first, word.len));
	}
}

static void add_around(struct session *s, struct ov_str word, const char *const pair[2])
{
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_buf_puts(&buf, pair[0]);
	ov_buf_add(&buf, word);
	ov_buf_puts(&buf, pair[1]);
	add(s, &s->more, ov_str_dup(&s->arena, ov_buf_str(&buf)));
	ov_buf_release(&buf);
}

/* Texts of up to `most` characters out of an alphabet. */
static void add_random(struct session *s, const char *alphabet, size_t most)
{
	struct ov_buf buf;
	struct ov_str all = ov_str_c(alphabet);
	uint32_t letters[256];
	size_t count = 0;
	for (size_t i = 0; i < all.len;)
		letters[count++] = (uint32_t)ov_utf8_next(all, &i);
	ov_buf_init(&buf);
	for (size_t i = 0; i < RANDOM_TEXTS; i++) {
		ov_buf_clear(&buf);
		for (size_t n = draw(s, most) + 1; n; n--) {
			char bytes[4];
			size_t len = ov_utf8_put(bytes, letters[draw(s, count)]);
			ov_buf_add(&buf, ov_str_n(bytes, len));
		}
		add(s, &s->more, ov_str_dup(&s->arena, ov_buf_str(&buf)));
	}
	ov_buf_release(&buf);
}

static uint32_t any_character(struct session *s)
{
	static const uint32_t limits[] = {0x20, 0x80, 0x100, 0x800, 0x2100, 0x10000, 0x110000};
	uint32_t cp = (uint32_t)draw(s, limits[draw(s, OV_COUNT(limits))]);
	return cp >= 0xd800 && cp <= 0xdfff ? cp - 0xd800 + 0x2000 : cp;
}

static void add_characters(struct session *s)
{
	struct ov_buf buf;
	ov_buf_init(&buf);
	for (size_t i = 0; i < RANDOM_TEXTS; i++) {
		ov_buf_clear(&buf);
		for (size_t n = draw(s, 12) + 1; n; n--) {
			char bytes[4];
			ov_buf_add(&buf, ov_str_n(bytes, ov_utf8_put(bytes, any_character(s))));
		}
		add(s, &s->more, ov_str_dup(&s->arena, ov_buf_str(&buf)));
	}
	ov_buf_release(&buf);
}

/* Lines of any indentation, some of them blank, with any number of line ends behind them. */
static void add_lines(struct session *s)
{
	struct ov_buf buf;
	ov_buf_init(&buf);
	for (size_t i = 0; i < RANDOM_TEXTS; i++) {
		ov_buf_clear(&buf);
		for (size_t n = draw(s, 6) + 1; n; n--) {
			ov_buf_pad(&buf, ' ', draw(s, 3) ? draw(s, 5) : 0);
			ov_buf_pad(&buf, '\t', draw(s, 8) ? 0 : draw(s, 3));
			if (draw(s, 4))
				ov_buf_add(&buf, words[draw(s, OV_COUNT(words))]);
			ov_buf_pad(&buf, ' ', draw(s, 6) ? 0 : 2);
			ov_buf_putc(&buf, '\n');
		}
		if (draw(s, 2))
			buf.len--;
		ov_buf_pad(&buf, '\n', draw(s, 4) ? 0 : draw(s, 4));
		add(s, &s->more, ov_str_dup(&s->arena, ov_buf_str(&buf)));
	}
	ov_buf_release(&buf);
}

/* Texts around the lengths at which writers fold and readers give up a key. */
static void add_long(struct session *s)
{
	static const size_t lengths[] = {80, 128, 129, 500, 1000, 1500};
	static const char *const units[] = {"a", "word ", "word: ", "\"", "\\", "\n", "a\n",
		" a\n", "é", "🎉", "\x01", "\xc2\x85", "\t", "- "};
	struct ov_buf buf;
	ov_buf_init(&buf);
	for (size_t i = 0; i < OV_COUNT(lengths); i++) {
		for (size_t k = 0; k < OV_COUNT(units); k++) {
			ov_buf_clear(&buf);
			while (buf.len + strlen(units[k]) <= lengths[i])
				ov_buf_puts(&buf, units[k]);
			add(s, &s->more, ov_str_dup(&s->arena, ov_buf_str(&buf)));
		}
	}
	ov_buf_release(&buf);
}

static void make_texts(struct session *s)
{
	s->seed = 20260101;
	for (size_t i = 0; i < OV_COUNT(words); i++)
		add(s, &s->words, words[i]);
	for (size_t i = 0; i < OV_COUNT(words); i++) {
		add_cases(s, words[i]);
		/* A few of the surroundings for each, all of them for all together. */
		for (size_t k = 0; k < 8; k++)
			add_around(s, words[i], around[(i * 8 + k) % OV_COUNT(around)]);
	}
	add_random(s, "0123456789+-._:eExXoObaf, TZ", 10);
	add_random(s, " \t\n:#-?,[]{}&*!|>'\"%@`~=<.\\a1", 10);
	add_random(s, " \n\t-a", 12);
	add_random(s, "yYeEsSnNoOtTrRuUfFaAlL~.", 5);
	add_random(s, "a \n\r\xc2\x85\u2028\u2029\ufeff\u00a0🎉\x01\x7f", 8);
	add_characters(s);
	add_lines(s);
	add_long(s);
}

static struct ov_value one(struct session *s, struct ov_str key, struct ov_value v)
{
	return ov_with(
		&s->arena, (struct ov_value){.kind = OV_KIND_MAP}, ov_key(s->keys, key), v);
}

static struct ov_value pair(struct session *s, struct ov_value a, struct ov_value b)
{
	struct ov_value *items = ov_new_array(&s->arena, struct ov_value, 2);
	items[0] = a;
	items[1] = b;
	return ov_value_list(items, 2);
}

/* The text wherever one can stand, before others and as the last. */
static struct ov_value everywhere(struct session *s, struct ov_str text)
{
	struct ov_value v = ov_value_string(text);
	struct ov_map_builder b;
	struct ov_str key = ov_str_sub(text, 0, LONGEST_KEY);
	while (!ov_utf8_valid(key, NULL))
		key.len--;
	struct ov_value map = one(s, key, v);
	ov_map_begin(&b, &s->arena, 4);
	ov_map_set(&b, ov_key(s->keys, OV_STR("value")), v);
	ov_map_set(&b, ov_key(s->keys, OV_STR("list")), pair(s, pair(s, v, v), v));
	ov_map_set(&b, ov_key(s->keys, OV_STR("map")), one(s, key, pair(s, map, v)));
	ov_map_set(&b, ov_key(s->keys, OV_STR("last")), one(s, OV_STR("a"), map));
	return ov_map_end(&b);
}

static struct ov_value all_of(struct session *s, const struct texts *texts)
{
	struct ov_value *items = ov_new_array(&s->arena, struct ov_value, texts->count);
	for (size_t i = 0; i < texts->count; i++)
		items[i] = everywhere(s, texts->items[i]);
	return ov_value_list(items, texts->count);
}

static bool write_file(struct session *s, const char *name, struct ov_buf *buf)
{
	struct ov_str path = ov_str_fmt(&s->arena, "%s/%s", s->folder, name);
	FILE *file = fopen(ov_str_cstr(&s->arena, path), "wb");
	bool ok = file && fwrite(buf->ptr, 1, buf->len, file) == buf->len;
	if (file && fclose(file) != 0)
		ok = false;
	if (!ok)
		fprintf(stderr, "emission: %.*s cannot be written\n", OV_STR_ARG(path));
	ov_buf_clear(buf);
	return ok;
}

static bool write_all(struct session *s)
{
	struct ov_buf buf;
	struct ov_value *items =
		ov_new_array(&s->arena, struct ov_value, s->words.count + s->more.count);
	size_t count = 0;
	bool ok = true;
	ov_buf_init(&buf);
	for (size_t k = 0; k < 2; k++) {
		const struct texts *texts = k ? &s->more : &s->words;
		struct ov_value v = all_of(s, texts);
		ov_yaml_write(&buf, v);
		ok = write_file(s, k ? "more.yaml" : "words.yaml", &buf) && ok;
		ov_json_write(&buf, v, 0);
		ok = write_file(s, k ? "more.json" : "words.json", &buf) && ok;
		for (size_t i = 0; i < texts->count; i++)
			items[count++] = ov_value_string(texts->items[i]);
	}
	for (size_t i = 0; i < count; i++) {
		ov_buf_puts(&buf, "---\n");
		ov_yaml_write(&buf, items[i]);
	}
	ok = write_file(s, "texts.yaml", &buf) && ok;
	ov_json_write(&buf, ov_value_list(items, count), 0);
	ok = write_file(s, "texts.json", &buf) && ok;
	ov_buf_release(&buf);
	if (ok)
		printf("%zu texts\n", count);
	return ok;
}

static bool read_file(struct session *s, struct ov_str path, struct ov_docs *docs)
{
	struct ov_str text;
	if (!ov_os_read_file(&s->arena, path, OV_LIMIT_IMPORT, &text, &s->diags))
		return false;
	struct ov_source *source = ov_sources_add(&s->sources, path, text, false);
	struct ov_reader reader = {&s->arena, s->keys, &s->cache, &s->diags, source};
	return source && ov_source_read(&reader, docs);
}

static bool compare(struct session *s, struct ov_str a, struct ov_str b)
{
	struct ov_docs left = {0}, right = {0};
	size_t bad = 0;
	if (!read_file(s, a, &left) || !read_file(s, b, &right)) {
		for (size_t i = 0; i < s->diags.list.count && i < SHOWN; i++)
			fprintf(stderr, "emission: %.*s\n",
				OV_STR_ARG(s->diags.list.items[i]->message));
		return false;
	}
	/* Many documents are compared with one list of as many. */
	struct ov_value x = ov_value_list(left.items, left.count);
	struct ov_value y = ov_value_list(right.items, right.count);
	if (left.count == 1 && left.items[0].kind == OV_KIND_LIST)
		x = left.items[0];
	if (right.count == 1 && right.items[0].kind == OV_KIND_LIST)
		y = right.items[0];
	for (size_t i = 0; i < ov_count(x) && i < ov_count(y); i++) {
		if (ov_equal(x.items[i], y.items[i], OV_IDENTICAL) || bad++ >= SHOWN)
			continue;
		struct ov_buf buf;
		ov_buf_init(&buf);
		ov_json_write(&buf, x.items[i], 0);
		ov_buf_puts(&buf, "\n  became ");
		ov_json_write(&buf, y.items[i], 0);
		fprintf(stderr, "%zu: %.*s\n", i, OV_STR_ARG(ov_buf_str(&buf)));
		ov_buf_release(&buf);
	}
	if (ov_count(x) != ov_count(y))
		fprintf(stderr, "%zu texts became %zu\n", ov_count(x), ov_count(y));
	return !bad && ov_count(x) == ov_count(y);
}

static bool read_all(struct session *s)
{
	static const char *const names[] = {"words", "more", "texts"};
	bool ok = true;
	for (size_t i = 0; i < OV_COUNT(names); i++) {
		struct ov_str json = ov_str_fmt(&s->arena, "%s/%s.json", s->folder, names[i]);
		struct ov_str yaml = ov_str_fmt(&s->arena, "%s/%s.yaml", s->folder, names[i]);
		ok = compare(s, json, yaml) && ok;
	}
	return ok;
}

int main(int argc, char **argv)
{
	struct session s = {.folder = argc > 2 ? argv[2] : NULL};
	bool ok = false;
	const char *what = argc > 1 ? argv[1] : "";
	ov_sources_init(&s.sources, &s.arena);
	ov_diags_init(&s.diags, &s.sources);
	s.keys = ov_keys_new(1);
	if (argc == 3 && strcmp(what, "write") == 0) {
		make_texts(&s);
		ok = write_all(&s);
	} else if (argc == 3 && strcmp(what, "read") == 0) {
		ok = read_all(&s);
	} else if (argc == 4 && strcmp(what, "same") == 0) {
		ok = compare(&s, ov_str_c(argv[2]), ov_str_c(argv[3]));
	} else {
		fprintf(stderr, "usage: emission write FOLDER | read FOLDER | same A B\n");
	}
	ov_keys_free(s.keys);
	ov_diags_release(&s.diags);
	ov_arena_release(&s.arena);
	return ok ? 0 : 1;
}

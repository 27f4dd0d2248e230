/* test_pack: packs, as Git itself sees them. */
#include "close/pack.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

extern const struct CMUnitTest ov_test_pack[];
extern const size_t ov_test_pack_count;

static void test_entry(void **state)
{
	(void)state;
	static const struct {
		size_t size;
		unsigned char header[3];
		size_t length;
	} cases[] = {
		{0, {0x30}, 1},
		{15, {0x3f}, 1},
		{16, {0xb0, 0x01}, 2},
		{2047, {0xbf, 0x7f}, 2},
		{2048, {0xb0, 0x80, 0x01}, 3},
	};
	struct ov_arena arena = {0};
	struct ov_deflate *deflate = ov_deflate_new();
	for (size_t i = 0; i < OV_COUNT(cases); i++) {
		struct ov_buf bytes, back;
		ov_buf_init(&bytes);
		ov_buf_init(&back);
		ov_buf_pad(&bytes, 'x', cases[i].size);
		struct ov_pack_object object =
			ov_pack_object_make(&arena, deflate, OV_GIT_BLOB, ov_buf_str(&bytes));
		assert_memory_equal(object.entry.ptr, cases[i].header, cases[i].length);
		assert_true(ov_inflate_add(
			ov_str_sub(object.entry, cases[i].length, object.entry.len),
			cases[i].size, &back));
		assert_true(ov_str_eq(ov_buf_str(&back), ov_buf_str(&bytes)));
		assert_int_equal(object.crc, ov_crc32(0, object.entry));
		ov_buf_release(&bytes);
		ov_buf_release(&back);
	}
	ov_deflate_free(deflate);
	ov_arena_release(&arena);
}

static void test_ids(void **state)
{
	(void)state;
	static const struct {
		enum ov_git_type type;
		struct ov_str bytes;
		const char *hex;
	} cases[] = {
		{OV_GIT_BLOB, OV_STR_INIT(""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"},
		{OV_GIT_BLOB, OV_STR_INIT("hello\n"),
			"ce013625030ba8dba906f756967f9e9ca394464a"},
		{OV_GIT_TREE, OV_STR_INIT(""), "4b825dc642cb6eb9a060e54bf8d69288fbee4904"},
	};
	for (size_t i = 0; i < OV_COUNT(cases); i++) {
		char hex[41];
		struct ov_id id = ov_git_id(cases[i].type, cases[i].bytes);
		ov_id_hex(&id, hex);
		assert_string_equal(hex, cases[i].hex);
	}
}

static void test_write(void **state)
{
	(void)state;
	enum { COUNT = 700 };
	struct scratch s;
	scratch_init(&s);
	assert_int_equal(scratch_run(&s, "git init -q --bare repo"), 0);
	struct ov_deflate *deflate = ov_deflate_new();
	struct ov_pack_object objects[COUNT];
	for (size_t i = 0; i < COUNT; i++)
		/* Every seventh comes twice. */
		objects[i] = ov_pack_object_make(&s.arena, deflate, OV_GIT_BLOB,
			ov_str_fmt(&s.arena, "%*zu", (int)(i % 300) * 10, i - (i % 7 == 1)));
	ov_deflate_free(deflate);
	assert_int_equal(scratch_run(&s, "touch repo/objects/pack/tmp_ovec_pack_old "
					 "repo/objects/pack/other"),
		0);
	uint64_t written = 0;
	assert_true(ov_pack_write(
		scratch_path(&s, "repo/objects"), objects, COUNT, true, &written, &s.diags));
	assert_true(written > 0);
	assert_int_equal(scratch_run(&s, "cd repo && rm objects/pack/other && "
					 "test ! -e objects/pack/tmp_ovec_pack_old && "
					 "git fsck --strict && "
					 "git verify-pack objects/pack/*.idx"),
		0);
	assert_true(ov_str_is(scratch_out(&s, "cd repo && git count-objects -v | "
					      "grep -E '^(in-pack|packs|garbage):' | "
					      "tr '\\n' ' '"),
		"in-pack: 700 packs: 1 garbage: 0"));
	char hex[41];
	ov_id_hex(&objects[699].id, hex);
	assert_true(ov_str_is(
		ov_str_trim(scratch_out(&s, "cd repo && git cat-file blob %s", hex)), "699"));
	assert_int_equal(s.diags.list.count, 0);
	scratch_release(&s);
}

static void test_write_twice(void **state)
{
	(void)state;
	struct scratch s;
	scratch_init(&s);
	assert_int_equal(scratch_run(&s, "git init -q --bare repo"), 0);
	struct ov_deflate *deflate = ov_deflate_new();
	struct ov_pack_object object[2];
	object[0] = object[1] =
		ov_pack_object_make(&s.arena, deflate, OV_GIT_BLOB, OV_STR("hello\n"));
	ov_deflate_free(deflate);
	struct ov_str folder = scratch_path(&s, "repo/objects");
	assert_true(ov_pack_write(folder, object, 2, false, NULL, &s.diags));
	assert_true(ov_pack_write(folder, object, 2, false, NULL, &s.diags));
	assert_true(ov_pack_write(folder, object, 0, false, NULL, &s.diags));
	assert_true(ov_str_is(scratch_out(&s, "cd repo && git fsck --strict >&2 && "
					      "git count-objects -v | grep in-pack"),
		"in-pack: 1"));
	scratch_release(&s);
}

static void test_write_fails(void **state)
{
	(void)state;
	struct scratch s;
	scratch_init(&s);
	struct ov_deflate *deflate = ov_deflate_new();
	struct ov_pack_object object =
		ov_pack_object_make(&s.arena, deflate, OV_GIT_BLOB, OV_STR("x"));
	ov_deflate_free(deflate);
	assert_false(ov_pack_write(
		scratch_path(&s, "missing/objects"), &object, 1, false, NULL, &s.diags));
	assert_true(scratch_found(&s, OV_DIAG_WRITE_FAILED));
	scratch_release(&s);
}

const struct CMUnitTest ov_test_pack[] = {
	cmocka_unit_test(test_entry),
	cmocka_unit_test(test_ids),
	cmocka_unit_test(test_write),
	cmocka_unit_test(test_write_twice),
	cmocka_unit_test(test_write_fails),
};
const size_t ov_test_pack_count = OV_COUNT(ov_test_pack);

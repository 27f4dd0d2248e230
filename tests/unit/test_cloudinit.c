/* Tests of lang/cloudinit.h, with user data read from YAML. */
#include "lang/cloudinit.h"

#include "foreign/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct row {
	const char *yaml;
	const char *found; /**< "path: what" of each finding, one a line */
};

#define LITERAL ": is a literal secret\n"
#define COMMAND ": is a command with a literal secret\n"
#define HASH    "$6$saltsalt$Abcdefgh12Abcdefgh12Abcdefgh12Abcdefgh12"

static const struct row rows[] = {
	{"{}", ""},
	{"[]", ""},
	{"text", ""},
	{"password: hunter2", "password" LITERAL},
	{"password: 1234", "password" LITERAL},
	{"password: changeme", "password" LITERAL},
	{"password: ${vm.password}", ""},
	{"password:", ""},
	{"ssh_pwauth: true", ""},
	{"users:\n- name: a\n  lock_passwd: true\n  passwd: '*'", ""},
	{"users:\n- default\n- name: a\n  passwd: " HASH,
		"users[1].passwd: contains a password hash\n"},
	{"users:\n- name: a\n  hashed_passwd: abc", "users[0].hashed_passwd" LITERAL},
	{"users:\n- name: a\n  plain_text_passwd: abc", "users[0].plain_text_passwd" LITERAL},
	{"chpasswd:\n  list: |\n    root:hunter2\n    a:R\n",
		"chpasswd.list: contains a literal password\n"},
	{"chpasswd:\n  list: [\"a:RANDOM\", \"b:hunter2\"]",
		"chpasswd.list[1]: contains a literal password\n"},
	{"chpasswd:\n  list: |\n    root:RANDOM\n    a:${x}\n  expire: false", ""},
	{"chpasswd:\n  users:\n  - {name: a, password: abc, type: text}\n  - {name: b, type: "
	 "RANDOM}",
		"chpasswd.users[0].password" LITERAL},
	{"write_files:\n- path: /a\n  content: |\n    -----BEGIN PRIVATE "
	 "KEY-----\n    x\n",
		"write_files[0].content: contains a private key\n"},
	{"write_files:\n- path: /a\n  encoding: b64\n"
	 "  content: LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCg==\n",
		"write_files[0].content: contains a private key\n"},
	{"write_files:\n- path: /a\n  content: LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCg==\n", ""},
	{"ssh_keys:\n  rsa_private: abc\n  rsa_public: def", "ssh_keys.rsa_private" LITERAL},
	{"rh_subscription:\n  username: a\n  password: b\n  activation-key: c\n  org: 1",
		"rh_subscription.password" LITERAL "rh_subscription.activation-key" LITERAL},
	{"runcmd:\n- echo hunter2 | passwd --stdin root", "runcmd[0]" COMMAND},
	{"runcmd:\n- chpasswd <<< 'root:hunter2'", "runcmd[0]" COMMAND},
	{"runcmd:\n- echo \"root:$PW\" | chpasswd", ""},
	{"runcmd:\n- cat /run/pw | chpasswd", ""},
	{"bootcmd:\n- [sh, -c, \"echo a:b | chpasswd\"]", "bootcmd[0]" COMMAND},
	{"runcmd:\n- [subscription-manager, register, --activationkey=abc]",
		"runcmd[0]" COMMAND},
	{"runcmd:\n- kubeadm join --token abcdef.0123456789abcdef", "runcmd[0]" COMMAND},
	{"runcmd:\n- kubeadm join --token $TOKEN\n- x --token-file /a\n- x --token /run/a", ""},
	{"runcmd:\n- export DB_PASSWORD=abc\n- A=b c", "runcmd[0]" COMMAND},
	{"runcmd:\n- curl https://u:p"
	 "w@example.com/",
		"runcmd[0]: contains a URL with a password\n"},
	{"runcmds: []", "runcmds: is no key of cloud-init; \"runcmd\" is, if that was meant\n"},
	{"write_file: []",
		"write_file: is no key of cloud-init; \"write_files\" is, if that was meant\n"},
	{"something_of_mine: 1", ""},
	{"x-a: {b: [{apiKey: c}]}", "x-a.b[0].apiKey" LITERAL},
};

static void report(
	void *ctx, struct ov_value where, struct ov_str path, const char *what, bool secret)
{
	struct ov_buf *text = ctx;
	assert_true(ov_is_some(where));
	assert_int_equal(secret, strncmp(what, "is no key", 9) != 0);
	ov_buf_addf(text, "%.*s: %s\n", OV_STR_ARG(path), what);
}

static void test_check(void **state)
{
	(void)state;
	for (size_t i = 0; i < OV_COUNT(rows); i++) {
		struct ov_arena arena;
		struct ov_key_cache cache = {{{NULL}}};
		struct ov_keys *keys = ov_keys_new(1);
		struct ov_sources sources;
		struct ov_diags diags;
		struct ov_docs docs = {0};
		struct ov_buf text;

		ov_arena_init(&arena);
		ov_sources_init(&sources, &arena);
		ov_diags_init(&diags, &sources);
		ov_buf_init(&text);
		struct ov_reader reader = {&arena, keys, &cache, &diags,
			ov_sources_add(
				&sources, OV_STR("a.yaml"), ov_str_c(rows[i].yaml), false)};
		assert_true(ov_yaml_read(&reader, &docs));
		assert_int_equal(docs.count, 1);
		ov_cloudinit_check(docs.items[0], report, &text);
		if (!ov_str_is(ov_buf_str(&text), rows[i].found))
			fail_msg("row %zu: %.*s", i, OV_STR_ARG(ov_buf_str(&text)));
		ov_buf_release(&text);
		ov_diags_release(&diags);
		ov_keys_free(keys);
		ov_arena_release(&arena);
	}
}

static void test_is_config(void **state)
{
	(void)state;
	assert_true(ov_cloudinit_is_config(OV_STR("#cloud-config")));
	assert_true(ov_cloudinit_is_config(OV_STR("#cloud-config\nusers: []")));
	assert_true(ov_cloudinit_is_config(OV_STR("\n#Cloud-Config \r\n")));
	assert_false(ov_cloudinit_is_config(OV_STR("")));
	assert_false(ov_cloudinit_is_config(OV_STR("#cloud-confi")));
	assert_false(ov_cloudinit_is_config(OV_STR("#cloud-config-archive\n")));
	assert_false(ov_cloudinit_is_config(OV_STR("#!/bin/sh\n#cloud-config")));
}

const struct CMUnitTest ov_test_cloudinit[] = {
	cmocka_unit_test(test_check),
	cmocka_unit_test(test_is_config),
};
const size_t ov_test_cloudinit_count = OV_COUNT(ov_test_cloudinit);

/* cloudinit: user data of virtual machines, checked for secrets. Layer: lang. */
#include "lang/cloudinit.h"

#include "base/diag.h"
#include "base/limits.h"
#include "lang/ascii.h"
#include "lang/base64.h"
#include "lang/secret.h"

/** Keys that cloud-init's modules and its own configuration know at the top. */
static const struct ov_str top_keys[] = {OV_STR_INIT("allow_public_ssh_keys"),
	OV_STR_INIT("ansible"), OV_STR_INIT("apk_repos"), OV_STR_INIT("apt"),
	OV_STR_INIT("apt_pipelining"), OV_STR_INIT("apt_reboot_if_required"),
	OV_STR_INIT("apt_update"), OV_STR_INIT("apt_upgrade"), OV_STR_INIT("authkey_hash"),
	OV_STR_INIT("autoinstall"), OV_STR_INIT("bootcmd"), OV_STR_INIT("byobu_by_default"),
	OV_STR_INIT("ca-certs"), OV_STR_INIT("ca_certs"), OV_STR_INIT("chef"),
	OV_STR_INIT("chpasswd"), OV_STR_INIT("cloud_config_modules"),
	OV_STR_INIT("cloud_final_modules"), OV_STR_INIT("cloud_init_modules"),
	OV_STR_INIT("create_hostname_file"), OV_STR_INIT("datasource"),
	OV_STR_INIT("datasource_list"), OV_STR_INIT("def_log_file"),
	OV_STR_INIT("device_aliases"), OV_STR_INIT("disable_ec2_metadata"),
	OV_STR_INIT("disable_root"), OV_STR_INIT("disable_root_opts"),
	OV_STR_INIT("disk_setup"), OV_STR_INIT("drivers"), OV_STR_INIT("fan"),
	OV_STR_INIT("final_message"), OV_STR_INIT("fqdn"), OV_STR_INIT("fs_setup"),
	OV_STR_INIT("groups"), OV_STR_INIT("growpart"), OV_STR_INIT("grub-dpkg"),
	OV_STR_INIT("grub_dpkg"), OV_STR_INIT("hostname"), OV_STR_INIT("keyboard"),
	OV_STR_INIT("landscape"), OV_STR_INIT("launch-index"), OV_STR_INIT("locale"),
	OV_STR_INIT("locale_configfile"), OV_STR_INIT("log_cfgs"), OV_STR_INIT("lxd"),
	OV_STR_INIT("manage_etc_hosts"), OV_STR_INIT("manage_resolv_conf"),
	OV_STR_INIT("mcollective"), OV_STR_INIT("merge_how"), OV_STR_INIT("merge_type"),
	OV_STR_INIT("migrate"), OV_STR_INIT("mount_default_fields"), OV_STR_INIT("mounts"),
	OV_STR_INIT("network"), OV_STR_INIT("no_ssh_fingerprints"), OV_STR_INIT("ntp"),
	OV_STR_INIT("output"), OV_STR_INIT("package_reboot_if_required"),
	OV_STR_INIT("package_update"), OV_STR_INIT("package_upgrade"), OV_STR_INIT("packages"),
	OV_STR_INIT("password"), OV_STR_INIT("phone_home"), OV_STR_INIT("power_state"),
	OV_STR_INIT("prefer_fqdn_over_hostname"), OV_STR_INIT("preserve_hostname"),
	OV_STR_INIT("puppet"), OV_STR_INIT("random_seed"), OV_STR_INIT("reporting"),
	OV_STR_INIT("resize_rootfs"), OV_STR_INIT("resolv_conf"),
	OV_STR_INIT("rh_subscription"), OV_STR_INIT("rpi"), OV_STR_INIT("rsyslog"),
	OV_STR_INIT("runcmd"), OV_STR_INIT("salt_minion"), OV_STR_INIT("snap"),
	OV_STR_INIT("spacewalk"), OV_STR_INIT("ssh"), OV_STR_INIT("ssh_authorized_keys"),
	OV_STR_INIT("ssh_deletekeys"), OV_STR_INIT("ssh_fp_console_blacklist"),
	OV_STR_INIT("ssh_genkeytypes"), OV_STR_INIT("ssh_import_id"),
	OV_STR_INIT("ssh_key_console_blacklist"), OV_STR_INIT("ssh_keys"),
	OV_STR_INIT("ssh_publish_hostkeys"), OV_STR_INIT("ssh_pwauth"),
	OV_STR_INIT("ssh_quiet_keygen"), OV_STR_INIT("swap"), OV_STR_INIT("syslog_fix_perms"),
	OV_STR_INIT("system_info"), OV_STR_INIT("timezone"), OV_STR_INIT("ubuntu_advantage"),
	OV_STR_INIT("ubuntu_pro"), OV_STR_INIT("unverified_modules"), OV_STR_INIT("updates"),
	OV_STR_INIT("user"), OV_STR_INIT("users"), OV_STR_INIT("vendor_data"),
	OV_STR_INIT("vendor_data2"), OV_STR_INIT("version"), OV_STR_INIT("wireguard"),
	OV_STR_INIT("write_files"), OV_STR_INIT("yum_repo_dir"), OV_STR_INIT("yum_repos"),
	OV_STR_INIT("zypper")};

struct check {
	ov_cloudinit_report *report;
	void *ctx;
	struct ov_buf path;
	struct ov_buf what;
};

static void found(struct check *c, struct ov_value where, const char *what)
{
	c->report(c->ctx, where, ov_buf_str(&c->path), what, true);
}

static void found_text(struct check *c, struct ov_value where, const char *what)
{
	ov_buf_clear(&c->what);
	ov_buf_puts(&c->what, "contains ");
	ov_buf_puts(&c->what, what);
	ov_buf_putc(&c->what, '\0');
	found(c, where, c->what.ptr);
}

static size_t push_key(struct check *c, struct ov_str key)
{
	size_t before = c->path.len;
	if (before)
		ov_buf_putc(&c->path, '.');
	ov_buf_add(&c->path, key);
	return before;
}

static size_t push_index(struct check *c, size_t i)
{
	size_t before = c->path.len;
	ov_buf_addf(&c->path, "[%zu]", i);
	return before;
}

/** Whether it is a text or number that stands for itself. */
static bool is_literal(struct ov_value v)
{
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_STRING: return !ov_secret_is_reference(ov_string(v));
	case OV_KIND_INT:
	case OV_KIND_UINT:
	case OV_KIND_DOUBLE: return true;
	case OV_KIND_NONE:
	case OV_KIND_NULL:
	case OV_KIND_BOOL:
	case OV_KIND_LIST:
	case OV_KIND_MAP:
	case OV_KIND_BYTES:
	case OV_KIND_DICT:
	case OV_KIND_DURATION:
	case OV_KIND_TIMESTAMP:
	case OV_KIND_TYPE:
	case OV_KIND_OPTIONAL:
	case OV_KIND_OPAQUE:
	case OV_KIND_ERROR: break;
	}
	return false;
}

/** Whether a line of chpasswd, user:password, holds a password rather than an order to make
 * one. */
static bool has_password(struct ov_str line)
{
	size_t colon = ov_str_chr(line, ':');
	if (colon == SIZE_MAX)
		return false;
	struct ov_str password = ov_str_trim(ov_str_sub(line, colon + 1, line.len));
	return !ov_str_is(password, "R") && !ov_str_is(password, "RANDOM") &&
	       !ov_secret_is_reference(password);
}

static void check_password_list(struct check *c, struct ov_value v)
{
	struct ov_str text = ov_string(v);
	for (size_t at = 0; at <= text.len;)
		if (has_password(ov_part(text, &at, '\n'))) {
			found(c, v, "contains a literal password");
			return;
		}
}

static struct ov_str unquote(struct ov_str s)
{
	while (s.len > 0 && ov_is_one_of(s.ptr[0], "\"'"))
		s = ov_str_sub(s, 1, s.len);
	while (s.len > 0 && ov_is_one_of(s.ptr[s.len - 1], "\"';"))
		s.len--;
	return s;
}

/** Whether a word of a command gives a value itself and not by a variable, file or option. */
static bool is_given(struct ov_str word)
{
	word = unquote(word);
	return word.len > 0 && !ov_is_one_of(word.ptr[0], "$-/<|>&`@");
}

static struct ov_str next_word(struct ov_str s, size_t *at)
{
	while (*at < s.len && ov_is_one_of(s.ptr[*at], " \t\r\n"))
		++*at;
	size_t from = *at;
	while (*at < s.len && !ov_is_one_of(s.ptr[*at], " \t\r\n"))
		++*at;
	return ov_str_sub(s, from, *at);
}

/** Whether some word is --password=x, --password x, or PASSWORD=x, by a suspicious name. */
static bool gives_secret(struct ov_str command)
{
	bool wanted = false;
	for (size_t at = 0;;) {
		struct ov_str word = next_word(command, &at);
		if (word.len == 0)
			return false;
		if (wanted && is_given(word))
			return true;
		wanted = false;
		bool option = ov_str_starts(word, OV_STR("--"));
		size_t equals = ov_str_chr(word, '=');
		struct ov_str name = unquote(ov_str_sub(word, option ? 2 : 0, equals));
		if (option ? !ov_secret_key_suspicious(name) &&
					!ov_str_is(name, "activationkey")
			   : equals == SIZE_MAX || !ov_secret_key_suspicious(name))
			continue;
		if (equals == SIZE_MAX)
			wanted = true;
		else if (is_given(ov_str_sub(word, equals + 1, word.len)))
			return true;
	}
}

static bool has(struct ov_str s, const char *part)
{
	return ov_str_find(s, ov_str_c(part), 0) != SIZE_MAX;
}

/** Whether the text takes something from the shell's variables or another command. */
static bool has_variable(struct ov_str s)
{
	for (size_t i = 0; i + 1 < s.len; i++)
		if (s.ptr[i] == '`' ||
			(s.ptr[i] == '$' && (ov_is_alpha(s.ptr[i + 1]) ||
						    ov_is_one_of(s.ptr[i + 1], "{(_"))))
			return true;
	return false;
}

static bool pipes_password(struct ov_str command)
{
	if (!has(command, "chpasswd") && !(has(command, "passwd") && has(command, "--stdin")))
		return false;
	return (has(command, "echo ") || has(command, "printf ") || has(command, "<<")) &&
	       !has_variable(command);
}

static void check_command(struct check *c, struct ov_value where, struct ov_str command)
{
	const char *what = ov_secret_text(command);
	if (what)
		found_text(c, where, what);
	else if (pipes_password(command) || gives_secret(command))
		found(c, where, "is a command with a literal secret");
}

static void check_commands(struct check *c, struct ov_value list)
{
	for (size_t i = 0; i < ov_count(list); i++) {
		struct ov_value item = ov_at(list, i);
		size_t before = push_index(c, i);
		struct ov_buf joined;
		ov_buf_init(&joined);
		for (size_t j = 0; ov_is_list(item) && j < ov_count(item); j++) {
			ov_buf_add(&joined, ov_string(ov_at(item, j)));
			ov_buf_putc(&joined, ' ');
		}
		check_command(
			c, item, ov_is_string(item) ? ov_string(item) : ov_buf_str(&joined));
		ov_buf_release(&joined);
		c->path.len = before;
	}
}

/** What a text in base64 looks like once it is decoded. */
static const char *encoded_secret(struct ov_str s)
{
	struct ov_buf text;
	unsigned bits = 0, count = 0;
	ov_buf_init(&text);
	for (size_t i = 0; i < s.len; i++) {
		int value = ov_base64_value(s.ptr[i]);
		if (value < 0)
			continue;
		bits = (bits << 6 | (unsigned)value) & 0xffff;
		count += 6;
		if (count >= 8) {
			count -= 8;
			ov_buf_putc(&text, (char)(bits >> count & 0xff));
		}
	}
	const char *what = ov_secret_text(ov_buf_str(&text));
	ov_buf_release(&text);
	return what;
}

static void check_file(struct check *c, struct ov_value file)
{
	struct ov_value content = ov_get(file, "content");
	struct ov_str encoding = ov_string(ov_get(file, "encoding"));
	const char *what = NULL;
	if (ov_is_word(encoding, "b64") || ov_is_word(encoding, "base64"))
		what = encoded_secret(ov_string(content));
	if (what) {
		size_t before = push_key(c, OV_STR("content"));
		found_text(c, content, what);
		c->path.len = before;
	}
}

/** Names under which cloud-init takes a secret and that are not suspicious by themselves. */
static bool is_secret_key(struct ov_str key)
{
	return ov_secret_key_suspicious(key) || ov_str_is(key, "rsa_private") ||
	       ov_str_is(key, "dsa_private") || ov_str_is(key, "ecdsa_private") ||
	       ov_str_is(key, "ed25519_private") || ov_str_is(key, "validation_cert");
}

static void check_tree(struct check *c, struct ov_value v, size_t depth);

static void check_entry(struct check *c, const struct ov_entry *e, size_t depth)
{
	struct ov_str key = e->key->str;
	size_t before = push_key(c, key);
	const char *what = ov_is_string(e->value) ? ov_secret_text(ov_string(e->value)) : NULL;
	if (what)
		found_text(c, e->value, what);
	else if (is_secret_key(key) && is_literal(e->value))
		found(c, e->value, "is a literal secret");
	else
		check_tree(c, e->value, depth);
	c->path.len = before;
}

static void check_tree(struct check *c, struct ov_value v, size_t depth)
{
	if (depth >= OV_LIMIT_DEPTH)
		return;
	if (ov_is_string(v)) {
		const char *what = ov_secret_text(ov_string(v));
		if (what)
			found_text(c, v, what);
	}
	for (size_t i = 0; ov_is_list(v) && i < ov_count(v); i++) {
		size_t before = push_index(c, i);
		check_tree(c, ov_at(v, i), depth + 1);
		c->path.len = before;
	}
	for (size_t i = 0; ov_is_map(v) && i < ov_count(v); i++)
		check_entry(c, &v.entries[i], depth + 1);
}

static void check_chpasswd(struct check *c, struct ov_value v)
{
	struct ov_value list = ov_get(v, "list");
	size_t before = push_key(c, OV_STR("list"));
	if (ov_is_string(list))
		check_password_list(c, list);
	for (size_t i = 0; ov_is_list(list) && i < ov_count(list); i++) {
		size_t here = push_index(c, i);
		check_password_list(c, ov_at(list, i));
		c->path.len = here;
	}
	c->path.len = before;
	for (size_t i = 0; ov_is_map(v) && i < ov_count(v); i++)
		if (!ov_str_is(v.entries[i].key->str, "list"))
			check_entry(c, &v.entries[i], 2);
}

static void check_spelling(struct check *c, const struct ov_entry *e)
{
	struct ov_str key = e->key->str;
	for (size_t i = 0; i < OV_COUNT(top_keys); i++)
		if (ov_str_eq(top_keys[i], key))
			return;
	struct ov_str meant = key.len <= 64 ? ov_nearest(key, top_keys, OV_COUNT(top_keys))
					    : ov_str_n(NULL, 0);
	if (meant.len == 0)
		return;
	ov_buf_clear(&c->what);
	ov_buf_addf(&c->what, "is no key of cloud-init; \"%.*s\" is, if that was meant%c",
		OV_STR_ARG(meant), '\0');
	c->report(c->ctx, e->value, ov_buf_str(&c->path), c->what.ptr, false);
}

static void check_top(struct check *c, const struct ov_entry *e)
{
	struct ov_str key = e->key->str;
	size_t before = push_key(c, key);
	check_spelling(c, e);
	if (ov_str_is(key, "runcmd") || ov_str_is(key, "bootcmd")) {
		check_commands(c, e->value);
	} else if (ov_str_is(key, "chpasswd") && ov_is_map(e->value)) {
		check_chpasswd(c, e->value);
	} else {
		for (size_t i = 0; ov_str_is(key, "write_files") && i < ov_count(e->value);
			i++) {
			size_t here = push_index(c, i);
			check_file(c, ov_at(e->value, i));
			c->path.len = here;
		}
		c->path.len = before;
		check_entry(c, e, 1);
	}
	c->path.len = before;
}

void ov_cloudinit_check(struct ov_value root, ov_cloudinit_report *report, void *ctx)
{
	struct check c = {.report = report, .ctx = ctx};
	ov_buf_init(&c.path);
	ov_buf_init(&c.what);
	for (size_t i = 0; ov_is_map(root) && i < ov_count(root); i++)
		check_top(&c, &root.entries[i]);
	ov_buf_release(&c.path);
	ov_buf_release(&c.what);
}

bool ov_cloudinit_is_config(struct ov_str text)
{
	static const char mark[] = "#cloud-config";
	while (text.len > 0 && ov_is_one_of(text.ptr[0], " \t\r\n"))
		text = ov_str_sub(text, 1, text.len);
	if (!ov_is_word(ov_str_sub(text, 0, sizeof(mark) - 1), mark))
		return false;
	char next = ov_byte(text, sizeof(mark) - 1);
	return text.len == sizeof(mark) - 1 || ov_is_one_of(next, " \t\r\n");
}

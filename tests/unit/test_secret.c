/* Tests of lang/secret.h. The tokens are made up; they are cut so that no scanner takes them.
 */
#include "lang/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_keys(void **state)
{
	static const char *const suspicious[] = {"password", "Password", "PASSWORD", "passwd",
		"hashed_passwd", "plain_text_passwd", "db_password", "DB_PASSWORD",
		"dbPassword", "root-password", "rootpassword", "passphrase", "token",
		"authToken", "GITHUB_TOKEN", "bearer-token", "apiKey", "api_key", "APIKey",
		"apikey", "X-API-Key", "privateKey", "private_key", "clientSecret",
		"client-secret", "CLIENT_SECRET", "sharedSecret", "secretAccessKey",
		"AWS_SECRET_ACCESS_KEY", "activation-key", "encryptionKey", "DB_PASS", "db_pwd",
		"password1", "tls.key", ".dockerconfigjson", "spec.password", "password_hash",
		"passwords", "redis.password"};
	static const char *const harmless[] = {"", "-", "name", "secretName", "secretRef",
		"passwordSecret", "tokenSecretRef", "existingSecret", "passwordKey",
		"secretKeyRef", "tokenReview", "secret", "secretKey", "imagePullSecrets",
		"passwordFile", "passwordFrom", "tokenPath", "token_ttl",
		"tokenExpirationSeconds", "lock_passwd", "allowEmptyPassword",
		"requirePassword", "existingPassword", "publicKey", "key", "keys", "sshKey",
		"monkey", "bypass", "compass", "PWD", "OLDPWD", "tls.crt", "accessKeyId",
		"privateKeySecretRef", "passwordPolicy", "serviceAccountToken",
		"automountServiceAccountToken", "tokenized", "hash", "continueToken",
		"credentialsSecret", "apiKeySecret", "api-key-ref"};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(suspicious); i++)
		if (!ov_secret_key_suspicious(ov_str_c(suspicious[i])))
			fail_msg("%s passes", suspicious[i]);
	for (size_t i = 0; i < OV_COUNT(harmless); i++)
		if (ov_secret_key_suspicious(ov_str_c(harmless[i])))
			fail_msg("%s is suspicious", harmless[i]);
	assert_true(ov_secret_key_suspicious(OV_STR("a\0password")));
}

struct row {
	const char *text, *what;
};

#define TEN "Abcdefgh12"

static const struct row rows[] = {
	{"", NULL},
	{"hello world", NULL},
	{"changeme", NULL},
	{"-----BEGIN "
	 "RSA PRIVATE KEY-----\nMII",
		"a private key"},
	{"x: |\n  -----BEGIN "
	 "OPENSSH PRIVATE KEY-----",
		"a private key"},
	{"-----BEGIN "
	 "PRIVATE KEY-----",
		"a private key"},
	{"-----BEGIN CERTIFICATE-----\nPRIVATE KEY", NULL},
	{"-----BEGIN PUBLIC KEY-----", NULL},
	{"AK"
	 "IAABCDEFGHIJKLMNOP",
		"an AWS access key"},
	{"id=AK"
	 "IAABCDEFGHIJKLMNOP;",
		"an AWS access key"},
	{"AKIAABCDEFGHIJKLMNOPQ", NULL},
	{"AKIAabcdefghijklmnop", NULL},
	{"xAKIAABCDEFGHIJKLMNOP", NULL},
	{"gh"
	 "p_" TEN TEN TEN "abcdef",
		"a GitHub token"},
	{"ghp_short", NULL},
	{"token: gl"
	 "pat-" TEN TEN,
		"a GitLab token"},
	{"xo"
	 "xb-" TEN TEN,
		"a Slack token"},
	{"sha"
	 "256~" TEN TEN TEN TEN "abc",
		"an OpenShift token"},
	{"ey"
	 "J" TEN ".eyJ" TEN "." TEN,
		"a JSON web token"},
	{"eyJ" TEN ".eyJ" TEN, NULL},
	{"eyJ.eyJ.x", NULL},
	{"$6$"
	 "saltsalt$" TEN TEN TEN TEN,
		"a password hash"},
	{"root:$6$"
	 "rounds=5000$salt$" TEN TEN TEN TEN,
		"a password hash"},
	{"$2b$"
	 "12$" TEN TEN TEN TEN TEN "abc",
		"a password hash"},
	{"$y$"
	 "j9T$" TEN TEN "$" TEN TEN TEN TEN,
		"a password hash"},
	{"$6$x", NULL},
	{"costs $5$ or $6$", NULL},
	{"https://user:pa"
	 "ss@example.com/x",
		"a URL with a password"},
	{"see postgres://u:p"
	 "w@db:5432/x here",
		"a URL with a password"},
	{"https://user@example.com/x", NULL},
	{"https://example.com:8080/a:b@c", NULL},
	{"https://user:${PASSWORD}@example.com", NULL},
	{"https://user:{{pw}}@example.com", NULL},
	{"https://user:$PASSWORD@example.com", NULL},
	{"https://user:@example.com", NULL},
	{"ssh://git@example.com:22/x", NULL},
	{"://", NULL},
};

static void test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < OV_COUNT(rows); i++) {
		const char *what = ov_secret_text(ov_str_c(rows[i].text));
		if (!what != !rows[i].what || (what && strcmp(what, rows[i].what) != 0))
			fail_msg("%s: %s", rows[i].text, what ? what : "harmless");
	}
}

static void test_references(void **state)
{
	static const char *const references[] = {
		"", "  ", "${a}", "{{ a.b }}", "$(A)", "*", "!", "!!", " ${x}\n"};
	static const char *const literals[] = {"changeme", "a", "${a}b", "x{{a}}", "${a}-${b}",
		"$a", "password", "{{", "${", "**x"};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(references); i++)
		if (!ov_secret_is_reference(ov_str_c(references[i])))
			fail_msg("%s is literal", references[i]);
	for (size_t i = 0; i < OV_COUNT(literals); i++)
		if (ov_secret_is_reference(ov_str_c(literals[i])))
			fail_msg("%s is a reference", literals[i]);
}

/* Repeated beginnings of what is looked for must not make the search quadratic. */
static void test_long(void **state)
{
	static const char *const parts[] = {"a", "-", "$", "$6$", "://", "a:@", "eyJ.",
		"eyJabcdefghij.", "-----BEGIN ", "AKIA", "ghp_", "aB", "_", "x://u:", "A"};
	struct ov_buf text;
	(void)state;
	ov_buf_init(&text);
	for (size_t i = 0; i < OV_COUNT(parts); i++) {
		ov_buf_clear(&text);
		while (text.len < 100000)
			ov_buf_puts(&text, parts[i]);
		ov_secret_text(ov_buf_str(&text));
		ov_secret_key_suspicious(ov_buf_str(&text));
		ov_secret_is_reference(ov_buf_str(&text));
	}
	ov_buf_release(&text);
}

const struct CMUnitTest ov_test_secret[] = {
	cmocka_unit_test(test_keys),
	cmocka_unit_test(test_texts),
	cmocka_unit_test(test_references),
	cmocka_unit_test(test_long),
};
const size_t ov_test_secret_count = OV_COUNT(ov_test_secret);

/* secret: what looks like a secret, by its key or by its text. Layer: lang. */
#include "lang/secret.h"

#include "lang/ascii.h"

enum { MAX_WORDS = 16, MAX_WORD = 32 };

/** The last words of a key in small letters, NUL-terminated; longer words are cut at the front.
 */
struct words {
	char text[MAX_WORDS][MAX_WORD];
	size_t count;
};

static bool is_boundary(struct ov_str key, size_t i)
{
	char before = key.ptr[i - 1], here = key.ptr[i];
	if (!ov_is_upper(here))
		return false;
	/* Of a run of capitals the last begins the next word: APIKey. */
	return !ov_is_upper(before) || ov_is_lower(ov_byte(key, i + 1));
}

static void split_words(struct ov_str key, struct words *words)
{
	struct ov_str found[MAX_WORDS];
	size_t count = 0;
	/* From the end, since a long key's last words matter. */
	for (size_t end = key.len; end > 0 && count < MAX_WORDS;) {
		if (!ov_is_alnum(key.ptr[end - 1])) {
			end--;
			continue;
		}
		size_t from = end - 1;
		while (from > 0 && ov_is_alnum(key.ptr[from - 1]) && !is_boundary(key, from))
			from--;
		found[count++] = ov_str_sub(key, from, end);
		end = from;
	}
	words->count = count;
	for (size_t i = 0; i < count; i++) {
		struct ov_str w = found[count - 1 - i];
		if (w.len >= MAX_WORD)
			w = ov_str_sub(w, w.len - MAX_WORD + 1, w.len);
		for (size_t j = 0; j < w.len; j++)
			words->text[i][j] = ov_to_lower(w.ptr[j]);
		words->text[i][w.len] = '\0';
	}
}

static bool is_in(const char *word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(word, list[i]) == 0)
			return true;
	return false;
}

#define IS_IN(word, list) is_in((word), (list), OV_COUNT(list))

/** Words that, where a key begins with them, make it a switch or a reference. */
static const char *const harmless_first[] = {"allow", "change", "disable", "enable", "existing",
	"expire", "has", "is", "lock", "need", "needs", "no", "require", "requires", "reset",
	"show", "skip", "use", "automount", "missing", "encrypted", "sealed"};

/** What a key may end in, joined to other words as well: rootpassword. */
static const char *const secret_endings[] = {"password", "passwords", "passwd", "passphrase",
	"token", "apikey", "privatekey", "clientsecret", "secretaccesskey", "dockerconfigjson",
	"dockercfg", "secretvalue"};

/** Words before "token" that make it no secret. */
static const char *const harmless_tokens[] = {"continue", "page", "next", "account", "sync"};

/** Words before "secret" that make it the secret itself, not the name of one. */
static const char *const secret_secrets[] = {"client", "shared", "consumer", "cookie",
	"session", "jwt", "app", "api", "signing", "oauth", "oauth2", "hmac", "webhook"};

/** Words before "key" likewise. */
static const char *const secret_keys[] = {"api", "private", "encryption", "signing", "shared",
	"account", "master", "activation", "preshared", "psk", "tls", "auth"};

static const char *const secret_passes[] = {"db", "database", "user", "root", "admin", "smtp",
	"mail", "ftp", "redis", "mysql", "postgres", "sql", "ssh", "ldap", "bind"};

bool ov_secret_key_suspicious(struct ov_str key)
{
	struct words w;
	while (key.len > 0 && ov_is_digit(key.ptr[key.len - 1]))
		key.len--;
	split_words(key, &w);
	if (w.count == 0 || (w.count > 1 && IS_IN(w.text[0], harmless_first)))
		return false;
	const char *last = w.text[w.count - 1];
	const char *before = w.count > 1 ? w.text[w.count - 2] : "";
	if (strcmp(last, "secret") == 0)
		return IS_IN(before, secret_secrets);
	if (strcmp(last, "key") == 0)
		return IS_IN(before, secret_keys) ||
		       (w.count > 2 && strcmp(before, "access") == 0 &&
			       strcmp(w.text[w.count - 3], "secret") == 0);
	if (strcmp(last, "pass") == 0)
		return IS_IN(before, secret_passes);
	if (strcmp(last, "hash") == 0)
		return strcmp(before, "password") == 0 || strcmp(before, "passwd") == 0;
	if (strcmp(last, "pwd") == 0)
		return !ov_str_is(key, "PWD");
	if (strcmp(last, "token") == 0)
		return !IS_IN(before, harmless_tokens);
	struct ov_str word = ov_str_c(last);
	for (size_t i = 0; i < OV_COUNT(secret_endings); i++)
		if (ov_str_ends(word, ov_str_c(secret_endings[i])))
			return true;
	return false;
}

static bool is_wrapped(struct ov_str s, struct ov_str open, struct ov_str close)
{
	/* It must be one reference: "${a}x${b}" has a literal part. */
	return s.len >= open.len + close.len && ov_str_starts(s, open) &&
	       ov_str_ends(s, close) && ov_str_find(s, close, open.len) == s.len - close.len;
}

bool ov_secret_is_reference(struct ov_str text)
{
	text = ov_str_trim(text);
	size_t marks = 0;
	while (marks < text.len && (text.ptr[marks] == '*' || text.ptr[marks] == '!'))
		marks++;
	return marks == text.len || is_wrapped(text, OV_STR("${"), OV_STR("}")) ||
	       is_wrapped(text, OV_STR("{{"), OV_STR("}}")) ||
	       is_wrapped(text, OV_STR("$("), OV_STR(")"));
}

/** A token that is known by how it begins. */
struct token {
	struct ov_str prefix;
	size_t length; /**< how many of the bytes below follow at least */
	bool capitals; /**< only capitals and digits follow, and exactly so many */
	const char *what;
};

static const struct token tokens[] = {
	{OV_STR_INIT("AKIA"), 16, true, "an AWS access key"},
	{OV_STR_INIT("ASIA"), 16, true, "an AWS access key"},
	{OV_STR_INIT("ghp_"), 30, false, "a GitHub token"},
	{OV_STR_INIT("gho_"), 30, false, "a GitHub token"},
	{OV_STR_INIT("ghu_"), 30, false, "a GitHub token"},
	{OV_STR_INIT("ghs_"), 30, false, "a GitHub token"},
	{OV_STR_INIT("ghr_"), 30, false, "a GitHub token"},
	{OV_STR_INIT("github_pat_"), 20, false, "a GitHub token"},
	{OV_STR_INIT("glpat-"), 20, false, "a GitLab token"},
	{OV_STR_INIT("gldt-"), 20, false, "a GitLab token"},
	{OV_STR_INIT("glrt-"), 20, false, "a GitLab token"},
	{OV_STR_INIT("xoxa-"), 10, false, "a Slack token"},
	{OV_STR_INIT("xoxb-"), 10, false, "a Slack token"},
	{OV_STR_INIT("xoxp-"), 10, false, "a Slack token"},
	{OV_STR_INIT("xoxr-"), 10, false, "a Slack token"},
	{OV_STR_INIT("xoxs-"), 10, false, "a Slack token"},
	{OV_STR_INIT("AIza"), 35, false, "a Google API key"},
	{OV_STR_INIT("sk_live_"), 16, false, "a Stripe key"},
	{OV_STR_INIT("npm_"), 36, false, "an npm token"},
	{OV_STR_INIT("pypi-"), 50, false, "a PyPI token"},
	{OV_STR_INIT("dckr_pat_"), 20, false, "a Docker token"},
	{OV_STR_INIT("hvs."), 24, false, "a Vault token"},
	{OV_STR_INIT("sha256~"), 43, false, "an OpenShift token"},
	{OV_STR_INIT("AGE-SECRET-KEY-1"), 50, true, "an age private key"},
};

/** A byte of base64url, of which most tokens are made. */
static bool is_token_byte(char c)
{
	return ov_is_alnum(c) || c == '_' || c == '-';
}

static size_t token_run(struct ov_str s, size_t at)
{
	size_t end = at;
	while (end < s.len && is_token_byte(s.ptr[end]))
		end++;
	return end - at;
}

/** Three parts of base64url with dots, the first of which begins as {" does. */
static bool is_jwt(struct ov_str s, size_t at)
{
	if (!ov_str_starts(ov_str_sub(s, at, s.len), OV_STR("eyJ")))
		return false;
	for (size_t part = 0; part < 3; part++) {
		size_t n = token_run(s, at);
		if (n < 10 || (part < 2 && ov_byte(s, at + n) != '.'))
			return false;
		at += n + 1;
	}
	return true;
}

static const char *token_at(struct ov_str s, size_t at)
{
	struct ov_str rest = ov_str_sub(s, at, s.len);
	for (size_t i = 0; i < OV_COUNT(tokens); i++) {
		const struct token *t = &tokens[i];
		if (!ov_str_starts(rest, t->prefix))
			continue;
		size_t from = at + t->prefix.len, n = 0;
		while (n <= t->length && from + n < s.len &&
			(t->capitals ? ov_is_upper(s.ptr[from + n]) ||
						ov_is_digit(s.ptr[from + n])
				     : is_token_byte(s.ptr[from + n])))
			n++;
		if (n < t->length)
			continue;
		if (!t->capitals || !is_token_byte(ov_byte(s, from + t->length)) ||
			t->length > 16)
			return t->what;
	}
	return is_jwt(s, at) ? "a JSON web token" : NULL;
}

/** crypt(5): $id$[parameters$]salt$hash. */
static bool is_hash(struct ov_str s, size_t at)
{
	static const struct ov_str ids[] = {OV_STR_INIT("$1$"), OV_STR_INIT("$5$"),
		OV_STR_INIT("$6$"), OV_STR_INIT("$y$"), OV_STR_INIT("$gy$"), OV_STR_INIT("$7$"),
		OV_STR_INIT("$2a$"), OV_STR_INIT("$2b$"), OV_STR_INIT("$2y$"),
		OV_STR_INIT("$apr1$"), OV_STR_INIT("$argon2id$"), OV_STR_INIT("$argon2i$")};
	struct ov_str rest = ov_str_sub(s, at, at + 160);
	for (size_t i = 0; i < OV_COUNT(ids); i++) {
		if (!ov_str_starts(rest, ids[i]))
			continue;
		size_t n = 0, run = 0;
		for (size_t j = ids[i].len; j < rest.len; j++, n++) {
			char c = rest.ptr[j];
			run = c == '$' ? 0 : run + 1;
			if (!ov_is_alnum(c) && !ov_is_one_of(c, "./$=,+-"))
				break;
			if (n >= 22 && run >= 20)
				return true;
		}
	}
	return false;
}

/** Whether scheme://user:password@ begins with the "://" at `at`. */
static bool has_password(struct ov_str s, size_t at)
{
	size_t from = at + 3, end = from, sign = SIZE_MAX;
	for (; end < s.len && !ov_is_one_of(s.ptr[end], "/?# \t\r\n\"'<>`"); end++)
		if (s.ptr[end] == '@')
			sign = end;
	if (sign == SIZE_MAX)
		return false;
	struct ov_str user = ov_str_sub(s, from, sign);
	size_t colon = ov_str_chr(user, ':');
	if (colon == SIZE_MAX)
		return false;
	struct ov_str password = ov_str_sub(user, colon + 1, user.len);
	return !ov_secret_is_reference(password) && password.ptr[0] != '$';
}

static bool has_private_key(struct ov_str s)
{
	static const struct ov_str begin = OV_STR_INIT("-----BEGIN ");
	for (size_t at = 0; (at = ov_str_find(s, begin, at)) != SIZE_MAX; at += begin.len) {
		struct ov_str line = ov_str_sub(s, at + begin.len, at + begin.len + 60);
		line = ov_str_sub(line, 0, ov_str_chr(line, '\n'));
		if (ov_str_find(line, OV_STR("PRIVATE KEY"), 0) != SIZE_MAX)
			return true;
	}
	return ov_str_starts(s, OV_STR("PuTTY-User-Key-File-"));
}

const char *ov_secret_text(struct ov_str text)
{
	/* Nothing shorter is told apart from a word: a://b:c@d is the least of them. */
	enum { LEAST = 9 };
	if (text.len < LEAST)
		return NULL;
	if (has_private_key(text))
		return "a private key";
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == '$' && is_hash(text, i))
			return "a password hash";
		if (c == ':' && ov_str_starts(ov_str_sub(text, i, i + 3), OV_STR("://")) &&
			has_password(text, i))
			return "a URL with a password";
		if (is_token_byte(c) && (i == 0 || !is_token_byte(text.ptr[i - 1]))) {
			const char *what = token_at(text, i);
			if (what)
				return what;
		}
	}
	return NULL;
}

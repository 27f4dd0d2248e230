/* regex: regular expressions of two dialects, over PCRE2. Layer: foreign. */
#include "foreign/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <pthread.h>

#include "base/limits.h"
#include "base/map.h"
#include "foreign/regex_syntax.h"
#include "lang/ascii.h"

struct ov_regex {
	pcre2_code *code; /* NULL where the pattern is not valid */
	const pcre2_match_context *limits;
	size_t groups;
	struct ov_str error;
};

struct ov_regex_cache {
	pthread_mutex_t lock;
	struct ov_arena arena;
	struct ov_map patterns[2]; /* by enum ov_regex_dialect */
	pcre2_compile_context *compile;
	pcre2_match_context *match;
};

bool ov_regex_fail(struct ov_regex_reader *r, size_t at, const char *what)
{
	if (!r->error.len)
		r->error = ov_str_fmt(r->arena, "%s (at character %zu)", what,
			ov_utf8_count(ov_str_sub(r->in, 0, at)) + 1);
	return false;
}

int ov_regex_peek(const struct ov_regex_reader *r, size_t ahead)
{
	return ahead < r->in.len - r->at ? (unsigned char)r->in.ptr[r->at + ahead] : -1;
}

bool ov_regex_skip(struct ov_regex_reader *r, const char *text)
{
	struct ov_str rest = ov_str_sub(r->in, r->at, r->in.len);
	if (!ov_str_starts(rest, ov_str_c(text)))
		return false;
	r->at += strlen(text);
	return true;
}

void ov_regex_put(struct ov_regex_reader *r, uint32_t cp)
{
	char text[4];
	if (cp < 0x20 || cp == 0x7f) {
		ov_buf_addf(r->out, "\\x{%x}", (unsigned)cp);
		return;
	}
	bool word = cp >= 0x80 || cp == ' ' || ov_is_alnum((char)cp);
	if (!word)
		ov_buf_putc(r->out, '\\');
	ov_buf_add(r->out, ov_str_n(text, ov_utf8_put(text, cp)));
}

bool ov_regex_hex(struct ov_regex_reader *r, size_t digits, uint32_t *cp)
{
	size_t read = 0;
	*cp = 0;
	for (; !digits || read < digits; read++) {
		int digit = ov_hex_value(ov_byte(r->in, r->at));
		if (digit < 0)
			break;
		*cp = *cp > 0x10ffff ? *cp : *cp * 16 + (uint32_t)digit;
		r->at++;
	}
	return digits ? read == digits : read > 0 && ov_regex_skip(r, "}");
}

bool ov_regex_code_point(struct ov_regex_reader *r, size_t at, uint32_t cp)
{
	return (cp <= 0x10ffff && (cp < 0xd800 || cp >= 0xe000)) ||
	       ov_regex_fail(r, at, "no such code point");
}

bool ov_regex_escape(struct ov_regex_reader *r, int c, bool in_class, const char *spaces,
	bool *set, uint32_t *cp)
{
	switch (c) {
	case 'd':
	case 'D':
	case 'w':
	case 'W':
		*set = true;
		ov_buf_addf(r->out, "\\%c", c);
		return true;
	case 's':
	case 'S':
		*set = true;
		ov_buf_addf(r->out, in_class ? "%s" : "[%s]", spaces);
		return true;
	case 't': *cp = '\t'; return true;
	case 'n': *cp = '\n'; return true;
	case 'v': *cp = '\v'; return true;
	case 'f': *cp = '\f'; return true;
	case 'r': *cp = '\r'; return true;
	default: return false;
	}
}

size_t ov_regex_open_class(struct ov_regex_reader *r)
{
	size_t start = r->at++;
	ov_buf_putc(r->out, '[');
	if (ov_regex_skip(r, "^"))
		ov_buf_putc(r->out, '^');
	return start;
}

bool ov_regex_at_range(const struct ov_regex_reader *r)
{
	return ov_regex_peek(r, 0) == '-' && ov_regex_peek(r, 1) != ']' &&
	       ov_regex_peek(r, 1) >= 0;
}

static bool read_count(struct ov_regex_reader *r, size_t *count)
{
	size_t start = r->at;
	*count = 0;
	for (; ov_is_digit(ov_byte(r->in, r->at)); r->at++) {
		if (*count < 1000000)
			*count = *count * 10 + (size_t)(r->in.ptr[r->at] - '0');
	}
	return r->at > start;
}

bool ov_regex_read_bounds(struct ov_regex_reader *r, struct ov_regex_bounds *bounds)
{
	size_t start = r->at++;
	bool ok = read_count(r, &bounds->min);
	bounds->max = bounds->min;
	if (ok && ov_regex_skip(r, ",") && !read_count(r, &bounds->max))
		bounds->max = SIZE_MAX;
	ok = ok && ov_regex_skip(r, "}");
	if (!ok) {
		r->at = start + 1;
		ov_buf_puts(r->out, "\\{");
		r->last = OV_REGEX_LAST_ATOM;
		r->atom_repeats = 1;
	}
	return ok;
}

void ov_regex_put_repeat(struct ov_regex_reader *r, size_t start)
{
	ov_buf_add(r->out, ov_str_sub(r->in, start, r->at));
	if (ov_regex_skip(r, "?"))
		ov_buf_putc(r->out, '?');
	r->last = OV_REGEX_LAST_REPEAT;
}

const char *ov_regex_category(struct ov_str name)
{
	/* Unicode's PropertyValueAliases for General_Category, and PCRE2's name for it. */
	static const char *const table[][4] = {
		{"L", "Letter"},
		{"L&", "LC", "Cased_Letter"},
		{"Lu", "Uppercase_Letter"},
		{"Ll", "Lowercase_Letter"},
		{"Lt", "Titlecase_Letter"},
		{"Lm", "Modifier_Letter"},
		{"Lo", "Other_Letter"},
		{"M", "Mark", "Combining_Mark"},
		{"Mn", "Nonspacing_Mark"},
		{"Mc", "Spacing_Mark"},
		{"Me", "Enclosing_Mark"},
		{"N", "Number"},
		{"Nd", "Decimal_Number", "digit"},
		{"Nl", "Letter_Number"},
		{"No", "Other_Number"},
		{"P", "Punctuation", "punct"},
		{"Pc", "Connector_Punctuation"},
		{"Pd", "Dash_Punctuation"},
		{"Ps", "Open_Punctuation"},
		{"Pe", "Close_Punctuation"},
		{"Pi", "Initial_Punctuation"},
		{"Pf", "Final_Punctuation"},
		{"Po", "Other_Punctuation"},
		{"S", "Symbol"},
		{"Sm", "Math_Symbol"},
		{"Sc", "Currency_Symbol"},
		{"Sk", "Modifier_Symbol"},
		{"So", "Other_Symbol"},
		{"Z", "Separator"},
		{"Zs", "Space_Separator"},
		{"Zl", "Line_Separator"},
		{"Zp", "Paragraph_Separator"},
		{"C", "Other"},
		{"Cc", "Control", "cntrl"},
		{"Cf", "Format"},
		{"Cs", "Surrogate"},
		{"Co", "Private_Use"},
		{"Cn", "Unassigned"},
	};
	for (size_t i = 0; i < OV_COUNT(table); i++) {
		for (size_t k = 0; k < 4 && table[i][k]; k++) {
			if (ov_str_is(name, table[i][k]))
				return table[i][0];
		}
	}
	return NULL;
}

struct ov_regex_cache *ov_regex_cache_new(uint64_t seed)
{
	struct ov_regex_cache *cache = ov_xmalloc(sizeof(*cache));
	*cache = (struct ov_regex_cache){0};
	if (pthread_mutex_init(&cache->lock, NULL))
		ov_bug("cannot make a mutex");
	ov_arena_init(&cache->arena);
	for (size_t i = 0; i < OV_COUNT(cache->patterns); i++)
		ov_map_init(&cache->patterns[i], &cache->arena, seed);
	cache->compile = pcre2_compile_context_create(NULL);
	cache->match = pcre2_match_context_create(NULL);
	ov_assert(cache->compile && cache->match);
	pcre2_set_newline(cache->compile, PCRE2_NEWLINE_LF);
	pcre2_set_match_limit(cache->match, OV_LIMIT_REGEX_MATCH);
	pcre2_set_depth_limit(cache->match, OV_LIMIT_REGEX_MATCH);
	pcre2_set_heap_limit(cache->match, OV_LIMIT_REGEX_HEAP);
	return cache;
}

void ov_regex_cache_free(struct ov_regex_cache *cache)
{
	if (!cache)
		return;
	for (size_t i = 0; i < OV_COUNT(cache->patterns); i++) {
		for (size_t k = 0; k < cache->patterns[i].count; k++) {
			const struct ov_regex *regex = cache->patterns[i].entries[k].item.cptr;
			pcre2_code_free(regex->code);
		}
	}
	pcre2_compile_context_free(cache->compile);
	pcre2_match_context_free(cache->match);
	ov_arena_release(&cache->arena);
	pthread_mutex_destroy(&cache->lock);
	free(cache);
}

static struct ov_str pcre_message(struct ov_arena *arena, int code)
{
	PCRE2_UCHAR text[256];
	if (pcre2_get_error_message(code, text, sizeof(text)) < 0)
		return OV_STR("the pattern is not valid");
	return ov_str_dup(arena, ov_str_c((const char *)text));
}

static void compile(struct ov_regex_cache *cache, struct ov_regex *regex,
	enum ov_regex_dialect dialect, struct ov_str pattern)
{
	struct ov_buf out;
	ov_buf_init(&out);
	struct ov_regex_reader r = {.arena = &cache->arena, .in = pattern, .out = &out};
	uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOLLAR_ENDONLY |
			   PCRE2_NEVER_BACKSLASH_C;
	size_t bad;
	if (!ov_utf8_valid(pattern, &bad)) {
		ov_regex_fail(&r, bad, "the pattern is not UTF-8");
	} else if (dialect == OV_REGEX_ECMA) {
		options |= PCRE2_MATCH_UNSET_BACKREF | PCRE2_ALLOW_EMPTY_CLASS;
		ov_regex_read_ecma(&r);
	} else {
		options |= PCRE2_ALT_CIRCUMFLEX;
		ov_regex_read_re2(&r);
	}
	if (r.open.count)
		ov_regex_fail(&r, pattern.len, "a group does not end; ) is missing");
	if (!r.error.len) {
		int error;
		PCRE2_SIZE at;
		regex->code = pcre2_compile((PCRE2_SPTR)(out.len ? out.ptr : ""), out.len,
			options, &error, &at, cache->compile);
		if (!regex->code)
			r.error = pcre_message(&cache->arena, error);
	}
	regex->error = r.error;
	ov_buf_release(&out);
	if (!regex->code)
		return;
	uint32_t captures = 0;
	pcre2_pattern_info(regex->code, PCRE2_INFO_CAPTURECOUNT, &captures);
	regex->groups = (size_t)captures + 1;
	regex->limits = cache->match;
	/*
	 * Compiling to machine code costs as much as a thousand interpreted matches. Schemas
	 * hold many patterns that match a few names each; rules match over the whole fleet. The
	 * two matchers count their steps differently, so a pattern always has the same one.
	 */
	if (dialect == OV_REGEX_RE2)
		pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE);
}

const struct ov_regex *ov_regex_compile(struct ov_regex_cache *cache,
	enum ov_regex_dialect dialect, struct ov_str pattern, struct ov_str *error)
{
	pthread_mutex_lock(&cache->lock);
	struct ov_map *patterns = &cache->patterns[dialect];
	struct ov_regex *regex = ov_map_ptr(patterns, pattern);
	if (!regex) {
		regex = ov_new(&cache->arena, struct ov_regex);
		ov_map_put(patterns, ov_str_dup(&cache->arena, pattern), NULL)->ptr = regex;
		compile(cache, regex, dialect, pattern);
	}
	pthread_mutex_unlock(&cache->lock);
	if (error)
		*error = regex->error;
	return regex->code ? regex : NULL;
}

size_t ov_regex_groups(const struct ov_regex *regex)
{
	return regex->groups;
}

enum ov_regex_result ov_regex_find(const struct ov_regex *regex, struct ov_str subject,
	size_t from, struct ov_regex_group *groups, size_t count)
{
	if (from > subject.len)
		return OV_REGEX_NO;
	if (subject.len > OV_LIMIT_REGEX_SUBJECT)
		return OV_REGEX_LIMIT;
	size_t wanted = count > regex->groups ? regex->groups : count;
	pcre2_match_data *data = pcre2_match_data_create(wanted ? (uint32_t)wanted : 1, NULL);
	ov_assert(data);
	PCRE2_SPTR text = (PCRE2_SPTR)(subject.len ? subject.ptr : "");
	/* The parameter lacks a const; matching only reads the limits. */
	pcre2_match_context *limits = (pcre2_match_context *)(uintptr_t)regex->limits;
	int rc = pcre2_match(regex->code, text, subject.len, from, 0, data, limits);
	if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
		rc = pcre2_match(
			regex->code, text, subject.len, from, PCRE2_NO_JIT, data, limits);
	enum ov_regex_result result = rc >= 0                     ? OV_REGEX_YES
				      : rc == PCRE2_ERROR_NOMATCH ? OV_REGEX_NO
								  : OV_REGEX_LIMIT;
	if (result == OV_REGEX_YES) {
		const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(data);
		for (size_t i = 0; i < count; i++) {
			bool set = i < wanted && offsets[2 * i] != PCRE2_UNSET;
			groups[i].start = set ? offsets[2 * i] : SIZE_MAX;
			groups[i].end = set ? offsets[2 * i + 1] : SIZE_MAX;
		}
	}
	pcre2_match_data_free(data);
	return result;
}

enum ov_regex_result ov_regex_search(const struct ov_regex *regex, struct ov_str subject)
{
	return ov_regex_find(regex, subject, 0, NULL, 0);
}

/*
 * fn_named: Kubernetes' named formats of strings. Layer: expr.
 *
 * What validate() gives can be read by expressions, so the messages are word for word those of
 * the API server (k8s.io/apimachinery, pkg/util/validation); lang/name.h speaks to people.
 */
#include "expr/functions.h"
#include "expr/text.h"
#include "lang/ascii.h"
#include "lang/base64.h"
#include "lang/datetime.h"
#include "lang/name.h"

#define ALNUM        "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
#define KEY          "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
#define REGEX(regex) "regex used for validation is '" regex "')"

static const char label_fault[] = "a lowercase RFC 1123 label must consist of lower case "
				  "alphanumeric characters or '-', and "
				  "must start and end with an alphanumeric character (e.g. "
				  "'my-name',  or '123-abc', " REGEX(ALNUM);
static const char subdomain_fault[] =
	"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "
	"'-' or "
	"'.', and must start and end with an alphanumeric character (e.g. "
	"'example.com', " REGEX(ALNUM "(\\." ALNUM ")*");
static const char label_1035_fault[] =
	"a DNS-1035 label must consist of lower case alphanumeric characters or '-', start "
	"with an "
	"alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or "
	"'abc-123', " REGEX("[a-z]([-a-z0-9]*[a-z0-9])?");
static const char key_fault[] =
	"must consist of alphanumeric characters, '-', '_' or '.', and must start and end with "
	"an "
	"alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', " REGEX(KEY);
static const char label_value_fault[] =
	"a valid label must be an empty string or consist of alphanumeric characters, '-', '_' "
	"or "
	"'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or "
	"'my_value',  or '12345', " REGEX("(" KEY ")?");

/* The faults found in one string. */
struct faults {
	struct ov_eval *ev;
	struct ov_value items[6];
	size_t count;
};

static void fault(struct faults *faults, const char *prefix, const char *message)
{
	ov_assert(faults->count < OV_COUNT(faults->items));
	faults->items[faults->count++] =
		ov_value_string(ov_str_fmt(faults->ev->arena, "%s%s", prefix, message));
}

static void check_length(
	struct faults *faults, struct ov_str s, size_t most, const char *prefix)
{
	if (s.len > most)
		fault(faults, prefix,
			most == 63 ? "must be no more than 63 characters"
				   : "must be no more than 253 characters");
}

static bool is_alnum(char c, bool upper)
{
	return ov_is_digit(c) || ov_is_lower(c) || (upper && ov_is_upper(c));
}

/* Whether it begins and ends with a letter or digit and has else only those and `also`. */
static bool is_made_of(struct ov_str s, bool upper, const char *also)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!is_alnum(s.ptr[i], upper) && !ov_is_one_of(s.ptr[i], also))
			return false;
	}
	return s.len && is_alnum(s.ptr[0], upper) && is_alnum(s.ptr[s.len - 1], upper);
}

static bool is_subdomain(struct ov_str s)
{
	for (size_t at = 0; at <= s.len;) {
		if (!is_made_of(ov_part(s, &at, '.'), false, "-"))
			return false;
	}
	return true;
}

/* A prefix may end in '-': what is put behind it gives it its end. */
static struct ov_str without_dash(struct ov_eval *ev, struct ov_str s)
{
	if (s.len < 2 || s.ptr[s.len - 1] != '-')
		return s;
	return ov_str_fmt(ev->arena, "%.*sa", OV_STR_ARG(ov_str_sub(s, 0, s.len - 2)));
}

static void label(struct faults *f, struct ov_str s)
{
	check_length(f, s, 63, "");
	if (!is_made_of(s, false, "-"))
		fault(f, "", is_subdomain(s) ? "must not contain dots" : label_fault);
}

static void label_prefix(struct faults *f, struct ov_str s)
{
	label(f, without_dash(f->ev, s));
}

static void subdomain(struct faults *f, struct ov_str s)
{
	check_length(f, s, 253, "");
	if (!is_subdomain(s))
		fault(f, "", subdomain_fault);
}

static void subdomain_prefix(struct faults *f, struct ov_str s)
{
	subdomain(f, without_dash(f->ev, s));
}

static void label_1035(struct faults *f, struct ov_str s)
{
	check_length(f, s, 63, "");
	if (!is_made_of(s, false, "-") || !ov_is_lower(s.ptr[0]))
		fault(f, "", label_1035_fault);
}

static void label_1035_prefix(struct faults *f, struct ov_str s)
{
	label_1035(f, without_dash(f->ev, s));
}

static void qualified_name(struct faults *f, struct ov_str s)
{
	size_t slash = ov_str_chr(s, '/');
	struct ov_str name = s;
	if (slash != SIZE_MAX) {
		struct ov_str prefix = ov_str_sub(s, 0, slash);
		name = ov_str_sub(s, slash + 1, s.len);
		if (ov_str_chr(name, '/') != SIZE_MAX) {
			f->items[f->count++] = ov_value_string(ov_str_fmt(f->ev->arena,
				"a valid label key %s with an optional DNS subdomain prefix "
				"and '/' "
				"(e.g. 'example.com/MyName')",
				key_fault));
			return;
		}
		if (!prefix.len)
			fault(f, "prefix part ", "must be non-empty");
		check_length(f, prefix, 253, "prefix part ");
		if (prefix.len && !is_subdomain(prefix))
			fault(f, "prefix part ", subdomain_fault);
	}
	if (!name.len)
		fault(f, "name part ", "must be non-empty");
	check_length(f, name, 63, "name part ");
	if (!is_made_of(name, true, "-_."))
		fault(f, "name part ", key_fault);
}

static void label_value(struct faults *f, struct ov_str s)
{
	check_length(f, s, 63, "");
	if (s.len && !is_made_of(s, true, "-_."))
		fault(f, "", label_value_fault);
}

static void uri(struct faults *f, struct ov_str s)
{
	const char *why = ov_function_url_fault(s);
	if (why)
		f->items[f->count++] = ov_value_string(
			ov_str_fmt(f->ev->arena, "parse \"%.*s\": %s", OV_STR_ARG(s), why));
}

/* 8-4-4-4-12 hexadecimal digits, each dash optional. */
static void uuid(struct faults *f, struct ov_str s)
{
	static const size_t groups[] = {8, 4, 4, 4, 12};
	size_t at = 0;
	bool ok = true;
	for (size_t g = 0; g < OV_COUNT(groups) && ok; g++) {
		if (g && ov_byte(s, at) == '-')
			at++;
		for (size_t i = 0; i < groups[g]; i++)
			ok = ok && ov_hex_value(ov_byte(s, at++)) >= 0;
	}
	if (!ok || at != s.len)
		fault(f, "", "does not match the UUID format");
}

static void byte(struct faults *f, struct ov_str s)
{
	if (!ov_base64_is(s))
		fault(f, "", "invalid base64");
}

static void date(struct faults *f, struct ov_str s)
{
	if (ov_datetime_date_fault(s))
		fault(f, "", "invalid date");
}

/* Laxer than RFC 3339 in the offset, and without leap seconds. */
static bool is_time(struct ov_str s)
{
	size_t at = 8;
	for (size_t i = 0; i < 8; i++) {
		if (i % 3 == 2 ? ov_byte(s, i) != ':' : !ov_is_digit(ov_byte(s, i)))
			return false;
	}
	if (memcmp(s.ptr, "23", 2) > 0 || s.ptr[3] > '5' || s.ptr[6] > '5')
		return false;
	/* Whatever stands before the digits of the fraction will do. */
	size_t digits = at + 1;
	while (ov_is_digit(ov_byte(s, digits)))
		digits++;
	if (digits > at + 1 && ov_byte(s, at) != '\n' &&
		(digits + 1 == s.len || digits + 6 == s.len))
		at = digits;
	struct ov_str zone = ov_str_sub(s, at, s.len);
	if (zone.len == 1)
		return zone.ptr[0] == 'z' || zone.ptr[0] == 'Z';
	return zone.len == 6 && (zone.ptr[0] == '+' || zone.ptr[0] == '-') &&
	       ov_is_digit(zone.ptr[1]) && ov_is_digit(zone.ptr[2]) && zone.ptr[3] == ':' &&
	       ov_is_digit(zone.ptr[4]) && ov_is_digit(zone.ptr[5]);
}

static void datetime(struct faults *f, struct ov_str s)
{
	size_t t = 0;
	while (t < s.len && s.ptr[t] != 't' && s.ptr[t] != 'T')
		t++;
	if (t == s.len || ov_datetime_date_fault(ov_str_sub(s, 0, t)) ||
		!is_time(ov_str_sub(s, t + 1, s.len)))
		fault(f, "", "invalid datetime");
}

struct named {
	const char *name;
	void (*check)(struct faults *f, struct ov_str s);
};

static const struct named formats[] = {
	{"dns1123Label", label},
	{"dns1123Subdomain", subdomain},
	{"dns1035Label", label_1035},
	{"qualifiedName", qualified_name},
	{"dns1123LabelPrefix", label_prefix},
	{"dns1123SubdomainPrefix", subdomain_prefix},
	{"dns1035LabelPrefix", label_1035_prefix},
	{"labelValue", label_value},
	{"uri", uri},
	{"uuid", uuid},
	{"byte", byte},
	{"date", date},
	{"datetime", datetime},
};

static struct ov_value format_named(struct ov_eval *ev, struct ov_str name)
{
	for (size_t i = 0; i < OV_COUNT(formats); i++) {
		if (ov_str_is(name, formats[i].name))
			return ov_function_opaque(
				ev, "kubernetes.NamedFormat", name, OV_STR(""), &formats[i]);
	}
	return (struct ov_value){0};
}

static struct ov_value named(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)at, (void)n;
	struct ov_value format = format_named(ev, ov_string(a[0]));
	return ov_is_some(format) ? ov_optional_of(ev->arena, format) : ov_optional_none();
}

/* format.uri() and the others: the name is that of the function. */
static struct ov_value constant(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)a, (void)n;
	struct ov_str name = at->key->str;
	return format_named(ev, ov_str_sub(name, strlen("format."), name.len));
}

static struct ov_value validate(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	const struct named *format = a[0].opaque->data;
	struct faults faults = {.ev = ev};
	ov_eval_scan(ev, a[1].count);
	struct ov_value error;
	if (!ov_eval_spend(ev, at, sizeof(faults.items) + a[1].count, &error))
		return error;
	format->check(&faults, ov_string(a[1]));
	if (!faults.count)
		return ov_optional_none();
	struct ov_value *items = ov_new_array(ev->arena, struct ov_value, faults.count);
	memcpy(items, faults.items, faults.count * sizeof(*items));
	return ov_optional_of(ev->arena, ov_value_list(items, faults.count));
}

#define FORMAT "kubernetes.NamedFormat"

static const struct ov_function items[] = {
	{.signature = "format::named(string) optional(" FORMAT ")", .fn = named},
	{.signature = FORMAT ".validate(string) optional(list(string))", .fn = validate},
	{.signature = "format::dns1123Label() " FORMAT, .fn = constant},
	{.signature = "format::dns1123Subdomain() " FORMAT, .fn = constant},
	{.signature = "format::dns1035Label() " FORMAT, .fn = constant},
	{.signature = "format::qualifiedName() " FORMAT, .fn = constant},
	{.signature = "format::dns1123LabelPrefix() " FORMAT, .fn = constant},
	{.signature = "format::dns1123SubdomainPrefix() " FORMAT, .fn = constant},
	{.signature = "format::dns1035LabelPrefix() " FORMAT, .fn = constant},
	{.signature = "format::labelValue() " FORMAT, .fn = constant},
	{.signature = "format::uri() " FORMAT, .fn = constant},
	{.signature = "format::uuid() " FORMAT, .fn = constant},
	{.signature = "format::byte() " FORMAT, .fn = constant},
	{.signature = "format::date() " FORMAT, .fn = constant},
	{.signature = "format::datetime() " FORMAT, .fn = constant},
};

struct ov_function_table ov_functions_named(void)
{
	return (struct ov_function_table){items, OV_COUNT(items)};
}

/* fn_kube: Kubernetes' addresses, quantities and versions, and escapes of JSON Patch. Layer:
 * expr. */
#include "expr/functions.h"
#include "expr/text.h"
#include "lang/ip.h"
#include "lang/quantity.h"
#include "lang/semver.h"

static const char ip_type[] = "net.IP", cidr_type[] = "net.CIDR",
		  quantity_type[] = "kubernetes.Quantity", semver_type[] = "kubernetes.Semver";

struct ov_value ov_function_opaque(struct ov_eval *eval, const char *type, struct ov_str text,
	struct ov_str key, const void *data)
{
	struct ov_opaque *opaque = ov_new(eval->arena, struct ov_opaque);
	*opaque = (struct ov_opaque){
		.type = type, .text = ov_str_dup(eval->arena, text), .key = key, .data = data};
	return (struct ov_value){.kind = OV_KIND_OPAQUE, .opaque = opaque};
}

static struct ov_value cannot_read(
	struct ov_eval *ev, const struct ov_expr *at, struct ov_str s, const char *why)
{
	return ov_eval_fail(ev, at, "'%.*s' %s", OV_STR_ARG(s), why);
}

OV_FUNCTION(opaque_text, ov_value_string(a[0].opaque->text))

static struct ov_value ip_value(struct ov_eval *ev, struct ov_ip ip, bool network)
{
	char text[OV_IP_TEXT];
	size_t len = network ? ov_cidr_print(ip, text) : ov_ip_print(ip, text);
	struct ov_ip *data = ov_new(ev->arena, struct ov_ip);
	*data = ip;
	return ov_function_opaque(
		ev, network ? cidr_type : ip_type, ov_str_n(text, len), OV_STR(""), data);
}

static struct ov_ip ip_of(struct ov_value v)
{
	return *(const struct ov_ip *)v.opaque->data;
}

static bool parse_ip(struct ov_value v, bool network, struct ov_ip *ip, const char **why)
{
	return network ? ov_cidr_parse(ov_string(v), 0, ip, why)
		       : ov_ip_parse(ov_string(v), 0, ip, why);
}

static struct ov_value read_ip(
	struct ov_eval *ev, const struct ov_expr *at, struct ov_value v, bool network)
{
	struct ov_ip ip;
	const char *why = NULL;
	if (!parse_ip(v, network, &ip, &why))
		return cannot_read(ev, at, ov_string(v), why);
	return ip_value(ev, ip, network);
}

static bool is_ip_text(struct ov_value v, bool network)
{
	struct ov_ip ip;
	return parse_ip(v, network, &ip, NULL);
}

OV_FUNCTION(to_ip, read_ip(ev, at, a[0], false))
OV_FUNCTION(to_cidr, read_ip(ev, at, a[0], true))
OV_FUNCTION(is_ip, ov_value_bool(is_ip_text(a[0], false)))
OV_FUNCTION(is_cidr, ov_value_bool(is_ip_text(a[0], true)))

static struct ov_value is_canonical(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_ip ip;
	const char *why = NULL;
	if (!ov_ip_parse(ov_string(a[0]), 0, &ip, &why))
		return cannot_read(ev, at, ov_string(a[0]), why);
	char text[OV_IP_TEXT];
	size_t len = ov_ip_print(ip, text);
	return ov_value_bool(ov_str_eq(ov_string(a[0]), ov_str_n(text, len)));
}

OV_FUNCTION(family, ov_value_int(ip_of(a[0]).family))
OV_FUNCTION(is_unspecified, ov_value_bool(ov_ip_is_unspecified(ip_of(a[0]))))
OV_FUNCTION(is_loopback, ov_value_bool(ov_ip_is_loopback(ip_of(a[0]))))
OV_FUNCTION(is_link_local_multicast, ov_value_bool(ov_ip_is_link_local_multicast(ip_of(a[0]))))
OV_FUNCTION(is_link_local_unicast, ov_value_bool(ov_ip_is_link_local_unicast(ip_of(a[0]))))
OV_FUNCTION(is_global_unicast, ov_value_bool(ov_ip_is_global_unicast(ip_of(a[0]))))

/* The second argument of containsIP and containsCIDR, as a value or as text. */
static struct ov_value contains(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, bool network)
{
	struct ov_ip inner;
	const char *why = NULL;
	if (a[1].kind == OV_KIND_OPAQUE)
		inner = ip_of(a[1]);
	else if (!parse_ip(a[1], network, &inner, &why))
		return cannot_read(ev, at, ov_string(a[1]), why);
	return ov_value_bool(ov_ip_contains(ip_of(a[0]), inner));
}

OV_FUNCTION(contains_ip, contains(ev, at, a, false))
OV_FUNCTION(contains_cidr, contains(ev, at, a, true))

static struct ov_value cidr_ip(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)at, (void)n;
	struct ov_ip ip = ip_of(a[0]);
	ip.prefix = ip.family == 4 ? 32 : 128;
	return ip_value(ev, ip, false);
}

OV_FUNCTION(masked, ip_value(ev, ov_ip_masked(ip_of(a[0])), true))
OV_FUNCTION(prefix_length, ov_value_int(ip_of(a[0]).prefix))

static struct ov_value quantity_value(struct ov_eval *ev, struct ov_quantity q)
{
	char text[OV_QUANTITY_TEXT];
	size_t len = ov_quantity_print(q, text);
	struct ov_quantity *data = ov_new(ev->arena, struct ov_quantity);
	*data = q;
	/* Quantities are equal by their amounts: 1Ki and 1024 are. */
	char *key = ov_arena_alloc(ev->arena, sizeof(q.nano) + 1, 1);
	memcpy(key, q.nano, sizeof(q.nano));
	key[sizeof(q.nano)] = q.negative ? '-' : '+';
	return ov_function_opaque(ev, quantity_type, ov_str_n(text, len),
		ov_str_n(key, sizeof(q.nano) + 1), data);
}

static struct ov_quantity quantity_of(struct ov_value v)
{
	return v.kind == OV_KIND_INT ? ov_quantity_int(v.integer)
				     : *(const struct ov_quantity *)v.opaque->data;
}

static struct ov_value to_quantity(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_quantity q;
	const char *why = NULL;
	if (!ov_quantity_parse(ov_string(a[0]), &q, &why))
		return ev->terse ? ov_eval_fail(ev, at,
					   "quantities must match the regular expression "
					   "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
				 : cannot_read(ev, at, ov_string(a[0]), why);
	return quantity_value(ev, q);
}

static struct ov_value is_quantity(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)ev, (void)at, (void)n;
	struct ov_quantity q;
	return ov_value_bool(ov_quantity_parse(ov_string(a[0]), &q, NULL));
}

static int compare_quantities(const struct ov_value *a)
{
	return ov_quantity_compare(quantity_of(a[0]), quantity_of(a[1]));
}

OV_FUNCTION(quantity_sign, ov_value_int(ov_quantity_sign(quantity_of(a[0]))))
OV_FUNCTION(quantity_greater, ov_value_bool(compare_quantities(a) > 0))
OV_FUNCTION(quantity_less, ov_value_bool(compare_quantities(a) < 0))
OV_FUNCTION(quantity_compare, ov_value_int(compare_quantities(a)))
OV_FUNCTION(quantity_float, ov_value_double(ov_quantity_as_double(quantity_of(a[0]))))

static struct ov_value quantity_integer(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	int64_t i;
	if (!ov_quantity_as_integer(quantity_of(a[0]), &i))
		return ov_eval_fail(ev, at, "cannot convert value to integer");
	return ov_value_int(i);
}

static struct ov_value quantity_is_integer(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)ev, (void)at, (void)n;
	int64_t i;
	return ov_value_bool(ov_quantity_as_integer(quantity_of(a[0]), &i));
}

static struct ov_value quantity_of_two(struct ov_eval *ev, const struct ov_expr *at,
	const struct ov_value *a,
	bool (*work_out)(struct ov_quantity, struct ov_quantity, struct ov_quantity *))
{
	struct ov_quantity q;
	if (!work_out(quantity_of(a[0]), quantity_of(a[1]), &q))
		return ov_eval_fail(ev, at, "the quantity is out of range");
	return quantity_value(ev, q);
}

OV_FUNCTION(quantity_add, quantity_of_two(ev, at, a, ov_quantity_add))
OV_FUNCTION(quantity_sub, quantity_of_two(ev, at, a, ov_quantity_sub))

static bool parse_semver(
	const struct ov_value *a, size_t n, struct ov_semver *out, const char **why)
{
	return n == 2 && a[1].boolean ? ov_semver_parse_lenient(ov_string(a[0]), out, why)
				      : ov_semver_parse(ov_string(a[0]), out, why);
}

static struct ov_value to_semver(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	struct ov_semver *v = ov_new(ev->arena, struct ov_semver);
	const char *why = NULL;
	if (!parse_semver(a, n, v, &why))
		return cannot_read(ev, at, ov_string(a[0]), why);
	/* Build metadata makes no difference to equality. */
	struct ov_semver plain = *v;
	plain.build = OV_STR("");
	return ov_function_opaque(ev, semver_type, ov_semver_text(ev->arena, *v),
		ov_semver_text(ev->arena, plain), v);
}

static struct ov_value is_semver(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)ev, (void)at;
	struct ov_semver v;
	return ov_value_bool(parse_semver(a, n, &v, NULL));
}

static const struct ov_semver *semver_of(struct ov_value v)
{
	return v.opaque->data;
}

static int compare_semvers(const struct ov_value *a)
{
	return ov_semver_compare(*semver_of(a[0]), *semver_of(a[1]));
}

OV_FUNCTION(semver_greater, ov_value_bool(compare_semvers(a) > 0))
OV_FUNCTION(semver_less, ov_value_bool(compare_semvers(a) < 0))
OV_FUNCTION(semver_compare, ov_value_int(compare_semvers(a)))

static struct ov_value number_of_version(
	struct ov_eval *ev, const struct ov_expr *at, uint64_t number)
{
	if (number > (uint64_t)INT64_MAX)
		return ov_eval_fail(ev, at, "the number is out of range");
	return ov_value_int((int64_t)number);
}

OV_FUNCTION(major_number, number_of_version(ev, at, semver_of(a[0])->major))
OV_FUNCTION(minor_number, number_of_version(ev, at, semver_of(a[0])->minor))
OV_FUNCTION(patch_number, number_of_version(ev, at, semver_of(a[0])->patch))

/* A key as a part of a JSON pointer (RFC 6901, section 3). */
static struct ov_value escape_key(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_str s = ov_string(a[0]);
	struct ov_text out = ov_text_begin(ev, at);
	for (size_t i = 0; i < s.len; i++) {
		bool ok = s.ptr[i] == '~'   ? ov_text_add(&out, OV_STR("~0"))
			  : s.ptr[i] == '/' ? ov_text_add(&out, OV_STR("~1"))
					    : ov_text_putc(&out, s.ptr[i]);
		if (!ok)
			break;
	}
	return ov_text_end(&out);
}

#define IP       "net.IP"
#define CIDR     "net.CIDR"
#define QUANTITY "kubernetes.Quantity"
#define SEMVER   "kubernetes.Semver"

static const struct ov_function items[] = {
	{.signature = "ip(string) " IP, .fn = to_ip},
	{.signature = "isIP(string) bool", .fn = is_ip},
	{.signature = "ip::isCanonical(string) bool", .fn = is_canonical},
	{.signature = IP ".family() int", .fn = family},
	{.signature = IP ".isUnspecified() bool", .fn = is_unspecified},
	{.signature = IP ".isLoopback() bool", .fn = is_loopback},
	{.signature = IP ".isLinkLocalMulticast() bool", .fn = is_link_local_multicast},
	{.signature = IP ".isLinkLocalUnicast() bool", .fn = is_link_local_unicast},
	{.signature = IP ".isGlobalUnicast() bool", .fn = is_global_unicast},
	{.signature = "string(" IP ") string", .fn = opaque_text},
	{.signature = "cidr(string) " CIDR, .fn = to_cidr},
	{.signature = "isCIDR(string) bool", .fn = is_cidr},
	{.signature = CIDR ".containsIP(string) bool", .fn = contains_ip},
	{.signature = CIDR ".containsIP(" IP ") bool", .fn = contains_ip},
	{.signature = CIDR ".containsCIDR(string) bool", .fn = contains_cidr},
	{.signature = CIDR ".containsCIDR(" CIDR ") bool", .fn = contains_cidr},
	{.signature = CIDR ".ip() " IP, .fn = cidr_ip},
	{.signature = CIDR ".masked() " CIDR, .fn = masked},
	{.signature = CIDR ".prefixLength() int", .fn = prefix_length},
	{.signature = "string(" CIDR ") string", .fn = opaque_text},
	{.signature = "quantity(string) " QUANTITY, .fn = to_quantity},
	{.signature = "isQuantity(string) bool", .fn = is_quantity},
	/* Documented as a method, declared as a function. */
	{.signature = "sign(" QUANTITY ") int", .fn = quantity_sign},
	{.signature = QUANTITY ".isGreaterThan(" QUANTITY ") bool", .fn = quantity_greater},
	{.signature = QUANTITY ".isLessThan(" QUANTITY ") bool", .fn = quantity_less},
	{.signature = QUANTITY ".compareTo(" QUANTITY ") int", .fn = quantity_compare},
	{.signature = QUANTITY ".asApproximateFloat() double", .fn = quantity_float},
	{.signature = QUANTITY ".asInteger() int", .fn = quantity_integer},
	{.signature = QUANTITY ".isInteger() bool", .fn = quantity_is_integer},
	{.signature = QUANTITY ".add(" QUANTITY ") " QUANTITY, .fn = quantity_add},
	{.signature = QUANTITY ".add(int) " QUANTITY, .fn = quantity_add},
	{.signature = QUANTITY ".sub(" QUANTITY ") " QUANTITY, .fn = quantity_sub},
	{.signature = QUANTITY ".sub(int) " QUANTITY, .fn = quantity_sub},
	{.signature = "semver(string) " SEMVER, .fn = to_semver},
	{.signature = "semver(string, bool) " SEMVER, .fn = to_semver},
	{.signature = "isSemver(string) bool", .fn = is_semver},
	{.signature = "isSemver(string, bool) bool", .fn = is_semver},
	{.signature = SEMVER ".isGreaterThan(" SEMVER ") bool", .fn = semver_greater},
	{.signature = SEMVER ".isLessThan(" SEMVER ") bool", .fn = semver_less},
	{.signature = SEMVER ".compareTo(" SEMVER ") int", .fn = semver_compare},
	{.signature = SEMVER ".major() int", .fn = major_number},
	{.signature = SEMVER ".minor() int", .fn = minor_number},
	{.signature = SEMVER ".patch() int", .fn = patch_number},
	{.signature = "jsonpatch::escapeKey(string) string", .fn = escape_key},
};

struct ov_function_table ov_functions_kube(void)
{
	return (struct ov_function_table){items, OV_COUNT(items)};
}

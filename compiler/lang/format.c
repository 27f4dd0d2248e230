/* format: the syntaxes of string values that a schema may name. Layer: lang. */
#include "lang/format.h"

#include "lang/ascii.h"
#include "lang/cron.h"
#include "lang/datetime.h"
#include "lang/duration.h"
#include "lang/image.h"
#include "lang/ip.h"
#include "lang/mac.h"
#include "lang/name.h"
#include "lang/quantity.h"
#include "lang/semver.h"
#include "lang/uri.h"
#include "lang/uuid.h"

/* Up to 15 digits and a usual suffix: what nearly all amounts are. */
static bool is_plain_quantity(struct ov_str s)
{
	size_t digits = 0;
	while (digits < s.len && digits < 16 && ov_is_digit(s.ptr[digits]))
		digits++;
	if (!digits || digits > 15)
		return false;
	struct ov_str suffix = ov_str_sub(s, digits, s.len);
	if (suffix.len == 2)
		return suffix.ptr[1] == 'i' && ov_is_one_of(suffix.ptr[0], "KMGT");
	return !suffix.len || (suffix.len == 1 && ov_is_one_of(suffix.ptr[0], "mkMGT"));
}

static const char *quantity_fault(struct ov_str s)
{
	if (is_plain_quantity(s))
		return NULL;
	const char *why = NULL;
	struct ov_quantity q;
	size_t at = 0;
	if (!ov_quantity_parse(s, &q, &why))
		return why;
	/* Kubernetes takes "Ki" and "+" for zero; whoever wrote that meant something else. */
	while (at < s.len && ov_is_one_of(s.ptr[at], "+-."))
		at++;
	return ov_is_digit(ov_byte(s, at))
		       ? NULL
		       : "has no number; write one before the suffix, such as 500m or 1.5Gi";
}

static const char *go_duration_fault(struct ov_str s)
{
	const char *why = NULL;
	int64_t d;
	return ov_duration_parse(s, &d, &why) ? NULL : why;
}

static const char *prom_duration_fault(struct ov_str s)
{
	const char *why = NULL;
	int64_t d;
	return ov_duration_parse_prometheus(s, &d, &why) ? NULL : why;
}

static const char *family_fault(struct ov_ip ip, uint8_t family)
{
	if (family == 0 || ip.family == family)
		return NULL;
	return family == 4 ? "is IPv6; write IPv4" : "is IPv4; write IPv6";
}

static const char *ip_fault(struct ov_str s)
{
	const char *why = NULL;
	struct ov_ip ip;
	return ov_ip_parse(s, 0, &ip, &why) ? NULL : why;
}

static const char *ipv4_fault(struct ov_str s)
{
	const char *why = NULL;
	struct ov_ip ip;
	return ov_ip_parse(s, OV_IP_MAPPED, &ip, &why) ? family_fault(ip, 4) : why;
}

static const char *ipv6_fault(struct ov_str s)
{
	const char *why = NULL;
	struct ov_ip ip;
	return ov_ip_parse(s, OV_IP_MAPPED, &ip, &why) ? family_fault(ip, 6) : why;
}

static const char *any_cidr_fault(struct ov_str s, uint8_t family)
{
	const char *why = NULL;
	struct ov_ip net;
	return ov_cidr_parse(s, 0, &net, &why) ? family_fault(net, family) : why;
}

static const char *cidr_fault(struct ov_str s)
{
	return any_cidr_fault(s, 0);
}

static const char *cidr_v4_fault(struct ov_str s)
{
	return any_cidr_fault(s, 4);
}

static const char *cidr_v6_fault(struct ov_str s)
{
	return any_cidr_fault(s, 6);
}

static const char *mac_fault(struct ov_str s)
{
	const char *why = NULL;
	unsigned char mac[6];
	if (!ov_mac_parse(s, mac, &why))
		return why;
	return ov_mac_is_multicast(mac)
		       ? "is a MAC address of a group; the first byte of an interface's is even"
		       : NULL;
}

static const char *date_time_fault(struct ov_str s)
{
	const char *why = NULL;
	struct ov_datetime t;
	return ov_datetime_parse(s, &t, &why) ? NULL : why;
}

static const char *uri_fault(struct ov_str s)
{
	return ov_uri_fault(s, 0, NULL);
}

static const char *uri_reference_fault(struct ov_str s)
{
	return ov_uri_fault(s, OV_URI_RELATIVE, NULL);
}

static const char *iri_fault(struct ov_str s)
{
	return ov_uri_fault(s, OV_URI_UNICODE, NULL);
}

static const char *iri_reference_fault(struct ov_str s)
{
	return ov_uri_fault(s, OV_URI_UNICODE | OV_URI_RELATIVE, NULL);
}

static const char *email_fault(struct ov_str s)
{
	return ov_name_email_fault(s, false);
}

static const char *idn_email_fault(struct ov_str s)
{
	return ov_name_email_fault(s, true);
}

static const char *semver_fault(struct ov_str s)
{
	const char *why = NULL;
	struct ov_semver v;
	return ov_semver_parse(s, &v, &why) ? NULL : why;
}

static const char *image_fault(struct ov_str s)
{
	const char *why = NULL;
	struct ov_image i;
	return ov_image_parse(s, &i, &why) ? NULL : why;
}

/** In the order of the documentation. */
static const struct ov_format_info infos[] = {
	{OV_STR_INIT("quantity"), "an amount of a resource, as Kubernetes writes it", "1.5Gi",
		quantity_fault},
	{OV_STR_INIT("go-duration"), "a span of time, as Go writes it", "1h30m",
		go_duration_fault},
	{OV_STR_INIT("prom-duration"), "a span of time, as Prometheus writes it", "30d",
		prom_duration_fault},
	{OV_STR_INIT("cron"), "a schedule of five fields, or a descriptor such as @daily",
		"30 2 * * SUN", NULL},
	{OV_STR_INIT("ip"), "an IPv4 or IPv6 address", "192.0.2.10", ip_fault},
	{OV_STR_INIT("ipv4"), "an IPv4 address", "192.0.2.10", ipv4_fault},
	{OV_STR_INIT("ipv6"), "an IPv6 address", "2001:db8::10", ipv6_fault},
	{OV_STR_INIT("cidr"), "an IPv4 or IPv6 network", "10.128.0.0/14", cidr_fault},
	{OV_STR_INIT("cidr-v4"), "an IPv4 network", "10.128.0.0/14", cidr_v4_fault},
	{OV_STR_INIT("cidr-v6"), "an IPv6 network", "2001:db8::/32", cidr_v6_fault},
	{OV_STR_INIT("mac"), "a MAC address of one interface", "02:00:5e:10:00:01", mac_fault},
	{OV_STR_INIT("dns-label"), "a DNS label in small letters (RFC 1123)", "web-1",
		ov_name_label_fault},
	{OV_STR_INIT("dns-subdomain"), "DNS labels with dots, in small letters",
		"apps.example.com", ov_name_subdomain_fault},
	{OV_STR_INIT("label-key"), "the key of a label", "app.kubernetes.io/name",
		ov_name_label_key_fault},
	{OV_STR_INIT("label-value"), "the value of a label", "frontend",
		ov_name_label_value_fault},
	{OV_STR_INIT("annotation-key"), "the key of an annotation", "example.com/owner",
		ov_name_annotation_key_fault},
	{OV_STR_INIT("k8s-name"), "the name of any object, as one segment of a path",
		"system:controller", ov_name_object_fault},
	{OV_STR_INIT("port-name"), "the name of a port", "https-web", ov_name_port_fault},
	{OV_STR_INIT("date-time"), "a point in time (RFC 3339)", "2024-02-29T08:30:00Z",
		date_time_fault},
	{OV_STR_INIT("date"), "a day (RFC 3339)", "2024-02-29", ov_datetime_date_fault},
	{OV_STR_INIT("time"), "a time of day with its zone (RFC 3339)", "08:30:00+01:00",
		ov_datetime_time_fault},
	{OV_STR_INIT("duration"), "a span of time (ISO 8601)", "P1DT12H",
		ov_duration_iso_fault},
	{OV_STR_INIT("uri"), "an absolute URI (RFC 3986)", "https://example.com/a?b=c",
		uri_fault},
	{OV_STR_INIT("uri-reference"), "a URI, or a reference relative to one",
		"../images/a.png", uri_reference_fault},
	{OV_STR_INIT("iri"), "a URI with non-ASCII characters (RFC 3987)",
		"https://example.com/r\xc3\xa9sum\xc3\xa9", iri_fault},
	{OV_STR_INIT("iri-reference"), "a URI reference with non-ASCII characters",
		"r\xc3\xa9sum\xc3\xa9", iri_reference_fault},
	{OV_STR_INIT("uri-template"), "a URI with {variables} (RFC 6570)",
		"https://example.com/{user}{?page}", ov_uri_template_fault},
	{OV_STR_INIT("json-pointer"), "a pointer into JSON (RFC 6901)", "/spec/containers/0",
		ov_uri_pointer_fault},
	{OV_STR_INIT("relative-json-pointer"), "a pointer relative to a place in JSON",
		"1/name", ov_uri_relative_pointer_fault},
	{OV_STR_INIT("email"), "a mail address (RFC 5321)", "someone@example.com", email_fault},
	{OV_STR_INIT("idn-email"), "a mail address with non-ASCII characters (RFC 6531)",
		"jos\xc3\xa9@example.com", idn_email_fault},
	{OV_STR_INIT("hostname"), "a host name (RFC 1123)", "www.example.com",
		ov_name_host_fault},
	{OV_STR_INIT("uuid"), "a UUID (RFC 9562)", "2eb8aa08-aa98-11ea-b4aa-73b441d16380",
		ov_uuid_fault},
	{OV_STR_INIT("semver"), "a version (Semantic Versioning 2.0.0)", "1.2.3-rc.1",
		semver_fault},
	{OV_STR_INIT("image"), "a reference to a container image",
		"registry.example.com/team/app:1.2", image_fault},
	{OV_STR_INIT("git-ref"), "the name of a branch or tag in Git", "release/1.2",
		ov_uri_git_ref_fault},
	{OV_STR_INIT("git-url"), "the address of a Git repository",
		"ssh://git@example.com/team/repo.git", ov_uri_git_fault},
};

static size_t find(struct ov_str name)
{
	size_t i = 0;
	while (i < OV_COUNT(infos) && !ov_str_eq(infos[i].name, name))
		i++;
	return i;
}

enum ov_format_verdict ov_format_check(
	struct ov_arena *arena, struct ov_str name, struct ov_str s, struct ov_str *why)
{
	size_t i = find(name);
	if (i == OV_COUNT(infos))
		return OV_FORMAT_UNKNOWN;
	if (!infos[i].fault) {
		struct ov_cron cron;
		return ov_cron_parse(arena, s, &cron, why) ? OV_FORMAT_OK : OV_FORMAT_BAD;
	}
	const char *fault = infos[i].fault(s);
	if (fault && why)
		*why = ov_str_c(fault);
	return fault ? OV_FORMAT_BAD : OV_FORMAT_OK;
}

bool ov_format_known(struct ov_str name)
{
	return find(name) < OV_COUNT(infos);
}

const struct ov_format_info *ov_format_table(size_t *count)
{
	*count = OV_COUNT(infos);
	return infos;
}

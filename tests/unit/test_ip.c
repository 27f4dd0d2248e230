/* Tests of lang/ip.h. */
#include "lang/ip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct good {
	const char *text, *canonical;
};

static const struct good addresses[] = {
	{"0.0.0.0", "0.0.0.0"},
	{"255.255.255.255", "255.255.255.255"},
	{"::", "::"},
	{"::1", "::1"},
	{"1::", "1::"},
	{"2001:DB8::00a", "2001:db8::a"},
	{"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
	{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
	{"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
	{"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
	{"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
	{"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
	{"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
};

static struct ov_ip ip(const char *text)
{
	struct ov_ip out;
	const char *why = NULL;
	struct ov_str s = ov_str_c(text);
	if (!(strchr(text, '/') ? ov_cidr_parse(s, 0, &out, &why)
				: ov_ip_parse(s, 0, &out, &why)))
		fail_msg("%s: %s", text, why);
	return out;
}

static void test_accepted(void **state)
{
	char text[OV_IP_TEXT];
	struct ov_ip out;
	(void)state;
	for (size_t i = 0; i < OV_COUNT(addresses); i++) {
		size_t len = ov_ip_print(ip(addresses[i].text), text);
		assert_string_equal(text, addresses[i].canonical);
		assert_int_equal(len, strlen(text));
	}
	assert_true(ov_ip_parse(OV_STR("::ffff:1.2.3.4"), OV_IP_MAPPED, &out, NULL));
	ov_ip_print(out, text);
	assert_string_equal(text, "::ffff:1.2.3.4");
	assert_true(ov_ip_parse(OV_STR("fe80::1%eth0"), OV_IP_ZONE, &out, NULL));
	ov_cidr_print(out, text);
	assert_string_equal(text, "fe80::1/128");
	ov_cidr_print(ip("1111:1111:1111:1111:1111:1111:1111:1111/128"), text);
	assert_string_equal(text, "1111:1111:1111:1111:1111:1111:1111:1111/128");
}

static void test_refused(void **state)
{
	static const struct ov_str bad[] = {OV_STR_INIT(""), OV_STR_INIT("1.2.3"),
		OV_STR_INIT("1.2.3.4.5"), OV_STR_INIT("01.2.3.4"), OV_STR_INIT("1.2.3.00"),
		OV_STR_INIT("1.2.3.256"), OV_STR_INIT("1..3.4"), OV_STR_INIT(" 1.2.3.4"),
		OV_STR_INIT("1.2.3.4 "), OV_STR_INIT("1.2.3.4\0"), OV_STR_INIT("1.2.3.-4"),
		OV_STR_INIT("0x1.2.3.4"), OV_STR_INIT(":"), OV_STR_INIT(":::"),
		OV_STR_INIT(":1::"), OV_STR_INIT("1::2::3"), OV_STR_INIT("1:2:3:4:5:6:7"),
		OV_STR_INIT("1:2:3:4:5:6:7:8:9"), OV_STR_INIT("1:2:3:4:5:6:7:8::"),
		OV_STR_INIT("::1:2:3:4:5:6:7:8"), OV_STR_INIT("12345::"), OV_STR_INIT("::g"),
		OV_STR_INIT("1:2:3:4:5:6:7:"), OV_STR_INIT("::1.2.3"), OV_STR_INIT("1.2.3.4::"),
		OV_STR_INIT("::01.2.3.4"), OV_STR_INIT("1:2:3:4:5:6:7:1.2.3.4"),
		OV_STR_INIT("::ffff:1.2.3.4"), OV_STR_INIT("fe80::1%eth0"),
		OV_STR_INIT("::1\0")};
	static const char *const bad_cidr[] = {"", "1.2.3.4", "/24", "1.2.3.0/", "1.2.3.0/33",
		"1.2.3.0/024", "1.2.3.0/+4", "1.2.3.0/-1", "1.2.3.0/2 ", "::/129", "::/1000",
		"::/a", "1.2.3.0/24/24", "fe80::%1/64", "1.2.3/24"};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(bad); i++) {
		struct ov_ip out;
		const char *why = NULL;
		if (ov_ip_parse(bad[i], 0, &out, &why))
			fail_msg("bad[%zu] is accepted", i);
		assert_non_null(why);
	}
	for (size_t i = 0; i < OV_COUNT(bad_cidr); i++) {
		struct ov_ip out;
		const char *why = NULL;
		if (ov_cidr_parse(ov_str_c(bad_cidr[i]), OV_IP_ZONE, &out, &why))
			fail_msg("%s is accepted", bad_cidr[i]);
		assert_non_null(why);
	}
}

struct pair {
	const char *net, *inner;
	bool contains, overlaps;
};

static const struct pair pairs[] = {
	{"10.0.0.0/8", "10.255.0.1", true, true},
	{"10.0.0.0/8", "11.0.0.0", false, false},
	{"10.1.2.3/8", "10.4.0.0/16", true, true},
	{"10.4.0.0/16", "10.0.0.0/8", false, true},
	{"10.4.0.0/15", "10.6.0.0/16", false, false},
	{"0.0.0.0/0", "255.255.255.255/32", true, true},
	{"0.0.0.0/0", "::1", false, false},
	{"::/0", "ffff::/16", true, true},
	{"2001:db8::/33", "2001:db8:8000::1", false, false},
	{"192.0.2.1/32", "192.0.2.1", true, true},
};

static void test_networks(void **state)
{
	(void)state;
	for (size_t i = 0; i < OV_COUNT(pairs); i++) {
		struct ov_ip net = ip(pairs[i].net), inner = ip(pairs[i].inner);
		assert_int_equal(ov_ip_contains(net, inner), pairs[i].contains);
		assert_int_equal(ov_ip_overlaps(net, inner), pairs[i].overlaps);
		assert_int_equal(ov_ip_overlaps(inner, net), pairs[i].overlaps);
	}
	assert_true(ov_ip_compare(ip("9.0.0.0"), ip("10.0.0.0")) < 0);
	assert_true(ov_ip_compare(ip("255.0.0.0"), ip("::")) < 0);
	assert_true(ov_ip_compare(ip("10.0.0.0/9"), ip("10.0.0.0/8")) > 0);
	assert_int_equal(ov_ip_compare(ip("::1"), ip("0::1")), 0);
}

struct range {
	const char *net, *masked, *first, *last, *end;
};

static const struct range ranges[] = {
	{"192.0.2.77/24", "192.0.2.0/24", "192.0.2.1", "192.0.2.254", "192.0.2.255"},
	{"192.0.2.77/30", "192.0.2.76/30", "192.0.2.77", "192.0.2.78", "192.0.2.79"},
	{"192.0.2.77/31", "192.0.2.76/31", "192.0.2.76", "192.0.2.77", "192.0.2.77"},
	{"192.0.2.77/32", "192.0.2.77/32", "192.0.2.77", "192.0.2.77", "192.0.2.77"},
	{"1.2.3.4/0", "0.0.0.0/0", "0.0.0.1", "255.255.255.254", "255.255.255.255"},
	{"2001:db8::5/126", "2001:db8::4/126", "2001:db8::5", "2001:db8::7", "2001:db8::7"},
	{"2001:db8::5/127", "2001:db8::4/127", "2001:db8::4", "2001:db8::5", "2001:db8::5"},
};

static void test_ranges(void **state)
{
	struct ov_ip first, last, out;
	char text[OV_IP_TEXT];
	(void)state;
	for (size_t i = 0; i < OV_COUNT(ranges); i++) {
		struct ov_ip net = ip(ranges[i].net);
		ov_cidr_print(ov_ip_masked(net), text);
		assert_string_equal(text, ranges[i].masked);
		ov_ip_hosts(net, &first, &last);
		ov_ip_print(first, text);
		assert_string_equal(text, ranges[i].first);
		ov_ip_print(last, text);
		assert_string_equal(text, ranges[i].last);
		ov_ip_print(ov_ip_last(net), text);
		assert_string_equal(text, ranges[i].end);
	}
	assert_true(ov_ip_nth(ip("10.0.0.0/24"), 255, &out));
	assert_int_equal(ov_ip_compare(out, ip("10.0.0.255")), 0);
	assert_false(ov_ip_nth(ip("10.0.0.0/24"), 256, &out));
	assert_false(ov_ip_nth(ip("10.0.0.0/24"), UINT64_MAX, &out));
	assert_false(ov_ip_nth(ip("255.255.255.0/24"), 256, &out));
	assert_true(ov_ip_nth(ip("2001:db8::/64"), UINT64_MAX, &out));
	assert_int_equal(ov_ip_compare(out, ip("2001:db8::ffff:ffff:ffff:ffff")), 0);
}

static void test_kinds(void **state)
{
	(void)state;
	assert_true(ov_ip_is_unspecified(ip("::")));
	assert_true(ov_ip_is_loopback(ip("127.9.9.9")));
	assert_true(ov_ip_is_loopback(ip("::1")));
	assert_false(ov_ip_is_loopback(ip("::2")));
	assert_true(ov_ip_is_multicast(ip("239.0.0.1")));
	assert_true(ov_ip_is_link_local_unicast(ip("169.254.1.1")));
	assert_true(ov_ip_is_link_local_unicast(ip("febf::1")));
	assert_false(ov_ip_is_link_local_unicast(ip("fec0::1")));
	assert_true(ov_ip_is_link_local_multicast(ip("ff02::1")));
	assert_true(ov_ip_is_global_unicast(ip("10.0.0.1")));
	assert_false(ov_ip_is_global_unicast(ip("255.255.255.255")));
	assert_false(ov_ip_is_global_unicast(ip("fe80::1")));
}

const struct CMUnitTest ov_test_ip[] = {
	cmocka_unit_test(test_accepted),
	cmocka_unit_test(test_refused),
	cmocka_unit_test(test_networks),
	cmocka_unit_test(test_ranges),
	cmocka_unit_test(test_kinds),
};
const size_t ov_test_ip_count = OV_COUNT(ov_test_ip);

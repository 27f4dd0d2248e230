/* lang: the small languages of string values; the first byte chooses one. */
#include "fuzz/target.h"
#include "lang/cloudinit.h"
#include "lang/cron.h"
#include "lang/datetime.h"
#include "lang/duration.h"
#include "lang/format.h"
#include "lang/image.h"
#include "lang/ip.h"
#include "lang/mac.h"
#include "lang/quantity.h"
#include "lang/secret.h"
#include "lang/semver.h"
#include "lang/uuid.h"

/** What is printed must be read back as the same. */
static void try_quantity(struct ov_str s)
{
	struct ov_quantity a, b;
	char text[OV_QUANTITY_TEXT];
	int64_t i;
	if (!ov_quantity_parse(s, &a, NULL))
		return;
	size_t len = ov_quantity_print(a, text);
	ov_assert(ov_quantity_parse(ov_str_n(text, len), &b, NULL));
	ov_assert(ov_quantity_compare(a, b) == 0);
	ov_quantity_as_integer(a, &i);
	ov_quantity_as_double(a);
	if (ov_quantity_add(a, b, &b)) {
		ov_assert(ov_quantity_sub(b, a, &b));
		ov_assert(ov_quantity_compare(a, b) == 0);
	}
}

static void try_duration(struct ov_str s)
{
	int64_t a, b;
	char text[OV_DURATION_TEXT];
	ov_duration_parse_prometheus(s, &a, NULL);
	if (!ov_duration_parse(s, &a, NULL))
		return;
	size_t len = ov_duration_print(a, text);
	ov_assert(ov_duration_parse(ov_str_n(text, len), &b, NULL));
	ov_assert(a == b);
}

static void try_ip(struct ov_str s)
{
	struct ov_ip a, b, first, last;
	char text[OV_IP_TEXT];
	if (!ov_cidr_parse(s, OV_IP_MAPPED, &a, NULL) &&
		!ov_ip_parse(s, OV_IP_MAPPED | OV_IP_ZONE, &a, NULL))
		return;
	size_t len = ov_cidr_print(a, text);
	ov_assert(ov_cidr_parse(ov_str_n(text, len), OV_IP_MAPPED, &b, NULL));
	ov_assert(ov_ip_compare(a, b) == 0);
	ov_ip_hosts(a, &first, &last);
	ov_assert(ov_ip_contains(a, first) && ov_ip_contains(a, last));
	ov_assert(ov_ip_compare(first, last) <= 0);
}

static void try_datetime(struct ov_str s)
{
	struct ov_datetime a, b;
	char text[OV_DATETIME_TEXT];
	if (!ov_datetime_parse(s, &a, NULL) ||
		!ov_datetime_print(a.seconds, a.nanoseconds, text))
		return;
	ov_assert(ov_datetime_parse(ov_str_c(text), &b, NULL));
	ov_assert(a.seconds == b.seconds && a.nanoseconds == b.nanoseconds);
}

static void try_semver(struct ov_arena *arena, struct ov_str s)
{
	struct ov_semver a, b;
	if (!ov_semver_parse_lenient(s, &a, NULL))
		return;
	ov_assert(ov_semver_parse(ov_semver_text(arena, a), &b, NULL));
	ov_assert(ov_semver_compare(a, b) == 0);
}

static void try_others(struct ov_arena *arena, struct ov_str s)
{
	struct ov_cron cron;
	char text[37];
	if (ov_cron_parse(arena, s, &cron, NULL))
		ov_cron_is_never(&cron);
	ov_secret_text(s);
	ov_secret_key_suspicious(s);
	ov_secret_is_reference(s);
	ov_cloudinit_is_config(s);
	ov_mac_derive(s, text);
	ov_uuid_derive(s, text);
}

static void ignore(
	void *ctx, struct ov_value where, struct ov_str path, const char *what, bool secret)
{
	(void)ctx, (void)where, (void)path, (void)what, (void)secret;
}

/** A tree of the text: under a key of its first line, as command, list and file. */
static void try_cloudinit(struct ov_arena *arena, struct ov_str s)
{
	struct ov_keys *keys = ov_keys_new(1);
	struct ov_map_builder map;
	size_t end = ov_str_chr(s, '\n');
	struct ov_value text = ov_value_string(ov_str_sub(s, end == SIZE_MAX ? 0 : end, s.len));
	ov_map_begin(&map, arena, 4);
	ov_map_set(&map, ov_key(keys, ov_str_sub(s, 0, end)), text);
	struct ov_value file = ov_map_end(&map);
	ov_map_begin(&map, arena, 4);
	ov_map_set(&map, ov_key(keys, ov_str_sub(s, 0, end)), text);
	ov_map_set(&map, ov_key(keys, OV_STR("runcmd")), ov_value_list(&text, 1));
	ov_map_set(&map, ov_key(keys, OV_STR("chpasswd")), file);
	ov_map_set(&map, ov_key(keys, OV_STR("write_files")), ov_value_list(&file, 1));
	ov_cloudinit_check(ov_map_end(&map), ignore, NULL);
	ov_keys_free(keys);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ov_arena arena;
	size_t count;
	const struct ov_format_info *table = ov_format_table(&count);
	if (size == 0)
		return 0;
	struct ov_str s = ov_str_n((const char *)data + 1, size - 1);
	ov_arena_init(&arena);
	switch (data[0] - count) {
	case 0: try_quantity(s); break;
	case 1: try_duration(s); break;
	case 2: try_ip(s); break;
	case 3: try_datetime(s); break;
	case 4: try_semver(&arena, s); break;
	case 5: try_others(&arena, s); break;
	case 6: try_cloudinit(&arena, s); break;
	default: ov_format_check(&arena, table[data[0] % count].name, s, NULL);
	}
	ov_arena_release(&arena);
	return 0;
}

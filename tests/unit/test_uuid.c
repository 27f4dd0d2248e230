/* Tests of lang/uuid.h. */
#include "lang/uuid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_fault(void **state)
{
	static const char *const good[] = {"2eb8aa08-aa98-11ea-b4aa-73b441d16380",
		"2EB8AA08-AA98-11EA-B4AA-73B441D16380", "00000000-0000-0000-0000-000000000000"};
	static const struct ov_str bad[] = {OV_STR_INIT(""),
		OV_STR_INIT("2eb8aa08aa9811eab4aa73b441d16380"),
		OV_STR_INIT("2eb8aa08-aa98-11ea-b4aa-73b441d1638"),
		OV_STR_INIT("2eb8aa08-aa98-11ea-b4aa-73b441d163800"),
		OV_STR_INIT("2eb8aa08-aa98-11ea-b4aa-73b441d1638g"),
		OV_STR_INIT("2eb8aa0-8aa98-11ea-b4aa-73b441d16380"),
		OV_STR_INIT("{2eb8aa08-aa98-11ea-b4aa-73b441d1638}"),
		OV_STR_INIT("2eb8aa08-aa98-11ea-b4aa-73b441d1638\0")};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(good); i++)
		assert_null(ov_uuid_fault(ov_str_c(good[i])));
	for (size_t i = 0; i < OV_COUNT(bad); i++)
		if (!ov_uuid_fault(bad[i]))
			fail_msg("bad[%zu] is accepted", i);
}

/* The expected values come from another implementation of version 5 with the same name space.
 */
static void test_derive(void **state)
{
	char text[37];
	(void)state;
	ov_uuid_derive(OV_STR("abc"), text);
	assert_string_equal(text, "6fa2354e-934b-5e4e-b9f0-8292b06865a5");
	assert_null(ov_uuid_fault(ov_str_c(text)));
	ov_uuid_derive(OV_STR(""), text);
	assert_string_equal(text, "c352a749-b148-5b45-bdc9-ced44725ec15");
}

const struct CMUnitTest ov_test_uuid[] = {
	cmocka_unit_test(test_fault),
	cmocka_unit_test(test_derive),
};
const size_t ov_test_uuid_count = OV_COUNT(ov_test_uuid);

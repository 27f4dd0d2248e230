/*
 * policy: what the files of `ovec policy` share. Layer: cmd.
 */
#ifndef OV_CMD_POLICY_H
#define OV_CMD_POLICY_H

#include "cmd/internal.h"
#include "policy/manifests.h"
#include "report/report.h"

/** `ovec policy apply`; the arguments begin at the second word. */
int ov_cmd_policy_apply(const struct ov_io *io, const struct ov_args *args);

/** `ovec policy test`, likewise. */
int ov_cmd_policy_test(const struct ov_io *io, const struct ov_args *args);

/** Something that reads objects for the session. */
struct ov_manifests ov_policy_manifests(struct ov_session *session);

/** The schemas of policies. */
struct ov_policy_apis {
	struct ov_api_set *sets[2];
	struct ov_regex_cache *regexes; /**< of their patterns */
};

/** Opens the schemas of policies that are part of the executable. */
struct ov_policy_apis ov_policy_apis_open(struct ov_keys *keys, struct ov_diags *diags);

/** Frees them. */
void ov_policy_apis_close(struct ov_policy_apis *apis);

/** The time of the run: as the command line or the environment has it, else now. */
bool ov_policy_now(struct ov_session *session, int64_t *now);

/** The text with line ends and runs of blanks as one blank each. */
struct ov_str ov_policy_one_line(struct ov_arena *arena, struct ov_str text);

/** Prints results in a format that is not text; false where it is not known. */
bool ov_policy_print(struct ov_session *session, const char *format,
	const struct ov_result *items, size_t count, int64_t now);

#endif

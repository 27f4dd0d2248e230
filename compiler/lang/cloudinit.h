/*
 * cloudinit: user data of virtual machines, checked for secrets. Layer: lang.
 */
#ifndef OV_CLOUDINIT_H
#define OV_CLOUDINIT_H

#include "base/str.h"
#include "value/value.h"

/**
 * Takes one finding: `where` is the value concerned, or, for a misspelt key, the value under
 * it; `path` is such as users[0].passwd. `path` and `what` are valid during the call only.
 * `secret` is false for what is no secret but a mistake.
 */
typedef void ov_cloudinit_report(
	void *ctx, struct ov_value where, struct ov_str path, const char *what, bool secret);

/** Whether the text is of the kind that begins with #cloud-config. */
bool ov_cloudinit_is_config(struct ov_str text);

/**
 * Reports literal secrets in a parsed #cloud-config: passwords and their hashes, tokens,
 * private keys, commands that carry a password; and keys at the top that are most likely
 * misspelt. What is wholly a reference is no secret (ov_secret_is_reference).
 */
void ov_cloudinit_check(struct ov_value root, ov_cloudinit_report *report, void *ctx);

#endif

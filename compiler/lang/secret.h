/*
 * secret: what looks like a secret, by its key or by its text. Layer: lang.
 *
 * Both are guesses that lean towards finding one: a placeholder such as "changeme" counts,
 * since it is a password once it is deployed.
 */
#ifndef OV_SECRET_H
#define OV_SECRET_H

#include "base/str.h"

/**
 * Whether a key in snake_case, camelCase, kebab-case or dotted form names a secret itself, such
 * as apiKey, DB_PASSWORD, client-secret: not one that names a reference or property of it, such
 * as secretName, passwordSecret, tokenSecretRef, existingSecret, passwordKey, tokenReview.
 */
bool ov_secret_key_suspicious(struct ov_str key);

/**
 * What the text, or a part of it, looks like: "a private key", "a GitHub token", "a password
 * hash", …; NULL where it looks harmless. A URL whose password is a reference is harmless.
 */
const char *ov_secret_text(struct ov_str text);

/**
 * Whether a value under a suspicious key is none: empty, wholly a reference (${…}, {{…}},
 * $(…)), or only '*' and '!', which lock an account.
 */
bool ov_secret_is_reference(struct ov_str text);

#endif

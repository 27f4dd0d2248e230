/*
 * uuid: universally unique identifiers (RFC 9562), checked and derived. Layer: lang.
 */
#ifndef OV_UUID_H
#define OV_UUID_H

#include "base/str.h"

/** NULL where it is 8-4-4-4-12 hexadecimal digits of any version, otherwise what is wrong. */
const char *ov_uuid_fault(struct ov_str s);

/** The identifier of version 5 that the identity has in this project's own name space. */
void ov_uuid_derive(struct ov_str identity, char out[37]);

#endif

/*
 * idna: labels of host names that stand for other scripts. Layer: lang.
 */
#ifndef OV_IDNA_H
#define OV_IDNA_H

#include "base/str.h"

/**
 * NULL where what stands behind "xn--" decodes (RFC 3492) to a label that IDNA 2008 allows (RFC
 * 5892), otherwise a constant that says what is wrong. Not looked at are normal forms, the
 * direction of writing, and the version of Unicode.
 */
const char *ov_idna_fault(struct ov_str encoded);

#endif

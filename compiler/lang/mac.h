/*
 * mac: hardware addresses of Ethernet, read and derived. Layer: lang.
 */
#ifndef OV_MAC_H
#define OV_MAC_H

#include "base/str.h"

/**
 * Reads six bytes, xx:xx:xx:xx:xx:xx or with '-' throughout. `*why` (may be NULL) is set on
 * false.
 */
bool ov_mac_parse(struct ov_str s, unsigned char out[6], const char **why);

/** Writes the canonical form: small letters and colons, ended by NUL. */
void ov_mac_print(const unsigned char mac[6], char out[18]);

/** Whether it addresses a group and so can belong to no interface. */
bool ov_mac_is_multicast(const unsigned char mac[6]);

/** A locally administered address of one interface that depends on the identity alone. */
void ov_mac_derive(struct ov_str identity, char out[18]);

#endif

/*
 * zone: time zones of the IANA database, from the system's compiled files. Layer: foreign.
 *
 * POSIX has no way to ask for a zone that other threads do not notice, so the files below
 * /usr/share/zoneinfo are read here (RFC 9636, TZif). Where they are missing, as on a system
 * without tzdata, no zone but UTC is known.
 */
#ifndef OV_ZONE_H
#define OV_ZONE_H

#include "base/str.h"

/** The largest of the files that is read, in bytes. */
enum { OV_ZONE_FILE = 64 << 10 };

/**
 * Seconds east of Greenwich in the zone ("Europe/Vienna") at `when`, in seconds since 1970.
 * False where there is no such zone, or its file cannot be read.
 */
bool ov_zone_offset(struct ov_str name, int64_t when, int32_t *offset);

/**
 * As ov_zone_offset, from the bytes of a TZif file. False where they are none.
 */
bool ov_zone_read(struct ov_str file, int64_t when, int32_t *offset);

#endif

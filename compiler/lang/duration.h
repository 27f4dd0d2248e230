/*
 * duration: spans of time as Go, Prometheus and ISO 8601 write them. Layer: lang.
 */
#ifndef OV_DURATION_H
#define OV_DURATION_H

#include "base/str.h"

enum {
	/** Room for the longest text of a duration, with its NUL. */
	OV_DURATION_TEXT = 32,
};

/**
 * Reads a duration as Go's time.ParseDuration: 1h30m, 1.5s, -3ms; `*out` is in nanoseconds.
 * What an int64 cannot hold is refused. `*why` (may be NULL) is set on false.
 */
bool ov_duration_parse(struct ov_str s, int64_t *out, const char **why);

/** Writes it as Go's Duration.String(), such as 720h0m0s, and returns the length. */
size_t ov_duration_print(int64_t nanoseconds, char out[OV_DURATION_TEXT]);

/**
 * Reads a duration as Prometheus (common/model.ParseDuration): 30d, 1w2d, 1h30m, 0; units y w d
 * h m s ms in this order, whole numbers only.
 */
bool ov_duration_parse_prometheus(struct ov_str s, int64_t *out, const char **why);

/**
 * Checks a duration of ISO 8601 as RFC 3339, appendix A, writes it: P1Y2M3DT4H5M6S, P2W. NULL
 * when it is right, otherwise what is wrong.
 */
const char *ov_duration_iso_fault(struct ov_str s);

#endif

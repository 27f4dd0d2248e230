/*
 * deflate: compression by libdeflate, as Git's object files and packs have it. Layer: foreign.
 */
#ifndef OV_DEFLATE_H
#define OV_DEFLATE_H

#include "base/str.h"

/** A compressor; one thread at a time may use it. */
struct ov_deflate;

/** A compressor of level 1, which is the fastest. */
struct ov_deflate *ov_deflate_new(void);

/** Frees it; NULL is allowed. */
void ov_deflate_free(struct ov_deflate *deflate);

/** Appends the zlib form (RFC 1950) of the bytes to the buffer. */
void ov_deflate_add(struct ov_deflate *deflate, struct ov_str bytes, struct ov_buf *out);

/** Appends the `size` bytes that the zlib form holds; false where it is damaged. */
bool ov_inflate_add(struct ov_str bytes, size_t size, struct ov_buf *out);

/** Appends the gzip form (RFC 1952) of the bytes, without a name and a time. */
void ov_gzip_add(struct ov_str bytes, struct ov_buf *out);

/**
 * Appends what the gzip form holds, at most `most` bytes. NULL, or what is wrong with it, as
 * Go's compress/gzip says it.
 */
const char *ov_gunzip_add(struct ov_str bytes, size_t most, struct ov_buf *out);

/** CRC-32 as in gzip; `crc` is 0 at the start, later the result so far. */
uint32_t ov_crc32(uint32_t crc, struct ov_str bytes);

#endif

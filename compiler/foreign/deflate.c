/* deflate: compression by libdeflate. Layer: foreign. */
#include "foreign/deflate.h"

#include <libdeflate.h>

struct ov_deflate {
	struct libdeflate_compressor *compressor;
};

struct ov_deflate *ov_deflate_new(void)
{
	struct ov_deflate *deflate = ov_xmalloc(sizeof(*deflate));
	deflate->compressor = libdeflate_alloc_compressor(1);
	if (!deflate->compressor)
		ov_bug("libdeflate gives no compressor");
	return deflate;
}

void ov_deflate_free(struct ov_deflate *deflate)
{
	if (!deflate)
		return;
	libdeflate_free_compressor(deflate->compressor);
	free(deflate);
}

/* Appends what one of libdeflate's forms makes of the bytes. */
static void compress_add(struct libdeflate_compressor *compressor,
	size_t (*bound)(struct libdeflate_compressor *, size_t),
	size_t (*compress)(
		struct libdeflate_compressor *, const void *, size_t, void *, size_t),
	struct ov_str bytes, struct ov_buf *out)
{
	size_t most = bound(compressor, bytes.len);
	ov_buf_reserve(out, most);
	size_t n = compress(
		compressor, bytes.len ? bytes.ptr : "", bytes.len, out->ptr + out->len, most);
	if (n == 0)
		ov_bug("libdeflate needs more than its bound");
	out->len += n;
}

void ov_deflate_add(struct ov_deflate *deflate, struct ov_str bytes, struct ov_buf *out)
{
	compress_add(deflate->compressor, libdeflate_zlib_compress_bound,
		libdeflate_zlib_compress, bytes, out);
}

bool ov_inflate_add(struct ov_str bytes, size_t size, struct ov_buf *out)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	if (!d)
		ov_bug("libdeflate gives no decompressor");
	ov_buf_reserve(out, ov_size_add(size, 1));
	enum libdeflate_result r = libdeflate_zlib_decompress(
		d, bytes.ptr, bytes.len, out->ptr + out->len, size, NULL);
	libdeflate_free_decompressor(d);
	if (r != LIBDEFLATE_SUCCESS)
		return false;
	out->len += size;
	return true;
}

void ov_gzip_add(struct ov_str bytes, struct ov_buf *out)
{
	struct ov_deflate *deflate = ov_deflate_new();
	compress_add(deflate->compressor, libdeflate_gzip_compress_bound,
		libdeflate_gzip_compress, bytes, out);
	ov_deflate_free(deflate);
}

enum { GZIP_HEADER = 10, GZIP_TRAILER = 8 };

static unsigned byte_at(struct ov_str s, size_t i)
{
	return (unsigned char)s.ptr[i];
}

static uint32_t word_at(struct ov_str s, size_t i)
{
	return (uint32_t)byte_at(s, i) | (uint32_t)byte_at(s, i + 1) << 8 |
	       (uint32_t)byte_at(s, i + 2) << 16 | (uint32_t)byte_at(s, i + 3) << 24;
}

/* The length of a member's header; 0 where the text ends before. */
static size_t gzip_header(struct ov_str s)
{
	enum { CHECKED = 2, EXTRA = 4, NAME = 8, COMMENT = 16 };
	unsigned flags = byte_at(s, 3);
	size_t at = GZIP_HEADER;
	if (flags & EXTRA) {
		if (at + 2 > s.len)
			return 0;
		at += 2 + (byte_at(s, at) | (size_t)byte_at(s, at + 1) << 8);
	}
	for (unsigned flag = NAME; flag <= COMMENT; flag *= 2) {
		if (!(flags & flag))
			continue;
		while (at < s.len && s.ptr[at])
			at++;
		at++;
	}
	at += flags & CHECKED ? 2 : 0;
	return at < s.len ? at : 0;
}

/* Inflates one member whose header is read; `*used` is how much of `s` it takes. */
static const char *inflate_member(
	struct ov_str s, size_t most, struct ov_buf *out, size_t *used)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	enum libdeflate_result r = LIBDEFLATE_INSUFFICIENT_SPACE;
	size_t got = 0;
	if (!d)
		ov_bug("libdeflate gives no decompressor");
	/* How much it holds is known when it has been read; most is ten times as large. */
	for (size_t room = s.len > most / 8 ? most : s.len * 8;; room = room * 4) {
		room = room > most ? most : room;
		ov_buf_reserve(out, room + 1);
		r = libdeflate_deflate_decompress_ex(
			d, s.ptr, s.len, out->ptr + out->len, room, used, &got);
		if (r != LIBDEFLATE_INSUFFICIENT_SPACE || room == most)
			break;
	}
	libdeflate_free_decompressor(d);
	if (r == LIBDEFLATE_INSUFFICIENT_SPACE)
		return "it holds too much";
	if (r != LIBDEFLATE_SUCCESS || *used + GZIP_TRAILER > s.len)
		return "unexpected EOF";
	uint32_t crc = libdeflate_crc32(0, out->ptr + out->len, got);
	if (crc != word_at(s, *used) || (uint32_t)got != word_at(s, *used + 4))
		return "gzip: invalid checksum";
	out->len += got;
	*used += GZIP_TRAILER;
	return NULL;
}

const char *ov_gunzip_add(struct ov_str bytes, size_t most, struct ov_buf *out)
{
	const char *why = NULL;
	if (!bytes.len)
		return "EOF";
	for (size_t at = 0; at < bytes.len && !why;) {
		struct ov_str s = ov_str_sub(bytes, at, bytes.len);
		size_t used = 0, header = 0, from = out->len;
		if (s.len < GZIP_HEADER)
			return "unexpected EOF";
		if (byte_at(s, 0) != 0x1f || byte_at(s, 1) != 0x8b || byte_at(s, 2) != 8)
			return "gzip: invalid header";
		header = gzip_header(s);
		if (!header)
			return "unexpected EOF";
		why = inflate_member(ov_str_sub(s, header, s.len), most, out, &used);
		most -= out->len - from;
		at += header + used;
	}
	return why;
}

uint32_t ov_crc32(uint32_t crc, struct ov_str bytes)
{
	return libdeflate_crc32(crc, bytes.len ? bytes.ptr : "", bytes.len);
}

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

void ov_deflate_add(struct ov_deflate *deflate, struct ov_str bytes, struct ov_buf *out)
{
	size_t bound = libdeflate_zlib_compress_bound(deflate->compressor, bytes.len);
	ov_buf_reserve(out, bound);
	size_t n = libdeflate_zlib_compress(deflate->compressor, bytes.len ? bytes.ptr : "",
		bytes.len, out->ptr + out->len, bound);
	if (n == 0)
		ov_bug("libdeflate needs more than its bound");
	out->len += n;
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

uint32_t ov_crc32(uint32_t crc, struct ov_str bytes)
{
	return libdeflate_crc32(crc, bytes.len ? bytes.ptr : "", bytes.len);
}

/* hash: the seeded hash of all tables, and SHA-1. Layer: base. */
#include "base/hash.h"

uint64_t ov_hash_u64(uint64_t x)
{
	x ^= x >> 32;
	x *= UINT64_C(0xd6e8feb86659fd93);
	x ^= x >> 32;
	x *= UINT64_C(0xd6e8feb86659fd93);
	x ^= x >> 32;
	return x;
}

uint64_t ov_hash(struct ov_str s, uint64_t seed)
{
	uint64_t h = seed ^ (s.len * UINT64_C(0x9e3779b97f4a7c15));
	size_t i = 0;
	for (; i + 8 <= s.len; i += 8) {
		uint64_t word;
		memcpy(&word, s.ptr + i, 8);
		h = ov_hash_u64(h ^ word) + UINT64_C(0x9e3779b97f4a7c15);
	}
	uint64_t tail = 0;
	if (i < s.len)
		memcpy(&tail, s.ptr + i, s.len - i);
	return ov_hash_u64(h ^ tail);
}

static uint32_t rotate(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

static uint32_t load32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The message schedule is kept as a ring of 16 words and made as it is used: with constant
 * indices all of it stays in registers and on the stack's first line. */
#define READ(t) (w[t] = load32(p + 4 * (t)))
#define NEXT(t) \
	(w[(t)&15] = rotate( \
		 w[((t) + 13) & 15] ^ w[((t) + 8) & 15] ^ w[((t) + 2) & 15] ^ w[(t)&15], 1))

#define CHOOSE(x, y, z)   ((z) ^ ((x) & ((y) ^ (z))))
#define PARITY(x, y, z)   ((x) ^ (y) ^ (z))
#define MAJORITY(x, y, z) (((x) & (y)) | ((z) & ((x) | (y))))

#define ROUND(a, b, c, d, e, f, k, word) \
	(e += rotate(a, 5) + f(b, c, d) + (k) + (word), b = rotate(b, 30))

#define FIVE(f, k, w0, w1, w2, w3, w4) \
	(ROUND(a, b, c, d, e, f, k, w0), ROUND(e, a, b, c, d, f, k, w1), \
		ROUND(d, e, a, b, c, f, k, w2), ROUND(c, d, e, a, b, f, k, w3), \
		ROUND(b, c, d, e, a, f, k, w4))

#define FIVE_NEXT(f, k, t) \
	FIVE(f, k, NEXT(t), NEXT((t) + 1), NEXT((t) + 2), NEXT((t) + 3), NEXT((t) + 4))

#define TWENTY_NEXT(f, k, t) \
	(FIVE_NEXT(f, k, t), FIVE_NEXT(f, k, (t) + 5), FIVE_NEXT(f, k, (t) + 10), \
		FIVE_NEXT(f, k, (t) + 15))

static void sha1_block(uint32_t state[5], const unsigned char *p)
{
	uint32_t w[16];
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
	FIVE(CHOOSE, 0x5a827999, READ(0), READ(1), READ(2), READ(3), READ(4));
	FIVE(CHOOSE, 0x5a827999, READ(5), READ(6), READ(7), READ(8), READ(9));
	FIVE(CHOOSE, 0x5a827999, READ(10), READ(11), READ(12), READ(13), READ(14));
	FIVE(CHOOSE, 0x5a827999, READ(15), NEXT(16), NEXT(17), NEXT(18), NEXT(19));
	TWENTY_NEXT(PARITY, 0x6ed9eba1, 20);
	TWENTY_NEXT(MAJORITY, 0x8f1bbcdc, 40);
	TWENTY_NEXT(PARITY, 0xca62c1d6, 60);
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
}

void ov_sha1_init(struct ov_sha1_state *sha1)
{
	*sha1 = (struct ov_sha1_state){
		.h = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}};
}

void ov_sha1_add(struct ov_sha1_state *sha1, struct ov_str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	size_t left = s.len, fill = (size_t)(sha1->len % 64);
	sha1->len += s.len;
	if (fill && left) {
		size_t n = 64 - fill < left ? 64 - fill : left;
		memcpy(sha1->block + fill, p, n);
		p += n;
		left -= n;
		if (fill + n < 64)
			return;
		sha1_block(sha1->h, sha1->block);
	}
	for (; left >= 64; left -= 64, p += 64)
		sha1_block(sha1->h, p);
	if (left)
		memcpy(sha1->block, p, left);
}

void ov_sha1_end(struct ov_sha1_state *sha1, unsigned char out[20])
{
	uint64_t bits = sha1->len * 8;
	size_t fill = (size_t)(sha1->len % 64);
	sha1->block[fill++] = 0x80;
	if (fill > 56) {
		memset(sha1->block + fill, 0, 64 - fill);
		sha1_block(sha1->h, sha1->block);
		fill = 0;
	}
	memset(sha1->block + fill, 0, 56 - fill);
	for (size_t i = 0; i < 8; i++)
		sha1->block[63 - i] = (unsigned char)(bits >> (8 * i));
	sha1_block(sha1->h, sha1->block);
	for (size_t i = 0; i < 20; i++)
		out[i] = (unsigned char)(sha1->h[i / 4] >> (24 - 8 * (i % 4)));
}

void ov_sha1(struct ov_str s, unsigned char out[20])
{
	struct ov_sha1_state sha1;
	ov_sha1_init(&sha1);
	ov_sha1_add(&sha1, s);
	ov_sha1_end(&sha1, out);
}

void ov_id_hex(const struct ov_id *id, char out[41])
{
	for (size_t i = 0; i < 20; i++) {
		out[2 * i] = "0123456789abcdef"[id->bytes[i] >> 4];
		out[2 * i + 1] = "0123456789abcdef"[id->bytes[i] & 15];
	}
	out[40] = '\0';
}

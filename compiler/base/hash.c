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

static void sha1_block(uint32_t state[5], const unsigned char *p)
{
	uint32_t w[80];
	for (size_t i = 0; i < 16; i++)
		w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 |
		       (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
	for (size_t i = 16; i < 80; i++)
		w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
	for (size_t i = 0; i < 80; i++) {
		uint32_t f, k;
		if (i < 20) {
			f = (b & c) | (~b & d);
			k = 0x5a827999;
		} else if (i < 40) {
			f = b ^ c ^ d;
			k = 0x6ed9eba1;
		} else if (i < 60) {
			f = (b & c) | (b & d) | (c & d);
			k = 0x8f1bbcdc;
		} else {
			f = b ^ c ^ d;
			k = 0xca62c1d6;
		}
		uint32_t t = rotate(a, 5) + f + e + k + w[i];
		e = d;
		d = c;
		c = rotate(b, 30);
		b = a;
		a = t;
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
}

void ov_sha1(struct ov_str s, unsigned char out[20])
{
	uint32_t state[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
	const unsigned char *p = (const unsigned char *)s.ptr;
	size_t left = s.len;
	for (; left >= 64; left -= 64, p += 64)
		sha1_block(state, p);
	unsigned char last[128] = {0};
	if (left)
		memcpy(last, p, left);
	last[left] = 0x80;
	size_t total = left < 56 ? 64 : 128;
	uint64_t bits = (uint64_t)s.len * 8;
	for (size_t i = 0; i < 8; i++)
		last[total - 1 - i] = (unsigned char)(bits >> (8 * i));
	sha1_block(state, last);
	if (total == 128)
		sha1_block(state, last + 64);
	for (size_t i = 0; i < 20; i++)
		out[i] = (unsigned char)(state[i / 4] >> (24 - 8 * (i % 4)));
}

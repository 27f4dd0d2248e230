/*
 * limbs: magnitudes wider than 64 bits, as 32-bit digits with the least first. Layer: lang.
 */
#ifndef OV_LIMBS_H
#define OV_LIMBS_H

#include "base/base.h"

/** a = a * factor + more; false where it does not fit. */
static inline bool ov_limbs_muladd(uint32_t *a, size_t count, uint32_t factor, uint32_t more)
{
	uint64_t carry = more;
	for (size_t i = 0; i < count; i++) {
		carry += (uint64_t)a[i] * factor;
		a[i] = (uint32_t)carry;
		carry >>= 32;
	}
	return carry == 0;
}

/** a = a / divisor; returns the remainder. */
static inline uint32_t ov_limbs_divide(uint32_t *a, size_t count, uint32_t divisor)
{
	uint64_t rest = 0;
	for (size_t i = count; i-- > 0;) {
		rest = rest << 32 | a[i];
		a[i] = (uint32_t)(rest / divisor);
		rest %= divisor;
	}
	return (uint32_t)rest;
}

#endif

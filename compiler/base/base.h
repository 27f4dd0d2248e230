/*
 * base: what every module may rely on. Layer: base (libc only).
 *
 * A fault in the user's input is a diagnostic (diag.h); a fault of ours ends here, in ov_bug().
 */
#ifndef OV_BASE_H
#define OV_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#if defined(__GNUC__)
#define OV_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define OV_NORETURN          __attribute__((noreturn))
#else
#define OV_PRINTF(fmt, args)
#define OV_NORETURN
#endif

/** Number of elements of an array whose size the compiler knows. */
#define OV_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/** Reports a broken invariant of the program itself on stderr and aborts. */
OV_NORETURN OV_PRINTF(3, 4) void ov_bug_at(const char *file, int line, const char *fmt, ...);

#define ov_bug(...) ov_bug_at(__FILE__, __LINE__, __VA_ARGS__)

/** Aborts with the condition's text when it does not hold; stays on in release builds. */
#define ov_assert(cond) ((cond) ? (void)0 : ov_bug("assertion failed: %s", #cond))

/** malloc that never returns NULL: running out of memory ends the program with a message. */
void *ov_xmalloc(size_t size);

/** realloc of `count` elements of `size` bytes; overflow and lack of memory end the program. */
void *ov_xrealloc(void *old, size_t count, size_t size);

/** Product of two sizes; an overflow ends the program. */
size_t ov_size_mul(size_t a, size_t b);

/** Sum of two sizes; an overflow ends the program. */
size_t ov_size_add(size_t a, size_t b);

#endif

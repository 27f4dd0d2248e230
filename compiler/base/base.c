/* base: the ends of the program that are our own fault. Layer: base. */
#include "base/base.h"

#include <stdarg.h>

void ov_bug_at(const char *file, int line, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	fprintf(stderr, "ovec: internal error at %s:%d: ", file, line);
	vfprintf(stderr, fmt, args);
	fputs("\nThis is a fault of ovec, not of the estate; please report it.\n", stderr);
	va_end(args);
	abort();
}

size_t ov_size_mul(size_t a, size_t b)
{
	if (b && a > SIZE_MAX / b)
		ov_bug("size overflow: %zu * %zu", a, b);
	return a * b;
}

size_t ov_size_add(size_t a, size_t b)
{
	if (a > SIZE_MAX - b)
		ov_bug("size overflow: %zu + %zu", a, b);
	return a + b;
}

void *ov_xmalloc(size_t size)
{
	void *p = malloc(size ? size : 1);
	if (!p)
		ov_bug("out of memory: %zu bytes", size);
	return p;
}

void *ov_xrealloc(void *old, size_t count, size_t size)
{
	size_t total = ov_size_mul(count, size);
	void *p = realloc(old, total ? total : 1);
	if (!p)
		ov_bug("out of memory: %zu bytes", total);
	return p;
}

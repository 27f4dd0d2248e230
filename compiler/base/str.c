/* str: string slices and a growing buffer. Layer: base. */
#include "base/str.h"

#include "base/arena.h"

struct ov_str ov_str_c(const char *s)
{
	return (struct ov_str){s, s ? strlen(s) : 0};
}

struct ov_str ov_str_n(const char *ptr, size_t len)
{
	return (struct ov_str){ptr, len};
}

bool ov_str_eq(struct ov_str a, struct ov_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool ov_str_is(struct ov_str a, const char *b)
{
	return ov_str_eq(a, ov_str_c(b));
}

int ov_str_cmp(struct ov_str a, struct ov_str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int r = n ? memcmp(a.ptr, b.ptr, n) : 0;
	if (r)
		return r;
	return (a.len > b.len) - (a.len < b.len);
}

bool ov_str_starts(struct ov_str s, struct ov_str prefix)
{
	return s.len >= prefix.len && ov_str_eq(ov_str_n(s.ptr, prefix.len), prefix);
}

bool ov_str_ends(struct ov_str s, struct ov_str suffix)
{
	return s.len >= suffix.len &&
	       ov_str_eq(ov_str_sub(s, s.len - suffix.len, s.len), suffix);
}

size_t ov_str_find(struct ov_str s, struct ov_str needle, size_t from)
{
	if (needle.len > s.len)
		return SIZE_MAX;
	for (size_t i = from; i <= s.len - needle.len; i++) {
		if (needle.len == 0)
			return i;
		const char *hit = memchr(s.ptr + i, needle.ptr[0], s.len - needle.len - i + 1);
		if (!hit)
			return SIZE_MAX;
		i = (size_t)(hit - s.ptr);
		if (memcmp(hit, needle.ptr, needle.len) == 0)
			return i;
	}
	return SIZE_MAX;
}

size_t ov_str_chr(struct ov_str s, char c)
{
	const char *hit = s.len ? memchr(s.ptr, c, s.len) : NULL;
	return hit ? (size_t)(hit - s.ptr) : SIZE_MAX;
}

struct ov_str ov_str_sub(struct ov_str s, size_t from, size_t to)
{
	if (to > s.len)
		to = s.len;
	if (from > to)
		from = to;
	return ov_str_n(s.ptr ? s.ptr + from : NULL, to - from);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct ov_str ov_str_trim(struct ov_str s)
{
	size_t from = 0, to = s.len;
	while (from < to && is_blank(s.ptr[from]))
		from++;
	while (to > from && is_blank(s.ptr[to - 1]))
		to--;
	return ov_str_sub(s, from, to);
}

struct ov_str ov_str_dup(struct ov_arena *arena, struct ov_str s)
{
	char *copy = ov_arena_alloc(arena, ov_size_add(s.len, 1), 1);
	if (s.len)
		memcpy(copy, s.ptr, s.len);
	copy[s.len] = '\0';
	return ov_str_n(copy, s.len);
}

const char *ov_str_cstr(struct ov_arena *arena, struct ov_str s)
{
	return ov_str_dup(arena, s).ptr;
}

/* The length of what a format gives, without using up the arguments. */
OV_PRINTF(1, 0)
static size_t length(const char *fmt, va_list args)
{
	va_list again;
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		ov_bug("bad format: %s", fmt);
	return (size_t)n;
}

struct ov_str ov_str_vfmt(struct ov_arena *arena, const char *fmt, va_list args)
{
	size_t n = length(fmt, args);
	char *out = ov_arena_alloc(arena, n + 1, 1);
	vsnprintf(out, n + 1, fmt, args);
	return ov_str_n(out, n);
}

struct ov_str ov_str_fmt(struct ov_arena *arena, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	struct ov_str s = ov_str_vfmt(arena, fmt, args);
	va_end(args);
	return s;
}

int32_t ov_utf8_next(struct ov_str s, size_t *pos)
{
	const unsigned char *p = (const unsigned char *)s.ptr + *pos;
	size_t left = s.len - *pos;
	*pos += 1;
	uint32_t c = p[0];
	if (c < 0x80)
		return (int32_t)c;
	size_t n;
	uint32_t min;
	if (c >= 0xc2 && c <= 0xdf) {
		n = 1;
		min = 0x80;
		c &= 0x1f;
	} else if (c >= 0xe0 && c <= 0xef) {
		n = 2;
		min = 0x800;
		c &= 0x0f;
	} else if (c >= 0xf0 && c <= 0xf4) {
		n = 3;
		min = 0x10000;
		c &= 0x07;
	} else {
		return -1;
	}
	if (left <= n)
		return -1;
	for (size_t i = 1; i <= n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return -1;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if (c < min || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return -1;
	*pos += n;
	return (int32_t)c;
}

size_t ov_utf8_put(char out[4], uint32_t cp)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

size_t ov_utf8_count(struct ov_str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.len; n++)
		ov_utf8_next(s, &i);
	return n;
}

bool ov_utf8_valid(struct ov_str s, size_t *bad)
{
	for (size_t i = 0; i < s.len;) {
		size_t at = i;
		if ((unsigned char)s.ptr[i] < 0x80) {
			i++;
			continue;
		}
		if (ov_utf8_next(s, &i) < 0) {
			if (bad)
				*bad = at;
			return false;
		}
	}
	return true;
}

size_t ov_str_distance(struct ov_str a, struct ov_str b, size_t limit)
{
	enum { MAX = 64 };
	if (a.len > MAX || b.len > MAX)
		return limit + 1;
	size_t row[MAX + 1];
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t diagonal = row[0], best = i;
		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t cost = diagonal + (a.ptr[i - 1] != b.ptr[j - 1]);
			diagonal = row[j];
			if (row[j] + 1 < cost)
				cost = row[j] + 1;
			if (row[j - 1] + 1 < cost)
				cost = row[j - 1] + 1;
			row[j] = cost;
			if (cost < best)
				best = cost;
		}
		if (best > limit)
			return limit + 1;
	}
	return row[b.len];
}

void ov_buf_init(struct ov_buf *buf)
{
	*buf = (struct ov_buf){0};
}

void ov_buf_release(struct ov_buf *buf)
{
	free(buf->ptr);
	*buf = (struct ov_buf){0};
}

void ov_buf_clear(struct ov_buf *buf)
{
	buf->len = 0;
}

void ov_buf_reserve(struct ov_buf *buf, size_t more)
{
	size_t need = ov_size_add(buf->len, more);
	if (need <= buf->cap)
		return;
	size_t cap = buf->cap ? buf->cap : 64;
	while (cap < need)
		cap = ov_size_mul(cap, 2);
	buf->ptr = ov_xrealloc(buf->ptr, cap, 1);
	buf->cap = cap;
}

void ov_buf_add(struct ov_buf *buf, struct ov_str s)
{
	if (!s.len)
		return;
	ov_buf_reserve(buf, s.len);
	memcpy(buf->ptr + buf->len, s.ptr, s.len);
	buf->len += s.len;
}

void ov_buf_puts(struct ov_buf *buf, const char *s)
{
	ov_buf_add(buf, ov_str_c(s));
}

void ov_buf_putc(struct ov_buf *buf, char c)
{
	ov_buf_reserve(buf, 1);
	buf->ptr[buf->len++] = c;
}

void ov_buf_pad(struct ov_buf *buf, char c, size_t count)
{
	ov_buf_reserve(buf, count);
	if (count)
		memset(buf->ptr + buf->len, c, count);
	buf->len += count;
}

void ov_buf_vaddf(struct ov_buf *buf, const char *fmt, va_list args)
{
	size_t n = length(fmt, args);
	ov_buf_reserve(buf, n + 1);
	vsnprintf(buf->ptr + buf->len, n + 1, fmt, args);
	buf->len += n;
}

void ov_buf_addf(struct ov_buf *buf, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	ov_buf_vaddf(buf, fmt, args);
	va_end(args);
}

struct ov_str ov_buf_str(const struct ov_buf *buf)
{
	return ov_str_n(buf->ptr, buf->len);
}

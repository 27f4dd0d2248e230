/* json_out: values as JSON text. Layer: lang. */
#include "lang/json_out.h"

#include "base/limits.h"
#include "value/number.h"

static bool needs_escape(unsigned char c)
{
	return c < 0x20 || c == '"' || c == '\\';
}

static size_t put_escape(char *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;
	out[n++] = '\\';
	switch (c) {
	case '"':
	case '\\': out[n++] = (char)c; break;
	case '\b': out[n++] = 'b'; break;
	case '\f': out[n++] = 'f'; break;
	case '\n': out[n++] = 'n'; break;
	case '\r': out[n++] = 'r'; break;
	case '\t': out[n++] = 't'; break;
	default:
		memcpy(out + n, "u00", 3);
		n += 3;
		out[n++] = hex[c >> 4];
		out[n++] = hex[c & 15];
		break;
	}
	return n;
}

void ov_json_string(struct ov_buf *buf, struct ov_str s)
{
	ov_buf_reserve(buf, ov_size_add(ov_size_mul(s.len, 6), 2));
	char *out = buf->ptr + buf->len;
	*out++ = '"';
	for (size_t i = 0; i < s.len;) {
		size_t from = i;
		while (i < s.len && !needs_escape((unsigned char)s.ptr[i]))
			i++;
		if (i > from) {
			memcpy(out, s.ptr + from, i - from);
			out += i - from;
		}
		if (i < s.len)
			out += put_escape(out, (unsigned char)s.ptr[i++]);
	}
	*out++ = '"';
	buf->len = (size_t)(out - buf->ptr);
}

static void line(struct ov_buf *buf, int indent, size_t depth)
{
	if (indent > 0) {
		ov_buf_putc(buf, '\n');
		ov_buf_pad(buf, ' ', (size_t)indent * depth);
	}
}

static void write_value(struct ov_buf *buf, struct ov_value v, int indent, size_t depth)
{
	if (depth > OV_LIMIT_DEPTH + 8)
		ov_bug("value nested too deep");
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_NULL: ov_buf_puts(buf, "null"); return;
	case OV_KIND_BOOL: ov_buf_puts(buf, v.boolean ? "true" : "false"); return;
	case OV_KIND_INT:
	case OV_KIND_UINT:
	case OV_KIND_DOUBLE: ov_number_print(buf, v); return;
	case OV_KIND_STRING: ov_json_string(buf, ov_string(v)); return;
	case OV_KIND_LIST:
		ov_buf_putc(buf, '[');
		for (size_t i = 0; i < v.count; i++) {
			if (i)
				ov_buf_putc(buf, ',');
			line(buf, indent, depth + 1);
			write_value(buf, v.items[i], indent, depth + 1);
		}
		if (v.count)
			line(buf, indent, depth);
		ov_buf_putc(buf, ']');
		return;
	case OV_KIND_MAP:
		ov_buf_putc(buf, '{');
		for (size_t i = 0; i < v.count; i++) {
			if (i)
				ov_buf_putc(buf, ',');
			line(buf, indent, depth + 1);
			ov_json_string(buf, v.entries[i].key->str);
			ov_buf_puts(buf, indent > 0 ? ": " : ":");
			write_value(buf, v.entries[i].value, indent, depth + 1);
		}
		if (v.count)
			line(buf, indent, depth);
		ov_buf_putc(buf, '}');
		return;
	case OV_KIND_NONE:
	case OV_KIND_BYTES:
	case OV_KIND_DICT:
	case OV_KIND_DURATION:
	case OV_KIND_TIMESTAMP:
	case OV_KIND_TYPE:
	case OV_KIND_OPTIONAL:
	case OV_KIND_OPAQUE:
	case OV_KIND_ERROR: break;
	}
	ov_bug("%s has no JSON form", ov_kind_name((enum ov_kind)v.kind));
}

void ov_json_write(struct ov_buf *buf, struct ov_value v, int indent)
{
	write_value(buf, v, indent, 0);
}

/* text: findings for people. Layer: report. */
#include "report/report.h"

const char *ov_severity_name(enum ov_severity severity)
{
	switch (severity) {
	case OV_ERROR:
	case OV_ENVIRONMENT: return "error";
	case OV_WARNING: return "warning";
	case OV_NOTE: return "note";
	}
	return "error";
}

void ov_report_code(struct ov_buf *buf, enum ov_diag_code code)
{
	ov_buf_addf(buf, "OV%04d", (int)code);
}

void ov_report_visible(struct ov_buf *buf, struct ov_str s)
{
	for (size_t i = 0; i < s.len;) {
		size_t at = i;
		int32_t cp = ov_utf8_next(s, &i);
		if (cp < 0)
			ov_buf_puts(buf, "\xef\xbf\xbd");
		else if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
			ov_buf_addf(buf, "\\x%02x", (unsigned)cp);
		else
			ov_buf_add(buf, ov_str_sub(s, at, i));
	}
}

struct printer {
	struct ov_buf buf;
	const struct ov_diags *diags;
	bool color;
};

static void color(struct printer *p, const char *code)
{
	if (p->color)
		ov_buf_addf(&p->buf, "\x1b[%sm", code);
}

static const char *severity_color(enum ov_severity severity)
{
	switch (severity) {
	case OV_ERROR:
	case OV_ENVIRONMENT: return "1;31";
	case OV_WARNING: return "1;35";
	case OV_NOTE: return "1;36";
	}
	return "0";
}

/* Widest part of a source line that is shown. */
enum { LINE_MAX_BYTES = 160 };

/* One column for each character, so that carets line up; nothing that a terminal obeys. */
static void add_shown(struct ov_buf *buf, struct ov_str s)
{
	for (size_t i = 0; i < s.len;) {
		size_t at = i;
		int32_t cp = ov_utf8_next(s, &i);
		if (cp < 0)
			ov_buf_puts(buf, "\xef\xbf\xbd");
		else if (cp != '\t' && (cp < 0x20 || (cp >= 0x7f && cp < 0xa0)))
			ov_buf_putc(buf, ' ');
		else
			ov_buf_add(buf, ov_str_sub(s, at, i));
	}
}

/* The source line, and a caret below the span; tabs stay tabs so that both line up. */
static void excerpt(struct printer *p, struct ov_span span, const struct ov_place *place)
{
	struct ov_str text = ov_sources_text(p->diags->sources, span);
	size_t column = place->offset - place->line_start;
	struct ov_str line = place->text;
	size_t from = 0;
	if (column > LINE_MAX_BYTES / 2 && line.len > LINE_MAX_BYTES) {
		from = column - LINE_MAX_BYTES / 2;
		while (from < column && ((unsigned char)line.ptr[from] & 0xc0) == 0x80)
			from++;
	}
	if (!line.len)
		return;
	size_t end = from + LINE_MAX_BYTES;
	while (end < line.len && end > from && ((unsigned char)line.ptr[end] & 0xc0) == 0x80)
		end--;
	struct ov_str shown = ov_str_sub(line, from, end);
	ov_buf_addf(&p->buf, "%5zu | ", place->line);
	add_shown(&p->buf, shown);
	ov_buf_puts(&p->buf, "\n      | ");
	for (size_t i = from; i < column && i < line.len;) {
		if (line.ptr[i] == '\t') {
			ov_buf_putc(&p->buf, '\t');
			i++;
		} else {
			ov_buf_putc(&p->buf, ' ');
			ov_utf8_next(line, &i);
		}
	}
	color(p, "1;32");
	ov_buf_putc(&p->buf, '^');
	struct ov_str under = ov_str_sub(line, column, column + text.len);
	if (column + under.len > from + LINE_MAX_BYTES)
		under = ov_str_sub(line, column, from + LINE_MAX_BYTES);
	size_t width = ov_utf8_count(under);
	ov_buf_pad(&p->buf, '~', width > 1 ? width - 1 : 0);
	color(p, "0");
	ov_buf_putc(&p->buf, '\n');
}

static bool head(struct printer *p, struct ov_span span, struct ov_place *place)
{
	*place = ov_sources_place(p->diags->sources, span.loc);
	if (!place->source)
		return false;
	color(p, "1");
	ov_report_visible(&p->buf, place->source->path);
	ov_buf_addf(&p->buf, ":%zu:%zu: ", place->line, place->column);
	color(p, "0");
	return true;
}

static void print_notes(struct printer *p, const struct ov_diag *d)
{
	for (const struct ov_diag_note *n = d->notes; n; n = n->next) {
		struct ov_place place;
		bool placed = head(p, n->span, &place);
		if (!placed)
			ov_buf_puts(&p->buf, "  ");
		color(p, "1;36");
		ov_buf_puts(&p->buf, placed ? "note: " : "help: ");
		color(p, "0");
		ov_report_visible(&p->buf, n->text);
		ov_buf_putc(&p->buf, '\n');
		if (placed)
			excerpt(p, n->span, &place);
	}
	if (d->subject_count) {
		ov_buf_puts(&p->buf, "  note: ");
		if (d->count > 1)
			ov_buf_addf(&p->buf, "%zu times, as ", d->count);
		ov_buf_puts(&p->buf, "for ");
		for (size_t i = 0; i < d->subject_count; i++) {
			ov_buf_puts(&p->buf, i ? ", " : "");
			ov_report_visible(&p->buf, d->subjects[i]);
		}
		ov_buf_putc(&p->buf, '\n');
	}
}

static void print(struct printer *p, const struct ov_diag *d)
{
	struct ov_place place;
	bool placed = head(p, d->span, &place);
	color(p, severity_color(d->severity));
	ov_buf_addf(&p->buf, "%s: ", ov_severity_name(d->severity));
	color(p, "0");
	if (d->severity != OV_NOTE) {
		ov_report_code(&p->buf, d->code);
		ov_buf_putc(&p->buf, ' ');
	}
	ov_report_visible(&p->buf, d->message);
	ov_buf_putc(&p->buf, '\n');
	if (placed)
		excerpt(p, d->span, &place);
	print_notes(p, d);
}

void ov_report_text(
	FILE *out, const struct ov_diags *diags, const struct ov_report_text *options)
{
	struct printer p = {.diags = diags, .color = options->color};
	ov_buf_init(&p.buf);
	size_t n = diags->list.count;
	if (options->most && n > options->most)
		n = options->most;
	for (size_t i = 0; i < n; i++) {
		print(&p, diags->list.items[i]);
		fwrite(p.buf.ptr, 1, p.buf.len, out);
		ov_buf_clear(&p.buf);
	}
	/* Those that were not kept are counted nevertheless. */
	size_t rest = diags->errors + diags->warnings;
	for (size_t i = 0; i < n && rest; i++) {
		if (diags->list.items[i]->severity != OV_NOTE)
			rest -= diags->list.items[i]->count;
	}
	if (n < diags->list.count && rest)
		fprintf(out, "… and %zu more findings\n", rest);
	ov_buf_release(&p.buf);
}

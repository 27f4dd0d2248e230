/* diag: findings, collected as values, sorted and merged. Layer: base. */
#include "base/diag.h"

#include "base/limits.h"

static const struct ov_diag_info table[] = {
#define OV_DIAG(number, name, severity, title, explanation) \
	{OV_DIAG_##name, severity, title, explanation},
#include "base/diag_codes.def"
#undef OV_DIAG
};

const struct ov_diag_info *ov_diag_table(size_t *count)
{
	*count = OV_COUNT(table);
	return table;
}

const struct ov_diag_info *ov_diag_info(enum ov_diag_code code)
{
	for (size_t i = 0; i < OV_COUNT(table); i++) {
		if (table[i].code == code)
			return &table[i];
	}
	ov_bug("unknown diagnostic code %d", (int)code);
}

void ov_diags_init(struct ov_diags *diags, const struct ov_sources *sources)
{
	*diags = (struct ov_diags){.sources = sources};
}

void ov_diags_release(struct ov_diags *diags)
{
	ov_arena_release(&diags->arena);
	*diags = (struct ov_diags){.sources = diags->sources};
}

struct ov_span ov_span(uint32_t loc)
{
	return (struct ov_span){loc, 0};
}

struct ov_span ov_span_n(uint32_t loc, size_t len)
{
	return (struct ov_span){loc, len > UINT32_MAX ? UINT32_MAX : (uint32_t)len};
}

static void count_one(struct ov_diags *diags, const struct ov_diag *diag)
{
	if (diag->severity == OV_WARNING)
		diags->warnings += diag->count;
	else if (diag->severity != OV_NOTE)
		diags->errors += diag->count;
	if (diag->severity == OV_ENVIRONMENT)
		diags->environment = true;
}

static void keep(struct ov_diags *diags, struct ov_diag *diag)
{
	count_one(diags, diag);
	if (diags->list.count >= 2 * (size_t)OV_LIMIT_DIAGS)
		ov_diags_sort(diags);
	ov_vec_push(&diags->arena, &diags->list, diag);
}

struct ov_diag *ov_diag_add(struct ov_diags *diags, enum ov_diag_code code, struct ov_span span,
	const char *fmt, ...)
{
	struct ov_diag *diag = ov_new(&diags->arena, struct ov_diag);
	diag->code = code;
	diag->severity = ov_diag_info(code)->severity;
	diag->span = span;
	diag->count = 1;
	va_list args;
	va_start(args, fmt);
	diag->message = ov_str_vfmt(&diags->arena, fmt, args);
	va_end(args);
	keep(diags, diag);
	return diag;
}

static struct ov_diag_note *note_last(struct ov_diags *diags, struct ov_diag *diag)
{
	struct ov_diag_note **end = &diag->notes;
	while (*end)
		end = &(*end)->next;
	return *end = ov_new(&diags->arena, struct ov_diag_note);
}

void ov_diag_note(
	struct ov_diags *diags, struct ov_diag *diag, struct ov_span span, const char *fmt, ...)
{
	struct ov_diag_note *note = note_last(diags, diag);
	note->span = span;
	va_list args;
	va_start(args, fmt);
	note->text = ov_str_vfmt(&diags->arena, fmt, args);
	va_end(args);
}

void ov_diag_help(struct ov_diags *diags, struct ov_diag *diag, const char *fmt, ...)
{
	struct ov_diag_note *note = note_last(diags, diag);
	va_list args;
	va_start(args, fmt);
	note->text = ov_str_vfmt(&diags->arena, fmt, args);
	va_end(args);
}

static void add_subject(struct ov_diag *diag, struct ov_str subject)
{
	size_t at = 0;
	while (at < diag->subject_count && ov_str_cmp(diag->subjects[at], subject) < 0)
		at++;
	if (at < diag->subject_count && ov_str_eq(diag->subjects[at], subject))
		return;
	size_t room = OV_COUNT(diag->subjects);
	if (at >= room)
		return;
	size_t last = diag->subject_count < room ? diag->subject_count++ : room - 1;
	for (size_t i = last; i > at; i--)
		diag->subjects[i] = diag->subjects[i - 1];
	diag->subjects[at] = subject;
}

void ov_diag_subject(struct ov_diags *diags, struct ov_diag *diag, struct ov_str subject)
{
	diag->subject = ov_str_dup(&diags->arena, subject);
	add_subject(diag, diag->subject);
}

void ov_diags_join(struct ov_diags *into, const struct ov_diags *from)
{
	/* Those that were merged away or cut are counted in `from` alone. */
	size_t errors = into->errors + from->errors;
	size_t warnings = into->warnings + from->warnings;
	for (size_t i = 0; i < from->list.count; i++) {
		const struct ov_diag *old = from->list.items[i];
		struct ov_diag *diag = ov_new(&into->arena, struct ov_diag);
		*diag = *old;
		diag->message = ov_str_dup(&into->arena, old->message);
		diag->subject = ov_str_dup(&into->arena, old->subject);
		for (size_t k = 0; k < old->subject_count; k++)
			diag->subjects[k] = ov_str_dup(&into->arena, old->subjects[k]);
		diag->notes = NULL;
		for (const struct ov_diag_note *n = old->notes; n; n = n->next) {
			struct ov_diag_note *note = note_last(into, diag);
			note->span = n->span;
			note->text = ov_str_dup(&into->arena, n->text);
		}
		keep(into, diag);
	}
	into->errors = errors;
	into->warnings = warnings;
	into->environment = into->environment || from->environment;
}

static int compare_spans(const struct ov_sources *sources, struct ov_span a, struct ov_span b)
{
	if (a.loc == b.loc)
		return (a.len > b.len) - (a.len < b.len);
	if (sources) {
		const struct ov_source *s = ov_sources_at(sources, a.loc);
		const struct ov_source *t = ov_sources_at(sources, b.loc);
		if (!s != !t)
			return s ? 1 : -1;
		if (s != t) {
			int r = ov_str_cmp(s->path, t->path);
			if (r)
				return r;
		}
	}
	return a.loc < b.loc ? -1 : 1;
}

static int compare_notes(const struct ov_sources *sources, const struct ov_diag_note *a,
	const struct ov_diag_note *b)
{
	for (; a && b; a = a->next, b = b->next) {
		int r = compare_spans(sources, a->span, b->span);
		if (!r)
			r = ov_str_cmp(a->text, b->text);
		if (r)
			return r;
	}
	return (a != NULL) - (b != NULL);
}

static int compare(
	const struct ov_sources *sources, const struct ov_diag *a, const struct ov_diag *b)
{
	/* What is said of the whole run comes last. */
	bool last = a->severity == OV_NOTE && !a->span.loc;
	bool other_last = b->severity == OV_NOTE && !b->span.loc;
	if (last != other_last)
		return last ? 1 : -1;
	int r = compare_spans(sources, a->span, b->span);
	if (!r)
		r = (a->code > b->code) - (a->code < b->code);
	if (!r)
		r = ov_str_cmp(a->message, b->message);
	return r;
}

/* A merge sort: stable, and without a hidden global for the context that qsort lacks. */
static void sort(const struct ov_sources *sources, struct ov_diag **items, struct ov_diag **tmp,
	size_t count)
{
	if (count < 2)
		return;
	size_t half = count / 2;
	sort(sources, items, tmp, half);
	sort(sources, items + half, tmp, count - half);
	memcpy(tmp, items, count * sizeof(struct ov_diag *));
	size_t i = 0, j = half, k = 0;
	while (i < half && j < count) {
		int r = compare(sources, tmp[i], tmp[j]);
		if (!r)
			r = ov_str_cmp(tmp[i]->subject, tmp[j]->subject);
		if (!r)
			r = compare_notes(sources, tmp[i]->notes, tmp[j]->notes);
		items[k++] = r <= 0 ? tmp[i++] : tmp[j++];
	}
	while (i < half)
		items[k++] = tmp[i++];
	while (j < count)
		items[k++] = tmp[j++];
}

void ov_diags_sort(struct ov_diags *diags)
{
	size_t count = diags->list.count;
	if (!count)
		return;
	struct ov_diag **tmp = ov_xrealloc(NULL, count, sizeof(struct ov_diag *));
	sort(diags->sources, diags->list.items, tmp, count);
	free(tmp);
	size_t kept = 1;
	for (size_t i = 1; i < count; i++) {
		struct ov_diag *diag = diags->list.items[i];
		struct ov_diag *last = diags->list.items[kept - 1];
		if (compare(diags->sources, last, diag) == 0) {
			last->count += diag->count;
			for (size_t k = 0; k < diag->subject_count; k++)
				add_subject(last, diag->subjects[k]);
		} else {
			diags->list.items[kept++] = diag;
		}
	}
	diags->list.count = kept < OV_LIMIT_DIAGS ? kept : OV_LIMIT_DIAGS;
}

struct ov_str ov_nearest(struct ov_str wrong, const struct ov_str *names, size_t count)
{
	size_t limit = wrong.len < 4 ? 1 : wrong.len < 8 ? 2 : 3;
	struct ov_str best = {NULL, 0};
	size_t best_distance = limit + 1;
	for (size_t i = 0; i < count; i++) {
		size_t d = ov_str_distance(wrong, names[i], limit);
		if (d < best_distance ||
			(d == best_distance && d <= limit && ov_str_cmp(names[i], best) < 0)) {
			best_distance = d;
			best = names[i];
		}
	}
	return best;
}

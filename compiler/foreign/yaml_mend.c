/* yaml_mend: what YAML 1.2 allows and libyaml refuses, rewritten for it. Layer: foreign. */
#include "foreign/yaml_mend.h"

#include "base/limits.h"
#include "lang/ascii.h"

#include <yaml.h>

/*
 * A place that may have to be rewritten. Whether it has to depends on the kind of scalar around
 * it, which libyaml itself is asked, with harmless text of the same length in these places.
 */
struct spot {
	size_t at;       /* of the pair, or of the tab */
	size_t line;     /* where the tab's line begins; `at` for a pair */
	size_t index;    /* `at` in code points, as libyaml counts */
	size_t from, to; /* where the block scalar's event may begin, in code points */
	bool is_tab;
	bool found;
};

struct spots {
	struct spot *items;
	size_t count, cap;
};

enum {
	PAIR = 12,
	HALF = 6,
	ROUNDS = 4, /* how often a text is read before it is left as it is */
};

/* The UTF-16 unit that an escape \uXXXX stands for, else 0. */
static uint32_t unit_at(struct ov_str s, size_t at)
{
	uint32_t unit = 0;
	if (s.len - at < HALF || s.ptr[at] != '\\' || s.ptr[at + 1] != 'u')
		return 0;
	for (size_t i = at + 2; i < at + HALF; i++) {
		int digit = ov_hex_value(s.ptr[i]);
		if (digit < 0)
			return 0;
		unit = unit << 4 | (uint32_t)digit;
	}
	return unit;
}

/* The character of the surrogate pair at `at`, else 0. */
static uint32_t pair_at(struct ov_str s, size_t at)
{
	uint32_t high = unit_at(s, at);
	if (high < 0xd800 || high > 0xdbff)
		return 0;
	uint32_t low = unit_at(s, at + HALF);
	if (low < 0xdc00 || low > 0xdfff)
		return 0;
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

/* Whether the backslash is not escaped by one before it. */
static bool is_escape(struct ov_str s, size_t at)
{
	size_t first = at;
	while (first > 0 && s.ptr[first - 1] == '\\')
		first--;
	return (at - first) % 2 == 0;
}

static void find_pairs(struct ov_arena *arena, struct spots *spots, struct ov_str s)
{
	for (size_t at = 0; at < s.len; at++) {
		const char *next = memchr(s.ptr + at, '\\', s.len - at);
		if (!next)
			return;
		at = (size_t)(next - s.ptr);
		if (!pair_at(s, at) || !is_escape(s, at))
			continue;
		struct spot spot = {.at = at, .line = at};
		ov_vec_push(arena, spots, spot);
		at += PAIR - 1;
	}
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * The offset of what looks like the head of a block scalar without an indentation of its own,
 * "|" or ">-" at the end of the line or before a comment; else SIZE_MAX.
 */
static size_t head_of(struct ov_str s, size_t line, size_t end)
{
	size_t head = SIZE_MAX;
	for (size_t i = line; i < end; i++) {
		if ((s.ptr[i] != '|' && s.ptr[i] != '>') ||
			(i > line && !is_blank(s.ptr[i - 1])))
			continue;
		size_t after = i + 1;
		if (after < end && (s.ptr[after] == '-' || s.ptr[after] == '+'))
			after++;
		size_t gap = after;
		while (gap < end && is_blank(s.ptr[gap]))
			gap++;
		if (gap == end)
			return i;
		if (gap > after && s.ptr[gap] == '#' && head == SIZE_MAX)
			head = i;
	}
	return head;
}

/* Whether some of libyaml's lines end with a character that is not looked for here: NEL, LS or
 * PS. */
static bool has_other_lines(struct ov_str s)
{
	static const struct ov_str breaks[] = {OV_STR_INIT("\xc2\x85"),
		OV_STR_INIT("\xe2\x80\xa8"), OV_STR_INIT("\xe2\x80\xa9")};
	for (size_t i = 0; i < OV_COUNT(breaks); i++) {
		if (ov_str_find(s, breaks[i], 0) != SIZE_MAX)
			return true;
	}
	return false;
}

/* Lines that begin with a tab, behind blanks or not, where a block scalar's text may begin. */
static void find_tabs(struct ov_arena *arena, struct spots *spots, struct ov_str s)
{
	size_t head = SIZE_MAX, head_line = 0;
	if (!memchr(s.ptr, '\t', s.len) || has_other_lines(s))
		return;
	for (size_t line = 0, next; line < s.len; line = next) {
		size_t end = line, at = line;
		while (end < s.len && s.ptr[end] != '\n' && s.ptr[end] != '\r')
			end++;
		next = end < s.len ? end + 1 : end;
		while (at < end && s.ptr[at] == ' ')
			at++;
		if (at == end)
			continue;
		if (s.ptr[at] == '\t' && head != SIZE_MAX) {
			struct spot spot = {.at = at,
				.line = line,
				.from = head_line,
				.to = head,
				.is_tab = true};
			ov_vec_push(arena, spots, spot);
		}
		head = head_of(s, at, end);
		head_line = line;
	}
}

static int by_place(const void *a, const void *b)
{
	const struct spot *x = a, *y = b;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* How many of the bytes from `from` to `to` begin a character. */
static size_t characters(struct ov_str s, size_t from, size_t to)
{
	size_t count = 0;
	for (size_t i = from; i < to; i++)
		count += (s.ptr[i] & 0xc0) != 0x80;
	return count;
}

static void count_characters(struct spots *spots, struct ov_str s)
{
	size_t at = 0, index = 0;
	for (size_t i = 0; i < spots->count; i++) {
		struct spot *spot = &spots->items[i];
		index += characters(s, at, spot->at);
		at = spot->at;
		spot->index = index;
		if (spot->is_tab) {
			spot->from = index - characters(s, spot->from, at);
			spot->to = index - characters(s, spot->to, at);
		}
	}
}

static bool fits(const struct spot *spot, const yaml_event_t *event)
{
	size_t start = event->start_mark.index;
	if (spot->index >= event->end_mark.index)
		return false;
	switch (event->data.scalar.style) {
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE: return !spot->is_tab && start < spot->index;
	case YAML_LITERAL_SCALAR_STYLE:
	case YAML_FOLDED_SCALAR_STYLE:
		return spot->is_tab && start >= spot->from && start <= spot->to;
	case YAML_ANY_SCALAR_STYLE:
	case YAML_PLAIN_SCALAR_STYLE:
	case YAML_SINGLE_QUOTED_SCALAR_STYLE: break;
	}
	return false;
}

/* Marks the places that the scalar has; `*next` is the first one behind what was read. */
static void on_scalar(struct spots *spots, size_t *next, const yaml_event_t *event)
{
	for (; *next < spots->count; ++*next) {
		struct spot *spot = &spots->items[*next];
		if (spot->index >= event->end_mark.index)
			return;
		spot->found = fits(spot, event);
	}
}

/* Lets libyaml read a text without these places; returns how many of them it came by. */
static size_t judge(struct spots *spots, struct ov_str s)
{
	yaml_parser_t parser;
	size_t next = 0, depth = 0;
	if (!yaml_parser_initialize(&parser))
		ov_bug("libyaml is out of memory");
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)s.ptr, s.len);
	for (bool more = true; more && next < spots->count;) {
		yaml_event_t event;
		if (!yaml_parser_parse(&parser, &event))
			break;
		switch (event.type) {
		case YAML_SCALAR_EVENT: on_scalar(spots, &next, &event); break;
		case YAML_SEQUENCE_START_EVENT:
		case YAML_MAPPING_START_EVENT: more = ++depth <= OV_LIMIT_DEPTH; break;
		case YAML_SEQUENCE_END_EVENT:
		case YAML_MAPPING_END_EVENT: depth--; break;
		case YAML_STREAM_END_EVENT: more = false; break;
		case YAML_NO_EVENT:
		case YAML_STREAM_START_EVENT:
		case YAML_DOCUMENT_START_EVENT:
		case YAML_DOCUMENT_END_EVENT:
		case YAML_ALIAS_EVENT: break;
		}
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return next;
}

/* Drops the places before `judged` that are none; whether there were any. */
static bool drop_false(struct spots *spots, size_t judged)
{
	size_t count = 0, before = spots->count;
	for (size_t i = 0; i < before; i++) {
		struct spot spot = spots->items[i];
		if (i < judged && !spot.found)
			continue;
		spot.found = false;
		spots->items[count++] = spot;
	}
	spots->count = count;
	return count < before;
}

/* A copy of the text with something harmless in each place. */
static struct ov_str disarmed(
	struct ov_arena *arena, const struct spots *spots, struct ov_str s)
{
	char *copy = ov_arena_alloc(arena, s.len + 1, 1);
	memcpy(copy, s.ptr, s.len);
	for (size_t i = 0; i < spots->count; i++) {
		const struct spot *spot = &spots->items[i];
		if (spot->is_tab)
			copy[spot->at] = 'x';
		else
			memcpy(copy + spot->at, "\\u0041\\u0041", PAIR);
	}
	return ov_str_n(copy, s.len);
}

/*
 * A pair becomes one escape of eight digits. Before a tab comes a line that tells libyaml the
 * indentation: as many blanks, and one letter.
 */
static void rewrite(struct ov_arena *arena, const struct spots *spots, struct ov_str s,
	struct ov_yaml_mended *out)
{
	struct ov_buf buf;
	size_t at = 0;
	ov_buf_init(&buf);
	out->edits = ov_new_array(arena, struct ov_yaml_edit, spots->count);
	for (size_t i = 0; i < spots->count; i++) {
		const struct spot *spot = &spots->items[i];
		ov_buf_add(&buf, ov_str_sub(s, at, spot->line));
		struct ov_yaml_edit edit = {
			.from = spot->line, .to = buf.len, .is_line = spot->is_tab};
		if (spot->is_tab) {
			ov_buf_pad(&buf, ' ', spot->at - spot->line);
			ov_buf_puts(&buf, "x\n");
		} else {
			ov_buf_addf(&buf, "\\U%08x", (unsigned)pair_at(s, spot->at));
			edit.from_len = PAIR;
		}
		edit.to_len = buf.len - edit.to;
		at = edit.from + edit.from_len;
		out->edits[out->count++] = edit;
	}
	if (out->count) {
		ov_buf_add(&buf, ov_str_sub(s, at, s.len));
		out->text = ov_str_dup(arena, ov_buf_str(&buf));
	}
	ov_buf_release(&buf);
}

struct ov_yaml_mended ov_yaml_mend(struct ov_arena *arena, struct ov_str text)
{
	struct ov_yaml_mended mended = {.text = text};
	struct spots spots = {0};
	if (!text.len)
		return mended;
	find_pairs(arena, &spots, text);
	find_tabs(arena, &spots, text);
	if (!spots.count)
		return mended;
	qsort(spots.items, spots.count, sizeof(*spots.items), by_place);
	count_characters(&spots, text);
	/* A place that is none may change what the text behind it seems to be: again without.
	 */
	size_t judged, rounds = 0;
	do
		judged = judge(&spots, disarmed(arena, &spots, text));
	while (drop_false(&spots, judged) && ++rounds < ROUNDS);
	spots.count = rounds < ROUNDS ? judged : 0;
	if (spots.count)
		rewrite(arena, &spots, text, &mended);
	return mended;
}

/* How many edits begin at or before the offset of the rewritten text. */
static size_t edits_to(const struct ov_yaml_mended *mended, size_t at)
{
	size_t low = 0, high = mended->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (mended->edits[middle].to <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t ov_yaml_unmend(const struct ov_yaml_mended *mended, size_t at)
{
	size_t count = edits_to(mended, at);
	if (!count)
		return at;
	const struct ov_yaml_edit *edit = &mended->edits[count - 1];
	if (at < edit->to + edit->to_len)
		return edit->from;
	return edit->from + edit->from_len + (at - edit->to - edit->to_len);
}

void ov_yaml_drop_line(const struct ov_yaml_mended *mended, size_t start, size_t end,
	unsigned char *value, size_t *len)
{
	size_t i = edits_to(mended, start);
	if (i >= mended->count || !mended->edits[i].is_line || mended->edits[i].to >= end)
		return;
	/* Nothing but line ends can stand before it. */
	unsigned char *line = memchr(value, 'x', *len);
	if (!line || line + 1 >= value + *len || line[1] != '\n')
		ov_bug("a line that was put into a block scalar is not in its value");
	memmove(line, line + 2, *len - (size_t)(line - value) - 2);
	*len -= 2;
}

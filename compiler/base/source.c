/* source: the texts that were read, and one 32-bit space of places. Layer: base. */
#include "base/source.h"

void ov_sources_init(struct ov_sources *sources, struct ov_arena *arena)
{
	*sources = (struct ov_sources){.arena = arena, .next = 1};
}

struct ov_source *ov_sources_add(
	struct ov_sources *sources, struct ov_str path, struct ov_str text, bool library)
{
	/* One place more than bytes, so that the end of a text can be pointed at. */
	if (text.len >= (size_t)(UINT32_MAX - sources->next))
		return NULL;
	struct ov_source *source = ov_new(sources->arena, struct ov_source);
	source->path = ov_str_dup(sources->arena, path);
	source->text = text;
	source->base = sources->next;
	source->library = library;
	sources->next += (uint32_t)text.len + 1;
	ov_vec_push(sources->arena, &sources->list, source);
	return source;
}

static struct ov_source *find(const struct ov_sources *sources, uint32_t loc)
{
	if (!loc || !sources->list.count)
		return NULL;
	size_t low = 0, high = sources->list.count;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;
		if (sources->list.items[mid]->base <= loc)
			low = mid;
		else
			high = mid;
	}
	struct ov_source *source = sources->list.items[low];
	return loc >= source->base && loc - source->base <= source->text.len ? source : NULL;
}

const struct ov_source *ov_sources_at(const struct ov_sources *sources, uint32_t loc)
{
	return find(sources, loc);
}

/* Between two lines whose places are kept. */
enum { LINES = 64 };

/* Sets line and line_start to the last kept ones up to the offset. */
static void find_mark(struct ov_arena *arena, struct ov_source *source, struct ov_place *place)
{
	struct ov_str text = source->text;
	size_t at = source->marks.count ? source->marks.items[source->marks.count - 1] : 0;
	while (at <= place->offset && at < text.len) {
		const char *end = text.ptr;
		for (size_t i = 0; i < LINES && end; i++) {
			end = memchr(text.ptr + at, '\n', text.len - at);
			at = end ? (size_t)(end - text.ptr) + 1 : text.len;
		}
		if (end)
			ov_vec_push(arena, &source->marks, (uint32_t)at);
	}
	size_t low = 0, high = source->marks.count;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (source->marks.items[mid] <= place->offset)
			low = mid + 1;
		else
			high = mid;
	}
	place->line = low * LINES + 1;
	place->line_start = low ? source->marks.items[low - 1] : 0;
}

struct ov_place ov_sources_place(const struct ov_sources *sources, uint32_t loc)
{
	struct ov_source *source = find(sources, loc);
	struct ov_place place = {.source = source};
	if (!source)
		return place;
	struct ov_str text = source->text;
	place.offset = loc - source->base;
	find_mark(sources->arena, source, &place);
	for (size_t i = place.line_start; i < place.offset;) {
		const char *end = memchr(text.ptr + i, '\n', place.offset - i);
		if (!end)
			break;
		place.line++;
		i = (size_t)(end - text.ptr) + 1;
		place.line_start = i;
	}
	size_t end = place.line_start;
	while (end < text.len && text.ptr[end] != '\n')
		end++;
	place.text = ov_str_sub(text, place.line_start, end);
	if (place.text.len && place.text.ptr[place.text.len - 1] == '\r')
		place.text.len--;
	place.column = ov_utf8_count(ov_str_sub(text, place.line_start, place.offset)) + 1;
	return place;
}

static size_t quoted_end(struct ov_str text, size_t at)
{
	char quote = text.ptr[at];
	for (size_t i = at + 1; i < text.len; i++) {
		if (text.ptr[i] == '\\' && quote == '"')
			i++;
		else if (text.ptr[i] == quote) {
			if (quote == '\'' && i + 1 < text.len && text.ptr[i + 1] == '\'')
				i++;
			else
				return i + 1;
		}
	}
	return text.len;
}

static size_t plain_end(struct ov_str text, size_t at)
{
	size_t i = at;
	for (; i < text.len && text.ptr[i] != '\n' && text.ptr[i] != '\r'; i++) {
		char c = text.ptr[i];
		char next = i + 1 < text.len ? text.ptr[i + 1] : '\n';
		if (c == ':' && (next == ' ' || next == '\n' || next == '\r'))
			break;
		if (c == '#' && i > at && text.ptr[i - 1] == ' ')
			break;
		if (c == ',' || c == ']' || c == '}')
			break;
	}
	while (i > at + 1 && (text.ptr[i - 1] == ' ' || text.ptr[i - 1] == '\t'))
		i--;
	return i;
}

struct ov_str ov_sources_text(const struct ov_sources *sources, struct ov_span span)
{
	const struct ov_source *source = ov_sources_at(sources, span.loc);
	if (!source)
		return ov_str_n(NULL, 0);
	size_t at = span.loc - source->base;
	if (span.len)
		return ov_str_sub(source->text, at, at + span.len);
	if (at >= source->text.len)
		return ov_str_sub(source->text, at, at);
	size_t end;
	switch (source->text.ptr[at]) {
	case '"':
	case '\'': end = quoted_end(source->text, at); break;
	case '{':
	case '[':
	case '|':
	case '>':
	case '-': end = at + 1; break;
	default: end = plain_end(source->text, at); break;
	}
	/* A number such as -1 begins with the indicator of a list item. */
	if (source->text.ptr[at] == '-' && at + 1 < source->text.len &&
		source->text.ptr[at + 1] != ' ' && source->text.ptr[at + 1] != '\n')
		end = plain_end(source->text, at);
	return ov_str_sub(source->text, at, end);
}

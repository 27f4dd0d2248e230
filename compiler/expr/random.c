/* random: texts that match a regular expression. Layer: expr. */
#include "expr/random.h"

#include "base/hash.h"
#include "lang/ascii.h"

/** How often * and + and {n,} repeat beyond their least. */
enum { MOST_REPEATS = 10 };

/** A text in the making. */
struct drawing {
	struct ov_str s;
	size_t at;
	uint64_t state;
	struct ov_buf out;
	unsigned depth;
	size_t steps;
	const char *why; /**< NULL while all is well */
};

static uint32_t draw(struct drawing *d, uint32_t below)
{
	d->state = ov_hash_u64(d->state + 0x9e3779b97f4a7c15u);
	return (uint32_t)((d->state >> 33) % below);
}

static bool wrong(struct drawing *d, const char *why)
{
	if (!d->why)
		d->why = why;
	return false;
}

/** Characters to choose from: those of ASCII that can be printed. */
struct set {
	bool has[128];
	bool negated;
};

static void add_range(struct set *set, char from, char to)
{
	for (int c = from; c <= to && c >= 0; c++)
		set->has[c] = true;
}

/* The characters of \d, \w, \s; the character itself for any other escape. */
static void add_escape(struct set *set, char c)
{
	if (c == 'd' || c == 'w')
		add_range(set, '0', '9');
	if (c == 'w') {
		add_range(set, 'a', 'z');
		add_range(set, 'A', 'Z');
		set->has['_'] = true;
	} else if (c == 's' || c == 't') {
		set->has[c == 's' ? ' ' : '\t'] = true;
	} else if (c == 'n') {
		set->has['\n'] = true;
	} else if (c != 'd' && c > 0) {
		set->has[(int)c] = true;
	}
}

static bool put_one(struct drawing *d, const struct set *set)
{
	uint32_t count = 0;
	for (int c = 0; c < 127; c++)
		count += c >= ' ' && set->has[c] != set->negated;
	if (!count)
		return wrong(d, "no character fits");
	uint32_t chosen = draw(d, count);
	for (int c = ' '; c < 127; c++)
		if (set->has[c] != set->negated && chosen-- == 0) {
			ov_buf_putc(&d->out, (char)c);
			return true;
		}
	return false;
}

static bool read_set(struct drawing *d, struct set *set)
{
	size_t first;
	set->negated = ov_byte(d->s, d->at) == '^';
	d->at += set->negated;
	for (first = d->at; d->at < d->s.len; d->at++) {
		char c = d->s.ptr[d->at];
		if (c == ']' && d->at > first)
			return true;
		if (c == '\\') {
			add_escape(set, ov_byte(d->s, ++d->at));
		} else if (ov_byte(d->s, d->at + 1) == '-' && d->at + 2 < d->s.len &&
			   d->s.ptr[d->at + 2] != ']') {
			add_range(set, c, d->s.ptr[d->at + 2]);
			d->at += 2;
		} else if (c > 0) {
			set->has[(int)c] = true;
		}
	}
	return wrong(d, "a class is not closed");
}

/* How often what stands before repeats. */
static uint32_t read_repeats(struct drawing *d)
{
	uint32_t least = 1, most = 1;
	char c = ov_byte(d->s, d->at);
	if (c == '*' || c == '+' || c == '?') {
		d->at++;
		least = c == '+';
		most = c == '?' ? 1 : MOST_REPEATS;
	} else if (c == '{' && ov_is_digit(ov_byte(d->s, d->at + 1))) {
		for (least = 0, d->at++; ov_is_digit(ov_byte(d->s, d->at)); d->at++)
			if (least <= 1000)
				least = least * 10 + (uint32_t)(d->s.ptr[d->at] - '0');
		most = least;
		if (ov_byte(d->s, d->at) == ',') {
			most = 0;
			for (d->at++; ov_is_digit(ov_byte(d->s, d->at)); d->at++)
				if (most <= 1000)
					most = most * 10 + (uint32_t)(d->s.ptr[d->at] - '0');
			if (d->s.ptr[d->at - 1] == ',')
				most = least + MOST_REPEATS;
		}
		if (ov_byte(d->s, d->at) == '}')
			d->at++;
		if (least > 1000 || most > 1000 + MOST_REPEATS || most < least)
			wrong(d, "a repeat is out of range");
	}
	if (d->why)
		return 0;
	return least + draw(d, most - least + 1);
}

static bool draw_choice(struct drawing *d, bool skip);

/* One item without its repeats; with `skip` it is read over. */
static bool draw_item(struct drawing *d, bool skip)
{
	struct set set = {0};
	char c = ov_byte(d->s, d->at++);
	if (c == '(') {
		if (ov_byte(d->s, d->at) == '?') {
			while (d->at < d->s.len && !ov_is_one_of(d->s.ptr[d->at], ":>)"))
				d->at++;
			d->at++;
		}
		if (!draw_choice(d, skip))
			return false;
		if (ov_byte(d->s, d->at) != ')')
			return wrong(d, "a group is not closed");
		d->at++;
		return true;
	}
	if (c == '^' || c == '$')
		return true;
	if (c == '[') {
		if (!read_set(d, &set))
			return false;
		d->at++;
	} else if (c == '\\') {
		add_escape(&set, ov_byte(d->s, d->at++));
	} else if (c == '.') {
		set.negated = true;
	} else if (c > 0 && c >= ' ') {
		set.has[(int)c] = true;
	} else {
		if (!skip)
			ov_buf_putc(&d->out, c);
		return true;
	}
	return skip || put_one(d, &set);
}

static bool draw_repeated(struct drawing *d, bool skip)
{
	size_t from = d->at, end;
	uint64_t state;
	if (!draw_item(d, true))
		return false;
	end = d->at;
	uint32_t times = read_repeats(d);
	end = d->at;
	state = d->state;
	for (uint32_t i = 0; i < times && !skip && !d->why; i++) {
		if (++d->steps > 10000)
			return wrong(d, "the text is too long");
		d->at = from;
		d->state = ov_hash_u64(state + i);
		draw_item(d, false);
	}
	d->at = end;
	return !d->why;
}

/* Items up to the next | or ) or the end. */
static bool draw_sequence(struct drawing *d, bool skip)
{
	while (d->at < d->s.len && d->s.ptr[d->at] != '|' && d->s.ptr[d->at] != ')')
		if (!draw_repeated(d, skip))
			return false;
	return !d->why;
}

static bool draw_choice(struct drawing *d, bool skip)
{
	size_t from = d->at;
	uint32_t count = 1;
	if (++d->depth > 32)
		return wrong(d, "groups are nested too deeply");
	/* Once to count, then up to the chosen one, then over the rest. */
	while (draw_sequence(d, true) && ov_byte(d->s, d->at) == '|') {
		d->at++;
		count++;
	}
	size_t end = d->at;
	if (!skip && !d->why) {
		uint32_t chosen = draw(d, count);
		d->at = from;
		for (; chosen > 0 && draw_sequence(d, true); chosen--)
			d->at++;
		draw_sequence(d, false);
		d->at = end;
	}
	d->depth--;
	return !d->why;
}

const char *ov_random_text(struct ov_str pattern, uint64_t seed, struct ov_buf *out)
{
	struct drawing d = {.s = pattern, .state = seed};
	if (d.s.len > 200)
		wrong(&d, "the pattern is longer than 200 bytes");
	else if (draw_choice(&d, false) && d.at < d.s.len)
		wrong(&d, "a parenthesis has no beginning");
	if (!d.why)
		ov_buf_add(out, ov_buf_str(&d.out));
	ov_buf_release(&d.out);
	return d.why;
}

/* api_write: the text of a set; equal parts are written once. Layer: schema. */
#include "schema/api_write.h"

#include "base/hash.h"
#include "lang/json_out.h"

/* A part that is used more than once gets a line when a reference is shorter than this. */
enum { SHORT = 24 };

/* A part gets a line of its own, however often it is used, so that lines can be compared. */
enum { LONG = 1000 };

/* Length of a reference: quotes, # and the id. */
enum { REFERENCE = 11 };

void ov_api_writer_init(struct ov_api_writer *w, struct ov_arena *arena, uint64_t seed)
{
	*w = (struct ov_api_writer){.arena = arena};
	ov_map_init(&w->part_by_text, arena, seed);
	ov_map_init(&w->kind_by_name, arena, seed);
}

void ov_api_draft_init(struct ov_api_draft *draft, struct ov_arena *arena)
{
	*draft = (struct ov_api_draft){.arena = arena};
	ov_buf_init(&draft->buf);
}

void ov_api_draft_key(struct ov_api_draft *draft, const char *key)
{
	ov_buf_addf(&draft->buf, "%s\"%s\":", draft->members++ ? "," : "{", key);
}

void ov_api_draft_child(struct ov_api_draft *draft, uint32_t child)
{
	ov_buf_putc(&draft->buf, OV_API_CHILD);
	ov_vec_push(draft->arena, &draft->children, child);
}

/* Eight digits of the SHA-1 of the content; what a reference stands for goes in by its own. */
static void make_id(const struct ov_api_writer *w, struct ov_api_part *part)
{
	static const char digits[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
	struct ov_sha1_state sha1;
	unsigned char sum[20];
	size_t from = 0, child = 0;
	ov_sha1_init(&sha1);
	for (size_t i = 0; i < part->text.len; i++) {
		if (part->text.ptr[i] != OV_API_CHILD)
			continue;
		ov_sha1_add(&sha1, ov_str_sub(part->text, from, i));
		ov_sha1_add(&sha1, ov_str_c(w->parts.items[part->children[child++]].id));
		from = i + 1;
	}
	ov_sha1_add(&sha1, ov_str_sub(part->text, from, part->text.len));
	ov_sha1_end(&sha1, sum);
	uint64_t bits = 0;
	for (size_t i = 0; i < 6; i++)
		bits = bits << 8 | sum[i];
	for (size_t i = 0; i < 8; i++, bits >>= 6)
		part->id[i] = digits[bits & 63];
}

uint32_t ov_api_draft_end(struct ov_api_writer *w, struct ov_api_draft *draft)
{
	struct ov_buf *key = &draft->buf;
	size_t len = key->len, bytes = draft->children.count * sizeof(uint32_t);
	if (bytes) {
		ov_buf_putc(key, '\0');
		ov_buf_add(key, ov_str_n((const char *)draft->children.items, bytes));
	}
	struct ov_str whole = ov_str_dup(w->arena, ov_buf_str(key));
	ov_buf_release(key);
	bool fresh;
	union ov_map_item *item = ov_map_put(&w->part_by_text, whole, &fresh);
	if (!fresh)
		return (uint32_t)item->num;
	uint32_t index = (uint32_t)w->parts.count;
	item->num = index;
	struct ov_api_part part = {.text = ov_str_sub(whole, 0, len),
		.children = draft->children.items,
		.count = draft->children.count};
	make_id(w, &part);
	ov_vec_push(w->arena, &w->parts, part);
	return index;
}

struct ov_api_kind_out *ov_api_writer_kind(
	struct ov_api_writer *w, struct ov_str group, struct ov_str kind)
{
	struct ov_str name =
		ov_str_fmt(w->arena, "%.*s/%.*s", OV_STR_ARG(group), OV_STR_ARG(kind));
	bool fresh;
	union ov_map_item *item = ov_map_put(&w->kind_by_name, name, &fresh);
	if (!fresh)
		return item->ptr;
	struct ov_api_kind_out *out = ov_new(w->arena, struct ov_api_kind_out);
	item->ptr = out;
	out->group = ov_str_dup(w->arena, group);
	out->kind = ov_str_dup(w->arena, kind);
	ov_vec_push(w->arena, &w->kinds, out);
	return out;
}

static void reach(struct ov_api_writer *w, uint32_t index)
{
	struct ov_api_part *part = &w->parts.items[index];
	part->uses++;
	if (part->reached)
		return;
	part->reached = true;
	for (size_t i = 0; i < part->count; i++)
		reach(w, part->children[i]);
}

/* Children come before what they are part of, so one pass suffices. */
static void measure(struct ov_api_writer *w)
{
	for (size_t i = 0; i < w->kinds.count; i++) {
		const struct ov_api_kind_out *kind = w->kinds.items[i];
		for (size_t k = 0; k < kind->versions.count; k++)
			reach(w, kind->versions.items[k].part);
	}
	for (size_t i = 0; i < w->named.count; i++)
		reach(w, w->named.items[i].part);
	for (size_t i = 0; i < w->parts.count; i++) {
		struct ov_api_part *part = &w->parts.items[i];
		part->len = part->text.len - part->count;
		for (size_t k = 0; k < part->count; k++) {
			const struct ov_api_part *child = &w->parts.items[part->children[k]];
			part->len += child->alone ? REFERENCE : child->len;
		}
		part->alone = part->len > LONG || (part->uses > 1 && part->len > SHORT);
	}
}

static void print_part(
	const struct ov_api_writer *w, const struct ov_api_part *part, struct ov_buf *out)
{
	for (size_t i = 0, child = 0; i < part->text.len; i++) {
		if (part->text.ptr[i] != OV_API_CHILD) {
			ov_buf_putc(out, part->text.ptr[i]);
			continue;
		}
		const struct ov_api_part *inner = &w->parts.items[part->children[child++]];
		if (inner->alone)
			ov_buf_addf(out, "\"#%s\"", inner->id);
		else
			print_part(w, inner, out);
	}
}

static void print_use(const struct ov_api_writer *w, uint32_t index, struct ov_buf *out)
{
	const struct ov_api_part *part = &w->parts.items[index];
	if (part->alone)
		ov_buf_addf(out, "\"#%s\"", part->id);
	else
		print_part(w, part, out);
}

static void print_version(const struct ov_api_writer *w,
	const struct ov_api_version_out *version, struct ov_buf *out)
{
	ov_json_string(out, version->name);
	ov_buf_puts(out, ":{");
	if (!version->served)
		ov_buf_puts(out, "\"served\":false,");
	if (version->storage)
		ov_buf_puts(out, "\"storage\":true,");
	if (version->deprecated)
		ov_buf_puts(out, "\"deprecated\":true,");
	if (version->warning.len) {
		ov_buf_puts(out, "\"warning\":");
		ov_json_string(out, version->warning);
		ov_buf_putc(out, ',');
	}
	if (version->status)
		ov_buf_puts(out, "\"status\":true,");
	if (version->replicas.len) {
		ov_buf_puts(out, "\"replicas\":");
		ov_json_string(out, version->replicas);
		ov_buf_putc(out, ',');
	}
	ov_buf_puts(out, "\"schema\":");
	print_use(w, version->part, out);
	ov_buf_putc(out, '}');
}

static int by_version(const void *a, const void *b)
{
	const struct ov_api_version_out *x = a, *y = b;
	return ov_str_cmp(x->name, y->name);
}

static void print_kind(
	const struct ov_api_writer *w, struct ov_api_kind_out *kind, struct ov_buf *out)
{
	ov_buf_addf(
		out, "%.*s/%.*s {\"plural\":", OV_STR_ARG(kind->group), OV_STR_ARG(kind->kind));
	ov_json_string(out, kind->plural);
	if (kind->cluster)
		ov_buf_puts(out, ",\"cluster\":true");
	if (kind->native)
		ov_buf_puts(out, ",\"native\":true");
	if (kind->name_rule.len) {
		ov_buf_puts(out, ",\"name\":");
		ov_json_string(out, kind->name_rule);
	}
	ov_buf_puts(out, ",\"versions\":{");
	if (kind->versions.count)
		qsort(kind->versions.items, kind->versions.count, sizeof(*kind->versions.items),
			by_version);
	for (size_t i = 0; i < kind->versions.count; i++) {
		if (i)
			ov_buf_putc(out, ',');
		print_version(w, &kind->versions.items[i], out);
	}
	ov_buf_puts(out, "}}");
}

static int by_bytes(const void *a, const void *b)
{
	const struct ov_str *x = a, *y = b;
	return ov_str_cmp(*x, *y);
}

void ov_api_writer_print(struct ov_api_writer *w, struct ov_buf *out)
{
	OV_VEC(struct ov_str) lines = {0};
	struct ov_buf line;
	ov_buf_init(&line);
	measure(w);
	for (size_t i = 0; i < w->parts.count; i++) {
		const struct ov_api_part *part = &w->parts.items[i];
		if (!part->alone || !part->reached)
			continue;
		ov_buf_clear(&line);
		ov_buf_addf(&line, "#%s ", part->id);
		print_part(w, part, &line);
		ov_vec_push(w->arena, &lines, ov_str_dup(w->arena, ov_buf_str(&line)));
	}
	for (size_t i = 0; i < w->named.count; i++) {
		ov_buf_clear(&line);
		ov_buf_addf(&line, "@%.*s ", OV_STR_ARG(w->named.items[i].name));
		print_use(w, w->named.items[i].part, &line);
		ov_vec_push(w->arena, &lines, ov_str_dup(w->arena, ov_buf_str(&line)));
	}
	for (size_t i = 0; i < w->kinds.count; i++) {
		if (!w->kinds.items[i]->versions.count)
			continue;
		ov_buf_clear(&line);
		print_kind(w, w->kinds.items[i], &line);
		ov_vec_push(w->arena, &lines, ov_str_dup(w->arena, ov_buf_str(&line)));
	}
	ov_buf_release(&line);
	if (lines.count)
		qsort(lines.items, lines.count, sizeof(*lines.items), by_bytes);
	ov_buf_puts(out, "! ovec API set 1\n");
	for (size_t i = 0; i < lines.count; i++) {
		ov_buf_add(out, lines.items[i]);
		ov_buf_putc(out, '\n');
	}
}

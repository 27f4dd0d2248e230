/* serialise: an object's record, the path of its file and its bytes. Layer: make. */
#include "base/hash.h"
#include "lang/yaml_out.h"
#include "make/internal.h"

/* Longest name of a file that every file system takes, less room for a hash. */
enum { NAME_MAX_BYTES = 255, HASH_BYTES = 9 };

/* Capitals are written as bytes, too: some file systems do not tell them from small letters. */
static void add_safe(struct ov_buf *buf, struct ov_str s, bool lower)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		bool upper = c >= 'A' && c <= 'Z';
		if (upper && lower)
			ov_buf_putc(buf, (char)(c - 'A' + 'a'));
		else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
			 c == '_' || (c == '.' && i))
			ov_buf_putc(buf, c);
		else
			ov_buf_addf(buf, "%%%02X", (unsigned char)c);
	}
}

/* Cuts a name that is too long and tells it apart by a hash of the whole. */
static void fit(struct ov_buf *buf, size_t from, size_t room)
{
	size_t len = buf->len - from;
	if (len <= room)
		return;
	unsigned char sum[20];
	ov_sha1(ov_str_n(buf->ptr + from, len), sum);
	buf->len = from + room - HASH_BYTES;
	ov_buf_addf(buf, "-%02x%02x%02x%02x", sum[0], sum[1], sum[2], sum[3]);
}

static struct ov_str component(struct ov_making *m, const struct ov_task *task)
{
	const struct ov_kind_info *kind = task->instance->doc->kind;
	struct ov_value own = ov_get_str(
		ov_path(m->estate->value, "spec", "output", "components", NULL), kind->name);
	return ov_is_string(own) ? ov_string(own) : kind->component;
}

static void add_file_name(struct ov_buf *buf, const struct ov_object *object, size_t from)
{
	static const char suffix[] = ".yaml";
	add_safe(buf, object->kind, true);
	if (object->group.len) {
		ov_buf_putc(buf, '.');
		add_safe(buf, object->group, true);
	}
	ov_buf_putc(buf, '-');
	add_safe(buf, object->name, false);
	fit(buf, from, NAME_MAX_BYTES - (sizeof(suffix) - 1));
	ov_buf_puts(buf, suffix);
}

struct ov_str ov_object_step_name(struct ov_arena *arena, const struct ov_object *object)
{
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_buf_addf(&buf, "%02zu-", object->step);
	add_file_name(&buf, object, 0);
	struct ov_str name = ov_str_dup(arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return name;
}

static struct ov_str file_path(struct ov_making *m, struct ov_arena *arena,
	const struct ov_task *task, const struct ov_object *object)
{
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_buf_puts(&buf, "clusters/");
	add_safe(&buf, task->target->name, false);
	ov_buf_putc(&buf, '/');
	add_safe(&buf, component(m, task), false);
	ov_buf_putc(&buf, '/');
	size_t from = buf.len;
	if (object->name_space.len)
		add_safe(&buf, object->name_space, false);
	else
		ov_buf_puts(&buf, "_cluster");
	fit(&buf, from, NAME_MAX_BYTES);
	ov_buf_putc(&buf, '/');
	add_file_name(&buf, object, buf.len);
	struct ov_str path = ov_str_dup(arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return path;
}

/* Names the object and its file; the strings are the object's own. */
static struct ov_object named(struct ov_making *m, struct ov_arena *arena,
	const struct ov_task *task, struct ov_value object)
{
	struct ov_value metadata = ov_get_key(object, m->key_metadata);
	struct ov_str version = ov_string(ov_get_key(object, m->key_api_version));
	size_t slash = ov_str_chr(version, '/');
	struct ov_object out = {.cluster = task->target,
		.kind = ov_string(ov_get_key(object, m->key_kind)),
		.name = ov_string(ov_get_key(metadata, m->key_name)),
		.name_space = ov_string(ov_get_key(metadata, m->key_namespace)),
		.loc = ov_doc_loc(task->instance->doc)};
	if (slash != SIZE_MAX)
		out.group = ov_str_sub(version, 0, slash);
	out.path = file_path(m, arena, task, &out);
	return out;
}

struct ov_str ov_object_path(struct ov_making *m, struct ov_arena *arena,
	const struct ov_task *task, struct ov_value object)
{
	return named(m, arena, task, object).path;
}

bool ov_object_write(struct ov_making *m, struct ov_worker *worker, const struct ov_task *task,
	size_t index, struct ov_value object, struct ov_object *out)
{
	struct ov_arena *arena = &worker->arena;
	*out = named(m, arena, task, object);
	out->index = index;
	out->group = ov_str_dup(arena, out->group);
	out->kind = ov_str_dup(arena, out->kind);
	out->name = ov_str_dup(arena, out->name);
	out->name_space = ov_str_dup(arena, out->name_space);
	/* Values that YAML does not have are errors of their expressions. */
	if (!ov_is_document(object)) {
		struct ov_diag *d = ov_diag_add(&worker->diags, OV_DIAG_TEMPLATE_RESULT,
			ov_span(task->template_->loc),
			"%.*s '%.*s' is nested too deep or too large", OV_STR_ARG(out->kind),
			OV_STR_ARG(out->name));
		ov_diag_note(
			&worker->diags, d, ov_span(out->loc), "while expanding this document");
		ov_diag_subject(
			&worker->diags, d, ov_instance_label(&worker->scratch, task->instance));
		return false;
	}
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_buf_reserve(&buf, 4096);
	ov_buf_puts(&buf, OV_MARKER "\n");
	ov_yaml_write(&buf, object);
	out->bytes = ov_str_dup(&worker->arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return true;
}

/* pack: writes a Git pack with its index. Layer: close. */
#include "close/pack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct ov_pack_object ov_pack_object_make_as(struct ov_arena *arena, struct ov_deflate *deflate,
	enum ov_git_type type, struct ov_str bytes, struct ov_id id)
{
	struct ov_buf buf;
	ov_buf_init(&buf);
	size_t rest = bytes.len >> 4;
	unsigned byte = (unsigned)type << 4 | (unsigned)(bytes.len & 15);
	for (; rest; rest >>= 7) {
		ov_buf_putc(&buf, (char)(byte | 0x80));
		byte = (unsigned)(rest & 0x7f);
	}
	ov_buf_putc(&buf, (char)byte);
	ov_deflate_add(deflate, bytes, &buf);
	struct ov_pack_object object = {
		.type = type, .id = id, .entry = ov_str_dup(arena, ov_buf_str(&buf))};
	object.crc = ov_crc32(0, object.entry);
	ov_buf_release(&buf);
	return object;
}

struct ov_pack_object ov_pack_object_make(struct ov_arena *arena, struct ov_deflate *deflate,
	enum ov_git_type type, struct ov_str bytes)
{
	return ov_pack_object_make_as(arena, deflate, type, bytes, ov_git_id(type, bytes));
}

/* A file that is written from front to back and hashed on the way. */
struct sink {
	int dir;
	int fd;
	char name[40];
	struct ov_buf buf;
	struct ov_sha1_state sha1;
	uint64_t size;
	bool ok;
};

static void sink_flush(struct sink *sink)
{
	struct ov_str s = ov_buf_str(&sink->buf);
	ov_sha1_add(&sink->sha1, s);
	sink->ok = sink->ok && ov_os_write_fd(sink->fd, s);
	sink->size += s.len;
	ov_buf_clear(&sink->buf);
}

static void sink_add(struct sink *sink, struct ov_str s)
{
	enum { CHUNK = 1 << 20 };
	ov_buf_add(&sink->buf, s);
	if (sink->buf.len >= CHUNK)
		sink_flush(sink);
}

static void sink_number(struct sink *sink, uint64_t n, size_t bytes)
{
	char be[8];
	for (size_t i = 0; i < bytes; i++)
		be[i] = (char)(n >> (8 * (bytes - 1 - i)) & 0xff);
	sink_add(sink, ov_str_n(be, bytes));
}

static void sink_id(struct sink *sink, const struct ov_id *id)
{
	sink_add(sink, ov_str_n((const char *)id->bytes, 20));
}

static bool sink_open(struct sink *sink, int dir, const char *kind)
{
	*sink = (struct sink){.dir = dir, .fd = -1, .ok = true};
	ov_buf_init(&sink->buf);
	ov_sha1_init(&sink->sha1);
	for (int tries = 0; tries < 100; tries++) {
		/* git prune removes files with the prefix tmp_, too. */
		snprintf(sink->name, sizeof(sink->name), "tmp_ovec_%s_%016llx", kind,
			(unsigned long long)ov_os_seed());
		sink->fd =
			openat(dir, sink->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
		struct stat st;
		if (sink->fd < 0 && errno == EEXIST)
			continue;
		if (sink->fd < 0)
			return false;
		/* A lock tells a file that is being written from one that a killed process
		 * left: the system drops it with the process. Between creation and lock it may
		 * have been taken for a leftover. */
		ov_os_lock(sink->fd, 0);
		if (fstat(sink->fd, &st) == 0 && st.st_nlink > 0)
			return true;
		close(sink->fd);
		sink->fd = -1;
	}
	return false;
}

static struct ov_id sink_end(struct sink *sink, bool sync)
{
	struct ov_id sum;
	sink_flush(sink);
	ov_sha1_end(&sink->sha1, sum.bytes);
	sink->ok = sink->ok && ov_os_write_fd(sink->fd, ov_str_n((char *)sum.bytes, 20)) &&
		   (!sync || fsync(sink->fd) == 0);
	sink->size += 20;
	return sum;
}

/* Gives the file its name; the lock and descriptor stay until sink_close. */
static void sink_rename(struct sink *sink, const char *name)
{
	sink->ok = sink->ok && renameat(sink->dir, sink->name, sink->dir, name) == 0;
	if (sink->ok)
		sink->name[0] = '\0';
}

static void sink_close(struct sink *sink)
{
	int cause = errno;
	if (sink->fd >= 0 && sink->name[0])
		unlinkat(sink->dir, sink->name, 0);
	if (sink->fd >= 0)
		close(sink->fd);
	ov_buf_release(&sink->buf);
	errno = cause;
}

static void remove_leftovers(int dir)
{
	int again = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = again >= 0 ? fdopendir(again) : NULL;
	if (!list) {
		if (again >= 0)
			close(again);
		return;
	}
	for (struct dirent *d; (d = readdir(list));) {
		if (strncmp(d->d_name, "tmp_ovec_", 9) != 0)
			continue;
		int fd = openat(dir, d->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (ov_os_lock(fd, 0) == OV_OS_DONE)
			unlinkat(dir, d->d_name, 0);
		close(fd);
	}
	closedir(list);
}

struct slot {
	const struct ov_pack_object *object;
	uint64_t offset;
};

static int by_id(const void *a, const void *b)
{
	const struct slot *x = a, *y = b;
	int r = memcmp(x->object->id.bytes, y->object->id.bytes, 20);
	return r ? r : (x->object > y->object) - (x->object < y->object);
}

/* The distinct objects, by id. */
static struct slot *distinct(struct ov_arena *arena, const struct ov_pack_object *objects,
	size_t count, size_t *kept)
{
	struct slot *slots = ov_new_array(arena, struct slot, count);
	for (size_t i = 0; i < count; i++)
		slots[i].object = &objects[i];
	qsort(slots, count, sizeof(*slots), by_id);
	*kept = 0;
	for (size_t i = 0; i < count; i++) {
		if (*kept == 0 || memcmp(slots[*kept - 1].object->id.bytes,
					  slots[i].object->id.bytes, 20) != 0)
			slots[(*kept)++] = slots[i];
	}
	return slots;
}

static int by_place(const void *a, const void *b)
{
	const struct slot *const *x = a, *const *y = b;
	return ((*x)->object > (*y)->object) - ((*x)->object < (*y)->object);
}

static struct ov_id write_pack(
	struct ov_arena *arena, struct sink *sink, struct slot *slots, size_t count, bool sync)
{
	struct slot **order = ov_new_array(arena, struct slot *, count);
	for (size_t i = 0; i < count; i++)
		order[i] = &slots[i];
	qsort(order, count, sizeof(struct slot *), by_place);
	sink_add(sink, OV_STR("PACK"));
	sink_number(sink, 2, 4);
	sink_number(sink, count, 4);
	for (size_t i = 0; i < count; i++) {
		order[i]->offset = sink->size + sink->buf.len;
		sink_add(sink, order[i]->object->entry);
	}
	return sink_end(sink, sync);
}

static void write_index(struct sink *sink, const struct slot *slots, size_t count,
	const struct ov_id *pack, bool sync)
{
	const uint64_t far = UINT64_C(1) << 31;
	sink_add(sink, OV_STR("\377tOc"));
	sink_number(sink, 2, 4);
	for (size_t first = 0, n = 0; first < 256; first++) {
		while (n < count && slots[n].object->id.bytes[0] <= first)
			n++;
		sink_number(sink, n, 4);
	}
	for (size_t i = 0; i < count; i++)
		sink_id(sink, &slots[i].object->id);
	for (size_t i = 0; i < count; i++)
		sink_number(sink, slots[i].object->crc, 4);
	size_t many = 0;
	for (size_t i = 0; i < count; i++)
		sink_number(sink, slots[i].offset < far ? slots[i].offset : far | many++, 4);
	for (size_t i = 0; i < count; i++) {
		if (slots[i].offset >= far)
			sink_number(sink, slots[i].offset, 8);
	}
	sink_id(sink, pack);
	sink_end(sink, sync);
}

bool ov_pack_write(struct ov_str folder, const struct ov_pack_object *objects, size_t count,
	bool sync, uint64_t *written, struct ov_diags *diags)
{
	if (written)
		*written = 0;
	if (count == 0)
		return true;
	struct ov_arena arena = {0};
	struct ov_str path = ov_str_fmt(&arena, "%.*s/pack", OV_STR_ARG(folder));
	mkdir(path.ptr, 0777);
	int dir = open(path.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct sink pack = {.fd = -1}, index = {.fd = -1};
	bool ok = dir >= 0;
	if (ok) {
		remove_leftovers(dir);
		ok = sink_open(&pack, dir, "pack") && sink_open(&index, dir, "idx");
	}
	if (ok) {
		size_t kept;
		struct slot *slots = distinct(&arena, objects, count, &kept);
		struct ov_id sum = write_pack(&arena, &pack, slots, kept, sync);
		char hex[41];
		ov_id_hex(&sum, hex);
		/* Git looks for the index, so the pack must have its name before. */
		sink_rename(&pack, ov_str_fmt(&arena, "pack-%s.pack", hex).ptr);
		if (pack.ok)
			write_index(&index, slots, kept, &sum, sync);
		if (pack.ok)
			sink_rename(&index, ov_str_fmt(&arena, "pack-%s.idx", hex).ptr);
		ok = pack.ok && index.ok && (!sync || fsync(dir) == 0 || errno == EINVAL);
	}
	if (!ok)
		ov_diag_add(diags, OV_DIAG_WRITE_FAILED, ov_span(0),
			"cannot write a pack into %.*s: %s", OV_STR_ARG(path), strerror(errno));
	else if (written)
		*written = pack.size + index.size;
	sink_close(&pack);
	sink_close(&index);
	if (dir >= 0)
		close(dir);
	ov_arena_release(&arena);
	return ok;
}

#include "runner/generate.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/tree.h"

static size_t number(const struct case_file *file, const char *key)
{
	return (size_t)strtoull(case_file_get(file, key, "0"), NULL, 10);
}

static void add_copy(struct ov_buf *buf, const char *text, size_t i)
{
	const char *mark;

	while ((mark = strstr(text, "{i}")) != NULL) {
		ov_buf_add(buf, ov_str_n(text, (size_t)(mark - text)));
		ov_buf_addf(buf, "%zu", i);
		text = mark + 3;
	}
	ov_buf_puts(buf, text);
}

static void add_hex(struct ov_buf *buf, const char *hex)
{
	for (; hex[0] && hex[1]; hex += 2) {
		char pair[3] = {hex[0], hex[1], '\0'};

		ov_buf_putc(buf, (char)strtoul(pair, NULL, 16));
	}
}

static void add_latin1(struct ov_buf *buf, struct ov_str text)
{
	for (size_t pos = 0; pos < text.len;)
		ov_buf_putc(buf, (char)ov_utf8_next(text, &pos));
}

static bool fill(struct ov_buf *buf, const struct case_file *file, const char *kind)
{
	const char *text = case_file_get(file, "text", "");

	ov_buf_puts(buf, case_file_get(file, "before", ""));
	if (strcmp(kind, "text") == 0) {
		ov_buf_puts(buf, text);
	} else if (strcmp(kind, "repeat") == 0) {
		for (size_t i = 0; i < number(file, "count"); i++)
			add_copy(buf, text, i);
	} else if (strcmp(kind, "large") == 0 && *text) {
		ov_buf_reserve(buf, number(file, "bytes") + strlen(text));
		while (buf->len < number(file, "bytes"))
			ov_buf_puts(buf, text);
	} else if (strcmp(kind, "deep") == 0) {
		for (size_t i = 0; i < number(file, "depth"); i++)
			ov_buf_puts(buf, case_file_get(file, "open", "["));
		for (size_t i = 0; i < number(file, "depth"); i++)
			ov_buf_puts(buf, case_file_get(file, "close", "]"));
	} else if (strcmp(kind, "bytes") == 0) {
		add_hex(buf, case_file_get(file, "hex", ""));
	} else if (strcmp(kind, "latin1") == 0) {
		add_latin1(buf, ov_str_c(text));
	} else {
		return false;
	}
	ov_buf_puts(buf, case_file_get(file, "after", ""));
	return true;
}

static void make_folders(const char *path, size_t depth, const char *text)
{
	struct ov_buf buf = {0};

	ov_buf_puts(&buf, path);
	for (size_t i = 0; i < depth; i++)
		ov_buf_puts(&buf, "/d");
	ov_buf_puts(&buf, "/leaf.yaml");
	ov_buf_putc(&buf, '\0');
	file_write(buf.ptr, ov_str_c(text));
	ov_buf_release(&buf);
}

const char *generate_file(const struct case_file *file)
{
	const char *path = case_file_get(file, "path", NULL);
	const char *kind = case_file_get(file, "kind", "text");
	struct ov_buf buf;
	bool known;

	if (!path || *path == '/' || strstr(path, ".."))
		return "generate: an entry needs a `path` inside the case";
	if (strcmp(kind, "symlink") == 0)
		return symlink(case_file_get(file, "to", "/"), path) == 0 ? NULL
									  : strerror(errno);
	if (strcmp(kind, "fifo") == 0)
		return mkfifo(path, 0666) == 0 ? NULL : strerror(errno);
	if (strcmp(kind, "folders") == 0) {
		make_folders(path, number(file, "depth"), case_file_get(file, "text", ""));
		return NULL;
	}
	ov_buf_init(&buf);
	known = fill(&buf, file, kind);
	if (known)
		file_write(path, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return known ? NULL : "generate: an entry is of no known kind, or lacks `text`";
}

/* library: reads the embedded files. Layer: read. */
#include "read/library.h"

static struct ov_str field(size_t *offset)
{
	const char *from = (const char *)ov_library_data + *offset;
	const char *end = memchr(from, '\0', ov_library_size - *offset);
	if (!end)
		ov_bug("the embedded library is cut short");
	*offset += (size_t)(end - from) + 1;
	return ov_str_n(from, (size_t)(end - from));
}

bool ov_library_next(size_t *offset, struct ov_library_file *file)
{
	if (*offset >= ov_library_size)
		return false;
	file->path = field(offset);
	if (!file->path.len)
		return false;
	struct ov_str digits = field(offset);
	size_t size = 0;
	for (size_t i = 0; i < digits.len; i++)
		size = size * 10 + (size_t)(digits.ptr[i] - '0');
	if (size > ov_library_size - *offset)
		ov_bug("the embedded library is cut short");
	file->bytes = ov_str_n((const char *)ov_library_data + *offset, size);
	*offset += size;
	return true;
}

struct ov_str ov_library_bytes(struct ov_str path)
{
	struct ov_library_file file;
	for (size_t offset = 0; ov_library_next(&offset, &file);) {
		if (ov_str_eq(file.path, path))
			return file.bytes;
	}
	return OV_STR("");
}

/*
 * replay: feeds files to a fuzz target without a fuzzer, so that the corpus is part of the
 * ordinary tests.
 *
 * usage: TARGET FILE-OR-FOLDER...
 */
#include <dirent.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/str.h"
#include "fuzz/target.h"

static bool feed_file(const char *path)
{
	struct ov_buf text = {0};
	FILE *file = fopen(path, "rb");
	size_t n;

	if (!file)
		return false;
	do {
		ov_buf_reserve(&text, 65536);
		n = fread(text.ptr + text.len, 1, 65536, file);
		text.len += n;
	} while (n > 0);
	fclose(file);
	/* Should it crash, this is the last line. */
	printf("%s\n", path);
	fflush(stdout);
	/* A block of just this size shows a read behind the end. */
	uint8_t *exact = ov_xmalloc(text.len ? text.len : 1);
	if (text.len)
		memcpy(exact, text.ptr, text.len);
	LLVMFuzzerTestOneInput(exact, text.len);
	free(exact);
	ov_buf_release(&text);
	return true;
}

static bool feed(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool ok = true;

	if (!dir)
		return feed_file(path);
	while ((entry = readdir(dir)) != NULL) {
		char name[4096];

		if (*entry->d_name == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		ok = feed(name) && ok;
	}
	closedir(dir);
	return ok;
}

int main(int argc, char **argv)
{
	bool ok = true;

	for (int i = 1; i < argc; i++)
		ok = feed(argv[i]) && ok;
	return !ok;
}

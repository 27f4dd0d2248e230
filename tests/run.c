/*
 * run: the case runner. Every folder below tests/cases with an estate/ or a case.yaml is a
 * case (see runner/case.h); each runs in this program, in a forked batch, in a folder of its
 * own.
 *
 * usage: run [--update] [--thorough] [FOLDER]...
 * Each case is repeated with one other number of threads and hash seed; with --thorough, with
 * all.
 */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runner/perform.h"
#include "runner/tree.h"

enum {
	BATCH = 8,
	WORKERS = 16,
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { CASE_SECONDS = 90 };
#else
enum { CASE_SECONDS = 20 };
#endif

enum state {
	WAITING,
	RUNNING,
	PASSED,
	FAILED,
};

struct entry {
	const char *folder, *name;
	enum state state;
	bool alone;   /**< its batch ended early, so it runs by itself */
	bool suspect; /**< it was running when its batch crashed */
	struct ov_str report;
};

/** What a child says at the end of a case; `len` bytes of report follow. */
struct verdict {
	size_t index;
	size_t len;
	bool passed;
};

/** A child and the cases first, first + step, … that it was given. */
struct worker {
	pid_t pid;
	int fd;
	size_t cases[BATCH];
	size_t count, done;
	time_t since;
	bool timed_out;
	struct ov_buf input;
	FILE *log; /**< what the child printed itself: the words of a crash */
};

struct run {
	struct ov_arena arena;
	OV_VEC(struct entry) cases;
	struct worker workers[WORKERS];
	size_t busy, limit;
	size_t next; /**< the first case that may be WAITING */
	const char *root, *scratch;
	bool update, thorough;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static void find_cases(struct run *run, const char *folder)
{
	struct dirent *entry;
	DIR *dir;

	if (case_is(folder)) {
		struct entry e = {.name = folder};

		e.folder = *folder == '/'
				   ? folder
				   : ov_str_fmt(&run->arena, "%s/%s", run->root, folder).ptr;
		ov_vec_push(&run->arena, &run->cases, e);
		return;
	}
	dir = opendir(folder);
	if (!dir)
		fail("%s: %s", folder, strerror(errno));
	while ((entry = readdir(dir)) != NULL) {
		const char *path = ov_str_fmt(&run->arena, "%s/%s", folder, entry->d_name).ptr;
		struct stat st;

		if (*entry->d_name != '.' && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			find_cases(run, path);
	}
	closedir(dir);
}

static void send_bytes(int fd, const void *bytes, size_t len)
{
	const char *p = bytes;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n <= 0)
			_exit(1);
		p += n;
		len -= (size_t)n;
	}
}

/* The child's part. It leaves by exit, so that the leak checker has its say. */
OV_NORETURN static void work_off(struct run *run, const struct worker *w, int fd)
{
	for (size_t i = 0; i < w->count; i++) {
		const struct entry *e = &run->cases.items[w->cases[i]];
		struct ov_arena arena = {0};
		struct test_case c = case_read(&arena, e->folder, e->name);
		struct stage stage = {
			.root = run->root,
			.work = ov_str_fmt(&arena, "%s/%zu", run->scratch, w->cases[i]).ptr,
			.update = run->update,
			.thorough = run->thorough,
		};
		struct ov_buf report = {0};
		struct verdict v = {.index = w->cases[i]};

		tree_remove(stage.work);
		folder_make(stage.work);
		v.passed = perform(&c, &stage, &report);
		if (chdir(run->root) != 0)
			fail("%s: %s", run->root, strerror(errno));
		tree_remove(stage.work);
		v.len = report.len;
		send_bytes(fd, &v, sizeof(v));
		send_bytes(fd, report.ptr, report.len);
		ov_buf_release(&report);
		ov_arena_release(&arena);
	}
	exit(0);
}

static void start(struct run *run, struct worker *w)
{
	int ends[2];

	w->done = 0;
	w->since = time(NULL);
	w->timed_out = false;
	ov_buf_init(&w->input);
	w->log = tmpfile();
	if (!w->log || pipe(ends) != 0)
		fail("cannot start a batch: %s", strerror(errno));
	fflush(stdout);
	w->pid = fork();
	if (w->pid < 0)
		fail("fork: %s", strerror(errno));
	if (w->pid == 0) {
		close(ends[0]);
		dup2(fileno(w->log), STDOUT_FILENO);
		dup2(fileno(w->log), STDERR_FILENO);
		work_off(run, w, ends[1]);
	}
	close(ends[1]);
	w->fd = ends[0];
	run->busy++;
}

/* Gives a free worker the next cases; false where none is waiting. */
static bool start_next(struct run *run, struct worker *w)
{
	w->count = 0;
	while (run->next < run->cases.count && run->cases.items[run->next].state != WAITING)
		run->next++;
	for (size_t i = run->next; i < run->cases.count && w->count < BATCH; i++) {
		struct entry *e = &run->cases.items[i];

		if (e->state != WAITING || (e->alone && w->count > 0))
			continue;
		e->state = RUNNING;
		w->cases[w->count++] = i;
		if (e->alone)
			break;
	}
	if (w->count > 0)
		start(run, w);
	return w->count > 0;
}

static void settle(struct run *run, struct entry *e, bool passed, struct ov_str report)
{
	e->state = passed ? PASSED : FAILED;
	e->report = ov_str_dup(&run->arena, report);
}

/* Takes complete verdicts out of the worker's input. */
static void take_verdicts(struct run *run, struct worker *w)
{
	struct verdict v;
	size_t used = 0;

	while (w->input.len - used >= sizeof(v)) {
		memcpy(&v, w->input.ptr + used, sizeof(v));
		if (w->input.len - used < sizeof(v) + v.len)
			break;
		settle(run, &run->cases.items[v.index], v.passed,
			ov_str_n(w->input.ptr + used + sizeof(v), v.len));
		used += sizeof(v) + v.len;
		w->done++;
		w->since = time(NULL);
	}
	if (used > 0) {
		memmove(w->input.ptr, w->input.ptr + used, w->input.len - used);
		w->input.len -= used;
	}
}

static struct ov_str obituary(struct run *run, struct worker *w, int status)
{
	struct ov_buf buf = {0};
	struct ov_str text;
	char line[1024];

	if (w->timed_out)
		ov_buf_addf(&buf, "not done after %d seconds\n", CASE_SECONDS);
	else if (WIFSIGNALED(status))
		ov_buf_addf(&buf, "ended by signal %d\n", WTERMSIG(status));
	else
		ov_buf_addf(&buf, "the program left with status %d\n", WEXITSTATUS(status));
	rewind(w->log);
	for (size_t lines = 0; lines < 60 && fgets(line, sizeof(line), w->log); lines++)
		ov_buf_puts(&buf, line);
	text = ov_str_dup(&run->arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return text;
}

/*
 * A batch that ended early, or in disorder after its last case (a leak), is run again one by
 * one; a case that then passes is still named, for the crash was somewhere.
 */
static void finish(struct run *run, struct worker *w)
{
	int status = 0;

	waitpid(w->pid, &status, 0);
	if (status != 0 && w->count == 1) {
		settle(run, &run->cases.items[w->cases[0]], false, obituary(run, w, status));
	} else if (status != 0) {
		for (size_t i = w->done < w->count ? w->done : 0; i < w->count; i++) {
			struct entry *e = &run->cases.items[w->cases[i]];

			if (e->state == FAILED)
				continue;
			e->state = WAITING;
			e->alone = true;
			e->suspect = i == w->done;
			if (e->suspect)
				e->report = obituary(run, w, status);
		}
		run->next = 0;
	} else if (w->count == 1) {
		struct entry *e = &run->cases.items[w->cases[0]];

		if (e->suspect && e->state == PASSED)
			settle(run, e, false,
				OV_STR("crashed in company of other cases, but not alone\n"));
	}
	close(w->fd);
	fclose(w->log);
	ov_buf_release(&w->input);
	run->busy--;
	w->pid = 0;
}

static void listen_to(struct run *run)
{
	struct pollfd fds[WORKERS];
	struct worker *who[WORKERS];
	nfds_t n = 0;

	for (size_t i = 0; i < run->limit; i++) {
		struct worker *w = &run->workers[i];

		if (!w->pid)
			continue;
		if (!w->timed_out && time(NULL) - w->since > CASE_SECONDS) {
			w->timed_out = true;
			kill(w->pid, SIGKILL);
		}
		who[n] = w;
		fds[n++] = (struct pollfd){.fd = w->fd, .events = POLLIN};
	}
	poll(fds, n, 1000);
	for (nfds_t i = 0; i < n; i++) {
		ssize_t got;

		if (!fds[i].revents)
			continue;
		ov_buf_reserve(&who[i]->input, 65536);
		got = read(who[i]->fd, who[i]->input.ptr + who[i]->input.len, 65536);
		if (got > 0) {
			who[i]->input.len += (size_t)got;
			take_verdicts(run, who[i]);
		} else {
			finish(run, who[i]);
		}
	}
}

static void run_all(struct run *run)
{
	for (;;) {
		for (size_t i = 0; i < run->limit; i++)
			if (!run->workers[i].pid && !start_next(run, &run->workers[i]))
				break;
		if (run->busy == 0)
			break;
		listen_to(run);
	}
}

static bool print_results(const struct run *run)
{
	size_t passed = 0;

	for (size_t i = 0; i < run->cases.count; i++) {
		const struct entry *e = &run->cases.items[i];

		passed += e->state == PASSED;
		if (e->state != PASSED)
			printf("FAILED %s\n%.*s\n", e->name, OV_STR_ARG(e->report));
	}
	printf("%zu passed, %zu failed, 0 skipped\n", passed, run->cases.count - passed);
	return passed == run->cases.count;
}

/* What the caller's environment says must not decide over a test. */
static void clean_environment(const char *scratch)
{
	static const char *const names[] = {"NO_COLOR", "CLICOLOR_FORCE", "PRE_COMMIT", "CI",
		"GITHUB_ACTIONS", "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE",
		"OVEC_HASH_SEED", "OVEC_LIBRARY", "OVEC_THREADS"};

	for (size_t i = 0; i < OV_COUNT(names); i++)
		unsetenv(names[i]);
	setenv("LC_ALL", "C", 1);
	setenv("HOME", scratch, 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_CEILING_DIRECTORIES", scratch, 1);
}

/* A new folder for the cases' work, by its real name. */
static const char *make_scratch(struct ov_arena *arena)
{
	/* In memory, where there is such a folder, the files of cases take a quarter of the
	 * time. */
	const char *memory = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	const char *base = getenv("TMPDIR") ? getenv("TMPDIR") : memory;
	char name[4096], real[4096], here[4096];

	snprintf(name, sizeof(name), "%s/ovec-cases-XXXXXX", base);
	if (!getcwd(here, sizeof(here)) || !mkdtemp(name) || chdir(name) != 0 ||
		!getcwd(real, sizeof(real)) || chdir(here) != 0)
		fail("%s: %s", name, strerror(errno));
	return ov_str_dup(arena, ov_str_c(real)).ptr;
}

int main(int argc, char **argv)
{
	struct run run = {0};
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	char root[4096];
	bool ok;
	int i = 1;

	if (!getcwd(root, sizeof(root)))
		fail("getcwd: %s", strerror(errno));
	run.root = root;
	for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
		run.update |= strcmp(argv[i], "--update") == 0;
		run.thorough |= strcmp(argv[i], "--thorough") == 0;
	}
	for (int k = i; k < argc; k++)
		find_cases(&run, argv[k]);
	if (i == argc)
		find_cases(&run, "tests/cases");
	if (run.cases.count > 1)
		qsort(run.cases.items, run.cases.count, sizeof(*run.cases.items), by_name);
	run.limit = cores < 1 ? 1 : cores > WORKERS ? WORKERS : (size_t)cores;
	run.scratch = make_scratch(&run.arena);
	clean_environment(run.scratch);
	run_all(&run);
	tree_remove(run.scratch);
	ok = print_results(&run);
	ov_arena_release(&run.arena);
	return !ok;
}

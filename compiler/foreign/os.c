/* os: what POSIX lacks or leaves open, and processes. Layer: foreign. */
#if defined(__linux__)
#define _GNU_SOURCE
#elif defined(__APPLE__)
#define _DARWIN_C_SOURCE
#endif

#include "foreign/os.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__linux__)
#include <sched.h>
#include <sys/syscall.h>
#endif

extern char **environ;

bool ov_os_real_path(struct ov_arena *arena, struct ov_str path, struct ov_str *out)
{
	errno = ENOENT;
	if (ov_str_chr(path, '\0') != SIZE_MAX)
		return false;
	char *name = ov_xmalloc(ov_size_add(path.len, 1));
	memcpy(name, path.ptr ? path.ptr : "", path.len);
	name[path.len] = '\0';
	char *real = realpath(name, NULL);
	int cause = errno;
	free(name);
	if (real)
		*out = ov_str_dup(arena, ov_str_c(real));
	free(real);
	errno = cause;
	return real != NULL;
}

enum ov_os_result ov_os_exchange(int dir, const char *a, const char *b)
{
	errno = ENOSYS;
#if defined(__linux__) && defined(SYS_renameat2)
	enum { EXCHANGE = 2 };
	if (syscall(SYS_renameat2, dir, a, dir, b, EXCHANGE) == 0)
		return OV_OS_DONE;
#elif defined(__APPLE__) && defined(RENAME_SWAP)
	if (renameatx_np(dir, a, dir, b, RENAME_SWAP) == 0)
		return OV_OS_DONE;
#else
	(void)dir;
	(void)a;
	(void)b;
#endif
	if (errno == ENOSYS || errno == EINVAL || errno == ENOTSUP || errno == EOPNOTSUPP)
		return OV_OS_UNSUPPORTED;
	return OV_OS_FAILED;
}

enum ov_os_result ov_os_lock(int fd, unsigned seconds)
{
	uint64_t end = ov_os_clock() + (uint64_t)seconds * UINT64_C(1000000000);
	for (unsigned wait = 1;; wait = wait < 200 ? wait * 2 : wait) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return OV_OS_DONE;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return OV_OS_UNSUPPORTED;
		if (ov_os_clock() >= end)
			return OV_OS_FAILED;
		ov_os_sleep(wait);
	}
}

bool ov_os_sync(int fd)
{
#if defined(__linux__)
	return syncfs(fd) == 0;
#else
	sync();
	return fsync(fd) == 0;
#endif
}

size_t ov_os_processors(void)
{
#if defined(__linux__)
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0)
		return (size_t)CPU_COUNT(&set);
#endif
#if defined(_SC_NPROCESSORS_ONLN)
	long n = sysconf(_SC_NPROCESSORS_ONLN);
	if (n > 0)
		return (size_t)n;
#endif
	return 1;
}

uint64_t ov_os_clock(void)
{
	struct timespec t = {0};
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
}

uint64_t ov_os_cpu(void)
{
	struct timespec t = {0};
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
}

int64_t ov_os_now(void)
{
	return (int64_t)time(NULL);
}

void ov_os_sleep(unsigned milliseconds)
{
	struct timespec t = {
		(time_t)(milliseconds / 1000), (long)(milliseconds % 1000) * 1000000};
	while (nanosleep(&t, &t) != 0 && errno == EINTR)
		continue;
}

uint64_t ov_os_seed(void)
{
	uint64_t seed = 0;
#if defined(__linux__) || defined(__APPLE__)
	if (getentropy(&seed, sizeof(seed)) == 0)
		return seed;
#endif
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		ssize_t n = read(fd, &seed, sizeof(seed));
		close(fd);
		if (n == (ssize_t)sizeof(seed))
			return seed;
	}
	return ov_os_clock() ^ (uint64_t)getpid() << 40;
}

uint64_t ov_os_peak_memory(void)
{
	struct rusage usage;
	if (getrusage(RUSAGE_SELF, &usage) != 0 || usage.ru_maxrss < 0)
		return 0;
#if defined(__APPLE__)
	return (uint64_t)usage.ru_maxrss;
#else
	return (uint64_t)usage.ru_maxrss * 1024;
#endif
}

bool ov_os_is_terminal(int fd)
{
	return isatty(fd) == 1;
}

size_t ov_os_terminal_width(int fd)
{
	struct winsize size = {0};
	if (!ov_os_is_terminal(fd) || ioctl(fd, TIOCGWINSZ, &size) != 0)
		return 0;
	return size.ws_col;
}

struct stream {
	int fd; /* -1 when it is closed */
	struct ov_buf buf;
};

static void stream_close(struct stream *stream)
{
	if (stream->fd >= 0)
		close(stream->fd);
	stream->fd = -1;
}

static void stream_read(struct stream *stream, size_t max)
{
	char chunk[16384];
	ssize_t n = read(stream->fd, chunk, sizeof(chunk));
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		stream_close(stream);
		return;
	}
	size_t room = max > stream->buf.len ? max - stream->buf.len : 0;
	ov_buf_add(&stream->buf, ov_str_n(chunk, (size_t)n < room ? (size_t)n : room));
}

static void stream_write(struct stream *stream, struct ov_str *input)
{
	ssize_t n = input->len ? write(stream->fd, input->ptr, input->len) : 0;
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n > 0)
		*input = ov_str_sub(*input, (size_t)n, input->len);
	if (n < 0 || input->len == 0)
		stream_close(stream);
}

/* Feeds and drains the child at the same time, so that neither waits for the other. */
static void exchange(struct stream stream[3], struct ov_str input, size_t max)
{
	while (stream[0].fd >= 0 || stream[1].fd >= 0 || stream[2].fd >= 0) {
		struct pollfd polls[3];
		for (size_t i = 0; i < 3; i++)
			polls[i] = (struct pollfd){
				.fd = stream[i].fd, .events = i ? POLLIN : POLLOUT};
		if (poll(polls, 3, -1) < 0 && errno != EINTR)
			break;
		if (polls[0].revents && stream[0].fd >= 0)
			stream_write(&stream[0], &input);
		for (size_t i = 1; i < 3; i++) {
			if (polls[i].revents && stream[i].fd >= 0)
				stream_read(&stream[i], max);
		}
	}
}

static int start(const char *const *argv, int ends[3][2], pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int r = posix_spawn_file_actions_init(&actions);
	if (r)
		return r;
	for (int i = 0; i < 3 && !r; i++)
		r = posix_spawn_file_actions_adddup2(&actions, ends[i][i ? 1 : 0], i);
	posix_spawnattr_t attr;
	sigset_t none;
	sigemptyset(&none);
	sigset_t defaults = none;
	sigaddset(&defaults, SIGPIPE);
	if (!r)
		r = posix_spawnattr_init(&attr);
	if (!r) {
		posix_spawnattr_setsigmask(&attr, &none);
		posix_spawnattr_setsigdefault(&attr, &defaults);
		posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
		/* posix_spawnp takes the arguments as not const for history's sake only. */
		char *const *args;
		memcpy(&args, &argv, sizeof(args));
		r = posix_spawnp(pid, argv[0], &actions, &attr, args, environ);
		posix_spawnattr_destroy(&attr);
	}
	posix_spawn_file_actions_destroy(&actions);
	return r;
}

static bool pipe_open(int ends[2])
{
	if (pipe(ends) != 0)
		return false;
	for (int i = 0; i < 2; i++) {
		/* A pipe's end that got the number of a standard stream would survive dup2 with
		 * its close-on-exec mark. */
		if (ends[i] < 3) {
			int high = fcntl(ends[i], F_DUPFD, 3);
			if (high < 0)
				return false;
			close(ends[i]);
			ends[i] = high;
		}
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
	}
	return true;
}

bool ov_os_spawn(struct ov_arena *arena, const char *const *argv, struct ov_str input,
	size_t max, struct ov_os_run *run, struct ov_diags *diags)
{
	*run = (struct ov_os_run){0};
	int ends[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
	int error = 0;
	for (int i = 0; i < 3 && !error; i++)
		error = pipe_open(ends[i]) ? 0 : errno;
	pid_t pid = -1;
	if (!error)
		error = start(argv, ends, &pid);
	for (int i = 0; i < 3; i++) {
		if (ends[i][i ? 1 : 0] >= 0)
			close(ends[i][i ? 1 : 0]);
	}
	struct stream stream[3] = {{.fd = ends[0][1]}, {.fd = ends[1][0]}, {.fd = ends[2][0]}};
	if (error) {
		for (int i = 0; i < 3; i++)
			stream_close(&stream[i]);
		ov_diag_add(diags, OV_DIAG_READ_FAILED, ov_span(0), "cannot run %s: %s",
			argv[0], strerror(error));
		return false;
	}
	fcntl(stream[0].fd, F_SETFL, O_NONBLOCK);
	sigset_t pipes, before;
	sigemptyset(&pipes);
	sigaddset(&pipes, SIGPIPE);
	/* A child that does not read its input must not end this process. */
	pthread_sigmask(SIG_BLOCK, &pipes, &before);
	exchange(stream, input, max);
	struct timespec now = {0};
	if (!sigismember(&before, SIGPIPE)) {
#if defined(__APPLE__)
		sigset_t pending;
		int got;
		if (sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE))
			sigwait(&pipes, &got);
		(void)now;
#else
		sigtimedwait(&pipes, NULL, &now);
#endif
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	int status = 0;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	run->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	run->out = ov_str_dup(arena, ov_buf_str(&stream[1].buf));
	run->err = ov_str_dup(arena, ov_buf_str(&stream[2].buf));
	ov_buf_release(&stream[1].buf);
	ov_buf_release(&stream[2].buf);
	return true;
}

/*
 * measure: runs a command and says what it took.
 *
 * usage: measure FILE COMMAND [ARGUMENT]...
 * Writes "WALL CPU PEAK" to FILE: seconds, seconds, and the largest resident set of the
 * command's processes in MB. Leaves with the command's status.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__APPLE__)
static const double RSS_PER_MB = 1e6; /* ru_maxrss is in bytes there */
#else
static const double RSS_PER_MB = 1e6 / 1024;
#endif

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
	struct timespec start, end;
	struct rusage use;
	FILE *file;
	pid_t child;
	int status;

	if (argc < 3) {
		fprintf(stderr, "usage: measure FILE COMMAND [ARGUMENT]...\n");
		return 3;
	}
	clock_gettime(CLOCK_MONOTONIC, &start);
	child = fork();
	if (child == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror("measure");
		return 4;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	getrusage(RUSAGE_CHILDREN, &use);
	file = fopen(argv[1], "w");
	if (!file) {
		perror(argv[1]);
		return 4;
	}
	fprintf(file, "%.3f %.3f %.1f\n",
		(double)(end.tv_sec - start.tv_sec) +
			(double)(end.tv_nsec - start.tv_nsec) / 1e9,
		seconds(use.ru_utime) + seconds(use.ru_stime),
		(double)use.ru_maxrss / RSS_PER_MB);
	fclose(file);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

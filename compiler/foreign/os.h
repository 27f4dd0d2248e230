/*
 * os: files, folders, processes and what POSIX lacks or leaves open. Layer: foreign.
 *
 * The only module that uses interfaces of one system; every other one keeps to POSIX.1-2008.
 */
#ifndef OV_OS_H
#define OV_OS_H

#include "base/diag.h"

/** What a path names, without following a symbolic link. */
enum ov_os_kind {
	OV_OS_MISSING,
	OV_OS_FILE,
	OV_OS_FOLDER,
	OV_OS_LINK,
	OV_OS_OTHER, /**< a pipe, socket or device, or something that cannot be looked at */
};

/** What the path names. */
enum ov_os_kind ov_os_kind(struct ov_str path);

/**
 * Reads a whole regular file of up to `max` bytes into the arena, followed by a NUL that is not
 * counted. False adds OV_DIAG_READ_FAILED, or OV_DIAG_SOURCE_SIZE where it is larger. A `path`
 * of "-" is a file of that name.
 */
bool ov_os_read_file(struct ov_arena *arena, struct ov_str path, size_t max, struct ov_str *out,
	struct ov_diags *diags);

/** Reads a descriptor, such as 0, to its end; errors as ov_os_read_file. */
bool ov_os_read_fd(struct ov_arena *arena, int fd, struct ov_str name, size_t max,
	struct ov_str *out, struct ov_diags *diags);

/** Writes all bytes, going on after interrupts; false leaves the cause in errno. */
bool ov_os_write_fd(int fd, struct ov_str bytes);

/**
 * Writes a file through a temporary one beside it, so that readers see the old or the new
 * content; with `sync` it is on the disk when this returns. False adds OV_DIAG_WRITE_FAILED.
 */
bool ov_os_write_file(
	struct ov_str path, struct ov_str bytes, bool sync, struct ov_diags *diags);

/** Makes a folder, unless it is there; false adds OV_DIAG_WRITE_FAILED. */
bool ov_os_make_folder(struct ov_str path, struct ov_diags *diags);

/** Lets everybody who may read the file run it; false adds OV_DIAG_WRITE_FAILED. */
bool ov_os_make_executable(struct ov_str path, struct ov_diags *diags);

/** The absolute path without symbolic links; false where it does not exist. */
bool ov_os_real_path(struct ov_arena *arena, struct ov_str path, struct ov_str *out);

/** What a folder or tree turns out to hold. */
enum ov_found_kind {
	OV_FOUND_FILE,      /**< a regular file, or a link to one that lies inside the root */
	OV_FOUND_LINK,      /**< a link out of the root, to a folder, or to nothing */
	OV_FOUND_TOO_LARGE, /**< a file over OV_LIMIT_SOURCE; not read */
	OV_FOUND_TOO_DEEP,  /**< a folder below OV_LIMIT_FOLDER_DEPTH; not entered */
};

/** One entry of a folder or tree. */
struct ov_found {
	enum ov_found_kind kind;
	struct ov_str path;   /**< relative to the root, with "/" between names */
	struct ov_str bytes;  /**< content of an OV_FOUND_FILE */
	struct ov_str target; /**< what a link says, where the entry is one */
	bool exec;            /**< whether it may be executed */
};

/** Whether the file at the path is to be read; NULL stands for "all". */
typedef bool ov_found_want(void *context, struct ov_str path);

/** File that marks a folder as output; such a folder is never read as a part of an estate. */
#define OV_OUTPUT_MARK ".ovec"

/** Takes one entry; its strings lie in the walk's arena. */
typedef void ov_found_fn(void *context, const struct ov_found *found);

/**
 * Hands on all files below `root` in byte order of their paths, leaving out names that begin
 * with ".", folders that hold OV_OUTPUT_MARK, and whatever is neither file, folder nor link.
 * Links to folders are handed on as OV_FOUND_LINK whatever `want` says of their names. False
 * adds OV_DIAG_READ_FAILED; the walk goes on with the next entry.
 */
bool ov_os_walk(struct ov_arena *arena, struct ov_str root, ov_found_want *want,
	ov_found_fn *found, void *context, struct ov_diags *diags);

/** How an exchange or lock ended. */
enum ov_os_result {
	OV_OS_DONE,
	OV_OS_UNSUPPORTED, /**< the system or file system does not have it */
	OV_OS_FAILED,      /**< the cause is in errno */
};

/** Exchanges two folders' names atomically. Paths are relative to the descriptor. */
enum ov_os_result ov_os_exchange(int dir, const char *a, const char *b);

/**
 * Locks an open file or folder against other processes until it is closed, waiting up to
 * `seconds`; OV_OS_FAILED means that another one holds it still.
 */
enum ov_os_result ov_os_lock(int fd, unsigned seconds);

/** Writes the file system that holds the descriptor to the disk; false leaves errno. */
bool ov_os_sync(int fd);

/** Number of processors that this process may use, at least 1. */
size_t ov_os_processors(void);

/** Nanoseconds of a clock that never goes back. */
uint64_t ov_os_clock(void);

/** Nanoseconds of processor time that the process has used, on all its threads. */
uint64_t ov_os_cpu(void);

/** Seconds since 1970. */
int64_t ov_os_now(void);

/** Suspends the thread. */
void ov_os_sleep(unsigned milliseconds);

/** A number that differs from run to run, for hash seeds and temporary names. */
uint64_t ov_os_seed(void);

/** The most memory that the process has held, in bytes; 0 where it cannot be told. */
uint64_t ov_os_peak_memory(void);

/** Whether the descriptor is a terminal. */
bool ov_os_is_terminal(int fd);

/** Columns of the terminal, or 0 where the descriptor is none. */
size_t ov_os_terminal_width(int fd);

/** How a program ended. */
struct ov_os_run {
	struct ov_str out; /**< its standard output */
	struct ov_str err; /**< its standard error */
	int status;        /**< its exit status, or 128 plus the signal that ended it */
};

/**
 * Runs a program, found through PATH, with the NULL-terminated arguments and `input` on its
 * standard input, and waits. Each output may have up to `max` bytes; what is over is dropped.
 * False adds OV_DIAG_READ_FAILED: the program could not be started.
 */
bool ov_os_spawn(struct ov_arena *arena, const char *const *argv, struct ov_str input,
	size_t max, struct ov_os_run *run, struct ov_diags *diags);

#endif

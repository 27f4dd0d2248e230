/*
 * diag: findings about the user's input and the world, collected as values. Layer: base.
 *
 * Nothing below cmd/ prints: a module adds a diagnostic and returns. Each thread has a list of
 * its own; the lists are joined, sorted by a total order and merged, so that what is printed
 * does not depend on which thread came first.
 */
#ifndef OV_DIAG_H
#define OV_DIAG_H

#include "base/arena.h"
#include "base/source.h"
#include "base/str.h"

/** How bad a finding is. */
enum ov_severity {
	OV_ERROR,       /**< nothing is written */
	OV_WARNING,     /**< the output is right, but someone should look */
	OV_NOTE,        /**< information about the run */
	OV_ENVIRONMENT, /**< an error of the repository, the disk or the network: exit status 4
			 */
};

/** The stable codes; OV_DIAG_DUPLICATE_KEY is printed as OV0102. */
enum ov_diag_code {
	OV_DIAG_NONE = 0,
#define OV_DIAG(number, name, severity, title, explanation) OV_DIAG_##name = number,
#include "base/diag_codes.def"
#undef OV_DIAG
};

/** What is known of a code; from diag_codes.def. */
struct ov_diag_info {
	enum ov_diag_code code;
	enum ov_severity severity;
	const char *title;       /**< a few words */
	const char *explanation; /**< a paragraph: what it means and what to do */
};

/** A further place, or advice, that belongs to a diagnostic. */
struct ov_diag_note {
	struct ov_span span; /**< loc 0 for advice without a place */
	struct ov_str text;
	struct ov_diag_note *next;
};

/** One finding. */
struct ov_diag {
	enum ov_diag_code code;
	enum ov_severity severity;
	struct ov_span span;
	struct ov_str message;      /**< one line, without code and place */
	struct ov_diag_note *notes; /**< in the order in which they were added */
	struct ov_str
		subject; /**< the object concerned, such as CLUSTER/KIND/NAME; may be empty */
	size_t count;    /**< how many equal findings were merged into this one */
	struct ov_str subjects[3]; /**< the smallest subjects of the merged ones */
	size_t subject_count;
};

/** A list of findings that one thread adds to. */
struct ov_diags {
	const struct ov_sources *sources; /**< to order by path; may be NULL */
	struct ov_arena arena;
	OV_VEC(struct ov_diag *) list;
	size_t errors;    /**< exact, however many are kept */
	size_t warnings;  /**< likewise */
	bool environment; /**< whether one of them has the severity OV_ENVIRONMENT */
};

/** The table of codes, in ascending order. */
const struct ov_diag_info *ov_diag_table(size_t *count);

/** What is known of the code; never NULL for a member of the enum. */
const struct ov_diag_info *ov_diag_info(enum ov_diag_code code);

/** Makes an empty list; `sources` must outlive it. */
void ov_diags_init(struct ov_diags *diags, const struct ov_sources *sources);

/** Frees the list and its findings. */
void ov_diags_release(struct ov_diags *diags);

/**
 * Adds a finding with the code's own severity. The result can be given notes until the next
 * finding is added to the list.
 */
OV_PRINTF(4, 5)
struct ov_diag *ov_diag_add(struct ov_diags *diags, enum ov_diag_code code, struct ov_span span,
	const char *fmt, ...);

/** Adds a place to a finding. */
OV_PRINTF(4, 5)
void ov_diag_note(struct ov_diags *diags, struct ov_diag *diag, struct ov_span span,
	const char *fmt, ...);

/** Adds advice, printed as "help: …". */
OV_PRINTF(3, 4)
void ov_diag_help(struct ov_diags *diags, struct ov_diag *diag, const char *fmt, ...);

/** Says which object a finding concerns; the text is copied. */
void ov_diag_subject(struct ov_diags *diags, struct ov_diag *diag, struct ov_str subject);

/** Copies all findings of `from` into `into`; `from` stays as it is. */
void ov_diags_join(struct ov_diags *into, const struct ov_diags *from);

/** Sorts by path, offset, length, code and message, notes about the whole run last, and merges
 * equal findings. */
void ov_diags_sort(struct ov_diags *diags);

/** The span of a value's or token's place, its length to be found out when it is printed. */
struct ov_span ov_span(uint32_t loc);

/** A span of known length. */
struct ov_span ov_span_n(uint32_t loc, size_t len);

/**
 * The name in `names` that someone who wrote `wrong` most likely meant, or an empty slice where
 * none is near.
 */
struct ov_str ov_nearest(struct ov_str wrong, const struct ov_str *names, size_t count);

#endif

/*
 * internal: what the files of read/ share among themselves. Layer: read.
 */
#ifndef OV_READ_INTERNAL_H
#define OV_READ_INTERNAL_H

#include "read/kinds.h"
#include "read/read.h"

/** What the second half of the read phase works with. */
struct ov_reading {
	struct ov_run *run;
	struct ov_estate *estate;
	struct ov_map *bases; /**< one a thread: what documents of one kind and place inherit */
};

/* select.c */

/**
 * Appends the clusters that `clusters:` selects, in order of their names: a name, a list of
 * names, or a map of names, matchLabels and matchExpressions. False where a name is unknown or
 * nothing matches, with a finding.
 */
bool ov_select(const struct ov_estate *estate, struct ov_value selector, struct ov_arena *arena,
	struct ov_cluster ***out, size_t *count, struct ov_diags *diags);

/** Whether the selector chooses the cluster; wrong selectors choose none, without a finding. */
bool ov_selects(struct ov_value selector, const struct ov_cluster *cluster);

/** Adds OV_DIAG_UNKNOWN_NAME with the nearest of the names that there are. */
void ov_unknown_name(struct ov_diags *diags, struct ov_value name, const char *what,
	const struct ov_str *names, size_t count);

/** Adds the nearest of the names as advice, or all of them where they are few. */
void ov_suggest(struct ov_diags *diags, struct ov_diag *d, struct ov_str wrong,
	const struct ov_str *names, size_t count);

/* inherit.c */

/** Fills in doc->profiles, lowest precedence first; false with a finding. */
bool ov_profiles_bind(const struct ov_estate *estate, struct ov_doc *doc,
	struct ov_arena *arena, struct ov_diags *diags);

/** The document with all that it inherits on a cluster (NULL: nowhere), defaults not yet filled
 * in. */
struct ov_value ov_inherit(struct ov_reading *reading, struct ov_worker *worker,
	struct ov_map *bases, const struct ov_doc *doc, const struct ov_cluster *cluster,
	bool *ok);

/** What the document says of a field of its spec, or the nearest of its profiles says. */
struct ov_value ov_own_field(const struct ov_doc *doc, const char *field);

/* check.c */

/** Checks a document as it is written, without what it inherits. */
bool ov_check_alone(struct ov_reading *reading, struct ov_worker *worker, struct ov_doc *doc);

/** Checks the merged document of an instance; its defaults must be filled in. */
bool ov_check_merged(struct ov_worker *worker, const struct ov_instance *instance);

/** Adds OV_DIAG_PLAIN_SECRET with the advice that goes with it. */
void ov_plain_secret(struct ov_worker *worker, struct ov_span span, const char *what);

/** Looks for secrets in user data that is written as a map. */
void ov_check_cloud_config(struct ov_worker *worker, struct ov_value map);

/* refs.c */

/** Checks that what a merged document names exists where it is needed, and holds no secret
 * where its schema forbids one. Notes what of it the list of first steps names. */
bool ov_check_refs(
	struct ov_reading *reading, struct ov_worker *worker, struct ov_instance *instance);

/* rules.c */

/** Asks all rules of the instance's kind. */
bool ov_check_rules(struct ov_reading *reading, struct ov_worker *worker,
	const struct ov_instance *instance);

/* resolve.c */

/** From parsed files to instances on clusters. */
bool ov_resolve(struct ov_run *run, const struct ov_files *files,
	const struct ov_read_options *options, struct ov_estate *estate);

#endif

/*
 * departure: which files of the last output may go. Layer: close.
 *
 * An object that leaves the output may be deleted by whoever syncs it. What holds data, or is
 * not known to be harmless, leaves only in the phases of a Removal, a Move or a retired Cluster
 * (compiler/LANGUAGE.md); the phase that the last output shows stands in its annotation.
 */
#ifndef OV_DEPARTURE_H
#define OV_DEPARTURE_H

#include "model/estate.h"
#include "model/object.h"
#include "model/run.h"

/** A file of ours that the next output does not have. */
struct ov_departed {
	struct ov_str path;
	struct ov_str bytes;
};

/** Whether files may go, asked before anything is written. */
struct ov_departures {
	struct ov_run *run;
	const struct ov_estate *estate;
	const struct ov_objects *objects; /**< of the next output */
	/** Identities of the next output, made when they are first needed. */
	struct ov_map made;
	bool listed;
	OV_VEC(struct ov_str) lost; /**< clusters that have been reported */
};

/** Begins for one run. */
void ov_departures_init(struct ov_departures *departures, struct ov_run *run,
	const struct ov_estate *estate, const struct ov_objects *objects);

/** False with findings where some of the files must not go; NULL lets all go. */
bool ov_may_depart(
	struct ov_departures *departures, const struct ov_departed *files, size_t count);

#endif

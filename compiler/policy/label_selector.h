/*
 * label_selector: selectors of labels with Kyverno's wildcards. Layer: policy.
 *
 * Follows LabelSelectorAsSelector of k8s.io/apimachinery and pkg/engine/wildcards of Kyverno
 * v1.19.
 */
#ifndef OV_LABEL_SELECTOR_H
#define OV_LABEL_SELECTOR_H

#include "base/arena.h"
#include "value/value.h"

/** What a selector says of labels. */
enum ov_selection {
	OV_SELECTED,
	OV_NOT_SELECTED,
	OV_SELECTOR_INVALID, /**< an API server would refuse it; Kyverno's rule ends in an error
			      */
};

/**
 * Whether {matchLabels, matchExpressions} selects the labels, a map of strings or OV_KIND_NONE;
 * an empty selector selects all. Wildcards in keys and values of matchLabels stand for the
 * first label that both match; where none does they count as "0". `*why` (may be NULL) is set
 * for an invalid one, in `arena`.
 */
enum ov_selection ov_label_selector_match(struct ov_arena *arena, struct ov_value selector,
	struct ov_value labels, struct ov_str *why);

/** Whether some annotation (or label) matches key and value, both with wildcards. */
bool ov_wildcard_pair_match(struct ov_value map, struct ov_str key, struct ov_str value);

/** Whether some string of the list, with wildcards, stands for the text. */
bool ov_wildcard_any(struct ov_value patterns, struct ov_str s);

#endif

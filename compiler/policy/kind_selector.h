/*
 * kind_selector: which kinds of objects a rule of Kyverno is about. Layer: policy.
 */
#ifndef OV_KIND_SELECTOR_H
#define OV_KIND_SELECTOR_H

#include "base/str.h"

/** Patterns for the parts of a kind; all are parts of the text or constants. */
struct ov_kind_selector {
	struct ov_str group, version, kind;
	struct ov_str subresource; /**< empty for the object itself */
};

/**
 * Reads Kind, Kind/sub, v1/Kind, v1/Kind/sub, group/v1/Kind or group/v1/Kind/sub, where a dot
 * may stand for the last slash (pkg/utils/kube.ParseKindSelector of Kyverno v1.19). What has
 * too many parts gives four empty ones, which select nothing.
 */
struct ov_kind_selector ov_kind_selector_parse(struct ov_str s);

/**
 * Whether the selector is about the kind; `group` is empty for the core group. Who selects pods
 * selects their ephemeral containers too.
 */
bool ov_kind_selector_match(const struct ov_kind_selector *selector, struct ov_str group,
	struct ov_str version, struct ov_str kind, struct ov_str subresource);

#endif

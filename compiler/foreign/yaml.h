/*
 * yaml: YAML text to values, through libyaml's events where its form is not the usual one.
 * Layer: foreign.
 *
 * What libyaml leaves open is settled as sigs.k8s.io/yaml does, through which Kubernetes reads
 * manifests: the types of scalars and keys (lang/scalar.h), merge keys, tags. Stricter than it
 * are duplicate keys, always refused, and bytes that are not UTF-8.
 */
#ifndef OV_YAML_H
#define OV_YAML_H

#include "foreign/reader.h"

/**
 * Appends the documents of the source to `out`. A document with a finding is left out, the
 * others are kept; after a syntax error, or past a limit, nothing more is read. False when
 * there was a finding. A document of nothing but comments is none. Aliases share the value
 * that they name. Strings whose bytes stand so in the source point there.
 */
bool ov_yaml_read(const struct ov_reader *reader, struct ov_docs *out);

/** As ov_yaml_read, all of it through libyaml, to which the other way is held. */
bool ov_yaml_read_events(const struct ov_reader *reader, struct ov_docs *out);

/**
 * The one document of a text that is no source, such as an object that ovec wrote itself: its
 * places lie behind all sources, so that no finding shows one of them. False when the text has
 * a fault or not just one document. The text must outlive the document.
 */
bool ov_yaml_read_one(struct ov_arena *arena, struct ov_keys *keys, struct ov_key_cache *cache,
	struct ov_str text, struct ov_value *out);

#endif

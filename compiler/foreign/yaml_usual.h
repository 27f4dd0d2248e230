/*
 * yaml_usual: YAML of the form that programs, and mostly people, write. Layer: foreign.
 *
 * libyaml decides what a text means. It also takes most of the time in which manifests are
 * judged, so documents of a form about which there can be no doubt are read directly: block
 * maps and lists, scalars of one line, folded plain ones, block scalars without an indentation
 * indicator, flow collections within a line. All else, anchors, tags, merge keys and whatever
 * may be a fault among it, is left to libyaml, which alone reports faults. The fuzz target
 * `yaml` holds both to the same values at the same places.
 */
#ifndef OV_YAML_USUAL_H
#define OV_YAML_USUAL_H

#include "foreign/reader.h"

/**
 * Appends the documents of the source, up to the first that is not of the usual form, and
 * returns the offset at which that one begins, or the length of the text. The text must be
 * UTF-8 without control characters, byte order marks and line breaks other than a line feed.
 * There are no findings.
 */
size_t ov_yaml_usual(const struct ov_reader *reader, struct ov_docs *out);

#endif

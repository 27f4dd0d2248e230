/*
 * uri: identifiers of the web, templates of them, and pointers into JSON. Layer: lang.
 *
 * Each check returns NULL where the text is right, otherwise a constant that says what is
 * wrong.
 */
#ifndef OV_URI_H
#define OV_URI_H

#include "base/str.h"

/** What ov_uri_fault accepts beyond a URI. */
enum ov_uri_flags {
	OV_URI_RELATIVE = 1 << 0, /**< a reference without a scheme (RFC 3986, section 4.1) */
	OV_URI_UNICODE = 1 << 1,  /**< an IRI (RFC 3987) */
};

/** The parts of an identifier, all parts of its text; those not written are empty. */
struct ov_uri {
	struct ov_str scheme, userinfo, host, port, path, query, fragment;
	bool has_authority; /**< whether "//" is there */
};

/** Splits and checks (RFC 3986, appendix A). `*out` may be NULL. */
const char *ov_uri_fault(struct ov_str s, unsigned flags, struct ov_uri *out);

/** RFC 6570: literals and {expressions}. */
const char *ov_uri_template_fault(struct ov_str s);

/** RFC 6901: nothing, or /parts with ~0 for ~ and ~1 for /. */
const char *ov_uri_pointer_fault(struct ov_str s);

/** draft-bhutton-relative-json-pointer-00: a number, then '#' or a pointer. */
const char *ov_uri_relative_pointer_fault(struct ov_str s);

/** Address of a Git repository: https://, ssh:// or user@host:path, without a password. */
const char *ov_uri_git_fault(struct ov_str s);

/** Name of a branch or tag by the rules of git-check-ref-format(1), one level allowed. */
const char *ov_uri_git_ref_fault(struct ov_str s);

#endif

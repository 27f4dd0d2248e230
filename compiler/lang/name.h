/*
 * name: the names that Kubernetes allows. Layer: lang.
 *
 * Each check returns NULL where the name is right, otherwise a constant that says what is wrong
 * and what to write. The rules are those of k8s.io/apimachinery, pkg/util/validation.
 */
#ifndef OV_NAME_H
#define OV_NAME_H

#include "base/str.h"

/** RFC 1123 label: up to 63 of a-z, 0-9 and '-'. */
const char *ov_name_label_fault(struct ov_str s);

/** RFC 1123 subdomain: labels with dots, up to 253. Labels of a subdomain may be longer
 * than 63. */
const char *ov_name_subdomain_fault(struct ov_str s);

/** RFC 1035 label: as an RFC 1123 label, but it begins with a letter; for Services. */
const char *ov_name_1035_fault(struct ov_str s);

/** Name of any object, such as that of a Role: what can be one segment of a path. */
const char *ov_name_object_fault(struct ov_str s);

/** Key of a label: an optional DNS prefix with '/', and a name of up to 63. */
const char *ov_name_label_key_fault(struct ov_str s);

/** Value of a label: nothing, or up to 63 of letters, digits, '-', '_' and '.'. */
const char *ov_name_label_value_fault(struct ov_str s);

/** Key of an annotation: as the key of a label, with capitals in the prefix too. */
const char *ov_name_annotation_key_fault(struct ov_str s);

/** Name of a port (IANA service name, RFC 6335): up to 15 of a-z, 0-9 and '-'. */
const char *ov_name_port_fault(struct ov_str s);

/** Host name (RFC 1123, section 2.1) of ASCII labels; capitals are allowed. */
const char *ov_name_host_fault(struct ov_str s);

/** Mailbox (RFC 5321, section 4.1.2); with `unicode`, non-ASCII letters too (RFC 6531). */
const char *ov_name_email_fault(struct ov_str s, bool unicode);

#endif

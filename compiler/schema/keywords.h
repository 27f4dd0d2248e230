/*
 * keywords: the schema keywords that are ovec's own, a closed table. Layer: schema.
 *
 * An x-ovec keyword that is not in this table, has another type of value or stands in another
 * place is an error of the schema.
 */
#ifndef OV_KEYWORDS_H
#define OV_KEYWORDS_H

/** Types of a keyword's value. */
enum ov_keyword_type {
	OV_KEYWORD_STRING,  /**< a string that is not empty */
	OV_KEYWORD_BOOL,    /**< true or false */
	OV_KEYWORD_STRINGS, /**< a list of strings */
	OV_KEYWORD_MAP,     /**< a map */
};

/** Where a keyword may stand. */
enum ov_keyword_place {
	OV_KEYWORD_ROOT,  /**< at the root of a kind's schema */
	OV_KEYWORD_FIELD, /**< in any schema */
};

/**
 * X(member, name, type, place, allowed, meaning); `allowed` lists the values, separated by a
 * blank, or is NULL.
 */
#define OV_KEYWORDS(X) \
	X(COMPONENT, "x-ovec-component", STRING, ROOT, NULL, \
		"folder of the kind's objects below the cluster") \
	X(CARDINALITY, "x-ovec-cardinality", STRING, ROOT, "none one many", \
		"on how many clusters a document lands") \
	X(EXTENDS, "x-ovec-extends", STRING, ROOT, NULL, \
		"kind of the documents that spec.profile and spec.profiles name") \
	X(ROLE, "x-ovec-role", STRING, ROOT, "patch removal move policy exception", \
		"what the kind's documents are to the compiler") \
	X(REF, "x-ovec-ref", STRING, FIELD, NULL, "the string names a document of that kind") \
	X(PROVIDED, "x-ovec-provided", STRING, FIELD, NULL, \
		"the string names something of that category which the cluster provides") \
	X(LANGUAGE, "x-ovec-language", STRING, FIELD, NULL, "the text is of that language") \
	X(SECRET, "x-ovec-secret", BOOL, FIELD, NULL, \
		"the value must not be written out, only referred to") \
	X(MESSAGE, "x-ovec-message", STRING, FIELD, NULL, \
		"what a finding says instead of the bare keyword") \
	X(SENSITIVE, "x-ovec-sensitive", BOOL, FIELD, NULL, \
		"the value is not shown in findings")

/** The keywords, as indices. */
enum ov_keyword {
#define OV_KEYWORD(member, name, type, place, allowed, meaning) OV_KEYWORD_##member,
	OV_KEYWORDS(OV_KEYWORD)
#undef OV_KEYWORD
	/** Number of keywords. */
	OV_KEYWORD_COUNT,
};

/** What is known of one keyword. */
struct ov_keyword_info {
	const char *name;
	enum ov_keyword_type type;
	enum ov_keyword_place place;
	const char *allowed; /**< values separated by a blank, or NULL for any */
	const char *meaning;
};

/** What is known of the keyword. */
const struct ov_keyword_info *ov_keyword_info(enum ov_keyword keyword);

#endif

/*
 * limits: every bound that keeps bad input from running away. Layer: base.
 *
 * One past a limit is a diagnostic, never a crash and never a silent cut. Each limit has a test
 * at it and one past it.
 */
#ifndef OV_LIMITS_H
#define OV_LIMITS_H

enum {
	/** Nesting of YAML, JSON, expressions, merges and comparisons, in levels. */
	OV_LIMIT_DEPTH = 512,
	/** Size of one source file, in bytes. */
	OV_LIMIT_SOURCE = 16 << 20,
	/** Size of a file that a set of schemas is imported from, in bytes. */
	OV_LIMIT_IMPORT = 256 << 20,
	/** Nodes that the aliases of one document may expand to. */
	OV_LIMIT_ALIAS_NODES = 1000000,
	/** Evaluation steps of one expression. */
	OV_LIMIT_STEPS = 1000000,
	/** Bytes that one expression may build, in strings and lists. */
	OV_LIMIT_EXPR_BYTES = 64 << 20,
	/** Nodes of one tree that is written, each counted as often as it is reached. */
	OV_LIMIT_TREE_NODES = 1000000,
	/** Bytes of the strings of one tree that is written, likewise. */
	OV_LIMIT_TREE_BYTES = 64 << 20,
	/** Length of one expression's text, in bytes. */
	OV_LIMIT_EXPR_TEXT = 64 << 10,
	/** PCRE2 match limit (internal calls of its matcher). */
	OV_LIMIT_REGEX_MATCH = 100000,
	/** PCRE2 heap limit, in KiB. */
	OV_LIMIT_REGEX_HEAP = 32 << 10,
	/** Length of a text that a regular expression is matched against, in bytes. */
	OV_LIMIT_REGEX_SUBJECT = 1 << 20,
	/** Length of a chain of profiles, in links. */
	OV_LIMIT_PROFILE_CHAIN = 32,
	/** Nesting of $ref while a JSON Schema is applied without consuming input. */
	OV_LIMIT_SCHEMA_REF = 128,
	/** Schemas in progress at once while a value is validated: its depth times their own.
	 */
	OV_LIMIT_SCHEMA_DEPTH = 2500,
	/** Schema objects that are applied to one document. */
	OV_LIMIT_SCHEMA_STEPS = 50000000,
	/** Steps of all validation rules that are asked of one object. */
	OV_LIMIT_API_STEPS = 10000000,
	/** Depth of folders below the estate's root. */
	OV_LIMIT_FOLDER_DEPTH = 64,
	/** Distinct diagnostics that are kept; further ones are only counted. */
	OV_LIMIT_DIAGS = 1000,
	/** Diagnostics that are printed as text by default. */
	OV_LIMIT_PRINTED = 100,
	/** Worker threads. */
	OV_LIMIT_THREADS = 64,
};

#endif

/* yaml_fault: syntax errors of libyaml's in plain words. Layer: foreign. */
#include "foreign/yaml_fault.h"

/* The first tab in the white space that the line of `at` begins with, or SIZE_MAX. */
static size_t indent_tab(struct ov_str text, size_t at)
{
	size_t i = at;
	while (i > 0 && text.ptr[i - 1] != '\n' && text.ptr[i - 1] != '\r')
		i--;
	while (i < text.len && text.ptr[i] == ' ')
		i++;
	return i < text.len && text.ptr[i] == '\t' ? i : SIZE_MAX;
}

static const char quoted[] = "while scanning a quoted scalar";
static const char in_list[] = "while parsing a flow sequence";
static const char in_map[] = "while parsing a flow mapping";
static const char no_colon[] = "could not find expected ':'";
static const char no_content[] = "did not find expected node content";
static const char unended[] = "found unexpected end of stream";
static const char no_token[] = "found character that cannot start any token";

/* What libyaml says, in terms of what a person wrote. */
static const struct {
	const char *context; /* NULL where any fits */
	const char *problem;
	const char *message;
} sayings[] = {
	{NULL, "mapping values are not allowed in this context",
		"a ':' cannot stand here: quote the text, or begin the map on a line of its "
		"own"},
	{NULL, no_colon, "this is not 'key: value': a ':' is missing"},
	{"while parsing a block mapping", "did not find expected key",
		"a key of the map is expected here: the indentation or a quote before it is "
		"wrong"},
	{"while parsing a block collection", "did not find expected '-' indicator",
		"a '-' is expected here: the indentation does not fit the list"},
	{NULL, "block sequence entries are not allowed in this context",
		"a list cannot begin here: put the '-' on a line of its own"},
	{NULL, "mapping keys are not allowed in this context", "a key cannot stand here"},
	{in_list, "did not find expected ',' or ']'",
		"a ',' or the ']' of the list is missing before this"},
	{in_map, "did not find expected ',' or '}'",
		"a ',' or the '}' of the map is missing before this"},
	{NULL, no_content, "a value is expected here"},
	{quoted, unended, "the quoted text has no end"},
	{quoted, "found unexpected document indicator",
		"the quoted text is not closed before the document ends"},
	{"while parsing a quoted scalar", "found unknown escape character",
		"double quotes know no such escape: write '\\\\' for a backslash, or use "
		"single quotes"},
	{NULL, "found invalid Unicode character escape code",
		"the escape is no character: write one beyond U+FFFF as \\U and eight digits"},
	{NULL, "found undefined tag handle", "the tag's prefix is not declared"},
	{NULL, "did not find expected <document start>",
		"the text goes on after the end of the document: '---' is missing, or the "
		"indentation is wrong"},
};

/* Where libyaml's context is, in words that follow a place. */
static const struct {
	const char *context;
	const char *message;
} contexts[] = {
	{in_list, "the list begins here"},
	{in_map, "the map begins here"},
	{"while parsing a block mapping", "the map begins here"},
	{"while parsing a block collection", "the list begins here"},
	{quoted, "the quoted text begins here"},
	{"while parsing a quoted scalar", "the quoted text begins here"},
	{"while scanning a block scalar", "the text begins here"},
	{"while scanning a plain scalar", "the text begins here"},
	{"while scanning an anchor", "the anchor is here"},
	{"while scanning an alias", "the alias is here"},
	{"while scanning a directive", "the directive is here"},
	{"while scanning a tag", "the tag is here"},
	{"while parsing a tag", "the tag is here"},
	{"while parsing a node", "it belongs to this"},
};

static const char *context_words(const char *context)
{
	for (size_t i = 0; i < OV_COUNT(contexts); i++) {
		if (strcmp(context, contexts[i].context) == 0)
			return contexts[i].message;
	}
	return context;
}

/* Whether nothing but blanks and comments follows. */
static bool at_end(struct ov_str text, size_t at)
{
	for (; at < text.len; at++) {
		char c = text.ptr[at];
		if (c == '#') {
			while (at + 1 < text.len && text.ptr[at + 1] != '\n')
				at++;
		} else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
			return false;
		}
	}
	return true;
}

/* The bracket that is still open where the text ends, as far as libyaml tells, or SIZE_MAX. */
static size_t open_bracket(struct ov_str text, const struct ov_yaml_fault *fault, size_t at)
{
	const char *context = fault->context ? fault->context : "";
	if (!at_end(text, at))
		return SIZE_MAX;
	if (strcmp(context, in_list) == 0 || strcmp(context, in_map) == 0)
		return fault->context_at;
	while (at && strchr(" \t\r\n", text.ptr[at - 1]))
		at--;
	bool bracket = at && (text.ptr[at - 1] == '[' || text.ptr[at - 1] == '{');
	return bracket ? at - 1 : SIZE_MAX;
}

static const char *saying(const char *context, const char *problem)
{
	for (size_t i = 0; i < OV_COUNT(sayings); i++) {
		if (strcmp(problem, sayings[i].problem) == 0 &&
			(!sayings[i].context ||
				(context && strcmp(context, sayings[i].context) == 0)))
			return sayings[i].message;
	}
	return problem;
}

void ov_yaml_explain(const struct ov_reader *reader, const struct ov_yaml_fault *fault)
{
	struct ov_diags *diags = reader->diags;
	struct ov_str text = reader->source->text;
	struct ov_diag *diag;
	const char *problem = fault->problem ? fault->problem : "invalid YAML";
	/* Where a quote is never closed or a colon missing, its beginning says more than where
	 * the reader noticed. */
	bool unclosed = fault->context && strcmp(fault->context, quoted) == 0 &&
			strcmp(problem, unended) == 0;
	bool begins = unclosed || (fault->context && strcmp(problem, no_colon) == 0);
	size_t at = begins ? fault->context_at : fault->at;
	if (at > text.len)
		at = text.len;
	char c = at < text.len ? text.ptr[at] : '\0';
	size_t tab = indent_tab(text, at);
	if (tab == SIZE_MAX && c == '\t' && strcmp(problem, no_token) == 0)
		tab = at;
	if (tab != SIZE_MAX) {
		diag = ov_diag_add(diags, OV_DIAG_TAB_INDENT,
			ov_span_n(ov_reader_loc(reader, tab), 1),
			"a tab stands where YAML wants spaces");
		ov_diag_help(diags, diag, "replace the tabs by spaces");
		return;
	}
	struct ov_span span = ov_span_n(ov_reader_loc(reader, at), 1);
	if (strcmp(problem, no_token) == 0) {
		diag = ov_diag_add(diags, OV_DIAG_YAML_SYNTAX, span,
			"a plain text cannot begin with '%c'", c);
		ov_diag_help(diags, diag, "quote it");
		return;
	}
	size_t bracket = begins ? SIZE_MAX : open_bracket(text, fault, at);
	if (bracket != SIZE_MAX) {
		ov_diag_add(diags, OV_DIAG_YAML_SYNTAX,
			ov_span_n(ov_reader_loc(reader, bracket), 1), "this %c is never closed",
			text.ptr[bracket]);
		return;
	}
	if (begins && !unclosed)
		span = ov_span(ov_reader_loc(reader, at));
	diag = ov_diag_add(
		diags, OV_DIAG_YAML_SYNTAX, span, "%s", saying(fault->context, problem));
	if (fault->context && fault->context_at != at)
		ov_diag_note(diags, diag,
			ov_span_n(ov_reader_loc(reader, fault->context_at), 1), "%s",
			context_words(fault->context));
}

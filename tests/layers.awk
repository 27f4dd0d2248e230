# layers: checks who includes whom in compiler/, as compiler/README.md lays down.
#
# usage: awk -f tests/layers.awk FILE...
# - a file includes its own folder and folders of lower rank, written "folder/file.h";
# - read, make and close never include each other; nor do compile and report;
# - a library's header appears in foreign/ only, each library in one file family (git.c,
#   git_tree.c), whose own headers alone may pass it on, and no file uses two libraries;
# - each header begins with a comment that names its layer.

BEGIN {
	rank["base"] = 0; rank["value"] = 1; rank["types"] = 2
	rank["lang"] = 3; rank["model"] = 3; rank["foreign"] = 3
	rank["expr"] = 4; rank["schema"] = 5; rank["policy"] = 6
	rank["read"] = 7; rank["make"] = 7; rank["close"] = 7
	rank["compile"] = 8; rank["report"] = 8; rank["cmd"] = 9; rank["main"] = 10
	# Folders of one rank that may include each other.
	peers["lang"] = peers["model"] = peers["foreign"] = 1
	library["yaml.h"] = "libyaml"; library["git2.h"] = "libgit2"
	library["pcre2.h"] = "PCRE2"; library["pcre2posix.h"] = "PCRE2"
	library["cJSON.h"] = "cJSON"; library["cJSON_Utils.h"] = "cJSON"
	library["libdeflate.h"] = "libdeflate"; library["zlib.h"] = "zlib"
}

function complain(text) {
	printf "%s:%d: %s\n", FILENAME, FNR, text
	bad = 1
}

# The folder of a path below compiler/; for a file directly in it, its name.
function layer(path) {
	sub(/^compiler\//, "", path)
	sub(/[\/.].*/, "", path)
	return path
}

function layer_comment() {
	gsub(/[ \t*\/]+/, " ", comment)
	if (!index(comment, "Layer: " here))
		complain("the header does not begin with a comment that says 'Layer: " here "'")
}

function include_own(path,   there) {
	if (!index(path, "/") && path != "compile.h") {
		complain("write \"folder/" path "\"")
		return
	}
	there = layer(path)
	if (!(there in rank))
		complain("no layer is called '" there "'")
	else if (there == "foreign")
		foreign[++foreign_count] = FILENAME ":" FNR " " path
	if (there != here && (there in rank) && rank[there] >= rank[here] && \
			!((there in peers) && (here in peers)))
		complain(here " may not include " there)
}

function include_library(name,   lib, family) {
	if (name ~ /^git2\//)
		name = "git2.h"
	sub(/.*\//, "", name)
	if (!(name in library))
		return
	lib = library[name]
	family = family_name(FILENAME)
	if (FILENAME !~ /^compiler\/foreign\//)
		complain(lib " is used outside foreign/")
	else if ((lib in family_of) && family_of[lib] != family)
		complain(lib " is used by " family_of[lib] ".c already")
	else if ((FILENAME in uses) && uses[FILENAME] != lib)
		complain("the file uses " uses[FILENAME] " already")
	family_of[lib] = family
	uses[FILENAME] = lib
}

# git, for foreign/git_tree.c.
function family_name(path) {
	sub(/.*\//, "", path)
	sub(/[._].*/, "", path)
	return path
}

FNR == 1 {
	here = layer(FILENAME)
	comment = ""
	in_comment = FILENAME ~ /\.h$/
	if (!(here in rank))
		complain("no layer is called '" here "'")
	if (in_comment && $0 !~ /^\/\*/) {
		in_comment = 0
		layer_comment()
	}
}

in_comment {
	comment = comment " " $0
	if (/\*\//) {
		in_comment = 0
		layer_comment()
	}
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	include_own(part[2])
}

/^[ \t]*#[ \t]*include[ \t]*</ {
	name = $0
	sub(/^[^<]*</, "", name)
	sub(/>.*/, "", name)
	include_library(name)
}

END {
	for (i = 1; i <= foreign_count; i++) {
		split(foreign[i], part, " ")
		header = "compiler/" part[2]
		if ((header in uses) && family_name(part[1]) != family_name(header)) {
			print part[1] ": " part[2] " passes on " uses[header] "'s header"
			bad = 1
		}
	}
	exit bad
}

# sets: checks that every kind which a template names with its version is in a shipped set.
#
# usage: awk -f tests/sets.awk SET... TEMPLATE...
# An apiVersion and a kind that stand together without an expression in them name a kind; those
# of ovec itself are no objects.

FILENAME ~ /\.set$/ {
	if ($1 !~ /^[!#@]/ && index($1, "/")) {
		known[$1] = 1
		line = $0
		while (match(line, /"v[0-9][a-z0-9]*":\{/)) {
			served[$1 " " substr(line, RSTART + 1, RLENGTH - 4)] = 1
			line = substr(line, RSTART + RLENGTH)
		}
	}
	next
}

FNR == 1 {
	version = ""
}

function value(text) {
	sub(/^[^:]*: */, "", text)
	sub(/ *(#.*)?$/, "", text)
	gsub(/["']/, "", text)
	return text
}

function ask(version, kind,   group, name) {
	if (version ~ /^ovec\.dev\// || (version kind) ~ /[${}]/)
		return
	group = version
	if (!sub(/\/[^\/]*$/, "", group))
		group = ""
	sub(/.*\//, "", version)
	name = group "/" kind
	if (!(name in known))
		printf "%s:%d: no set in sets/ describes %s\n", FILENAME, FNR, name
	else if (!((name " " version) in served))
		printf "%s:%d: no set in sets/ has version %s of %s\n", FILENAME, FNR, version, name
	else
		return
	bad = 1
}

/^[ \t]*(- )?apiVersion: / {
	version = value($0)
	at = FNR
	next
}

/^[ \t]*(- )?kind: / && version != "" && FNR == at + 1 {
	ask(version, value($0))
}

END {
	exit bad
}

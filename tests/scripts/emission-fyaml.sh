#!/bin/sh
# libfyaml reads the texts of tests/emission.c as they were, by the rules of YAML 1.1 and of 1.2.
. "$(dirname "$0")/../lib.sh"
command -v fy-tool >/dev/null || skip "fy-tool is not installed (libfyaml-utils)"
emission write . >/dev/null || fail "nothing was written"

# read_back NAME OPTION...
read_back() {
	name=$1
	shift
	fy-tool --dump -m json "$@" "$name.yaml" >got.json || fail "fy-tool cannot read $name.yaml"
	if [ "$name" = texts ]; then
		# A document a line.
		{ echo '['; sed '$!s/$/,/' got.json; echo ']'; } >list.json
		mv list.json got.json
	fi
	emission same "$name.json" got.json || fail "fy-tool $* reads something else in $name.yaml"
}

for name in words more texts; do
	read_back $name
	read_back $name --yaml-1.1
done

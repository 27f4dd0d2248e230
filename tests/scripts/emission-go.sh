#!/bin/sh
# Go's readers, the one of Kubernetes (sigs.k8s.io/yaml) and yaml.v3, read the texts of
# tests/emission.c as they were. Building their program takes the network and some time: that is
# done with GO_READERS=1, and from then on it is used where it is.
home=$HOME
. "$(dirname "$0")/../lib.sh"
reader=$root/build/emission-go
if [ "${GO_READERS:-}" = 1 ]; then
	command -v go >/dev/null || skip "go is not installed"
	(cd "$root/tests/emission" && HOME=$home go build -o "$reader" read.go) ||
		skip "Go's readers cannot be built: is the module proxy there?"
fi
[ -x "$reader" ] || skip "Go's readers are built with GO_READERS=1"
emission write . >/dev/null || fail "nothing was written"
"$reader" .

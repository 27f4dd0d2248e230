#!/bin/sh
# What is written as YAML is read back as it was, by the project's own reader, which is libyaml's:
# some 6,000 texts of tests/emission.c, wherever one can stand. The readers of others have scripts
# of their own, emission-*.sh.
. "$(dirname "$0")/../lib.sh"
emission write . >/dev/null || fail "nothing was written"
emission read . || fail "the project's own reader reads something else than was written"

# That this can fail.
sed 's/"yes"/yes/' words.yaml >wrong.yaml
emission same words.json wrong.yaml 2>/dev/null && fail "a wrong text was not noticed"
exit 0

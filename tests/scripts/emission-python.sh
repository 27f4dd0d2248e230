#!/bin/sh
# PyYAML reads the texts of tests/emission.c as they were.
. "$(dirname "$0")/../lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"
emission write . >/dev/null || fail "nothing was written"
python3 "$root/tests/emission/read.py" .

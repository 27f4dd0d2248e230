#!/bin/sh
# all: runs the tests and adds up their counts; `make check` and `make test` call it.
#
# usage: [MODE=debug] [CASES=FOLDER...] [SUITES=FOLDER [PART=dev]] tests/all.sh check|test
# Every runner ends with `N passed, N failed, N skipped`, and so does this one; the exit status
# is 1 where something failed.
cd "$(dirname "$0")/.." || exit 1
what=$1
MODE=${MODE:-debug}
B=build/$MODE
SUITES=${SUITES:-../shared/suites}
PART=${PART:-dev}
make=${MAKE:-make}
passed=0 failed=0 skipped=0
mkdir -p "$B"
log=$B/test.log

# Adds what one runner counted: count PASSED FAILED SKIPPED.
count() {
	passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

finish() {
	echo "$passed passed, $failed failed, $skipped skipped" | tee build/test.totals
	[ "$failed" -eq 0 ]
	exit
}

# Runs a program that prints totals of its own; lines `skipped: WHY` are passed on.
suite() {
	name=$1
	shift
	"$@" >"$log" 2>&1
	status=$?
	# shellcheck disable=SC2046
	set -- $(sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$log")
	[ $# -eq 3 ] || set -- 0 0 0
	if [ "$status" -ne 0 ] || [ "$2" -ne 0 ]; then
		[ "$2" -ne 0 ] || set -- "$1" 1 "$3"
		cat "$log"
		echo "FAILED $name (status $status)"
	else
		echo "$name: $(tail -n 1 "$log")"
		sed -n '/^skipped: /p' "$log"
	fi
	count "$1" "$2" "$3"
}

# Runs a command that is one test: status 0 passed, 77 skipped (its last line says why).
single() {
	name=$1
	shift
	"$@" >"$log" 2>&1
	case $? in
	0) count 1 0 0 ;;
	77) count 0 0 1 && echo "skipped: $name: $(tail -n 1 "$log")" ;;
	*) count 0 1 0 && echo "FAILED $name" && cat "$log" ;;
	esac
}

# A goal of the Makefile that needs a tool: with TOOL GOAL.
with() {
	command -v "$1" >/dev/null || { echo "$1 is not installed"; return 77; }
	$make -s "$2"
}

sh tests/setup.sh test || { count 0 1 0 && finish; }
$make -s MODE="$MODE" test-programs || { echo "FAILED build" && count 0 1 0 && finish; }

suite unit "$B/unit"
# shellcheck disable=SC2086
suite cases "$B/run" $([ "$what" = test ] && echo --thorough) ${CASES:-tests/cases}
for target in "$B"/replay/*; do
	[ -x "$target" ] || continue
	corpus=tests/fuzz/corpus/${target##*/}
	[ -d "$corpus" ] && single "corpus ${target##*/}" "$target" "$corpus"
done
if [ "$what" = test ]; then
	OVEC=$PWD/build/ovec
	[ "$MODE" = release ] || OVEC=$PWD/$B/ovec
	PROGRAMS=$PWD/$B
	export OVEC PROGRAMS
	for script in tests/scripts/*.sh; do
		[ -f "$script" ] && single "$script" sh "$script"
	done
	if [ -d "$SUITES" ]; then
		suite conformance "$B/conformance" -v -p "$PART" "$SUITES" \
			tests/conformance/known.txt
	else
		count 0 0 1
		echo "skipped: conformance: $SUITES is not there"
	fi
	single differential env RUNNING=1 sh tests/differential.sh "$B/api-verdict" 100
	single layers $make -s layers
	single kinds $make -s kinds
	single docs $make -s MODE="$MODE" docs-current
	single format with "${FORMAT:-clang-format}" lint-format
	single clang with "${CLANG:-clang}" lint-clang
fi
finish

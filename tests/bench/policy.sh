#!/bin/sh
# policy: what judging manifests by Kyverno policies takes, beside the kyverno command line: one
# label policy on 10,000 virtual machines, and 22 policies on 5,000 Deployments. The two run in
# turn on the same files, and must count the same results.
#
# usage: tests/bench/policy.sh OVEC MEASURE
#   INPUT=DIR    with gen.py, policies-a and policies-b; ../shared/bench/kyverno
#   KYVERNO=FILE the peer; else kyverno in PATH, else it is left out
#   RUNS=3       counted runs of ours; the peer runs once
here=$(cd "$(dirname "$0")" && pwd)
ovec=$1 measure=$2
input=${INPUT:-$here/../../../shared/bench/kyverno}
peer=${KYVERNO:-$(command -v kyverno)}
[ -x "$measure" ] || { echo "policy: no program that measures: $measure" >&2; exit 4; }
[ -f "$input/gen.py" ] || { echo "skipped: policy: no input: $input"; exit 77; }
command -v python3 >/dev/null || { echo "skipped: policy: no python3"; exit 77; }
base=${TMPDIR:-/tmp}
[ -d /dev/shm ] && [ -w /dev/shm ] && base=/dev/shm
work=$(mktemp -d "$base/ovec-policy-XXXXXX") || exit 4
trap 'rm -rf "$work"' EXIT
trap 'exit 4' HUP INT TERM
python3 "$input/gen.py" vms 10000 "$work/vms" && python3 "$input/gen.py" deps 5000 "$work/deps" ||
	exit 4

counts() {
	sed -n 's/.*\(pass: [0-9]*, fail: [0-9]*, warn: [0-9]*, error: [0-9]*, skip: [0-9]*\).*/\1/p' "$1" |
		tail -n 1
}

# Ours several times, the median by wall time; then the peer.
one() {
	name=$1 count=$2 policies=$3 file=$4
	: >"$work/times"
	n=0
	while [ "$n" -lt "${RUNS:-3}" ]; do
		"$measure" "$work/one" "$ovec" policy apply "$policies" "$file" >"$work/ours" 2>&1
		cat "$work/one" >>"$work/times"
		n=$((n + 1))
	done
	sort -n "$work/times" | sed -n "$(((n + 1) / 2))p" >"$work/mine"
	read -r wall cpu peak <"$work/mine"
	echo "$name: $(counts "$work/ours")"
	printf '%-12s %8.3f s, %8.3f s CPU, peak %7.1f MB, %.0f a second\n' \
		ovec "$wall" "$cpu" "$peak" "$(echo "$count $wall" | awk '{ print $1 / $2 }')"
	[ -x "$peer" ] || return 0
	"$measure" "$work/one" "$peer" apply "$policies" -r "$file" >"$work/theirs" 2>&1
	read -r pwall pcpu ppeak <"$work/one"
	printf '%-12s %8.3f s, %8.3f s CPU, peak %7.1f MB, %.0f a second\n' \
		kyverno "$pwall" "$pcpu" "$ppeak" "$(echo "$count $pwall" | awk '{ print $1 / $2 }')"
	echo "$wall $cpu $peak $pwall $pcpu $ppeak" | awk '{
		printf "kyverno takes %.0f times as long, %.0f times the CPU, %.0f times the memory\n",
			$4 / $1, $5 / $2, $6 / $3 }'
	[ "$(counts "$work/ours")" = "$(counts "$work/theirs")" ] || {
		echo "failed: kyverno counts $(counts "$work/theirs")" >&2
		exit 1
	}
}

one "1 policy, 10000 virtual machines" 10000 "$input/policies-a" "$work/vms/all.yaml"
one "22 policies, 5000 Deployments" 5000 "$input/policies-b" "$work/deps/all.yaml"
[ -x "$peer" ] || echo "skipped: kyverno: it is not installed"

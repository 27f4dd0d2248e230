#!/bin/sh
# run: what rendering takes for 1,000, 10,000 and 50,000 virtual machines, 100 a cluster: each
# stage beside its budget, objects and bytes a second, peak memory, and the slope; then, where
# they are installed, helm, kustomize and jrsonnet on the same 10,000.
#
# usage: tests/bench/run.sh OVEC MEASURE
#   SIZES="10 100 500"   numbers of clusters
#   OVEC_PEERS=FOLDER    the peers' input: what gen_peers.py FOLDER 100 100 wrote
# Everything is written to memory where there is /dev/shm.
here=$(cd "$(dirname "$0")" && pwd)
ovec=$1
measure=$2
sizes=${SIZES:-10 100 500}
machines=100
base=${TMPDIR:-/tmp}
[ -d /dev/shm ] && [ -w /dev/shm ] && base=/dev/shm
work=$(mktemp -d "$base/ovec-bench-XXXXXX") || exit 4
trap 'rm -rf "$work"' EXIT
trap 'exit 4' HUP INT TERM
export GIT_AUTHOR_NAME=bench GIT_AUTHOR_EMAIL=bench@example.com
export GIT_COMMITTER_NAME=bench GIT_COMMITTER_EMAIL=bench@example.com

# Runs ovec with its stage times going to FILE.log: took NAME ARGUMENT...
took() {
	name=$1
	shift
	"$measure" "$work/$name" "$ovec" "$@" >"$work/$name.log" 2>&1 && return
	cat "$work/$name.log" >&2
	echo "failed: ovec $*" >&2
	exit 1
}

# The stages of a log beside their budgets for 10,000 machines in CPU-ms, scaled to COUNT.
stages() {
	awk -v count="$2" '
	BEGIN {
		n = split("load 130 resolve 60 expand 120 verify 40 policies 100 fleet 90 " \
			"serialise 40 pack 130 trees 30", b, " ")
		for (i = 1; i < n; i += 2)
			budget[b[i]] = b[i + 1] * count / 10000
	}
	# time: STAGE WALL ms, cpu CPU ms
	/^time: .* cpu / {
		line = $2 == "check" ? "resolve" : $2 == "rules" ? "fleet" : $2
		if (!(line in cpu))
			order[++lines] = line
		wall[line] += $3
		cpu[line] += $6
	}
	END {
		for (i = 1; i <= lines; i++) {
			l = order[i]
			if (l in budget)
				printf "    %-12s budget %8.1f ms   took %8.1f ms CPU (%.1fx), %8.1f ms\n", \
					l, budget[l], cpu[l], cpu[l] / budget[l], wall[l]
			else
				printf "    %-12s                       took %8.1f ms CPU,        %8.1f ms\n", \
					l, cpu[l], wall[l]
		}
	}' "$work/$1.log"
}

# One line for a way of writing: summary LABEL NAME.
summary() {
	awk -v label="$1" -v objects="$objects" -v bytes="$bytes" '{
		printf "  %-20s %7.3f s, %7.3f s CPU, peak %7.1f MB (%.1fx the output), " \
			"%.0f objects/s, %.1f MB/s\n", label, $1, $2, $3, \
			$3 * 1e6 / bytes, objects / $1, bytes / 1e6 / $1
	}' "$work/$2"
}

for clusters in $sizes; do
	count=$((clusters * machines))
	rm -rf "$work/repo" "$work/out"
	sh "$here/gen.sh" "$work/repo" "$clusters" "$machines" || exit 4
	git -C "$work/repo" init -q
	git -C "$work/repo" add -A
	git -C "$work/repo" commit -q -m "The estate"

	took folder render "$work/repo" -o "$work/out" -v
	took again render "$work/repo" -o "$work/out" -v
	took commit render "$work/repo" --from HEAD --commit rendered -v
	took recommit render "$work/repo" --from HEAD --commit rendered -v
	objects=$(find "$work/out/clusters" -type f | wc -l | tr -d ' ')
	bytes=$(find "$work/out/clusters" -type f -exec cat {} + | wc -c | tr -d ' ')

	echo "$count machines on $clusters clusters: $objects objects, $((bytes / 1000)) kB"
	stages folder "$count"
	summary "-o" folder
	summary "-o, unchanged" again
	stages commit "$count"
	summary "--commit" commit
	summary "--commit, unchanged" recommit
	for name in folder commit; do
		echo "$count $name $objects $(cat "$work/$name")" >>"$work/slope"
	done
done

# Linear is 1: the time of an object in the largest estate over that in the smallest.
awk '{
	each = $4 / $3
	if (!($2 in first))
		first[$2] = each
	last[$2] = each
} END {
	for (name in first)
		printf "slope %s: %.2f\n", name, last[name] / first[name]
}' "$work/slope"

# peer NAME FACTOR COMMAND...: the time of a shell command, times FACTOR.
peer() {
	name=$1
	factor=$2
	rm -rf "$work/peer"
	mkdir "$work/peer"
	shift 2
	"$measure" "$work/peer.time" sh -c "$*" >"$work/peer.log" 2>&1 || {
		echo "  $name failed: $(tail -n 1 "$work/peer.log")"
		return
	}
	awk -v name="$name" -v factor="$factor" '{
		printf "  %-20s %7.3f s%s\n", name, $1 * factor, \
			(factor > 1 ? " (a part of it, times " factor ")" : "")
	}' "$work/peer.time"
}

peers=${OVEC_PEERS:-}
generator=$here/../../../shared/bench/gen_peers.py
if [ -z "$peers" ] && [ -f "$generator" ] && command -v python3 >/dev/null; then
	peers=$work/peers
	python3 "$generator" "$peers" 100 100
fi
if [ -z "$peers" ]; then
	echo "skipped: peers: OVEC_PEERS is not set"
	exit 0
fi
echo "peers, 10000 machines on 100 clusters, run once a cluster:"
export peers work
rm -rf "$work/repo" "$work/out"
sh "$here/gen.sh" "$work/repo" 100 100
peer "ovec -o" 1 "'$ovec' render '$work/repo' -o '$work/peer/out' -q"
for tool in jrsonnet helm kustomize; do
	command -v "$tool" >/dev/null || { echo "  skipped: $tool is not installed"; continue; }
	case $tool in
	jrsonnet) peer jrsonnet 1 'for f in $peers/jsonnet/c*.json; do
		c=${f##*/}
		jrsonnet -S -c -m $work/peer/${c%.json} --tla-code-file vms=$f $peers/jsonnet/render.jsonnet || exit 1
		done' ;;
	helm) peer helm 1 'for f in $peers/helm/values/*.json; do
		c=${f##*/}
		helm template vms $peers/helm -f $f >$work/peer/$c || exit 1
		done' ;;
	kustomize) peer kustomize 20 'for c in c0000 c0001 c0002 c0003 c0004; do
		kustomize build $peers/kustomize/$c >$work/peer/$c || exit 1
		done' ;;
	esac
done

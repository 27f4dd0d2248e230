#!/bin/sh
# verify: what judging 10,000 rendered virtual machines by KubeVirt's own definition takes, with
# defaults and rules, beside kubeconform with a JSON Schema made of the same definition, which
# has neither. The two run in turn on the same files; the medians are printed.
#
# usage: tests/bench/verify.sh OVEC VERDICT MEASURE
#   CRD=FILE     the definition; ../shared/crds/kubevirt.io_VirtualMachine.yaml
#   RUNS=5       counted runs of each, after one that is not
#   CLUSTERS=100 of 100 machines each
#   FORMAT=json  a file an object, for the time without reading YAML; otherwise yaml, a file a
#                cluster
# Everything is written to memory where there is /dev/shm.
here=$(cd "$(dirname "$0")" && pwd)
ovec=$1 verdict=$2 measure=$3
crd=${CRD:-$here/../../../shared/crds/kubevirt.io_VirtualMachine.yaml}
runs=${RUNS:-5}
[ -f "$crd" ] || { echo "skipped: verify: no definition: $crd"; exit 77; }
base=${TMPDIR:-/tmp}
[ -d /dev/shm ] && [ -w /dev/shm ] && base=/dev/shm
work=$(mktemp -d "$base/ovec-verify-XXXXXX") || exit 4
trap 'rm -rf "$work"' EXIT
trap 'exit 4' HUP INT TERM

sh "$here/gen.sh" "$work/estate" "${CLUSTERS:-100}" 100 || exit 4
"$ovec" render "$work/estate" -o "$work/out" -q || exit 1
"$ovec" schema import "$crd" --set kubevirt --rules --out "$work" -q || exit 1

# A file a cluster, of its virtual machines.
mkdir "$work/files"
for cluster in "$work"/out/clusters/c*; do
	find "$cluster" -type f -name '*.yaml' -exec grep -lx 'kind: VirtualMachine' {} + | sort |
		while read -r file; do
			echo ---
			cat "$file"
		done >"$work/files/${cluster##*/}.yaml"
done
count=$(cat "$work"/files/*.yaml | grep -cx 'kind: VirtualMachine')
bytes=$(cat "$work"/files/*.yaml | wc -c)
echo "$count virtual machines, $((bytes / 1000)) kB, in $(find "$work/files" -type f | wc -l) files"

if [ "${FORMAT:=yaml}" = json ]; then
	mkdir "$work/json"
	python3 - "$work" <<-'END' || exit 1
	import glob, json, sys, yaml
	for file in sorted(glob.glob(sys.argv[1] + "/files/*.yaml")):
	    for doc in yaml.load_all(open(file), yaml.CSafeLoader):
	        with open(sys.argv[1] + "/json/" + doc["metadata"]["name"] + ".json", "w") as f:
	            json.dump(doc, f)
	END
	rm -r "$work/files"
	mv "$work/json" "$work/files"
fi

peer=${KUBECONFORM:-$(command -v kubeconform || echo "${GOPATH:-$HOME/go}/bin/kubeconform")}
if [ -x "$peer" ] && python3 -c 'import yaml' 2>/dev/null; then
	mkdir "$work/schemas"
	python3 "$here/json_schema.py" "$crd" "$work/schemas" || exit 1
	kinds="ovec kubeconform"
else
	echo "skipped: kubeconform: it, or python3 with PyYAML, is not installed"
	kinds=ovec
fi

# One run: its times go to the end of NAME.times.
run() {
	case $1 in
	ovec) set -- "$1" "$verdict" -n "$work/kubevirt.set" "$work"/files/*."$FORMAT" ;;
	kubeconform) set -- "$1" "$peer" -strict -summary \
		-schema-location "$work/schemas/{{.ResourceKind}}.json" "$work/files" ;;
	esac
	name=$1
	shift
	"$measure" "$work/one" "$@" >"$work/$name.log" 2>&1 || {
		tail -n 3 "$work/$name.log" >&2
		echo "failed: $name" >&2
		exit 1
	}
	cat "$work/one" >>"$work/$name.times"
}

for name in $kinds; do
	run "$name"
	rm "$work/$name.times"
done
n=0
while [ "$n" -lt "$runs" ]; do
	for name in $kinds; do
		run "$name"
	done
	n=$((n + 1))
done

median() {
	sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'
}
for name in $kinds; do
	tail -n 1 "$work/$name.log"
	wall=$(cut -d' ' -f1 "$work/$name.times" | median)
	cpu=$(cut -d' ' -f2 "$work/$name.times" | median)
	peak=$(cut -d' ' -f3 "$work/$name.times" | median)
	printf '%-12s %8.3f s, %8.3f s CPU, peak %6.1f MB (median of %d)\n' \
		"$name" "$wall" "$cpu" "$peak" "$runs"
done
[ "$kinds" = ovec ] || paste -d' ' "$work/ovec.times" "$work/kubeconform.times" | awk '
	{ print $4 / $1, $5 / $2 }' | sort -n | awk '
	{ wall[NR] = $1; cpu[NR] = $2 }
	END { printf "kubeconform takes %.1f times as long (median of the pairs), %.1f times the CPU\n",
		wall[int((NR + 1) / 2)], cpu[int((NR + 1) / 2)] }'

#!/bin/sh
# differential: objects that are broken on purpose, judged by a real API server and by ovec, have
# to get the same verdict of both, unless tests/differential/known.txt tells why not.
#
# usage: tests/differential.sh VERDICT [COUNT [SEED]]
#   VERDICT  the program api-verdict; the program ovec is OVEC or build/ovec
#   COUNT    about how many objects (3000)
#   CRDS     a folder of definitions, which the server has too; ../shared/crds
#   ORACLE   the folder that starts the server; ../shared/oracle
#   RUNNING  with 1, the server is not started where it does not run
# The objects are those of the example estate, others drawn from the definitions, and what
# differential/mutate.py makes of both. Status 77: something that is needed is not there.
cd "$(dirname "$0")/.." || exit 1
verdict=$1 count=${2:-3000} seed=${3:-1}
ovec=${OVEC:-build/ovec}
crds=${CRDS:-../shared/crds}
oracle=${ORACLE:-../shared/oracle}
work=build/differential

skip() {
	echo "$*"
	exit 77
}

[ -d "$crds" ] || skip "no folder of definitions: $crds"
[ -x "$oracle/check.sh" ] || skip "no API server to ask: $oracle/check.sh is not there"
python3 -c 'import yaml' 2>/dev/null || skip "python3 with PyYAML is not installed"

rm -rf "$work/rendered"
mkdir -p "$work/rendered/none" || exit 1
if "$oracle/check.sh" "$work/rendered/none" 2>&1 | grep -q 'no API server'; then
	[ "${RUNNING:-0}" = 1 ] && skip "the API server does not run"
	echo "starting the API server" >&2
	"$oracle/start.sh" >/dev/null || { echo "the API server did not start" >&2; exit 1; }
fi

rm -rf "$work/rendered"
"$ovec" render fixtures/acme -o "$work/rendered" -q || exit 1
"$ovec" schema import "$crds" --set crds --rules --out "$work" -q || exit 1
find "$work/rendered/clusters" -name '*.yaml' | sort >"$work/bases"
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
# No name of a rendered file holds a blank.
# shellcheck disable=SC2046
exec python3 tests/differential/run.py --crds "$crds" --oracle "$oracle" --verdict "$verdict" \
	--sets "$work/crds.set,sets/kubernetes-1.35.set" --work "$work" --count "$count" \
	--seed "$seed" --known tests/differential/known.txt $(cat "$work/bases") \
	tests/differential/seeds.yaml

#!/bin/sh
# Every definition in the folder CRDS (../shared/crds) can be imported, alone and with all the
# others, and the sets that are shipped are what is made of it.
. "$(dirname "$0")/../lib.sh"

crds=${CRDS:-$root/../shared/crds}
[ -d "$crds" ] || skip "no folder of definitions: $crds"
crds=$(cd "$crds" && pwd)
for file in "$crds"/*.yaml; do
	status 0 "$OVEC" schema import "$file" --set one --out one --rules -q
done
status 0 "$OVEC" schema import "$crds" --set all --out all -q
status 0 "$OVEC" schema import - --set all --out piped -q <"$file"
status 0 "$OVEC" schema import "$file" --set all --out named -q
status 0 cmp piped/all.set named/all.set
status 3 "$OVEC" schema import "$file"
status 3 "$OVEC" schema import --set x
status 4 "$OVEC" schema import none.yaml --set x
echo 'kind: Foo' >foo.yaml
status 1 "$OVEC" schema import foo.yaml --set x
status 0 sh "$root/tests/sets.sh" check "$crds"

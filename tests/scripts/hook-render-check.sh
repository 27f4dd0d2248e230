#!/bin/sh
# The hook ovec-render-check compares what is staged in the rendered folder with what the staged
# estate renders to.
. "$(dirname "$0")/../lib.sh"

estate repo/estate
cd repo || exit 1
git init -q
mkdir -p ../hook/.ci ../hook/build
cp "$root/.ci/hook" ../hook/.ci/
cp "$OVEC" ../hook/build/ovec
hook=../hook/.ci/hook

status 0 "$OVEC" render estate -o rendered -q
git add estate rendered
status 0 $hook check estate
status 0 $hook render-check estate
status 0 $hook render-check --rendered rendered estate

cluster=$(find rendered/clusters -mindepth 1 -maxdepth 1 | sort | sed -n '1s|.*/||p')
namespace "$cluster" unrendered >estate/unrendered.yaml
git add estate
status 0 $hook render-check estate
status 1 $hook render-check --rendered rendered estate
status 0 "$OVEC" render estate -o rendered -q
status 1 $hook render-check --rendered rendered estate
git add rendered
status 0 $hook render-check --rendered rendered estate

broken >estate/broken.yaml
git add estate
status 1 $hook check estate
status 1 $hook render-check --rendered rendered estate

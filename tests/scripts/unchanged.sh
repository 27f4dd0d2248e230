#!/bin/sh
# Output that has not changed is not written again: no file is touched, no commit is made, and
# a change to one cluster leaves the files of the others alone.
. "$(dirname "$0")/../lib.sh"

inodes() {
	find "$1" -type f ! -name .ovec -exec ls -li {} + | awk '{print $1, $NF}' | sort
}

repository repo
cd repo || exit 1
status 0 "$OVEC" render . -o ../out -q
inodes ../out >../before
status 0 "$OVEC" render . -o ../out -q
inodes ../out | cmp -s - ../before || fail "an unchanged file was written again"

status 0 "$OVEC" render . --from HEAD --commit rendered -q
tip=$(git rev-parse rendered)
status 0 "$OVEC" render . --from HEAD --commit rendered -q
[ "$(git rev-parse rendered)" = "$tip" ] || fail "unchanged output made a commit"
git commit -q --allow-empty -m "Nothing"
status 0 "$OVEC" render . --from HEAD --commit rendered -q
[ "$(git rev-parse rendered)" = "$tip" ] || fail "unchanged output made a commit"

# The same bytes in a folder and on the branch.
mkdir ../tree
git archive rendered clusters hub | tar xf - -C ../tree
status 0 diff -r ../tree/clusters ../out/clusters
status 0 diff -r ../tree/hub ../out/hub

cluster=$(find ../out/clusters -mindepth 1 -maxdepth 1 | sort | sed -n '1s|.*/||p')
namespace "$cluster" added >added.yaml
status 0 "$OVEC" render . -o ../out -q
inodes ../out >../after
comm -13 ../before ../after | grep -v "clusters/$cluster/" | grep . &&
	fail "files of other clusters were written again"
comm -13 ../before ../after | grep -q . || fail "nothing was added"

# What is not ours on the branch stays.
git checkout -q --detach rendered
echo '* @platform' >CODEOWNERS
git add CODEOWNERS
git commit -q -m "Owners"
git branch -f rendered HEAD
git checkout -q main
git add added.yaml
git commit -q -m "A namespace"
status 0 "$OVEC" render . --from HEAD --commit rendered -q
git cat-file -e rendered:CODEOWNERS || fail "a file that is not ours was removed"
git commit -q --allow-empty -m "Nothing"
[ -z "$(git status --porcelain)" ] || fail "the working copy or the index was touched"

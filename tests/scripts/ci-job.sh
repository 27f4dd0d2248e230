#!/bin/sh
# The example CI job renders HEAD to the branch, pushes when asked, leaves things as they are
# when there is nothing to do, and passes exit statuses on.
. "$(dirname "$0")/../lib.sh"
export OVEC

job() {
	sh "$root/fixtures/ci/render.sh"
}

# Prints what the remote's branch is at.
remote_tip() {
	git ls-remote origin refs/heads/rendered | cut -f 1
}

repository first
git clone -q --bare first remote.git
git clone -q remote.git clone
cd clone || exit 1

status 0 job
[ -z "$(remote_tip)" ] || fail "pushed without being asked"
git ls-tree -r --name-only rendered | grep -q '^clusters/' || fail "no manifests on the branch"

status 0 env PUSH=1 sh "$root/fixtures/ci/render.sh"
tip=$(remote_tip)
[ "$tip" = "$(git rev-parse rendered)" ] || fail "the branch was not pushed"
[ -z "$(git status --porcelain)" ] || fail "the working copy was touched"

status 0 env PUSH=1 sh "$root/fixtures/ci/render.sh"
[ "$(remote_tip)" = "$tip" ] || fail "unchanged output made a commit"

# A second job in a clone of its own, whose local branch does not exist yet.
git clone -q ../remote.git ../second
cd ../second || exit 1
cluster=$(git ls-tree --name-only origin/rendered clusters/ | sed -n '1s|.*/||p')
namespace "$cluster" added >added.yaml
git add added.yaml
git commit -q -m "A namespace"
status 0 env PUSH=1 sh "$root/fixtures/ci/render.sh"
next=$(remote_tip)
[ "$(git rev-parse "$next^")" = "$tip" ] || fail "the remote's commit is not the parent"

# The first clone is behind by now.
cd ../clone || exit 1
git pull -q ../second main
namespace "$cluster" another >another.yaml
git add another.yaml
git commit -q -m "Another"
status 0 env PUSH=1 sh "$root/fixtures/ci/render.sh"
[ "$(git rev-parse "$(remote_tip)^")" = "$next" ] || fail "lost the other job's commit"

tip=$(remote_tip)
broken >broken.yaml
git add broken.yaml
git commit -q -m "Broken"
status 1 env PUSH=1 sh "$root/fixtures/ci/render.sh"
[ "$(remote_tip)" = "$tip" ] || fail "a broken estate was pushed"
status 3 env OVEC="$OVEC" ESTATE=--no-such-option sh "$root/fixtures/ci/render.sh"

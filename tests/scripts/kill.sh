#!/bin/sh
# Killed at any moment, a run leaves the old output or the new, never a mixture; the next run
# completes it and leaves nothing else behind.
. "$(dirname "$0")/../lib.sh"

# Prints the names and contents of all files of a folder.
listing() {
	(cd "$1" && find . -type f ! -name .ovec | sort | xargs cksum)
}

# killed DELAY COMMAND...
killed() {
	delay=$1
	shift
	"$@" >/dev/null 2>&1 &
	pid=$!
	sleep "$delay"
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
}

repository repo
cd repo || exit 1
status 0 "$OVEC" render . -o ../old -q
cluster=$(find ../old/clusters -mindepth 1 -maxdepth 1 | sort | sed -n '1s|.*/||p')
mkdir -p more
for i in 1 2 3 4 5 6 7 8 9; do
	namespace "$cluster" "killed-$i" >more/$i.yaml
done
status 0 "$OVEC" render . -o ../new -q
listing ../old >../old.list
listing ../new >../new.list
cmp -s ../old.list ../new.list && fail "the change to the estate changed nothing"

saw_new=0
mkdir ../place
for delay in 0 .001 .002 .003 .004 .005 .006 .008 .010 .012 .014 .016 .018 .020 .025 .03 .04 .05 .06 .07 .08 .1 .15; do
	rm -rf ../place/*
	cp -R ../old ../place/out
	killed $delay "$OVEC" render . -o ../place/out -q
	listing ../place/out >../now.list
	if cmp -s ../now.list ../new.list; then
		saw_new=1
	else
		cmp -s ../now.list ../old.list || fail "a mixture after $delay seconds"
	fi
	status 0 "$OVEC" render . -o ../place/out -q
	listing ../place/out | cmp -s - ../new.list || fail "not completed after $delay seconds"
	[ "$(ls -A ../place)" = out ] || fail "left behind: $(ls -A ../place)"
done
[ $saw_new -eq 1 ] || echo "note: no run was fast enough to finish"

git add more
git commit -q -m "More"
status 0 "$OVEC" render . --from HEAD~1 --commit rendered -q
old=$(git rev-parse rendered)
for delay in 0 .001 .002 .004 .006 .008 .010 .012 .016 .020 .025 .03 .04 .06 .08 .1; do
	git update-ref refs/heads/rendered "$old"
	killed $delay "$OVEC" render . --from HEAD --commit rendered -q
	[ "$(git rev-parse rendered)" = "$old" ] || [ "$(git rev-parse rendered^)" = "$old" ] ||
		fail "the branch is neither old nor new"
	status 0 git fsck --no-dangling --no-progress
	rm -f .git/refs/heads/rendered.lock
	status 0 "$OVEC" render . --from HEAD --commit rendered -q
	git cat-file -e "rendered:clusters/$cluster" || fail "not completed after $delay seconds"
done

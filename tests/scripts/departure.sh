#!/bin/sh
# What must not vanish from a branch is asked before anything is committed: the branch stays as it
# was, and gets no objects. Clusters that are not rendered are not asked about.
. "$(dirname "$0")/../lib.sh"

cp -r "$root/fixtures/plain" estate
rm estate/templates/every-object.yaml
cd estate || exit 1
git init -q

document() {
	printf 'apiVersion: ovec.dev/v1alpha1\nkind: %s\nmetadata: {name: %s}\nspec: %s\n' "$1" "$2" "$3"
}

save() {
	git add -A
	git commit -q --allow-empty -m "$1"
}

render() {
	"$OVEC" render . --from HEAD --commit rendered -q "$@"
}

removal() {
	document Removal claim-goes "{cluster: east, objects: [{kind: Secret, name: token}], phase: $1, reason: Nobody reads it any more.}" >removal.yaml
}

document Namespace web '{clusters: [east, west], owner: platform}' >namespace.yaml
document Application web '{cluster: east, namespace: web, objects: [{apiVersion: batch.example.com/v1, kind: Secret, metadata: {name: token, namespace: web}}]}' >web.yaml
save first
status 0 render

git rm -q web.yaml
save gone
tip=$(git rev-parse rendered)
count=$(git count-objects -v | grep -E '^(count|in-pack)')
status 1 render
grep -q "OV0521 Secret 'web/token' of cluster 'east' would vanish" "$work/.output" || fail "another finding: $(cat "$work/.output")"
[ "$(git rev-parse rendered)" = "$tip" ] || fail "the branch moved"
[ "$(git count-objects -v | grep -E '^(count|in-pack)')" = "$count" ] || fail "objects were written"
status 0 render --cluster west
[ "$(git rev-parse rendered)" = "$tip" ] || fail "the branch moved, though nothing has changed"

removal delete
save early
status 1 render
git show HEAD~2:./web.yaml >web.yaml
removal release
save release
status 0 render
rm web.yaml
removal delete
save delete
status 0 render
git ls-tree -r --name-only rendered | grep -q token && fail "the file is still there"

# With the branch, a cluster goes as it does from a folder.
document Namespace web '{cluster: east, owner: platform}' >namespace.yaml
awk '/^---$/ && ++n == 2 { exit } { print }' clusters.yaml >fewer.yaml
mv fewer.yaml clusters.yaml
save lost
status 1 render
grep -q "OV0521 Cluster 'west' has left the estate" "$work/.output" || fail "another finding: $(cat "$work/.output")"

#!/bin/sh
# `ovec step` changes one number and nothing else: comments, order, line ends and a byte order
# mark stay, and of what is rendered only the weights of that split change. Promoting a release
# is one line as well, and leaves the other environments alone.
. "$(dirname "$0")/../lib.sh"

# changed FILE LINES: so many lines of the file differ from those that were committed.
changed() {
	git diff --numstat >../changed
	printf '%s\t%s\t%s\n' "$2" "$2" "$1" | cmp -s - ../changed ||
		fail "not only $2 line(s) of $1 changed: $(cat ../changed)"
}

repository repo
cd repo || exit 1
file=$(grep -rl '^kind: TrafficSplit' . | xargs grep -l 'name: service-b}' | sed 's|^\./||')
[ -n "$file" ] || skip "the example has no split called service-b"
status 0 "$OVEC" render . -o ../out -q

# Through all steps: each is one line, and one rendered file, whose weights are those of the step.
step=0
for weights in '100 0' '90 10' '75 25' '50 50' '25 75' '10 90' '0 100'; do
	if [ "$step" -eq 0 ]; then
		status 0 "$OVEC" step service-b . --to 0
	else
		status 0 "$OVEC" step service-b .
	fi
	changed "$file" 1
	git diff -U0 | grep -q "^+  step: $step\$" || fail "step $step is not what was written"
	cp -R ../out ../before
	status 0 "$OVEC" render . -o ../out -q
	object=$(find ../out -name 'virtualservice.networking.istio.io-service-b.yaml')
	got=$(sed -n 's/^ *weight: //p' "$object" | tr '\n' ' ')
	[ "$got" = "$weights " ] || fail "step $step has the weights $got, not $weights"
	diff -rq ../before ../out | grep -v '/\.ovec ' |
		grep -v 'virtualservice.networking.istio.io-\(service-b\|hello-vs\)\.yaml ' |
		grep . && fail "step $step changed other files"
	rm -rf ../before
	git commit -qam "Step $step"
	step=$((step + 1))
done
status 3 "$OVEC" step service-b .
grep -q 'the last one is 6' ../.output || fail "the last step is not named"
status 3 "$OVEC" step service-b . --to 7
status 3 "$OVEC" step service-b . --to -1
status 3 "$OVEC" step service-b . --to two
status 3 "$OVEC" step service-c .
grep -q "did you mean 'service-b'" ../.output || fail "the nearest name is not told"
status 3 "$OVEC" step greeter .
[ -z "$(git status --porcelain)" ] || fail "a refused step changed a file"

# Everything around the number stays, however the document is written.
split() {
	printf 'apiVersion: ovec.dev/v1alpha1%s\n' "$1"
	printf '# Going back is %s# step: 0 again.%s\n' '  ' "$1"
	printf 'kind: TrafficSplit%s\n' "$1"
	printf 'metadata: {name: odd}   # for step%s\n' "$1"
	printf 'spec: {cluster: dev-us-1, namespace: hello, port: 80,%s\n' "$1"
	printf '  steps: [0, 2, 100], "step" :   1   , # 1 of 2%s\n' "$1"
	printf '  targetPort: 8080, versions: [{name: a, virtualMachine: odd-a}, {name: b, virtualMachine: odd-b}]}%s\n' "$1"
}
for name in odd-a odd-b; do
	printf '%s\n' 'apiVersion: ovec.dev/v1alpha1' 'kind: VirtualMachine' \
		"metadata: {name: $name, labels: {owner: hello, backup-policy: none}}" \
		'spec: {cluster: dev-us-1, namespace: hello, profile: fedora, mesh: true, memory: 2Gi}' \
		>"$name.yaml"
done
return_=$(printf '\r')
for end in '' "$return_"; do
	for mark in '' '\357\273\277'; do
		# shellcheck disable=SC2059
		{ printf "$mark" && split "$end"; } >odd.yaml
		sed 's/"step" :   1   ,/"step" :   2   ,/' odd.yaml >../wanted
		status 0 "$OVEC" step odd .
		cmp odd.yaml ../wanted || fail "more than the number changed"
	done
done

# JSON, a number of two digits that becomes one of one, and no step that nobody would know.
cat >odd.json <<'END'
{"apiVersion": "ovec.dev/v1alpha1", "kind": "TrafficSplit", "metadata": {"name": "odd"},
 "spec": {"cluster": "dev-us-1", "namespace": "hello", "port": 80, "targetPort": 8080,
  "versions": [{"name": "a", "virtualMachine": "odd-a"}, {"name": "b", "virtualMachine": "odd-b"}],
  "steps": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100],
  "step": 10}}
END
rm odd.yaml
sed 's/"step": 10/"step": 9/' odd.json >../wanted
status 0 "$OVEC" step odd . --to 9
cmp odd.json ../wanted || fail "more than the number changed"

# Two of one name on different clusters: nobody can say which.
for file in odd.json odd-a.yaml odd-b.yaml; do
	sed 's/dev-us-1/staging-eu-1/' "$file" >"staging-$file"
done
status 3 "$OVEC" step odd .
grep -q "several documents" ../.output || fail "it does not say that there are two"
cmp odd.json ../wanted || fail "a refused step changed the file"
rm staging-*

# An estate that cannot be read is left as it is.
broken >broken.yaml
status 1 "$OVEC" step odd . --to 1
cmp odd.json ../wanted || fail "a step in a broken estate changed the file"
rm broken.yaml

# A release: one line, and of the rendered files one cluster's objects that run it.
git clean -qfd
release=$(grep -rl '^kind: Release' . | xargs grep -l 'name: greeter}' | sed 's|^\./||')
cp -R ../out ../before
sed -i 's/{environment: production, version: 2.3.1}/{environment: production, version: 2.4.0}/' \
	"$release"
changed "$release" 1
status 0 "$OVEC" render . -o ../out -q
diff -r ../before ../out | grep '^[<>]' | grep -v '^[<>] *image: quay.io/acme/greeter@sha256:' |
	grep -v '^[<>] *"\?files\|\.ovec' | grep . && fail "more than the image changed"
diff -rq ../before ../out | grep -v '/\.ovec ' >../changed
grep -qv 'clusters/prod-eu-1/' ../changed && fail "another cluster changed: $(cat ../changed)"
[ "$(wc -l <../changed)" -eq 1 ] || fail "not one file changed: $(cat ../changed)"

# It does not pass the stages in another order.
sed -i 's/{environment: staging, version: 2.4.0}/{environment: staging, version: 2.3.1}/' "$release"
status 1 "$OVEC" check .
grep -q 'newer in production than in a stage before' ../.output ||
	fail "a version jumped over a stage"

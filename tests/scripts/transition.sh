#!/bin/sh
# Rules that compare an object with what it replaces, those of its definition and those of the
# estate, are asked against the last output: that of the folder, or that of the branch.
. "$(dirname "$0")/../lib.sh"

cp -r "$root/fixtures/plain" estate
mkdir estate/sets
cat >definition.yaml <<'DEFINITION'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                zone:
                  type: string
                  x-kubernetes-validations: [{rule: "self == oldSelf", message: zone is immutable}]
                color: {type: string}
DEFINITION
mkdir estate/policies
cat >estate/policies/color.yaml <<'RULE'
apiVersion: ovec.dev/v1alpha1
kind: Rule
metadata: {name: color-stays}
spec:
  for: Application
  replaces: [example.com/Gadget, example.com/Widget]
  assert: ${object.spec.color == old.spec.color}
  blame: ${old.spec.color}
  message: it was ${string(old.spec.color)}
RULE
status 0 "$OVEC" schema import definition.yaml --set widgets --rules --out estate/sets

widget() {
	cat >estate/widget.yaml <<-WIDGET
	apiVersion: ovec.dev/v1alpha1
	kind: Cluster
	metadata: {name: ruled, labels: {environment: production, region: us}}
	spec: {platform: {apis: [widgets]}}
	---
	apiVersion: ovec.dev/v1alpha1
	kind: Namespace
	metadata: {name: web}
	spec: {cluster: ruled, owner: platform}
	---
	apiVersion: ovec.dev/v1alpha1
	kind: Application
	metadata: {name: widget}
	spec:
	  cluster: ruled
	  namespace: web
	  objects:
	    - {apiVersion: example.com/v1, kind: Widget, metadata: {name: w, namespace: web}, spec: {zone: $1, color: ${2:-red}}}
	WIDGET
}

widget a
status 0 "$OVEC" render estate -o out -q
status 0 "$OVEC" render estate -o out -q
widget b
status 1 "$OVEC" render estate -o out -q
grep -rq 'zone: a' out || fail "the folder was changed"
widget a blue
status 1 "$OVEC" render estate -o out -q
"$OVEC" render estate -o out -q 2>&1 | grep -q '^estate/widget.yaml:.* it was red' || fail "the rule was not asked"
# Where nothing is replaced, there is nothing to compare with.
status 0 "$OVEC" check estate -q
status 0 "$OVEC" render estate -o elsewhere -q

cd estate || exit 1
git init -q
widget_in_git() {
	(cd .. && widget "$@") && git add -A &&
		git -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m "$1"
}
widget_in_git a
status 0 "$OVEC" render . --from HEAD --commit rendered -q
widget_in_git b
status 1 "$OVEC" render . --from HEAD --commit rendered -q
git show rendered | grep -q 'zone: a' || fail "the branch was changed"
widget_in_git a blue
status 1 "$OVEC" render . --from HEAD --commit rendered -q
widget_in_git a
status 0 "$OVEC" render . --from HEAD --commit rendered -q

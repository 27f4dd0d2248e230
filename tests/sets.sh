#!/bin/sh
# sets: makes the sets of schemas that are part of the executable, or checks them.
#
# usage: tests/sets.sh make CRDS [OPENAPI]
#        tests/sets.sh check CRDS
# CRDS is a folder of CustomResourceDefinitions, GROUP_KIND.yaml each; OPENAPI one of OpenAPI v3
# documents of an API server's own groups (kubectl get --raw /openapi/v3/apis/apps/v1 and so on;
# KUBECONFIG is asked where it is not given and the folder does not exist). The sets hold facts
# only. `check` says whether what lies in sets/ is what would be made.
#
# A set is made of what one release of one product serves. To add kinds: add their definitions
# to CRDS, a line to the table below, and run it; tests/sets.awk says which are missing.
cd "$(dirname "$0")/.." || exit 1
what=$1 crds=$2 openapi=$3
ovec=${OVEC:-build/ovec}
out=sets
[ "$what" = make ] || [ "$what" = check ] || { sed -n '4,5s/^# //p' "$0" >&2; exit 3; }
[ -d "$crds" ] || { echo "no folder of definitions: $crds"; exit 77; }
if [ "$what" = check ]; then
	out=$(mktemp -d) || exit 1
	trap 'rm -r "$out"' EXIT
fi

# Set, and the groups or GROUP_KIND of its definitions.
table() {
	cat <<-'END'
	argo-cd-3.5 argoproj.io_AppProject argoproj.io_Application argoproj.io_ApplicationSet
	argo-rollouts-1.9 argoproj.io_Rollout
	argocd-operator-0.18 argoproj.io_ArgoCD
	cdi-1.66 cdi.kubevirt.io
	cert-manager-1.21 cert-manager.io
	cilium-1.20 cilium.io
	external-secrets-2.9 external-secrets.io
	gateway-api-1.6 gateway.networking.k8s.io
	hive-1 hive.openshift.io
	hyperconverged-1.18 hco.kubevirt.io
	istio-1.30 networking.istio.io security.istio.io
	kubevirt-1.9 kubevirt.io backup.kubevirt.io clone.kubevirt.io export.kubevirt.io instancetype.kubevirt.io migrations.kubevirt.io pool.kubevirt.io snapshot.kubevirt.io
	kyverno-1.19 kyverno.io_ClusterPolicy kyverno.io_Policy kyverno.io_PolicyException policies.kyverno.io_GeneratingPolicy policies.kyverno.io_MutatingPolicy policies.kyverno.io_PolicyException policies.kyverno.io_ValidatingPolicy
	kyverno-other-1.19 kyverno.io_CleanupPolicy kyverno.io_ClusterCleanupPolicy kyverno.io_GlobalContextEntry policies.kyverno.io_DeletingPolicy policies.kyverno.io_ImageValidatingPolicy policies.kyverno.io_NamespacedDeletingPolicy policies.kyverno.io_NamespacedGeneratingPolicy policies.kyverno.io_NamespacedImageValidatingPolicy policies.kyverno.io_NamespacedMutatingPolicy policies.kyverno.io_NamespacedValidatingPolicy
	maistra-2 maistra.io
	mcs-api-0.5 multicluster.x-k8s.io
	metallb-0.16 metallb.io
	network-attachment-1.7 k8s.cni.cncf.io
	network-policy-api-0.2 policy.networking.k8s.io
	nmstate-0.86 nmstate.io
	oadp-1.5 oadp.openshift.io
	odf-4.22 ocs.openshift.io odf.openshift.io
	olm-0.45 operators.coreos.com
	openshift-4.22 autoscaling.openshift.io config.openshift.io machine.openshift.io machineconfiguration.openshift.io operator.openshift.io performance.openshift.io route.openshift.io
	openshift-logging-5.9 logging.openshift.io
	openshift-logging-6.5 observability.openshift.io
	ovn-kubernetes-1.3 k8s.ovn.org
	prometheus-operator-0.93 monitoring.coreos.com
	rhacm-2.17 addon.open-cluster-management.io agent.open-cluster-management.io apps.open-cluster-management.io cluster.open-cluster-management.io multicluster.openshift.io observability.open-cluster-management.io operator.open-cluster-management.io policy.open-cluster-management.io siteconfig.open-cluster-management.io work.open-cluster-management.io
	sealed-secrets-0.36 bitnami.com
	skupper-2.2 skupper.io
	sriov-network-operator-1.6 sriovnetwork.openshift.io
	stackrox-4.11 platform.stackrox.io
	submariner-0.18 submariner.io
	tekton-1.15 tekton.dev
	velero-1.18 velero.io
	volume-snapshot-1 snapshot.storage.k8s.io
	END
}

table | while read -r set groups; do
	files=
	for group in $groups; do
		for file in "$crds/$group".yaml "$crds/$group"_*.yaml; do
			[ -f "$file" ] && files="$files $file"
		done
	done
	if [ -z "$files" ]; then
		echo "not made: $set: there are no definitions of it in $crds"
		continue
	fi
	# shellcheck disable=SC2086
	"$ovec" schema import $files --set "$set" --out "$out" -q || exit 1
done || exit 1

if [ "$what" = make ] && [ -n "$openapi" ]; then
	if [ ! -d "$openapi" ]; then
		mkdir -p "$openapi" || exit 1
		for path in api/v1 apis/admissionregistration.k8s.io/v1 \
			apis/apiextensions.k8s.io/v1 apis/apiregistration.k8s.io/v1 apis/apps/v1 \
			apis/autoscaling/v1 apis/autoscaling/v2 apis/batch/v1 \
			apis/certificates.k8s.io/v1 apis/coordination.k8s.io/v1 \
			apis/discovery.k8s.io/v1 apis/events.k8s.io/v1 \
			apis/flowcontrol.apiserver.k8s.io/v1 apis/networking.k8s.io/v1 \
			apis/node.k8s.io/v1 apis/policy/v1 apis/rbac.authorization.k8s.io/v1 \
			apis/resource.k8s.io/v1 apis/scheduling.k8s.io/v1 apis/storage.k8s.io/v1; do
			kubectl get --raw "/openapi/v3/$path" \
				>"$openapi/$(echo "$path" | tr / _).json" || exit 1
		done
	fi
	"$ovec" schema import "$openapi" sets/facts.yaml --set kubernetes-1.35 --out "$out" -q ||
		exit 1
fi

[ "$what" = make ] && exit 0
bad=0
for file in "$out"/*.set; do
	cmp -s "$file" "sets/${file##*/}" && continue
	echo "sets/${file##*/} is not what tests/sets.sh makes of $crds"
	bad=1
done
exit $bad

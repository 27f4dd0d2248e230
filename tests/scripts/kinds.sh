#!/bin/sh
# `make kinds` finds a kind, group or product that the code names, and no more than that.
. "$(dirname "$0")/../lib.sh"
for file in Makefile schemas templates profiles policies sets compiler; do
	cp -R "$root/$file" .
done
ln -s "$root/tests" .
# The Makefile of this folder, not of the run that this test is part of.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

kinds() {
	status "$1" make -s kinds
}

# refused FILE LINE WORD: the line, planted in FILE, is to be refused because of the word.
refused() {
	printf '%s\n' "$2" >>"compiler/$1"
	echo "compiler/$1:$(awk 'END { print NR }' "compiler/$1"): .*'$3'" >>wanted
}

# taken FILE LINE: the line is no finding.
taken() {
	printf '%s\n' "$2" >>"compiler/$1"
}

# Comments, and the layers that speak formats of others.
taken cmd/planted.c '/* a VirtualMachine of KubeVirt */ static int a; // kubevirt.io'
taken foreign/planted.c 'static const char *a = "kubevirt.io";'
taken lang/planted.c 'static const char *a = "ConfigMap";'
taken policy/planted.c 'static const char *a = "kyverno.io";'
taken cmd/planted.c 'static const char *a = "Estate Cluster";'

kinds 0

# Kinds of the estate, of objects that templates make, and of sets that nothing is made of.
refused cmd/planted.c 'static const char *a = "Workload";' Workload
refused cmd/planted.c 'static const char *a = "a VirtualMachine of it";' VirtualMachine
refused read/planted.h '#define A "ServiceMeshControlPlane"' ServiceMeshControlPlane
refused base/planted.def 'A(1, "VolumeSnapshotClass")' VolumeSnapshotClass
refused make/planted.c 'static const char *a = "virtualmachines";' virtualmachines
refused close/planted.c 'static int is_virtual_machine;' virtual_machine
refused schema/planted.c 'static int x_network_policy_1;' network_policy

# Groups.
refused expr/planted.c 'static const char *a = "cdi.kubevirt.io/v1beta1";' cdi.kubevirt.io
refused report/planted.c 'static const char *a = "velero.io";' velero.io

# Products, in any case and as parts of identifiers.
for word in argo argocd cilium hive istio kubevirt kyverno metallb multus oadp openshift rhacm skupper \
	stackrox submariner tekton velero; do
	refused model/planted.h "extern int ov_${word}_count;" "$word"
done
refused value/planted.c 'static const char *a = "as Helm does";' helm

# What is allowed elsewhere is not allowed here.
refused cmd/planted.c 'static const char *a = "CustomResourceDefinition";' CustomResourceDefinition
refused cmd/planted.c 'static const char *a = "hydrator.metadata";' hydrator

kinds 2
while read -r line; do
	grep -q "^$line" "$work/.output" || fail "not refused: $line"
done <wanted
rm compiler/*/planted.*

# An exemption that nothing needs any more.
sed 's/hydrator\.metadata/metadata/' compiler/compile.c >changed
mv changed compiler/compile.c
kinds 2
grep -q 'nothing needs the exemption' "$work/.output" || fail "$(cat "$work/.output")"

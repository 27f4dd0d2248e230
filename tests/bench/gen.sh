#!/bin/sh
# gen: writes an estate of CLUSTERS × MACHINES virtual machines, each of which becomes a
# VirtualMachine and a Service. The same always comes out.
#
# usage: tests/bench/gen.sh FOLDER CLUSTERS MACHINES
set -e
mkdir -p "$1/clusters"

cat >"$1/ovec.yaml" <<'ESTATE'
apiVersion: ovec.dev/v1alpha1
kind: Estate
metadata: {name: bench}
spec:
  hub: hub
  output: {repoURL: 'https://git.example.com/bench/rendered.git'}
  addressPlan:
    - {name: management, cidr: 10.0.0.0/16}
    - {name: production, cidr: 10.1.0.0/16}
    - {name: staging, cidr: 10.2.0.0/16}
---
apiVersion: ovec.dev/v1alpha1
kind: Cluster
metadata: {name: hub, labels: {environment: management, region: eu}}
spec: {}
---
apiVersion: ovec.dev/v1alpha1
kind: ClusterProfile
metadata: {name: site}
spec:
  provides:
    dataSources: [{name: rhel9, namespace: openshift-virtualization-os-images}]
    interfaces: [{name: ens2f0}]
    namespaces: [{name: default}, {name: openshift-adp}]
---
apiVersion: ovec.dev/v1alpha1
kind: Namespace
metadata: {name: vm-production}
spec: {clusters: {matchLabels: {environment: production}, allowEmpty: true}, owner: platform}
---
apiVersion: ovec.dev/v1alpha1
kind: Namespace
metadata: {name: vm-staging}
spec: {clusters: {matchLabels: {environment: staging}, allowEmpty: true}, owner: platform}
---
apiVersion: ovec.dev/v1alpha1
kind: NodeNetwork
metadata: {name: trunk}
spec:
  clusters: {matchExpressions: [{key: environment, operator: In, values: [production, staging]}]}
  bridge: br1
  ports: [ens2f0]
---
apiVersion: ovec.dev/v1alpha1
kind: Network
metadata: {name: vlan2003}
spec:
  clusters: {matchExpressions: [{key: environment, operator: In, values: [production, staging]}]}
  nodeNetwork: trunk
  vlan: 2003
---
apiVersion: ovec.dev/v1alpha1
kind: BackupPolicy
metadata: {name: daily}
spec:
  clusters: {matchExpressions: [{key: environment, operator: In, values: [production, staging]}]}
  schedule: 0 2 * * *
  retention: 30d
---
apiVersion: ovec.dev/v1alpha1
kind: VirtualMachineProfile
metadata: {name: rhel9-server}
spec:
  os: {family: linux, name: rhel9}
  machine: pc-q35-rhel9.4.0
  evictionStrategy: LiveMigrate
  firmware: {bootloader: efi, smm: true}
  disks:
    - {name: root, source: {dataSource: rhel9}}
  podNetwork: {ports: [{name: ssh, port: 22}]}
  service: {}
  cloudInit: {userData: {user: cloud-user, ssh_pwauth: false}}
ESTATE

# One file a cluster.
awk -v folder="$1" -v clusters="$2" -v machines="$3" 'BEGIN {
	for (c = 0; c < clusters; c++) {
		environment = c % 3 ? "production" : "staging"
		cluster = sprintf("c%04d", c)
		file = folder "/clusters/" cluster ".yaml"
		printf "apiVersion: ovec.dev/v1alpha1\nkind: Cluster\n" \
			"metadata: {name: %s, labels: {environment: %s, region: eu}}\n" \
			"spec: {profile: site}\n", cluster, environment >file
		for (v = 0; v < machines; v++) {
			printf "---\napiVersion: ovec.dev/v1alpha1\nkind: VirtualMachine\n" \
				"metadata:\n  name: vm-%05d\n" \
				"  labels: {owner: team-%d, backup-policy: daily}\n", \
				c * machines + v, v % 23 >file
			printf "spec:\n  cluster: %s\n  namespace: vm-%s\n" \
				"  profile: rhel9-server\n  cpu: {cores: %d}\n" \
				"  memory: %dGi\n  disks:\n    - {name: root, size: %dGi}\n", \
				cluster, environment, 2 + v % 7, 4 + v % 29, 30 + v % 90 >file
			printf "  networks:\n    - {name: vlan2003, " \
				"mac: \"02:00:%02x:%02x:%02x:%02x\"}\n", \
				c / 256 % 256, c % 256, v / 256 % 256, v % 256 >file
		}
		close(file)
	}
}'

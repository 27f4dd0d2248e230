# kinds: checks that the C code names no Kubernetes kind, group or product, and no estate kind
# but Estate and Cluster: kinds are data. Comments may name them. Template, MergeKeys,
# Lifecycle and Rule are what kinds are written in.
#
# usage: awk -f tests/kinds.awk LIBRARY-FILE... C-FILE...
# The library's files (schemas, templates, …) come first: their kinds and groups are added to
# those below. Exempt are foreign/, lang/ and policy/, which speak formats of others, and
# CustomResourceDefinition, the form in which the schemas of a cluster are imported, with the
# keywords x-kubernetes-*.

BEGIN {
	list("ConfigMap CronJob DaemonSet Deployment Ingress Job Namespace NetworkPolicy Node " \
		"PersistentVolume PersistentVolumeClaim Pod ReplicaSet ResourceQuota Role " \
		"RoleBinding ClusterRole ClusterRoleBinding Secret Service ServiceAccount " \
		"StatefulSet StorageClass VirtualMachine VirtualMachineInstance DataVolume " \
		"AppProject Schedule ManagedCluster ClusterProfile", kinds)
	list("Estate Cluster Template MergeKeys Lifecycle Rule List CustomResourceDefinition", allowed)
	list("k8s.io kubevirt.io velero.io argoproj.io openshift.io kyverno.io cncf.io " \
		"nmstate.io open-cluster-management.io istio.io coreos.com", groups)
	list("kubernetes kubevirt velero argo argocd openshift kyverno rhacm oadp multus helm " \
		"nmstate istio submariner ceph", products)
}

# Words that people need to know what to do: they are advice, and no code depends on them. Names of
# types in CEL are Kubernetes' own.
function without_advice(code) {
	gsub(/put it in a Secret, an ExternalSecret or a SealedSecret/, "", code)
	gsub(/Kubernetes objects go as they are into/, "", code)
	gsub(/such as an Application/, "", code)
	gsub(/Argo CD reads for one Application/, "", code)
	gsub(/kubernetes\.(Quantity|Semver|NamedFormat|URL)/, "", code)
	return code
}

function list(words, into,   part, n, i) {
	n = split(words, part, " ")
	for (i = 1; i <= n; i++)
		into[part[i]] = 1
}

function complain(what, name) {
	printf "%s:%d: the code names the %s '%s': kinds are data\n", FILENAME, FNR, what, name
	bad = 1
}

# The line without comments; `in_comment` lasts over lines. Strings are kept whole.
function code_of(line,   out, c, two, quote) {
	out = ""
	quote = ""
	while (line != "") {
		c = substr(line, 1, 1)
		two = substr(line, 1, 2)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				line = substr(line, 2)
			}
		} else if (quote != "") {
			out = out c
			if (c == "\\") {
				out = out substr(line, 2, 1)
				line = substr(line, 2)
			} else if (c == quote) {
				quote = ""
			}
		} else if (two == "/*") {
			in_comment = 1
			line = substr(line, 2)
		} else if (two == "//") {
			break
		} else {
			if (c == "\"" || c == "'")
				quote = c
			out = out c
		}
		line = substr(line, 2)
	}
	return out
}

function check_string(text,   word, n, i, g) {
	n = split(text, word, /[^A-Za-z0-9]+/)
	for (i = 1; i <= n; i++)
		if (word[i] in kinds)
			complain("kind", word[i])
	for (g in groups)
		if (index(text, g))
			complain("group", g)
}

function check_words(text,   word, n, i) {
	n = split(tolower(text), word, /[^a-z0-9]+/)
	for (i = 1; i <= n; i++)
		if (word[i] in products)
			complain("product", word[i])
}

FNR == 1 {
	in_comment = 0
	is_code = FILENAME ~ /\.(c|h|def)$/
	name = FILENAME
	if (!is_code && FILENAME ~ /^schemas\// && sub(/.*\//, "", name) && \
			sub(/\.yaml$/, "", name) && name ~ /^[A-Z][A-Za-z]*$/)
		kinds[name] = 1
	for (name in allowed)
		delete kinds[name]
}

!is_code && /^[ \t]*(- )?kind: *[A-Z][A-Za-z]*[ \t]*$/ {
	name = $0
	sub(/.*: */, "", name)
	sub(/[ \t]*$/, "", name)
	if (!(name in allowed))
		kinds[name] = 1
}

!is_code && /^[ \t]*(- )?apiVersion: *[a-z0-9.-]+\.[a-z0-9.-]+\/v[0-9a-z]+[ \t]*$/ {
	name = $0
	sub(/.*: */, "", name)
	sub(/\/.*/, "", name)
	if (name !~ /^ovec\.dev$/)
		groups[name] = 1
}

is_code && FILENAME !~ /^compiler\/(foreign|lang|policy)\// {
	code = without_advice(code_of($0))
	gsub(/x-kubernetes-/, "x-", code)
	check_words(code)
	n = split(code, part, "\"")
	for (i = 2; i <= n; i += 2)
		check_string(part[i])
}

END {
	exit bad
}

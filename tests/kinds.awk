# kinds: checks that the C code names no Kubernetes kind, group or product, and no estate kind
# but Estate and Cluster: kinds are data. Comments may name them.
#
# usage: awk -f tests/kinds.awk LIBRARY-FILE... C-FILE...
# The library's files come first; they say what may not be named:
#   schemas/*.yaml         their names are kinds of the estate
#   apiVersion, kind       in any YAML file: kinds and groups of objects
#   sets/*.set             kinds and groups; the words of their names are products'
# Groups name products, too (x.velero.io), and what has no set is listed below.
#
# In strings, kinds count as they are written, and those of several words as a resource as well
# (virtualmachines); groups as a part of the text. In all code, products count as words in any
# case, and kinds of several words as identifiers (virtual_machine).

BEGIN {
	list("argocd argoproj calico cdi ceph crossplane falco flux forklift gatekeeper grafana hco " \
		"helm hydrator hypershift jaeger k3s kargo kiali knative kubeconform kubectl " \
		"kubernetes kubevirt kustomize kyverno linguist loki longhorn metallb multus noobaa " \
		"oadp ocp ocs odf okd openshift portworx promoter rhacm rhacs rook skupper " \
		"stackrox submariner tekton thanos trident velero virtctl whereabouts", products)
	# Words of the names of sets that belong to nobody.
	list("api attachment cd cert class external gateway logging manager mcs network operator other " \
		"policy sealed secrets snapshot sriov volume", common)
	# What the compiler itself is about, the forms in which kinds are written, and kinds of
	# one word that mean something else in what is said to people.
	list("Estate Cluster Template MergeKeys Lifecycle Bootstrap Rule ApiFacts Group Link List User", allowed)

	# The places that invariant 5 leaves out, and why.
	folder("foreign", "libraries and Git are spoken to there")
	folder("lang", "each file is a language that others defined")
	folder("policy", "what the engine of policies knows by itself is Kyverno's")
	exempt("schema/api_[a-z]+\\.c", "x-kubernetes-[a-z-]+", "keywords of definitions")
	exempt("schema/api_meta\\.c", "Event", "what metadata may not name as an owner")
	exempt("schema/api_import\\.c", "CustomResourceDefinition", "the form that sets are made from")
	exempt("schema/api_(openapi|source)\\.c", "io\\.k8s\\.", "names of types in OpenAPI")
	exempt("expr/fn_[a-z]+\\.c", "kubernetes\\.(Quantity|Semver|NamedFormat|URL)", "names of types in CEL")
	exempt("expr/fn_template\\.c", "ov_duration_parse_prometheus", "a language of lang/")
	exempt("(make/judge|cmd/policy)\\.c", "ov_policy_set", "the engine's own name for several policies")
	exempt("compile\\.c", "hydrator\\.metadata", "a contract about commits: Argo CD's file and note")
	exempt("compile\\.c", "linguist-generated", "a contract about commits: Git attributes of forges")
	# Words that people need to know what to do: no code depends on them.
	exempt("base/diag_codes\\.def", "Kubernetes (manifest|object)", "what everything is about")
	exempt("base/diag_codes\\.def", "an existing Secret, an ExternalSecret or a SealedSecret", "where it belongs")
	exempt("base/diag_codes\\.def", "Argo CD( Application)?", "whose limit it is")
	exempt("base/diag_codes\\.def", "[Aa] Removal or a Move|Move to the newer one", "what to write; a verb")
	exempt("base/diag_codes\\.def", "x-kubernetes-validations", "the keyword to look for")
	exempt("close/identities\\.c", "Argo CD reads for one Application", "whose limit it is")
	exempt("read/resolve\\.c", "Kubernetes objects go as they are into", "where they belong")
	exempt("read/resolve\\.c", "such as an Application", "where they belong")
	exempt("read/check\\.c", "put it in a Secret, an ExternalSecret or a SealedSecret", "where it belongs")
}

function list(words, into,   part, n, i) {
	n = split(words, part, " ")
	for (i = 1; i <= n; i++)
		into[part[i]] = 1
}

# A folder of compiler/ that is not looked at. The reasons are for the reader of this file.
function folder(name, why) {
	outside[name] = why
}

# A text, as a regular expression, that files of compiler/ may hold.
function exempt(file, text, why) {
	exempt_file[++exempts] = "^compiler/" file "$"
	exempt_text[exempts] = text
}

function complain(what, name) {
	printf "%s:%d: the code names the %s '%s': kinds are data\n", FILENAME, FNR, what, name
	bad = 1
}

# The words of a name in mixed case, with underscores: virtual_machine; http_route.
function underscored(name,   out, c, i, upper, before) {
	out = ""
	before = 0
	for (i = 1; i <= length(name); i++) {
		c = substr(name, i, 1)
		upper = c ~ /[A-Z]/
		if (upper && i > 1 && (!before || substr(name, i + 1, 1) ~ /[a-z]/))
			out = out "_"
		out = out tolower(c)
		before = upper
	}
	return out
}

function add_kind(name,   words) {
	if (name in allowed || name in kinds)
		return
	kinds[name] = 1
	words = underscored(name)
	if (index(words, "_")) {
		identifiers[words] = 1
		resources[tolower(name)] = 1
	}
}

function add_group(name,   part, n) {
	if (name == "ovec.dev" || !index(name, "."))
		return
	groups[name] = 1
	n = split(name, part, ".")
	if (!(part[n - 1] in common))
		products[part[n - 1]] = 1
}

# The name of a set is its product and a version.
function add_set(path,   part, n, i) {
	sub(/.*\//, "", path)
	sub(/-[0-9.]+\.set$/, "", path)
	n = split(path, part, "-")
	for (i = 1; i <= n; i++)
		if (!(part[i] in common))
			products[part[i]] = 1
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

function check_string(text,   word, n, i, g, small) {
	n = split(text, word, /[^A-Za-z0-9]+/)
	for (i = 1; i <= n; i++) {
		small = word[i]
		sub(/s$/, "", small)
		if (word[i] in kinds)
			complain("kind", word[i])
		else if (word[i] in resources || small in resources)
			complain("resource", word[i])
	}
	for (g in groups)
		if (index(text, g))
			complain("group", g)
}

function check_words(text,   word, part, n, i, k, name) {
	text = tolower(text)
	n = split(text, word, /[^a-z0-9]+/)
	for (i = 1; i <= n; i++)
		if (word[i] in products)
			complain("product", word[i])
	n = split(text, word, /[^a-z0-9_]+/)
	for (i = 1; i <= n; i++) {
		k = split(word[i], part, "_")
		while (k > 1) {
			name = part[k - 1] "_" part[k]
			if (name in identifiers || (part[k - 2] "_" name) in identifiers)
				complain("kind", name)
			k--
		}
	}
}

FNR == 1 {
	in_comment = 0
	split(FILENAME, path, "/")
	is_code = FILENAME ~ /\.(c|h|def)$/ && !(path[2] in outside)
	is_set = FILENAME ~ /\.set$/
	name = FILENAME
	if (is_set)
		add_set(name)
	else if (path[1] == "schemas" && sub(/.*\//, "", name) && sub(/\.yaml$/, "", name) && \
			name ~ /^[A-Z]/)
		add_kind(name)
	last = 0
	for (i = 1; is_code && i <= exempts; i++)
		if (FILENAME ~ exempt_file[i])
			exempt_here[++last] = i
}

is_set && /^[a-z0-9.-]*\/[A-Z]/ {
	split($1, part, "/")
	add_group(part[1])
	add_kind(part[2])
}

/^[ \t]*(- )?kind: *[A-Z][A-Za-z]*[ \t]*$/ && FILENAME ~ /\.yaml$/ {
	name = $0
	sub(/.*: */, "", name)
	sub(/[ \t]*$/, "", name)
	add_kind(name)
}

/^[ \t]*(- )?apiVersion: *[a-z0-9.-]+\.[a-z0-9.-]+\/v[0-9a-z]+[ \t]*$/ && FILENAME ~ /\.yaml$/ {
	name = $0
	sub(/.*: */, "", name)
	sub(/\/.*/, "", name)
	add_group(name)
}

is_code {
	code = code_of($0)
	for (i = 1; i <= last; i++)
		if (gsub(exempt_text[exempt_here[i]], "", code))
			used[exempt_here[i]] = 1
	check_words(code)
	n = split(code, part, "\"")
	for (i = 2; i <= n; i += 2)
		check_string(part[i])
}

END {
	for (i = 1; i <= exempts; i++) {
		if (i in used)
			continue
		printf "tests/kinds.awk: nothing needs the exemption '%s'\n", exempt_text[i]
		bad = 1
	}
	exit bad
}

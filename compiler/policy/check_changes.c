/* check_changes: what the reference refuses in rules that verify, change or make. Layer:
 * policy.
 */
#include "foreign/yaml.h"
#include "policy/check.h"
#include "policy/internal.h"

static void check_keys(struct ov_checking *c, struct ov_value attestor)
{
	static const char algorithms[] = "^(sha224|sha256|sha384|sha512)?$";
	struct ov_value keys = ov_get(attestor, "keys");
	struct ov_value algorithm = ov_get(keys, "signatureAlgorithm");
	bool public = ov_string(ov_get(keys, "publicKeys")).len > 0;
	if (!ov_is_map(keys))
		return;
	if (!public && !ov_string(ov_get(keys, "kms")).len && !ov_check_has(keys, "secret"))
		ov_check_refuse(c, keys, attestor, "keys has `publicKeys`, `kms` or `secret`");
	if (public && !ov_check_finds(c, algorithms, ov_string(algorithm)))
		ov_check_refuse(c, algorithm, keys,
			"the algorithms of signatures are sha224, sha256, sha384 and sha512");
}

static void check_certificates(struct ov_checking *c, struct ov_value attestor)
{
	struct ov_value certificates = ov_get(attestor, "certificates");
	struct ov_value keyless = ov_get(attestor, "keyless"), rekor = ov_get(keyless, "rekor");
	if (ov_is_map(certificates) && !ov_string(ov_get(certificates, "cert")).len &&
		!ov_string(ov_get(certificates, "certChain")).len)
		ov_check_refuse(
			c, certificates, attestor, "certificates has `cert` or `certChain`");
	if (ov_is_map(rekor) && !ov_string(ov_get(rekor, "url")).len)
		ov_check_refuse(c, rekor, keyless, "rekor has a `url`");
	if (ov_is_map(keyless) && !ov_is_map(rekor) && !ov_string(ov_get(keyless, "roots")).len)
		ov_check_refuse(c, keyless, attestor, "keyless has `rekor` or `roots`");
}

enum { MOST_NESTED = 16 };

static void check_attestors(
	struct ov_checking *c, struct ov_value sets, bool notary, size_t depth)
{
	static const char *const sorts[] = {"keys", "certificates", "keyless", "attestor"};
	for (size_t i = 0; i < ov_count(sets); i++) {
		struct ov_value set = ov_at(sets, i), entries = ov_get(set, "entries");
		struct ov_value wanted = ov_get(set, "count");
		if (!ov_count(entries))
			ov_check_refuse(c, set, sets, "a set of attestors has `entries`");
		if (wanted.kind == OV_KIND_INT && wanted.integer > (int64_t)ov_count(entries))
			ov_check_refuse(c, wanted, set, "it wants more attestors than it has");
		for (size_t k = 0; k < ov_count(entries); k++) {
			struct ov_value entry = ov_at(entries, k);
			struct ov_value nested = ov_get(entry, "attestor");
			size_t count = 0;
			for (size_t s = 0; s < OV_COUNT(sorts); s++)
				count += ov_check_has(entry, sorts[s]);
			if (count != 1)
				ov_check_refuse(c, entry, entries,
					"an attestor has one of keys, certificates, keyless "
					"and attestor");
			if (notary &&
				(ov_check_has(entry, "keys") || ov_check_has(entry, "keyless")))
				ov_check_refuse(c, entry, entries,
					"Notary has neither keys nor keyless");
			check_keys(c, entry);
			check_certificates(c, entry);
			if (ov_is_map(nested) && depth < MOST_NESTED)
				check_attestors(c, ov_value_list(&nested, 1), false, depth + 1);
		}
	}
}

/* An extractor by JMESPath finds images, but not where their digests could be put. */
static bool extracts_by_path(struct ov_value extractors)
{
	for (size_t i = 0; ov_is_map(extractors) && i < extractors.count; i++) {
		struct ov_value list = extractors.entries[i].value;
		for (size_t k = 0; k < ov_count(list); k++)
			if (ov_string(ov_get(ov_at(list, k), "jmesPath")).len)
				return true;
	}
	return false;
}

static void check_verification(
	struct ov_checking *c, struct ov_value rule, struct ov_value verify, bool *audits)
{
	struct ov_value references = ov_get(verify, "imageReferences");
	struct ov_value attestations = ov_get(verify, "attestations");
	struct ov_value action = ov_get(verify, "failureAction");
	struct ov_value changes = ov_get(verify, "mutateDigest");
	bool notary = ov_string_is(ov_get(verify, "type"), "Notary");
	*audits = ov_is_string(action) ? !ov_action_enforces(action) : *audits;
	if (*audits && ov_bool(changes, true))
		ov_check_refuse(c, ov_is_some(changes) ? changes : verify, rule,
			"what only audits cannot change images: say `mutateDigest: false`");
	if (ov_bool(changes, true) && extracts_by_path(ov_get(rule, "imageExtractors")))
		ov_check_refuse(c, ov_get(rule, "imageExtractors"), rule,
			"images that a jmesPath extracts are not changed: say `mutateDigest: "
			"false`");
	if (!ov_count(references) && !ov_string(ov_get(verify, "image")).len)
		ov_check_refuse(c, verify, rule, "it says of which images: `imageReferences`");
	for (size_t i = 0; i < ov_count(references); i++)
		if (ov_variable_is_in(ov_string(ov_at(references, i))))
			ov_check_refuse(c, ov_at(references, i), verify,
				"there are no variables in imageReferences");
	check_attestors(c, ov_get(verify, "attestors"), notary, 0);
	for (size_t i = 0; i < ov_count(attestations); i++) {
		struct ov_value attestation = ov_at(attestations, i);
		struct ov_value conditions = ov_get(attestation, "conditions");
		check_attestors(c, ov_get(attestation, "attestors"), false, 0);
		for (size_t k = 0; k < ov_count(conditions); k++)
			ov_check_operators(c, ov_at(conditions, k));
	}
}

void ov_check_images(struct ov_checking *c, struct ov_value rule)
{
	struct ov_value list = ov_get(rule, "verifyImages");
	bool audits = !ov_action_enforces(ov_get(c->spec, "validationFailureAction"));
	for (size_t i = 0; i < ov_count(list); i++)
		check_verification(c, rule, ov_at(list, i), &audits);
	if (!ov_count(list) && ov_check_has(rule, "imageExtractors"))
		ov_check_refuse(c, ov_get(rule, "imageExtractors"), rule,
			"imageExtractors are for rules with verifyImages");
}

/* The text with a word in the place of each variable. */
static struct ov_str without_variables(struct ov_checking *c, struct ov_str text)
{
	struct ov_buf buf = {0};
	size_t from = 0, at = 0;
	for (struct ov_str v; (v = ov_variable_next(text, &at)).ptr; from = at) {
		ov_buf_add(&buf, ov_str_sub(text, from, at - v.len));
		ov_buf_puts(&buf, "variable");
	}
	ov_buf_add(&buf, ov_str_sub(text, from, text.len));
	struct ov_str out = ov_str_dup(c->scratch, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return out;
}

/* Operations of RFC 6902, whose paths are fixed. */
static void check_json_patch(
	struct ov_checking *c, struct ov_value patch, struct ov_value parent)
{
	static const char operations[] = "^(add|remove|replace|move|copy|test)$";
	static const char valued[] = "^(add|replace|test)$";
	struct ov_value plain = {0}, list = {0};
	struct ov_str text = ov_string(patch);
	if (!text.len)
		return;
	if (!ov_yaml_read_one(c->scratch, c->set->keys, c->set->cache,
		    without_variables(c, text), &plain) ||
		!ov_is_list(plain)) {
		ov_check_refuse(c, patch, parent, "patchesJson6902 is a list of operations");
		return;
	}
	/* Where variables make it no YAML, their places cannot be told. */
	ov_yaml_read_one(c->scratch, c->set->keys, c->set->cache, text, &list);
	for (size_t i = 0; i < plain.count; i++) {
		struct ov_value one = plain.items[i];
		struct ov_str path = ov_string(ov_get(one, "path"));
		struct ov_str op = ov_string(ov_get(one, "op"));
		struct ov_str written = ov_string(ov_get(ov_at(list, i), "path"));
		if (!ov_str_starts(path, OV_STR("/")))
			ov_check_refuse(c, patch, parent,
				"the path of a patch begins with '/': '%.*s'",
				OV_STR_ARG(path));
		if (ov_variable_is_in(written))
			ov_check_refuse(c, patch, parent,
				"there are no variables in the path of a patch: '%.*s'",
				OV_STR_ARG(written));
		if (!ov_check_finds(c, operations, op))
			ov_check_refuse(c, patch, parent,
				"a patch has an operation of RFC 6902, not '%.*s'",
				OV_STR_ARG(op));
		else if (ov_check_finds(c, valued, op) && !ov_is_some(ov_get(one, "value")))
			ov_check_refuse(
				c, patch, parent, "'%.*s' has a `value`", OV_STR_ARG(op));
	}
}

static void check_mutate_list(struct ov_checking *c, struct ov_value list, size_t depth)
{
	static const char *const own[] = {
		"context", "preconditions", "patchesJson6902", "patchStrategicMerge"};
	for (size_t i = 0; i < ov_count(list) && depth < MOST_NESTED; i++) {
		struct ov_value each = ov_at(list, i), nested = ov_get(each, "foreach");
		size_t count = 0;
		ov_check_operators(c, ov_get(each, "preconditions"));
		ov_check_tags(c, ov_get(each, "patchStrategicMerge"));
		for (size_t k = 0; k < OV_COUNT(own); k++)
			count += ov_check_has(each, own[k]);
		if (ov_count(nested) && count)
			ov_check_refuse(
				c, each, list, "what has a nested foreach has nothing else");
		if (ov_check_has(each, "patchesJson6902") ==
				ov_check_has(each, "patchStrategicMerge") &&
			!ov_count(nested))
			ov_check_refuse(c, each, list,
				"it has either `patchStrategicMerge` or `patchesJson6902`");
		check_mutate_list(c, nested, depth + 1);
	}
}

void ov_check_mutate(struct ov_checking *c, struct ov_value rule)
{
	struct ov_value mutate = ov_get(rule, "mutate"), targets = ov_get(mutate, "targets");
	struct ov_value existing = ov_get(mutate, "mutateExistingOnPolicyUpdate");
	struct ov_value all = ov_get(c->spec, "mutateExistingOnPolicyUpdate");
	struct ov_value space = ov_path(c->policy, "metadata", "namespace", NULL);
	size_t count = ov_count(ov_get(mutate, "foreach")) > 0;
	if (!ov_is_map(mutate))
		return;
	count += ov_check_has(mutate, "patchStrategicMerge");
	count += ov_string(ov_get(mutate, "patchesJson6902")).len > 0;
	if (count > 1)
		ov_check_refuse(c, mutate, rule,
			"it has one of foreach, patchStrategicMerge and patchesJson6902");
	if ((ov_bool(existing, false) || ov_bool(all, false)) && !ov_count(targets))
		ov_check_refuse(c, ov_is_some(existing) ? existing : all, mutate,
			"what changes existing objects has `targets`");
	for (size_t i = 0; c->namespaced && i < ov_count(targets); i++) {
		struct ov_value other = ov_get(ov_at(targets, i), "namespace");
		if (ov_string(other).len && !ov_str_eq(ov_string(other), ov_string(space)))
			ov_check_refuse(
				c, other, mutate, "a Policy changes its own namespace only");
	}
	ov_check_tags(c, ov_get(mutate, "patchStrategicMerge"));
	check_json_patch(c, ov_get(mutate, "patchesJson6902"), mutate);
	check_mutate_list(c, ov_get(mutate, "foreach"), 0);
}

/* What is made: its kind, where, and from what. */
static void check_made(struct ov_checking *c, struct ov_value made, struct ov_value parent)
{
	static const char *const fields[] = {"apiVersion", "kind", "name"};
	struct ov_value own = ov_path(c->policy, "metadata", "namespace", NULL);
	struct ov_value space = ov_get(made, "namespace"), list = ov_get(made, "cloneList");
	bool many = ov_count(ov_get(list, "kinds")) > 0;
	/* Whether a namespace is needed only the cluster knows, which has the kind. */
	for (size_t i = 0; !many && i < OV_COUNT(fields); i++)
		if (!ov_string(ov_get(made, fields[i])).len)
			ov_check_refuse(c, made, parent, "what is made has `%s`", fields[i]);
	if (c->namespaced && !ov_str_eq(ov_string(space), ov_string(own)))
		ov_check_refuse(
			c, space, made, "a Policy makes objects in its own namespace only");
}

void ov_check_generate(struct ov_checking *c, struct ov_value rule)
{
	static const char *const sources[] = {"data", "clone", "cloneList", "foreach"};
	struct ov_value generate = ov_get(rule, "generate"), list = ov_get(generate, "foreach");
	size_t count = 0;
	if (!ov_is_map(generate))
		return;
	for (size_t i = 0; i < OV_COUNT(sources); i++)
		count += ov_check_has(generate, sources[i]);
	if (count > 1)
		ov_check_refuse(
			c, generate, rule, "it has one of data, clone, cloneList and foreach");
	if (ov_has_string(ov_path(rule, "match", "resources", "kinds", NULL),
		    ov_string(ov_get(generate, "kind"))))
		ov_check_refuse(c, ov_get(generate, "kind"), rule,
			"it makes objects of the kind that it matches");
	for (size_t i = 0; i < ov_count(list); i++)
		check_made(c, ov_at(list, i), list);
	if (!ov_is_list(list))
		check_made(c, generate, rule);
}

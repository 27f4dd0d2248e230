/* images: what verifyImages says of images that no registry is asked about. Layer: policy. */
#include "lang/wildcard.h"
#include "policy/internal.h"
#include "policy/label_selector.h"

static bool is_meant(struct ov_value verify, struct ov_str reference)
{
	struct ov_value patterns = ov_get(verify, "imageReferences");
	struct ov_value image = ov_get(verify, "image");
	bool meant = ov_wildcard_any(patterns, reference) ||
		     (ov_is_string(image) && ov_wildcard_match(ov_string(image), reference));
	return meant && !ov_wildcard_any(ov_get(verify, "skipImageReferences"), reference);
}

/* Whether the rule asks that the image names its digest, and nothing would add it. */
static bool wants_digest(struct ov_value verify)
{
	return ov_bool(ov_get(verify, "verifyDigest"), true) &&
	       !ov_bool(ov_get(verify, "mutateDigest"), true);
}

bool ov_rule_images(
	struct ov_judge *judge, const struct ov_policy_rule *rule, struct ov_policy_row *row)
{
	struct ov_value list = ov_get(rule->doc, "verifyImages");
	struct ov_value images = ov_resource_images(judge);
	bool some = false;
	for (size_t i = 0; i < ov_count(images); i++) {
		struct ov_value containers = images.entries[i].value;
		for (size_t k = 0; k < ov_count(containers); k++) {
			struct ov_value image = containers.entries[k].value;
			struct ov_str reference = ov_string(ov_get(image, "reference"));
			for (size_t v = 0; v < ov_count(list); v++) {
				struct ov_value verify = ov_at(list, v);
				if (!is_meant(verify, reference))
					continue;
				some = true;
				if (!wants_digest(verify) ||
					ov_is_some(ov_get(image, "digest")))
					continue;
				row->status = OV_POLICY_FAIL;
				row->path = ov_string(ov_get(image, "jsonPointer"));
				row->message = ov_judge_text(judge, "missing digest for %.*s",
					OV_STR_ARG(reference));
				return true;
			}
		}
	}
	row->status = OV_POLICY_SKIP;
	row->message = OV_STR("not checked here: signatures and attestations are in the "
			      "registry");
	return some;
}

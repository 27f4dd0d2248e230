/* answers: what a test says that API calls of rules answer. Layer: policy. */
#include "policy/internal.h"

/* The address that a call asks: of a service, or of the API server. */
static struct ov_value address_of(struct ov_value call)
{
	struct ov_value service = ov_get(call, "service");
	return ov_is_map(service) ? ov_get(service, "url") : ov_get(call, "urlPath");
}

/* The answer for an address; OV_KIND_NONE where there is none. */
static struct ov_value answer_of(
	const struct ov_policy_world *world, struct ov_value call, struct ov_str address)
{
	struct ov_value given = ov_get(call, "method");
	struct ov_str method = ov_is_some(given) ? ov_string(given) : OV_STR("GET");
	for (size_t i = 0; i < ov_count(world->calls); i++) {
		struct ov_value answer = ov_at(world->calls, i), url = ov_get(answer, "url");
		struct ov_str only = ov_string(ov_get(answer, "method"));
		if (!ov_is_some(url))
			url = ov_get(answer, "urlPath");
		if (ov_str_eq(ov_string(url), address) &&
			(!only.len || ov_str_eq(only, method)))
			return ov_get(answer, "response");
	}
	return (struct ov_value){0};
}

struct ov_value ov_answer_http(
	const struct ov_policy_world *world, struct ov_str method, struct ov_str url)
{
	struct ov_value found = {0};
	for (size_t i = 0; i < ov_count(world->calls); i++) {
		struct ov_value call = ov_at(world->calls, i), own = ov_get(call, "url");
		struct ov_str only = ov_str_trim(ov_string(ov_get(call, "method")));
		if (!ov_is_some(own))
			own = ov_get(call, "urlPath");
		if (ov_str_eq(ov_string(own), url) && ov_str_eq(only, method))
			return ov_get(call, "response");
		if (ov_str_eq(ov_string(own), url) && !only.len)
			found = ov_get(call, "response");
	}
	return found;
}

bool ov_answer_likely(const struct ov_judge *judge, struct ov_value call)
{
	struct ov_str address = ov_string(address_of(call));
	return ov_count(judge->world->calls) &&
	       (ov_str_find(address, OV_STR("{{"), 0) != SIZE_MAX ||
		       ov_is_some(answer_of(judge->world, call, address)));
}

bool ov_answer_get(
	struct ov_judge *judge, struct ov_value call, struct ov_value *out, struct ov_str *why)
{
	struct ov_value address = address_of(call);
	*out = (struct ov_value){0};
	if (!ov_count(judge->world->calls) || !ov_is_string(address))
		return false;
	if (!ov_context_substitute(judge, address, &address, why))
		return true;
	struct ov_value answer = answer_of(judge->world, call, ov_string(address));
	struct ov_value status = ov_get(answer, "statusCode");
	if (!ov_is_map(answer))
		return false;
	if (status.kind != OV_KIND_INT || !status.integer || status.integer / 100 == 2)
		*out = ov_get(answer, "body");
	else
		*why = ov_str_fmt(&judge->scratch, "HTTP %d", (int)status.integer);
	return true;
}

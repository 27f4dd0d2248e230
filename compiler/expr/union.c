/* union: lists of API objects whose order does not count. Layer: expr. */
#include "expr/eval.h"

/* Whether two elements are one by the keys of the list; false, with `*error` set, on a limit.
 */
static bool is_one(struct ov_eval *ev, const struct ov_expr *at, struct ov_value keys,
	struct ov_value x, struct ov_value y, bool *one, struct ov_value *error)
{
	if (!ov_is_list(keys))
		return ov_eval_equal(ev, at, x, y, one, error);
	*one = true;
	for (size_t i = 0; i < keys.count && *one; i++) {
		struct ov_str key = ov_string(keys.items[i]);
		struct ov_value a = ov_get_str(x, key), b = ov_get_str(y, key);
		if (ov_is_some(a) != ov_is_some(b))
			*one = false;
		else if (ov_is_some(a) && !ov_eval_equal(ev, at, a, b, one, error))
			return false;
	}
	return true;
}

struct ov_value ov_eval_union(
	struct ov_eval *ev, const struct ov_expr *at, struct ov_value a, struct ov_value b)
{
	struct ov_value keys = a.items[-1], error;
	size_t most = (size_t)a.count + b.count + 1, n = a.count;
	if (!ov_eval_spend(ev, at, most * sizeof(struct ov_value), &error))
		return error;
	struct ov_value *items = ov_new_array(ev->arena, struct ov_value, most);
	items[0] = keys;
	if (n)
		memcpy(items + 1, a.items, n * sizeof(*items));
	for (size_t i = 0; i < b.count; i++) {
		bool one = false;
		size_t k = 1;
		for (; k <= n; k++) {
			if (!is_one(ev, at, keys, items[k], b.items[i], &one, &error))
				return error;
			if (one)
				break;
		}
		items[k] = b.items[i];
		n += k > n;
	}
	struct ov_value out = ov_value_list(items + 1, n);
	out.flags = OV_FLAG_UNORDERED;
	return out;
}

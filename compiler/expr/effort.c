/* effort: what keeps an evaluation within its limits, and the work that has to be counted. */
#include "expr/eval.h"

#include "base/limits.h"
#include "value/equal.h"

#include <stdarg.h>

struct ov_value ov_eval_fail(
	struct ov_eval *eval, const struct ov_expr *at, const char *fmt, ...)
{
	struct ov_error *error = ov_new(eval->arena, struct ov_error);
	va_list args;
	va_start(args, fmt);
	error->message = ov_str_vfmt(eval->arena, fmt, args);
	va_end(args);
	error->at = at;
	return (struct ov_value){.kind = OV_KIND_ERROR, .error = error};
}

struct ov_value ov_eval_fail_limit(
	struct ov_eval *eval, const struct ov_expr *at, const char *what)
{
	struct ov_error *error = ov_new(eval->arena, struct ov_error);
	error->message = ov_str_c(what);
	error->at = at;
	error->limit = true;
	return (struct ov_value){.kind = OV_KIND_ERROR, .error = error};
}

bool ov_eval_spend(
	struct ov_eval *eval, const struct ov_expr *at, size_t bytes, struct ov_value *error)
{
	if (bytes <= OV_LIMIT_EXPR_BYTES - eval->bytes) {
		eval->bytes += bytes;
		return true;
	}
	*error = ov_eval_fail_limit(eval, at, "the expression builds more than 64 MiB");
	return false;
}

bool ov_eval_work(
	struct ov_eval *eval, const struct ov_expr *at, size_t steps, struct ov_value *error)
{
	eval->steps += steps;
	if (eval->steps <= OV_LIMIT_STEPS)
		return true;
	*error = ov_eval_fail_limit(eval, at, "the expression takes more than a million steps");
	return false;
}

void ov_eval_scan(struct ov_eval *eval, size_t bytes)
{
	/* A step is worth about as much as a look at this many bytes. */
	enum { BYTES_A_STEP = 256 };
	eval->steps += bytes / BYTES_A_STEP;
}

bool ov_eval_equal(struct ov_eval *eval, const struct ov_expr *at, struct ov_value a,
	struct ov_value b, bool *same, struct ov_value *error)
{
	size_t most = OV_LIMIT_STEPS + 1,
	       left = most - (eval->steps < most ? eval->steps : most);
	*same = ov_equal_within(a, b, OV_CEL, &left);
	return ov_eval_work(
		eval, at, most - left - (eval->steps < most ? eval->steps : most), error);
}

static int key_order(struct ov_value a, struct ov_value b)
{
	return ov_is_number(a) ? ov_compare_numbers(a, b) : ov_order(a, b);
}

/* A stable merge sort of elements by their keys. */
static void sort_pairs(struct ov_pair *items, struct ov_pair *tmp, size_t n)
{
	if (n < 2)
		return;
	size_t half = n / 2;
	sort_pairs(items, tmp, half);
	sort_pairs(items + half, tmp, n - half);
	memcpy(tmp, items, n * sizeof(*items));
	for (size_t i = 0, j = half, k = 0; k < n; k++) {
		bool left = j == n || (i < half && key_order(tmp[i].key, tmp[j].key) <= 0);
		items[k] = left ? tmp[i++] : tmp[j++];
	}
}

static bool has_order(struct ov_value v)
{
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_BOOL:
	case OV_KIND_INT:
	case OV_KIND_UINT:
	case OV_KIND_DOUBLE:
	case OV_KIND_STRING:
	case OV_KIND_BYTES:
	case OV_KIND_DURATION:
	case OV_KIND_TIMESTAMP: return true;
	case OV_KIND_NONE:
	case OV_KIND_NULL:
	case OV_KIND_LIST:
	case OV_KIND_MAP:
	case OV_KIND_DICT:
	case OV_KIND_TYPE:
	case OV_KIND_OPTIONAL:
	case OV_KIND_OPAQUE:
	case OV_KIND_ERROR: return false;
	}
	return false;
}

bool ov_eval_compare(struct ov_eval *eval, const struct ov_expr *at, struct ov_value a,
	struct ov_value b, int *order, struct ov_value *error)
{
	bool numbers = ov_is_number(a) && ov_is_number(b);
	if (!has_order(a) || (a.kind != b.kind && !numbers)) {
		*error = eval->terse ? ov_eval_fail(eval, at, "no such overload")
				     : ov_eval_fail(eval, at,
					       "no such overload: %s and %s have no order",
					       ov_eval_type_name(a), ov_eval_type_name(b));
		return false;
	}
	if (a.kind == OV_KIND_STRING || a.kind == OV_KIND_BYTES)
		ov_eval_scan(eval, a.count);
	*order = numbers ? ov_compare_numbers(a, b) : ov_order(a, b);
	return ov_eval_work(eval, at, 1, error);
}

struct ov_value ov_eval_sort(
	struct ov_eval *eval, const struct ov_expr *at, struct ov_pair *pairs, size_t count)
{
	size_t depth = 1, effort = count;
	for (size_t n = count; n > 1; n /= 2)
		depth++;
	for (size_t i = 0; i < count; i++) {
		struct ov_value key = pairs[i].key;
		if (!has_order(key))
			return ov_eval_fail(
				eval, at, "%s has no order", ov_eval_type_name(key));
		if (key.kind != pairs[0].key.kind)
			return ov_eval_fail(eval, at,
				eval->terse ? "list elements must have the same type"
					    : "the keys have different types");
		if (key.kind == OV_KIND_STRING || key.kind == OV_KIND_BYTES)
			effort += key.count / 256;
	}
	struct ov_value error;
	/* Each key is compared about `depth` times, in memory of its own. */
	if (!ov_eval_work(eval, at, effort / 8 * depth, &error) ||
		!ov_eval_spend(eval, at,
			count * (sizeof(struct ov_pair) + sizeof(struct ov_value)), &error))
		return error;
	sort_pairs(pairs, ov_new_array(eval->arena, struct ov_pair, count), count);
	struct ov_value *items = ov_new_array(eval->arena, struct ov_value, count);
	for (size_t i = 0; i < count; i++)
		items[i] = pairs[i].value;
	return ov_value_list(items, count);
}

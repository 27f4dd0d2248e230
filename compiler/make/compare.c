/* compare: asks what an object changes of what stands in its place. Layer: make. */
#include "expr/rule.h"
#include "foreign/yaml.h"
#include "make/internal.h"

bool ov_object_before(struct ov_making *m, struct ov_worker *worker, struct ov_str path,
	const struct ov_str *same, struct ov_value *old)
{
	struct ov_before *before = m->options->before;
	struct ov_str bytes;
	return before && before->read(before, &worker->scratch, path, same, &bytes) &&
	       ov_yaml_read_one(&worker->scratch, m->run->keys, worker->cache, bytes, old);
}

static bool is_kind(struct ov_str text, struct ov_str group, struct ov_str kind)
{
	if (!group.len)
		return ov_str_eq(text, kind);
	return text.len == group.len + 1 + kind.len && text.ptr[group.len] == '/' &&
	       ov_str_eq(ov_str_sub(text, 0, group.len), group) &&
	       ov_str_eq(ov_str_sub(text, group.len + 1, text.len), kind);
}

static bool is_about(const struct ov_rule *rule, const struct ov_object *record)
{
	if (ov_is_string(rule->replaces))
		return is_kind(ov_string(rule->replaces), record->group, record->kind);
	for (size_t i = 0; i < rule->replaces.count; i++) {
		if (is_kind(ov_string(ov_at(rule->replaces, i)), record->group, record->kind))
			return true;
	}
	return false;
}

bool ov_object_compare(struct ov_making *m, struct ov_worker *worker,
	const struct ov_task *task, const struct ov_object *record, struct ov_value object)
{
	const struct ov_kind_info *kind = task->instance->doc->kind;
	struct ov_value old = {0};
	bool ok = true;
	for (size_t i = 0; i < kind->comparisons.count; i++) {
		const struct ov_rule *rule = kind->comparisons.items[i];
		if (!is_about(rule, record))
			continue;
		if (!ov_is_some(old) &&
			!ov_object_before(m, worker, record->path, &record->bytes, &old))
			break;
		struct ov_estate_host host;
		ov_estate_host_init(&host, m->estate, worker, &worker->scratch, task->instance,
			task->target, rule->slots);
		host.eval.slots[OV_SLOT_OBJECT] = object;
		host.eval.slots[OV_SLOT_OLD] = old;
		ok = ov_rule_holds(&host, worker, rule, task->instance) && ok;
	}
	return ok;
}

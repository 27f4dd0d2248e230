/* rule: asks a rule of a document. Layer: expr. */
#include "expr/rule.h"

static struct ov_value ask(struct ov_estate_host *host, const struct ov_node *node)
{
	return node ? ov_node_expand(&host->eval, node, NULL) : (struct ov_value){0};
}

static bool failed(struct ov_worker *worker, struct ov_value v,
	const struct ov_instance *instance, const struct ov_rule *rule)
{
	if (!ov_is_error(v))
		return false;
	struct ov_diag *d = ov_error_report(&worker->diags, v.error);
	ov_diag_note(&worker->diags, d, ov_span(ov_doc_loc(instance->doc)),
		"while asking the rule '%.*s' of this document", OV_STR_ARG(rule->name));
	ov_diag_subject(&worker->diags, d, ov_instance_label(&worker->scratch, instance));
	return true;
}

bool ov_rule_holds(struct ov_estate_host *host, struct ov_worker *worker,
	const struct ov_rule *rule, const struct ov_instance *instance)
{
	struct ov_value holds = ask(host, rule->assertion);
	if (failed(worker, holds, instance, rule))
		return false;
	if (!ov_is_some(holds) || (holds.kind == OV_KIND_BOOL && holds.boolean))
		return true;
	struct ov_value message = ask(host, rule->message);
	struct ov_value blame = ask(host, rule->blame);
	if (failed(worker, message, instance, rule) || failed(worker, blame, instance, rule))
		return false;
	if (holds.kind != OV_KIND_BOOL || !ov_is_string(message)) {
		struct ov_diag *wrong = ov_diag_add(&worker->diags, OV_DIAG_TEMPLATE_RESULT,
			ov_span(rule->loc), "the rule '%.*s' gives a value of type %s, not %s",
			OV_STR_ARG(rule->name),
			ov_eval_type_name(holds.kind != OV_KIND_BOOL ? holds : message),
			holds.kind != OV_KIND_BOOL ? "true or false" : "a message");
		ov_diag_note(&worker->diags, wrong, ov_span(ov_doc_loc(instance->doc)),
			"when asked of this document");
		return false;
	}
	uint32_t loc = blame.loc ? blame.loc : ov_doc_loc(instance->doc);
	const struct ov_source *source = ov_sources_at(worker->diags.sources, loc);
	if (!source || source->library)
		loc = ov_doc_loc(instance->doc);
	struct ov_diag *d = ov_diag_add(&worker->diags, OV_DIAG_RULE, ov_span(loc), "%.*s",
		OV_STR_ARG(ov_string(message)));
	if (rule->warning) {
		d->severity = OV_WARNING;
		worker->diags.errors--;
		worker->diags.warnings++;
	}
	ov_diag_note(&worker->diags, d, ov_span(rule->loc), "the rule '%.*s'",
		OV_STR_ARG(rule->name));
	if (rule->explanation.len)
		ov_diag_help(&worker->diags, d, "%.*s", OV_STR_ARG(rule->explanation));
	ov_diag_subject(&worker->diags, d, ov_instance_label(&worker->scratch, instance));
	return rule->warning;
}

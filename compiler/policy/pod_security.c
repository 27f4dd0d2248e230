/* pod_security: rules of Kyverno that apply the Pod Security Standards. Layer: policy. */
#include "policy/pod_security.h"

#include "lang/ascii.h"
#include "policy/label_selector.h"
#include "policy/pod_checks.h"
#include "policy/pod_types.h"

/* How an object of a kind holds a pod, and how fields of that pod are reported. */
struct holder {
	const char *type; /* of Go, into which it is decoded */
	const char *metadata[4], *spec[6];
	const char *path;
};

static const struct holder pod_itself = {"Pod", {"metadata"}, {"spec"}, "spec"};
static const struct holder controller = {"Deployment", {"spec", "template", "metadata"},
	{"spec", "template", "spec"}, "spec.template.spec"};
/* The metadata are not those of its pods. */
static const struct holder cron_job = {"CronJob", {"spec", "jobTemplate", "metadata"},
	{"spec", "jobTemplate", "spec", "template", "spec"},
	"spec.jobTemplate.spec.template.spec"};

static const struct holder *holder_of(struct ov_value kind)
{
	static const char *const controllers[] = {"DaemonSet", "Deployment", "Job",
		"StatefulSet", "ReplicaSet", "ReplicationController"};
	for (size_t i = 0; i < OV_COUNT(controllers); i++)
		if (ov_string_is(kind, controllers[i]))
			return &controller;
	return ov_string_is(kind, "Pod")       ? &pod_itself
	       : ov_string_is(kind, "CronJob") ? &cron_job
					       : NULL;
}

static struct ov_value follow(struct ov_value v, const char *const *names)
{
	for (; *names; names++)
		v = ov_pod_field(v, *names);
	return v;
}

/* latest, or v1.N without a zero before it. */
static bool read_version(struct ov_str s, int32_t *minor)
{
	int64_t n = 0;
	*minor = OV_POD_LATEST;
	if (!s.len || ov_str_is(s, "latest"))
		return true;
	if (!ov_str_starts(s, OV_STR("v1.")) || s.len == 3 || (s.ptr[3] == '0' && s.len > 4))
		return false;
	for (size_t i = 3; i < s.len; i++) {
		if (!ov_is_digit(s.ptr[i]) || n > INT64_MAX / 10 - 9)
			return false;
		n = n * 10 + (s.ptr[i] - '0');
	}
	*minor = n < OV_POD_LATEST ? (int32_t)n : OV_POD_LATEST;
	return true;
}

/* A pod with its containers or, with `images`, nothing but those of such an image. */
static struct ov_pod make_pod(struct ov_arena *arena, struct ov_value metadata,
	struct ov_value spec, struct ov_value images)
{
	static const char *const lists[] = {
		"initContainers", "containers", "ephemeralContainers"};
	OV_VEC(struct ov_pod_container) all = {0};
	bool some = ov_count(images) > 0;
	for (size_t i = 0; i < OV_COUNT(lists); i++) {
		struct ov_value list = ov_pod_field(spec, lists[i]);
		size_t index = 0;
		for (size_t j = 0; j < ov_count(list); j++) {
			struct ov_value v = ov_at(list, j);
			if (some &&
				!ov_wildcard_any(images, ov_string(ov_pod_field(v, "image"))))
				continue;
			struct ov_pod_container c = {
				v, ov_string(ov_pod_field(v, "name")), lists[i], index++};
			ov_vec_push(arena, &all, c);
		}
	}
	struct ov_pod pod = {.containers = all.items, .count = all.count};
	if (!some) {
		pod.annotations = ov_pod_field(metadata, "annotations");
		pod.spec = spec;
	}
	return pod;
}

/* The field with a star for each run of digits, also within names. */
static struct ov_str without_numbers(struct ov_arena *arena, struct ov_str s)
{
	char *out = ov_arena_alloc(arena, s.len + 1, 1);
	size_t len = 0;
	for (size_t i = 0; i < s.len; i++)
		if (!ov_is_digit(s.ptr[i]))
			out[len++] = s.ptr[i];
		else if (!i || !ov_is_digit(s.ptr[i - 1]))
			out[len++] = '*';
	return ov_str_n(out, len);
}

static bool is_exempt(
	const struct ov_pss_exclude *exclude, const struct ov_pod_fault *f, struct ov_str form)
{
	if (exclude->field.len && !ov_str_eq(exclude->field, form))
		return false;
	for (size_t i = 0; ov_count(exclude->values) && i < f->count; i++)
		if (!ov_wildcard_any(exclude->values, f->values[i]))
			return false;
	return true;
}

/* Whether that is the form of the field, for a comparison that needs no memory. */
static bool has_form(struct ov_str field, struct ov_str form)
{
	size_t at = 0;
	for (size_t i = 0; i < field.len; i++) {
		char c = ov_is_digit(field.ptr[i]) ? '*' : field.ptr[i];
		if (c == '*' && i && ov_is_digit(field.ptr[i]) && ov_is_digit(field.ptr[i - 1]))
			continue;
		if (ov_byte(form, at++) != c)
			return false;
	}
	return at == form.len;
}

/*
 * Takes away the first fault of this form, for a container's in one of the same name, whether
 * or not its values are those that are exempt. The last one moves into its place.
 */
static void take_away(struct ov_pod_finding *finding, const struct ov_pod_fault *like,
	struct ov_str form, bool by_container)
{
	for (size_t i = 0; i < finding->faults.count; i++) {
		struct ov_pod_fault *f = &finding->faults.items[i];
		if (!has_form(f->field, form) ||
			(by_container && f->container &&
				!ov_str_eq(f->container->name, like->container->name)))
			continue;
		*f = finding->faults.items[--finding->faults.count];
		break;
	}
	if (!finding->faults.count)
		finding->forbidden = false;
}

/* What the checks say of the excluded part alone is what they may not say of the pod. */
static void apply_exclude(struct ov_arena *arena, const struct ov_pss_exclude *exclude,
	struct ov_value metadata, struct ov_value spec, bool baseline, int32_t minor,
	struct ov_pod_finding findings[OV_POD_CHECKS])
{
	struct ov_pod_finding part[OV_POD_CHECKS];
	bool by_container = ov_count(exclude->images) > 0;
	struct ov_pod pod = make_pod(arena, metadata, spec, exclude->images);
	/* The reference keeps the pod valid with a container that sets nothing. */
	struct ov_pod_container fake = {.name = OV_STR_INIT("fake"), .list = "containers"};
	if (!by_container) {
		pod.containers = &fake;
		pod.count = 1;
	}
	ov_pod_checks(arena, &pod, baseline, minor, part);
	for (size_t i = 0; i < OV_POD_CHECKS; i++) {
		if (!ov_pod_control(i) || !ov_str_is(exclude->control, ov_pod_control(i)))
			continue;
		for (size_t j = 0; j < part[i].faults.count; j++) {
			const struct ov_pod_fault *f = &part[i].faults.items[j];
			struct ov_str form = without_numbers(arena, f->field);
			if (is_exempt(exclude, f, form))
				take_away(&findings[i], f, form, by_container);
		}
	}
}

static void add_replaced(
	struct ov_buf *buf, struct ov_str s, struct ov_str what, const char *with)
{
	size_t from = 0, at;
	while ((at = ov_str_find(s, what, from)) != SIZE_MAX) {
		ov_buf_add(buf, ov_str_sub(s, from, at));
		ov_buf_puts(buf, with);
		from = at + what.len;
	}
	ov_buf_add(buf, ov_str_sub(s, from, s.len));
}

/* A field of the pod as one of the object; both words are replaced wherever they stand. */
static void add_field(
	struct ov_buf *buf, struct ov_arena *arena, struct ov_str field, const char *path)
{
	struct ov_buf first;
	ov_buf_init(&first);
	add_replaced(&first, field, OV_STR("spec"), path);
	add_replaced(buf, ov_str_dup(arena, ov_buf_str(&first)), OV_STR("metadata"),
		"spec.template.metadata");
	ov_buf_release(&first);
}

static void add_fault(struct ov_buf *buf, struct ov_arena *arena, const struct ov_pod_fault *f,
	const char *path)
{
	add_field(buf, arena, f->field, path);
	if (f->required || !f->count) {
		ov_buf_puts(buf, f->required ? ": Required value" : ": Forbidden");
		return;
	}
	ov_buf_puts(buf, " is forbidden, forbidden values found: ");
	ov_buf_puts(buf, f->list ? "[" : "");
	for (size_t i = 0; i < f->count; i++) {
		ov_buf_puts(buf, i ? " " : "");
		ov_buf_add(buf, f->values[i]);
	}
	ov_buf_puts(buf, f->list ? "]" : "");
}

static bool add_findings(struct ov_buf *buf, struct ov_arena *arena,
	const struct ov_pod_finding findings[OV_POD_CHECKS], const char *path)
{
	bool any = false;
	for (size_t i = 0; i < OV_POD_CHECKS; i++) {
		const struct ov_pod_finding *f = &findings[i];
		if (!f->forbidden)
			continue;
		any = true;
		ov_buf_puts(buf, "(Forbidden reason: ");
		ov_buf_add(buf, f->reason);
		ov_buf_puts(buf, ", field error list: [");
		for (size_t j = 0; j < f->faults.count; j++) {
			ov_buf_puts(buf, j ? ", " : "");
			add_fault(buf, arena, &f->faults.items[j], path);
		}
		ov_buf_puts(buf, "])");
	}
	return any;
}

static void fail(struct ov_arena *arena, struct ov_pss_result *result, const char *what,
	struct ov_str why)
{
	result->error = true;
	result->message = ov_str_fmt(arena, "%s: %.*s", what, OV_STR_ARG(why));
}

void ov_pod_security(struct ov_arena *arena, struct ov_value object, struct ov_str level,
	struct ov_str version, const struct ov_pss_exclude *excludes, size_t count,
	struct ov_str rule, struct ov_pss_result *result)
{
	struct ov_pod_finding findings[OV_POD_CHECKS];
	const struct holder *holder = holder_of(ov_get(object, "kind"));
	struct ov_str why = OV_STR("could not find correct resource type");
	bool baseline = ov_str_is(level, "baseline");
	int32_t minor;
	*result = (struct ov_pss_result){0};
	if (!holder || !ov_pod_type_check(arena, holder->type, object, &why)) {
		fail(arena, result, "Error while getting new resource", why);
		return;
	}
	if (!read_version(version, &minor)) {
		fail(arena, result, "failed to parse pod security api version",
			OV_STR("must be \"latest\" or \"v1.x\""));
		return;
	}
	struct ov_value metadata = follow(object, holder->metadata);
	struct ov_value spec = follow(object, holder->spec);
	struct ov_pod pod = make_pod(arena, metadata, spec, (struct ov_value){0});
	ov_pod_checks(arena, &pod, baseline, minor, findings);
	for (size_t i = 0; i < count; i++)
		apply_exclude(arena, &excludes[i], metadata, spec, baseline, minor, findings);

	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_buf_addf(&buf,
		"Validation rule '%.*s' failed. It violates PodSecurity \"%.*s:%.*s\": ",
		OV_STR_ARG(rule), OV_STR_ARG(level), OV_STR_ARG(version));
	result->ok = !add_findings(&buf, arena, findings, holder->path);
	result->message = result->ok ? ov_str_fmt(arena, "Validation rule '%.*s' passed.",
					       OV_STR_ARG(rule))
				     : ov_str_dup(arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
}

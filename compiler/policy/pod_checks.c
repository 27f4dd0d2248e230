/* pod_checks: the checks of the Pod Security Standards, one by one. Layer: policy. */
#include "policy/pod_checks.h"

#include <stdlib.h>

#include "policy/pod_types.h"

struct check {
	struct ov_arena *arena;
	const struct ov_pod *pod;
	int32_t minor;
	struct ov_pod_finding *out;
};

static struct ov_value field(struct ov_value object, const char *name)
{
	return ov_pod_field(object, name);
}

/* A field of the security context of the pod or, with `c`, of a container. */
static struct ov_value context(
	const struct check *k, const struct ov_pod_container *c, const char *name)
{
	return field(field(c ? c->value : k->pod->spec, "securityContext"), name);
}

static struct ov_pod_fault *add(
	struct check *k, const struct ov_pod_container *c, const char *path)
{
	struct ov_pod_fault f = {.container = c};
	f.field = c ? ov_str_fmt(k->arena, "spec.%s[%zu].%s", c->list, c->index, path)
		    : ov_str_fmt(k->arena, "spec.%s", path);
	k->out->forbidden = true;
	ov_vec_push(k->arena, &k->out->faults, f);
	return &k->out->faults.items[k->out->faults.count - 1];
}

static void missing(struct check *k, const struct ov_pod_container *c, const char *path)
{
	add(k, c, path)->required = true;
}

static void set_values(struct ov_pod_fault *f, const struct ov_str *values, size_t count)
{
	f->values = values;
	f->count = count;
}

/* An empty text is reported as no value. */
static void set_text(struct check *k, struct ov_pod_fault *f, struct ov_str text)
{
	struct ov_str *value = ov_new(k->arena, struct ov_str);
	*value = text;
	set_values(f, value, text.len > 0);
}

static void forbid(
	struct check *k, const struct ov_pod_container *c, const char *path, struct ov_str text)
{
	set_text(k, add(k, c, path), text);
}

static bool is_one_of(struct ov_str s, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ov_str_is(s, names[i]))
			return true;
	return false;
}

static int compare(const void *a, const void *b)
{
	return ov_str_cmp(*(const struct ov_str *)a, *(const struct ov_str *)b);
}

/* Sorts, drops doubles and returns the new count. */
static size_t make_set(struct ov_str *items, size_t count)
{
	size_t kept = 0;
	if (count > 1)
		qsort(items, count, sizeof *items, compare);
	for (size_t i = 0; i < count; i++)
		if (!kept || !ov_str_eq(items[kept - 1], items[i]))
			items[kept++] = items[i];
	return kept;
}

/* Forbids what the list has besides `allowed`. */
static void forbid_others(struct check *k, const struct ov_pod_container *c, const char *path,
	struct ov_value list, const char *const *allowed, size_t count)
{
	struct ov_str *others = ov_new_array(k->arena, struct ov_str, ov_count(list) + 1);
	size_t n = 0;
	for (size_t i = 0; i < ov_count(list); i++)
		if (!is_one_of(ov_string(ov_at(list, i)), allowed, count))
			others[n++] = ov_string(ov_at(list, i));
	if (!n)
		return;
	struct ov_pod_fault *f = add(k, c, path);
	f->list = true;
	set_values(f, others, make_set(others, n));
}

static bool is_true(struct ov_value v)
{
	return ov_bool(v, false);
}

static bool is_false(struct ov_value v)
{
	return v.kind == OV_KIND_BOOL && !v.boolean;
}

static int64_t integer(struct ov_value v)
{
	return v.kind == OV_KIND_DOUBLE ? (int64_t)v.number
	       : v.kind == OV_KIND_INT  ? v.integer
					: 0;
}

static bool is_windows(const struct check *k)
{
	return ov_string_is(field(field(k->pod->spec, "os"), "name"), "windows");
}

/* A check of one container or, with NULL, of the pod. */
typedef void part_check(struct check *k, const struct ov_pod_container *c);

static void each(struct check *k, part_check *part)
{
	for (size_t i = 0; i < k->pod->count; i++)
		part(k, &k->pod->containers[i]);
}

static void pod_and_each(struct check *k, part_check *part)
{
	part(k, NULL);
	each(k, part);
}

static void escalation(struct check *k, const struct ov_pod_container *c)
{
	static const char path[] = "securityContext.allowPrivilegeEscalation";
	struct ov_value allow = context(k, c, "allowPrivilegeEscalation");
	if (!ov_is_some(field(c->value, "securityContext")))
		missing(k, c, path);
	else if (!ov_is_some(allow))
		forbid(k, c, path, OV_STR("nil"));
	else if (is_true(allow))
		forbid(k, c, path, OV_STR("true"));
}

static void check_escalation(struct check *k)
{
	k->out->reason = OV_STR("allowPrivilegeEscalation != false");
	if (k->minor < 25 || !is_windows(k))
		each(k, escalation);
}

static const char *const profiles[] = {"RuntimeDefault", "Localhost"};

static void profile(
	struct check *k, const struct ov_pod_container *c, struct ov_value v, const char *path)
{
	struct ov_str type = ov_string(field(v, "type"));
	if (ov_is_some(v) && !is_one_of(type, profiles, OV_COUNT(profiles)))
		forbid(k, c, path, type);
}

static void app_armor(struct check *k, const struct ov_pod_container *c)
{
	profile(k, c, context(k, c, "appArmorProfile"), "securityContext.appArmorProfile.type");
}

static void forbid_annotation(struct check *k, struct ov_str key, struct ov_str value)
{
	struct ov_pod_fault *f = add(k, NULL, "");
	f->field = ov_str_fmt(k->arena, "metadata.annotations[%.*s]", OV_STR_ARG(key));
	set_text(k, f, value);
}

static void check_app_armor(struct check *k)
{
	struct ov_value all = k->pod->annotations;
	pod_and_each(k, app_armor);
	size_t count = k->out->faults.count;
	struct ov_str *types = ov_new_array(k->arena, struct ov_str, count + 1);
	for (size_t i = 0; i < count; i++)
		if (k->out->faults.items[i].count)
			types[i] = k->out->faults.items[i].values[0];
	count = make_set(types, count);
	for (size_t i = 0; ov_is_map(all) && i < all.count; i++) {
		struct ov_str key = all.entries[i].key->str;
		struct ov_str value = ov_string(all.entries[i].value);
		if (!ov_str_starts(
			    key, OV_STR("container.apparmor.security.beta.kubernetes.io/")) ||
			!value.len || ov_str_is(value, "runtime/default") ||
			ov_str_starts(value, OV_STR("localhost/")))
			continue;
		forbid_annotation(k, key, value);
		count++;
	}
	k->out->reason = count == 1 ? OV_STR("forbidden AppArmor profile")
				    : OV_STR("forbidden AppArmor profiles");
}

static const char add_path[] = "securityContext.capabilities.add";
static const char drop_path[] = "securityContext.capabilities.drop";

static void capabilities_baseline(struct check *k, const struct ov_pod_container *c)
{
	static const char *const allowed[] = {"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER",
		"FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP",
		"SETUID", "SYS_CHROOT"};
	forbid_others(k, c, add_path, field(context(k, c, "capabilities"), "add"), allowed,
		OV_COUNT(allowed));
}

static void check_capabilities_baseline(struct check *k)
{
	k->out->reason = OV_STR("non-default capabilities");
	each(k, capabilities_baseline);
}

static void drop_all(struct check *k, const struct ov_pod_container *c)
{
	struct ov_value drop = field(context(k, c, "capabilities"), "drop");
	for (size_t i = 0; i < ov_count(drop); i++)
		if (ov_string_is(ov_at(drop, i), "ALL"))
			return;
	if (ov_count(drop))
		forbid_others(k, c, drop_path, drop, NULL, 0);
	else
		missing(k, c, drop_path);
}

static void add_little(struct check *k, const struct ov_pod_container *c)
{
	static const char *const allowed[] = {"NET_BIND_SERVICE"};
	forbid_others(k, c, add_path, field(context(k, c, "capabilities"), "add"), allowed,
		OV_COUNT(allowed));
}

static void check_capabilities_restricted(struct check *k)
{
	k->out->reason = OV_STR("unrestricted capabilities");
	if (k->minor >= 25 && is_windows(k))
		return;
	each(k, drop_all);
	each(k, add_little);
}

static void check_host_namespaces(struct check *k)
{
	static const char *const names[] = {"hostNetwork", "hostPID", "hostIPC"};
	k->out->reason = OV_STR("host namespaces");
	for (size_t i = 0; i < OV_COUNT(names); i++)
		if (is_true(field(k->pod->spec, names[i])))
			forbid(k, NULL, names[i], OV_STR("true"));
}

/* The path of something in a list. */
static const char *indexed(struct check *k, const char *list, size_t i, const char *name)
{
	return ov_str_fmt(k->arena, "%s[%zu].%s", list, i, name).ptr;
}

static void check_host_path_volumes(struct check *k)
{
	struct ov_value volumes = field(k->pod->spec, "volumes");
	k->out->reason = OV_STR("hostPath volumes");
	for (size_t i = 0; i < ov_count(volumes); i++) {
		struct ov_value source = field(ov_at(volumes, i), "hostPath");
		if (ov_is_some(source))
			forbid(k, NULL, indexed(k, "volumes", i, "hostPath"),
				ov_string(field(source, "path")));
	}
}

static void host_ports(struct check *k, const struct ov_pod_container *c)
{
	struct ov_value ports = field(c->value, "ports");
	for (size_t i = 0; i < ov_count(ports); i++) {
		int64_t port = integer(field(ov_at(ports, i), "hostPort"));
		if (port)
			forbid(k, c, indexed(k, "ports", i, "hostPort"),
				ov_str_fmt(k->arena, "%lld", (long long)port));
	}
}

static void check_host_ports(struct check *k)
{
	k->out->reason = OV_STR("hostPort");
	each(k, host_ports);
}

static bool has_host(struct ov_value handler)
{
	return ov_string(field(field(handler, "httpGet"), "host")).len ||
	       ov_string(field(field(handler, "tcpSocket"), "host")).len;
}

/* This check alone names no field, so that nothing exempts from it. */
static void probes(struct check *k, const struct ov_pod_container *c)
{
	struct ov_value lifecycle = field(c->value, "lifecycle");
	if (has_host(field(c->value, "livenessProbe")) ||
		has_host(field(c->value, "readinessProbe")) ||
		has_host(field(c->value, "startupProbe")) ||
		has_host(field(lifecycle, "postStart")) ||
		has_host(field(lifecycle, "preStop")))
		k->out->forbidden = true;
}

static void check_probes(struct check *k)
{
	k->out->reason = OV_STR("probe or lifecycle host");
	each(k, probes);
}

static void privileged(struct check *k, const struct ov_pod_container *c)
{
	if (is_true(context(k, c, "privileged")))
		forbid(k, c, "securityContext.privileged", OV_STR("true"));
}

static void check_privileged(struct check *k)
{
	k->out->reason = OV_STR("privileged");
	each(k, privileged);
}

static void proc_mount(struct check *k, const struct ov_pod_container *c)
{
	struct ov_value v = context(k, c, "procMount");
	if (ov_is_some(v) && !ov_string_is(v, "Default"))
		forbid(k, c, "securityContext.procMount", ov_string(v));
}

static void check_proc_mount(struct check *k)
{
	k->out->reason = OV_STR("procMount");
	each(k, proc_mount);
}

/* The first of the names that the volume has, or NULL. */
static const char *source_of(struct ov_value volume, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ov_is_some(field(volume, names[i])))
			return names[i];
	return NULL;
}

static void check_restricted_volumes(struct check *k)
{
	static const char *const allowed[] = {"configMap", "csi", "downwardAPI", "emptyDir",
		"ephemeral", "image", "persistentVolumeClaim", "projected", "secret"};
	static const char *const restricted[] = {"hostPath", "gcePersistentDisk",
		"awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd",
		"flexVolume", "cinder", "cephfs", "flocker", "fc", "azureFile", "vsphereVolume",
		"quobyte", "azureDisk", "photonPersistentDisk", "portworxVolume", "scaleIO",
		"storageos"};
	struct ov_value volumes = field(k->pod->spec, "volumes");
	k->out->reason = OV_STR("restricted volume types");
	for (size_t i = 0; i < ov_count(volumes); i++) {
		struct ov_value volume = ov_at(volumes, i);
		if (source_of(volume, allowed, OV_COUNT(allowed)))
			continue;
		const char *source = source_of(volume, restricted, OV_COUNT(restricted));
		add(k, NULL, indexed(k, "volumes", i, source ? source : "unknown"));
	}
}

static const char root_path[] = "securityContext.runAsNonRoot";

static void set_root(struct check *k, const struct ov_pod_container *c)
{
	if (is_false(context(k, c, "runAsNonRoot")))
		forbid(k, c, root_path, OV_STR("false"));
}

static void unset_root(struct check *k, const struct ov_pod_container *c)
{
	if (!ov_is_some(context(k, c, "runAsNonRoot")))
		missing(k, c, root_path);
}

static void check_non_root(struct check *k)
{
	k->out->reason = OV_STR("runAsNonRoot != true");
	pod_and_each(k, set_root);
	if (!is_true(context(k, NULL, "runAsNonRoot")))
		each(k, unset_root);
}

static void user(struct check *k, const struct ov_pod_container *c)
{
	struct ov_value v = context(k, c, "runAsUser");
	if (ov_is_some(v) && !integer(v))
		forbid(k, c, "securityContext.runAsUser", OV_STR("0"));
}

static void check_user(struct check *k)
{
	k->out->reason = OV_STR("runAsUser=0");
	pod_and_each(k, user);
}

static void se_linux(struct check *k, const struct ov_pod_container *c)
{
	static const char *const types[] = {
		"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"};
	struct ov_value options = context(k, c, "seLinuxOptions");
	struct ov_str type = ov_string(field(options, "type"));
	struct ov_str name = ov_string(field(options, "user"));
	struct ov_str role = ov_string(field(options, "role"));
	if (!is_one_of(type, types, k->minor < 31 ? OV_COUNT(types) - 1 : OV_COUNT(types)))
		forbid(k, c, "securityContext.seLinuxOptions.type", type);
	if (name.len)
		forbid(k, c, "securityContext.seLinuxOptions.user", name);
	if (role.len)
		forbid(k, c, "securityContext.seLinuxOptions.role", role);
}

static void check_se_linux(struct check *k)
{
	k->out->reason = OV_STR("seLinuxOptions");
	pod_and_each(k, se_linux);
}

static void seccomp_annotation(struct check *k, struct ov_str key)
{
	struct ov_value v = ov_get_str(k->pod->annotations, key);
	struct ov_str s = ov_string(v);
	if (ov_is_some(v) && !ov_str_is(s, "runtime/default") &&
		!ov_str_is(s, "docker/default") && !ov_str_starts(s, OV_STR("localhost/")))
		forbid_annotation(k, key, s);
}

static void seccomp_annotation_of(struct check *k, const struct ov_pod_container *c)
{
	seccomp_annotation(
		k, ov_str_fmt(k->arena, "container.seccomp.security.alpha.kubernetes.io/%.*s",
			   OV_STR_ARG(c->name)));
}

static const char seccomp_path[] = "securityContext.seccompProfile.type";

static void seccomp(struct check *k, const struct ov_pod_container *c)
{
	profile(k, c, context(k, c, "seccompProfile"), seccomp_path);
}

static void no_seccomp(struct check *k, const struct ov_pod_container *c)
{
	if (!ov_is_some(context(k, c, "seccompProfile")))
		missing(k, c, seccomp_path);
}

static void check_seccomp_baseline(struct check *k)
{
	k->out->reason = OV_STR("seccompProfile");
	if (k->minor < 19) {
		seccomp_annotation(k, OV_STR("seccomp.security.alpha.kubernetes.io/pod"));
		each(k, seccomp_annotation_of);
	} else {
		pod_and_each(k, seccomp);
	}
}

static void check_seccomp_restricted(struct check *k)
{
	k->out->reason = OV_STR("seccompProfile");
	if (k->minor >= 25 && is_windows(k))
		return;
	pod_and_each(k, seccomp);
	if (!k->out->forbidden && !ov_is_some(context(k, NULL, "seccompProfile")))
		each(k, no_seccomp);
}

static void check_sysctls(struct check *k)
{
	/* From 1.0, 1.27, 1.29 and 1.32. */
	static const char *const safe[] = {"kernel.shm_rmid_forced",
		"net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies",
		"net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start",
		"net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time",
		"net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
		"net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"};
	size_t count = k->minor < 27 ? 5 : k->minor < 29 ? 6 : k->minor < 32 ? 10 : 12;
	struct ov_value sysctls = context(k, NULL, "sysctls");
	k->out->reason = OV_STR("forbidden sysctls");
	for (size_t i = 0; i < ov_count(sysctls); i++) {
		struct ov_str name = ov_string(field(ov_at(sysctls, i), "name"));
		if (!is_one_of(name, safe, count))
			forbid(k, NULL, indexed(k, "securityContext.sysctls", i, "name"), name);
	}
}

static void host_process(struct check *k, const struct ov_pod_container *c)
{
	if (is_true(field(context(k, c, "windowsOptions"), "hostProcess")))
		forbid(k, c, "securityContext.windowsOptions.hostProcess", OV_STR("true"));
}

static void check_host_process(struct check *k)
{
	k->out->reason = OV_STR("hostProcess");
	pod_and_each(k, host_process);
}

/* In the order of the names of the reference's files, which is that of its reports. */
static const struct {
	void (*run)(struct check *k);
	const char *control;
	bool restricted;
} checks[] = {
	{check_escalation, "Privilege Escalation", true},
	{check_app_armor, "AppArmor", false},
	{check_capabilities_baseline, "Capabilities", false},
	{check_capabilities_restricted, "Capabilities", true},
	{check_host_namespaces, "Host Namespaces", false},
	{check_host_path_volumes, "HostPath Volumes", false},
	{check_host_ports, "Host Ports", false},
	{check_probes, NULL, false},
	{check_privileged, "Privileged Containers", false},
	{check_proc_mount, "/proc Mount Type", false},
	{check_restricted_volumes, "Volume Types", true},
	{check_non_root, "Running as Non-root", true},
	{check_user, "Running as Non-root user", true},
	{check_se_linux, "SELinux", false},
	{check_seccomp_baseline, "Seccomp", false},
	{check_seccomp_restricted, "Seccomp", true},
	{check_sysctls, "Sysctls", false},
	{check_host_process, "HostProcess", false},
};

_Static_assert(OV_COUNT(checks) == OV_POD_CHECKS, "a finding for each check");

const char *ov_pod_control(size_t i)
{
	return checks[i].control;
}

void ov_pod_checks(struct ov_arena *arena, const struct ov_pod *pod, bool baseline,
	int32_t minor, struct ov_pod_finding findings[OV_POD_CHECKS])
{
	for (size_t i = 0; i < OV_POD_CHECKS; i++) {
		struct check k = {arena, pod, minor, &findings[i]};
		findings[i] = (struct ov_pod_finding){0};
		if (!baseline || !checks[i].restricted)
			checks[i].run(&k);
	}
}

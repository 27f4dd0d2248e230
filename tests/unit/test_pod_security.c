/* Tests of the Pod Security Standards: each control, versions, exclusions, what cannot be read.
 */
#include "policy/pod_security.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expr/jmespath_read.h"
#include "policy/pod_types.h"

struct fixture {
	struct ov_arena arena;
	struct ov_keys *keys;
	struct ov_pss_result result;
};

static void begin(struct fixture *f)
{
	*f = (struct fixture){.keys = ov_keys_new(1)};
}

static void end(struct fixture *f)
{
	ov_keys_free(f->keys);
	ov_arena_release(&f->arena);
}

static struct ov_value yaml(struct fixture *f, struct ov_str text)
{
	struct ov_str why = {0};
	struct ov_value v = ov_jp_read_yaml(&f->arena, f->keys, NULL, text, &why);
	if (!ov_is_some(v))
		fail_msg("%.*s: %.*s", OV_STR_ARG(text), OV_STR_ARG(why));
	return v;
}

/* Applies the rule R with exclusions in the form of a policy. */
static void apply(struct fixture *f, const char *level, const char *version,
	struct ov_value object, const char *excludes)
{
	struct ov_value list = yaml(f, ov_str_c(excludes));
	size_t count = ov_count(list);
	struct ov_pss_exclude *some = ov_new_array(&f->arena, struct ov_pss_exclude, count + 1);
	for (size_t i = 0; i < count; i++) {
		struct ov_value e = ov_at(list, i);
		some[i] = (struct ov_pss_exclude){
			.control = ov_string(ov_get(e, "controlName")),
			.images = ov_get(e, "images"),
			.field = ov_string(ov_get(e, "restrictedField")),
			.values = ov_get(e, "values"),
		};
	}
	ov_pod_security(&f->arena, object, ov_str_c(level), ov_str_c(version), some, count,
		OV_STR("R"), &f->result);
}

/* A Pod with these fields of its spec, in flow style. */
static struct ov_value pod(struct fixture *f, const char *spec)
{
	return yaml(
		f, ov_str_fmt(&f->arena, "{kind: Pod, metadata: {name: p}, spec: {%s}}", spec));
}

static void assert_message(struct fixture *f, const char *what, const char *want)
{
	if (!ov_str_is(f->result.message, want))
		fail_msg("%s: got %.*s, want %s", what, OV_STR_ARG(f->result.message), want);
}

/* What each control says of a pod; NULL where it says nothing. Other controls are not looked
 * at. */
static void test_controls(void **state)
{
#define C  "containers: [{name: a, securityContext: "
#define CS "spec.containers[0].securityContext."
	static const struct {
		const char *level, *spec, *reason, *list;
	} cases[] = {
		{"restricted", C "{allowPrivilegeEscalation: false}}]",
			"allowPrivilegeEscalation != false", NULL},
		{"restricted", C "{allowPrivilegeEscalation: true}}]",
			"allowPrivilegeEscalation != false",
			CS
			"allowPrivilegeEscalation is forbidden, forbidden values found: true"},
		{"restricted", C "{}}, {name: b}]", "allowPrivilegeEscalation != false",
			CS
			"allowPrivilegeEscalation is forbidden, forbidden values found: nil, "
			"spec.containers[1].securityContext.allowPrivilegeEscalation: "
			"Required value"},
		{"baseline", C "{}}]", "allowPrivilegeEscalation != false", NULL},
		{"baseline", "securityContext: {appArmorProfile: {type: Localhost}}",
			"forbidden AppArmor profile", NULL},
		{"baseline", "securityContext: {appArmorProfile: {type: Unconfined}}",
			"forbidden AppArmor profile",
			"spec.securityContext.appArmorProfile.type is forbidden, forbidden "
			"values found: Unconfined"},
		{"baseline",
			"securityContext: {appArmorProfile: {}}, " C
			"{appArmorProfile: {type: Unconfined}}}]",
			"forbidden AppArmor profiles",
			"spec.securityContext.appArmorProfile.type: Forbidden, " CS
			"appArmorProfile.type is forbidden, forbidden values found: "
			"Unconfined"},
		{"baseline", C "{capabilities: {add: [CHOWN, KILL]}}}]",
			"non-default capabilities", NULL},
		{"baseline", C "{capabilities: {add: [SYS_TIME, KILL, NET_RAW, SYS_TIME]}}}]",
			"non-default capabilities",
			CS "capabilities.add is forbidden, forbidden values found: "
			   "[NET_RAW SYS_TIME]"},
		{"restricted",
			C "{capabilities: {drop: [KILL, ALL], add: [NET_BIND_SERVICE]}}}]",
			"unrestricted capabilities", NULL},
		{"restricted",
			C "{capabilities: {drop: [NET_RAW, KILL], add: [CHOWN]}}}, {name: b}]",
			"unrestricted capabilities",
			CS "capabilities.drop is forbidden, forbidden values found: "
			   "[KILL NET_RAW], "
			   "spec.containers[1].securityContext.capabilities.drop: Required "
			   "value, " CS
			   "capabilities.add is forbidden, forbidden values found: [CHOWN]"},
		{"baseline", "hostNetwork: false, hostPID: null", "host namespaces", NULL},
		{"baseline", "hostIPC: true, hostNetwork: true", "host namespaces",
			"spec.hostNetwork is forbidden, forbidden values found: true, "
			"spec.hostIPC is forbidden, forbidden values found: true"},
		{"baseline", "volumes: [{name: v, emptyDir: {}, hostPath: null}]",
			"hostPath volumes", NULL},
		{"baseline", "volumes: [{name: v, hostPath: {path: /x}}, {hostPath: {}}]",
			"hostPath volumes",
			"spec.volumes[0].hostPath is forbidden, forbidden values found: /x, "
			"spec.volumes[1].hostPath: Forbidden"},
		{"baseline", "containers: [{ports: [{hostPort: 0}, {containerPort: 80}]}]",
			"hostPort", NULL},
		{"baseline",
			"initContainers: [{ports: [{}, {hostPort: 80}]}], "
			"containers: [{ports: [{hostPort: 81.0}]}], "
			"ephemeralContainers: [{ports: [{hostPort: 82}]}]",
			"hostPort",
			"spec.initContainers[0].ports[1].hostPort is forbidden, forbidden "
			"values found: 80, "
			"spec.containers[0].ports[0].hostPort is forbidden, forbidden values "
			"found: 81, "
			"spec.ephemeralContainers[0].ports[0].hostPort is forbidden, forbidden "
			"values found: 82"},
		{"baseline", "containers: [{livenessProbe: {httpGet: {port: 80, host: ''}}}]",
			"probe or lifecycle host", NULL},
		{"baseline", "containers: [{livenessProbe: {httpGet: {port: 80, host: h}}}]",
			"probe or lifecycle host", ""},
		{"baseline", "containers: [{lifecycle: {preStop: {tcpSocket: {host: h}}}}]",
			"probe or lifecycle host", ""},
		{"baseline", C "{privileged: false}}]", "privileged", NULL},
		{"baseline", C "{privileged: true}}]", "privileged",
			CS "privileged is forbidden, forbidden values found: true"},
		{"baseline", C "{procMount: Default}}]", "procMount", NULL},
		{"baseline", C "{procMount: Unmasked}}]", "procMount",
			CS "procMount is forbidden, forbidden values found: Unmasked"},
		{"restricted", "volumes: [{image: {}}, {csi: {}, nfs: {}}, {ephemeral: {}}]",
			"restricted volume types", NULL},
		{"restricted", "volumes: [{hostPath: {path: /x}}, {nfs: {}}, {name: v}]",
			"restricted volume types",
			"spec.volumes[0].hostPath: Forbidden, spec.volumes[1].nfs: Forbidden, "
			"spec.volumes[2].unknown: Forbidden"},
		{"restricted", "securityContext: {runAsNonRoot: true}, containers: [{name: a}]",
			"runAsNonRoot != true", NULL},
		{"restricted", C "{runAsNonRoot: true}}]", "runAsNonRoot != true", NULL},
		{"restricted",
			"securityContext: {runAsNonRoot: false}, " C
			"{runAsNonRoot: false}}, {name: b}]",
			"runAsNonRoot != true",
			"spec.securityContext.runAsNonRoot is forbidden, forbidden values "
			"found: false, " CS
			"runAsNonRoot is forbidden, forbidden values found: false, "
			"spec.containers[1].securityContext.runAsNonRoot: Required value"},
		{"restricted", "securityContext: {runAsUser: 1}, " C "{}}]", "runAsUser=0",
			NULL},
		{"restricted", "securityContext: {runAsUser: 0}, " C "{runAsUser: 0}}]",
			"runAsUser=0",
			"spec.securityContext.runAsUser is forbidden, forbidden values found: "
			"0, " CS "runAsUser is forbidden, forbidden values found: 0"},
		{"baseline", "securityContext: {seLinuxOptions: {type: container_engine_t}}",
			"seLinuxOptions", NULL},
		{"baseline",
			"securityContext: {seLinuxOptions: {type: spc_t, user: u}}, " C
			"{seLinuxOptions: {role: r}}}]",
			"seLinuxOptions",
			"spec.securityContext.seLinuxOptions.type is forbidden, forbidden "
			"values found: spc_t, spec.securityContext.seLinuxOptions.user is "
			"forbidden, forbidden values found: u, " CS
			"seLinuxOptions.role is forbidden, forbidden values found: r"},
		{"baseline", C "{seccompProfile: {type: Localhost}}}]", "seccompProfile", NULL},
		{"baseline", C "{seccompProfile: {type: Unconfined}}}]", "seccompProfile",
			CS "seccompProfile.type is forbidden, forbidden values found: "
			   "Unconfined"},
		{"baseline", C "{}}]", "seccompProfile", NULL},
		{"restricted", C "{}}]", "seccompProfile",
			CS "seccompProfile.type: Required value"},
		{"restricted",
			"securityContext: {seccompProfile: {type: RuntimeDefault}}, " C "{}}]",
			"seccompProfile", NULL},
		{"baseline", "securityContext: {sysctls: [{name: net.ipv4.tcp_rmem}]}",
			"forbidden sysctls", NULL},
		{"baseline", "securityContext: {sysctls: [{name: kernel.msgmax}]}",
			"forbidden sysctls",
			"spec.securityContext.sysctls[0].name is forbidden, forbidden values "
			"found: kernel.msgmax"},
		{"baseline", C "{windowsOptions: {hostProcess: false}}}]", "hostProcess", NULL},
		{"baseline",
			"securityContext: {windowsOptions: {hostProcess: true}}, " C
			"{windowsOptions: {hostProcess: true}}}]",
			"hostProcess",
			"spec.securityContext.windowsOptions.hostProcess is forbidden, "
			"forbidden values found: true, " CS
			"windowsOptions.hostProcess is forbidden, forbidden values found: "
			"true"},
	};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(cases); i++) {
		struct fixture f;
		begin(&f);
		apply(&f, cases[i].level, "latest", pod(&f, cases[i].spec), "[]");
		const char *list = cases[i].list ? cases[i].list : "";
		struct ov_str part =
			ov_str_fmt(&f.arena, "(Forbidden reason: %s, field error list: [%s%s",
				cases[i].reason, list, cases[i].list ? "])" : "");
		bool found = ov_str_find(f.result.message, part, 0) != SIZE_MAX;
		if (f.result.error || found != (cases[i].list != NULL))
			fail_msg("%s: %.*s", cases[i].spec, OV_STR_ARG(f.result.message));
		end(&f);
	}
#undef C
#undef CS
}

static void test_annotations(void **state)
{
	static const char object[] =
		"kind: Pod\n"
		"metadata:\n"
		"  annotations:\n"
		"    container.apparmor.security.beta.kubernetes.io/c1: unconfined\n"
		"    container.apparmor.security.beta.kubernetes.io/c2: localhost/x\n"
		"    container.apparmor.security.beta.kubernetes.io/c3: runtime/default\n"
		"    container.seccomp.security.alpha.kubernetes.io/c1: unconfined\n"
		"    container.seccomp.security.alpha.kubernetes.io/c2: docker/default\n"
		"    container.seccomp.security.alpha.kubernetes.io/c9: unconfined\n"
		"spec: {containers: [{name: c1}, {name: c2}]}\n";
	static const char armor[] =
		"(Forbidden reason: forbidden AppArmor profile, field error list: "
		"[spec.template.metadata.annotations[container.apparmor.security.beta."
		"kubernetes.io/c1] is forbidden, forbidden values found: unconfined])";
	static const char seccomp[] =
		"(Forbidden reason: seccompProfile, field error list: "
		"[spec.template.metadata.annotations[container.seccomp.security.alpha."
		"kubernetes.io/c1] is forbidden, forbidden values found: unconfined])";
	struct fixture f;
	(void)state;
	begin(&f);
	struct ov_value v = yaml(&f, ov_str_c(object));
	apply(&f, "baseline", "v1.19", v, "[]");
	struct ov_str head = ov_str_fmt(&f.arena,
		"Validation rule 'R' failed. It violates PodSecurity \"baseline:v1.19\": %s",
		armor);
	assert_message(&f, "v1.19", head.ptr);
	apply(&f, "baseline", "v1.18", v, "[{controlName: AppArmor}]");
	head = ov_str_fmt(&f.arena,
		"Validation rule 'R' failed. It violates PodSecurity \"baseline:v1.18\": %s",
		seccomp);
	assert_message(&f, "v1.18", head.ptr);
	end(&f);
}

/* Whether a version's form of a check passes. */
static void test_versions(void **state)
{
#define SYSCTL(name) "securityContext: {sysctls: [{name: " name "}]}"
	static const struct {
		const char *level, *version, *spec;
		bool ok;
	} cases[] = {
		{"baseline", "v1.26", SYSCTL("net.ipv4.ip_local_reserved_ports"), false},
		{"baseline", "v1.27", SYSCTL("net.ipv4.ip_local_reserved_ports"), true},
		{"baseline", "v1.28", SYSCTL("net.ipv4.tcp_fin_timeout"), false},
		{"baseline", "v1.29", SYSCTL("net.ipv4.tcp_fin_timeout"), true},
		{"baseline", "v1.31", SYSCTL("net.ipv4.tcp_wmem"), false},
		{"baseline", "v1.32", SYSCTL("net.ipv4.tcp_wmem"), true},
		{"baseline", "", SYSCTL("net.ipv4.tcp_wmem"), true},
		{"baseline", "v1.30",
			"securityContext: {seLinuxOptions: {type: container_engine_t}}", false},
		{"baseline", "v1.31",
			"securityContext: {seLinuxOptions: {type: container_engine_t}}", true},
		{"baseline", "v1.18", "securityContext: {seccompProfile: {type: Unconfined}}",
			true},
		{"baseline", "v1.19", "securityContext: {seccompProfile: {type: Unconfined}}",
			false},
		{"restricted", "v1.24",
			"os: {name: windows}, securityContext: {runAsNonRoot: true}, "
			"containers: [{}]",
			false},
		{"restricted", "v1.25",
			"os: {name: windows}, securityContext: {runAsNonRoot: true}, "
			"containers: [{}]",
			true},
		/* A version before the first form of a check has that form. */
		{"baseline", "v1.0", "containers: [{livenessProbe: {httpGet: {host: h}}}]",
			false},
		{"restricted", "v1.0", "securityContext: {runAsUser: 0}", false},
		/* The reference knows no level that allows all. */
		{"privileged", "latest", "hostPID: true", false},
	};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(cases); i++) {
		struct fixture f;
		begin(&f);
		apply(&f, cases[i].level, cases[i].version, pod(&f, cases[i].spec), "[]");
		if (f.result.error || f.result.ok != cases[i].ok)
			fail_msg("%s %s: %.*s", cases[i].version, cases[i].spec,
				OV_STR_ARG(f.result.message));
		end(&f);
	}
#undef SYSCTL
}

/* What a baseline rule lists after exclusions; NULL where it passes. */
static void test_exclusions(void **state)
{
#define TWO \
	"containers: [{name: a, image: nginx:1, securityContext: {capabilities: {add: [A, " \
	"B]}}}, " \
	"{name: b, image: redis:6, securityContext: {capabilities: {add: [A]}}}]"
#define ADD(i) \
	"spec.containers[" i \
	"].securityContext.capabilities.add is forbidden, forbidden values found: "
	static const struct {
		const char *spec, *excludes, *list;
	} cases[] = {
		{TWO, "[]", ADD("0") "[A B], " ADD("1") "[A]"},
		{TWO, "[{controlName: Capabilities, images: ['nginx*']}]", ADD("1") "[A]"},
		{TWO, "[{controlName: Capabilities, images: ['nginx*', 'redis:?']}]", NULL},
		{TWO,
			"[{controlName: Capabilities, images: ['nginx*']}, {controlName: "
			"Capabilities, images: ['redis*']}]",
			NULL},
		{TWO, "[{controlName: Seccomp, images: ['*']}]",
			ADD("0") "[A B], " ADD("1") "[A]"},
		/* All values must be among those that are exempt. */
		{TWO,
			"[{controlName: Capabilities, images: ['*'], restrictedField: "
			"'spec.containers[*].securityContext.capabilities.add', values: [A]}]",
			ADD("0") "[A B]"},
		{TWO,
			"[{controlName: Capabilities, images: ['*'], restrictedField: "
			"'spec.containers[*].securityContext.capabilities.add', values: "
			"['?']}]",
			NULL},
		{TWO,
			"[{controlName: Capabilities, images: ['*'], restrictedField: "
			"'spec.initContainers[*].securityContext.capabilities.add', values: "
			"['*']}]",
			ADD("0") "[A B], " ADD("1") "[A]"},
		/* Without images it is about the pod alone. */
		{TWO, "[{controlName: Capabilities}]", ADD("0") "[A B], " ADD("1") "[A]"},
		{"hostPID: true, hostIPC: true",
			"[{controlName: Host Namespaces, restrictedField: spec.hostPID, "
			"values: ['true']}]",
			"spec.hostIPC is forbidden, forbidden values found: true"},
		{"hostPID: true, hostIPC: true", "[{controlName: Host Namespaces}]", NULL},
		{"volumes: [{hostPath: {path: /a/1}}, {hostPath: {path: /b}}]",
			"[{controlName: HostPath Volumes, restrictedField: "
			"'spec.volumes[*].hostPath', values: ['/a*', '/b']}]",
			NULL},
		/* The first of that form goes, not the one with that value. */
		{"volumes: [{hostPath: {path: /a}}, {hostPath: {path: /b}}]",
			"[{controlName: HostPath Volumes, restrictedField: "
			"'spec.volumes[*].hostPath', values: [/b]}]",
			"spec.volumes[1].hostPath is forbidden, forbidden values found: /b"},
		/* The last one takes the place of the one that goes. */
		{"volumes: [{hostPath: {path: /a}}, {hostPath: {path: /b}}, {hostPath: {path: "
		 "/c}}]",
			"[{controlName: HostPath Volumes, restrictedField: "
			"'spec.volumes[*].hostPath', values: [/a]}]",
			"spec.volumes[2].hostPath is forbidden, forbidden values found: /c, "
			"spec.volumes[1].hostPath is forbidden, forbidden values found: /b"},
		{"containers: [{image: a, livenessProbe: {tcpSocket: {host: h}}}]",
			"[{controlName: Host Ports, images: ['*']}]", ""},
	};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(cases); i++) {
		struct fixture f;
		begin(&f);
		apply(&f, "baseline", "latest", pod(&f, cases[i].spec), cases[i].excludes);
		const char *want = cases[i].list ? cases[i].list : "passed.";
		struct ov_str part =
			cases[i].list ? ov_str_fmt(&f.arena, "field error list: [%s])", want)
				      : ov_str_c(want);
		if (!ov_str_ends(f.result.message, part) ||
			f.result.ok == (cases[i].list != NULL))
			fail_msg("%s: %.*s", cases[i].excludes, OV_STR_ARG(f.result.message));
		end(&f);
	}
#undef TWO
#undef ADD
}

/* With an exclusion of the pod, a container that sets nothing stands for all of them, so that
 * one missing field is exempt with it. */
static void test_pod_exclusion(void **state)
{
	struct fixture f;
	(void)state;
	begin(&f);
	struct ov_value v =
		pod(&f, "securityContext: {runAsNonRoot: true}, containers: [{securityContext: "
			"{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]");
	apply(&f, "restricted", "latest", v, "[{controlName: Seccomp}]");
	assert_message(&f, "one", "Validation rule 'R' passed.");
	v = pod(&f, "securityContext: {runAsNonRoot: true}, containers: [&c {securityContext: "
		    "{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}, *c]");
	apply(&f, "restricted", "latest", v, "[{controlName: Seccomp}]");
	assert_message(&f, "two",
		"Validation rule 'R' failed. It violates PodSecurity \"restricted:latest\": "
		"(Forbidden reason: seccompProfile, field error list: "
		"[spec.containers[1].securityContext.seccompProfile.type: Required value])");
	end(&f);
}

static void test_controllers(void **state)
{
	static const struct {
		const char *object, *path;
	} cases[] = {
		{"{kind: Deployment, spec: {template: {spec: {hostPID: true}}}}",
			"spec.template.spec.hostPID"},
		{"{kind: DaemonSet, spec: {template: {spec: {hostPID: true}}}}",
			"spec.template.spec.hostPID"},
		{"{kind: Job, spec: {template: {spec: {hostPID: true}}}}",
			"spec.template.spec.hostPID"},
		{"{kind: CronJob, spec: {jobTemplate: {spec: {template: {spec: {hostPID: "
		 "true}}}}}}",
			"spec.jobTemplate.spec.template.spec.hostPID"},
		{"{kind: Pod, spec: {HOSTPID: true}}", "spec.hostPID"},
	};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(cases); i++) {
		struct fixture f;
		begin(&f);
		apply(&f, "baseline", "", yaml(&f, ov_str_c(cases[i].object)), "[]");
		struct ov_str want = ov_str_fmt(&f.arena,
			"Validation rule 'R' failed. It violates PodSecurity \"baseline:\": "
			"(Forbidden reason: host namespaces, field error list: [%s is "
			"forbidden, forbidden values found: true])",
			cases[i].path);
		assert_message(&f, cases[i].object, want.ptr);
		end(&f);
	}
}

/* What Go's decoder says of the object, behind the sentence of the rule. */
static void test_unreadable(void **state)
{
#define INTO "json: cannot unmarshal "
	static const struct {
		const char *object, *why;
	} cases[] = {
		{"{kind: Service}", "could not find correct resource type"},
		{"{kind: Pod, spec: {hostNetwork: 'yes', unknown: 1}}", INTO
			"string into Go struct field PodSpec.spec.hostNetwork of type bool"},
		/* Keys in order, whatever their order in the object. */
		{"{kind: Job, spec: {template: {spec: {volumes: 1, containers: [{image: "
		 "5}]}}}}",
			INTO "number into Go struct field Container.spec.template.spec."
			     "containers.image of type string"},
		{"{kind: Pod, spec: {containers: {}}}",
			INTO "object into Go struct field PodSpec.spec.containers of type "
			     "[]v1.Container"},
		{"{kind: Pod, spec: {containers: [{ports: [{hostPort: 3000000000}]}]}}",
			INTO "number 3000000000 into Go struct field ContainerPort.spec."
			     "containers.ports.hostPort of type int32"},
		{"{kind: Pod, spec: {securityContext: {runAsUser: 1.5}}}",
			INTO "number 1.5 into Go struct field PodSecurityContext.spec."
			     "securityContext.runAsUser of type int64"},
		{"{kind: Pod, spec: {volumes: [{hostPath: x}]}}",
			INTO "string into Go struct field Volume.spec.volumes.VolumeSource."
			     "hostPath of type v1.HostPathVolumeSource"},
		{"{kind: Pod, spec: {tolerations: [{effect: 5}]}}", INTO
			"number into Go struct field Toleration.spec.tolerations.effect of "
			"type v1.TaintEffect"},
		{"{kind: Pod, metadata: {annotations: {a: true}}}", INTO
			"bool into Go struct field ObjectMeta.metadata.annotations of type "
			"string"},
		{"{kind: CronJob, spec: {jobTemplate: {metadata: {labels: 1}}}}",
			INTO "number into Go struct field ObjectMeta.spec.jobTemplate.metadata."
			     "labels of type map[string]string"},
		/* A type that reads itself stops the decoder; other faults wait for the end. */
		{"{kind: Pod, spec: {activeDeadlineSeconds: x, containers: [{livenessProbe: "
		 "{httpGet: {port: true}}}]}}",
			INTO "bool into Go struct field HTTPGetAction.spec.containers."
			     "livenessProbe.ProbeHandler.httpGet.port of type int32"},
		{"{kind: Pod, spec: {containers: [{resources: {limits: {cpu: 1KK}}}]}}",
			"unable to parse quantity's suffix"},
		{"{kind: Pod, spec: {containers: [{resources: {limits: {cpu: true}}}]}}",
			"quantities must match the regular expression "
			"'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"},
	};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(cases); i++) {
		struct fixture f;
		begin(&f);
		apply(&f, "baseline", "latest", yaml(&f, ov_str_c(cases[i].object)), "[]");
		struct ov_str want = ov_str_fmt(
			&f.arena, "Error while getting new resource: %s", cases[i].why);
		assert_message(&f, cases[i].object, want.ptr);
		assert_true(f.result.error && !f.result.ok);
		end(&f);
	}
#undef INTO
}

static void test_bad_versions(void **state)
{
	static const char *const versions[] = {
		"1.25", "v1", "v1.", "v1.01", "v2.0", "v1.x", "v1.99999999999999999999"};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(versions); i++) {
		struct fixture f;
		begin(&f);
		apply(&f, "baseline", versions[i], pod(&f, ""), "[]");
		assert_message(&f, versions[i],
			"failed to parse pod security api version: must be \"latest\" or "
			"\"v1.x\"");
		assert_true(f.result.error);
		end(&f);
	}
}

/* A search by halves needs the order. */
static void test_structs(void **state)
{
	(void)state;
	for (size_t i = 1; i < ov_pod_struct_count; i++)
		assert_true(ov_str_cmp(ov_str_c(ov_pod_structs[i - 1].name),
				    ov_str_c(ov_pod_structs[i].name)) < 0);
}

const struct CMUnitTest ov_test_pod_security[] = {
	cmocka_unit_test(test_controls),
	cmocka_unit_test(test_annotations),
	cmocka_unit_test(test_versions),
	cmocka_unit_test(test_exclusions),
	cmocka_unit_test(test_pod_exclusion),
	cmocka_unit_test(test_controllers),
	cmocka_unit_test(test_unreadable),
	cmocka_unit_test(test_bad_versions),
	cmocka_unit_test(test_structs),
};
const size_t ov_test_pod_security_count = OV_COUNT(ov_test_pod_security);

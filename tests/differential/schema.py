"""schema: values made of the schemas of custom resource definitions.

Value.make draws a value that mostly fits its schema; force leads it along a path, so that rules
and limits deep in a schema are reached. Everything drawn depends on the seed alone.
"""
import re

STRINGS = ["a", "web", "default", "10.0.0.1", "10.0.0.0/24", "fd00::1", "example.com", "v1",
           "https://example.com/x", "1Gi", "100m", "5m", "1h0m0s", "2026-01-01T00:00:00Z",
           "2026-01-01", "*", "*.example.com", "/a", "app/v1", "02:00:00:00:00:01", "80",
           "0 2 * * *", "4.16", "4.16.3", "stable-4.16", "ACCEPT", "Always", "-", "arn:aws:iam::1:role/x",
           "64512:1", "1.2.3", "A", "A.b", "a=b", "0", "1-2", "0x1f", "10%", "65000", "sha256:" + "0" * 64,
           "quay.io/a/b@sha256:" + "0" * 64, "0000:00:1f.0", "b0dfd3f8-3f2a-4b9e-8d1f-0123456789ab"]
FORMATS = {
    "date-time": "2026-01-01T00:00:00Z", "date": "2026-01-01", "duration": "5m", "ipv4": "10.0.0.1",
    "ipv6": "fd00::1", "ip": "10.0.0.1", "cidr": "10.0.0.0/24", "uri": "https://example.com/x",
    "email": "a@example.com", "hostname": "example.com", "byte": "YQ==", "mac": "02:00:00:00:00:01",
    "uuid": "b0dfd3f8-3f2a-4b9e-8d1f-0123456789ab"}


def fits(pattern, text):
    try:
        return re.search(pattern.replace(r"\z", r"\Z"), text) is not None
    except re.error:
        return True


def rule_paths(schema, path=(), depth=0):
    """The paths of the parts with rules, of fields, "[]" and "{}"."""
    if schema.get("x-kubernetes-validations"):
        yield path
    if depth > 14:
        return
    for name, part in (schema.get("properties") or {}).items():
        if path or name not in ("status", "metadata"):
            yield from rule_paths(part, path + (name,), depth + 1)
    if isinstance(schema.get("items"), dict):
        yield from rule_paths(schema["items"], path + ("[]",), depth + 1)
    if isinstance(schema.get("additionalProperties"), dict):
        yield from rule_paths(schema["additionalProperties"], path + ("{}",), depth + 1)


class Value:
    def __init__(self, rng):
        self.rng = rng

    def string(self, s, n):
        rng, low, high = self.rng, s.get("minLength", 0), s.get("maxLength", 1 << 20)
        some = [FORMATS[s["format"]]] if s.get("format") in FORMATS else STRINGS
        for extra in [s] + (s.get("allOf") or []) + [b for b in (s.get("anyOf") or [])[:1]]:
            if extra.get("pattern"):
                some = [c for c in some + STRINGS if fits(extra["pattern"], c)] or some
        some = [c for c in some if low <= len(c) <= high] or some
        text = some[0] if rng.random() < 0.5 else rng.choice(some)
        if len(text) < low:
            text = text + "a" * (low - len(text))
        if n and not s.get("pattern") and not s.get("format"):
            text = text[:max(0, high - 2)] + str(n)
        return text

    def number(self, s):
        low, high = s.get("minimum"), s.get("maximum")
        if low is None:
            low = min(1, high) if high is not None else self.rng.choice([0, 1, 2, 5])
        if s.get("exclusiveMinimum"):
            low += 1
        top = min(high, low + 3) if high is not None else low + 3
        if s.get("type") == "number" and self.rng.random() < 0.3:
            return low + 0.5 if low + 0.5 <= top else low
        value = self.rng.randint(int(low), max(int(low), int(top)))
        if s.get("multipleOf"):
            value -= value % s["multipleOf"]
        return value

    def make(self, s, p=0.0, force=(), depth=0, n=0):
        rng = self.rng
        if s.get("enum"):
            return rng.choice(s["enum"])
        if not force and "default" in s and rng.random() < 0.2:
            return s["default"]
        if s.get("x-kubernetes-int-or-string"):
            return rng.choice([1, 80, "80", "10%", "1Gi", "100m"])
        kind = s.get("type")
        if kind == "string":
            return self.string(s, n)
        if kind in ("integer", "number"):
            return self.number(s)
        if kind == "boolean":
            return rng.random() < 0.5
        if kind == "array":
            low, high = s.get("minItems", 0), s.get("maxItems", 4)
            count = max(low, min(high, rng.choice([0, 1, 1, 2]))) if depth < 12 else low
            if force:
                count = max(1, count)
            keys = s.get("x-kubernetes-list-map-keys")
            items = [self.make(s["items"], p, force[1:] if i == 0 else (), depth + 1, i)
                     for i in range(count)]
            if keys:
                seen, kept = set(), []
                for i in items:
                    key = repr([i.get(k) for k in keys]) if isinstance(i, dict) else i
                    if key not in seen:
                        kept.append(i)
                    seen.add(key)
                items = kept
            if s.get("x-kubernetes-list-type") == "set":
                items = [x for i, x in enumerate(items) if x not in items[:i]]
            return items
        if kind == "object" or "properties" in s:
            return self.object(s, p, force, depth, n)
        return rng.choice([{}, {"a": 1}, {"a": {"b": "c"}}])

    def object(self, s, p, force, depth, n):
        rng, out = self.rng, {}
        fields, extra = s.get("properties") or {}, s.get("additionalProperties")
        wanted = set(s.get("required") or [])
        for choice in ("oneOf", "anyOf"):
            if s.get(choice):
                wanted |= set(rng.choice(s[choice]).get("required") or [])
        for part in s.get("allOf") or []:
            wanted |= set(part.get("required") or [])
        if force and force[0] in fields:
            wanted.add(force[0])
        chance = p if depth < 4 else p / 2 if depth < 8 else 0
        for name, part in fields.items():
            if name in wanted or rng.random() < chance * min(1, 8 / len(fields)):
                lead = force[1:] if force and force[0] == name else ()
                out[name] = self.make(part, p, lead, depth + 1, n)
        if isinstance(extra, dict) and (force or rng.random() < max(p, 0.2) or s.get("minProperties")):
            lead = force[1:] if force and force[0] == "{}" else ()
            out[rng.choice(["a", "key", "x.y/z"])] = self.make(extra, p, lead, depth + 1)
        if s.get("x-kubernetes-embedded-resource"):
            out.setdefault("apiVersion", "v1")
            out.setdefault("kind", "ConfigMap")
            out.setdefault("metadata", {"name": "inner"})
        return out


def generate(rng, definition, version, p, force=()):
    """An object of that version of a custom resource definition."""
    spec = definition["spec"]
    schema = version["schema"]["openAPIV3Schema"]
    schema = {k: v for k, v in schema.items()}
    schema["properties"] = {k: v for k, v in schema.get("properties", {}).items()
                            if k not in ("apiVersion", "kind", "metadata", "status")}
    meta = {"name": rng.choice(["a", "web", "cluster", "default"])}
    if spec["scope"] == "Namespaced":
        meta["namespace"] = "default"
    out = {"apiVersion": spec["group"] + "/" + version["name"], "kind": spec["names"]["kind"],
           "metadata": meta}
    body = Value(rng).make(schema, p, force)
    if isinstance(body, dict):
        out.update({k: v for k, v in body.items() if k not in out})
    if "spec" in schema["properties"]:
        out.setdefault("spec", {})
    return out

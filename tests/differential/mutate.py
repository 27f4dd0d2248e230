"""mutate: objects broken in one way each; MUTATIONS names the ways.

A mutation takes (rng, object, schema or None) and returns the broken object, or None where it
finds nothing to break.
"""
import copy
import json

from schema import Value, rule_paths


def sites(value, schema, path=()):
    """Every part of an object with its schema (None where it is not known) and path."""
    yield path, value, schema
    schema = schema or {}
    if isinstance(value, dict):
        for key, part in value.items():
            if path == () and key in ("apiVersion", "kind", "metadata", "status"):
                continue
            below = (schema.get("properties") or {}).get(key)
            if below is None and isinstance(schema.get("additionalProperties"), dict):
                below = schema["additionalProperties"]
            yield from sites(part, below, path + (key,))
    elif isinstance(value, list):
        items = schema.get("items")
        for i, part in enumerate(value):
            yield from sites(part, items if isinstance(items, dict) else None, path + (i,))


def holder(obj, path):
    for step in path[:-1]:
        obj = obj[step]
    return obj


def put(obj, path, value):
    holder(obj, path)[path[-1]] = value
    return obj


def at(wanted, change):
    """A mutation of one of the parts that `wanted` takes."""
    def mutation(rng, obj, schema):
        found = [(p, v, s or {}) for p, v, s in sites(obj, schema) if wanted(p, v, s or {})]
        if not found:
            return None
        path, value, part = rng.choice(found)
        new = change(rng, value, part)
        if new is None:
            return None
        if path == ():
            return new
        return put(obj, path, new[0] if isinstance(new, tuple) else new)
    return mutation


def scalar(v):
    return isinstance(v, (str, int, float, bool))


def no_key(rng, v, s, names):
    names = [n for n in names if n in v and n not in ("apiVersion", "kind", "metadata")]
    if not names:
        return None
    del v[rng.choice(sorted(names))]
    return v


def rename(rng, v, s):
    names = [n for n in v if n not in ("apiVersion", "kind", "metadata")]
    if not names:
        return None
    old = rng.choice(sorted(names))
    new = rng.choice([old + "s", old[:1].swapcase() + old[1:], old[:-1], old + "_", old.upper()])
    return {new if k == old else k: x for k, x in v.items()}


def mistype(rng, v, s):
    if isinstance(v, bool):
        return (rng.choice(["true", 1, [v]]),)
    if isinstance(v, str):
        return (rng.choice([7, True, [v], {"a": v}, 1.5]),)
    if isinstance(v, (int, float)):
        return (rng.choice([str(v), False, [v], v + 0.5, {}]),)
    if isinstance(v, list):
        return (rng.choice([{}, "a", 3, v[0] if v else {"a": 1}]),)
    return (rng.choice([[v], "a", 3, True, []]),)


def number(rng, v, s):
    some = [v + 0.5, float(v)]
    if "minimum" in s:
        some += [s["minimum"] - 1, s["minimum"]] * 2
    if "maximum" in s:
        some += [s["maximum"] + 1, s["maximum"]] * 2
    if s.get("multipleOf"):
        some += [s["multipleOf"] + 1]
    if s.get("format") == "int32":
        some += [2147483648, -2147483649, 2147483647]
    if s.get("type") == "integer":
        some += [9223372036854775807, -1, 1e20, 12345678901234567890]
    return (rng.choice(some),)


def size(rng, v, s):
    if isinstance(v, str):
        some = [""]
        if "maxLength" in s:
            high = min(s["maxLength"], 70000)
            some = ["a" * high, "a" * (high + 1), "ä" * high, "ä" * (high + 1)]
        if s.get("minLength"):
            some += ["", "a" * (s["minLength"] - 1), "ä" * s["minLength"]]
        return (rng.choice(some),)
    if isinstance(v, list):
        some = [[]]
        if s.get("maxItems", 9999) < 300 and v:
            count = s["maxItems"] + rng.choice([0, 1])
            one = []
            for i in range(count):
                item = copy.deepcopy(v[i % len(v)])
                for key in s.get("x-kubernetes-list-map-keys") or []:
                    if isinstance(item, dict) and isinstance(item.get(key), str):
                        item[key] = (item[key] + str(i))[:60]
                one.append(item + str(i) if isinstance(item, str) and len(item) < 50 else item)
            some = [one]
        return (rng.choice(some),)
    if s.get("maxProperties", 9999) < 300 and "properties" not in s and v:
        some = next(iter(v.values()))
        return {"k%d" % i: some for i in range(s["maxProperties"] + rng.choice([0, 1]))}
    return ({},)


def sized(p, v, s):
    names = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
    return p != () and any(n in s for n in names) and isinstance(v, (str, list, dict))


def no_choice(rng, v, s):
    one = str(rng.choice(s["enum"]))
    return (rng.choice(["Nonsense", "", one.swapcase(), one + " ", one + "s", 3, None]),)


def off_pattern(rng, v, s):
    return (rng.choice(["", " ", v + " ", v + "\n", v.upper(), "_" + v, v + "!", v * 2, "ä", v[:-1],
                        v + "-", "." + v, "999.999.999.999", "-1", "a/b/c"]),)


OFF_FORMAT = {
    "date-time": ["2026-13-01T00:00:00Z", "2026-01-01", "now", "", "2026-01-01T00:00:00",
                  "2026-01-01t00:00:00z", "2026-01-01T24:00:00Z", "2026-02-30T00:00:00Z",
                  "2026-01-01T00:00:00+25:00", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00.123456Z"],
    "date": ["2026-02-30", "2026", "", "2026-01-01T00:00:00Z"],
    "duration": ["5", "5 minutes", "", "-5m", "1d", "1w", "5M", "1h5m", "0", ".5s", "1.5h", "5µs", "+5m"],
    "byte": ["a", "YQ=", "%%", "", "YQ==\n", "YWI=YQ==", "Y_Q="],
    "uri": ["", "a b", "://", "example.com", "http://[::1", "%zz", "/x", "http://a b/"],
    "int-or-string": []}


def off_format(rng, v, s):
    known = OFF_FORMAT.get(s["format"])
    return (rng.choice(known or ["", "x y", "999.1.1.1", "10.0.0.0/99", "fe80::%1", "a@", "-", "::g",
                                 "00:00", "1.2.3", "010.0.0.1", "::ffff:10.0.0.1", "10.0.0.1/24"]),)


def twice(rng, v, s):
    if not v:
        return None
    one = copy.deepcopy(rng.choice(v))
    keys = s.get("x-kubernetes-list-map-keys") or []
    if isinstance(one, dict) and rng.random() < 0.5:
        some = {k: x for k, x in one.items() if k in keys or k in ((s.get("items") or {}).get("required") or [])}
        one = some or one
    return v + [one]


def no_list_key(rng, v, s):
    v = [x for x in v if isinstance(x, dict)]
    keys = s["x-kubernetes-list-map-keys"]
    if not v:
        return None
    one = rng.choice(v)
    key = rng.choice(keys)
    if rng.random() < 0.6:
        one.pop(key, None)
    else:
        one[key] = rng.choice([None, "", 1, []])
    return v


def unknown(rng, v, s):
    v[rng.choice(["unknown", "Name", "x-y", "спец", "a.b/c", "specs"])] = rng.choice([1, "a", {}, [], None, {"a": 1}])
    return v


def several_keys(rng, obj, schema):
    """A key that stands twice: written into the text, for no map has it."""
    where = [p for p, v, s in sites(obj, schema) if isinstance(v, dict) and v and p]
    path = rng.choice(where) if where else ()
    marked = holder(obj, path)[path[-1]] if path else obj
    key = rng.choice(sorted(marked))
    marked["\u0001" + key] = copy.deepcopy(marked[key])
    return obj


def version(rng, obj, schema):
    av = str(obj["apiVersion"])
    group, _, ver = av.rpartition("/")
    new = rng.choice(["v1", "v1alpha1", "v1beta1", "v2", "v1beta2", "v9", ver + "x", ver.upper(), ""])
    which = rng.random()
    if which < 0.7:
        obj["apiVersion"] = (group + "/" if group else "") + new
    elif which < 0.8:
        obj["kind"] = obj["kind"] + rng.choice(["s", "List", ""]).replace("List", "x")
    elif which < 0.9:
        obj["kind"] = obj["kind"].lower()
    else:
        obj["apiVersion"] = rng.choice([ver, group, "apps/v1", "v1", "example.com/v1"])
    return obj


NAMES = ["Web", "web_1", "-web", "web-", "web.", ".web", "we..b", "a" * 253, "a" * 254, "a" * 63, "a" * 64,
         "1web", "web.example.com", "a." * 30 + "a", "web-1", "WEB", "a.-b", "1", "a.b-", "x" * 300, "a:b", "web~"]


def name(rng, obj, schema):
    meta = obj["metadata"]
    which = rng.random()
    if which < 0.75:
        meta["name"] = rng.choice(NAMES)
    elif which < 0.85:
        meta["namespace"] = rng.choice(["Default", "kube.system", "a" * 64, "a_b", "-a", "default", ""])
    elif which < 0.95:
        meta.pop("name", None)
        meta["generateName"] = rng.choice(["web-", "Web-", "web_", "a" * 260, "-", "web", "web."])
    else:
        meta.pop("name", None)
    return obj


KEYS = ["a", "a/b", "a/b/c", "/b", "a/", "A/b", "a_b/c", "-a", "a-", "a" * 63, "a" * 64, "x/" + "a" * 64,
        "a" * 254 + "/b", "", "a b", "ä", "kubernetes.io/x", "Example.com/x", "example.com/X_y.z", "a..b/c"]
VALUES = ["", "a", "A_b.c", "-a", "a-", "a b", "a/b", "a" * 63, "a" * 64, "ä", "true", "1.2.3", ".", "_"]


def labels(rng, obj, schema):
    into = obj["metadata"].setdefault("labels", {})
    if not isinstance(into, dict):
        return None
    which = rng.random()
    if which < 0.45:
        into[rng.choice(KEYS)] = "a"
    elif which < 0.9:
        into["key"] = rng.choice(VALUES)
    else:
        into["key"] = rng.choice([1, True, None, [], {}, 1.5])
    return obj


def annotations(rng, obj, schema):
    into = obj["metadata"].setdefault("annotations", {})
    if not isinstance(into, dict):
        return None
    which = rng.random()
    if which < 0.7:
        into[rng.choice(KEYS)] = rng.choice(["a", "a b\n", "ä", ""])
    elif which < 0.8:
        into["big"] = "a" * rng.choice([262144, 262100, 262141])
    else:
        into["key"] = rng.choice([1, True, None, [], {}, 1.5])
    return obj


OWNER = {"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "b0dfd3f8-3f2a-4b9e-8d1f-0123456789ab"}


def owner(**change):
    out = dict(OWNER, **change)
    return {k: v for k, v in out.items() if v != "\u0001"}


META = [("finalizers", ["a"]), ("finalizers", ["example.com/a"]), ("finalizers", ["A b"]), ("finalizers", "a"),
        ("finalizers", ["kubernetes"]), ("finalizers", ["foregroundDeletion", "orphan"]), ("finalizers", [1]),
        ("finalizers", ["example.com/a", "example.com/a"]), ("finalizers", None), ("finalizers", [""]),
        ("ownerReferences", [owner()]), ("ownerReferences", [owner(uid="\u0001")]),
        ("ownerReferences", [owner(name="")]), ("ownerReferences", [owner(apiVersion="a/b/c")]),
        ("ownerReferences", [owner(controller=True), owner(controller=True, uid="x")]),
        ("ownerReferences", [owner(kind="")]), ("ownerReferences", [owner(extra=1)]), ("ownerReferences", {}),
        ("ownerReferences", [owner(), owner()]), ("ownerReferences", [owner(kind="Event")]),
        ("ownerReferences", [owner(controller="yes")]), ("ownerReferences", [owner(apiVersion="\u0001")]),
        ("unknown", 1), ("Labels", {}), ("label", {"a": "b"}), ("labels", "a"), ("labels", []), ("labels", None),
        ("annotations", "a"), ("annotations", ["a"]), ("annotations", None), ("generation", 1), ("generation", -1),
        ("generation", "1"), ("creationTimestamp", None), ("creationTimestamp", "2026-01-01T00:00:00Z"),
        ("creationTimestamp", "yesterday"), ("creationTimestamp", 1), ("selfLink", "/x"), ("selfLink", 1),
        ("managedFields", [{"manager": "a"}]), ("managedFields", []), ("clusterName", "a"), ("generateName", "a-"),
        ("generateName", "A-"), ("deletionGracePeriodSeconds", 1), ("deletionGracePeriodSeconds", "1"),
        ("namespace", "default"), ("namespace", 1), ("name", 5), ("name", True), ("namespace", None)]


def meta(rng, obj, schema):
    key, value = rng.choice(META)
    obj["metadata"][key] = copy.deepcopy(value)
    return obj


def envelope(rng, obj, schema):
    """What stands beside spec: the metadata as a whole, status, another field."""
    change = rng.choice([("metadata", None), ("metadata", []), ("metadata", "a"), ("status", {"unknown": 1}),
                         ("status", "a"), ("status", {}), ("status", None), ("spec", None), ("spec", []), ("spec", "a"),
                         ("data", {"a": "b"}), ("extra", {}), ("kind", 1), ("apiVersion", 1), ("spec", {})])
    if change[0] == "metadata" and not change[1]:
        obj["metadata"] = change[1]
    else:
        obj[change[0]] = change[1]
    return obj


def rule(rng, obj, schema):
    """A part with rules, drawn anew, or something under it changed."""
    found = [(p, v, s) for p, v, s in sites(obj, schema)
             if s and s.get("x-kubernetes-validations") and p != ()]
    if not found:
        return None
    path, value, part = rng.choice(found)
    if rng.random() < 0.6 or not isinstance(value, dict) or not value:
        return put(obj, path, Value(rng).make(part, rng.choice([0.1, 0.4, 0.8, 1])))
    some = rng.choice(sorted(part.get("properties") or value))
    if some in value:
        del value[some]
    else:
        value[some] = Value(rng).make((part.get("properties") or {}).get(some) or {}, 0.3)
    return obj


def branch(rng, v, s):
    """A field of another branch of oneOf and its like, or one less."""
    names = sorted({n for c in ("oneOf", "anyOf", "allOf") for b in s.get(c) or [] for n in b.get("required") or []})
    fields = s.get("properties") or {}
    if not isinstance(v, dict) or not names:
        return (Value(rng).make({k: x for k, x in s.items() if k in ("type", "items", "properties")}, 0.3),)
    one = rng.choice(names)
    if one in v:
        del v[one]
    else:
        v[one] = Value(rng).make(fields.get(one) or {}, 0.2)
    return v


MUTATIONS = {
    "required field removed": at(lambda p, v, s: isinstance(v, dict) and set(s.get("required") or []) & set(v),
                                 lambda r, v, s: no_key(r, v, s, s["required"])),
    "field removed": at(lambda p, v, s: isinstance(v, dict) and v, lambda r, v, s: no_key(r, v, s, v)),
    "field renamed": at(lambda p, v, s: isinstance(v, dict) and v, rename),
    "mistyped": at(lambda p, v, s: p != (), mistype),
    "number out of bounds": at(lambda p, v, s: isinstance(v, (int, float)) and not isinstance(v, bool), number),
    "size out of bounds": at(sized, size),
    "enum broken": at(lambda p, v, s: p != () and s.get("enum"), no_choice),
    "pattern broken": at(lambda p, v, s: isinstance(v, str) and s.get("pattern"), off_pattern),
    "format broken": at(lambda p, v, s: isinstance(v, str) and s.get("format"), off_format),
    "entry twice": at(lambda p, v, s: isinstance(v, list) and v and (s.get("x-kubernetes-list-type") or not s), twice),
    "list key missing": at(lambda p, v, s: isinstance(v, list) and s.get("x-kubernetes-list-map-keys"), no_list_key),
    "unknown field": at(lambda p, v, s: isinstance(v, dict), unknown),
    "null": at(lambda p, v, s: p != (), lambda r, v, s: (None,)),
    "emptied": at(lambda p, v, s: p != (), lambda r, v, s: (type(v)() if v is not None else {},)),
    "key twice": several_keys,
    "version or kind": version,
    "name": name,
    "labels": labels,
    "annotations": annotations,
    "other metadata": meta,
    "beside spec": envelope,
    "oneOf and the like": at(lambda p, v, s: p != () and any(s.get(c) for c in ("oneOf", "anyOf", "allOf", "not")), branch),
    "rule": rule,
}


def several(rng, obj, schema):
    for way in rng.sample(sorted(MUTATIONS), 2):
        if not isinstance(obj.get("metadata"), dict):
            break
        before = copy.deepcopy(obj)
        obj = MUTATIONS[way](rng, obj, schema) or before
    return obj


def text(obj):
    """One line of JSON; marked keys become second ones."""
    return json.dumps(obj, ensure_ascii=False).replace('"\\u0001', '"')

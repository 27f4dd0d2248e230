#!/usr/bin/env python3
"""json_schema: the JSON Schema that says what a custom resource definition's own schema says.

usage: json_schema.py DEFINITION FOLDER
Writes FOLDER/KIND.json of the storage version, kind in lower case. Fields that are not declared
are refused, as `kubeconform -strict` expects it of a schema; rules and defaults have no place.
"""
import json
import sys

import yaml


def convert(s, root=False):
    out = {k: v for k, v in s.items() if not k.startswith("x-kubernetes-") and k not in (
        "description", "nullable", "default", "example", "externalDocs", "title")}
    for key in ("properties",):
        if key in s:
            out[key] = {k: convert(v) for k, v in s[key].items()}
    for key in ("items", "additionalProperties", "not"):
        if isinstance(s.get(key), dict):
            out[key] = convert(s[key])
    for key in ("allOf", "anyOf", "oneOf"):
        if key in s:
            out[key] = [convert(v) for v in s[key]]
    if s.get("x-kubernetes-int-or-string"):
        out.pop("anyOf", None)
        out["type"] = ["integer", "string"]
    if "properties" in s and not s.get("x-kubernetes-preserve-unknown-fields") and \
            "additionalProperties" not in s and "type" in s:
        out["additionalProperties"] = False
    if s.get("nullable") and isinstance(out.get("type"), str):
        out["type"] = [out["type"], "null"]
    if root:
        out["properties"]["metadata"] = {"type": "object"}
    return out


def main():
    with open(sys.argv[1], encoding="utf8") as f:
        definition = yaml.load(f, yaml.CSafeLoader)
    for version in definition["spec"]["versions"]:
        if version["storage"]:
            schema = convert(version["schema"]["openAPIV3Schema"], True)
            name = definition["spec"]["names"]["kind"].lower()
            with open("%s/%s.json" % (sys.argv[2], name), "w", encoding="utf8") as f:
                json.dump(schema, f)


main()

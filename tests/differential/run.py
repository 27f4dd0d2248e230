#!/usr/bin/env python3
"""run: broken objects, judged by a real API server and by ovec; tests/differential.sh calls it.

A verdict is accept or reject. The server is of a release before 1.36, hence -w. Where the two differ, the case must be told of in known.txt. Prints
a table, a line for each disagreement, and exits with 1 where one is not known.
"""
import argparse
import collections
import copy
import glob
import json
import os
import random
import re
import subprocess
import sys

import yaml

from mutate import MUTATIONS, several, text
from schema import generate, rule_paths

# The check creates these for a while, for others refer to them: no two of one name.
CREATED = "instancetype.kubevirt.io/"


class Loader(yaml.CSafeLoader):
    pass


Loader.yaml_implicit_resolvers = {
    k: [(t, rx) for t, rx in v if not t.endswith((":value", ":timestamp"))]
    for k, v in yaml.CSafeLoader.yaml_implicit_resolvers.items()}


def definitions(folder, cache):
    """The definitions, read once: they are some megabytes of YAML."""
    if os.path.exists(cache) and os.path.getmtime(cache) > os.path.getmtime(folder):
        with open(cache, encoding="utf8") as f:
            return json.load(f)
    out = []
    for name in sorted(glob.glob(folder + "/*.yaml")):
        with open(name, encoding="utf8") as f:
            out += [d for d in yaml.load_all(f, Loader) if d and d["kind"] == "CustomResourceDefinition"]
    with open(cache, "w", encoding="utf8") as f:
        json.dump(out, f)
    return out


def documents(paths):
    for path in paths:
        with open(path, encoding="utf8") as f:
            yield from (d for d in yaml.load_all(f, Loader) if isinstance(d, dict) and "kind" in d)


class Cases:
    """Objects to ask about: (way, object)."""

    def __init__(self, crds, bases, seed):
        self.rng = random.Random(seed)
        self.list = []
        self.schemas = {}
        self.bases = list(bases)
        self.versions = []
        for d in crds:
            for v in d["spec"]["versions"]:
                schema = v.get("schema", {}).get("openAPIV3Schema", {})
                key = d["spec"]["group"] + "/" + v["name"], d["spec"]["names"]["kind"]
                self.schemas[key] = schema
                self.versions.append((d, v, list(rule_paths(schema))))

    def add(self, way, obj):
        self.list.append((way, obj))

    def schema(self, obj):
        return self.schemas.get((obj.get("apiVersion"), obj.get("kind")))

    def fill(self, count):
        for b in self.bases:
            self.add("as it is", b)
        drawn = []
        for d, v, _ in self.versions:
            drawn.append(generate(self.rng, d, v, 0))
            drawn.append(generate(self.rng, d, v, 0.3))
            self.add("drawn from a definition", drawn[-1])
        with_rules = [(d, v, p) for d, v, paths in self.versions for p in paths]
        self.rng.shuffle(with_rules)
        for d, v, p in with_rules[:count // 8]:
            drawn.append(generate(self.rng, d, v, self.rng.choice([0.05, 0.3, 0.6]), p))
            self.add("drawn towards a rule", drawn[-1])
        ways = dict(MUTATIONS, **{"two of these": several})
        pools = [self.bases, drawn]
        each = max(1, (count - len(self.list)) // len(ways))
        for way, change in ways.items():
            made = tries = 0
            while made < each * (2 if way == "rule" else 1) and tries < each * 20:
                tries += 1
                base = self.rng.choice(pools[1 if tries % 3 else 0])
                obj = copy.deepcopy(base)
                new = change(self.rng, obj, self.schema(obj))
                if isinstance(new, dict):
                    self.add(way, new)
                    made += 1

    def write(self, folder):
        """A file an object; returns {file: (way, object, text)}."""
        out = {}
        for old in glob.glob(folder + "/*.yaml"):
            os.remove(old)
        for n, (way, obj) in enumerate(self.list):
            if str(obj.get("apiVersion")).startswith(CREATED):
                meta = obj.get("metadata")
                if not isinstance(meta, dict) or not isinstance(meta.get("name"), str):
                    continue
                obj = dict(obj, metadata=dict(meta, name="d%d" % n))
            name, line = "%s/%05d.yaml" % (folder, n), text(obj)
            with open(name, "w", encoding="utf8") as f:
                f.write(line + "\n")
            out[name] = way, obj, line
        return out


def ask_server(oracle, folder, answers):
    done = subprocess.run([oracle + "/check.sh", folder, "--json", answers, "--jobs", "4"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode not in (0, 1) or not os.path.exists(answers):
        sys.exit("the API server gave no answers:\n" + done.stdout.decode()[-2000:])
    with open(answers, encoding="utf8") as f:
        return {r["file"]: (r["verdict"] == "accepted", " ".join(r["message"].split()))
                for r in json.load(f)}


def ask_again(oracle, work, asked, server, ovec):
    """What the server says of disputed objects when they are created instead of applied."""
    folder = work + "/created"
    os.makedirs(folder, exist_ok=True)
    for old in glob.glob(folder + "/*.yaml"):
        os.remove(old)
    for key, (_, obj, _) in asked.items():
        meta = obj.get("metadata")
        if server[key][0] == ovec[key][0] or not isinstance(meta, dict) or \
                str(obj.get("apiVersion")).startswith(CREATED):
            continue
        meta = {k: v for k, v in meta.items() if k != "name"}
        with open(folder + "/" + os.path.basename(key), "w", encoding="utf8") as f:
            f.write(text(dict(obj, metadata=dict(meta, generateName="x-"))) + "\n")
    if not os.listdir(folder):
        return
    for key, said in ask_server(oracle, folder, work + "/created.json").items():
        first = os.path.dirname(folder) + "/objects/" + os.path.basename(key)
        taken, why = server[first]
        if said[0] != taken:
            server[first] = taken, "applied: %s; created: %s" % (why or "accepted", said[1] or "accepted")


def ask_ovec(program, sets, files):
    done = subprocess.run([program, "-w", sets] + files, stdout=subprocess.PIPE, check=False)
    out = {}
    for line in done.stdout.decode("utf8", "replace").split("\n"):
        m = re.match(r"(accept|reject) (\S+)#1 ?(.*)", line)
        if m:
            out[m[2]] = m[1] == "accept", m[3]
    return out


def read_known(path):
    """Entries of `verdict`, `kind` and `message` (regular expressions) with a `reason`."""
    out = []
    with open(path, encoding="utf8") as f:
        blocks = re.split(r"\n\s*\n", "\n".join(x for x in f.read().split("\n") if not x.startswith("#")))
    for block in blocks:
        entry = {}
        for line in block.strip().split("\n"):
            if line.startswith(" "):
                entry["reason"] += " " + line.strip()
            elif line:
                key, _, value = line.partition(": ")
                entry[key] = value
        if entry:
            if set(entry) != {"server", "kind", "message", "reason"}:
                sys.exit("known.txt: an entry needs server, kind, message, reason: " + block)
            entry["used"] = 0
            out.append(entry)
    return out


def is_known(known, obj, server, ovec):
    kind = "%s/%s" % (obj.get("apiVersion"), obj.get("kind"))
    said = server[1] + "; ovec: " + (ovec[1] or "accepted")
    for k in known:
        if k["server"] == ("accepts" if server[0] else "refuses") and re.search(k["kind"], kind) and \
                re.search(k["message"], said):
            k["used"] += 1
            return True
    return False


def main():
    p = argparse.ArgumentParser()
    for name in ("crds", "oracle", "verdict", "sets", "work", "known"):
        p.add_argument("--" + name, required=True)
    p.add_argument("--count", type=int, default=3000)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("bases", nargs="+")
    a = p.parse_args()
    objects = a.work + "/objects"
    os.makedirs(objects, exist_ok=True)
    bases = list(documents(a.bases))
    if a.count < len(bases):
        bases = random.Random(a.seed).sample(bases, a.count // 4)
    cases = Cases(definitions(a.crds, a.work + "/crds.json"), bases, a.seed)
    cases.fill(a.count)
    if a.count < 1000:
        cases.list = cases.rng.sample(cases.list, min(a.count, len(cases.list)))
    asked = cases.write(objects)
    server = ask_server(a.oracle, objects, a.work + "/server.json")
    ovec = ask_ovec(a.verdict, a.sets, sorted(asked))

    for key in asked:
        if key not in server or key not in ovec:
            sys.exit("no verdict of %s about %s" % ("the server" if key not in server else "ovec", key))
    ask_again(a.oracle, a.work, asked, server, ovec)

    known = read_known(a.known)
    table, bad = collections.OrderedDict(), 0
    for key, (way, obj, line) in asked.items():
        row = table.setdefault(way, collections.Counter())
        s, o = server[key], ovec[key]
        row["all"] += 1
        row["refused"] += not s[0]
        if s[0] == o[0]:
            row["agree"] += 1
        elif is_known(known, obj, s, o):
            row["known"] += 1
        else:
            row["differ"] += 1
            bad += 1
            print("%s %s/%s, %s\n  server: %s\n  ovec: %s\n  %s" % (
                way, obj.get("apiVersion"), obj.get("kind"), key, s[1][:700] or "accepts",
                "accepts" if o[0] else o[1][:500], line if len(line) < 300 else line[:300] + " …"))
    total = collections.Counter()
    head = "%-26s %8s %8s %8s %8s %8s"
    print(head % ("", "objects", "refused", "agree", "known", "differ"))
    for way, row in list(table.items()) + [("all", total)]:
        print(head % (way, row["all"], row["refused"], row["agree"], row["known"], row["differ"]))
        if row is not total:
            total.update(row)
    for k in known:
        if k["used"] or a.count >= 2000:
            print("known, %d times: the server %s, %s" % (k["used"], k["server"], k["reason"]))
    print("%d passed, %d failed, 0 skipped" % (total["agree"] + total["known"], bad))
    return 1 if bad else 0


sys.exit(main())

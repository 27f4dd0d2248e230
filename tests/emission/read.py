"""Whether PyYAML gives back the texts that `emission write FOLDER` wrote.

usage: read.py FOLDER

Its loader in C reads all of them, the one in Python, which is slow, words.yaml and the first
documents of texts.yaml. The exit status is 1 where one text is another one, 77 without PyYAML.
"""
import itertools
import json
import sys

try:
    import yaml
except ImportError:
    print("python3 has no PyYAML")
    sys.exit(77)

SHOWN = 5
MOST_DOCUMENTS = 600


def load(folder, name):
    with open(f"{folder}/{name}.json", encoding="utf-8") as file:
        return json.load(file)


def compare(what, wanted, got):
    # repr and not ==, to which True is 1.
    bad = [(a, b) for a, b in itertools.zip_longest(wanted, got) if repr(a) != repr(b)]
    for a, b in bad[:SHOWN]:
        print(f"{what}: {a!r} became {b!r}")
    return not bad


def check(folder, loader, names, most):
    ok = True
    for name in names:
        with open(f"{folder}/{name}.yaml", encoding="utf-8", newline="") as file:
            got = yaml.load(file, loader)
        ok = compare(f"{loader.__name__}, {name}", load(folder, name), got) and ok
    with open(f"{folder}/texts.yaml", encoding="utf-8", newline="") as file:
        got = list(itertools.islice(yaml.load_all(file, loader), most))
    wanted = load(folder, "texts")[:most]
    return compare(f"{loader.__name__}, texts", wanted, got) and ok


folder = sys.argv[1]
good = check(folder, yaml.SafeLoader, ["words"], MOST_DOCUMENTS)
if hasattr(yaml, "CSafeLoader"):
    good = check(folder, yaml.CSafeLoader, ["words", "more"], None) and good
sys.exit(0 if good else 1)

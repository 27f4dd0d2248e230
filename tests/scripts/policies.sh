#!/bin/sh
# The examples of the shipped policies get from the kyverno command line the rows that
# tests/policies/NAME/rows.tsv has; tests/unit/test_policies.c compares ovec's with them.
. "$(dirname "$0")/../lib.sh"

command -v kyverno >/dev/null || skip "kyverno is not installed"
for folder in "$root"/tests/policies/*/; do
	name=$(basename "$folder")
	kyverno apply "$root/policies/kyverno/$name.yaml" -r "$folder/good.yaml" \
		-r "$folder/bad.yaml" --policy-report >report 2>errors
	awk -f "$root/tests/policies/rows.awk" report | sort >rows
	cmp -s rows "$folder/rows.tsv" && continue
	diff "$folder/rows.tsv" rows
	cat errors
	fail "kyverno judges the examples of $name otherwise"
done

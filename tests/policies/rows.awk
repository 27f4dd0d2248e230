# rows: what a report of `kyverno apply --policy-report` says, as lines
# RULE<tab>KIND<tab>NAME<tab>RESULT, without the reasons.
function value(s) { sub(/^[^:]*: */, "", s); return s }
function row() {
	if (result != "")
		printf "%s\t%s\t%s\t%s\n", rule, kind, name, result
	rule = kind = name = result = ""
}
/^results:/ { inside = 1 }
/^[a-z]/ && !/^results:/ { row(); inside = 0 }
!inside { next }
/^- / { row() }
/^    kind: / { kind = value($0) }
/^    name: / { name = value($0) }
/^  result: / { result = value($0) }
/^  rule: / { rule = value($0) }

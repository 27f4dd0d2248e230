#!/bin/sh
# The pre-commit tool, on fresh clones of this project and of an estate: builds the program and
# judges what is staged.
. "$(dirname "$0")/../lib.sh"

command -v pre-commit >/dev/null || skip "pre-commit is not installed"
export PRE_COMMIT_HOME="$work/cache"

# The project as it is now, committed or not, without what is built.
mkdir hooks
(cd "$root" && find . \( -name .git -o -path ./build \) -prune -o -type f -print |
	tar cf - -T -) | tar xf - -C hooks
git -C hooks init -q
git -C hooks add -A
git -C hooks commit -q -m "The hooks"

repository repo
cd repo || exit 1
cat >.pre-commit-config.yaml <<CONFIG
repos:
- repo: $work/hooks
  rev: $(git -C ../hooks rev-parse HEAD)
  hooks:
  - id: ovec-check
    args: [.]
  - id: ovec-render-check
    args: [.]
CONFIG
git add .pre-commit-config.yaml
status 0 pre-commit install
status 0 git commit -q -m "Hooks"
grep -q 'ovec check.*Passed' ../.output || fail "the hook did not run: $(cat ../.output)"

broken >extra.yaml
git add extra.yaml
rm extra.yaml
status 1 git commit -q -m "A broken estate, mended in the folder only"
grep -q 'extra.yaml:1' ../.output || fail "the finding was not shown: $(cat ../.output)"

git reset -q --hard
broken >extra.yaml
git rm -q --cached --ignore-unmatch extra.yaml
"$OVEC" check . >/dev/null 2>&1 && fail "the folder should be broken"
printf '\n' >>ovec.yaml
git add ovec.yaml
status 0 git commit -q -m "Broken in the folder only"

#!/bin/sh
# `ovec install-hook` makes Git refuse a commit whose estate has findings.
. "$(dirname "$0")/../lib.sh"

repository repo
cd repo || exit 1
PATH=$(dirname "$OVEC"):$PATH
status 0 "$OVEC" install-hook
[ -x .git/hooks/pre-commit ] || fail "no hook was installed"

broken >extra.yaml
status 0 git commit -q --allow-empty -m "Nothing of it is staged"
git add extra.yaml
status 1 git commit -q -m "A broken estate"
git rm -q --cached extra.yaml
status 0 git commit -q --allow-empty -m "Not staged any more"

# A hook of somebody else's is not overwritten.
echo '#!/bin/sh' >.git/hooks/pre-commit
"$OVEC" install-hook >/dev/null 2>&1 && fail "overwrote a foreign hook"
[ "$(cat .git/hooks/pre-commit)" = '#!/bin/sh' ] || fail "changed a foreign hook"

#!/bin/sh
# What is judged with --from index is what is staged, and with --from REF what is committed,
# whatever lies in the folder.
. "$(dirname "$0")/../lib.sh"

repository repo
cd repo || exit 1
status 0 "$OVEC" check . --from index
broken >extra.yaml
status 1 "$OVEC" check .
status 0 "$OVEC" check . --from index
status 0 "$OVEC" check . --from HEAD
git add extra.yaml
status 1 "$OVEC" check . --from index
status 0 "$OVEC" check . --from HEAD
rm extra.yaml
status 0 "$OVEC" check .
status 1 "$OVEC" check . --from index

# `git commit -a` and `git commit FILE` let a hook see an index of their own.
git rm -q --cached extra.yaml
broken >other.yaml
cp .git/index .git/other-index
GIT_INDEX_FILE=.git/other-index git add other.yaml
rm other.yaml
status 0 "$OVEC" check . --from index
status 1 env GIT_INDEX_FILE=.git/other-index "$OVEC" check . --from index

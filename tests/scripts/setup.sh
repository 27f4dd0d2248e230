#!/bin/sh
# tests/setup.sh is silent where everything is there; else it says first what it installs.
. "$(dirname "$0")/../lib.sh"

mkdir bin
stub() {
	printf '#!/bin/sh\n%s\n' "$2" >"bin/$1"
	chmod +x "bin/$1"
}
stub gcc 'exit 0'
stub make 'exit 0'
stub git 'exit 0'
stub id 'echo 0'
stub apt-get 'echo "apt-get $*"'
stub env 'shift; exec "$@"'

stub pkg-config 'exit 0'
[ -z "$(PATH=$work/bin CC=gcc /bin/sh "$root/tests/setup.sh" test 2>&1)" ] || fail "not silent"

stub pkg-config '[ "$2" != libgit2 ]'
PATH=$work/bin CC=gcc /bin/sh "$root/tests/setup.sh" build >log 2>&1 || fail "failed: $(cat log)"
[ "$(sed -n 1p log)" = "installing libgit2-dev (missing: libgit2)" ] ||
	fail "said: $(cat log)"
grep -q '^apt-get install .* libgit2-dev$' log || fail "did: $(cat log)"

stub id 'echo 1000'
PATH=$work/bin CC=gcc /bin/sh "$root/tests/setup.sh" build >log 2>&1 && fail "went on without root"
grep -q 'as root, install: libgit2-dev' log || fail "said: $(cat log)"

rm bin/apt-get
stub dnf 'echo "dnf $*"'
stub sudo 'exec "$@"'
PATH=$work/bin CC=gcc /bin/sh "$root/tests/setup.sh" build >log 2>&1 || fail "failed: $(cat log)"
grep -q '^dnf install -y libgit2-devel$' log || fail "did: $(cat log)"

# lib: what the scripts in tests/scripts share; they source it first. Each script is one test:
# status 0 passed, 77 skipped with the reason as the last line, else failed. The working
# directory is an empty folder that is removed at the end.
#
#   $root     the project's folder
#   $OVEC     the program under test
#   estate    copies the example estate
#   emission  the test program of that name, tests/emission.c
#   status    runs a command and checks its exit status
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
OVEC=${OVEC:-$root/build/ovec}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1

# Nothing of the machine's Git set-up decides over a test.
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE NO_COLOR
export HOME="$work" GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
export GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@example.com
export GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@example.com
git config --global init.defaultBranch main
git config --global advice.detachedHead false

fail() {
	echo "$*" >&2
	exit 1
}

skip() {
	echo "$*"
	exit 77
}

# status WANTED COMMAND...: the command's output is shown where its status is another one.
status() {
	wanted=$1
	shift
	"$@" >"$work/.output" 2>&1
	got=$?
	[ "$got" -eq "$wanted" ] && return
	cat "$work/.output" >&2
	fail "status $got, not $wanted: $*"
}

emission() {
	"${PROGRAMS:-$root/build/debug}/emission" "$@"
}

# estate FOLDER: a copy of the example estate.
estate() {
	[ -f "$root/fixtures/acme/ovec.yaml" ] || skip "there is no fixtures/acme"
	mkdir -p "$1"
	cp -R "$root/fixtures/acme/." "$1"
}

# repository FOLDER: a Git repository whose one commit is the example estate.
repository() {
	estate "$1"
	git -C "$1" init -q
	git -C "$1" add -A
	git -C "$1" commit -q -m "The estate"
}

# namespace CLUSTER NAME: a document that adds an object to the cluster.
namespace() {
	printf 'apiVersion: ovec.dev/v1alpha1\nkind: Namespace\n'
	printf 'metadata: {name: %s}\nspec: {cluster: %s, owner: platform}\n' "$2" "$1"
}

# Text that is no YAML.
broken() {
	printf 'kind: [\n'
}

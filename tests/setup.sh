#!/bin/sh
# setup: installs the libraries and tools that are missing, with apt-get or dnf. Says so first;
# silent where nothing is missing.
#
# usage: tests/setup.sh build|test
libraries="yaml-0.1 libgit2 libpcre2-8 libcjson libdeflate"
tools="gcc make pkg-config"
if [ "$1" = test ]; then
	libraries="$libraries cmocka"
	tools="$tools git"
fi

missing=
for tool in $tools; do
	# Any compiler that is called cc will do.
	[ "$tool" = gcc ] && command -v "${CC:-cc}" >/dev/null && continue
	command -v "$tool" >/dev/null || missing="$missing $tool"
done
for library in $libraries; do
	pkg-config --exists "$library" 2>/dev/null || missing="$missing $library"
done
[ -z "$missing" ] && exit 0

# The package of a name above, for the package manager in $1.
package() {
	case $1:$2 in
	apt:gcc) echo gcc libc6-dev ;;
	apt:yaml-0.1) echo libyaml-dev ;;
	apt:libgit2) echo libgit2-dev ;;
	apt:libpcre2-8) echo libpcre2-dev ;;
	apt:libcjson) echo libcjson-dev ;;
	apt:libdeflate) echo libdeflate-dev ;;
	apt:cmocka) echo libcmocka-dev ;;
	dnf:pkg-config) echo pkgconf-pkg-config ;;
	dnf:yaml-0.1) echo libyaml-devel ;;
	dnf:libgit2) echo libgit2-devel ;;
	dnf:libpcre2-8) echo pcre2-devel ;;
	dnf:libcjson) echo cjson-devel ;;
	dnf:libdeflate) echo libdeflate-devel ;;
	dnf:cmocka) echo libcmocka-devel ;;
	*) echo "$2" ;;
	esac
}

if command -v apt-get >/dev/null; then
	manager=apt
elif command -v dnf >/dev/null; then
	manager=dnf
else
	echo "missing:$missing; neither apt-get nor dnf is here: install them and try again" >&2
	exit 1
fi
packages=
for name in $missing; do
	packages="$packages $(package $manager "$name")"
done

sudo=
if [ "$(id -u)" -ne 0 ]; then
	sudo=$(command -v sudo) || {
		echo "missing:$missing; as root, install:$packages" >&2
		exit 1
	}
fi
echo "installing$packages (missing:$missing)"
# shellcheck disable=SC2086
case $manager in
apt)
	$sudo apt-get update -q &&
		$sudo env DEBIAN_FRONTEND=noninteractive \
			apt-get install -q -y --no-install-recommends $packages
	;;
dnf) $sudo dnf install -y $packages ;;
esac

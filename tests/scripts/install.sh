#!/bin/sh
# `make install` puts one executable into place that works without the project's folder.
. "$(dirname "$0")/../lib.sh"

mode=release
case $OVEC in
*/build/debug/ovec) mode=debug ;;
*/build/san/ovec) mode=san ;;
esac
status 0 make -s -C "$root" MODE=$mode install DESTDIR="$work/stage" PREFIX=/opt/ovec
[ -x stage/opt/ovec/bin/ovec ] || fail "no stage/opt/ovec/bin/ovec"
status 0 stage/opt/ovec/bin/ovec version
estate acme
status 0 stage/opt/ovec/bin/ovec check acme

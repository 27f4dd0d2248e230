#!/bin/sh
# oracle: asks a real API server to accept every rendered object, by a dry run with strict field
# validation. The server is not part of the project: ORACLE names the folder that starts it.
#
# usage: tests/oracle.sh FOLDER
oracle=${ORACLE:-$(dirname "$0")/../../shared/oracle}
if [ ! -x "$oracle/check.sh" ]; then
	echo "skipped: no API server to ask ($oracle/check.sh is not there)"
	exit 0
fi

answer=$("$oracle/check.sh" "$1" 2>&1)
status=$?
case $answer in
*"no API server"*)
	echo "starting the API server" >&2
	"$oracle/start.sh" >/dev/null || { echo "the API server did not start" >&2; exit 1; }
	answer=$("$oracle/check.sh" "$1" 2>&1)
	status=$?
	;;
esac
echo "$answer"
exit $status

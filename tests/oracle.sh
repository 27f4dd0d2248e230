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
	# The server outlives this script, and would keep a lock that its caller holds.
	"$oracle/start.sh" >/dev/null 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- ||
		{ echo "the API server did not start" >&2; exit 1; }
	answer=$("$oracle/check.sh" "$1" 2>&1)
	status=$?
	;;
esac
echo "$answer"
exit $status

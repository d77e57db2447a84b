#!/bin/sh
# packages_test.sh: without root, a missing package is one line and an error,
# and a complete system is silence.
set -u
script=$(cd "$(dirname "$0")/../.." && pwd)/mk/packages.sh
bad=0
copy=$(mktemp)
trap 'rm -f "$copy"' EXIT
cp "$script" "$copy" && chmod 755 "$copy"

asuser() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
	else
		"$@"
	fi
}
expect() {	# exit code, output, package...
	rc=$1 want=$2
	shift 2
	out=$(asuser "$copy" "$@" 2>&1)
	got=$?
	if [ $got -eq "$rc" ] && [ "$out" = "$want" ]; then
		echo "ok $*"
	else
		echo "not ok $*: exit $got, expected $rc: $out"
		bad=1
	fi
}

expect 0 '' dpkg
expect 2 'missing packages: sudo apt-get install no-such-a no-such-b' \
    no-such-a dpkg no-such-b
exit $bad

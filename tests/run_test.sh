#!/bin/sh
# run_test.sh: make check's runner counts right, and no way of failing gets
# past it.
set -u
run=$(cd "$(dirname "$0")" && pwd)/run.sh
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
bad=0

program() {	# name, body
	printf '#!/bin/sh\n%s\n' "$2" >"$1"
	chmod +x "$1"
}
expect() {	# exit code, last line, test...
	rc=$1 last=$2
	shift 2
	out=$(B=b "$run" "$@" 2>&1)
	got=$?
	if [ $got -eq "$rc" ] && [ "$(echo "$out" | tail -n 1)" = "$last" ]; then
		echo "ok $*"
	else
		echo "not ok $*: exit $got, expected $rc, '$last'; output:"
		echo "$out"
		bad=1
	fi
}

program good 'echo "100%: Checks: 3, Failures: 0, Errors: 0"'
program fails 'echo "50%: Checks: 4, Failures: 1, Errors: 1"; exit 1'
program liar 'echo "100%: Checks: 3, Failures: 0, Errors: 0"; exit 1'
program quiet 'exit 0'
program crash 'kill -SEGV $$'
program skip 'echo "no such CPU"; exit 77'

expect 0 '4 passed, 0 failed, 0 skipped' ./good ./quiet
expect 1 '5 passed, 2 failed, 0 skipped' ./good ./fails
expect 1 '3 passed, 1 failed, 0 skipped' ./liar
expect 1 '3 passed, 1 failed, 0 skipped' ./good ./crash
expect 1 '3 passed, 1 failed, 0 skipped' ./good ./absent
expect 0 '3 passed, 0 failed, 1 skipped' ./good ./skip
expect 1 '0 passed, 0 failed, 1 skipped' ./skip

program hang 'sleep 100 & wait'
TEST_TIMEOUT=1
export TEST_TIMEOUT
expect 1 '0 passed, 1 failed, 0 skipped' ./hang

case $(B=b "$run" ./fails ./good) in
*'50%: Checks: 4'*'100%: Checks: 3, Failures: 0, Errors: 0'*) echo ok lines ;;
*'100%: Checks: 3, Failures: 0, Errors: 0'*'50%: Checks: 4'*) echo ok lines ;;
*) echo 'not ok: closing lines of the programs are missing'; bad=1 ;;
esac
exit $bad

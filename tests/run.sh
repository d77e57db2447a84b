#!/bin/sh
# run.sh test...: run every test, as many at a time as there are cores, and
# print for each its result, how long it took, the time of its processes in user
# and system mode, and Check's closing line; of one that fails, all its output.
# The last line is the total.
#
# A test is a Check program, or a script whose exit code says 0 passed,
# 1 failed, 77 skipped (its last line says why).  CK_* variables reach the
# programs.  Output stays in $B/tests/<name>.log.  A test that hangs is killed
# after TEST_TIMEOUT seconds and has failed.  What it leaves in $TMPDIR is removed.
# Exit code: 0, or 1.
set -u
: "${B:=build}" "${TEST_TIMEOUT:=1000}"
# Check's own is 4 s of wall time, which a loaded machine needs for nothing.
export CK_DEFAULT_TIMEOUT="${CK_DEFAULT_TIMEOUT:-600}"

# One test: `run.sh --one file log'.
if [ "${1-}" = --one ]; then
	start=$(date +%s)
	TMPDIR=$(mktemp -d) && chmod 755 "$TMPDIR" && export TMPDIR	# packages_test is nobody, too
	timeout -k 10 "$TEST_TIMEOUT" "$2" >"$3" 2>&1 </dev/null
	rc=$?
	times >"$3.times"	# the second line is that of its children
	{ read -r _; read -r user sys; } <"$3.times"
	rm -rf "$TMPDIR" "$3.times"
	sum=$(grep -a '^[0-9]*%: Checks: ' "$3" | tail -n 1)
	echo "$rc $sum" >"$3.rc"
	exec 9<"$B/tests" && flock 9	# one report at a time
	[ $rc -eq 0 ] && word=ok || word="FAILED ($rc)"
	[ $rc -ne 77 ] || word=skipped
	echo "$word: $2 ($(($(date +%s) - start)) s; ${user%????s} ${sys%????s})"
	case $rc in
	0)	[ -z "$sum" ] || echo "$sum" ;;
	77)	tail -n 1 "$3" ;;
	*)	cat "$3" ;;
	esac
	exit 0
fi

[ $# -gt 0 ] || { echo "run.sh: no tests" >&2; exit 2; }
unset MAKEFLAGS MAKELEVEL MFLAGS	# tests call make themselves
export B TEST_TIMEOUT
mkdir -p "$B/tests"
log() {	# test: $log is where its output goes
	log=${1#"$B"/}
	while case $log in */*) ;; *) false ;; esac; do
		log=${log%%/*}-${log#*/}
	done
	log=$B/tests/$log.log
}
for t in "$@"; do
	log "$t"
	[ ! -e "$log.rc" ] || rm -f "$log" "$log.rc"
	printf '%s\0%s\0' "$t" "$log"
done | xargs -0 -n 2 -P "$(nproc)" "$0" --one

passed=0 failed=0 skipped=0
for t in "$@"; do
	log "$t"
	rc=1 sum=
	[ ! -f "$log.rc" ] || read -r rc sum <"$log.rc"
	if [ "$rc" = 77 ]; then
		skipped=$((skipped + 1))
	elif [ -z "$sum" ]; then
		[ "$rc" = 0 ] && passed=$((passed + 1)) || failed=$((failed + 1))
	else	# "100%: Checks: 3, Failures: 0, Errors: 0"
		n=${sum#*Checks: } f=${sum#*Failures: } e=${sum#*Errors: }
		bad=$((${f%%,*} + e))
		n=$((${n%%,*} - bad))
		[ "$rc" != 0 ] && [ $bad -eq 0 ] && bad=1
		passed=$((passed + n))
		failed=$((failed + bad))
	fi
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ] && [ $passed -gt 0 ]

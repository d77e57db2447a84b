# twin.sh: what scripts of twins have in common; they source it.
#
# A twin is a file with one line changed, and a test must fail with it.  The
# unchanged file, built the same way, must pass, so that a failure is the
# twin's doing.  Programs are made in $dir.  The script ends with `exit $rc'.
rc=0

# judge name test original changed command...: the command builds $dir/NAME
judge() {
	name=$1 test=$2 original=$3 changed=$4
	shift 4
	if cmp -s "$original" "$changed"; then
		echo "not ok $name: the script changes nothing in $original any more"
		rc=1
	elif ! "$@"; then
		echo "not ok $name: does not compile"
		rc=1
	elif timeout 120 "$dir/$name" >"$dir/$name.log" 2>&1; then
		echo "not ok $name: $test does not notice"
		rc=1
	else
		echo "ok $name: $(grep -c ':[FE]:' "$dir/$name.log") tests of $test fail"
	fi
}

# passes test command...: the command builds $dir/same of unchanged files
passes() {
	test=$1
	shift
	"$@" && "$dir/same" >"$dir/same.log" 2>&1 && return
	cat "$dir/same.log"
	echo "not ok same: $test fails with the files as they are"
	exit 1
}

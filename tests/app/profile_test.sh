#!/bin/sh
# profile_test.sh: `rangeley run --profile' and `rangeley trace' on the program
# measure (tests/kernel/prog/measure.c), whose locks and writes are known.
#
# A round takes t_lock once, t_obj twice, and in each fourth round kernel_lock, of
# which only the outer KERNEL_LOCK counts; it writes t_count and t_atomic once, and
# a counter of its CPU's own, a line apart.  Neither a profile nor a trace changes
# anything: the hash is that of a run without.  The twins are wrong in what is
# reported: counters that share a line, a lock that is left out.
set -u
: "${B:=build}"
. tests/say.subr
rangeley=$B/rangeley
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
seen="$t/err"

profile() {	# name, property...
	name=$1
	shift
	"$rangeley" run --image ktest --profile --json run=measure "$@" \
	    >"$t/$name" 2>"$t/err"
	say $? "run=measure $* with a profile"
}
holds() {	# name, what, jq filter
	jq -e '.measures[0] |
		def lock(n): ([.profile.locks[] | select(.lock == n) | .each] | add) // 0;
		def fields: [.profile.lines[].fields[]];
		def field(n): fields[] | select(.name == n);
		'"$3" "$t/$1" >"$t/out" 2>&1
	seen="$t/out" say $? "$2"
}
all='[0,1,2,3,4,5,6,7]'

profile plain
holds plain '1600 repetitions' '.name == "rounds" and .n == 1600'
holds plain 'locks by name' 'lock("tally(it).t_lock") == 1 and
	lock("tally(it).t_obj") == 2 and lock("kernel_lock") == 0.25'
holds plain 't_count and t_atomic are written once' \
    '(field("tally(it).t_count") | .writes_each == 1 and .writers == '$all') and
	(field("tally(it).t_atomic") | .writes_each == 1 and .writers == '$all')'
holds plain 't_rounds lies in a line that is written, and is only read' \
    'field("tally(it).t_rounds") | .writers == [] and .readers == '$all
holds plain 'counters in lines of their own are not shared' \
    '[fields[] | select(.name | test("t_own|t_packed"))] == []'
holds plain 'ordered accesses, cycles' \
    '.profile.ordered_each > 4 and .cycles_each > 10 and .busy_each > .cycles_each'
# t_lock is taken and given back, t_obj twice; t_count, t_atomic.
holds plain 'a round writes shared lines 8 times at least' \
    '.profile.shared_writes_each >= 8 and .profile.shared_lines_each == null'

# Each mutex_enter() begins something: t_lock's line, t_obj's twice, t_atomic's, and
# kernel_lock's in a fourth of the rounds.  A lock that is never new counts a line once
# in the whole run.
lines() {	# name, steps, what, jq filter
	"$rangeley" run --image ktest --profile --each "$2" --json run=measure \
	    >"$t/$1" 2>"$t/err"
	holds "$1" "--each $2: $3" ".profile.shared_lines_each | $4"
}
lines each mutex_enter 'a round writes 4.25 shared lines and little else' \
    '. >= 4.25 and . < 7'
lines once mutex_enter:0 'a lock is one thing' '. > 0 and . < 0.5'
lines nothing -mutex_enter 'nothing counts' '. == 0'
lines last '!mutex_enter:0' 'each time the last' '. >= 4.25 and . < 7'
lines new +mutex_enter:0 'each time a new one' '. >= 4.25 and . < 7'

"$rangeley" run --image ktest --json run=measure >"$t/without"
[ "$(jq .trace "$t/without")" = "$(jq .trace "$t/plain")" ]
say $? 'the run is the same without a profile'
"$rangeley" run --image ktest --profile --json run=measure | cmp -s - "$t/plain"
say $? 'and the profile of a second run'
"$rangeley" run --image ktest --profile run=measure >"$t/text"
grep -Eq '^ +1\.000  tally\(it\)\.t_lock$' "$t/text" &&
    grep -Eq '^ +w 01234567 +1\.000 +r 01234567 .* tally\(it\)\.t_count$' "$t/text"
seen="$t/text" say $? 'as text'

profile packed bug=1
holds packed 'twin: counters that share a line are reported' \
    '[fields[] | select(.name | test("t_packed")) | .writes_each] == [1]'
profile unlocked bug=2
holds unlocked 'twin: a lock that is left out is not there' \
    'lock("tally(it).t_lock") == 0'

# ---- trace: a round of CPU 3, as measure.c has it; the first has KERNEL_LOCK.
cat >"$t/chain" <<'EOF'
from rounds		# an LWP begins
step mutex_enter mutex_exit _kernel_lock _kernel_unlock
EOF
trace() {	# name, property...
	name=$1
	shift
	"$rangeley" trace --image ktest --chain "$t/chain" --json run=measure \
	    "$@" >"$t/$name" 2>"$t/err"
	say $? "trace of run=measure $*"
	jq -r '.events[] | select(.cpu == 3 and .context == "crew/3") |
	    [.function, (.lock // "" | sub(".*\\."; "")), .ipl,
	    (.held | map(sub(".*\\."; "")) | join(","))] | join(" ")' \
	    "$t/$name" | sed -n '/^rounds/,$p' | head -n 12 >"$t/$name.steps"
}
cat >"$t/want" <<'EOF'
rounds  NONE 
mutex_enter t_lock NONE 
mutex_exit t_lock NONE t_lock
mutex_enter t_obj NONE 
mutex_exit t_obj VM t_obj
mutex_enter t_obj NONE 
mutex_exit t_obj VM t_obj
_kernel_lock kernel_lock NONE 
_kernel_lock kernel_lock NONE kernel_lock
_kernel_unlock kernel_lock NONE kernel_lock
_kernel_unlock kernel_lock NONE kernel_lock
mutex_enter t_lock NONE 
EOF
trace round
diff "$t/want" "$t/round.steps" >"$t/diff"
seen="$t/diff" say $? 'the steps of a round, with locks'
[ "$(jq .trace "$t/without")" = "$(jq .trace "$t/round")" ]
say $? 'the run is the same without a trace'
trace unlocked bug=2
! diff -q "$t/want" "$t/unlocked.steps" >/dev/null
say $? 'twin: a round without its lock has other steps'

# ---- what may be wrong in a list of functions
refuse() {	# message, option...
	message=$1
	shift
	"$rangeley" trace --image ktest "$@" run=measure >"$t/out" 2>"$t/err"
	[ $? -eq 2 ] && grep -q "$message" "$t/err"
	say $? "refused: $message"
}
echo 'step nothing_of_this_name' >"$t/chain"
refuse "chain:1: the image has no function 'nothing_of_this_name'" --chain "$t/chain"
printf '# a list\nsteps mutex_enter\n' >"$t/chain"
refuse "chain:2: 'steps' begins no line; write lead, from" --chain "$t/chain"
refuse 'cannot read the chain' --chain "$t/none"
refuse 'which functions'
each() {	# message, steps
	"$rangeley" run --image ktest --profile --each "$2" run=measure \
	    >"$t/out" 2>"$t/err"
	[ $? -eq 2 ] && grep -q -e "$1" "$t/err"
	say $? "refused: $1"
}
each "'+rounds' is no step; write NAME, NAME:0" +rounds
each "'rounds:3' is no step" rounds:3
each "'-' is no step" mutex_enter,-
each "no function 'runds'" runds
each "is no entry of a function with hooks" seam_call
! "$rangeley" run --image ktest --each rounds run=measure 2>"$t/err" >"$t/out" &&
    grep -q 'each wants --profile' "$t/err"
say $? 'refused: --each without --profile'
refuse 'is no entry of a function with hooks' --function seam_call
"$rangeley" trace --image ktest --function rounds --nth 2 run=measure \
    >"$t/out" 2>"$t/err"
[ $? -eq 1 ] && grep -q 'no chain number 2' "$t/err"
say $? 'a chain that is not there is a finding'
"$rangeley" trace --image ktest --function rounds --limit 1us run=measure \
    >"$t/out" 2>"$t/err"
[ $? -eq 4 ] && grep -q 'none of these functions was entered' "$t/err"
say $? '.. and when the run was cut no verdict'

# ---- all entries of a boot: the same twice, as a register that is no argument may
# have what the host left there, and is not shown
for n in 1 2; do
	"$rangeley" trace --image GENERIC --function '*' --json idle=1 >"$t/all$n" \
	    2>"$t/err"
	say $? "trace of a boot, $n"
done
cmp "$t/all1" "$t/all2" >"$t/diff"
seen="$t/diff" say $? 'the same twice'
jq -e '[.events[] | select(.function == "idt_init" or
    .function == "idt_vec_reserve") | .args] | .[0] == [] and
    .[1] == ["00000000000000ef"]' "$t/all1" >"$t/diff"
seen="$t/diff" say $? 'functions have the arguments that they take'

exit $bad

#!/bin/sh
# suites_test.sh: the programs of tests/kernel/prog, one list of them, on both
# machines: on the timed one, and on the fake one by a few schedules.  A program
# must not know where it runs: what it expects it waits for, and times are of a
# tick's order.
#
#	[KERNEL=image] suites_test.sh [soak]	soak: many schedules
#
# On the fake machine a step, of whichever CPU, takes 100 ns unless the list says
# otherwise.  So a tick is 100,000 steps, which is enough for what a kernel does
# in one, and loops that wait for time end soon.  pserialize has eight CPUs switch
# all the time, for one spin mutex: with so few steps a millisecond a cross call
# can take a tick there, which the program does not allow for.
#
# What shows that these programs notice errors: *_bugs.sh, traps_test.sh,
# wakeup_test.sh.
#
# A second run must be the same: on the timed machine to the last character (of
# mix, mix_test.sh), on the fake one the same schedule.
set -u
: "${B:=build}"
. tests/say.subr
dir=$B/tests/kernel/suites_test
rm -rf "$dir" && mkdir -p "$dir"
image=$B/images/${KERNEL:=ktest}/image.elf
seeds=1..4 twice=2
[ "${1-}" = soak ] && seeds=1..300 twice=100

# program, time of a step on the fake machine, boot properties
list='bus	100ns
intr	100ns
intr_move	100ns
cpus	4ns	late=2000000
condvar	100ns
klock	100ns
mutex	100ns
mutex_race	100ns	exits=3000
rwlock	100ns	rwloops=100
softint	100ns
softint_move	100ns
pserialize	20ns
xcall	100ns
ipi	100ns
percpu	100ns
workqueue	100ns
pktqueue	100ns
mbuf	100ns	steps=60
bpf	100ns
pfil	100ns
netbase	100ns
pool	100ns
poolcache	100ns
kmem	100ns
kmem_intr	100ns
vmem	100ns
lowmem	100ns
measure	100ns
prf	100ns
sysctl	100ns
ifnet	100ns
sched	100ns
second	100ns
callout	100ns
traps	100ns
mix	100ns	ops=20000'

say() {	# ok?, what, log
	if [ "$1" -eq 0 ]; then
		echo "ok $2"
	else
		echo "not ok $2:"
		grep -E ' F: |panic|rangeley:|^verdict' "$3" | head -n 20
		bad=1
	fi
}
timed() {	# log property...
	log=$1
	shift
	timeout -s INT 600 "$B/rangeley" run --limit=20s --image "$image" \
	    idle=1 "$@" >"$log" 2>&1
}
fake() {	# log option...
	log=$1
	shift
	timeout -s INT 3600 "$B/rangeley" fake --ram 32MiB --steps 200000000 \
	    "$@" >"$log" 2>&1
}

for p in $(echo "$list" | cut -f 1 | grep -v '^mix$'); do
	timed "$dir/$p.timed" "run=$p"
	say $? "$p, timed" "$dir/$p.timed"
done
for p in sched xcall; do
	timed "$dir/again" "run=$p"
	cmp -s "$dir/again" "$dir/$p.timed"
	say $? "$p, timed: the same again" "$dir/again"
done

echo "$list" >"$dir/list"
while read -r p tick property; do
	# shellcheck disable=SC2086 # one property or none
	fake "$dir/$p.fake" --image "$KERNEL" --tick "$tick" --seeds $seeds \
	    "run=$p" $property </dev/null
	say $? "$p, fake: seeds $seeds" "$dir/$p.fake"
done <"$dir/list"

# What must end in a panic does by each schedule, and not in a deadlock; with
# which words: locks_test.sh, memory_test.sh, traps_test.sh, machdep_test.sh.
fake "$dir/programs" --image "$KERNEL" --from-boot programs=1
panics=$(grep -o '^p_[a-z_]*' "$dir/programs")
[ -n "$panics" ]
say $? 'programs that panic' "$dir/programs"
for p in $panics; do
	fake "$dir/$p.fake" --image "$KERNEL" --tick 100ns --seeds $seeds "run=$p"
	[ $? -eq 1 ] && grep -q "^not good *${seeds#1..}$" "$dir/$p.fake" &&
	    ! grep '^verdict' "$dir/$p.fake" | grep -v '^verdict 1 ' >"$dir/no"
	say $? "$p, fake: seeds $seeds" "$dir/$p.fake"
done

fake "$dir/twice" --image "$KERNEL" --tick 100ns --seeds 1..$twice --twice \
    run=condvar,softint
say $? 'condvar,softint, fake: the same again' "$dir/twice"
exit $bad

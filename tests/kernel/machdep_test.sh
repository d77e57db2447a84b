#!/bin/sh
# machdep_test.sh: port/machdep under the whole kernel, on eight CPUs and one.
#
#	programs	bus, intr, cpus: no check fails; cpus with HLT, too
#	ends		a panic says what, where and who called whom, by name,
#			through an interrupt and a softint as well; a stack
#			that overflows is a finding
#	bugs		one thing wrong, as bugs.subr says
#
#	machdep_test.sh [N...]	of the bugs those only
set -u
. tests/kernel/bugs.subr

run() {	# what property...: output in $dir/out
	what=$1
	shift
	seen=$dir/out
	timeout 600 "$B/rangeley" run --image "$B/images/ktest/image.elf" \
	    idle=1 "$@" >"$seen" 2>&1
}
# On eight: suites_test.sh.
for p in bus intr cpus; do
	run "$p, one CPU" --cpus=1 run=$p
	say $? "$what"
done
run 'cpus, HLT' run=cpus idlemethod=halt
say $? "$what"

# In this order.
lines() {
	at=0
	for want; do
		n=$(tail -n +$((at + 1)) "$dir/out" | grep -n -m 1 -e "$want") ||
			return 1
		at=$((at + ${n%%:*}))
	done
}
run 'panic' run=p_panic
[ $? -eq 1 ] && lines '^panic: death number 42$' '^cpu0: .*(init) ipl 0$' \
    '^death_inner() at netbsd:death_inner+0x' '^death_outer() at netbsd:' \
    '^cpu_startinit() at ' '^lwp_trampoline() at '
say $? "$what"
run 'panic in an interrupt' run=p_panic_intr
[ $? -eq 1 ] && lines '^panic: death number 42$' \
    '^cpu0: .*(init) ipl 6, in an interrupt$' '^death_inner() at ' \
    '^death_outer() at ' '^Xintr_ioapic_edge16() at ' '^--- interrupt ---$' \
    '^p_panic_intr() at netbsd:p_panic_intr' '^cpu_startinit() at '
say $? "$what"
run 'panic in a softint' run=p_panic_softint
[ $? -eq 1 ] && lines '^panic: death number 42$' \
    '^cpu0: .*(softnet/0) ipl 4, softint$' '^cpu0: kernel_lock held 1 times' \
    '^death_inner() at ' '^death_outer() at ' '^softint_dispatch() at ' \
    '^Xsoftintr() at ' '^p_panic_softint() at ' '^lwp_trampoline() at '
say $? "$what"
run 'stack overflow' run=p_stack
[ $? -eq 1 ] && lines 'overflowed a kernel stack'
say $? "$what"

# 1: what is stored between looking at the run queue and MONITOR is lost.  (The way
# there is made longer, or no store would hit it.)
change port/machdep/idle.c '/^x86_cpu_idle_mwait/,/^}/s/if (__predict_false(ci->ci_want_resched))/if (crew_bug != 1 \&\& ci->ci_want_resched)/' \
    '/^x86_cpu_idle_mwait/,/^}/s/^	x86_monitor/	if (crew_bug == 1)\
		delay(1);\
&/'
change port/machdep/cpu.c 's/if (s > IPL_PREEMPT)/if (s > IPL_PREEMPT \&\& crew_bug != 2)/'
change port/machdep/intr.c 's/if (!mpsafe)/if (!mpsafe \&\& crew_bug != 3)/' \
    's/(\*p)->ih_level >= ih->ih_level/(crew_bug == 4 ? (*p)->ih_level < ih->ih_level : (*p)->ih_level >= ih->ih_level)/'
change port/machdep/bus_dma.c '/^piece(/,/^}/s/MIN(size, map->dm_maxsegsz)/(crew_bug == 5 ? size : MIN(size, map->dm_maxsegsz))/'
overlay
fine 0 none bus,intr,cpus
wrong 1 'no second look before MWAIT' cpus
wrong 2 'preempted at a level' cpus
wrong 3 'no KERNEL_LOCK for a handler' intr
wrong 4 'handlers of low levels first' intr
wrong 5 'one segment' bus
exit $bad

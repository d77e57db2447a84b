#!/bin/sh
# machdep_test.sh: port/machdep under the whole kernel, on eight CPUs and one.
#
#	programs	bus, intr, cpus: no check fails; cpus with HLT, too
#	ends		a panic says what, where and who called whom, by name,
#			through an interrupt and a softint as well; a stack
#			that overflows is a finding
#	twins		one thing wrong, as overlays of ktest
#
#	machdep_test.sh [name...]	of the twins those only
set -u
: "${B:=build}"
. tests/twin.subr
dir=$B/tests/kernel/machdep_test
rm -rf "$dir" && mkdir -p "$dir"
trap 'rm -rf "$B"/images/ktest-m_*' EXIT
image=$B/images/ktest/image.elf
only=" $* "

run() {	# what property...: output in $dir/out
	what=$1
	shift
	timeout 600 "$B/rangeley" run --image "$image" idle=1 "$@" \
	    >"$dir/out" 2>&1
}
say() {	# ok?
	if [ "$1" -eq 0 ]; then
		echo "ok $what"
	else
		echo "not ok $what:"
		head -n 40 "$dir/out"
		rc=1
	fi
}
# On eight: suites_test.sh.
for p in bus intr cpus; do
	run "$p, one CPU" --cpus=1 run=$p
	say $?
done
run 'cpus, HLT' run=cpus idlemethod=halt
say $?

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
say $?
run 'panic in an interrupt' run=p_panic_intr
[ $? -eq 1 ] && lines '^panic: death number 42$' \
    '^cpu0: .*(init) ipl 6, in an interrupt$' '^death_inner() at ' \
    '^death_outer() at ' '^Xintr_ioapic_edge16() at ' '^--- interrupt ---$' \
    '^p_panic_intr() at netbsd:p_panic_intr' '^cpu_startinit() at '
say $?
run 'panic in a softint' run=p_panic_softint
[ $? -eq 1 ] && lines '^panic: death number 42$' \
    '^cpu0: .*(softnet/0) ipl 4, softint$' '^cpu0: kernel_lock held 1 times' \
    '^death_inner() at ' '^death_outer() at ' '^softint_dispatch() at ' \
    '^Xsoftintr() at ' '^p_panic_softint() at ' '^lwp_trampoline() at '
say $?
run 'stack overflow' run=p_stack
[ $? -eq 1 ] && lines 'overflowed a kernel stack'
say $?

build() {	# name program
	out=$B/images/ktest-$1
	rm -rf "$out" && cp -a "$B/images/ktest" "$out"
	make -s B="$B" IMAGE=ktest OVERLAY="$dir/src/$1" "$out/image.elf" \
	    >"$dir/$1.make" 2>&1 || {
		cat "$dir/$1.make"
		return 1
	}
	printf '#!/bin/sh\nexec %s run --image %s idle=1 run=%s\n' \
	    "$B/rangeley" "$out/image.elf" "$2" >"$dir/$1"
	chmod +x "$dir/$1"
}
twin() {	# name file program sed-script
	[ "$only" = "  " ] || case $only in *" $1 "*) ;; *) return ;; esac
	f=port/machdep/$2
	mkdir -p "$dir/src/$1/port/machdep"
	sed "$4" "$f" >"$dir/src/$1/$f"
	judge "$1" "$3" "$f" "$dir/src/$1/$f" build "$1" "$3"
	rm -rf "$B/images/ktest-$1"
}
# Trap: what is stored between looking at the run queue and MONITOR is lost.  (The
# way there is made longer, or no store would hit it.)
twin m_no_second_look idle.c cpus '/^x86_cpu_idle_mwait/,/^}/{
	s/if (__predict_false(ci->ci_want_resched))/if (0)/
	s/^	x86_monitor/	delay(1);\
&/
}'
twin m_level_preempted cpu.c cpus 's/if (s > IPL_PREEMPT)/if (0)/'
twin m_no_biglock intr.c intr 's/if (!mpsafe)/if (0)/'
twin m_order_of_handlers intr.c intr \
    's/(\*p)->ih_level >= ih->ih_level/(*p)->ih_level < ih->ih_level/'
twin m_one_segment bus_dma.c bus '/^piece(/,/^}/s/MIN(size, map->dm_maxsegsz)/size/'
exit $rc

#!/bin/sh
# Twins of the local APIC: each is lapic.c, lapic_reg.c or a header with one
# line changed, and a test of it must fail.  The unchanged files, built the
# same way, must pass, so that a failure is the twin's doing.
set -u
: "${B:=build}"
. tests/twin.subr
dir=$B/tests/sim/cpu/lapic_twins
rm -rf "$dir" && mkdir -p "$dir/cpu"
# The twin's cpu/ comes first.
cc="gcc -std=gnu11 -O1 -D_GNU_SOURCE -I$dir -Isim -Itests"
files='lapic.c lapic_reg.c lapic.h lapic_impl.h'

for t in test_lapic test_lapic_timer test_lapic_random; do
	$cc -c tests/sim/cpu/$t.c -o "$dir/$t.o" || exit 1
done
$cc -c sim/core/rng.c -o "$dir/rng.o" || exit 1

build() {	# name program [header]: link a test with the files in $dir/cpu
	obj=$dir/$2.o
	if [ $# -gt 2 ]; then	# the test sees it too
		obj=$dir/seen.o
		$cc -c "tests/sim/cpu/$2.c" -o "$obj" || return 1
	fi
	$cc "$dir/cpu/lapic.c" "$dir/cpu/lapic_reg.c" "$obj" "$dir/rng.o" \
	    -o "$dir/$1" $(pkg-config --libs check)
}

fresh() {
	for f in $files; do
		cp "sim/cpu/$f" "$dir/cpu" || exit 1
	done
}

twin() {	# name file program sed-script [header]
	fresh
	sed "$4" "sim/cpu/$2" >"$dir/cpu/$2"
	judge "$1" "$3" "sim/cpu/$2" "$dir/cpu/$2" build "$1" "$3" ${5+"$5"}
}

fresh
for t in test_lapic test_lapic_timer test_lapic_random; do
	passes $t build same $t
done

# Priorities.
twin same_class lapic.c test_lapic 's/v >> 4 > lapic_ppr/v >> 4 >= lapic_ppr/'
twin by_vector lapic.c test_lapic 's/v >> 4 > lapic_ppr(l) >> 4/v > lapic_ppr(l)/'
twin no_tpr lapic.c test_lapic 's/l->tpr > served/false/'
twin lowest_first lapic.c test_lapic 's/31 - __builtin_clz(word\[w\])/__builtin_ctz(word[w])/'
twin kept_in_irr lapic.c test_lapic 's/^	clear(l->irr.*//'
twin deaf_while_served lapic.c test_lapic 's/if (is_set(l->irr, vector))/if (is_set(l->isr, vector)) return; &/'
twin newest lapic.c test_lapic '/^		l->merged++;$/{n;s/else//;}'
twin last_expiry lapic.c test_lapic 's/, first = l->timer_due;$/, first = until;/'
twin edge_stays_level lapic.c test_lapic 's/^	l->tmr.*&= .*//'
twin eoi_of_edge lapic.c test_lapic 's/if (is_set(l->tmr, (unsigned)v) \&\& /if (/'
twin always_on lapic.c test_lapic 's/if (!lapic_enabled(l)) {/if (false) {/'
twin unmaskable lapic_reg.c test_lapic 's/lapic_enabled(l) ? value : value | LVT_MASKED/value/'
twin merged_twice lapic.c test_lapic_random 's/l->merged += n - 1/l->merged += n/'
# Messages.
twin last_in_first lapic.c test_lapic 's/a->seq < b->seq/a->seq > b->seq/'
twin left_child lapic.c test_lapic 's/child + 1 < l->nmsg/false/'
twin one_late lapic.h test_lapic 's/l->next <= now/l->next < now/' header
twin forgotten lapic.c test_lapic 's/l->nmsg > 0 \&\& l->msg\[0\].at < l->next/false/'
twin overfull lapic.c test_lapic 's/if (l->nmsg == LAPIC_QUEUE)/if (l->nmsg == LAPIC_QUEUE + 1)/'
# Timer.
twin drift lapic.c test_lapic_timer 's/l->timer_due += n \* period/l->timer_due = until + period/'
twin one_expiry lapic.c test_lapic_timer 's/^	fire(l, n,/	fire(l, 1,/'
twin exclusive lapic.c test_lapic_timer 's/n += (until - l->timer_due)/n += (until - l->timer_due - 1)/'
twin rounds_down lapic.c test_lapic_timer 's/ - now + unit - 1)/ - now)/'
twin code_b_is_2 lapic.c test_lapic_timer 's/6, 7, 0 }/6, 7, 1 }/'
twin through_mask lapic.c test_lapic_timer 's/if (lvt & LVT_MASKED)/if (false)/'
twin deadline_stays lapic.c test_lapic_timer '/LAPIC_NEVER;/{n;s/l->tsc_deadline = 0;/;/;}'
twin overflow lapic.c test_lapic_timer 's/ || tsc_cyc > .*)$/)/'
twin in_clock_units lapic.c test_lapic_timer 's/tsc_cyc \* CLK_PER_CYC/tsc_cyc/'
twin tmict_alive lapic_reg.c test_lapic_timer 's/lapic_timer_mode(l) > PERIODIC/false/'
twin still_armed lapic_reg.c test_lapic_timer 's/((old ^ value) & LVT_MODE)/false/'
# Registers.
twin busy lapic_reg.c test_lapic 's/0x000ccfff/0x000cdfff/'
twin all_is_self lapic_reg.c test_lapic 's/icr >> 18 & 3/icr >> 18 \& 1/'
twin sends_any lapic_reg.c test_lapic 's/ipi.vector < FIRST_VECTOR/false/'
twin live_esr lapic_reg.c test_lapic 's/l->esr_pending = 0;/;/'
twin any_size lapic_reg.c test_lapic 's/size != 4 || //'
twin noisy lapic.c test_lapic 's/if (!first || /if (/'
twin flat_only lapic.c test_lapic 's/(l->dfr & DFR_MODEL) == DFR_MODEL/true/'
exit $rc

#!/bin/sh
# lockdebug_test.sh: a kernel with options LOCKDEBUG panics, with NetBSD's words,
# where a lock is used wrongly (lockdebug/lockdebug.c, case by case), and not where
# locks are used rightly (programs of prog/).
#
# Two CPUs, and a boot for each case, of 50 ms.  Broken kernels, as bugs.subr says:
# one look left out, and its case goes by without these words.
set -u
bugs_of=lockdebug
. tests/kernel/bugs.subr
mine=$B/images/lockdebug/image.elf

# case, what the panic says
list='never_enter	lockdebug_lookup: uninitialized lock (lock=
never_rw	lockdebug_lookup: uninitialized lock (lock=
never_exit	lock error: Mutex: mutex_vector_exit: assertion failed: MUTEX_OWNER
never_destroy	lockdebug_free: destroying uninitialized object
gone_enter	lockdebug_lookup: uninitialized lock (lock=
gone_rw	lockdebug_lookup: uninitialized lock (lock=
init_twice	LOCKDEBUG: Mutex error: lockdebug_alloc: already initialized
freed	LOCKDEBUG: Mutex error: kmem_intr_free: allocation contains active lock
freed_held	LOCKDEBUG: Mutex error: lockdebug_free: is locked or in use
self	LOCKDEBUG: Mutex error: lockdebug_wantlock: locking against myself
self_spin	LOCKDEBUG: Mutex error: lockdebug_wantlock: locking against myself
self_rw	LOCKDEBUG: Reader / writer lock error: lockdebug_wantlock: locking against myself
unheld	LOCKDEBUG: Mutex error: mutex_vector_exit: assertion failed: MUTEX_OWNER
unheld_rw	LOCKDEBUG: Reader / writer lock error: lockdebug_unlocked: no shared locks held by LWP
unheld_spin	LOCKDEBUG: Mutex error: mutex_exit_spin: exiting unheld spin mutex
told_free	LOCKDEBUG: Mutex error: lockdebug_unlocked: not locked
told_twice	LOCKDEBUG: Mutex error: lockdebug_locked: already locked
told_by_other	LOCKDEBUG: Mutex error: lockdebug_unlocked: not held by current LWP
told_in_intr	LOCKDEBUG: Mutex error: lockdebug_wantlock: acquiring sleep lock from interrupt context
told_other_reader	LOCKDEBUG: Reader / writer lock error: lockdebug_unlocked: no shared holds on this lock
told_no_waiter	LOCKDEBUG: Condition variable error: lockdebug_unlocked: no waiters
other_lwp	LOCKDEBUG: Mutex error: mutex_vector_exit: assertion failed: MUTEX_OWNER
other_cpu	LOCKDEBUG: Mutex error: lockdebug_unlocked: not held by current CPU
sleep_spin	LOCKDEBUG: Mutex error: lockdebug_barrier: spin lock held
sleepable_spin	LOCKDEBUG: Mutex error: lockdebug_barrier: spin lock held
intr	LOCKDEBUG: Mutex error: mutex_vector_enter: assertion failed: !cpu_intr_p()
softint	LOCKDEBUG: Mutex error: lockdebug_barrier: sleep lock held
exit_mutex	LOCKDEBUG: Mutex error: lockdebug_barrier: sleep lock held
exit_reader	lockdebug_barrier: holding 1 shared locks
cv_two	LOCKDEBUG: Condition variable error: lockdebug_locked: multiple locks used with condition variable
cv_alone	LOCKDEBUG: Condition variable error: lockdebug_wakeup: interlocking mutex not held during wakeup
held	held: 0x'

boot() {	# image log property...
	elf=$1 log=$2
	shift 2
	timeout -s INT 300 "$B/rangeley" run --limit=5s --image "$elf" idle=1 \
	    "$@" >"$log" 2>&1
}
says() {	# image log case text property...: does it end in that panic?
	elf=$1 log=$2 name=$3 text=$4
	shift 4
	boot "$elf" "$log" --cpus=2 run=lockdebug case="$name" "$@"
	[ $? -eq 1 ] && grep -qF "panic: $text" "$log"
}
# Of the locks whose addresses the panic `held' names, are those listed as held
# that are, and no others?
lists() {	# log
	sed -n '/locks held:/,/Begin traceback/s/^lock address : //p' "$1" |
	    cut -d' ' -f 1 >"$1.held"
	sed -n 's/^panic: held: //p' "$1" | tr ' ' '\n' | awk '
	NR == FNR { listed[$1] = 1; next }
	$1 == "not:" { free = 1; next }
	{ n++; bad += (($1 in listed) == (free + 0)) }
	END { exit n != 4 || bad != 0 }' "$1.held" -
}

seen=$dir/right
boot "$mine" "$seen" run=lockdebug,mutex,rwlock,condvar,klock,softint,xcall,callout
say $? 'what is right is let pass'
echo "$list" >"$dir/list"
while IFS='	' read -r name text; do
	seen=$dir/$name
	says "$mine" "$seen" "$name" "$text" </dev/null
	say $? "$name: $text"
done <"$dir/list"
lists "$dir/held"
say $? 'held: a panic lists the mutex and the lock with a reader, not what is free'
# One case each, no more and no less.
grep -oE '\{ "[a-z_]+"' tests/kernel/lockdebug/lockdebug.c | cut -d'"' -f2 |
    grep -v '^fine$' | sort >"$dir/has"
cut -f 1 "$dir/list" | sort | cmp -s - "$dir/has"
say $? "each of $(wc -l <"$dir/has") cases has its text"

# ---- twins -------------------------------------------------------------------
change kernel/kern/subr_lockdebug.c \
    's/if (!ld_short)/if (!ld_short \&\& crew_bug != 1)/' \
    's/else if (recurse)/else if (recurse \&\& crew_bug != 2)/' \
    '/^lockdebug_barrier/,/^}/s/if ((l->l_pflag & LP_INTR) == 0)/if ((l->l_pflag \& LP_INTR) == 0 \&\& crew_bug != 3)/' \
    '/^lockdebug_barrier/,/^}/s/if (!slplocks && (ld/if (crew_bug != 4 \&\& !slplocks \&\& (ld/' \
    's/ld->ld_cpu != cpu_index(curcpu())/crew_bug != 5 \&\& &/' \
    '/^lockdebug_mem_check/,/^}/s/if (ld_off())/if (crew_bug == 6)/' \
    's/if (!ld_cv_locked(ld, cvlock))/if (!ld_cv_locked(ld, cvlock) \&\& crew_bug != 7)/' \
    's/!mutex_owned((kmutex_t \*)ld->ld_locked)/crew_bug != 8 \&\& &/' \
    '/^lockdebug_barrier/,/^}/s/l->l_shlocks != 0/crew_bug != 9 \&\& &/' \
    's/ld->ld_lwp != curlwp/crew_bug != 11 \&\& &/' \
    's/(ld->ld_flags & LD_SLEEPER) != 0 && cpu_intr_p()/crew_bug != 12 \&\& &/' \
    '/^lockdebug_free/,/^}/s/if ((ld->ld_flags & LD_LOCKED)/if (crew_bug != 13 \&\& (ld->ld_flags \& LD_LOCKED)/' \
    '/^lockdebug_alloc/,/^}/s/if (ld != NULL)/if (ld != NULL \&\& crew_bug != 14)/'
change kernel/kern/subr_lockdebug.c \
    '/^ld_held/,/^}/s/ld->ld_shares != 0/(crew_bug != 16 \&\& &)/' \
    '/^ld_held/,/^}/s/(ld->ld_flags & LD_LOCKED) != 0/(crew_bug != 17 \&\& &)/' \
    '/^ld_held/,/^}/s/if (/if (crew_bug != 18 \&\& /'
change kernel/kern/kern_lock.c \
    's/LOCKDEBUG_BARRIER/if (crew_bug != 15)\
		&/'
change kernel/kern/kern_softint.c \
    's/LOCKDEBUG_BARRIER/if (crew_bug != 10)\
		&/'
overlay
while read -r n name; do
	text=$(grep "^$name	" "$dir/list" | cut -f 2)
	seen=$dir/bug.$n
	! says "$image" "$seen" "$name" "$text" bug="$n" </dev/null
	say $? "bug=$n: $name goes by: $(grep -m 1 -E ': F: |^panic' "$seen")"
	says "$image" "$seen" "$name" "$text" bug=0 </dev/null
	say $? "bug=0: $name does not"
done <<'END'
1 gone_enter
2 self
3 sleep_spin
4 exit_mutex
5 other_cpu
6 freed
7 cv_two
8 cv_alone
9 exit_reader
10 softint
11 told_by_other
12 told_in_intr
13 freed_held
14 init_twice
15 sleepable_spin
END
for n in 16 17 18; do
	seen=$dir/bug.$n
	says "$image" "$seen" held 'held: 0x' bug=$n && ! lists "$seen"
	say $? "bug=$n: held: the list is wrong: $(tr '\n' ' ' <"$seen.held")"
done
seen=$dir/bug.held
says "$image" "$seen" held 'held: 0x' bug=0 && lists "$seen"
say $? 'bug=0: held: it is right'
exit $bad

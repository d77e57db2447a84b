#!/bin/sh
# locks_bugs.sh: errors in the kernel's locks that its programs must notice.
#
#	locks_bugs.sh [N...]	bugs.subr says how
#
# On this machine CPUs take turns between instructions, and stores are seen at
# once, so mutex_exit's CMPXCHG is never divided as it may be on hardware.  Bug
# 1 divides it: load, a long pause with interrupts off, store.  That is no bug,
# and must pass; with 2 and 3, which leave out one of the two looks at the
# owner, wake-ups are lost.  In all three a waiter does not spin, and in 1 and 3
# dawdles before the first look, for these to meet.  Two LWPs only: each wake-up
# is for all, so a third would make up for one that was lost.
set -u
. tests/kernel/bugs.subr

# 1: the divided exit; 4: the level is given back by the first exit.
change kernel/arch/amd64/amd64/lock_stubs.S '/^ENTRY(mutex_exit)/a\
	movl	crew_bug, %eax\
	decl	%eax\
	cmpl	$3, %eax\
	jae	9f\
	movq	CPUVAR(CURLWP), %rax\
	cli\
	cmpq	%rax, MTX_OWNER(%rdi)\
	jne	8f\
	movl	$2000, %ecx\
7:	pause\
	decl	%ecx\
	jne	7b\
	movq	$0, MTX_OWNER(%rdi)\
	sti\
	ret\
8:	sti\
9:' '/^ENTRY(mutex_spin_exit)/,/^END/s/^	jne	1f.*/	je	7f\
	cmpl	$4, crew_bug\
	jne	1f\
7:/' '/^ENTRY(rw_\(try\)\?enter)/,/^END/s/^1:	testb.*/1:	movl	$RW_WRITE_LOCKED|RW_WRITE_WANTED, %ecx\
	cmpl	$11, crew_bug\
	jne	7f\
	movl	$RW_WRITE_LOCKED, %ecx\
7:	testl	%ecx, %eax/'
change kernel/kern/kern_mutex.c \
    '/^mutex_trysleep/,/^}/s/!mutex_oncpu(owner)/(mutex_dawdle(), crew_bug == 2 || &)/' \
    '/^mutex_vector_enter/,/^}/s/if (mutex_oncpu(owner))/if ((crew_bug < 1 || crew_bug > 3) \&\& mutex_oncpu(owner))/' \
    '/^mutex_trysleep/,/^}/s/if (MUTEX_HAS_WAITERS(mtx))/if (crew_bug == 3 || MUTEX_HAS_WAITERS(mtx))/' \
    '/^mutex_vector_exit/,/^}/s/TS_WAITERS(ts, TS_WRITER_Q),/crew_bug == 5 ? 1 : &/' \
    's/return ci->ci_biglock_wanted != l;/return crew_bug == 6 || ci->ci_biglock_wanted != l;/' \
    '/^static bool$/{
N
s/^static bool\nmutex_oncpu/static void\
mutex_dawdle(void)\
{\
	int i;\
\
	if (crew_bug == 1 || crew_bug == 3)\
		for (i = 0; i < 3000; i++)\
			SPINLOCK_BACKOFF_HOOK;\
}\
\
&/
}'
change kernel/kern/kern_turnstile.c \
    '/^turnstile_lendpri/,/^}/s/^		l = owner;/&\
		if (crew_bug == 7)\
			break;/' \
    '/^turnstile_unlendpri/,/^}/s/lwp_lendpri(l, prio)/lwp_lendpri(l, crew_bug == 8 ? PRI_NONE : prio)/'
change kernel/kern/kern_lock.c \
    's/atomic_swap_ptr(&ci->ci_biglock_wanted, owant)/atomic_swap_ptr(\&ci->ci_biglock_wanted, crew_bug == 9 ? NULL : owant)/' \
    '/^_kernel_unlock/,/^}/s/nlocks = olocks;/nlocks = crew_bug == 10 ? 1 : olocks;/'
change kernel/kern/kern_rwlock.c \
    '/^rw_need_wait/,/^}/s/RW_WRITE_LOCKED | RW_WRITE_WANTED/RW_WRITE_LOCKED | (crew_bug == 11 ? 0 : RW_WRITE_WANTED)/' \
    '/^rw_handover/,/^}/s/^	if (rcnt != 0) {/	if (rcnt != 0 \&\& crew_bug != 12) {/' \
    '/^rw_downgrade/,/^}/s/rcnt = TS_WAITERS(ts, TS_READER_Q);/rcnt = crew_bug == 13 ? 0 : TS_WAITERS(ts, TS_READER_Q);/'
change kernel/kern/kern_condvar.c \
    '/^cv_enter/,/^}/s/^	mp = sleepq_hashlock(cv);/	if (crew_bug == 14) {\
		mutex_exit(mtx);\
		for (int i = 0; i < 5000; i++)\
			SPINLOCK_BACKOFF_HOOK;\
	}\
&/' \
    '/^cv_enter/,/^}/s/^	mutex_exit(mtx);/	if (crew_bug != 14)\
	&/' \
    '/^cv_signal/,/^}/s/cv_wake(cv, 1)/cv_wake(cv, crew_bug == 15 ? 9 : 1)/'
change kernel/kern/kern_sleepq.c \
    's/error = EWOULDBLOCK;/error = crew_bug == 16 ? 0 : EWOULDBLOCK;/' \
    '/^sleepq_insert/,/^}/s/lwp_eprio(l2) < pri/crew_bug != 17 \&\& &/'

overlay
fine 0 'none' klock,mutex,mutex_race,rwlock,condvar
fine 1 'mutex_exit in two steps' mutex_race racers=2 naps=1 exits=400
wrong 2 'running owner not looked for' mutex_race racers=2 naps=1 exits=400
wrong 3 'waiters bit not looked at again' mutex_race racers=2 naps=1 exits=400
wrong 4 'level back with the first exit' mutex
wrong 5 'one waiter woken of all' mutex_race
wrong 6 'owner who waits for KERNEL_LOCK runs' klock
wrong 7 'priority lent to the first owner only' mutex
wrong 8 'all lenders forgotten' mutex
wrong 9 'ci_biglock_wanted becomes NULL' klock
wrong 10 'KERNEL_LOCK not all given up' klock
wrong 11 'writer who waits keeps nobody out' rwlock
wrong 12 'writer woken, not given the lock' rwlock
wrong 13 'downgrade wakes nobody' rwlock
wrong 14 'mutex released before the queue' condvar
wrong 15 'signal wakes many' condvar
wrong 16 'timeout is no error' condvar
wrong 17 'queues in order of arrival' condvar
exit $bad

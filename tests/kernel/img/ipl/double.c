/*
 * double.c: what port/machdep calls of the kernel, and no more (ipl.h).
 */
#include <ipl.h>

#include <sys/atomic.h>
#include <sys/evcnt.h>
#include <sys/ipi.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#define __RWLOCK_PRIVATE
#include <sys/rwlock.h>
#include <sys/timetc.h>
#include <sys/xcall.h>
#include <machine/cpufunc.h>
#include <machine/frame.h>
#include <machine/i82489var.h>
#include <machine/pcb.h>
#include <machine/segments.h>
#include <machine/specialreg.h>

#include <machdep.h>
#include <probe.h>
#include <seam.h>

#define STACK_BYTES 12288

struct event events[MOST_EV];
volatile int nevents;
void (*on_event[NSOURCE])(enum source);

struct cpu_info cpu_info_primary __aligned(64);
struct cpu_info *cpu_info_list = &cpu_info_primary;
struct lwp lwp0;
kmutex_t cpu_lock;
int hz = 100;
int cold;
bool mp_online;
const char *panicstr;
const struct seam_boot *machdep_boot;

static struct stack {
	struct pcb pcb;
	unsigned char bytes[STACK_BYTES] __aligned(64);
} stacks[NCPU][SOFTINT_COUNT + 1];
static struct lwp lwps[NCPU][SOFTINT_COUNT + 1];
static struct cpu_info others[NCPU] __aligned(64);
static uintptr_t machdep[SOFTINT_COUNT];

/* ---- names and levels -------------------------------------------------------- */

static const struct {
	const char *name;
	int level;
} sources[NSOURCE] = {
	[S_PREEMPT] = { "preempt", IPL_PREEMPT },
	[S_CLOCK] = { "softclock", IPL_SOFTCLOCK },
	[S_BIO] = { "softbio", IPL_SOFTBIO },
	[S_NET] = { "softnet", IPL_SOFTNET },
	[S_SERIAL] = { "softserial", IPL_SOFTSERIAL },
	[S_VM] = { "vm", IPL_VM },
	[S_VM2] = { "vm2", IPL_VM },
	[S_VM_LEVEL] = { "vm-level", IPL_VM },
	[S_SCHED] = { "sched", IPL_SCHED },
	[S_TIMER] = { "timer", IPL_SCHED },
	[S_HIGH] = { "high", IPL_HIGH },
	[S_IPI] = { "ipi", IPL_HIGH },
};

int
level_of(enum source s)
{
	return sources[s].level;
}

const char *
name_of(enum source s)
{
	return sources[s].name;
}

/* ---- memory, counters, locks: one CPU at a time calls them ------------------------ */

void *
kmem_zalloc(size_t n, km_flag_t flags)
{
	static unsigned char heap[65536] __aligned(64);
	static size_t used;
	void *p = heap + used;

	used += roundup2(n, (size_t)64);
	if (used > sizeof(heap))
		die("out of memory");
	return p;
}

void
kmem_free(void *p, size_t n)
{
}

void
evcnt_attach_dynamic(struct evcnt *ev, int type, const struct evcnt *parent,
    const char *group, const char *name)
{
}

void
evcnt_detach(struct evcnt *ev)
{
}

void
mutex_vector_enter(kmutex_t *mtx)
{
	die("cpu_lock is contended");
}

void
mutex_vector_exit(kmutex_t *mtx)
{
	die("cpu_lock has waiters");
}

void
mutex_spin_retry(kmutex_t *mtx)
{
	die("no spin mutexes here");
}

void
rw_vector_enter(krwlock_t *rw, const krw_t op)
{
	die("no rwlocks here");
}

void
rw_vector_exit(krwlock_t *rw)
{
	die("no rwlocks here");
}

int
rw_vector_tryenter(krwlock_t *rw, const krw_t op)
{
	die("no rwlocks here");
	return 0;
}

void
_kernel_lock(int n)
{
}

void
_kernel_unlock(int n, int *p)
{
}

uint64_t
xc_unicast(u_int flags, xcfunc_t f, void *a, void *b, struct cpu_info *ci)
{
	die("no cross calls here");
	return 0;
}

void
xc_wait(uint64_t where)
{
}

bool
kpreempt_disabled(void)
{
	return true;
}

void
tc_init(struct timecounter *tc)
{
}

void
lwp_startup(struct lwp *prev, struct lwp *new)
{
}

void
lwp_returned(void *func)
{
	die("lwp_returned");
	for (;;)
		continue;
}

void
cpu_stop(void)
{
	for (;;)
		continue;
}

/* ---- what the handlers do ---------------------------------------------------------- */

static void
note(enum source s)
{
	struct cpu_info *ci = curcpu();

	if (ci != &cpu_info_primary) {
		cpu_events[ci->ci_cpuid / 2]++;
		return;
	}
	if (nevents < MOST_EV)
		events[nevents] = (struct event){ s, ci->ci_ilevel,
			ci->ci_idepth, cpu_intr_p(), ci->ci_curlwp };
	nevents++;
	if (on_event[s] != NULL)
		on_event[s](s);
}

static int
on_device(void *arg)
{
	const enum source s = (enum source)(uintptr_t)arg;

	if (s == S_VM_LEVEL)
		probe_deassert(PROBE_LEVEL0);
	note(s);
	return 1;
}

void
hardclock(struct clockframe *frame)
{
	note(S_TIMER);
}

void
ipi_cpu_handler(void)
{
	note(S_IPI);
}

void
xc_ipi_handler(void)
{
}

bool
kpreempt(uintptr_t where)
{
	note(S_PREEMPT);
	return false;
}

static enum source
source_of(int level)
{
	enum source s = S_CLOCK;

	while (sources[s].level != level)
		s++;
	return s;
}

/* As kern_softint.c: comes at IPL_HIGH, runs handlers at `level'. */
void
softint_dispatch(struct lwp *pinned, int level)
{
	struct lwp *l = curcpu()->ci_curlwp;

	CHECK_EQ(curcpu()->ci_ilevel, IPL_HIGH);
	l->l_switchto = pinned;
	splx(level);
	note(source_of(level));
	(void)splhigh();
	if (l->l_switchto == NULL) { /* has blocked: lwp_exit_switchaway() */
		curcpu()->ci_mtx_count--;
		(void)cpu_switchto(NULL, &lwp0, false);
		die("a softint that has ended goes on");
	}
	l->l_switchto = NULL;
}

struct lwp *
softint_lwp(enum source s)
{
	static const int index[NSOURCE] = { [S_CLOCK] = SOFTINT_CLOCK,
		[S_BIO] = SOFTINT_BIO,
		[S_NET] = SOFTINT_NET,
		[S_SERIAL] = SOFTINT_SERIAL };

	return &lwps[0][index[s]];
}

/* mi_switch() of a softint's LWP, and, at the end, what follows a wake-up. */
void
softint_blocks(enum source s)
{
	struct lwp *l = softint_lwp(s), *pinned = l->l_switchto, *prev;

	CHECK(curcpu()->ci_curlwp == l);
	(void)splsched();
	l->l_ctxswtch = 1;
	l->l_switchto = NULL;
	curcpu()->ci_mtx_count--;
	prev = cpu_switchto(l, pinned, true);
	/* softint_wakeup() has switched to us. */
	CHECK(prev == &lwp0);
	curcpu()->ci_mtx_count++;
	splx(level_of(s));
}

/* The softint's LWP is chosen by the scheduler, and runs to its end. */
void
softint_wakeup(enum source s)
{
	struct lwp *l = softint_lwp(s), *prev;
	const int spl = splsched();

	curcpu()->ci_mtx_count--;
	prev = cpu_switchto(&lwp0, l, false);
	CHECK(prev == NULL);
	curcpu()->ci_mtx_count++;
	splx(spl);
}

/* ---- asking ---------------------------------------------------------------------- */

static int
pin_of(enum source s)
{
	switch (s) {
	case S_VM:
		return 0;
	case S_VM2:
		return 1;
	case S_SCHED:
		return 2;
	case S_HIGH:
		return 3;
	default:
		return PROBE_LEVEL0;
	}
}

void
settle(void)
{
	delay(4);
}

void
ask_async(enum source s)
{
	switch (s) {
	case S_PREEMPT:
		softint_trigger(1UL << SIR_PREEMPT);
		break;
	case S_CLOCK:
		softint_trigger(machdep[SOFTINT_CLOCK]);
		break;
	case S_BIO:
		softint_trigger(machdep[SOFTINT_BIO]);
		break;
	case S_NET:
		softint_trigger(machdep[SOFTINT_NET]);
		break;
	case S_SERIAL:
		softint_trigger(machdep[SOFTINT_SERIAL]);
		break;
	case S_TIMER:
		i82489_writereg(LAPIC_LVTT, LAPIC_TIMER_VECTOR);
		i82489_writereg(LAPIC_ICR_TIMER, 1);
		break;
	case S_IPI:
		(void)x86_send_ipi(&cpu_info_primary, X86_IPI_GENERIC);
		break;
	default:
		probe_assert(pin_of(s));
		break;
	}
}

/*
 * A softint's bit is looked at when a level falls or an interrupt ends, so it
 * is set as kern_softint.c does: at IPL_HIGH, then splx.
 */
void
ask(enum source s)
{
	const int spl = splhigh();

	ask_async(s);
	if (s > S_SERIAL)
		settle();
	splx(spl);
}

void
forget(void)
{
	nevents = 0;
}

/* ---- where interrupts go: intr_move.c's ------------------------------------------------ */

u_int
intr_first_cpu(const struct pic *pic, int pin)
{
	return 0;
}

/* ---- CPUs ------------------------------------------------------------------------- */

volatile u_int cpu_phase[NCPU], cpu_events[NCPU];
u_int ncpu_test;
int ncpu;

static void
cpu_init_test(struct cpu_info *ci, u_int n)
{
	struct lwp *l = n == 0 ? &lwp0 : &lwps[n][SOFTINT_COUNT];

	ci->ci_self = ci;
	ci->ci_index = n;
	ci->ci_curlwp = l;
	ci->ci_flags |= CPUF_RUNNING | (n == 0 ? CPUF_PRIMARY : 0);
	wrmsr(MSR_GSBASE, (uintptr_t)ci);
	cpu_init_idt();
	lapic_enable();
	ci->ci_cpuid = lapic_cpu_number();
	CHECK_EQ(ci->ci_cpuid, 2 * n);
	l->l_addr = &stacks[n][SOFTINT_COUNT].pcb;
	l->l_cpu = ci;
	cpu_intr_init(ci);
	for (u_int i = 0; i < SOFTINT_COUNT; i++) {
		struct stack *st = &stacks[n][i];

		st->pcb.pcb_rsp0 = (uintptr_t)(st->bytes + STACK_BYTES);
		lwps[n][i].l_addr = &st->pcb;
		lwps[n][i].l_cpu = ci;
		softint_init_md(&lwps[n][i], i, &machdep[i]);
	}
	ci->ci_ilevel = IPL_HIGH;
	x86_enable_intr();
	spl0();
}

/* Another CPU: phase 1 at level n, 2 lowers it, 3 is the end. */
static void
hatch(void *arg)
{
	const u_int n = (u_int)(uintptr_t)arg;
	struct cpu_info *ci = &others[n];
	const int level = (int)n % NIPL;
	int s;

	cpu_init_test(ci, n);
	s = splraise(level);
	cpu_phase[n] = 1;
	while (cpu_phase[n] == 1)
		x86_pause();
	splx(s);
	cpu_phase[n] = 3;
	x86_disable_intr();
}

void
start_cpus(void)
{
	for (u_int n = 1; n < ncpu_test; n++) {
		if (seam_cpu_start(n, hatch, (void *)(uintptr_t)n,
			stacks[n][SOFTINT_COUNT].bytes + STACK_BYTES) != 0)
			die("seam_cpu_start");
		while (cpu_phase[n] != 1)
			x86_pause();
	}
}

void
test_broadcast(void)
{
	struct cpu_info *last = &cpu_info_primary;

	for (u_int n = 1; n < ncpu_test; n++)
		last = last->ci_next = &others[n];
	x86_broadcast_ipi(X86_IPI_GENERIC);
	cpu_info_primary.ci_next = NULL;
}

void ipl_tests(void);

static void
establish(enum source s)
{
	CHECK(probe_establish(pin_of(s), level_of(s), on_device,
		  (void *)(uintptr_t)s, true) != NULL);
	CHECK(probe_cpu(pin_of(s)) == &cpu_info_primary);
}

static void
ipl_boot(const struct seam_boot *sb)
{
	machdep_boot = sb;
	tsc_freq = sb->sb_tsc_hz;
	ncpu_test = sb->sb_ncpu;
	ncpu = (int)ncpu_test;
	idt_init();
	lapic_boot_vectors();
	cpu_init_test(&cpu_info_primary, 0);
	i82489_writereg(LAPIC_DCR_TIMER, LAPIC_DCRT_DIV1);
	establish(S_VM);
	establish(S_VM2);
	establish(S_VM_LEVEL);
	establish(S_SCHED);
	establish(S_HIGH);
	ipl_tests();
	seam_result("checks", checks, failures);
	seam_exit(failures != 0 ? 1 : 0);
}

SEAM_IMAGE("ipl", .boot = ipl_boot);

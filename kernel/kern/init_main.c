/*
 * init_main.c: main(): from a CPU that can run C to a system that runs LWPs.
 *
 * The machine calls main() on the first CPU, as lwp0, at IPL_HIGH, with curcpu()
 * and curlwp set and memory handed to uvm.  Each subsystem is set up when what
 * it needs is there; what that is, is beside it.  There are three ages:
 *
 *			cold	mp_online
 *	main()		1	false	one CPU, no clock: nobody may sleep
 *	configure2()	0	false	the clock runs, LWPs can switch
 *	  after		0	true	all CPUs run
 *
 * While cold, sleepq_dontsleep is true: an adaptive mutex is always free, since
 * there is nobody else.  While not mp_online, cross calls and percpu act on this
 * CPU alone, for all.
 *
 * At the end a kthread, "init", is made, which does what /sbin/init would do
 * (cpu_startinit), and lwp0 becomes the swapper: it takes stock once a second.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bootprop.h>
#include <sys/callout.h>
#include <sys/cprng.h>
#include <sys/cpu.h>
#include <sys/device.h>
#include <sys/domain.h>
#include <sys/evcnt.h>
#include <sys/ipi.h>
#include <sys/kauth.h>
#include <sys/kcpuset.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/kprintf.h>
#include <sys/kthread.h>
#include <sys/lockdebug.h>
#include <sys/mutex.h>
#include <sys/once.h>
#include <sys/mbuf.h>
#include <sys/percpu.h>
#include <sys/proc.h>
#include <sys/pserialize.h>
#include <sys/reboot.h>
#include <sys/rnd.h>
#include <sys/rwlock.h>
#include <sys/sched.h>
#include <sys/sleepq.h>
#include <sys/socketvar.h>
#include <sys/sysctl.h>
#include <sys/timevar.h>
#include <sys/xcall.h>

#include <sys/vmem.h>
#include <uvm/uvm_extern.h>

#include <net/bpf.h>

char machine[] = MACHINE;
char machine_arch[] = MACHINE_ARCH;

int cold = 1;        /* see above */
int shutting_down;   /* cpu_reboot has begun */
int boothowto;       /* RB_*, AB_* */
int start_init_exec; /* init may run; for a kern_lock.c with LOCKDEBUG */
psize_t physmem;     /* pages; the machine's */

int main(void);

/* banner: what is this, and where does it run? */
void
banner(void)
{
	char pbuf[9];

	printf("%s", copyright);
	format_bytes(pbuf, sizeof(pbuf), (uint64_t)physmem << PGSHIFT);
	printf("total memory = %s\n", pbuf);
}

/* Without memory, or with what there is. */
static void
init_first(void)
{
	consinit();
	kernel_lock_init();
	kprintf_init();
	once_init();
	mi_cpu_init();
	kthread_sysinit();
	evcnt_init();
	uvm_init(); /* kmem, pools */
	percpu_init();
	mutex_obj_init(); /* pool */
	rw_obj_init();
	pserialize_init(); /* evcnt */
	kcpuset_sysinit(); /* pool */
	mbinit();          /* pool */
}

/* lwp0 and proc0 become what any other LWP and process are. */
static void
init_proc(void)
{
	callout_startup(); /* mutex_obj; softclock comes later */
	procinit();
	lwpinit();
	proc0_init();
	lwp0_init(); /* callout */
	kpreempt_disable();
	time_init();
	sched_rqinit();
	turnstile_init();
	sleeptab_init(&sleeptab);
}

/* What the network needs before its first interface. */
static void
init_network(void)
{
	kauth_init();
	rnd_init(); /* pool */
	rnd_init_softint();
	soinit(); /* mutex_obj */
	bpf_setops();
	domaininit(false);
	ifinit1();
}

#define PDEV(name, count) void name##attach(int) __attribute__((__weak__));
#include "pdev.h"
#undef PDEV

/*
 * Families of protocols, and pseudo-devices in the configuration's order; some
 * (ether, arp) are code without anything to attach.
 */
static void
attach_network(void)
{
	domaininit(true);
	ifinit();
#define PDEV(name, count)         \
	if (name##attach != NULL) \
		name##attach(count);
#include "pdev.h"
#undef PDEV
}

/* Find CPUs and devices; on return interrupts are enabled. */
static void
configure(void)
{
	cpu_configure();
	(void)config_rootfound("mainbus", NULL);
}

/* The clock, then the other CPUs. */
static void
configure2(void)
{
	struct cpu_info *ci;
	int s;

	initclocks();
	cold = 0;
	s = splsched();
	ci = curcpu();
	ci->ci_schedstate.spc_flags |= SPCF_RUNNING;
	splx(s);

	ipi_sysinit(); /* all CPUs attached, none started */
	cpu_boot_secondary_processors();
	mp_online = true;

	runq_init();
	synch_init();
}

int
main(void)
{
	struct lwp *l = &lwp0;
	int error;

	l->l_cpu = curcpu();
	l->l_pflag |= LP_RUNNING;

	if (sysctl_bootprop_bool("verbose", false))
		boothowto |= AB_VERBOSE;

	init_first();
	banner();
	init_proc();

	/* The run queue, idle LWP, softints and callouts of this CPU. */
	error = mi_cpu_attach(curcpu());
	KASSERT(error == 0);
	time_init2();
	cprng_init();
	sysctl_init();
	init_network(); /* softints */

	configure();
	configure2();
	attach_network();

	printf("%d CPU%s, hz %d\n", ncpu, ncpu == 1 ? "" : "s", hz);

	kpreempt_enable();
	error = kthread_create(PRI_PGDAEMON, KTHREAD_MPSAFE, NULL, uvm_pageout,
	    NULL, NULL, "pgdaemon");
	if (error != 0)
		panic("main: no LWP for the page daemon: error %d", error);
	vmem_rehash_start();
	start_init_exec = 1;
	error = kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, cpu_startinit,
	    NULL, NULL, "init");
	if (error != 0)
		panic("main: no LWP for init: error %d", error);

	uvm_scheduler();
	/* NOTREACHED */
}

/*
 * x86/cpu.h: struct cpu_info, all that there is once for each CPU.
 */
#ifndef _X86_CPU_H_
#define _X86_CPU_H_

#include <sys/types.h>

#ifdef _KERNEL

#include <sys/cpu_data.h>
#include <sys/device_if.h>
#include <sys/evcnt.h>
#include <machine/intrdefs.h>
#include <machine/psl.h>
#include <machine/segments.h>

struct intrsource;
struct lwp;
struct pmap;
struct trapframe;
struct vcpu_info;

/*
 * Fields are
 *	s	set when the CPU is attached, constant from then on
 *	o	used by this CPU alone; those marked i with interrupts off or
 *		by single instructions, since handlers change them too
 *	r	written by this CPU, read by all without a lock
 *	a	changed by atomic operations of all CPUs
 *	C	under cpu_lock, read without it where the owner runs
 *
 * What others read or write is not beside what the owner uses all the time:
 * ci_want_resched has a line of its own, since an idle CPU sleeps until that
 * line is written (x86_cpu_idle_mwait).
 */
struct cpu_info {
	struct cpu_data ci_data;  /* of the machine-independent kernel */
	device_t ci_dev;          /* s */
	struct cpu_info *ci_self; /* s: what %gs:ci_self finds */
	volatile struct vcpu_info *ci_vcpu;
	void *ci_tlog_base;
	int32_t ci_tlog_offset;

	struct cpu_info *ci_next; /* s: list of all CPUs */
	struct lwp *ci_curlwp;    /* r: the LWP on this CPU */
	struct lwp *ci_fpcurlwp;
	int _unused1[2];
	cpuid_t ci_cpuid; /* s: its local APIC's id */
	int _unused;
	uint32_t ci_acpiid;     /* s */
	uint32_t ci_initapicid; /* s */

	struct evcnt ci_tlb_evcnt;
	struct pmap *ci_pmap; /* o */
	int ci_need_tlbwait;
	int ci_want_pmapload;     /* o */
	volatile int ci_tlbstate; /* o: TLBSTATE_* */
	int ci_curldt;
	int ci_nintrhand; /* C: handlers of devices */
	uint64_t ci_scratch;
	uintptr_t ci_pmap_data[128 / sizeof(uintptr_t)];

	struct intrsource *ci_isources[MAX_INTR_SOURCES]; /* C */
	volatile int ci_mtx_count;  /* oi: spin mutexes held, negative */
	volatile int ci_mtx_oldspl; /* oi: level before the first of them */

	/* One aligned word of 8 bytes, for cmpxchg8b. */
	struct {
		uint32_t ipending; /* oi: held interrupts */
		int ilevel;        /* oi: level */
	} ci_istate __aligned(8);
#define ci_ipending ci_istate.ipending
#define ci_ilevel   ci_istate.ilevel

	int ci_idepth;             /* oi: nested handlers, -1: none */
	void *ci_intrstack;        /* s */
	uint32_t ci_imask[NIPL];   /* oi: what a level holds back */
	uint32_t ci_iunmask[NIPL]; /* oi: its complement */

	uint32_t ci_flags;        /* a: CPUF_* */
	uint32_t ci_ipis;         /* a: X86_IPI_* wanted */
	uint32_t sc_apic_version; /* s */

	uint32_t ci_signature; /* s: CPUID 1, %eax */
	uint32_t ci_vendor[4]; /* s */
	uint32_t _unused2;
	uint32_t ci_max_cpuid;
	volatile uint32_t ci_lapic_counter;

	uint32_t ci_feat_val[6]; /* s: CPUID's feature words */
#define ci_feature_flags ci_feat_val

	const struct cpu_functions *ci_func;
	struct trapframe *ci_ddb_regs;
	u_int ci_cflush_lsize; /* s */
	uint64_t
	    ci_rsp0; /* o: stack for interrupts of user mode, were there any */
	struct evcnt ci_ipi_events[X86_NIPI]; /* o */

	device_t ci_frequency;
	device_t ci_padlock;
	device_t ci_temperature;
	device_t ci_vm;

	int ci_want_resched __aligned(64); /* a: idle LWP: get up */
	int ci_padout __aligned(64);
};

#define TLBSTATE_VALID 0
#define TLBSTATE_LAZY  1
#define TLBSTATE_STALE 2

#define CPUF_BSP     0x0001 /* the CPU that was on first */
#define CPUF_AP      0x0002
#define CPUF_SP      0x0004
#define CPUF_PRIMARY 0x0008 /* runs the clock of all */
#define CPUF_SYNCTSC 0x0800
#define CPUF_PRESENT 0x1000
#define CPUF_RUNNING 0x2000
#define CPUF_PAUSE   0x4000
#define CPUF_GO      0x8000

extern struct cpu_info cpu_info_primary;
extern struct cpu_info *cpu_info_list;
#define LWP0_CPU_INFO (&cpu_info_primary)

#define CPU_INFO_ITERATOR int __unused
#define CPU_INFO_FOREACH(cii, ci)    \
	cii = 0, ci = cpu_info_list; \
	ci != NULL;                  \
	ci = ci->ci_next

#define CPU_STARTUP(ci, target) ((ci)->ci_func->start(ci, target))
#define CPU_IS_PRIMARY(ci)      (((ci)->ci_flags & CPUF_PRIMARY) != 0)

#define curcpu()     x86_curcpu()
#define curlwp       x86_curlwp()
#define curpcb       ((struct pcb *)lwp_getpcb(curlwp))
#define cpu_number() ((cpuid_t)curcpu()->ci_cpuid)

/* No user mode, so no AST is ever delivered; kernel LWPs look at neither. */
#define X86_AST_GENERIC    0x01
#define X86_AST_PREEMPT    0x02
#define aston(l, why)      ((l)->l_md.md_astpending |= (why))
#define cpu_did_resched(l) ((l)->l_md.md_astpending &= ~X86_AST_PREEMPT)
#define need_resched(ci)   ((ci)->ci_want_resched)

struct clockframe;

void cpu_signotify(struct lwp *);
void cpu_need_proftick(struct lwp *);
void lwp_trampoline(void);
void lwp_returned(void *) __dead;
void cpu_boot_secondary_processors(void);
void cpu_hatch(void *);
void cpu_kick(struct cpu_info *);

/* Idling. */
void x86_cpu_idle_init(void);
void x86_cpu_idle_set(void (*)(void), const char *, bool);
void x86_cpu_idle_get(void (**)(void), char *, size_t);
void x86_cpu_idle_halt(void);
void x86_cpu_idle_mwait(void);
extern void (*x86_cpu_idle)(void);
#define cpu_idle() (*x86_cpu_idle)()

/* Clocks: for at least this many microseconds stay here. */
extern void (*delay_func)(unsigned int);
#define DELAY(x) (*delay_func)(x)
#define delay(x) (*delay_func)(x)
extern void (*initclock_func)(void);

extern uint64_t tsc_freq; /* Hz */
void tsc_tc_init(void);

/* This port: port/machdep. */
extern const char *bootargs; /* "name=value name=value" */
void cpu_startinit(void *);  /* in place of /sbin/init */
void cpu_backtrace(void (*)(const char *, ...) __printflike(1, 2));

#endif /* _KERNEL */

#endif /* _X86_CPU_H_ */

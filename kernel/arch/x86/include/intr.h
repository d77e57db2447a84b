/*
 * x86/intr.h: interrupt sources, their handlers, and spl(9).
 *
 * The hardware is hardly ever masked.  An interrupt that comes while the CPU
 * is at its level or above sets a bit in ci_ipending and returns; it is made
 * up for when the level falls (spl.S).
 *
 * A source is a slot of one CPU: ci_isources[slot], bit `slot' of ci_ipending.
 * Its vector enters is_pic's stub for that slot (vector.S):
 *
 *	ist_entry	from the IDT
 *	ist_recurse	from spllower(), the level having fallen
 *	ist_resume	from Xdoreti, on the way back from another interrupt
 */
#ifndef _X86_INTR_H_
#define _X86_INTR_H_

#include <machine/intrdefs.h>

#ifndef _LOCORE
#include <sys/evcnt.h>
#include <sys/types.h>
#include <machine/pic.h>

struct cpu_info;
struct intrframe;
struct trapframe;
struct intrhand;
struct lwp;

struct intrstub {
	void *ist_entry;
	void *ist_recurse;
	void *ist_resume;
};

#ifdef _KERNEL
/* Tables of vector.S, by slot. */
extern struct intrstub ioapic_edge_stubs[];
extern struct intrstub ioapic_level_stubs[];
#endif

/*
 * Fields are
 *	s	set while the source is made, constant then
 *	c	changed by the source's own CPU with interrupts off, under
 *		cpu_lock
 */
struct intrsource {
	int is_maxlevel;              /* c: of its handlers: its level */
	int is_pin;                   /* s: of is_pic */
	struct intrhand *is_handlers; /* c: highest level first */
	struct pic *is_pic;           /* s */
	void *is_recurse;             /* s */
	void *is_resume;              /* s */
	struct lwp *is_lwp;           /* s: softints: who runs it */
	struct evcnt is_evcnt;        /* c: interrupts taken, held ones once */
	int is_flags;                 /* c: IS_* */
	int is_type;                  /* s: IST_* */
	int is_idtvec;                /* s: vector */
	int is_minlevel;              /* c: of its handlers */
	char is_evname[32];           /* s: name of is_evcnt */
	char is_xname[64];            /* cpu_lock: who has established it */
	uint64_t *is_counts; /* cpu_lock: of is_evcnt, by CPU, what it had
					 when it left; NULL: it never has */
	uint64_t is_counted; /* cpu_lock: their sum */
};
#define IS_LEGACY 0x0001
#define IS_IPI    0x0002
#define IS_LOG    0x0004

/* One who wants to know of a source.  s: constant once established. */
struct intrhand {
	int (*ih_fun)(void *); /* s: ih_realfun, or what takes the big lock */
	void *ih_arg;          /* s */
	int ih_level;          /* s: IPL it runs at */
	int (*ih_realfun)(void *);
	void *ih_realarg;
	struct intrhand *ih_next;
	int ih_pin, ih_slot;
	struct cpu_info *ih_cpu;
};

#define IMASK(ci, level)   ((ci)->ci_imask[(level)])
#define IUNMASK(ci, level) ((ci)->ci_iunmask[(level)])

#ifdef _KERNEL
void Xspllower(int);
void spllower(int);
int splraise(int);

typedef uint8_t ipl_t;
typedef struct {
	ipl_t _ipl;
} ipl_cookie_t;

static inline ipl_cookie_t
makeiplcookie(ipl_t ipl)
{
	return (ipl_cookie_t){ ._ipl = ipl };
}

static inline int
splraiseipl(ipl_cookie_t icookie)
{
	return splraise(icookie._ipl);
}

#define SPL_ASSERT_BELOW(x) KDASSERT(curcpu()->ci_ilevel < (x))
#define spl0()              spllower(IPL_NONE)
#define splx(x)             spllower(x)

#include <sys/spl.h>

/* intr.c */
void *intr_establish(int, struct pic *, int, int, int, int (*)(void *), void *,
    bool);
void *intr_establish_xname(int, struct pic *, int, int, int, int (*)(void *),
    void *, bool, const char *);
void intr_disestablish(struct intrhand *);
uint64_t intr_count(const struct intrsource *, const struct cpu_info *);
void intr_stray(struct trapframe *);
void cpu_intr_init(struct cpu_info *);
void cpu_intr_attach_evcnt(struct cpu_info *);
void intr_calculatemasks(struct cpu_info *);
extern void Xsoftintr(void);
extern void Xrecurse_preempt(void);
extern void Xresume_preempt(void);
extern void Xintr_stray(void);
int x86_send_ipi(struct cpu_info *, int);
void x86_broadcast_ipi(int);
void x86_ipi_handler(void);
extern void (*const ipifunc[X86_NIPI])(struct cpu_info *);
int intr_biglock_wrapper(void *);
#endif /* _KERNEL */
#endif /* !_LOCORE */

#endif /* _X86_INTR_H_ */

/*
 * intr.c: who is told of which interrupt.
 *
 *	pin of a controller -> vector -> slot of a CPU -> chain of handlers
 *
 * intr_establish() finds or makes the source of a pin: a slot (an index of
 * ci_isources, a bit of ci_ipending) of one CPU, and a vector, which in the one
 * IDT leads to the stub of that slot (vector.S).  The boot CPU is taken, or, when
 * it is full, who has the fewest; the boot property intr_distribute says otherwise of
 * MSI-X (intr_move.c).  On the boot CPU slots 0 to 15 are for legacy interrupts, and
 * on all CPUs 25 to 31 are the CPU's own: so the boot CPU has room for 9, and others
 * for 25.  What is moved later may have any slot (intr_move.c).
 *
 * Sharing.  Handlers of a source are in one list, highest level first.  The
 * source's level is that of the first; ci_imask[level] has the bits of all
 * sources with a handler at `level' or below, and of all slots nobody uses.
 *
 * Sources stay where they are until somebody moves them: intr_move.c.
 *
 * Locking.  cpu_lock, for all of it.  Stubs and spl(9) read a CPU's sources and
 * masks without a lock, so they are changed on that CPU only, by a cross call,
 * with its interrupts off.  Threads; before other CPUs are up, boot too.
 *
 * A handler that is not known to be MPSAFE and has level IPL_VM runs with
 * KERNEL_LOCK.  Those above IPL_VM may not want it: they would interrupt its
 * holder.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/atomic.h>
#include <sys/proc.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/cpu.h>
#include <sys/xcall.h>
#include <machine/cpufunc.h>
#include <machine/i82489var.h>
#include <machine/pic.h>
#include <machine/segments.h>

#include <machdep.h>

#define MOST_STRAYS 100
#define OWN_SLOTS   SIR_PREEMPT /* from here on the CPU's own */

/* For a slot that intr.c makes: what to call, at which level. */
static const struct own_source {
	int slot, level;
	struct pic *pic;
	void *recurse, *resume;
	const char *evname; /* NULL: softints have counters of their own */
} own_sources[] = {
	{ LIR_IPI, IPL_HIGH, &local_pic, Xrecurse_lapic_ipi, Xresume_lapic_ipi,
	    "ipi" },
	{ LIR_TIMER, IPL_SCHED, &local_pic, Xrecurse_lapic_ltimer,
	    Xresume_lapic_ltimer, "timer" },
	{ SIR_SERIAL, IPL_SOFTSERIAL, &softintr_pic, Xsoftintr, Xsoftintr,
	    NULL },
	{ SIR_NET, IPL_SOFTNET, &softintr_pic, Xsoftintr, Xsoftintr, NULL },
	{ SIR_BIO, IPL_SOFTBIO, &softintr_pic, Xsoftintr, Xsoftintr, NULL },
	{ SIR_CLOCK, IPL_SOFTCLOCK, &softintr_pic, Xsoftintr, Xsoftintr, NULL },
	{ SIR_PREEMPT, IPL_PREEMPT, &softintr_pic, Xrecurse_preempt,
	    Xresume_preempt, NULL },
};

/* Their handlers, which are there for their levels alone. */
static struct intrhand own_handlers[NIPL];

static void
no_pin(struct pic *pic, int pin)
{
}

static void
no_route(struct pic *pic, struct cpu_info *ci, int pin, int vec, int type)
{
}

struct pic softintr_pic = {
	.pic_name = "softintr_fakepic",
	.pic_type = PIC_SOFT,
	.pic_hwmask = no_pin,
	.pic_hwunmask = no_pin,
	.pic_addroute = no_route,
	.pic_delroute = no_route,
};

/*
 * intr_calculatemasks: a CPU's masks and its sources' levels, from its
 * handlers.  Interrupts of that CPU are off, or it is not running yet.
 */
void
intr_calculatemasks(struct cpu_info *ci)
{
	uint32_t mask[NIPL] = { 0 }, used = 0, all = 0;

	for (int slot = 0; slot < MAX_INTR_SOURCES; slot++) {
		struct intrsource *isp = ci->ci_isources[slot];

		if (isp == NULL)
			continue;
		isp->is_maxlevel = IPL_NONE;
		if (isp->is_handlers == NULL)
			continue;
		used |= 1U << slot;
		isp->is_minlevel = IPL_HIGH;
		for (struct intrhand *q = isp->is_handlers; q != NULL;
		     q = q->ih_next) {
			mask[q->ih_level] |= 1U << slot;
			isp->is_maxlevel = MAX(isp->is_maxlevel, q->ih_level);
			isp->is_minlevel = MIN(isp->is_minlevel, q->ih_level);
		}
	}
	all = ~used;
	for (int level = 0; level < NIPL; level++) {
		all |= mask[level];
		ci->ci_imask[level] = all;
		ci->ci_iunmask[level] = ~all;
	}
}

static struct intrsource *
make_source(struct pic *pic, int pin, int vec)
{
	struct intrsource *isp = kmem_zalloc(sizeof(*isp), KM_SLEEP);

	isp->is_pin = pin;
	isp->is_pic = pic;
	isp->is_type = IST_NONE;
	isp->is_idtvec = vec;
	snprintf(isp->is_evname, sizeof(isp->is_evname), "%s %d",
	    pic->pic_type == PIC_MSIX || pic->pic_type == PIC_MSI ? "vec"
								  : "pin",
	    pin);
	evcnt_attach_dynamic(&isp->is_evcnt, EVCNT_TYPE_INTR, NULL,
	    pic->pic_name, isp->is_evname);
	return isp;
}

static void
own_source_init(struct cpu_info *ci, const struct own_source *o,
    struct intrsource *isp)
{
	own_handlers[o->level].ih_level = o->level;
	isp->is_handlers = &own_handlers[o->level];
	isp->is_pic = o->pic;
	isp->is_pin = -1;
	isp->is_recurse = o->recurse;
	isp->is_resume = o->resume;
	ci->ci_isources[o->slot] = isp;
}

/*
 * cpu_intr_init: a CPU's own sources.  Before it runs; for the boot CPU, before
 * there is memory to allocate.
 */
void
cpu_intr_init(struct cpu_info *ci)
{
	static struct intrsource boot_store[__arraycount(own_sources)];

	for (size_t i = 0; i < __arraycount(own_sources); i++) {
		const struct own_source *o = &own_sources[i];
		struct intrsource *isp = &boot_store[i];

		if (ci != &cpu_info_primary)
			isp = kmem_zalloc(sizeof(*isp), KM_SLEEP);
		own_source_init(ci, o, isp);
		if (o->evname == NULL)
			continue;
		snprintf(isp->is_evname, sizeof(isp->is_evname), "%s",
		    o->evname);
	}
	ci->ci_idepth = -1;
	intr_calculatemasks(ci);
}

/* Counters of a CPU's own sources, once it has a name. */
void
cpu_intr_attach_evcnt(struct cpu_info *ci)
{
	for (size_t i = 0; i < __arraycount(own_sources); i++) {
		struct intrsource *isp = ci->ci_isources[own_sources[i].slot];

		if (own_sources[i].evname != NULL)
			evcnt_attach_dynamic(&isp->is_evcnt, EVCNT_TYPE_INTR,
			    NULL, cpu_name(ci), isp->is_evname);
	}
}

/* ---- which slot, which vector ----------------------------------------- */

/* The source that a pin has already, or NULL. */
static struct intrsource *
find_source(struct pic *pic, int pin, struct cpu_info **cip, int *slotp)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;

	for (CPU_INFO_FOREACH(cii, ci))
		for (int slot = 0; slot < OWN_SLOTS; slot++) {
			struct intrsource *isp = ci->ci_isources[slot];

			if (isp == NULL || isp->is_pic != pic ||
			    isp->is_pin != pin)
				continue;
			*cip = ci;
			*slotp = slot;
			return isp;
		}
	return NULL;
}

/* The first free slot of a CPU for a source that moves there, or -1. */
int
intr_any_slot(const struct cpu_info *ci)
{
	int slot = 0;

	while (slot < OWN_SLOTS && ci->ci_isources[slot] != NULL)
		slot++;
	return slot < OWN_SLOTS ? slot : -1;
}

/* The first free slot of a CPU for a new source, or -1. */
int
intr_free_slot(const struct cpu_info *ci, int legacy_irq)
{
	int slot = CPU_IS_PRIMARY(ci) ? NUM_LEGACY_IRQS : 0;

	if (CPU_IS_PRIMARY(ci) && legacy_irq >= 0 &&
	    legacy_irq < NUM_LEGACY_IRQS && ci->ci_isources[legacy_irq] == NULL)
		return legacy_irq;
	while (slot < OWN_SLOTS && ci->ci_isources[slot] != NULL)
		slot++;
	return slot < OWN_SLOTS ? slot : -1;
}

/*
 * Where a new source goes: to its first CPU, if that has room, else to who has the
 * fewest handlers.  NULL: nobody has room.
 */
static struct cpu_info *
choose_cpu(int legacy_irq, u_int first)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci, *best = NULL;

	for (CPU_INFO_FOREACH(cii, ci)) {
		if ((ci->ci_schedstate.spc_flags & SPCF_NOINTR) != 0 ||
		    intr_free_slot(ci, legacy_irq) == -1)
			continue;
		if (cpu_index(ci) == first)
			return ci;
		if (best == NULL || ci->ci_nintrhand < best->ci_nintrhand)
			best = ci;
	}
	return best;
}

/* Find or make the source of a pin: 0, or why there is none. */
static int
intr_allocate_slot(struct pic *pic, int legacy_irq, int pin, int level,
    struct cpu_info **cip, int *slotp)
{
	int vec;

	if (find_source(pic, pin, cip, slotp) != NULL)
		return 0;
	*cip = choose_cpu(legacy_irq, intr_first_cpu(pic, pin));
	if (*cip == NULL || (pic_has_row(pic) && !CPU_IS_PRIMARY(*cip)))
		return EBUSY;
	vec = pic_has_row(pic)
	    ? pic->pic_vecbase + pin
	    : idt_vec_alloc(APIC_LEVEL(level), IDT_INTR_HIGH);
	if (vec == 0)
		return EBUSY;
	*slotp = intr_free_slot(*cip, legacy_irq);
	(*cip)->ci_isources[*slotp] = make_source(pic, pin, vec);
	return 0;
}

/* A source that no slot has any more. */
static void
free_source(struct intrsource *isp)
{
	evcnt_detach(&isp->is_evcnt);
	if (!pic_has_row(isp->is_pic))
		idt_vec_free(isp->is_idtvec);
	if (isp->is_counts != NULL)
		kmem_free(isp->is_counts, (size_t)ncpu * sizeof(uint64_t));
	kmem_free(isp, sizeof(*isp));
}

/* ---- on the CPU of the source ------------------------------------------ */

static void
intr_establish_xcall(void *arg1, void *arg2)
{
	struct intrhand *ih = arg1, **p;
	struct cpu_info *ci = ih->ih_cpu;
	struct intrsource *isp = ci->ci_isources[ih->ih_slot];
	const u_long psl = x86_read_psl();

	KASSERT(ci == curcpu() || !mp_online);
	x86_disable_intr();
	if (isp->is_handlers == NULL) /* one that came for nobody */
		ci->ci_ipending &= ~(1U << ih->ih_slot);
	for (p = &isp->is_handlers;
	     *p != NULL && (*p)->ih_level >= ih->ih_level; p = &(*p)->ih_next)
		continue;
	ih->ih_next = *p;
	*p = ih;
	intr_calculatemasks(ci);
	x86_write_psl(psl);
}

/*
 * The last handler takes the slot with it, in one step for this CPU: a message
 * that was under way finds it with a handler, or nobody (vector.S), but never
 * a source without handlers, nor one that is being freed.
 */
static void
intr_disestablish_xcall(void *arg1, void *arg2)
{
	struct intrhand *ih = arg1, **p;
	struct cpu_info *ci = ih->ih_cpu;
	struct intrsource *isp = ci->ci_isources[ih->ih_slot];
	const u_long psl = x86_read_psl();

	KASSERT(ci == curcpu() || !mp_online);
	x86_disable_intr();
	for (p = &isp->is_handlers; *p != ih; p = &(*p)->ih_next)
		if (*p == NULL)
			panic("intr_disestablish: handler not registered");
	*p = ih->ih_next;
	if (isp->is_handlers == NULL) {
		ci->ci_isources[ih->ih_slot] = NULL;
		ci->ci_ipending &= ~(1U << ih->ih_slot);
	}
	intr_calculatemasks(ci);
	x86_write_psl(psl);
}

/* Run it on the CPU of the handler. */
static void
call_on(struct intrhand *ih, xcfunc_t func)
{
	if (!mp_online)
		func(ih, NULL);
	else
		xc_wait(xc_unicast(0, func, ih, NULL, ih->ih_cpu));
}

/* ---- interface -------------------------------------------------------- */

int
intr_biglock_wrapper(void *vp)
{
	struct intrhand *ih = vp;
	int ret;

	KERNEL_LOCK(1, NULL);
	ret = (*ih->ih_realfun)(ih->ih_realarg);
	KERNEL_UNLOCK_ONE(NULL);
	return ret;
}

static bool
types_clash(struct intrsource *isp, int type)
{
	if (isp->is_type == IST_NONE) {
		isp->is_type = type;
		return false;
	}
	return type != IST_NONE && isp->is_type != type;
}

/* From now on the source's vector leads to the stub of that slot. */
void
intr_connect(struct intrsource *isp, int slot)
{
	const struct pic *pic = isp->is_pic;
	const struct intrstub *stub = isp->is_type == IST_LEVEL
	    ? &pic->pic_level_stubs[slot]
	    : &pic->pic_edge_stubs[slot];

	isp->is_resume = stub->ist_resume;
	isp->is_recurse = stub->ist_recurse;
	idt_vec_set(isp->is_idtvec, (void (*)(void))stub->ist_entry);
}

/* Who has established it, for people: all names where it is shared. */
static void
add_xname(struct intrsource *isp, const char *xname)
{
	char *const end = isp->is_xname + sizeof(isp->is_xname);
	char *p = isp->is_xname;

	while (*p != '\0')
		p++;
	snprintf(p, (size_t)(end - p), "%s%s", p == isp->is_xname ? "" : ", ",
	    xname);
}

/*
 * intr_establish_xname: handler(arg) is called at `level' when the pin of pic
 * asks.  legacy_irq is -1 but for those of a PC's first 16 lines; xname is what
 * people call it, "wm0RX0".  Returns what intr_disestablish() wants, or NULL: no
 * slot left, or the pin is shared with one of another type.  May sleep.
 */
void *
intr_establish_xname(int legacy_irq, struct pic *pic, int pin, int type,
    int level, int (*handler)(void *), void *arg, bool known_mpsafe,
    const char *xname)
{
	const bool mpsafe = known_mpsafe || level != IPL_VM;
	struct intrhand *ih = kmem_zalloc(sizeof(*ih), KM_SLEEP);
	struct cpu_info *ci;
	struct intrsource *isp;
	int slot;

	KASSERT(level > IPL_SOFTSERIAL && level < NIPL);
	mutex_enter(&cpu_lock);
	if (intr_allocate_slot(pic, legacy_irq, pin, level, &ci, &slot) != 0 ||
	    types_clash(ci->ci_isources[slot], type)) {
		mutex_exit(&cpu_lock);
		kmem_free(ih, sizeof(*ih));
		printf("intr_establish: no room for %s pin %d\n", pic->pic_name,
		    pin);
		return NULL;
	}
	isp = ci->ci_isources[slot];
	add_xname(isp, xname);
	(*pic->pic_hwmask)(pic, pin);

	ih->ih_fun = ih->ih_realfun = handler;
	ih->ih_arg = ih->ih_realarg = arg;
	if (!mpsafe) {
		ih->ih_fun = intr_biglock_wrapper;
		ih->ih_arg = ih;
	}
	ih->ih_level = level;
	ih->ih_pin = pin;
	ih->ih_slot = slot;
	ih->ih_cpu = ci;
	if (isp->is_handlers == NULL)
		intr_connect(isp, slot);
	call_on(ih, intr_establish_xcall);
	ci->ci_nintrhand++;

	(*pic->pic_addroute)(pic, ci, pin, isp->is_idtvec, isp->is_type);
	(*pic->pic_hwunmask)(pic, pin);
	mutex_exit(&cpu_lock);
	return ih;
}

void *
intr_establish(int legacy_irq, struct pic *pic, int pin, int type, int level,
    int (*handler)(void *), void *arg, bool known_mpsafe)
{
	return intr_establish_xname(legacy_irq, pic, pin, type, level, handler,
	    arg, known_mpsafe, "unknown");
}

/* No call of the handler begins after this has returned, and none is left. */
void
intr_disestablish(struct intrhand *ih)
{
	struct cpu_info *ci;
	struct intrsource *isp;
	struct pic *pic;

	mutex_enter(&cpu_lock);
	ci = ih->ih_cpu; /* others may have moved it */
	isp = ci->ci_isources[ih->ih_slot];
	pic = isp->is_pic;
	(*pic->pic_hwmask)(pic, ih->ih_pin);
	call_on(ih, intr_disestablish_xcall);
	ci->ci_nintrhand--;
	if (isp->is_handlers == NULL) {
		(*pic->pic_delroute)(pic, ci, ih->ih_pin, isp->is_idtvec,
		    isp->is_type);
		free_source(isp);
	} else
		(*pic->pic_hwunmask)(pic, ih->ih_pin);
	mutex_exit(&cpu_lock);
	kmem_free(ih, sizeof(*ih));
}

/* Handlers of devices on this CPU. */
u_int
cpu_intr_count(struct cpu_info *ci)
{
	KASSERT(ci->ci_nintrhand >= 0);
	return (u_int)ci->ci_nintrhand;
}

/*
 * Is this a hard interrupt?  An answer for this CPU and no other: look again if
 * there was a switch between finding it and looking.
 */
bool
cpu_intr_p(void)
{
	uint64_t ncsw;
	int idepth;

	do {
		ncsw = curlwp->l_ncsw;
		__insn_barrier();
		idepth = curcpu()->ci_idepth;
		__insn_barrier();
	} while (__predict_false(ncsw != curlwp->l_ncsw));
	return idepth >= 0;
}

/*
 * A vector without a source.  Interrupts are off.  A few are messages that were
 * under way when their handler went; so many are not.
 */
void
intr_stray(struct trapframe *tf)
{
	static volatile u_int strays;

	if (atomic_inc_uint_nv(&strays) > MOST_STRAYS)
		panic("stray interrupts, the last at %#lx", tf->tf_rip);
}

/*
 * softint_init_md: l will run the softints of a level on its CPU; *machdep is
 * what softint_trigger() wants.
 */
void
softint_init_md(struct lwp *l, u_int level, uintptr_t *machdep)
{
	static const int slot[SOFTINT_COUNT] = {
		[SOFTINT_BIO] = SIR_BIO,
		[SOFTINT_CLOCK] = SIR_CLOCK,
		[SOFTINT_NET] = SIR_NET,
		[SOFTINT_SERIAL] = SIR_SERIAL,
	};

	KASSERT(level < SOFTINT_COUNT);
	*machdep = 1UL << slot[level];
	l->l_cpu->ci_isources[slot[level]]->is_lwp = l;
}

/*
 * kview.c: contexts and locks of a kernel, from the entries of its functions
 * (kview.h).
 *
 * Locks.  A spin mutex has no owner, so what is held is followed by calls: entering
 * mutex_enter(m) means that by the next event of the same context m is held, and
 * entering mutex_exit(m) that it is not.  A context is an LWP and how deep it is in
 * interrupt handlers; a handler borrows the LWP that it interrupts.
 *
 *	softnet LWP, depth -1	mutex_enter(a)	holds a
 *	  interrupt, depth 0	_kernel_lock	holds kernel_lock
 *	  			_kernel_unlock
 *	softnet LWP, depth -1	mutex_exit(a)
 *
 * mutex_tryenter() counts if the lock is free as it is called: nobody comes between
 * but in a race that is lost now and then.
 */
#include <stdlib.h>
#include <string.h>

#include "kview.h"

/* Places in hk_regs.gpr. */
enum { RDX = 2, RSI = 6, RDI = 7 };

enum op { OP_NONE, OP_ENTER, OP_TRY, OP_RWTRY, OP_EXIT, OP_BIG, OP_BIG_EXIT };

static const struct {
	const char *name;
	enum op op;
} lock_functions[] = { { "mutex_enter", OP_ENTER },
	{ "mutex_spin_enter", OP_ENTER }, { "mutex_tryenter", OP_TRY },
	{ "mutex_exit", OP_EXIT }, { "mutex_spin_exit", OP_EXIT },
	{ "rw_enter", OP_ENTER }, { "rw_tryenter", OP_RWTRY },
	{ "rw_exit", OP_EXIT }, { "_kernel_lock", OP_BIG },
	{ "_kernel_unlock", OP_BIG_EXIT } };
#define NLOCK (sizeof(lock_functions) / sizeof(lock_functions[0]))

#define MUTEX_SPIN 1u /* <sys/mutex.h>: bit of the first word */
#define RW_BUSY    6u /* <sys/rwlock.h>: a writer has or wants it */
#define MAX_HELD   256

struct function {
	const struct types_symbol *symbol;
	enum op op;
	bool wanted; /* by kview_add() */
};

struct held {
	uint64_t lock, lwp;
	int depth;
	unsigned n; /* times */
};

struct kview {
	const struct types *types;
	void (*seen)(void *, const struct kview_seen *);
	void (*taken)(void *, uint64_t lock);
	void *arg;
	struct function *function;
	uint64_t *va;
	bool *must;
	size_t n;
	struct held held[MAX_HELD];
	unsigned nheld;
	uint64_t kernel_lock;
	bool kernel; /* these are known */
	uint64_t curlwp, idepth, ilevel, biglock, l_name, spin_lock;
	struct run_watch watch;
};

/* ---- functions --------------------------------------------------------------- */

static unsigned
add(struct kview *kv, const struct types_symbol *s, enum op op, bool wanted)
{
	size_t i;

	for (i = 0; i < kv->n && kv->va[i] != s->va; i++)
		;
	if (i == kv->n) {
		kv->n++;
		kv->function = reallocarray(kv->function, kv->n,
		    sizeof(*kv->function));
		kv->va = reallocarray(kv->va, kv->n, sizeof(*kv->va));
		kv->must = reallocarray(kv->must, kv->n, sizeof(*kv->must));
		if (kv->function == NULL || kv->va == NULL || kv->must == NULL)
			abort();
		kv->va[i] = s->va;
		kv->must[i] = false;
		kv->function[i] = (struct function){ s, op, false };
	}
	kv->function[i].wanted |= wanted;
	return (unsigned)i;
}

unsigned
kview_add(struct kview *kv, const struct types_symbol *s, bool must)
{
	unsigned i = add(kv, s, OP_NONE, true);

	kv->must[i] |= must;
	return i;
}

const char *
kview_function(const struct kview *kv, unsigned fn)
{
	return kv->function[fn].symbol->name;
}

bool
kview_argument(const struct kview *kv, const struct kview_seen *s, unsigned i,
    uint64_t *value)
{
	const unsigned bytes = kv->function[s->fn].symbol->parameter_bytes[i];

	if (bytes == 0)
		return false;
	*value = s->arg[i] << (64 - 8 * bytes) >> (64 - 8 * bytes);
	return true;
}

bool
kview_is_lock(const struct kview *kv, unsigned fn)
{
	return kv->function[fn].op != OP_NONE;
}

uint64_t
kview_lock(const struct kview *kv, const struct kview_seen *s)
{
	enum op op = kv->function[s->fn].op;

	return op == OP_BIG || op == OP_BIG_EXIT ? kv->kernel_lock : s->arg[0];
}

const char *
kview_ipl(int ipl)
{
	static const char *const name[] = { "NONE", "PREEMPT", "SOFTCLOCK",
		"SOFTBIO", "SOFTNET", "SOFTSERIAL", "VM", "SCHED", "HIGH" };

	return ipl >= 0 && ipl <= 8 ? name[ipl] : "?";
}

/* ---- the kernel's state -------------------------------------------------------- */

static bool
find_fields(struct kview *kv)
{
	const struct types *t = kv->types;
	const struct types_symbol *s = types_named(t, "kernel_lock");

	kv->kernel_lock = s != NULL ? s->va : 0;
	if (!types_offset(t, "kmutex", "u.s.mtxs_lock", &kv->spin_lock))
		kv->spin_lock = 0;
	return types_offset(t, "cpu_info", "ci_curlwp", &kv->curlwp) &&
	    types_offset(t, "cpu_info", "ci_idepth", &kv->idepth) &&
	    types_offset(t, "cpu_info", "ci_istate.ilevel", &kv->ilevel) &&
	    types_offset(t, "cpu_info", "ci_data.cpu_biglock_count",
		&kv->biglock) &&
	    types_offset(t, "lwp", "l_name", &kv->l_name);
}

static uint64_t
word(uint64_t va)
{
	uint64_t v;

	memcpy(&v, (const void *)(uintptr_t)va, sizeof(v));
	return v;
}

static int
integer(uint64_t va)
{
	int v;

	memcpy(&v, (const void *)(uintptr_t)va, sizeof(v));
	return v;
}

void
kview_look(const struct kview *kv, const struct cpu *cpu,
    struct kview_context *c)
{
	uint64_t ci = cpu->hot.kgs, name;

	*c = (struct kview_context){ .depth = -1 };
	if (!kv->kernel || ci == 0)
		return;
	c->known = true;
	c->depth = integer(ci + kv->idepth);
	c->hard = c->depth >= 0;
	c->ipl = integer(ci + kv->ilevel);
	c->biglock = (unsigned)integer(ci + kv->biglock);
	c->lwp = word(ci + kv->curlwp);
	name = c->lwp != 0 ? word(c->lwp + kv->l_name) : 0;
	if (name != 0)
		strncpy(c->lwp_name, (const char *)(uintptr_t)name,
		    sizeof(c->lwp_name) - 1);
	c->soft = !c->hard && strncmp(c->lwp_name, "soft", 4) == 0;
}

uint64_t
kview_thread(void *arg, const struct cpu *cpu)
{
	const struct kview *kv = arg;
	uint64_t ci = cpu->hot.kgs;
	int depth;

	if (!kv->kernel || ci == 0)
		return 0;
	depth = integer(ci + kv->idepth);
	return depth >= 0 ? (uint64_t)depth + 1 : word(ci + kv->curlwp);
}

/* ---- locks ----------------------------------------------------------------------- */

static bool
same(const struct held *h, uint64_t lock, const struct kview_context *c)
{
	return h->lock == lock && h->lwp == c->lwp && h->depth == c->depth;
}

static void
take(struct kview *kv, uint64_t lock, const struct kview_context *c, unsigned n)
{
	for (unsigned i = 0; i < kv->nheld; i++)
		if (same(&kv->held[i], lock, c)) {
			kv->held[i].n += n;
			return;
		}
	if (kv->nheld < MAX_HELD)
		kv->held[kv->nheld++] = (struct held){ lock, c->lwp, c->depth,
			n };
}

/* n == 0: all of this LWP. */
static void
give(struct kview *kv, uint64_t lock, const struct kview_context *c, unsigned n)
{
	unsigned k = 0;

	for (unsigned i = 0; i < kv->nheld; i++) {
		struct held *h = &kv->held[i];

		if (n == 0 ? h->lock == lock && h->lwp == c->lwp
			   : same(h, lock, c))
			h->n -= n == 0 || n > h->n ? h->n : n;
		if (h->n != 0)
			kv->held[k++] = *h;
	}
	kv->nheld = k;
}

static bool
is_free(const struct kview *kv, enum op op, const struct kview_seen *s)
{
	uint64_t owner = word(s->arg[0]);

	if (op == OP_RWTRY)
		return s->arg[1] == 0 ? (owner & RW_BUSY) == 0 : owner == 0;
	if ((owner & MUTEX_SPIN) != 0)
		return *(const uint8_t *)(uintptr_t)(s->arg[0] +
			   kv->spin_lock) == 0;
	return owner == 0;
}

static void
note_taken(struct kview *kv, uint64_t lock)
{
	if (kv->taken != NULL)
		kv->taken(kv->arg, lock);
}

static void
note_lock(struct kview *kv, enum op op, const struct kview_seen *s)
{
	const struct kview_context *c = &s->context;
	int n = (int)s->arg[0];

	switch (op) {
	case OP_TRY:
	case OP_RWTRY:
		if (!is_free(kv, op, s))
			return;
		/* FALLTHROUGH */
	case OP_ENTER:
		take(kv, s->arg[0], c, 1);
		note_taken(kv, s->arg[0]);
		return;
	case OP_EXIT:
		give(kv, s->arg[0], c, 1);
		return;
	case OP_BIG:
		take(kv, kv->kernel_lock, c, (unsigned)n);
		if (c->biglock == 0)
			note_taken(kv, kv->kernel_lock);
		return;
	case OP_BIG_EXIT:
		give(kv, kv->kernel_lock, c, n < 0 ? 1 : (unsigned)n);
		return;
	case OP_NONE:
		return;
	}
}

static void
list_held(const struct kview *kv, struct kview_seen *s)
{
	for (unsigned i = 0; i < kv->nheld; i++) {
		const struct held *h = &kv->held[i];

		if (h->lwp != s->context.lwp || h->depth != s->context.depth)
			continue;
		if (s->nheld < KVIEW_HELD)
			s->held[s->nheld] = h->lock;
		s->nheld++;
	}
}

/* ---- events ----------------------------------------------------------------------- */

static void
entered(void *arg, struct cpu *cpu, const struct hk_regs *regs, unsigned which)
{
	struct kview *kv = arg;
	const struct function *f = &kv->function[which];
	struct kview_seen s = { .cpu = cpu->id,
		.fn = which,
		.arg = { regs->gpr[RDI], regs->gpr[RSI], regs->gpr[RDX] } };

	kview_look(kv, cpu, &s.context);
	if (f->wanted && kv->seen != NULL) {
		s.clk = watch_now_clk(cpu);
		list_held(kv, &s);
		kv->seen(kv->arg, &s);
	}
	if (s.context.known)
		note_lock(kv, f->op, &s);
}

struct kview *
kview_create(const struct types *t,
    void (*seen)(void *, const struct kview_seen *),
    void (*taken)(void *, uint64_t), void *arg)
{
	struct kview *kv = calloc(1, sizeof(*kv));

	if (kv == NULL)
		abort();
	kv->types = t;
	kv->seen = seen;
	kv->taken = taken;
	kv->arg = arg;
	kv->kernel = find_fields(kv);
	for (size_t i = 0; kv->kernel && i < NLOCK; i++) {
		const struct types_symbol *s = types_named(t,
		    lock_functions[i].name);

		if (s != NULL && s->function)
			(void)add(kv, s, lock_functions[i].op, false);
	}
	return kv;
}

void
kview_destroy(struct kview *kv)
{
	if (kv == NULL)
		return;
	free(kv->function);
	free(kv->va);
	free(kv->must);
	free(kv);
}

const struct run_watch *
kview_watch(struct kview *kv)
{
	kv->watch = (struct run_watch){ kv->va, kv->must, kv->n, entered, kv };
	return &kv->watch;
}

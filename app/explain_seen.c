/*
 * explain_seen.c: steps of CPUs (cpu/cycles.h) summed up by CPU and function, by
 * address and by lock.
 *
 * What of it is exact: the sum of each CPU, its kinds, and what a function's
 * accesses, branches and fetches were charged.  A function's issue is what passed
 * between two call-outs of which the second is its own: the instructions of a
 * caller between its last access and the call are put down to the callee, some
 * cycles of each call.
 *
 * Context: steps on the host stacks of CPUs; begin and end from a device's event.
 */
#include <stdlib.h>
#include <string.h>

#include "core/tick.h"
#include "explain_int.h"
#include "sc/sc.h"

/* ---- tables ----------------------------------------------------------------- */

static size_t
place_of(const struct explain_table *t, uint64_t key)
{
	size_t i = (key * UINT64_C(0x9e3779b97f4a7c15)) >> 20;

	for (i &= t->places - 1; t->key[i] != 0 && t->key[i] != key + 1;)
		i = (i + 1) & (t->places - 1);
	return i;
}

static void
grow(struct explain_table *t)
{
	struct explain_table old = *t;

	t->places = old.places == 0 ? 1024 : 2 * old.places;
	t->key = calloc(t->places, sizeof(*t->key));
	t->row = calloc(t->places, t->row_bytes);
	if (t->key == NULL || t->row == NULL)
		abort();
	for (size_t i = 0; i < old.places; i++)
		if (old.key[i] != 0) {
			size_t k = place_of(t, old.key[i] - 1);

			t->key[k] = old.key[i];
			memcpy((char *)t->row + k * t->row_bytes,
			    (char *)old.row + i * t->row_bytes, t->row_bytes);
		}
	free(old.key);
	free(old.row);
}

void *
explain_row(struct explain_table *t, uint64_t key)
{
	size_t i;

	if (2 * (t->n + 1) > t->places)
		grow(t);
	i = place_of(t, key);
	t->n += t->key[i] == 0;
	t->key[i] = key + 1;
	return (char *)t->row + i * t->row_bytes;
}

/* ---- functions ---------------------------------------------------------------- */

/* Those in which CPUs wait for locks, of a kernel with NetBSD's. */
static const char *const spinning[] = { "mutex_spin_retry",
	"mutex_vector_enter", "mutex_oncpu", "rw_vector_enter", "rw_oncpu",
	"_kernel_lock" };

static bool
is_spinning(const char *name)
{
	for (size_t i = 0; i < sizeof(spinning) / sizeof(spinning[0]); i++)
		if (strcmp(name, spinning[i]) == 0)
			return true;
	return false;
}

static unsigned
function_named(struct explain *e, const char *name)
{
	for (size_t i = 0; i < e->nfunction; i++)
		if (strcmp(e->function[i].name, name) == 0)
			return (unsigned)i;
	e->function = reallocarray(e->function, e->nfunction + 1,
	    sizeof(*e->function));
	if (e->function == NULL)
		abort();
	e->function[e->nfunction] = (struct explain_function){ .name = name,
		.spins = is_spinning(name),
		.entry = explain_at_of_entry(name) };
	return (unsigned)e->nfunction++;
}

static unsigned
function_of(struct explain *e, uint64_t pc)
{
	uint16_t *site = explain_row(&e->site, pc);

	if (*site == 0) {
		const struct types_symbol *s = types_of_hook(e->types, pc);

		*site = (uint16_t)(1 +
		    function_named(e,
			s != NULL && s->function ? s->name : "(other)"));
	}
	return *site - 1u;
}

/* ---- steps ---------------------------------------------------------------------- */

static enum explain_context
context_of(const struct kview_context *c)
{
	if (c->hard)
		return EXPLAIN_HARD;
	if (c->soft)
		return EXPLAIN_SOFT;
	return explain_is_idle(c) ? EXPLAIN_IDLE : EXPLAIN_THREAD;
}

static void
note_miss(struct explain *e, const struct cycles_step *s, unsigned fn)
{
	struct explain_miss *m;

	if (s->from == COH_FROM_HERE || s->call == CYCLES_FETCH)
		return;
	m = explain_row(&e->miss,
	    s->ea | (uint64_t)fn << 32 | (uint64_t)s->from << 48);
	m->ea = (uint32_t)s->ea;
	m->function = (uint16_t)fn;
	m->from = (uint16_t)s->from;
	m->n++;
	m->clk += s->line_clk;
}

/* The lock is that of the last entry into one of these (explain_hops.c). */
static void
note_spin(struct explain *e, unsigned cpu, const struct kview_context *c,
    uint64_t clk)
{
	const uint32_t lock = *explain_lock(e, cpu, c);
	struct explain_spin *row = explain_row(&e->spin, lock);

	row->ea = lock;
	row->clk += clk;
}

static void
count(uint64_t n[EXPLAIN_NCOUNT], const struct cycles_step *s)
{
	if (s->call <= CYCLES_LOCK && s->device && s->clk[CYCLES_APIC] != 0)
		n[EXPLAIN_APIC]++;
	else if (s->call <= CYCLES_LOCK && s->device) {
		n[EXPLAIN_MMIO_READS] += s->call != CYCLES_WRITE;
		n[EXPLAIN_MMIO_WRITES] += s->call != CYCLES_READ;
	} else if (s->call <= CYCLES_LOCK) {
		n[EXPLAIN_READS] += s->call != CYCLES_WRITE;
		n[EXPLAIN_WRITES] += s->call != CYCLES_READ;
		n[EXPLAIN_LOCKS] += s->call == CYCLES_LOCK;
	}
	n[EXPLAIN_INSNS] += s->insns;
	n[EXPLAIN_MISSES] += s->from != COH_FROM_HERE;
}

/* What interrupts and sleep cost is theirs, whoever they come between. */
static void
note_hop(struct explain *e, const struct cycles_step *s, enum explain_at at)
{
	struct explain_sum *const of = e->at[s->cpu];

	for (unsigned i = 0; i < CYCLES_NCAT; i++)
		of[i == CYCLES_INTERRUPT                       ? EXPLAIN_AT_INTR
			: i == CYCLES_WAKE || i == CYCLES_IDLE ? EXPLAIN_AT_IDLE
							       : at]
		    .clk[i] += s->clk[i];
	count(of[at].n, s);
}

/* What is waited for because others have, or had, the line. */
static void
note_owner(struct explain *e, const struct cycles_step *s)
{
	for (unsigned i = CYCLES_DRAM_CLEAN; i <= CYCLES_HELD; i++)
		e->owner_clk[s->cpu][s->owner] += s->clk[i];
}

static void
step(void *arg, const struct cycles_step *s)
{
	struct explain *e = arg;
	const unsigned fn = function_of(e, s->pc);
	struct explain_function *f = &e->function[fn];
	struct explain_sum *sum = &f->cpu[s->cpu];
	struct kview_context c;
	uint64_t all = 0;

	for (unsigned i = 0; i < CYCLES_NCAT; i++) {
		sum->clk[i] += s->clk[i];
		all += s->clk[i];
	}
	count(sum->n, s);
	kview_look(e->kview, e->smp->cpu[s->cpu], &c);
	e->context[s->cpu][context_of(&c)] += all - s->clk[CYCLES_IDLE];
	e->context[s->cpu][EXPLAIN_IDLE] += s->clk[CYCLES_IDLE];
	note_hop(e, s, explain_at(e, s, f, &c));
	note_miss(e, s, fn);
	note_owner(e, s);
	explain_touch(e, s);
	if (f->spins)
		note_spin(e, s->cpu, &c, all);
}

/* ---- from when to when ------------------------------------------------------------ */

void
explain_begin(struct explain *e, struct smp *smp, const uint64_t *frames)
{
	if (e->begun)
		return;
	e->begun = true;
	e->begin_clk = tick_to_clk(sc_now_tick());
	e->counter = frames;
	e->frames = *frames;
	e->smp = smp;
	e->ncpu = smp->ncpu;
	e->cycles = cycles_create(smp, step, e);
	cycles_begin(e->cycles, e->begin_clk);
}

void
explain_end(struct explain *e)
{
	if (!e->begun || e->end_clk != 0)
		return;
	e->end_clk = tick_to_clk(sc_now_tick());
	e->frames = *e->counter - e->frames;
	cycles_end(e->cycles, e->end_clk);
	explain_l2_end(e);
}

struct explain *
explain_create(const struct types *types)
{
	struct explain *e = calloc(1, sizeof(*e));

	if (e == NULL)
		abort();
	e->types = types;
	e->kview = kview_create(types, NULL, NULL, NULL);
	e->site.row_bytes = sizeof(uint16_t);
	e->miss.row_bytes = sizeof(struct explain_miss);
	e->spin.row_bytes = sizeof(struct explain_spin);
	e->touched.row_bytes = sizeof(uint8_t);
	e->calls.row_bytes = explain_calls_bytes();
	return e;
}

static void
free_table(struct explain_table *t)
{
	free(t->key);
	free(t->row);
}

void
explain_destroy(struct explain *e)
{
	if (e == NULL)
		return;
	cycles_destroy(e->cycles);
	kview_destroy(e->kview);
	free_table(&e->site);
	free_table(&e->miss);
	free_table(&e->spin);
	free_table(&e->calls);
	free_table(&e->touched);
	for (unsigned i = 0; i < COH_MAX_MODULE; i++)
		free(e->l2[i]);
	free(e->owner);
	free(e->watch_va);
	free(e->watch_must);
	free(e->watch_what);
	free(e->function);
	free(e->field);
	free(e->lock);
	free(e);
}

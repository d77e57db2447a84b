/*
 * explain.c: what explain_seen.c has counted gets names, and JSON (explain.h).
 *
 * Figures are of one frame: a CPU's cycles over the frames of all CPUs, so that CPUs
 * add up to what a frame costs the machine.
 *
 * Elements of arrays count as one, and so do all objects of a pool:
 * wm_softc(wm0).sc_rxq[].rxq_ptr, mbuf.m_hdr.mh_next.  Locks keep their numbers.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "core/json_out.h"
#include "explain_int.h"

/* ---- names -------------------------------------------------------------------- */

/* Numbers in brackets go. */
static void
without_numbers(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++) {
		*to++ = *s;
		if (*s == '[')
			while (isdigit((unsigned char)s[1]))
				s++;
	}
	*to = '\0';
}

static void
name_of(const struct names *ns, uint64_t ea, char *buf, size_t size)
{
	struct name n;

	names_find(ns, ea, &n);
	names_text(&n, buf, size);
	without_numbers(buf);
}

static int
by_name(const void *a, const void *b)
{
	const struct explain_field *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->function != y->function)
		return x->function < y->function ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int
by_clk(const void *a, const void *b)
{
	const struct explain_field *x = a, *y = b;

	if (x->clk != y->clk)
		return x->clk < y->clk ? 1 : -1;
	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return by_name(a, b);
}

/* Those of the same name become one; how many are left, the dearest first. */
static size_t
merge(struct explain_field *f, size_t n)
{
	size_t k = 0;

	qsort(f, n, sizeof(*f), by_name);
	for (size_t i = 0; i < n; i++)
		if (k != 0 && by_name(&f[k - 1], &f[i]) == 0) {
			f[k - 1].n += f[i].n;
			f[k - 1].clk += f[i].clk;
		} else
			f[k++] = f[i];
	qsort(f, k, sizeof(*f), by_clk);
	return k;
}

static int
by_ea(const void *a, const void *b)
{
	const struct explain_miss *x = a, *y = b;

	return x->ea < y->ea ? -1 : x->ea > y->ea;
}

static struct explain_field *
fields(size_t n)
{
	struct explain_field *f = calloc(n + 1, sizeof(*f));

	if (f == NULL)
		abort();
	return f;
}

static void
name_misses(struct explain *e, const struct names *ns)
{
	struct explain_miss *m = calloc(e->miss.n + 1, sizeof(*m));
	const struct explain_miss *row = e->miss.row;
	size_t n = 0;

	if (m == NULL)
		abort();
	for (size_t i = 0; i < e->miss.places; i++)
		if (e->miss.key[i] != 0)
			m[n++] = row[i];
	qsort(m, n, sizeof(*m), by_ea);
	e->field = fields(n);
	for (size_t i = 0; i < n; i++) {
		struct explain_field *f = &e->field[i];

		*f = (struct explain_field){ .function = m[i].function,
			.from = m[i].from,
			.n = m[i].n,
			.clk = m[i].clk };
		if (i != 0 && m[i - 1].ea == m[i].ea)
			strcpy(f->name, f[-1].name);
		else
			name_of(ns, m[i].ea, f->name, sizeof(f->name));
	}
	free(m);
	e->nfield = merge(e->field, n);
}

static void
name_locks(struct explain *e, const struct names *ns)
{
	const struct explain_spin *row = e->spin.row;
	size_t n = 0;

	e->lock = fields(e->spin.n);
	for (size_t i = 0; i < e->spin.places; i++)
		if (e->spin.key[i] != 0) {
			struct explain_field *f = &e->lock[n++];

			f->clk = row[i].clk;
			names_lock(ns, row[i].ea, f->name, sizeof(f->name));
		}
	e->nlock = merge(e->lock, n);
}

/* ---- sums ------------------------------------------------------------------------ */

const char *const explain_count_name[] = { "instructions", "reads", "writes",
	"locked", "mmio_reads", "mmio_writes", "apic", "misses" };
const char *const explain_context_name[] = { "thread", "interrupt", "softint",
	"idle" };
const char *const explain_from_name[] = { "", "l2", "dram", "dram_clean",
	"same_transfer", "other_transfer", "same_upgrade", "other_upgrade" };

void
explain_add(struct explain_sum *to, const struct explain_sum *s)
{
	for (unsigned k = 0; k < CYCLES_NCAT; k++)
		to->clk[k] += s->clk[k];
	for (unsigned k = 0; k < EXPLAIN_NCOUNT; k++)
		to->n[k] += s->n[k];
}

struct explain_sum
explain_sum_of(const struct explain_function *f)
{
	struct explain_sum s = { .n = { 0 } };

	for (int i = 0; i < CPU_MAX; i++)
		explain_add(&s, &f->cpu[i]);
	return s;
}

struct explain_sum
explain_sum_at(const struct explain *e, enum explain_at at)
{
	struct explain_sum s = { .n = { 0 } };

	for (unsigned i = 0; i < e->ncpu; i++)
		explain_add(&s, &e->at[i][at]);
	return s;
}

uint64_t
explain_total(const struct explain_sum *s)
{
	uint64_t n = 0;

	for (unsigned k = 0; k < CYCLES_NCAT; k++)
		n += s->clk[k];
	return n;
}

static void
sum_up(struct explain *e)
{
	for (size_t i = 0; i < e->nfunction; i++)
		for (unsigned k = 0; k < e->ncpu; k++) {
			explain_add(&e->cpu[k], &e->function[i].cpu[k]);
			explain_add(&e->all, &e->function[i].cpu[k]);
		}
}

static int
by_cost(const void *a, const void *b, void *arg)
{
	const uint64_t *clk = arg;
	const size_t x = *(const size_t *)a, y = *(const size_t *)b;

	if (clk[x] != clk[y])
		return clk[x] < clk[y] ? 1 : -1;
	return x < y ? -1 : x > y;
}

size_t *
explain_order(const struct explain *e)
{
	size_t *o = calloc(e->nfunction + 1, sizeof(*o));
	uint64_t *clk = calloc(e->nfunction + 1, sizeof(*clk));

	if (o == NULL || clk == NULL)
		abort();
	for (size_t i = 0; i < e->nfunction; i++) {
		const struct explain_sum s = explain_sum_of(&e->function[i]);

		o[i] = i;
		clk[i] = explain_total(&s) - s.clk[CYCLES_IDLE];
	}
	qsort_r(o, e->nfunction, sizeof(*o), by_cost, clk);
	free(clk);
	return o;
}

enum exit_code
explain_names(struct explain *e, const struct run_report *rep,
    uint64_t ram_bytes, const struct explain_buffers *buffers)
{
	struct err err = ERR_NONE;
	struct names *ns;

	if (e->end_clk == 0 || e->frames == 0) {
		err_set(&err, EX_INPUT,
		    "nothing to explain: no frame came out while somebody "
		    "looked; let more of them in, or --after less");
		return fail(&err);
	}
	ns = names_create(e->types, rep, ram_bytes);
	name_misses(e, ns);
	name_locks(e, ns);
	explain_l2_names(e, ns, buffers);
	names_destroy(ns);
	sum_up(e);
	return EX_GOOD;
}

/* ---- JSON ------------------------------------------------------------------------- */

static json_t *
fixed(double v)
{
	return json_fixed(v, 4);
}

/* Kinds and counts; those of 0 are left out. */
static json_t *
sum_json(const struct explain *e, const struct explain_sum *s)
{
	json_t *kinds = json_object(), *counts = json_object();

	for (unsigned k = 0; k < CYCLES_NCAT; k++)
		if (s->clk[k] != 0)
			json_object_set_new(kinds,
			    cycles_name((enum cycles_cat)k),
			    fixed(explain_cyc(e, s->clk[k])));
	for (unsigned k = 0; k < EXPLAIN_NCOUNT; k++)
		if (s->n[k] != 0)
			json_object_set_new(counts, explain_count_name[k],
			    fixed(explain_each(e, s->n[k])));
	return json_pack("{s:o s:o s:o}", "cycles",
	    fixed(explain_cyc(e, explain_total(s))), "kinds", kinds, "counts",
	    counts);
}

static json_t *
owners_json(const struct explain *e, unsigned cpu)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < e->nmodule; i++)
		json_array_append_new(all,
		    fixed(explain_cyc(e, e->owner_clk[cpu][i])));
	return all;
}

static json_t *
cpus_json(const struct explain *e)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < e->ncpu; i++) {
		json_t *j = sum_json(e, &e->cpu[i]), *contexts = json_object();

		json_object_set_new(j, "id", json_integer((json_int_t)i));
		for (unsigned k = 0; k < EXPLAIN_NCONTEXT; k++)
			json_object_set_new(contexts, explain_context_name[k],
			    fixed(explain_cyc(e, e->context[i][k])));
		json_object_set_new(j, "contexts", contexts);
		json_object_set_new(j, "lines_of_module", owners_json(e, i));
		json_array_append_new(all, j);
	}
	return all;
}

static json_t *
hops_json(const struct explain *e)
{
	json_t *all = json_array();

	for (unsigned at = 0; at < EXPLAIN_NAT; at++) {
		const struct explain_sum s = explain_sum_at(e,
		    (enum explain_at)at);
		json_t *j = sum_json(e, &s), *cpus = json_array();

		json_object_set_new(j, "hop",
		    json_string(explain_at_name[at].name));
		for (unsigned i = 0; i < e->ncpu; i++)
			json_array_append_new(cpus,
			    fixed(explain_cyc(e,
				explain_total(&e->at[i][at]))));
		json_object_set_new(j, "cpus", cpus);
		json_array_append_new(all, j);
	}
	return all;
}

static json_t *
functions_json(const struct explain *e)
{
	size_t *o = explain_order(e);
	json_t *all = json_array();

	for (size_t i = 0; i < e->nfunction; i++) {
		const struct explain_function *f = &e->function[o[i]];
		const struct explain_sum s = explain_sum_of(f);
		json_t *j = sum_json(e, &s);

		json_object_set_new(j, "function", json_string(f->name));
		json_array_append_new(all, j);
	}
	free(o);
	return all;
}

static json_t *
lines_json(const struct explain *e)
{
	json_t *all = json_array();

	for (size_t i = 0; i < e->nfield; i++)
		json_array_append_new(all,
		    json_pack("{s:s s:s s:s s:o s:o}", "field",
			e->field[i].name, "function",
			e->function[e->field[i].function].name, "from",
			explain_from_name[e->field[i].from], "times",
			fixed(explain_each(e, e->field[i].n)), "cycles",
			fixed(explain_cyc(e, e->field[i].clk))));
	return all;
}

static json_t *
locks_json(const struct explain *e)
{
	json_t *all = json_array();

	for (size_t i = 0; i < e->nlock; i++)
		json_array_append_new(all,
		    json_pack("{s:s s:o}", "lock", e->lock[i].name, "cycles",
			fixed(explain_cyc(e, e->lock[i].clk))));
	return all;
}

json_t *
explain_json(const struct explain *e)
{
	return json_pack("{s:I s:o s:o s:o s:o s:o s:o s:o s:o s:o}", "frames",
	    (json_int_t)e->frames, "time_ns",
	    fixed((double)(e->end_clk - e->begin_clk) / CLK_PER_NS),
	    "time_cycles", fixed(explain_cyc(e, e->end_clk - e->begin_clk)),
	    "all", sum_json(e, &e->all), "cpus", cpus_json(e), "hops",
	    hops_json(e), "functions", functions_json(e), "lines",
	    lines_json(e), "locks", locks_json(e), "l2", explain_l2_json(e));
}

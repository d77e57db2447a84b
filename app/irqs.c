/*
 * irqs.c: tables of interrupts out of a kernel's results and out of stats.json (irqs.h).
 *
 *	irq msix0 vec 4|wm0RX0|4	all it had, and where it is
 *	irqon msix0 vec 4|3		of these, on CPU 3
 *
 * Results of one table follow each other, and have its number.
 */
#include <stdlib.h>
#include <string.h>

#include "irqs.h"

_Static_assert(INTRTABLE_CPUS == CPU_MAX,
    "as many columns as there may be CPUs");

static struct intrtable *
add_table(struct irqs *a, unsigned ncpu, uint64_t number)
{
	a->table = reallocarray(a->table, a->n + 1, sizeof(*a->table));
	a->number = reallocarray(a->number, a->n + 1, sizeof(*a->number));
	if (a->table == NULL || a->number == NULL)
		abort();
	a->table[a->n] = (struct intrtable){ .ncpu = ncpu };
	a->number[a->n] = number;
	return &a->table[a->n++];
}

static struct intrtable_row *
add_row(struct intrtable *t)
{
	struct intrtable_row *r;

	t->row = reallocarray(t->row, t->nrow + 1, sizeof(*t->row));
	if (t->row == NULL)
		abort();
	r = &t->row[t->nrow++];
	memset(r, 0, sizeof(*r));
	return r;
}

void
irqs_read(struct irqs *a, const struct run_report *rep)
{
	struct intrtable_row *row = NULL;
	char id[INTRTABLE_ID], names[INTRTABLE_NAMES];
	unsigned cpu;

	for (size_t i = 0; i < rep->nresult; i++) {
		const struct run_result *r = &rep->result[i];

		if (sscanf(r->name, "irq %39[^|]|%63[^|]|%u", id, names,
			&cpu) == 3 &&
		    cpu < rep->ncpu) {
			if (a->n == 0 || a->number[a->n - 1] != r->total_cyc)
				add_table(a, rep->ncpu, r->total_cyc);
			row = add_row(&a->table[a->n - 1]);
			strcpy(row->id, id);
			strcpy(row->names, names);
			row->cpu = (int)cpu;
			row->count[cpu] = r->n;
		} else if (row != NULL &&
		    sscanf(r->name, "irqon %39[^|]|%u", id, &cpu) == 2 &&
		    cpu < rep->ncpu) {
			row->count[row->cpu] -= r->n;
			row->count[cpu] = r->n;
		}
	}
	for (size_t i = 0; i < a->n; i++)
		intrtable_measure(&a->table[i]);
}

/* As drivers call it: wm0RX1 of a receive queue, wm0TXRX1 of two, wm0LINK, or wm0 of all. */
static void
name_of(const struct i354_vector *v, unsigned port, char names[INTRTABLE_NAMES])
{
	const uint32_t queues = v->rx | v->tx;

	if (queues == 0)
		snprintf(names, INTRTABLE_NAMES, "wm%u%s", port,
		    v->other ? "LINK" : "");
	else
		snprintf(names, INTRTABLE_NAMES, "wm%u%s%s%d", port,
		    v->tx != 0 ? "TX" : "", v->rx != 0 ? "RX" : "",
		    __builtin_ctz(queues));
}

static void
row_of_vector(struct intrtable *t, const struct board *b, unsigned port,
    unsigned n)
{
	const struct i354_counts *counts = i354_counts(board_nic(b), port);
	const struct cpu *cpu;
	struct intrtable_row *r;
	struct i354_vector v;

	if (!i354_vector(board_nic(b), port, n, &v))
		return;
	r = add_row(t);
	snprintf(r->id, sizeof(r->id), "msi%s%u vec %u", v.msix ? "x" : "",
	    port, n);
	name_of(&v, port, r->names);
	cpu = board_target(b, v.address);
	r->cpu = cpu == NULL ? -1 : (int)cpu->id;
	if (cpu != NULL)
		r->count[cpu->id] = counts->messages[n];
}

void
irqs_of_devices(struct irqs *a, const struct board *b)
{
	struct intrtable *t = add_table(a, board_smp(b)->ncpu, 0);

	for (unsigned port = 0; port < I354_NPORT; port++)
		for (unsigned n = 0; n < I354_NVEC; n++)
			row_of_vector(t, b, port, n);
	intrtable_measure(t);
}

void
irqs_free(struct irqs *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->table[i].row);
	free(a->table);
	free(a->number);
}

const struct intrtable *
irqs_end(const struct irqs *a)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->number[i] == 0)
			return &a->table[i];
	return NULL;
}

/* ---- JSON ----------------------------------------------------------------------- */

json_t *
irqs_json(const struct intrtable *t)
{
	json_t *all = json_array();

	for (unsigned i = 0; t != NULL && i < t->nrow; i++) {
		const struct intrtable_row *r = &t->row[i];
		json_t *counts = json_array();

		for (unsigned c = 0; c < t->ncpu; c++)
			json_array_append_new(counts,
			    json_integer((json_int_t)r->count[c]));
		json_array_append_new(all,
		    json_pack("{s:s s:s s:i s:I s:o}", "id", r->id, "name",
			r->names, "cpu", r->cpu, "interrupts",
			(json_int_t)intrtable_sum(t, r), "counts", counts));
	}
	return all;
}

/* False: it is no vector of a stats.json that this program has written. */
static bool
load_row(struct intrtable *t, json_t *j)
{
	struct intrtable_row *r = add_row(t);
	const char *id, *names;
	json_t *counts;

	if (json_unpack(j, "{s:s s:s s:i s:o}", "id", &id, "name", &names,
		"cpu", &r->cpu, "counts", &counts) != 0 ||
	    json_array_size(counts) != t->ncpu)
		return false;
	snprintf(r->id, sizeof(r->id), "%s", id);
	snprintf(r->names, sizeof(r->names), "%s", names);
	for (unsigned c = 0; c < t->ncpu; c++)
		r->count[c] = (uint64_t)
		    json_integer_value(json_array_get(counts, c));
	return true;
}

enum exit_code
irqs_load(struct irqs *a, const char *folder, struct err *err)
{
	json_error_t why;
	json_t *stats, *vectors = NULL, *cpus = NULL;
	struct intrtable *t;
	char *path;
	bool good;

	memset(a, 0, sizeof(*a));
	if (asprintf(&path, "%s/stats.json", folder) < 0)
		abort();
	stats = json_load_file(path, 0, &why);
	good = json_unpack(stats, "{s:o s:o}", "vectors", &vectors, "cpus",
		   &cpus) == 0 &&
	    json_array_size(cpus) >= 1 && json_array_size(cpus) <= CPU_MAX;
	t = add_table(a, good ? (unsigned)json_array_size(cpus) : 1, 0);
	for (size_t i = 0; good && i < json_array_size(vectors); i++)
		good = load_row(t, json_array_get(vectors, i));
	intrtable_measure(t);
	if (stats == NULL)
		err_at(err, EX_INPUT, path,
		    why.line > 0 ? (unsigned)why.line : 0,
		    "%s; give the folder that `rangeley replay' has written",
		    why.text);
	else if (!good)
		err_at(err, EX_INPUT, path, 0,
		    "it has no counts of interrupts by CPU, as of a trial, or "
		    "of an older version; give the folder of a replay");
	json_decref(stats);
	free(path);
	return err->code;
}

/*
 * explain_l2.c: whose lines are in each module's L2 when the time looked at is over, and
 * how many lines each CPU and each module touched in it: the working set.
 *
 * A line is a queue's if it is in the queue's ring or its other data, or in a buffer or
 * the mbuf of one that its frames were put into last (origin.h); what is left over is of
 * a group of objects.  A touch is a read, a write, or a fetch of instructions; lines
 * that only devices touched, or that were prefetched, are in the L2 and not touched.
 * Stacks are in neither: they have no hooks (docs/CAVEATS.md).
 *
 * A working set that is near the cache's size or above it does not stay: then the
 * lines' way from memory is in every frame's cycles (dram).
 *
 * Context: explain_touch() on the host stacks of CPUs; explain_l2_end() from a device's
 * event; the others after the run.
 */
#include <stdlib.h>
#include <string.h>

#include "core/json_out.h"
#include "explain_int.h"
#include "seam.h"

#define LINE 64u

/* ---- during the run ----------------------------------------------------------------- */

static void
touch(struct explain *e, unsigned cpu, uint64_t ea, uint64_t bytes)
{
	if (bytes == 0)
		return;
	for (uint64_t line = ea / LINE; line <= (ea + bytes - 1) / LINE; line++)
		*(uint8_t *)explain_row(&e->touched, line) |= COH_BIT(cpu);
}

void
explain_touch(struct explain *e, const struct cycles_step *s)
{
	if (s->device || s->call > CYCLES_FETCH)
		return;
	touch(e, s->cpu, s->ea, s->bytes);
	touch(e, s->cpu, s->other_ea, s->other_bytes);
}

void
explain_l2_end(struct explain *e)
{
	const struct coh *c = e->smp->cpu[0]->coh;

	e->nmodule = c->p.nmodule;
	memcpy(e->module, c->p.module, sizeof(e->module));
	e->l2_lines = c->p.l2_bytes / LINE;
	for (unsigned i = 0; i < e->nmodule; i++) {
		e->l2[i] = malloc(e->l2_lines * sizeof(*e->l2[i]));
		if (e->l2[i] == NULL)
			abort();
		for (uint32_t set = 0; set < c->l2[i]->nset; set++)
			memcpy(&e->l2[i][set * L2_WAYS], c->l2[i]->set[set].tag,
			    sizeof(c->l2[i]->set[set].tag));
	}
}

/* ---- whose a line is ------------------------------------------------------------------- */

struct asking {
	const struct explain *e;
	const struct names *names;
	const struct explain_buffers *buffers;
	uint64_t m_data; /* where it is in an mbuf */
};

/* What is left over, by how the object's name begins. */
static const struct {
	const char *object, *owner;
} groups[] = { { "wm_softc(", "drivers" }, { "device(", "drivers" },
	{ "intrsource(", "interrupts, softints" },
	{ "softint", "interrupts, softints" },
	{ "ifnet(bridge", "bridge and interfaces" },
	{ "ifnet(", "bridge and interfaces" },
	{ "bridge", "bridge and interfaces" }, { "mbuf", "mbufs of no queue" },
	{ "mclpl", "buffers of no queue" }, { "cpu_info", "CPUs' data" },
	{ "lwp(", "LWPs" }, { "mcl_cache", "pools" }, { "mb_cache", "pools" },
	{ "pool", "pools" }, { "pcg_", "pools" }, { "phpool", "pools" },
	{ "kmem_cache", "pools" }, { "kmem_", "pools" }, { "", "" } };

static bool
begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

/* Part of wm_softc(wm0).sc_rxq[1] or sc_txq. */
static bool
is_queue(const char *object, const char *field, char *owner, size_t size)
{
	unsigned port, queue;
	char kind;

	if (sscanf(object, "wm_softc(wm%u).sc_%cxq[%u]", &port, &kind,
		&queue) != 3)
		return false;
	snprintf(owner, size, "wm%u %cXQ%u %s", port, kind == 'r' ? 'R' : 'T',
	    queue,
	    strstr(object, "xq_descs") != NULL ||
		    strstr(field, "xq_descs[") != NULL
		? "ring"
		: "data");
	return true;
}

/* A buffer, or an mbuf with one, that a received frame is in, or was last. */
static bool
is_buffer(const struct asking *q, const struct name *n, uint64_t va,
    char *owner, size_t size)
{
	const bool mbuf = strcmp(n->object, "mbuf") == 0;
	const struct origin *o = NULL;
	uint64_t data;

	if (!mbuf && strcmp(n->object, "mclpl") != 0)
		return false;
	va = mbuf ? va - n->offset_bytes
		  : (va & ~UINT64_C(7)) - n->offset_bytes;
	data = mbuf ? *(const uint64_t *)(uintptr_t)(va + q->m_data) : va;
	for (unsigned at = 0; o == NULL && at < LINE && data >= SEAM_RAM_VA;
	     at += 2) /* the IP header may be aligned */
		o = q->buffers->at(q->buffers->arg, data + at - SEAM_RAM_VA);
	if (o == NULL)
		return false;
	snprintf(owner, size, "wm%u RXQ%u %s", o->port, o->queue,
	    mbuf ? "mbufs" : "buffers");
	return true;
}

static void
owner_of(const struct asking *q, uint32_t line, char *owner, size_t size)
{
	const uint64_t va = (uint64_t)line * LINE;
	const char *group = "other";
	struct name n = { .object = "" };
	uint64_t at;

	if (va < SEAM_RODATA_VA) {
		snprintf(owner, size, "text");
		return;
	}
	for (at = va; at < va + LINE && n.object[0] == '\0'; at += 8)
		names_find(q->names, at, &n);
	at -= 8;
	if (is_queue(n.object, n.field, owner, size) ||
	    is_buffer(q, &n, at, owner, size))
		return;
	if (va < SEAM_RAM_VA)
		group = "variables";
	else if (begins(n.object, "kmem-"))
		group = "kmem";
	for (size_t i = 0; n.object[0] != '\0' && groups[i].owner[0] != '\0';
	     i++)
		if (begins(n.object, groups[i].object)) {
			group = groups[i].owner;
			break;
		}
	snprintf(owner, size, "%s", group);
}

/* ---- sums ------------------------------------------------------------------------------- */

static struct explain_owner *
owner_named(struct explain *e, const char *name)
{
	for (size_t i = 0; i < e->nowner; i++)
		if (strcmp(e->owner[i].name, name) == 0)
			return &e->owner[i];
	e->owner = reallocarray(e->owner, e->nowner + 1, sizeof(*e->owner));
	if (e->owner == NULL)
		abort();
	e->owner[e->nowner] = (struct explain_owner){ .in_l2 = { 0 } };
	strcpy(e->owner[e->nowner].name, name);
	return &e->owner[e->nowner++];
}

static struct explain_owner *
owner(struct explain *e, const struct asking *q, uint32_t line)
{
	char name[sizeof(e->owner->name)];

	owner_of(q, line, name, sizeof(name));
	return owner_named(e, name);
}

static void
count_touched(struct explain *e, struct explain_owner *o, uint8_t cpus)
{
	unsigned modules = 0;

	for (unsigned i = 0; i < e->ncpu; i++)
		if ((cpus & COH_BIT(i)) != 0) {
			o->by_cpu[i]++;
			modules |= COH_BIT(e->module[i]);
		}
	for (unsigned i = 0; i < e->nmodule; i++)
		o->touched[i] += (modules & COH_BIT(i)) != 0;
}

static uint64_t
size_of(const struct explain_owner *o)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < COH_MAX_MODULE; i++)
		n += o->touched[i] + o->in_l2[i];
	return n;
}

static int
by_size(const void *a, const void *b)
{
	const struct explain_owner *x = a, *y = b;

	if (size_of(x) != size_of(y))
		return size_of(x) < size_of(y) ? 1 : -1;
	return strcmp(x->name, y->name);
}

void
explain_l2_names(struct explain *e, const struct names *ns,
    const struct explain_buffers *buffers)
{
	struct asking q = { .e = e, .names = ns, .buffers = buffers };

	(void)types_offset(e->types, "mbuf", "m_hdr.mh_data", &q.m_data);
	for (unsigned m = 0; m < e->nmodule; m++)
		for (size_t i = 0; i < e->l2_lines; i++)
			if (e->l2[m][i] != WAYS_NONE) {
				owner(e, &q, e->l2[m][i])->in_l2[m]++;
				e->l2_all.in_l2[m]++;
			}
	for (size_t i = 0; i < e->touched.places; i++)
		if (e->touched.key[i] != 0) {
			const uint8_t cpus = ((uint8_t *)e->touched.row)[i];

			count_touched(e,
			    owner(e, &q, (uint32_t)(e->touched.key[i] - 1)),
			    cpus);
			count_touched(e, &e->l2_all, cpus);
		}
	qsort(e->owner, e->nowner, sizeof(*e->owner), by_size);
}

/* ---- reports ------------------------------------------------------------------------------ */

static json_t *
bytes_json(const uint32_t *lines, unsigned n)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < n; i++)
		json_array_append_new(all,
		    json_integer((json_int_t)lines[i] * LINE));
	return all;
}

static json_t *
owner_json(const struct explain *e, const struct explain_owner *o)
{
	return json_pack("{s:o s:o s:o}", "in_l2",
	    bytes_json(o->in_l2, e->nmodule), "touched",
	    bytes_json(o->touched, e->nmodule), "touched_by_cpu",
	    bytes_json(o->by_cpu, e->ncpu));
}

json_t *
explain_l2_json(const struct explain *e)
{
	json_t *j = owner_json(e, &e->l2_all), *all = json_array();

	for (size_t i = 0; i < e->nowner; i++) {
		json_t *o = owner_json(e, &e->owner[i]);

		json_object_set_new(o, "owner", json_string(e->owner[i].name));
		json_array_append_new(all, o);
	}
	json_object_set_new(j, "bytes",
	    json_integer((json_int_t)(e->l2_lines * LINE)));
	json_object_set_new(j, "owners", all);
	return j;
}

/* Of a module that did anything to speak of. */
static bool
is_shown(const struct explain *e, unsigned module)
{
	return e->l2_all.touched[module] > e->l2_lines / 64;
}

/* Rows of less than 1 KiB are left out; JSON has all. */
static void
print_owner(const struct explain *e, const struct explain_owner *o,
    const char *name, FILE *fp)
{
	uint32_t most = 0;

	for (unsigned i = 0; i < e->nmodule; i++)
		if (is_shown(e, i) && o->in_l2[i] + o->touched[i] > most)
			most = o->in_l2[i] + o->touched[i];
	if (most < 1024 / LINE)
		return;
	for (unsigned i = 0; i < e->nmodule; i++)
		if (is_shown(e, i))
			fprintf(fp, "%9.1f %8.1f", o->in_l2[i] * LINE / 1024.0,
			    o->touched[i] * LINE / 1024.0);
	fprintf(fp, "  %s\n", name);
}

void
explain_l2_print(const struct explain *e, FILE *fp)
{
	fprintf(fp,
	    "\nKiB in each module's L2 of %zu at the end, and touched by its "
	    "CPUs\n",
	    e->l2_lines * LINE / 1024);
	for (unsigned i = 0; i < e->nmodule; i++)
		if (is_shown(e, i))
			fprintf(fp, " module %u %8s", i, "touched");
	fputs("  of\n", fp);
	for (size_t i = 0; i < e->nowner; i++)
		print_owner(e, &e->owner[i], e->owner[i].name, fp);
	print_owner(e, &e->l2_all, "all", fp);
}

/*
 * intrctl.c: which interrupts there are, and on which CPU, as intrctl(8) shows and
 * moves them.
 *
 *	intrctl,list,-c,-z		a table; -c: without columns for CPUs; -z:
 *					without interrupts that never came
 *	intrctl,affinity,-c,4,-i,wm0RX0	to CPU 4; -c,next: to the next one that
 *					takes interrupts
 *	intrctl,nointr,-c,4		CPU 4 gets rid of those of devices, and gets
 *					no more
 *	intrctl,intr,-c,4		.. it may have some again
 *	intrctl,results			the table, for the machine's report
 *
 * An interrupt is called as its controller does ("msix0 vec 4"; in boot properties,
 * which hold no blanks, "msix0_vec_4"), or by who has established it.
 *
 * Threads.  cpu_lock, for a table that is one of a moment.
 */
#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/errno.h>
#include <sys/interrupt.h>
#include <sys/intr.h>
#include <sys/kcpuset.h>
#include <sys/kmem.h>
#include <sys/sched.h>
#include <sys/systm.h>
#include <machine/pic.h>

#include <intrtable.h>
#include <program.h>
#include <user.h>

/* ---- which there are ------------------------------------------------------- */

/*
 * The next interrupt of a device from place *at on, which counts slots of CPUs; NULL: no
 * more.
 */
static struct intrsource *
next_source(u_int *at)
{
	while (*at < (u_int)ncpu * MAX_INTR_SOURCES) {
		const struct cpu_info *const ci = cpu_lookup(*at /
		    MAX_INTR_SOURCES);
		struct intrsource
		    *const isp = ci->ci_isources[(*at)++ % MAX_INTR_SOURCES];

		if (isp != NULL && isp->is_pin != -1 &&
		    isp->is_handlers != NULL)
			return isp;
	}
	return NULL;
}

/* "msix0 vec 4" */
static void
intrid(const struct intrsource *isp, char buf[INTRTABLE_ID])
{
	snprintf(buf, INTRTABLE_ID, "%s %s", isp->is_pic->pic_name,
	    isp->is_evname);
}

/* Is it the same, with `_' for a blank?  It may be one of several names: "wm0, wm2". */
static bool
called(const char *given, const char *name)
{
	const char *g = given;

	while (*g != '\0' && (*g == *name || (*g == '_' && *name == ' '))) {
		g++;
		name++;
	}
	if (*g == '\0' && (*name == '\0' || *name == ','))
		return true;
	name = strchr(name, ',');
	return name != NULL && called(given, name + 2);
}

static struct intrsource *
find(const char *given)
{
	struct intrsource *isp;
	char id[INTRTABLE_ID];
	u_int at = 0;

	while ((isp = next_source(&at)) != NULL) {
		intrid(isp, id);
		if (called(given, id) || called(given, isp->is_xname))
			return isp;
	}
	return NULL;
}

/* ---- the table --------------------------------------------------------------- */

static void
fill_row(struct intrtable_row *r, const struct intrsource *isp)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;

	intrid(isp, r->id);
	strlcpy(r->names, isp->is_xname, sizeof(r->names));
	r->cpu = (int)cpu_index(isp->is_handlers->ih_cpu);
	for (CPU_INFO_FOREACH(cii, ci))
		r->count[cpu_index(ci)] = intr_count(isp, ci);
}

static void
table_free(struct intrtable *t)
{
	if (t->nrow != 0)
		kmem_free(t->row, t->nrow * sizeof(t->row[0]));
}

static bool
is_before(const struct intrsource *a, const struct intrsource *b)
{
	const int order = strcmp(a->is_pic->pic_name, b->is_pic->pic_name);

	return order != 0 ? order < 0 : a->is_pin < b->is_pin;
}

/* Those of devices into list, by controller and pin. */
static void
sort_sources(const struct intrsource **list)
{
	const struct intrsource *isp;
	u_int at = 0, n, i;

	for (n = 0; (isp = next_source(&at)) != NULL; n++) {
		for (i = n; i > 0 && is_before(isp, list[i - 1]); i--)
			list[i] = list[i - 1];
		list[i] = isp;
	}
}

static void
table_get(struct intrtable *t)
{
	const struct intrsource **list;
	u_int at = 0;

	KASSERT(ncpu <= INTRTABLE_CPUS);
	*t = (struct intrtable){ .ncpu = (u_int)ncpu };
	mutex_enter(&cpu_lock);
	while (next_source(&at) != NULL)
		t->nrow++;
	if (t->nrow != 0) {
		t->row = kmem_zalloc(t->nrow * sizeof(t->row[0]), KM_SLEEP);
		list = kmem_alloc(t->nrow * sizeof(list[0]), KM_SLEEP);
		sort_sources(list);
		for (u_int i = 0; i < t->nrow; i++)
			fill_row(&t->row[i], list[i]);
		kmem_free(list, t->nrow * sizeof(list[0]));
	}
	mutex_exit(&cpu_lock);
}

static int
list(int argc, char **argv)
{
	bool compact = false, nonzero = false;
	char line[INTRTABLE_LINE];
	struct intrtable t;

	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "-c") == 0)
			compact = true;
		else if (strcmp(argv[i], "-z") == 0)
			nonzero = true;
		else {
			printf("intrctl: list %s: there are -c and -z\n",
			    argv[i]);
			return 2;
		}
	}
	table_get(&t);
	intrtable_measure(&t);
	intrtable_head(&t, compact, line);
	printf("%s\n", line);
	for (u_int i = 0; i < t.nrow; i++) {
		if (nonzero && intrtable_sum(&t, &t.row[i]) == 0)
			continue;
		intrtable_line(&t, &t.row[i], compact, line);
		printf("%s\n", line);
	}
	table_free(&t);
	return 0;
}

/* ---- the same for the machine's report ---------------------------------------- */

/*
 * "irq msix0 vec 4|wm0RX0|4": all it had; "irqon msix0 vec 4|3": of them on CPU 3,
 * where it is no more.  Tables are told apart by their number.
 */
static void
report(const struct intrtable *t, u_int number)
{
	char name[64];

	for (u_int i = 0; i < t->nrow; i++) {
		const struct intrtable_row *const r = &t->row[i];

		snprintf(name, sizeof(name), "irq %s|%.24s|%d", r->id, r->names,
		    r->cpu);
		program_result(name, intrtable_sum(t, r), number);
		for (u_int c = 0; c < t->ncpu; c++) {
			if ((int)c == r->cpu || r->count[c] == 0)
				continue;
			snprintf(name, sizeof(name), "irqon %s|%u", r->id, c);
			program_result(name, r->count[c], number);
		}
	}
}

static int
results(void)
{
	static u_int number;
	struct intrtable t;

	table_get(&t);
	report(&t, ++number);
	table_free(&t);
	return 0;
}

/* What each had counted by intrctl_begin(). */
static struct intrtable begun;

void
intrctl_begin(void)
{
	table_get(&begun);
}

static void
subtract_begun(const struct intrtable *t, struct intrtable_row *r)
{
	for (u_int i = 0; i < begun.nrow; i++)
		if (strcmp(begun.row[i].id, r->id) == 0)
			for (u_int c = 0; c < t->ncpu; c++)
				r->count[c] -= begun.row[i].count[c];
}

void
intrctl_results(void)
{
	struct intrtable t;

	table_get(&t);
	for (u_int i = 0; i < t.nrow; i++)
		subtract_begun(&t, &t.row[i]);
	report(&t, 0);
	table_free(&t);
	table_free(&begun);
}

/* ---- moving them ----------------------------------------------------------------- */

/* The CPU behind that of isp that takes interrupts; its own, if no other does. */
static u_int
next_cpu(const struct intrsource *isp)
{
	u_int cpu = cpu_index(isp->is_handlers->ih_cpu);

	for (int i = 0; i < ncpu; i++) {
		cpu = (cpu + 1) % (u_int)ncpu;
		if ((cpu_lookup(cpu)->ci_schedstate.spc_flags & SPCF_NOINTR) ==
		    0)
			break;
	}
	return cpu;
}

static int
affinity(const char *name, const char *given, u_int cpu)
{
	struct intrsource *const isp = find(name);
	kcpuset_t *set;
	int error;

	if (isp == NULL) {
		printf("intrctl: %s: no such interrupt; `intrctl list' shows "
		       "those there are\n",
		    name);
		return 2;
	}
	if (strcmp(given, "next") == 0)
		cpu = next_cpu(isp);
	kcpuset_create(&set, true);
	kcpuset_set(set, cpu);
	error = interrupt_distribute(isp->is_handlers, set, NULL);
	kcpuset_destroy(set);
	if (error != 0)
		printf("intrctl: %s to CPU %u: %s\n", name, cpu,
		    command_errno(error));
	return error != 0;
}

/* Is there another CPU that takes interrupts? */
static bool
another(u_int cpu)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;

	for (CPU_INFO_FOREACH(cii, ci))
		if (cpu_index(ci) != cpu &&
		    (ci->ci_schedstate.spc_flags & SPCF_NOINTR) == 0)
			return true;
	return false;
}

static int
setintr(u_int cpu, bool may)
{
	struct cpu_info *const ci = cpu_lookup(cpu);
	bool can, stay;

	mutex_enter(&cpu_lock);
	can = may || another(cpu);
	if (can)
		(void)cpu_setintr(ci, may);
	stay = !may && cpu_intr_count(ci) != 0;
	mutex_exit(&cpu_lock);
	if (!can)
		printf("intrctl: nointr -c %u: no other CPU takes interrupts\n",
		    cpu);
	else if (stay)
		printf("intrctl: nointr -c %u: %u handlers stay there\n", cpu,
		    cpu_intr_count(ci));
	return can && !stay ? 0 : 1;
}

/* ---- the command ------------------------------------------------------------------ */

static int
usage(void)
{
	printf(
	    "usage: intrctl list [-c] [-z] | intrctl affinity -c cpu -i id | "
	    "intrctl intr -c cpu | intrctl nointr -c cpu\n");
	return 2;
}

static int
intrctl_main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "", *id = NULL, *cpu = NULL;
	const bool moves = strcmp(what, "affinity") == 0;
	uint64_t n = 0;

	if (strcmp(what, "list") == 0)
		return list(argc, argv);
	if (strcmp(what, "results") == 0 && argc == 2)
		return results();
	for (int i = 2; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "-i") == 0)
			id = argv[i + 1];
		else if (strcmp(argv[i], "-c") == 0)
			cpu = argv[i + 1];
	}
	if (argc != (moves ? 6 : 4) || cpu == NULL || (id != NULL) != moves)
		return usage();
	if (!(moves && strcmp(cpu, "next") == 0) &&
	    !command_number(cpu, (uint64_t)ncpu - 1, &n)) {
		printf("intrctl: -c %s: there are CPUs 0 to %d\n", cpu,
		    ncpu - 1);
		return 2;
	}
	if (moves)
		return affinity(id, cpu, (u_int)n);
	if (strcmp(what, "intr") == 0 || strcmp(what, "nointr") == 0)
		return setintr((u_int)n, strcmp(what, "intr") == 0);
	return usage();
}
COMMAND(intrctl, intrctl_main);

/*
 * intrctl.c: which interrupts there are, and on which CPU, as intrctl(8) shows and
 * moves them.
 *
 *	intrctl,list
 *	intrctl,affinity,-c,4,-i,wm0RX0
 *
 * An interrupt is called as its controller does ("msix0 vec 4"; in boot properties,
 * which hold no blanks, "msix0_vec_4"), or by who has established it.
 *
 * Threads; cpu_lock is intr.c's.
 */
#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/errno.h>
#include <sys/interrupt.h>
#include <sys/intr.h>
#include <sys/kcpuset.h>
#include <sys/kmem.h>
#include <sys/systm.h>
#include <machine/pic.h>

#include <program.h>
#include <user.h>

#define ID_BYTES 40

/* "msix0 vec 4" */
static void
intrid(const struct intrsource *isp, char *buf, int blank)
{
	snprintf(buf, ID_BYTES, "%s%c%s", isp->is_pic->pic_name, blank,
	    isp->is_evname);
	for (char *p = buf; *p != '\0'; p++)
		if (*p == ' ')
			*p = (char)blank;
}

static bool
is_device(const struct intrsource *isp)
{
	return isp != NULL && isp->is_pin != -1 && isp->is_handlers != NULL;
}

/* The n-th interrupt of a device, by CPU and slot; NULL: no more. */
static struct intrsource *
nth(u_int n, struct cpu_info **cip)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;

	for (CPU_INFO_FOREACH(cii, ci))
		for (int slot = 0; slot < MAX_INTR_SOURCES; slot++) {
			struct intrsource *const isp = ci->ci_isources[slot];

			if (!is_device(isp) || n-- != 0)
				continue;
			*cip = ci;
			return isp;
		}
	return NULL;
}

static struct intrsource *
find(const char *name)
{
	struct intrsource *isp;
	struct cpu_info *ci;
	char id[ID_BYTES];

	for (u_int n = 0; (isp = nth(n, &ci)) != NULL; n++) {
		intrid(isp, id, '_');
		if (strcmp(name, isp->is_xname) == 0 || strcmp(name, id) == 0)
			return isp;
		intrid(isp, id, ' ');
		if (strcmp(name, id) == 0)
			return isp;
	}
	return NULL;
}

static int
list(void)
{
	const struct intrsource *isp;
	struct cpu_info *ci;
	char id[ID_BYTES];

	printf("%-16s %12s  CPU  device\n", "interrupt id", "interrupts");
	for (u_int n = 0; (isp = nth(n, &ci)) != NULL; n++) {
		intrid(isp, id, ' ');
		printf("%-16s %12lu  %3u  %s\n", id,
		    (u_long)isp->is_evcnt.ev_count, cpu_index(ci),
		    isp->is_xname);
	}
	return 0;
}

/* What each had counted by intrctl_begin(); an interrupt that moves stays the same. */
static struct begin {
	const struct intrsource *isp;
	uint64_t count;
} * begun;
static u_int nbegun;

void
intrctl_begin(void)
{
	const struct intrsource *isp;
	struct cpu_info *ci;

	while (nth(nbegun, &ci) != NULL)
		nbegun++;
	if (nbegun == 0)
		return;
	begun = kmem_alloc(nbegun * sizeof(*begun), KM_SLEEP);
	for (u_int n = 0; n < nbegun; n++) {
		isp = nth(n, &ci);
		begun[n].isp = isp;
		begun[n].count = isp->is_evcnt.ev_count;
	}
}

static uint64_t
since_begin(const struct intrsource *isp)
{
	for (u_int n = 0; n < nbegun; n++)
		if (begun[n].isp == isp)
			return isp->is_evcnt.ev_count - begun[n].count;
	return isp->is_evcnt.ev_count;
}

/* For the machine's report: "irq msix0 vec 4|wm0RX0|4", how many. */
void
intrctl_results(void)
{
	const struct intrsource *isp;
	struct cpu_info *ci;
	char id[ID_BYTES], name[64];

	for (u_int n = 0; (isp = nth(n, &ci)) != NULL; n++) {
		intrid(isp, id, ' ');
		snprintf(name, sizeof(name), "irq %s|%s|%u", id, isp->is_xname,
		    cpu_index(ci));
		program_result(name, since_begin(isp), 0);
	}
}

static int
affinity(const char *name, u_int cpu)
{
	struct intrsource *const isp = find(name);
	kcpuset_t *set;
	int error;

	if (isp == NULL) {
		printf("intrctl: %s: no such interrupt; intrctl,list shows "
		       "those there are\n",
		    name);
		return 2;
	}
	if (cpu >= (u_int)ncpu) {
		printf("intrctl: -c %u: there are CPUs 0 to %d\n", cpu,
		    ncpu - 1);
		return 2;
	}
	kcpuset_create(&set, true);
	kcpuset_set(set, cpu);
	error = interrupt_distribute(isp->is_handlers, set, NULL);
	kcpuset_destroy(set);
	if (error != 0)
		printf("intrctl: %s to CPU %u: %s\n", name, cpu,
		    command_errno(error));
	return error != 0;
}

static int
intrctl_main(int argc, char **argv)
{
	const char *id = NULL;
	uint64_t cpu = UINT64_MAX;

	if (argc == 2 && strcmp(argv[1], "list") == 0)
		return list();
	if (argc == 6 && strcmp(argv[1], "affinity") == 0)
		for (int i = 2; i < 6; i += 2) {
			if (strcmp(argv[i], "-i") == 0)
				id = argv[i + 1];
			else if (strcmp(argv[i], "-c") != 0 ||
			    !command_number(argv[i + 1], MAXCPUS - 1, &cpu))
				break;
		}
	if (id == NULL || cpu == UINT64_MAX) {
		printf("usage: intrctl list | intrctl affinity -c cpu -i id\n");
		return 2;
	}
	return affinity(id, (u_int)cpu);
}
COMMAND(intrctl, intrctl_main);

/*
 * show_board.c: boots a scenario to look at its devices (show_board.h).
 *
 * The kernel's program `serve' sets everything up and opens the ports; that is when
 * the state is printed, and, as nothing comes from outside, it ends.
 */
#include <string.h>

#include "nobody.h"
#include "pcie/ioapic.h"
#include "run_opts.h"
#include "show_board.h"

static void
each_port(void (*print)(const struct i354 *, unsigned, FILE *), struct board *b)
{
	for (unsigned p = 0; p < I354_NPORT; p++)
		print(board_nic(b), p, stdout);
}

static void
print_nic(struct board *b, bool hex)
{
	(void)hex;
	each_port(i354_print, b);
}

static void
print_rss(struct board *b, bool hex)
{
	(void)hex;
	each_port(i354_rss_print, b);
}

static void
print_msix(struct board *b, bool hex)
{
	(void)hex;
	for (unsigned p = 0; p < I354_NPORT; p++)
		pcie_msix_print(i354_fn(board_nic(b), p), stdout);
}

static void
print_pci(struct board *b, bool hex)
{
	const struct pcie_fn *f;

	for (unsigned n = 0; (f = pcie_nth(board_pcie(b), n)) != NULL; n++)
		pcie_print(f, stdout, hex);
}

static void
print_ioapic(struct board *b, bool hex)
{
	(void)hex;
	ioapic_print(board_ioapic(b), stdout);
}

/*
 * As the kernel says at its end: which transmit queue of a port a CPU sends by.
 *
 *	CPU 0 1 2 3 4 5 6 7
 *	wm0 0 1 2 3 0 1 2 3
 */
static void
print_txmap(const struct run_report *rep)
{
	bool first = true;

	for (size_t i = 0; i < rep->nresult; i++) {
		const char *text = rep->result[i].name, *map;

		if (strncmp(text, "txmap ", 6) != 0 ||
		    (map = strchr(text, '|')) == NULL)
			continue;
		if (first) {
			unsigned cpu = 0;

			printf("CPU");
			for (const char *p = map; p != NULL;
			     p = strchr(p + 1, ' '))
				printf(" %u", cpu++);
			printf("\n");
		}
		first = false;
		printf("%.*s %s\n", (int)(map - text - 6), text + 6, map + 1);
	}
}

static const struct {
	const char *name;
	void (*print)(struct board *, bool hex);
	void (*result)(const struct run_report *);
} things[] = { { "nic", print_nic, NULL }, { "rss", print_rss, NULL },
	{ "msix", print_msix, NULL }, { "pci", print_pci, NULL },
	{ "ioapic", print_ioapic, NULL }, { "txmap", NULL, print_txmap } };
#define NTHINGS (sizeof(things) / sizeof(things[0]))

struct showing {
	unsigned thing;
	bool hex, printed;
};

static unsigned
thing_of(const char *name)
{
	unsigned i = 0;

	while (i < NTHINGS && strcmp(things[i].name, name) != 0)
		i++;
	return i;
}

bool
show_board_knows(const char *thing)
{
	return thing_of(thing) < NTHINGS;
}

static void
ready(void *arg, struct board *b)
{
	struct showing *s = arg;

	if (things[s->thing].print != NULL)
		things[s->thing].print(b, s->hex);
	s->printed = true;
}

enum exit_code
show_board(const char *thing, const char *scenario, bool hex,
    const struct opts *opts)
{
	static struct run_opts o;
	static struct run_report rep;
	struct showing s = { .thing = thing_of(thing), .hex = hex };
	struct nobody *nobody;
	enum exit_code rc;

	o.path = scenario;
	o.opts = *opts;
	rc = run_opts_ready(&o);
	if (rc != EX_GOOD)
		return rc;
	nobody = nobody_create(&o.config, ready, &s);
	rc = run_to_end(&o.config, &rep);
	if (rc == EX_GOOD && !s.printed) {
		fprintf(stderr,
		    "rangeley: %s: its ports were never opened; it needs [boot] "
		    "run = serve, and `rangeley run %s' says what failed\n",
		    scenario, scenario);
		rc = EX_INPUT;
	}
	if (rc == EX_GOOD && things[s.thing].result != NULL)
		things[s.thing].result(&rep);
	run_report_free(&rep);
	nobody_destroy(nobody);
	run_opts_free(&o);
	return rc;
}

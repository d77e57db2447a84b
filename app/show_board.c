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

static const struct {
	const char *name;
	void (*print)(struct board *, bool hex);
} things[] = { { "nic", print_nic }, { "rss", print_rss },
	{ "msix", print_msix }, { "pci", print_pci },
	{ "ioapic", print_ioapic } };
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
	run_report_free(&rep);
	nobody_destroy(nobody);
	run_opts_free(&o);
	return rc;
}

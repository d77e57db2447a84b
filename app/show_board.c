/*
 * show_board.c: boots a scenario to look at its devices (show_board.h).
 *
 * The kernel's program `serve' sets everything up and opens the ports; that is when
 * the state is printed, and, as nothing comes from outside, it ends.
 */
#include <string.h>

#include "board.h"
#include "run_opts.h"
#include "show_board.h"
#include "wire/record.h"

static void
each_port(void (*print)(const struct i354 *, unsigned, FILE *),
    struct i354 *nic)
{
	for (unsigned p = 0; p < I354_NPORT; p++)
		print(nic, p, stdout);
}

static void
print_nic(struct i354 *nic, bool hex)
{
	(void)hex;
	each_port(i354_print, nic);
}

static void
print_rss(struct i354 *nic, bool hex)
{
	(void)hex;
	each_port(i354_rss_print, nic);
}

static void
print_msix(struct i354 *nic, bool hex)
{
	(void)hex;
	for (unsigned p = 0; p < I354_NPORT; p++)
		pcie_msix_print(i354_fn(nic, p), stdout);
}

static void
print_pci(struct i354 *nic, bool hex)
{
	for (unsigned p = 0; p < I354_NPORT; p++)
		pcie_print(i354_fn(nic, p), stdout, hex);
}

static const struct {
	const char *name;
	void (*print)(struct i354 *, bool hex);
} things[] = { { "nic", print_nic }, { "rss", print_rss },
	{ "msix", print_msix }, { "pci", print_pci } };
#define NTHINGS (sizeof(things) / sizeof(things[0]))

struct showing {
	struct board *board;
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
ready(void *arg, uint64_t at_tick)
{
	struct showing *s = arg;

	(void)at_tick;
	if (!s->printed)
		things[s->thing].print(board_nic(s->board), s->hex);
	s->printed = true;
}

static bool
done(void *arg)
{
	(void)arg;
	return true;
}

/* A wire to nobody, for each port. */
static void
connect_ports(struct showing *s, struct record *nobody)
{
	const struct board_outside outside = { .arg = s,
		.ready = ready,
		.done = done,
		.port = record_port(nobody) };

	for (unsigned p = 0; p < I354_NPORT; p++)
		board_connect(s->board, p, &outside);
}

enum exit_code
show_board(const char *thing, const char *scenario, bool hex,
    const struct opts *opts)
{
	static struct run_opts o;
	static struct run_report rep;
	struct showing s = { .thing = thing_of(thing), .hex = hex };
	struct err err = ERR_NONE;
	struct record *nobody;
	enum exit_code rc;

	o.path = scenario;
	o.opts = *opts;
	rc = run_opts_ready(&o);
	if (rc != EX_GOOD || record_create(&nobody, NULL, 0, &err) != EX_GOOD)
		return rc;
	s.board = board_create(o.config.machine);
	connect_ports(&s, nobody);
	o.config.devices = board_devices(s.board);
	rc = run_to_end(&o.config, &rep);
	if (rc == EX_GOOD && !s.printed) {
		fprintf(stderr,
		    "rangeley: %s: its ports were never opened; it needs [boot] "
		    "run = serve, and `rangeley run %s' says what failed\n",
		    scenario, scenario);
		rc = EX_INPUT;
	}
	run_report_free(&rep);
	(void)record_close(nobody, &err);
	board_destroy(s.board);
	run_opts_free(&o);
	return rc;
}

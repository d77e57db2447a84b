/*
 * show_board.c: boots a scenario to look at its devices (show_board.h).
 *
 * The kernel's program `serve' sets everything up and opens the ports; that is when
 * the state is printed, and, as nothing comes from outside, it ends.
 */
#include <stdlib.h>
#include <string.h>

#include "core/json_out.h"
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

/* ---- the same as JSON -------------------------------------------------------- */

static json_t *
all_ports(json_t *(*json)(const struct i354 *, unsigned), struct board *b)
{
	json_t *all = json_array();

	for (unsigned p = 0; p < I354_NPORT; p++)
		json_array_append_new(all, json(board_nic(b), p));
	return all;
}

static json_t *
nic_json(struct board *b, bool hex)
{
	(void)hex;
	return all_ports(i354_show_json, b);
}

static json_t *
rss_json(struct board *b, bool hex)
{
	(void)hex;
	return all_ports(i354_rss_json, b);
}

static json_t *
msix_json(struct board *b, bool hex)
{
	json_t *all = json_array();

	(void)hex;
	for (unsigned p = 0; p < I354_NPORT; p++)
		json_array_append_new(all,
		    pcie_msix_json(i354_fn(board_nic(b), p)));
	return all;
}

static json_t *
pci_json(struct board *b, bool hex)
{
	json_t *all = json_array();
	const struct pcie_fn *f;

	for (unsigned n = 0; (f = pcie_nth(board_pcie(b), n)) != NULL; n++)
		json_array_append_new(all, pcie_json(f, hex));
	return all;
}

static json_t *
inputs_json(struct board *b, bool hex)
{
	(void)hex;
	return ioapic_json(board_ioapic(b));
}

/* ---- transmit queues ------------------------------------------------------------ */

/* The port and the queues of a line of the kernel; false: it is another one. */
static bool
is_txmap(const struct run_result *r, const char **port, int *len,
    const char **map)
{
	if (strncmp(r->name, "txmap ", 6) != 0 ||
	    (*map = strchr(r->name, '|')) == NULL)
		return false;
	*port = r->name + 6;
	*len = (int)(*map - *port);
	++*map;
	return true;
}

static json_t *
txmap_json(const struct run_report *rep)
{
	json_t *all = json_object();
	const char *port, *map;
	int len;

	for (size_t i = 0; i < rep->nresult; i++) {
		json_t *queues;
		char *end;

		if (!is_txmap(&rep->result[i], &port, &len, &map))
			continue;
		queues = json_array();
		for (long q; q = strtol(map, &end, 10), end != map; map = end)
			json_array_append_new(queues, json_integer(q));
		json_object_setn_new(all, port, (size_t)len, queues);
	}
	return all;
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
	const char *port, *map;
	bool first = true;
	int len;

	for (size_t i = 0; i < rep->nresult; i++) {
		if (!is_txmap(&rep->result[i], &port, &len, &map))
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
		printf("%.*s %s\n", len, port, map);
	}
}

static const struct {
	const char *name;
	void (*print)(struct board *, bool hex);
	json_t *(*json)(struct board *, bool hex);
} things[] = { { "nic", print_nic, nic_json }, { "rss", print_rss, rss_json },
	{ "msix", print_msix, msix_json }, { "pci", print_pci, pci_json },
	{ "ioapic", print_ioapic, inputs_json },
	{ "txmap", NULL, NULL } }; /* NULL: when the run has ended */
#define NTHINGS (sizeof(things) / sizeof(things[0]))

struct showing {
	unsigned thing;
	bool hex, as_json, ready;
	json_t *json;
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

	s->ready = true;
	if (things[s->thing].print == NULL)
		return;
	if (s->as_json)
		s->json = things[s->thing].json(b, s->hex);
	else
		things[s->thing].print(b, s->hex);
}

/* The run has ended. */
static enum exit_code
finish(struct showing *s, const struct run_report *rep)
{
	struct err err = ERR_NONE;

	if (things[s->thing].print == NULL && s->as_json)
		s->json = txmap_json(rep);
	else if (things[s->thing].print == NULL)
		print_txmap(rep);
	if (s->as_json)
		json_print(s->json, stdout, "standard output", &err);
	return fail(&err);
}

enum exit_code
show_board(const char *thing, const char *scenario, bool hex,
    const struct opts *opts)
{
	static struct run_opts o;
	static struct run_report rep;
	struct showing s = {
		.thing = thing_of(thing), .hex = hex, .as_json = opts->json
	};
	struct nobody *nobody;
	enum exit_code rc;

	o.path = scenario;
	o.opts = *opts;
	rc = run_opts_ready(&o);
	if (rc != EX_GOOD)
		return rc;
	nobody = nobody_create(&o.config, ready, &s);
	rc = run_to_end(&o.config, &rep);
	if (rc == EX_GOOD && !s.ready) {
		fprintf(stderr,
		    "rangeley: %s: its ports were never opened; it needs [boot] "
		    "run = serve, and `rangeley run %s' says what failed\n",
		    scenario, scenario);
		rc = EX_INPUT;
	}
	if (rc == EX_GOOD)
		rc = finish(&s, &rep);
	json_decref(s.json);
	run_report_free(&rep);
	nobody_destroy(nobody);
	run_opts_free(&o);
	return rc;
}

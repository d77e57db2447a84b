/*
 * pp_main.c: entry of the packet path image.
 *
 *	packets=N	packets to receive (default 20000)
 *
 * boot() builds the tables, then polls the two ports in turn until N packets
 * have come in, drains the rings and reports the checksum of all state: on
 * the console.  The result "pktpath-rep" has the number of REP instructions
 * executed, and in place of cycles the repetitions of all of them.
 */
#include <pp.h>
#include <seam.h>

static struct cpu cpu0;

/* The number behind "name=" in args, or otherwise. */
static uint64_t
arg_number(const char *args, const char *name, uint64_t otherwise)
{
	const char *p, *n;
	uint64_t v;

	for (p = args; *p != '\0'; p++) {
		if (p != args && p[-1] != ' ')
			continue;
		for (n = name; *n != '\0' && *p == *n; n++)
			p++;
		if (*n != '\0' || *p != '=')
			continue;
		for (v = 0, p++; *p >= '0' && *p <= '9'; p++)
			v = v * 10 + (uint64_t)(*p - '0');
		return v;
	}
	return otherwise;
}

/* One round of the soft interrupt of a port; n packets are on the wire. */
static NOINLINE void
poll_port(struct cpu *c, struct port *p, int n)
{
	struct port *out;
	struct buf *b;

	gen_rx(p, n);
	tx_reclaim(c, p);
	(void)rx_drain(c, p);
	rx_refill(c, p);
	while ((b = bufq_get(&c->c_inq)) != NULL)
		ether_input(c, b);
	for (out = c->c_port; out < c->c_port + NPORT; out++) {
		tx_start(c, out);
		gen_tx(out);
	}
	flow_tick(c);
	c->c_now++;
}

static void
run(struct cpu *c, uint64_t packets)
{
	struct port *p = c->c_port;
	uint64_t left;
	int n;

	for (left = packets; left > 0; left -= (uint64_t)n) {
		n = left < BATCH ? (int)left : BATCH;
		poll_port(c, p, n);
		p = p == c->c_port ? p + 1 : c->c_port;
	}
	for (p = c->c_port; p < c->c_port + NPORT; p++)
		tx_reclaim(c, p);
}

static void
print_number(const char *name, uint64_t v, int base)
{
	char text[64];
	int i = sizeof(text), n;

	text[--i] = '\n';
	do {
		text[--i] = "0123456789abcdef"[v % (unsigned)base];
		v /= (unsigned)base;
	} while (v != 0);
	for (n = 0; name[n] != '\0'; n++)
		;
	seam_cons_write(name, (size_t)n);
	seam_cons_write(text + i, sizeof(text) - (size_t)i);
}

static void
boot(const struct seam_boot *sb)
{
	uint64_t packets = arg_number(sb->sb_args, "packets", 20000), sum;
	struct cpu *c = &cpu0;
	struct port *p;

	carve_init(sb->sb_ram_va, sb->sb_ram_bytes);
	ether_setup(c);
	buf_setup(c);
	flow_setup(c);
	route_setup(c);
	gen_setup(c);
	for (p = c->c_port; p < c->c_port + NPORT; p++)
		rx_refill(c, p);
	run(c, packets);
	sum = sum_all(c);
	print_number("pktpath packets ", packets, 10);
	print_number("pktpath sum ", sum, 16);
	seam_result("pktpath-rep", carve_count, carve_words);
}

SEAM_IMAGE("pktpath", .boot = boot);

/*
 * pp_main.c: entry of the packet path image.
 *
 *	packets=N	packets to receive (default 20000), on each CPU
 *	cpus=N		CPUs that do so, 1 to 8 (default 1)
 *	share=N		accesses for each packet to lines that all CPUs use,
 *			one in four of them a write (default 0)
 *
 * boot() builds the tables, then polls the two ports in turn until N packets
 * have come in, drains the rings and reports the checksum of all state: on
 * the console.  Where other CPUs cannot be started, natively, CPU 0 polls for
 * them all, in turn.  The result "pktpath-rep" has the number of REP instructions
 * executed, and in place of cycles the repetitions of all of them.
 */
#include <pp.h>
#include <stdbool.h>
#include <seam.h>

#define NCPU    8
#define NCOMMON 256 /* lines */
#define STACK   16384

static struct cpu cpus[NCPU];
static uint8_t stack[NCPU][STACK] __attribute__((aligned(64)));
static uint64_t common[NCOMMON][8] __attribute__((aligned(64)));
static uint64_t share, packets;
static volatile uint32_t left;

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

/* What a packet does to the common lines; nothing of it is in the sum. */
static NOINLINE void
touch_common(struct cpu *c)
{
	uint64_t x, n;

	for (n = 0; n < share; n++) {
		x = rnd(&c->c_random);
		if ((x & 3) == 0)
			common[x >> 32 & (NCOMMON - 1)][0]++;
		else
			c->c_seen += common[x >> 32 & (NCOMMON - 1)][0];
	}
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
	while ((b = bufq_get(&c->c_inq)) != NULL) {
		ether_input(c, b);
		if (share != 0)
			touch_common(c);
	}
	for (out = c->c_port; out < c->c_port + NPORT; out++) {
		tx_start(c, out);
		gen_tx(out);
	}
	flow_tick(c);
	c->c_now++;
}

/* The next batch of a CPU; false when it has had all its packets. */
static bool
batch(struct cpu *c)
{
	struct port *p = &c->c_port[c->c_now % NPORT];
	uint64_t n = packets - c->c_had < BATCH ? packets - c->c_had : BATCH;

	if (n == 0)
		return false;
	poll_port(c, p, (int)n);
	c->c_had += n;
	return true;
}

static void
finish(struct cpu *c)
{
	struct port *p;

	for (p = c->c_port; p < c->c_port + NPORT; p++)
		tx_reclaim(c, p);
}

static void
run_one(void *arg)
{
	struct cpu *c = arg;

	while (batch(c))
		continue;
	finish(c);
	(void)__atomic_sub_fetch(&left, 1, __ATOMIC_SEQ_CST);
}

/* All CPUs, at the same time if the machine can, else in turn. */
static void
run_all(uint32_t n)
{
	uint32_t i, started;
	bool more = true;

	left = n;
	for (started = 1; started < n; started++)
		if (seam_cpu_start(started, run_one, &cpus[started],
			stack[started] + STACK) != 0)
			break;
	if (started == n) {
		run_one(&cpus[0]);
		while (left != 0)
			__asm__ volatile("pause");
		return;
	}
	while (more) {
		more = false;
		for (i = 0; i < n; i++)
			more |= batch(&cpus[i]);
	}
	for (i = 0; i < n; i++)
		finish(&cpus[i]);
}

static void
setup(struct cpu *c, uint32_t id)
{
	struct port *p;

	c->c_id = id;
	c->c_random = id + 1;
	ether_setup(c);
	buf_setup(c);
	flow_setup(c);
	route_setup(c);
	gen_setup(c);
	for (p = c->c_port; p < c->c_port + NPORT; p++)
		rx_refill(c, p);
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
	uint32_t n = (uint32_t)arg_number(sb->sb_args, "cpus", 1), i;
	uint64_t sum = 0;

	packets = arg_number(sb->sb_args, "packets", 20000);
	share = arg_number(sb->sb_args, "share", 0);
	if (n < 1 || n > NCPU)
		seam_exit(2);
	carve_init(sb->sb_ram_va, sb->sb_ram_bytes);
	for (i = 0; i < n; i++)
		setup(&cpus[i], i);
	run_all(n);
	for (i = 0; i < n; i++)
		sum = sum * 31 + sum_all(&cpus[i]);
	print_number("pktpath packets ", packets * n, 10);
	print_number("pktpath sum ", sum, 16);
	seam_result("pktpath-rep", carve_count, carve_words);
}

SEAM_IMAGE("pktpath", .boot = boot);

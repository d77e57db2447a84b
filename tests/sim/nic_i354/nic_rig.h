/*
 * nic_rig.h: the controller from outside: a CPU's accesses, memory, messages
 * and four cables.
 *
 * Port n is 00:14.n; its cable ends in a tester that keeps what arrives.  w()
 * and r() access registers as a CPU does, and return when the access has
 * arrived or been answered: 167 and 417 ns later.  Memory is RAM_BYTES at
 * RAM_BASE; accesses of devices to it are written down as lines.
 *
 * rx_on() gives a queue a ring of n descriptors at RING(port, q), with buffers
 * of 2 KB at BUF(port, q, i); tx_on() one at TXRING(port, q).  MSI-X vector v of
 * port n says 0x40 + 0x20 n + v.
 */
#ifndef TESTS_NIC_RIG_H
#define TESTS_NIC_RIG_H

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "core/machine.h"
#include "core/rng.h"
#include "core/tick.h"
#include "nic_i354/i354.h"
#include "nic_i354/i354_reg.h"
#include "pcie/pcie.h"
#include "sc/sc.h"
#include "wire/cable.h"

#define RAM_BASE  UINT64_C(0x100000)
#define RAM_BYTES (48u << 20)
#define NLOG      40000
#define NGOT      8192
#define DEV       0x14

#define RING(p, q)   (RAM_BASE + 0x40000 * ((p)*8u + (q)))
#define TXRING(p, q) (RING(p, q) + 0x10000)
#define TXBUF(p, q)  (RING(p, q) + 0x20000)
#define BUF(p, q, i) \
	(RAM_BASE + 0x900000 + 0x100000 * (p) + 0x20000 * (q) + 0x800 * (i))

static struct io_params iopar = { .read_clk = 10000,
	.write_clk = 700,
	.gap_clk = 20,
	.flight_clk = 4000,
	.port_clk = 30000,
	.msi_clk = 500,
	.dma_line_clk = 30 };
static struct pcie_params pp;
static struct i354_params np;
static struct io *io;
static struct pcie *root;
static struct i354 *nic;
static struct cable *cable[4];
static const unsigned ports[4] = { 0, 1, 2, 3 };
static const uint8_t mac0[6] = { 0x00, 0x25, 0x90, 0x12, 0x34, 0x50 };
static uint8_t *ram;
static uint64_t bar[4], msixbar[4];

static struct {
	uint64_t pa, at;
	bool write;
} lines[NLOG];
static struct {
	uint32_t address, data;
	uint64_t at_tick;
} messages[NLOG];
static struct {
	unsigned port;
	uint32_t len_bytes;
	uint64_t at_tick, stamp_tick[HOP_COUNT];
	uint8_t data[2048];
} got[NGOT];
static struct {
	unsigned port, queue;
	uint64_t pa, stamp_tick[HOP_COUNT], id;
} delivered[NGOT];
static int nline, nmessage, ngot, ndelivered;
static bool answered;
static uint64_t answer_value;

static inline void
ok(enum sc_result r)
{
	ck_assert_msg(r == SC_OK, "result %d: %s", r, sc_errmsg());
}

static inline void
run_ns(uint64_t ns)
{
	ok(sc_run(sc_now_tick() + ns_to_tick(ns)));
}

/* The machine. */

static inline uint64_t
rig_dma_line(void *arg, uint64_t pa, bool write, uint64_t when)
{
	(void)arg;
	lines[nline % NLOG].pa = pa;
	lines[nline % NLOG].at = when;
	lines[nline++ % NLOG].write = write;
	return when + 1000;
}

static inline void *
rig_ram(void *arg, uint64_t pa, uint64_t n)
{
	(void)arg;
	if (pa < RAM_BASE || n > RAM_BYTES || pa - RAM_BASE > RAM_BYTES - n)
		return NULL;
	return ram + (pa - RAM_BASE);
}

static inline void
rig_msi(void *arg, uint32_t address, uint32_t data, uint64_t when)
{
	(void)arg;
	messages[nmessage % NLOG].address = address;
	messages[nmessage % NLOG].data = data;
	messages[nmessage++ % NLOG].at_tick = clk_to_tick_up(when);
}

static inline void
rig_answer(void *arg, unsigned cpu, uint64_t value, uint64_t when)
{
	(void)arg;
	(void)cpu;
	(void)when;
	answered = true;
	answer_value = value;
}

/* The tester at the other end of a cable. */

static inline void
tester_frame(void *arg, struct frame *f)
{
	const int i = ngot++ % NGOT;

	got[i].port = *(const unsigned *)arg;
	got[i].len_bytes = f->len_bytes;
	got[i].at_tick = sc_now_tick();
	memcpy(got[i].stamp_tick, f->stamp_tick, sizeof(f->stamp_tick));
	memcpy(got[i].data, f->data, f->len_bytes < 2048 ? f->len_bytes : 2048);
	frame_put(f, FRAME_TO_SINK);
}

static inline void
tester_link(void *arg, bool up)
{
	(void)arg;
	(void)up;
}

static inline void
rig_delivered(void *arg, unsigned port, unsigned queue, const struct frame *f,
    uint64_t pa)
{
	const int i = ndelivered++ % NGOT;

	(void)arg;
	delivered[i].port = port;
	delivered[i].queue = queue;
	delivered[i].pa = pa;
	delivered[i].id = f->id;
	memcpy(delivered[i].stamp_tick, f->stamp_tick, sizeof(f->stamp_tick));
}

static inline void
wire(unsigned n)
{
	const struct wire_port tester = { (void *)(uintptr_t)&ports[n],
		tester_frame, tester_link };
	const struct wire_port port = i354_wire_port(nic, n);
	const struct wire_out out = (cable[n] = cable_create("cable",
					 CABLE_RATE_1G, CABLE_FLIGHT_TICK),
	    cable_out(cable[n], 0));

	cable_connect(cable[n], 0, &port);
	cable_connect(cable[n], 1, &tester);
	i354_wire_out(nic, n, &out);
}

/* A CPU's accesses. */

static inline uint64_t
cpu_read(uint64_t address, unsigned size)
{
	const struct io_dev *d = io_find(io, false, address, size);

	ck_assert_ptr_nonnull(d);
	answered = false;
	io_read(io, 1, 3, d, address, size, tick_to_clk(sc_now_tick()));
	while (!answered)
		ok(sc_run(sc_now_tick() + ns_to_tick(167)));
	return answer_value;
}

static inline void
cpu_write(uint64_t address, unsigned size, uint64_t v)
{
	const struct io_dev *d = io_find(io, false, address, size);

	ck_assert_ptr_nonnull(d);
	(void)io_write(io, 0, 0, d, address, size, v,
	    tick_to_clk(sc_now_tick()));
	run_ns(168);
}

static inline uint32_t
r(unsigned port, uint32_t off)
{
	return (uint32_t)cpu_read(bar[port] + off, 4);
}

static inline void
w(unsigned port, uint32_t off, uint32_t v)
{
	cpu_write(bar[port] + off, 4, v);
}

/* Set or clear some bits. */
static inline void
set(unsigned port, uint32_t off, uint32_t bits)
{
	w(port, off, r(port, off) | bits);
}

static inline void
clear(unsigned port, uint32_t off, uint32_t bits)
{
	w(port, off, r(port, off) & ~bits);
}

/* Memory, as software sees it. */

static inline uint32_t *
mem32(uint64_t pa)
{
	void *m = rig_ram(NULL, pa, 4);

	ck_assert_ptr_nonnull(m);
	return m;
}

static inline uint8_t *
mem(uint64_t pa)
{
	return (uint8_t *)mem32(pa);
}

/* Start and end. */

static inline void
rig_start(void)
{
	const struct io_machine m = { .arg = NULL,
		.dma_line = rig_dma_line,
		.ram = rig_ram,
		.msi = rig_msi,
		.answer = rig_answer };
	const struct i354_watch watch = { .delivered = rig_delivered };

	ram = calloc(1, RAM_BYTES);
	ck_assert_ptr_nonnull(ram);
	ok(sc_init());
	io = io_create(&iopar, &m, 2);
	root = pcie_create(io, &pp);
	nic = i354_create(root, 0, DEV, &np, mac0);
	i354_watch(nic, &watch);
	pcie_firmware(root);
	for (unsigned n = 0; n < 4; n++) {
		bar[n] = pcie_config_read(root, 0, DEV, n, 0x10, 4) & ~15u;
		msixbar[n] = pcie_config_read(root, 0, DEV, n, 0x1c, 4) & ~15u;
		pcie_config_write(root, 0, DEV, n, 4, 2, 7);
		wire(n);
	}
}

/* Every frame is at a named place. */
static inline void
conserved(void)
{
	uint32_t on_wire = 0;

	for (unsigned n = 0; n < 4; n++)
		on_wire += cable_counts(cable[n], 0)->on_wire +
		    cable_counts(cable[n], 1)->on_wire;
	ck_assert(frame_conserved(frame_ledger()));
	ck_assert_uint_eq(frame_ledger()->in_use,
	    i354_in_flight_all(nic) + on_wire);
}

static inline void
rig_end(void)
{
	conserved();
	for (unsigned n = 0; n < 4; n++)
		cable_destroy(cable[n]);
	i354_destroy(nic);
	pcie_destroy(root);
	io_destroy(io);
	ok(sc_fini());
	ck_assert(frame_conserved(frame_ledger()));
	frames_fini();
	free(ram);
}

/* Links of all ports up, as a driver leaves them. */
static inline void
links_up(void)
{
	for (unsigned n = 0; n < 4; n++) {
		cable_set_up(cable[n], true);
		set(n, I354_CTRL, CTRL_SLU);
	}
	run_ns(tick_to_ns_up(np.an_tick) + 1000);
}

#define LEGACY   (0u << SRRCTL_TYPE_SHIFT | 2)
#define ADVANCED (1u << SRRCTL_TYPE_SHIFT | 2)

/* A receive descriptor for buffer i of the queue, at slot i. */
static inline void
rx_desc(unsigned p, unsigned q, unsigned i)
{
	uint32_t *d = mem32(RING(p, q) + 16 * i);

	d[0] = (uint32_t)BUF(p, q, i);
	d[1] = d[2] = d[3] = 0;
}

/* n descriptors, all but one of them the hardware's. */
static inline void
rx_on(unsigned p, unsigned q, unsigned n, uint32_t srrctl, uint32_t rxdctl)
{
	for (unsigned i = 0; i < n; i++)
		rx_desc(p, q, i);
	w(p, I354_RXDCTL(q), 0);
	w(p, I354_RDBAL(q), (uint32_t)RING(p, q));
	w(p, I354_RDBAH(q), 0);
	w(p, I354_RDLEN(q), 16 * n);
	w(p, I354_SRRCTL(q), srrctl);
	w(p, I354_RDH(q), 0);
	w(p, I354_RXDCTL(q), rxdctl | XDCTL_ENABLE);
	w(p, I354_RCTL, r(p, I354_RCTL) | RCTL_EN | RCTL_BAM);
	w(p, I354_RDT(q), n - 1);
}

static inline void
tx_on(unsigned p, unsigned q, unsigned n, uint32_t txdctl)
{
	w(p, I354_TXDCTL(q), 0);
	w(p, I354_TDBAL(q), (uint32_t)TXRING(p, q));
	w(p, I354_TDBAH(q), 0);
	w(p, I354_TDLEN(q), 16 * n);
	w(p, I354_TDH(q), 0);
	w(p, I354_TDT(q), 0);
	w(p, I354_TXDCTL(q), txdctl | XDCTL_ENABLE);
	w(p, I354_TCTL, r(p, I354_TCTL) | TCTL_EN);
}

/* MSI-X on, nothing masked; by-vector mode. */
static inline void
msix_on(unsigned p)
{
	for (unsigned v = 0; v < I354_NVEC; v++) {
		cpu_write(msixbar[p] + 16 * v, 8, 0xfee00000u);
		cpu_write(msixbar[p] + 16 * v + 8, 4, 0x40 + 0x20 * p + v);
		cpu_write(msixbar[p] + 16 * v + 12, 4, 0);
	}
	pcie_config_write(root, 0, DEV, p, 0x72, 2, 0x8000);
	w(p, I354_GPIE, GPIE_MSIX_MODE | GPIE_PBA | GPIE_EIAME | GPIE_NSICR);
}

/* Receive queue q has vector v, transmit queue q vector t. */
static inline void
ivar(unsigned p, unsigned q, unsigned v, unsigned t)
{
	const unsigned shift = 16 * (q & 1);
	uint32_t x = r(p, I354_IVAR(q / 2)) & ~(0xffffu << shift);

	x |= (v | IVAR_VALID) << shift | (t | IVAR_VALID) << (shift + 8);
	w(p, I354_IVAR(q / 2), x);
}

/* How often vector v of port p has told a CPU. */
static inline int
told(unsigned p, unsigned v)
{
	int n = 0;

	for (int i = 0; i < nmessage; i++)
		n += messages[i].data == 0x40 + 0x20 * p + v;
	return n;
}

/* Frames.  From the tester, to the port's address unless changed. */

static uint64_t next_id = 1;

static inline struct frame *
make(unsigned p, uint32_t len)
{
	struct frame *f = frame_get(FRAME_FROM_SOURCE);

	f->id = next_id++;
	f->len_bytes = f->cap_bytes = len;
	for (uint32_t i = 0; i < len; i++)
		f->data[i] = (uint8_t)(i * 7 + f->id);
	memcpy(f->data, mac0, 6);
	f->data[5] = (uint8_t)(mac0[5] + p);
	f->data[6] = 2;
	f->data[12] = 0x12; /* no type that anybody knows */
	f->data[13] = 0x34;
	return f;
}

static inline void
send(unsigned p, struct frame *f)
{
	f->stamp_tick[HOP_WIRE_RX] = cable_send(cable[p], 1, f, 0);
}

/* Send, and wait until it is through. */
static inline void
send_wait(unsigned p, struct frame *f)
{
	send(p, f);
	run_ns(20000);
}

static inline void
put16(uint8_t *b, unsigned v)
{
	b[0] = (uint8_t)(v >> 8);
	b[1] = (uint8_t)v;
}

static inline unsigned
get16(const uint8_t *b)
{
	return (unsigned)(b[0] << 8 | b[1]);
}

/* One's complement sum, by the book: RFC 1071. */
static inline unsigned
book_sum(const uint8_t *b, unsigned n, unsigned sum)
{
	for (unsigned i = 0; i < n; i++)
		sum += i % 2 == 0 ? (unsigned)b[i] << 8 : b[i];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* IPv4 with TCP (6) or UDP (17), checksums right, n bytes in all. */
static inline struct frame *
make_ip4(unsigned p, const uint8_t src[4], const uint8_t dst[4], unsigned proto,
    unsigned sport, unsigned dport, unsigned n)
{
	struct frame *f = make(p, n);
	uint8_t *h = f->data + 14, *l4 = h + 20;
	const unsigned l4n = n - 34;

	put16(f->data + 12, 0x0800);
	memset(h, 0, 20);
	h[0] = 0x45;
	put16(h + 2, n - 14);
	put16(h + 4, 0x4711);
	h[8] = 64;
	h[9] = (uint8_t)proto;
	memcpy(h + 12, src, 4);
	memcpy(h + 16, dst, 4);
	put16(h + 10, ~book_sum(h, 20, 0) & 0xffff);
	put16(l4, sport);
	put16(l4 + 2, dport);
	if (proto == 6)
		l4[12] = 0x50;
	else
		put16(l4 + 4, l4n);
	put16(l4 + (proto == 6 ? 16 : 6), 0);
	put16(l4 + (proto == 6 ? 16 : 6),
	    ~book_sum(l4, l4n, book_sum(h + 12, 8, proto + l4n)) & 0xffff);
	return f;
}

/* The key of the published vectors, and its way into a port. */
static const uint8_t ms_key[40] = { 0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e,
	0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b,
	0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2,
	0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa };

static inline void
rss_key(unsigned p)
{
	for (unsigned i = 0; i < 10; i++) {
		uint32_t v;

		memcpy(&v, ms_key + 4 * i, 4);
		w(p, I354_RSSRK(i), v);
	}
}

static inline void
rig_setup(void)
{
	static struct machine machine;
	struct err err = ERR_NONE;

	if (machine_load(&machine, "scenarios/machines/c2758.ini", NULL, 0,
		&err) != EX_GOOD)
		ck_abort_msg("%s", err.text);
	pcie_params_init(&pp, &machine);
	i354_params_init(&np, &machine);
}

static inline int
run_suite(const char *name, void (*add)(TCase *))
{
	Suite *s = suite_create(name);
	TCase *t = tcase_create(name);
	SRunner *sr;
	int failed;

	tcase_set_timeout(t, 120);
	tcase_add_checked_fixture(t, rig_setup, NULL);
	add(t);
	suite_add_tcase(s, t);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EX_GOOD : EX_FINDING;
}

#endif

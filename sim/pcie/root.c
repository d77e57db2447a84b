/*
 * root.c: the root complex: what CPUs reach, and how it is put together.
 *
 *	ports 0xcf8..0xcff	address and data of configuration space
 *	0xf8000000 (ECAM)	all 4 KB of it, a function after the other
 *	0xfc000000..0xfec00000	BARs of memory
 *	ports 0xc000..0xdfff	BARs of ports
 *
 * The address register is one of 32 bits: bit 31 turns data accesses on, then
 * bus 23:16, device 15:11, function 10:8, register 7:2.  It takes accesses of
 * four bytes and no others.  Where nobody answers, reads give ones and writes
 * vanish.  There are no bridges: a function on another bus is just there.
 *
 * The io.h callbacks run in the event kernel; the rest before the run.
 */
#include <assert.h>
#include <stdlib.h>

#include "pcie/pcie_int.h"

#define CF8_ON     0x80000000u
#define MMIO_BYTES 20 /* of a request without data: 3 words of header */

void
pcie_must(enum sc_result r)
{
	if (r == SC_OK)
		return;
	fprintf(stderr, "rangeley: pcie: %s\n", sc_errmsg());
	abort();
}

static uint64_t
ones(unsigned size)
{
	return size == 8 ? ~UINT64_C(0) : (UINT64_C(1) << 8 * size) - 1;
}

/*
 * Configuration space.
 */

static uint16_t
bdf_of(unsigned bus, unsigned dev, unsigned fn)
{
	assert(bus < 256 && dev < 32 && fn < 8);
	return (uint16_t)(bus << 8 | dev << 3 | fn);
}

static struct pcie_fn *
find(const struct pcie *p, uint16_t bdf)
{
	for (unsigned i = 0; i < p->nfn; i++)
		if (p->fn[i]->bdf == bdf)
			return p->fn[i];
	return NULL;
}

/* Within a word, and of a kind that there is. */
static bool
config_access(unsigned off, unsigned size)
{
	return (size == 1 || size == 2 || size == 4) && off % 4 + size <= 4;
}

static uint64_t
config_read(struct pcie *p, uint16_t bdf, unsigned off, unsigned size)
{
	struct pcie_fn *f = find(p, bdf);

	if (f == NULL || !config_access(off, size))
		return ones(size);
	pcie_link_charge_down(f->link, MMIO_BYTES);
	requester_answer(f, 4);
	pcie_link_ack(f->link);
	return cfg_read(f, off, size);
}

static void
config_write(struct pcie *p, uint16_t bdf, unsigned off, unsigned size,
    uint64_t v)
{
	struct pcie_fn *f = find(p, bdf);

	if (f == NULL || !config_access(off, size))
		return;
	pcie_link_charge_down(f->link, MMIO_BYTES + 4);
	pcie_link_ack(f->link);
	cfg_write(f, off, size, (uint32_t)v);
}

uint32_t
pcie_config_read(struct pcie *p, unsigned bus, unsigned dev, unsigned fn,
    unsigned off, unsigned size)
{
	const struct pcie_fn *f = find(p, bdf_of(bus, dev, fn));

	assert(off < PCIE_CFG_BYTES && config_access(off, size));
	return f == NULL ? (uint32_t)ones(size) : cfg_read(f, off, size);
}

void
pcie_config_write(struct pcie *p, unsigned bus, unsigned dev, unsigned fn,
    unsigned off, unsigned size, uint32_t v)
{
	struct pcie_fn *f = find(p, bdf_of(bus, dev, fn));

	assert(off < PCIE_CFG_BYTES && config_access(off, size));
	if (f != NULL)
		cfg_write(f, off, size, v);
}

static unsigned
cf8_register(const struct pcie *p, uint64_t off)
{
	return (p->address & 0xfc) | (off & 3);
}

static uint64_t
ports_read(void *arg, uint64_t off, unsigned size)
{
	struct pcie *p = arg;

	if (off == 0 && size == 4)
		return p->address;
	if (off < 4 || (p->address & CF8_ON) == 0)
		return ones(size);
	return config_read(p, (uint16_t)(p->address >> 8), cf8_register(p, off),
	    size);
}

static void
ports_write(void *arg, uint64_t off, unsigned size, uint64_t v)
{
	struct pcie *p = arg;

	if (off == 0 && size == 4)
		p->address = (uint32_t)v & (CF8_ON | 0xfffffc);
	else if (off >= 4 && (p->address & CF8_ON) != 0)
		config_write(p, (uint16_t)(p->address >> 8),
		    cf8_register(p, off), size, v);
}

static uint64_t
ecam_read(void *arg, uint64_t off, unsigned size)
{
	return config_read(arg, (uint16_t)(off >> 12), off & 0xfff, size);
}

static void
ecam_write(void *arg, uint64_t off, unsigned size, uint64_t v)
{
	config_write(arg, (uint16_t)(off >> 12), off & 0xfff, size, v);
}

/*
 * BARs.
 */

static uint64_t
bar_read(struct pcie *p, bool io, uint64_t address, unsigned size)
{
	const struct window *w = bar_find(p, io, address, size);
	struct pcie_fn *f;
	unsigned bar;
	uint64_t off, v;

	if (w == NULL)
		return ones(size);
	/* The list may change in read(). */
	f = w->fn;
	bar = w->bar;
	off = address - w->base;
	pcie_link_charge_down(f->link, MMIO_BYTES);
	if (msix_holds(f, bar, off))
		v = msix_read(f, off, size);
	else
		v = f->ops.read(f->ops.arg, bar, off, size);
	requester_answer(f, size);
	pcie_link_ack(f->link);
	return v;
}

static void
bar_write(struct pcie *p, bool io, uint64_t address, unsigned size, uint64_t v)
{
	const struct window *w = bar_find(p, io, address, size);
	uint64_t off;

	if (w == NULL)
		return;
	off = address - w->base;
	pcie_link_charge_down(w->fn->link,
	    MMIO_BYTES + tlp_payload_bytes(address, size));
	pcie_link_ack(w->fn->link);
	if (msix_holds(w->fn, w->bar, off))
		msix_write(w->fn, off, size, v);
	else
		w->fn->ops.write(w->fn->ops.arg, w->bar, off, size, v);
}

static uint64_t
mem_read(void *arg, uint64_t off, unsigned size)
{
	return bar_read(arg, false, PCIE_MEM_BASE + off, size);
}

static void
mem_write(void *arg, uint64_t off, unsigned size, uint64_t v)
{
	bar_write(arg, false, PCIE_MEM_BASE + off, size, v);
}

static uint64_t
io_space_read(void *arg, uint64_t off, unsigned size)
{
	return bar_read(arg, true, PCIE_PORT_BASE + off, size);
}

static void
io_space_write(void *arg, uint64_t off, unsigned size, uint64_t v)
{
	bar_write(arg, true, PCIE_PORT_BASE + off, size, v);
}

/*
 * Set-up.
 */

static bool
size_ok(uint32_t n, uint32_t least, uint32_t most)
{
	return n >= least && n <= most && (n & (n - 1)) == 0;
}

static void
check(const struct pcie_params *par)
{
	assert(par->credit_ph > 0 && par->credit_nph > 0 && par->reads_max > 0);
	assert(par->credit_pd * 16 >= MPS_MAX);
	assert(size_ok(par->mps_bytes, 128, MPS_MAX));
	assert(size_ok(par->mrrs_bytes, 128, 4096));
	assert(size_ok(par->rcb_bytes, 64, 128));
	assert(par->byte_x1000_tick > 0);
	(void)par;
}

static void
add_host_bridge(struct pcie *p)
{
	const struct pcie_fn_desc d = { .name = "host bridge",
		.vendor = p->par.host_vendor,
		.device = p->par.host_device,
		.class_code = 0x060000 };
	const struct pcie_fn_ops none = { 0 };

	if (d.vendor != 0xffff)
		(void)pcie_add(p, 0, 0, 0, &d, &none);
}

struct pcie *
pcie_create(struct io *io, const struct pcie_params *par)
{
	struct pcie *p = calloc(1, sizeof(*p));
	const struct io_dev devs[] = {
		{ "pci configuration", PCIE_CF8, 8, true, p, ports_read,
		    ports_write },
		{ "pci ports", PCIE_PORT_BASE, PCIE_PORT_END - PCIE_PORT_BASE,
		    true, p, io_space_read, io_space_write },
		{ "pci memory", PCIE_MEM_BASE, PCIE_MEM_END - PCIE_MEM_BASE,
		    false, p, mem_read, mem_write },
		{ "pci ecam", PCIE_ECAM_BASE, PCIE_ECAM_BUSES << 20, false, p,
		    ecam_read, ecam_write },
	};

	assert(p != NULL);
	check(par);
	p->io = io;
	p->par = *par;
	for (unsigned i = 0; i < sizeof(devs) / sizeof(devs[0]); i++)
		io_add(io, &devs[i]);
	add_host_bridge(p);
	return p;
}

void
pcie_destroy(struct pcie *p)
{
	if (p == NULL)
		return;
	for (unsigned i = 0; i < p->nlink; i++)
		pcie_link_destroy(p->link[i]);
	for (unsigned i = 0; i < p->nfn; i++) {
		free(p->fn[i]->table);
		free(p->fn[i]->pba);
		free(p->fn[i]);
	}
	free(p);
}

/* The link of the device, whose functions say that they are several. */
static struct link *
link_of(struct pcie *p, struct pcie_fn *f)
{
	struct link *l = NULL;

	for (unsigned i = 0; i < p->nfn; i++)
		if (p->fn[i] != f && p->fn[i]->bdf >> 3 == f->bdf >> 3) {
			l = p->fn[i]->link;
			f->init[CFG_HEADER] |= 0x80;
			p->fn[i]->init[CFG_HEADER] |= 0x80;
			p->fn[i]->cfg[CFG_HEADER] |= 0x80;
		}
	if (l == NULL)
		l = p->link[p->nlink++] = pcie_link_create(p);
	f->cfg[CFG_HEADER] = f->init[CFG_HEADER];
	return l;
}

static void
insert(struct pcie *p, struct pcie_fn *f)
{
	unsigned i = p->nfn++;

	assert(p->nfn <= PCIE_MAX_FN);
	for (; i > 0 && p->fn[i - 1]->bdf > f->bdf; i--)
		p->fn[i] = p->fn[i - 1];
	p->fn[i] = f;
}

/* BARs but that of the MSI-X table need somebody who answers. */
static void
check_ops(const struct pcie_fn *f)
{
	for (unsigned b = 0; b < PCIE_NBAR; b++)
		assert(f->d.bar[b].bytes == 0 ||
		    (f->ops.read != NULL && f->ops.write != NULL));
	(void)f;
}

struct pcie_fn *
pcie_add(struct pcie *p, unsigned bus, unsigned dev, unsigned fn,
    const struct pcie_fn_desc *d, const struct pcie_fn_ops *ops)
{
	struct pcie_fn *f = calloc(1, sizeof(*f));

	assert(f != NULL && find(p, bdf_of(bus, dev, fn)) == NULL);
	f->pcie = p;
	f->bdf = bdf_of(bus, dev, fn);
	f->d = *d;
	f->ops = *ops;
	check_ops(f);
	STAILQ_INIT(&f->asked);
	caps_build(f);
	if (d->nmsix != 0) {
		f->table = calloc(d->nmsix, MSIX_ENTRY_BYTES);
		f->pba = calloc((d->nmsix + 63) / 64, sizeof(*f->pba));
		assert(f->table != NULL && f->pba != NULL);
		msix_reset(f);
	}
	insert(p, f);
	f->link = link_of(p, f);
	return f;
}

/* A place in a window; the window's end is an error of ours. */
static uint32_t
place(uint32_t *next, uint32_t end, uint32_t bytes)
{
	const uint32_t at = (*next + bytes - 1) & ~(bytes - 1);

	assert(at >= *next && at <= end && bytes <= end - at);
	(void)end;
	*next = at + bytes;
	return at;
}

static uint32_t
log2_of(uint32_t n)
{
	uint32_t log = 0;

	while (n >> log > 1)
		log++;
	return log;
}

static void
firmware_controls(struct pcie_fn *f)
{
	const struct pcie_params *par = &f->pcie->par;
	const unsigned off = CFG_EXP + EXP_CONTROL;
	uint32_t v = cfg_get(f->cfg, off, 2) & ~0x70e0u;

	if (f->d.int_pin != 0)
		cfg_write(f, CFG_INT_LINE, 1, pcie_intx_gsi(f));
	if (!f->d.pcie_cap)
		return;
	v |= (log2_of(par->mps_bytes) - 7) << 5;
	v |= (log2_of(par->mrrs_bytes) - 7) << 12;
	cfg_write(f, off, 2, v);
}

void
pcie_firmware(struct pcie *p)
{
	uint32_t mem = PCIE_MEM_BASE, ports = PCIE_PORT_BASE;

	for (unsigned i = 0; i < p->nfn; i++) {
		struct pcie_fn *f = p->fn[i];

		cfg_write(f, CFG_COMMAND, 2, 0);
		for (unsigned b = 0; b < PCIE_NBAR; b++) {
			const struct pcie_bar *d = &f->d.bar[b];

			if (d->bytes == 0)
				continue;
			cfg_write(f, CFG_BAR0 + 4 * b, 4,
			    d->io ? place(&ports, PCIE_PORT_END, d->bytes)
				  : place(&mem, PCIE_MEM_END, d->bytes));
			if (d->wide)
				cfg_write(f, CFG_BAR0 + 4 * b + 4, 4, 0);
		}
		firmware_controls(f);
	}
}

struct pcie_fn *
pcie_nth(const struct pcie *p, unsigned n)
{
	return n < p->nfn ? p->fn[n] : NULL;
}

const char *
pcie_fn_name(const struct pcie_fn *f)
{
	return f->d.name;
}

void
pcie_counts(const struct pcie_fn *f, struct pcie_counts *c)
{
	*c = f->link->counts;
}

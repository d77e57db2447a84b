/*
 * i354.c: four ports, put together (i354.h).
 */
#include <stdlib.h>

#include "nic_i354/i354_impl.h"

void
i354_must(enum sc_result r)
{
	if (r == SC_OK)
		return;
	fprintf(stderr, "rangeley: i354: %s\n", sc_errmsg());
	abort();
}

void
i354_event(sc_cb_fn *fn, void *arg, struct sc_ev **ev)
{
	i354_must(sc_ev_create(fn, arg, ev));
}

/* A function level reset. */
static void
function_reset(void *port)
{
	reset_port(port, false);
}

/* The bus is ours again: what waits for descriptors or bytes can go on. */
static void
may_master(void *port)
{
	rx_pump(port);
	tx_pump(port);
}

static void
add(struct i354 *nic, struct port *p, unsigned bus, unsigned dev)
{
	static const char *const name[I354_NPORT] = { "i354.0", "i354.1",
		"i354.2", "i354.3" };
	const struct pcie_fn_desc desc = {
		.name = name[p->n],
		.vendor = I354_VENDOR,
		.device = I354_DEVICE,
		.subvendor = I354_VENDOR,
		.subdevice = 0,
		.revision = 3,
		.class_code = 0x020000,
		.int_pin = (uint8_t)(p->n + 1),
		.bar = { [0] = { .bytes = I354_CSR_BYTES },
		    [2] = { .bytes = I354_IO_BYTES, .io = true },
		    [3] = { .bytes = I354_MSIX_BYTES } },
		.nmsix = nic->par.nmsix,
		.msix_bar = 3,
		.msix_pba_off = I354_MSIX_PBA,
		.msi = nic->par.nmsi,
		.pcie_cap = true,
		.pm_cap = true,
		.serial = (uint64_t)p->mac[5] << 0 | (uint64_t)p->mac[4] << 8 |
		    (uint64_t)p->mac[3] << 16 | UINT64_C(0xffff) << 24 |
		    (uint64_t)p->mac[2] << 40 | (uint64_t)p->mac[1] << 48 |
		    (uint64_t)p->mac[0] << 56,
	};
	const struct pcie_fn_ops ops = { p, regs_read, regs_write,
		function_reset };

	p->fn = pcie_add(nic->pcie, bus, dev, p->n, &desc, &ops);
	pcie_master_sink(p->fn, may_master, p);
}

struct i354 *
i354_create(struct pcie *pcie, unsigned bus, unsigned dev,
    const struct i354_params *par, const uint8_t mac[6])
{
	struct i354 *nic = calloc(1, sizeof(*nic));

	assert(nic != NULL);
	assert(par->desc_chip >= 16 && par->desc_chip <= CHIP_MAX);
	assert(par->desc_fetch >= 1 && par->desc_fetch <= par->desc_chip);
	assert(par->tx_reads >= 1 && par->tx_reads <= READS_MAX);
	assert(par->nmsix <= I354_NVEC);
	assert(par->rx_dma_frames >= 1 && par->txpb_bytes >= 2048);
	nic->pcie = pcie;
	nic->par = *par;
	regs_init();
	for (unsigned n = 0; n < I354_NPORT; n++) {
		struct port *p = &nic->port[n];

		p->nic = nic;
		p->n = n;
		memcpy(p->mac, mac, 6);
		p->mac[5] = (uint8_t)(p->mac[5] + n);
		add(nic, p, bus, dev);
		rx_dma_init(p);
		tx_dma_init(p);
		cause_init(p);
		phy_init(p);
		nvm_init(p);
	}
	nvm_fill(nic);
	for (unsigned n = 0; n < I354_NPORT; n++) {
		regs_reset(&nic->port[n], true);
		nvm_load(&nic->port[n]);
	}
	return nic;
}

static void
quiet(struct port *p)
{
	struct sc_ev *ev[] = { p->rx_ev, p->cause_ev, p->tx_ev, p->bell_ev,
		p->tx_cause_ev, p->an_ev, p->mdic_ev, p->eerd_ev, p->load_ev };

	for (unsigned i = 0; i < sizeof(ev) / sizeof(ev[0]); i++)
		i354_must(sc_ev_cancel(ev[i]));
	for (unsigned v = 0; v < NVEC_ALL; v++)
		i354_must(sc_ev_cancel(p->eitr[v].ev));
}

void
i354_destroy(struct i354 *nic)
{
	if (nic == NULL)
		return;
	for (unsigned n = 0; n < I354_NPORT; n++) {
		struct port *p = &nic->port[n];

		p->gen++;
		rx_dma_reset(p);
		tx_dma_reset(p);
		quiet(p);
	}
	free(nic);
}

struct wire_port
i354_wire_port(struct i354 *nic, unsigned port)
{
	assert(port < I354_NPORT);
	return (struct wire_port){ &nic->port[port], rx_mac_frame,
		rx_mac_link };
}

void
i354_wire_out(struct i354 *nic, unsigned port, const struct wire_out *out)
{
	assert(port < I354_NPORT);
	nic->port[port].out = *out;
}

struct pcie_fn *
i354_fn(struct i354 *nic, unsigned port)
{
	assert(port < I354_NPORT);
	return nic->port[port].fn;
}

void
i354_watch(struct i354 *nic, const struct i354_watch *w)
{
	nic->watch = *w;
}

bool
i354_rx_message(const struct i354 *nic, unsigned port, unsigned queue,
    uint32_t *address, uint32_t *data)
{
	const struct port *p = &nic->port[port];
	int v;

	assert(port < I354_NPORT && queue < I354_NQ);
	if (!pcie_msix_enabled(p->fn))
		return pcie_msi_message(p->fn, 0, address, data);
	v = cause_rx_vector(p, queue);
	return v >= 0 && pcie_msix_message(p->fn, (unsigned)v, address, data);
}

bool
i354_vector(const struct i354 *nic, unsigned port, unsigned vector,
    struct i354_vector *out)
{
	const struct port *p = &nic->port[port];

	assert(port < I354_NPORT);
	*out = (struct i354_vector){ .msix = pcie_msix_enabled(p->fn) };
	if (!out->msix)
		return vector == 0 &&
		    pcie_msi_message(p->fn, 0, &out->address, &out->data);
	out->other = cause_other_vector(p) == (int)vector;
	for (unsigned q = 0; q < I354_NQ; q++) {
		out->rx |= (uint32_t)(cause_rx_vector(p, q) == (int)vector)
		    << q;
		out->tx |= (uint32_t)(cause_tx_vector(p, q) == (int)vector)
		    << q;
	}
	return (out->rx != 0 || out->tx != 0 || out->other) &&
	    pcie_msix_message(p->fn, vector, &out->address, &out->data);
}

/* Of a list, those that are whole in memory. */
static uint32_t
in_memory(const struct frame_list *list)
{
	const struct frame *f;
	uint32_t n = 0;

	STAILQ_FOREACH (f, list, link)
		n += own_of(f)->in_memory;
	return n;
}

void
i354_in_flight(const struct i354 *nic, unsigned port,
    struct i354_in_flight *out)
{
	const struct port *p = &nic->port[port];

	*out = (struct i354_in_flight){ .rx_buffer = p->fifo_n,
		.rx_dma = p->dma_n,
		.rx_cause = in_memory(&p->cause_list),
		.tx_read = p->tx_reading,
		.tx_buffer = p->tx_n - p->tx_reading + p->ctl_n,
		.reset = p->limbo_n };
	for (unsigned q = 0; q < I354_NQ; q++)
		out->rx_held += in_memory(&p->rxq[q].held_frames);
}

uint32_t
i354_in_flight_all(const struct i354 *nic)
{
	struct i354_in_flight i;
	uint32_t n = 0;

	for (unsigned port = 0; port < I354_NPORT; port++) {
		i354_in_flight(nic, port, &i);
		n += i.rx_buffer + i.rx_dma + i.rx_held + i.rx_cause +
		    i.tx_read + i.tx_buffer + i.reset;
	}
	return n;
}

uint32_t
i354_stopped_all(const struct i354 *nic)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < I354_NPORT; i++) {
		const struct port *p = &nic->port[i];
		const bool dma = (REG(p, I354_CTRL) & CTRL_GIO_DISABLE) == 0;

		if (!dma)
			n += p->fifo_n;
		if ((REG(p, I354_TCTL) & TCTL_EN) == 0)
			n += p->tx_n - (dma ? p->tx_reading : 0);
	}
	return n;
}

bool
i354_is_throttled(const struct i354 *nic)
{
	for (unsigned port = 0; port < I354_NPORT; port++)
		for (unsigned v = 0; v < NVEC_ALL; v++)
			if (nic->port[port].eitr[v].until_tick > sc_now_tick())
				return true;
	return false;
}

const struct i354_counts *
i354_counts(const struct i354 *nic, unsigned port)
{
	assert(port < I354_NPORT);
	return &nic->port[port].counts;
}

json_t *
i354_json(const struct i354 *nic, unsigned port)
{
	json_t *dropped = json_object();
	struct i354_in_flight i;

	i354_in_flight(nic, port, &i);
	for (unsigned d = 0; d < DROP_COUNT; d++)
		json_object_set_new(dropped, drop_name((enum drop)d),
		    json_integer((json_int_t)nic->port[port]
				     .counts.dropped[d]));
	return json_pack("{s:o, s:{s:i, s:i, s:i, s:i, s:i, s:i, s:i}}",
	    "dropped", dropped, "in_flight", "rx_buffer", (int)i.rx_buffer,
	    "rx_dma", (int)i.rx_dma, "rx_held", (int)i.rx_held, "rx_cause",
	    (int)i.rx_cause, "tx_read", (int)i.tx_read, "tx_buffer",
	    (int)i.tx_buffer, "reset", (int)i.reset);
}

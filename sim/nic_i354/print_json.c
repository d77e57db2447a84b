/*
 * print_json.c: what print.c prints, for programs.
 */
#include "core/json_out.h"
#include "nic_i354/i354_impl.h"

static json_t *
vector(int v)
{
	return v < 0 ? json_null() : json_integer(v);
}

static json_t *
ring(uint32_t size, bool on, uint32_t head, uint32_t tail, uint32_t chip, int v,
    uint64_t frames)
{
	return json_pack("{s:I s:b s:I s:I s:I s:o s:I}", "ring",
	    (json_int_t)size, "on", (int)on, "head", (json_int_t)head, "tail",
	    (json_int_t)tail, "chip", (json_int_t)chip, "vector", vector(v),
	    "frames", (json_int_t)frames);
}

static json_t *
queues(const struct port *p)
{
	json_t *all = json_array();

	for (unsigned q = 0; q < I354_NQ; q++)
		json_array_append_new(all,
		    json_pack("{s:o s:o}", "rx",
			ring(ring_size(p, I354_RDLEN(q)),
			    (REG(p, I354_RXDCTL(q)) & XDCTL_ENABLE) != 0,
			    REG(p, I354_RDH(q)), REG(p, I354_RDT(q)),
			    p->rxq[q].chip.n, cause_rx_vector(p, q),
			    p->counts.rx_frames[q]),
			"tx",
			ring(ring_size(p, I354_TDLEN(q)),
			    (REG(p, I354_TXDCTL(q)) & XDCTL_ENABLE) != 0,
			    REG(p, I354_TDH(q)), REG(p, I354_TDT(q)),
			    p->txq[q].chip.n, cause_tx_vector(p, q),
			    p->counts.tx_frames[q])));
	return all;
}

static json_t *
vectors(const struct port *p)
{
	json_t *all = json_array();

	for (unsigned v = 0; v < I354_NVEC; v++)
		json_array_append_new(all,
		    json_pack("{s:I s:I}", "EITR_us",
			(json_int_t)((REG(p, I354_EITR(v)) & EITR_INTERVAL) >>
			    EITR_SHIFT),
			"messages", (json_int_t)p->counts.messages[v]));
	return all;
}

static json_t *
registers(const struct port *p)
{
	static const struct {
		const char *name;
		uint32_t off;
	} reg[] = { { "CTRL", I354_CTRL }, { "RCTL", I354_RCTL },
		{ "TCTL", I354_TCTL }, { "EICR", I354_EICR },
		{ "EIMS", I354_EIMS }, { "EIAC", I354_EIAC },
		{ "EIAM", I354_EIAM }, { "ICR", I354_ICR },
		{ "IMS", I354_IMS } };
	json_t *all = json_object();

	for (size_t i = 0; i < sizeof(reg) / sizeof(reg[0]); i++)
		json_object_set_new(all, reg[i].name,
		    json_sprintf("%08x", REG(p, reg[i].off)));
	return all;
}

static json_t *
inside(const struct i354 *nic, unsigned port)
{
	struct i354_in_flight i;

	i354_in_flight(nic, port, &i);
	return json_pack("{s:I s:I s:I s:I s:I s:I s:I}", "rx_buffer",
	    (json_int_t)i.rx_buffer, "rx_dma", (json_int_t)i.rx_dma, "rx_held",
	    (json_int_t)i.rx_held, "rx_cause", (json_int_t)i.rx_cause,
	    "tx_read", (json_int_t)i.tx_read, "tx_buffer",
	    (json_int_t)i.tx_buffer, "reset", (json_int_t)i.reset);
}

static json_t *
dropped(const struct port *p)
{
	json_t *all = json_object();

	for (unsigned d = 0; d < DROP_COUNT; d++)
		if (p->counts.dropped[d] > 0)
			json_put(all, drop_name((enum drop)d),
			    p->counts.dropped[d]);
	return all;
}

json_t *
i354_show_json(const struct i354 *nic, unsigned port)
{
	const struct port *p = &nic->port[port];

	return json_pack("{s:s s:o s:b s:b s:o s:o s:b s:o s:o s:o s:o}",
	    "name", pcie_fn_name(p->fn), "mac",
	    json_sprintf("%02x:%02x:%02x:%02x:%02x:%02x", p->mac[0], p->mac[1],
		p->mac[2], p->mac[3], p->mac[4], p->mac[5]),
	    "link", (int)phy_up(p), "cable", (int)(p->cable != 0), "registers",
	    registers(p), "queues", queues(p), "by_vector",
	    (int)((REG(p, I354_GPIE) & GPIE_MSIX_MODE) != 0), "other_causes",
	    vector(cause_other_vector(p)), "vectors", vectors(p), "inside",
	    inside(nic, port), "dropped", dropped(p));
}

json_t *
i354_rss_json(const struct i354 *nic, unsigned port)
{
	const struct port *p = &nic->port[port];
	const uint32_t mrqc = REG(p, I354_MRQC);
	json_t *hashed = json_array(), *table = json_array();
	char key[2 * 40 + 1];

	for (unsigned i = 0; i < 9; i++)
		if ((mrqc & MRQC_TCP4 << i) != 0)
			json_array_append_new(hashed,
			    json_string(i354_hash_type(i)));
	for (unsigned i = 0; i < 40; i++)
		snprintf(key + 2 * i, 3, "%02x",
		    REG(p, I354_RSSRK(i / 4)) >> 8 * (i & 3) & 0xff);
	for (unsigned i = 0; i < 128; i++)
		json_array_append_new(table,
		    json_integer(REG(p, I354_RETA(i / 4)) >> 8 * (i & 3) & 7));
	return json_pack("{s:s s:b s:I s:o s:s s:o}", "name",
	    pcie_fn_name(p->fn), "on", (int)i354_rss_on(p), "default_queue",
	    (json_int_t)(mrqc >> MRQC_DEF_SHIFT & 7), "hashed", hashed, "key",
	    key, "table", table);
}

json_t *
i354_regs_json(void)
{
	json_t *all = json_array();
	struct i354_reg r;

	for (unsigned i = 0; i354_reg_row(i, &r); i++) {
		json_t *j = json_pack("{s:o s:s s:s s:s s:I}", "offset",
		    json_sprintf("%05x", r.off), "name", r.name, "access",
		    r.access, "model", i354_cover_name(r.cover), "n",
		    (json_int_t)(r.n > 1 ? r.n : 1));

		if (r.cover == I354_PARTIAL && strchr(r.access, 'w') != NULL)
			json_object_set_new(j, "bits",
			    json_sprintf("%08x", r.live));
		if (r.n > 1)
			json_put(j, "stride", r.stride);
		json_array_append_new(all, j);
	}
	return all;
}

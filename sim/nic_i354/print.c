/*
 * print.c: `rangeley show nic' and `rangeley show rss'.
 */
#include "nic_i354/i354_impl.h"

static void
vector_text(int v, char buf[12])
{
	if (v < 0)
		snprintf(buf, 12, "-");
	else
		snprintf(buf, 12, "%d", v);
}

static void
queues(const struct port *p, FILE *f)
{
	char rx[12], tx[12];

	fprintf(f,
	    "queue  rx ring  head  tail  chip  vector    frames  "
	    "tx ring  head  tail  chip  vector    frames\n");
	for (unsigned q = 0; q < I354_NQ; q++) {
		vector_text(cause_rx_vector(p, q), rx);
		vector_text(cause_tx_vector(p, q), tx);
		fprintf(f,
		    "%5u  %4u %-3s %5u %5u %5u %7s %9ju  "
		    "%4u %-3s %5u %5u %5u %7s %9ju\n",
		    q, ring_size(p, I354_RDLEN(q)),
		    (REG(p, I354_RXDCTL(q)) & XDCTL_ENABLE) != 0 ? "on" : "off",
		    REG(p, I354_RDH(q)), REG(p, I354_RDT(q)), p->rxq[q].chip.n,
		    rx, (uintmax_t)p->counts.rx_frames[q],
		    ring_size(p, I354_TDLEN(q)),
		    (REG(p, I354_TXDCTL(q)) & XDCTL_ENABLE) != 0 ? "on" : "off",
		    REG(p, I354_TDH(q)), REG(p, I354_TDT(q)), p->txq[q].chip.n,
		    tx, (uintmax_t)p->counts.tx_frames[q]);
	}
}

static void
vectors(const struct port *p, FILE *f)
{
	char other[12];

	vector_text(cause_other_vector(p), other);
	fprintf(f,
	    "interrupts: %s, EICR %08x, EIMS %08x, EIAC %08x, EIAM %08x, "
	    "ICR %08x, IMS %08x, other causes: vector %s\n",
	    (REG(p, I354_GPIE) & GPIE_MSIX_MODE) != 0 ? "by vector" : "one",
	    REG(p, I354_EICR), REG(p, I354_EIMS), REG(p, I354_EIAC),
	    REG(p, I354_EIAM), REG(p, I354_ICR), REG(p, I354_IMS), other);
	for (unsigned v = 0; v < I354_NVEC; v++)
		fprintf(f, "vector %u: EITR %u us, %ju messages\n", v,
		    (REG(p, I354_EITR(v)) & EITR_INTERVAL) >> EITR_SHIFT,
		    (uintmax_t)p->counts.messages[v]);
}

static void
frames(const struct i354 *nic, const struct port *p, FILE *f)
{
	struct i354_in_flight i;

	i354_in_flight(nic, p->n, &i);
	fprintf(f,
	    "inside: rx_buffer %u, rx_dma %u, rx_held %u, rx_cause %u, "
	    "tx_read %u, tx_buffer %u, reset %u\n",
	    i.rx_buffer, i.rx_dma, i.rx_held, i.rx_cause, i.tx_read,
	    i.tx_buffer, i.reset);
	for (unsigned d = 0; d < DROP_COUNT; d++)
		if (p->counts.dropped[d] > 0)
			fprintf(f, "dropped: %s %ju, %s\n",
			    drop_name((enum drop)d),
			    (uintmax_t)p->counts.dropped[d],
			    drop_text((enum drop)d));
}

void
i354_print(const struct i354 *nic, unsigned port, FILE *f)
{
	const struct port *p = &nic->port[port];

	fprintf(f, "%s: %02x:%02x:%02x:%02x:%02x:%02x, link %s%s\n",
	    pcie_fn_name(p->fn), p->mac[0], p->mac[1], p->mac[2], p->mac[3],
	    p->mac[4], p->mac[5], phy_up(p) ? "up, 1000 full" : "down",
	    p->cable ? "" : ", no cable");
	fprintf(f, "CTRL %08x, RCTL %08x, TCTL %08x\n", REG(p, I354_CTRL),
	    REG(p, I354_RCTL), REG(p, I354_TCTL));
	queues(p, f);
	vectors(p, f);
	frames(nic, p, f);
}

bool
i354_rss_on(const struct port *p)
{
	return (REG(p, I354_MRQC) & MRQC_MODE) == MRQC_RSS &&
	    (REG(p, I354_RXCSUM) & RXCSUM_PCSD) != 0;
}

const char *
i354_hash_type(unsigned i)
{
	static const char *const type[] = { "TCPv4", "IPv4", "TCPv6ex",
		"IPv6ex", "IPv6", "TCPv6", "UDPv4", "UDPv6", "UDPv6ex" };

	return type[i];
}

void
i354_rss_print(const struct i354 *nic, unsigned port, FILE *f)
{
	const struct port *p = &nic->port[port];
	const uint32_t mrqc = REG(p, I354_MRQC);

	fprintf(f, "%s: RSS %s, default queue %u\n", pcie_fn_name(p->fn),
	    i354_rss_on(p) ? "on" : "off", mrqc >> MRQC_DEF_SHIFT & 7);
	fprintf(f, "hashed:");
	for (unsigned i = 0; i < 9; i++)
		if ((mrqc & MRQC_TCP4 << i) != 0)
			fprintf(f, " %s", i354_hash_type(i));
	fprintf(f, "\nkey:");
	for (unsigned i = 0; i < 40; i++)
		fprintf(f, "%s%02x", i % 4 == 0 ? " " : "",
		    REG(p, I354_RSSRK(i / 4)) >> 8 * (i & 3) & 0xff);
	for (unsigned i = 0; i < 128; i++)
		fprintf(f, "%s%u", i % 32 == 0 ? "\ntable: " : " ",
		    REG(p, I354_RETA(i / 4)) >> 8 * (i & 3) & 7);
	fprintf(f, "\n");
}

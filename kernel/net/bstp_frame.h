/*
 * bstp_frame.h: the part of bridgestp.c that knows what its messages look like on
 * the wire, 802.1D chapter 9.  Included there alone.
 *
 * A frame of IEEE 802.3: a length where Ethernet has a type, then an LLC header,
 * then the message, without alignment.  There are two: a vector (config), and the
 * news that something changed (TCN), which has nothing but its head.
 */

/* Behind the Ethernet header: both kinds begin with this, and a TCN ends here. */
struct bstp_tbpdu {
	uint8_t tbu_dsap;
	uint8_t tbu_ssap;
	uint8_t tbu_ctl;
	uint16_t tbu_protoid;
	uint8_t tbu_protover;
	uint8_t tbu_bpdutype;
} __packed;

/* A bridge: priority, MAC address. */
struct bstp_wire_id {
	uint16_t wi_pri;
	uint8_t wi_addr[ETHER_ADDR_LEN];
} __packed;

struct bstp_cbpdu {
	struct bstp_tbpdu cbu_head;
	uint8_t cbu_flags;
	struct bstp_wire_id cbu_root;
	uint32_t cbu_rootpathcost;
	struct bstp_wire_id cbu_bridge;
	uint16_t cbu_portid;
	uint16_t cbu_messageage;
	uint16_t cbu_maxage;
	uint16_t cbu_hellotime;
	uint16_t cbu_forwarddelay;
} __packed;
__CTASSERT(sizeof(struct bstp_cbpdu) == 38);

/*
 * A frame of that many bytes behind the Ethernet header, zeroed; NULL: no memory,
 * and one that comes again each second can do without this one.
 */
static void *
bstp_frame(struct bstp_run *br, struct ifnet *ifp, uint8_t type, int bytes)
{
	struct bstp_tbpdu *tbu;
	struct ether_header *eh;
	struct mbuf *m;

	MGETHDR(m, M_DONTWAIT, MT_DATA);
	if (m == NULL)
		return NULL;
	m->m_pkthdr.rcvif = ifp;
	m->m_pkthdr.len = m->m_len = ETHER_HDR_LEN + bytes;
	eh = mtod(m, struct ether_header *);
	memset(eh, 0, m->m_len);
	memcpy(eh->ether_dhost, bstp_etheraddr, ETHER_ADDR_LEN);
	memcpy(eh->ether_shost, CLLADDR(ifp->if_sadl), ETHER_ADDR_LEN);
	eh->ether_type = htons(bytes);

	tbu = (struct bstp_tbpdu *)(eh + 1);
	tbu->tbu_dsap = tbu->tbu_ssap = LLC_8021D_LSAP;
	tbu->tbu_ctl = LLC_UI;
	tbu->tbu_bpdutype = type;

	m->m_nextpkt = NULL;
	*br->br_last = m;
	br->br_last = &m->m_nextpkt;
	return tbu;
}

static void
bstp_put_id(uint64_t id, struct bstp_wire_id *wi)
{
	int i;

	wi->wi_pri = htons((uint16_t)(id >> 48));
	for (i = 0; i < ETHER_ADDR_LEN; i++)
		wi->wi_addr[i] = (uint8_t)(id >> (40 - 8 * i));
}

/* A bridge identifier, of its priority and address. */
static uint64_t
bstp_id(uint16_t pri, const uint8_t *addr)
{
	uint64_t id = pri;
	int i;

	for (i = 0; i < ETHER_ADDR_LEN; i++)
		id = id << 8 | addr[i];
	return id;
}

static void
bstp_put_config(const struct bstp_config_unit *cu, struct bstp_cbpdu *cbu)
{
	if (cu->cu_topology_change)
		cbu->cbu_flags |= BSTP_FLAG_CHANGE;
	if (cu->cu_topology_change_acknowledgment)
		cbu->cbu_flags |= BSTP_FLAG_ACK;
	bstp_put_id(cu->cu_rootid, &cbu->cbu_root);
	cbu->cbu_rootpathcost = htonl(cu->cu_root_path_cost);
	bstp_put_id(cu->cu_bridge_id, &cbu->cbu_bridge);
	cbu->cbu_portid = htons(cu->cu_port_id);
	cbu->cbu_messageage = htons(cu->cu_message_age);
	cbu->cbu_maxage = htons(cu->cu_max_age);
	cbu->cbu_hellotime = htons(cu->cu_hello_time);
	cbu->cbu_forwarddelay = htons(cu->cu_forward_delay);
}

static void
bstp_get_config(const struct bstp_cbpdu *cbu, struct bstp_config_unit *cu)
{
	cu->cu_message_type = cbu->cbu_head.tbu_bpdutype;
	cu->cu_topology_change = (cbu->cbu_flags & BSTP_FLAG_CHANGE) != 0;
	cu->cu_topology_change_acknowledgment = (cbu->cbu_flags &
						    BSTP_FLAG_ACK) != 0;
	cu->cu_rootid = bstp_id(ntohs(cbu->cbu_root.wi_pri),
	    cbu->cbu_root.wi_addr);
	cu->cu_root_path_cost = ntohl(cbu->cbu_rootpathcost);
	cu->cu_bridge_id = bstp_id(ntohs(cbu->cbu_bridge.wi_pri),
	    cbu->cbu_bridge.wi_addr);
	cu->cu_port_id = ntohs(cbu->cbu_portid);
	cu->cu_message_age = ntohs(cbu->cbu_messageage);
	cu->cu_max_age = ntohs(cbu->cbu_maxage);
	cu->cu_hello_time = ntohs(cbu->cbu_hellotime);
	cu->cu_forward_delay = ntohs(cbu->cbu_forwarddelay);
}

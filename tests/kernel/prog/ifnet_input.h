/*
 * ifnet_input.h: the part of ifnet.c that receives, and what stands alone.
 */

/* ---- receiving */

/*
 * One frame with type 0x0800 whose payload is no IP packet: IPv4 counts it as of
 * a bad version if it gets that far.  Returns whether it did.
 */
static bool
gets_to_ip(struct tif *t, struct mbuf *m)
{
	const uint64_t before = ip_counted(IP_STAT_BADVERS);

	receive(t, m);
	return ip_counted(IP_STAT_BADVERS) == before + 1;
}

static void
input_addresses(struct tif *t)
{
	struct ifnet *ifp = &t->t_ec.ec_if;
	uint64_t n;

	program_check(gets_to_ip(t, frame(t, ours, theirs, 0x0800, NULL, 46)),
	    "a frame for us gets to IP");
	n = ifp->if_imcasts;
	program_check(gets_to_ip(t,
			  frame(t, etherbroadcastaddr, theirs, 0x0800, NULL,
			      46)) &&
		ifp->if_imcasts == n + 1,
	    "a broadcast does, and is counted");
	program_check(gets_to_ip(t, frame(t, theirs, theirs, 0x0800, NULL, 46)),
	    "who is not promiscuous trusts the hardware");
	ifp->if_flags |= IFF_PROMISC;
	program_check(!gets_to_ip(t,
			  frame(t, theirs, theirs, 0x0800, NULL, 46)),
	    "who is does not");
	program_check(gets_to_ip(t, frame(t, ours, theirs, 0x0800, NULL, 46)),
	    "and takes its own");
	ifp->if_flags &= ~IFF_PROMISC;
	ifp->if_flags &= ~IFF_UP;
	program_check(!gets_to_ip(t, frame(t, ours, theirs, 0x0800, NULL, 46)),
	    "nothing comes in while it is down");
	ifp->if_flags |= IFF_UP;
}

static void
input_sizes(struct tif *t)
{
	struct ifnet *ifp = &t->t_ec.ec_if;
	struct mbuf *m;
	uint64_t n;

	program_check(gets_to_ip(t, frame(t, ours, theirs, 0x0800, NULL, 1500)),
	    "1514 bytes get in");
	program_check(!gets_to_ip(t,
			  frame(t, ours, theirs, 0x0800, NULL, 1501)),
	    "1515 do not");
	m = frame(t, ours, theirs, 0x0800, NULL, 1504);
	m->m_flags |= M_HASFCS;
	n = ifp->if_ibytes;
	program_check(gets_to_ip(t, m) && ifp->if_ibytes == n + 1514,
	    "1518 with a checksum do, as 1514");
}

/* 802.1Q: tag, then the type.  NetBSD's of 2015 reads tags otherwise. */
static void
tags(struct tif *t)
{
	const uint8_t prio[50] = { 0xe0, 0x00, 0x08, 0x00 };
	const uint8_t vlan5[50] = { 0x00, 0x05, 0x08, 0x00 };
	struct m_tag *tag;
	struct mbuf *m;

	program_check(gets_to_ip(t,
			  frame(t, ours, theirs, 0x8100, prio, sizeof(prio))),
	    "tag 0, of whatever priority, is none");
	program_check(!gets_to_ip(t,
			  frame(t, ours, theirs, 0x8100, vlan5, sizeof(vlan5))),
	    "tag 5 is nobody's");
	m = frame(t, ours, theirs, 0x0800, NULL, 46);
	tag = m_tag_get(PACKET_TAG_VLAN, sizeof(u_int), M_WAITOK);
	*(u_int *)(tag + 1) = 5;
	m_tag_prepend(m, tag);
	program_check(!gets_to_ip(t, m), "nor is one that the device took off");
}

/* Types and tags that nobody wants are counted: ours, not NetBSD's of 2015. */
static void
noproto(struct tif *t)
{
	const uint8_t vlan5[50] = { 0x00, 0x05, 0x08, 0x00 };
	const uint64_t n = t->t_ec.ec_if.if_noproto;

	receive(t, frame(t, ours, theirs, 0x88b5, NULL, 46));
	receive(t, frame(t, ours, theirs, 0x8100, vlan5, sizeof(vlan5)));
	program_check(t->t_ec.ec_if.if_noproto == n + 2, "both are counted");
}

static void
input(struct tif *t)
{
	input_addresses(t);
	input_sizes(t);
}

/* ---- ARP and echo */
static bool
await_sent(struct tif *t, u_int n)
{
	return crew_await(&t->t_nsent, n, hz);
}

/* RFC 826, from theirs: the operation, and whom it asks. */
static struct mbuf *
arp_frame(struct tif *t, uint8_t op, const uint8_t *target)
{
	uint8_t a[46] = { 0, 1, 0x08, 0, 6, 4, 0, op };

	memcpy(a + 8, theirs, 6);
	memcpy(a + 14, ip_theirs, 4);
	memcpy(a + 24, target, 4);
	return frame(t, etherbroadcastaddr, theirs, 0x0806, a, sizeof(a));
}

static void
answer_arp(struct tif *t)
{
	static const uint8_t other[4] = { 10, 0, 0, 3 };
	uint8_t want[28] = { 0, 1, 0x08, 0, 6, 4, 0, 2 };
	const uint8_t *got;

	tif_forget(t);
	receive(t, arp_frame(t, 1, other));
	kpause("arp", false, 3, NULL);
	program_check(t->t_nsent == 0, "no answer for others' addresses");
	receive(t, arp_frame(t, 1, ip_ours));
	if (!await_sent(t, 1)) {
		program_check(false, "an ARP request is answered");
		return;
	}
	memcpy(want + 8, ours, 6);
	memcpy(want + 14, ip_ours, 4);
	memcpy(want + 18, theirs, 6);
	memcpy(want + 24, ip_theirs, 4);
	got = mtod(t->t_sent[0], const uint8_t *);
	program_check(memcmp(got, theirs, 6) == 0 && got[12] == 0x08 &&
		got[13] == 0x06,
	    "the answer goes to who asked");
	program_check(memcmp(got + ETHER_HDR_LEN, want, sizeof(want)) == 0,
	    "and says what RFC 826 says");
	tif_forget(t);
}

/* RFC 792: an echo of 11 bytes, which is odd, in two mbufs. */
static void
answer_echo(struct tif *t)
{
	uint8_t p[46] = { 0x45, 0, 0, 39, 0, 1, 0, 0, 64, 1, 0x66, 0xd3 };
	static const uint8_t icmp[19] = { 8, 0, 0xa8, 0x04, 0x12, 0x34, 0, 7,
		'h', 'e', 'l', 'l', 'o', ' ', 'b', 'o', 'd', 'e', 'n' };
	uint32_t sum = 0;
	const uint8_t *got;
	struct mbuf *m;
	int i;

	memcpy(p + 12, ip_theirs, 4);
	memcpy(p + 16, ip_ours, 4);
	memcpy(p + 20, icmp, sizeof(icmp));
	p[10] = p[11] = p[22] = p[23] = 0;
	for (i = 0; i < 20; i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	p[10] = (uint8_t)(~sum >> 8);
	p[11] = (uint8_t)~sum;
	for (sum = 0, i = 20; i < 40; i += 2) /* p[39] is padding: 0 */
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	p[22] = (uint8_t)(~sum >> 8);
	p[23] = (uint8_t)~sum;

	m = frame(t, ours, theirs, 0x0800, p, sizeof(p));
	receive(t, m);
	if (!await_sent(t, 1)) {
		program_check(false, "an echo is answered");
		return;
	}
	m = t->t_sent[0];
	got = mtod(m, const uint8_t *) + ETHER_HDR_LEN;
	program_check(memcmp(mtod(m, uint8_t *), theirs, 6) == 0 &&
		m->m_pkthdr.len == ETHER_HDR_LEN + 39,
	    "the echo goes to the address that ARP had, without padding");
	program_check(got[20] == 0 && memcmp(got + 24, icmp + 4, 15) == 0 &&
		memcmp(got + 12, ip_ours, 4) == 0 &&
		memcmp(got + 16, ip_theirs, 4) == 0,
	    "a reply with the same data, from us to them");
	for (sum = 0, i = 20; i < 38; i += 2)
		sum += (uint32_t)got[i] << 8 | got[i + 1];
	sum += (uint32_t)got[38] << 8;
	sum = (sum & 0xffff) + (sum >> 16);
	program_check(sum == 0xffff, "its checksum is right: 0x%x", sum);
	tif_forget(t);

	p[30] ^= 1; /* one bit of its data */
	receive(t, frame(t, ours, theirs, 0x0800, p, sizeof(p)));
	kpause("echo", false, 3, NULL);
	program_check(t->t_nsent == 0, "a damaged one is not answered");
}

static void
answers(struct tif *t)
{
	struct in_aliasreq ifra;

	memset(&ifra, 0, sizeof(ifra));
	strlcpy(ifra.ifra_name, "tif0", sizeof(ifra.ifra_name));
	ifra.ifra_addr.sin_len = sizeof(struct sockaddr_in);
	ifra.ifra_addr.sin_family = AF_INET;
	memcpy(&ifra.ifra_addr.sin_addr, ip_ours, 4);
	tif_forget(t);
	program_check(ask(SIOCAIFADDR, &ifra) == 0, "an address");
	program_check(t->t_nsent == 1 &&
		memcmp(mtod(t->t_sent[0], uint8_t *), etherbroadcastaddr, 6) ==
		    0,
	    "everybody is told of it");
	program_check(ask(SIOCAIFADDR, &ifra) == EEXIST,
	    "there is one already");
	answer_arp(t);
	answer_echo(t);
	program_check(ask_int(SIOCDIFADDR, "tif0", 0) == 0, "no address");
	receive(t, arp_frame(t, 1, ip_ours));
	kpause("arp", false, 3, NULL);
	program_check(t->t_nsent == 0, "and no answer any more");
}

/* ---- multicast */
static void
multicast(struct tif *t)
{
	struct ethercom *ec = &t->t_ec;
	struct sockaddr_in sin;
	struct sockaddr sa;
	uint8_t lo[6], hi[6];
	int e1, e2, e3, e4;

	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_addr.s_addr = htonl(0xe08000fb); /* 23 bits of it count */
	e1 = ether_addmulti((struct sockaddr *)&sin, ec);
	sin.sin_addr.s_addr = htonl(0xe00000fb);
	e2 = ether_addmulti((struct sockaddr *)&sin, ec);
	program_check(e1 == ENETRESET && e2 == 0 && ec->ec_multicnt == 1,
	    "two groups of the same address are one");
	e1 = ether_delmulti((struct sockaddr *)&sin, ec);
	e2 = ether_delmulti((struct sockaddr *)&sin, ec);
	e3 = ether_delmulti((struct sockaddr *)&sin, ec);
	program_check(e1 == 0 && e2 == ENETRESET && e3 == ENXIO &&
		ec->ec_multicnt == 0,
	    "gone with its second user");
	memset(&sa, 0, sizeof(sa));
	sa.sa_family = AF_UNSPEC;
	memcpy(sa.sa_data, theirs, 6);
	e4 = ether_addmulti(&sa, ec);
	program_check(e4 == EINVAL, "no single station's");
	sin.sin_addr.s_addr = 0;
	program_check(ether_multiaddr((struct sockaddr *)&sin, lo, hi) == 0 &&
		memcmp(lo, ether_ipmulticast_min, 6) == 0 &&
		memcmp(hi, ether_ipmulticast_max, 6) == 0,
	    "any is all of IPv4");
}

/* if_timer counts seconds: 1 ends within two, and calls once. */
static void
watchdog(struct tif *t)
{
	t->t_ec.ec_if.if_timer = 1;
	kpause("watchdog", false, 2 * hz + 2, NULL);
	program_check(t->t_watchdogs == 1, "the watchdog barks once: %u",
	    t->t_watchdogs);
}

/* ---- texts and checksums */
static void
texts(void)
{
	static const char *const bad[] = { "", "1:2:3:4:5", "1:2:3:4:5:6:7",
		"1:2:3:4:5:g", "1:2:3:4:5:", "123456789abcde", "1_2_3_4_5_6" };
	static const uint8_t want[6] = { 0, 0xa, 0xb0, 0x5e, 0xff, 9 };
	u_char a[6];
	char buf[18];
	size_t i;

	program_check(ether_aton_r(a, 6, "0:a:B0:5e:ff:09") == 0 &&
		memcmp(a, want, 6) == 0,
	    "an address from text");
	program_check(ether_aton_r(a, 6, "000ab05eff09") == 0 &&
		memcmp(a, want, 6) == 0,
	    "in one piece");
	program_check(strcmp(ether_snprintf(buf, sizeof(buf), want),
			  "00:0a:b0:5e:ff:09") == 0,
	    "and back");
	for (i = 0; i < __arraycount(bad); i++)
		program_check(ether_aton_r(a, 6, bad[i]) != 0, "'%s' is none",
		    bad[i]);
}

static uint32_t
mirror(uint32_t x)
{
	uint32_t y = 0;
	int i;

	for (i = 0; i < 32; i++)
		y |= ((x >> i) & 1) << (31 - i);
	return y;
}

static void
checksums(void)
{
	/* The check value of CRC-32 in the literature. */
	static const uint8_t nine[] = "123456789";
	static const uint8_t data[8] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5,
		0xf6, 0xf7 };
	struct mbuf *m, *n;
	int first;

	program_check(~ether_crc32_le(nine, 9) == 0xcbf43926, "CRC of 1..9: %x",
	    ~ether_crc32_le(nine, 9));
	program_check(mirror(ether_crc32_be(nine, 9)) ==
		ether_crc32_le(nine, 9),
	    "the other is its mirror image");

	/* RFC 1071's example: the sum is ddf2, however it is cut. */
	for (first = 1; first < 8; first++) {
		m = m_gethdr(M_WAIT, MT_DATA);
		n = m_get(M_WAIT, MT_DATA);
		m->m_len = first;
		n->m_len = 8 - first;
		m->m_pkthdr.len = 8;
		m->m_next = n;
		memcpy(mtod(m, void *), data, (size_t)first);
		memcpy(mtod(n, void *), data + first, (size_t)(8 - first));
		program_check(ntohs((uint16_t)in_cksum(m, 8)) ==
			(uint16_t)~0xddf2,
		    "RFC 1071, cut at %d", first);
		m_freem(m);
	}
}

/* ---- detach while an ioctl is inside the driver, and others wait for it */
#define NASK 6

static volatile u_int detach_asked;    /* atomic */
static volatile u_int detach_returned; /* KERNEL_LOCK */
static volatile u_int detach_answers;  /* atomic: those from the driver */

static void
slow_ioctl(void *arg)
{
	struct ifdrv ifd;
	int error;

	memset(&ifd, 0, sizeof(ifd));
	strlcpy(ifd.ifd_name, "tif0", sizeof(ifd.ifd_name));
	ifd.ifd_cmd = EPROTO;
	atomic_inc_uint(&detach_asked);
	KERNEL_LOCK(1, NULL);
	error = ifioctl(NULL, SIOCSDRVSPEC, &ifd, curlwp);
	detach_returned++;
	KERNEL_UNLOCK_ONE(NULL);
	if (error == EPROTO)
		atomic_inc_uint(&detach_answers);
	else
		program_check(error == ENXIO, "or it is gone: %d", error);
}

static void
detach(void)
{
	struct tif *t = tif_attach(0);
	struct crew *crew[NASK];
	u_int i;

	detach_asked = detach_returned = detach_answers = 0;
	for (i = 0; i < NASK; i++)
		crew[i] = crew_start((i + 1) % (u_int)ncpu, PRI_NONE,
		    slow_ioctl, t);
	program_check(crew_await(&detach_asked, NASK, hz) &&
		crew_await(&t->t_inside, 1, hz),
	    "the driver is asked");
	kpause("others", false, 2, NULL); /* they wait for the first */
	KERNEL_LOCK(1, NULL);
	ether_ifdetach(&t->t_ec.ec_if);
	if_detach(&t->t_ec.ec_if);
	program_check(t->t_inside == 0 && detach_returned == NASK,
	    "if_detach waits for all that came: %u of %u", detach_returned,
	    NASK);
	KERNEL_UNLOCK_ONE(NULL);
	for (i = 0; i < NASK; i++)
		crew_join(crew[i]);
	program_check(detach_returned == NASK && detach_answers >= 1,
	    "who was inside has got his answer");
	program_check(ask_int(SIOCGIFFLAGS, "tif0", 0) == ENXIO, "then ENXIO");
	kmem_free(t, sizeof(*t));
}

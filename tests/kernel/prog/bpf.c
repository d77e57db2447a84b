/*
 * bpf.c: captures: what a tap is given is what a read gets.
 *
 * The interface is none: a struct ifnet with a name, whose packets are made here.
 * Each packet says in its first bytes whose it is and the how manieth, and the
 * rest follows from that.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/conf.h>
#include <sys/cpu.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/filio.h>
#include <sys/intr.h>
#include <sys/ioctl.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/timevar.h>
#include <sys/uio.h>

#include <net/bpf.h>
#include <net/if.h>

#include <bpfdev.h>
#include <crew.h>
#include <mbufs.h>
#include <program.h>

#define MINE 0x5a17

struct head { /* of a packet, behind 14 bytes of Ethernet */
	uint16_t h_sign;
	uint16_t h_cpu;
	uint32_t h_seq;
};
#define ETHERLEN 14

static struct ifnet *ifp;

/* ---- packets ------------------------------------------------------------------- */

static uint8_t
byte_at(const struct head *h, u_int i)
{
	return (uint8_t)(h->h_seq * 13 + h->h_cpu * 101 + i * 7);
}

static struct mbuf *
packet(u_int cpu, uint32_t seq, u_int len)
{
	const struct head h = { MINE, (uint16_t)cpu, seq };
	struct mbuf *const m = m_gethdr(M_DONTWAIT, MT_DATA);
	u_int i;

	if (m == NULL || len > MCLBYTES)
		panic("bpf: no packet of %u bytes", len);
	m->m_pkthdr.rcvif = ifp;
	if (len > MHLEN)
		MCLGET(m, M_DONTWAIT);
	m->m_len = m->m_pkthdr.len = (int)len;
	for (i = 0; i < len; i++)
		mtod(m, uint8_t *)[i] = byte_at(&h, i);
	mtod(m, uint8_t *)[12] = 0x08; /* IPv4, or ARP */
	mtod(m, uint8_t *)[13] = seq % 2 == 0 ? 0x00 : 0x06;
	memcpy(mtod(m, uint8_t *) + ETHERLEN, &h, sizeof(h));
	return m;
}

/* In two mbufs, as most are not. */
static void
tap(u_int cpu, uint32_t seq, u_int len)
{
	struct mbuf *m = packet(cpu, seq, len);
	const int s = splnet();

	if (seq % 3 == 0) {
		struct mbuf *const n = m_split(m, (int)len / 2, M_DONTWAIT);

		if (n == NULL)
			panic("bpf: no mbuf");
		n->m_flags &= ~M_PKTHDR;
		m_cat(m, n);
		m->m_pkthdr.len = (int)len;
	}
	bpf_mtap(ifp, m);
	splx(s);
	m_freem(m);
}

/* ---- a descriptor ---------------------------------------------------------------- */

static void
good(u_int fd, u_long cmd, void *data)
{
	const int error = bpfdev_ioctl(fd, cmd, data);

	program_check(error == 0, "ioctl %#lx: error %d", cmd, error);
}

static int
bpf_setif(u_int fd)
{
	return bpfdev_setif(fd, ifp->if_xname);
}

/* What one read gave. */
struct taken {
	u_int t_packets;
	u_int t_first, t_last;   /* sequence numbers of CPU 0 */
	uint32_t t_seq[MAXCPUS]; /* last one of each, + 1 */
	struct bpf_timeval t_when;
};

/* Looks at n bytes of packets, of which snaplen bytes were wanted. */
static void
examine(struct taken *t, const char *buf, u_int n, u_int snaplen)
{
	const struct bpf_hdr *bh;
	const uint8_t *p;
	struct head h;
	u_int at, i;

	for (at = 0; at < n;
	     at = (u_int)BPF_WORDALIGN(at + bh->bh_hdrlen + bh->bh_caplen)) {
		bh = (const void *)(buf + at);
		p = (const uint8_t *)buf + at + bh->bh_hdrlen;
		program_check(at + bh->bh_hdrlen + bh->bh_caplen <= n,
		    "packet %u is cut", t->t_packets);
		program_check(((bh->bh_hdrlen + ETHERLEN) &
				  (BPF_ALIGNMENT - 1)) == 0,
		    "hdrlen %u", bh->bh_hdrlen);
		program_check(bh->bh_caplen == MIN(snaplen, bh->bh_datalen),
		    "caplen %u of %u", bh->bh_caplen, bh->bh_datalen);
		memcpy(&h, p + ETHERLEN, sizeof(h));
		program_check(h.h_sign == MINE && h.h_cpu < ncpu,
		    "packet %u: not mine", t->t_packets);
		for (i = 0; i < bh->bh_caplen; i++)
			if ((i < 12 || i >= ETHERLEN + sizeof(h)) &&
			    p[i] != byte_at(&h, i))
				break;
		program_check(i == bh->bh_caplen, "packet %u: byte %u",
		    t->t_packets, i);
		program_check(h.h_seq + 1 > t->t_seq[h.h_cpu],
		    "packet %u of CPU %u after %u", h.h_seq, h.h_cpu,
		    t->t_seq[h.h_cpu] - 1);
		program_check(bh->bh_tstamp.tv_sec > t->t_when.tv_sec ||
			(bh->bh_tstamp.tv_sec == t->t_when.tv_sec &&
			    bh->bh_tstamp.tv_usec >= t->t_when.tv_usec),
		    "packet %u: earlier than the one before", t->t_packets);
		t->t_when = bh->bh_tstamp;
		t->t_seq[h.h_cpu] = h.h_seq + 1;
		if (t->t_packets++ == 0)
			t->t_first = h.h_seq;
		t->t_last = h.h_seq;
	}
}

/* ---- parts ----------------------------------------------------------------------- */

static void
formats(void)
{
	u_int fd = bpfdev_open(), len = 0, on = 1, fd2;
	struct timeval before, after;
	struct bpf_stat bs;
	struct taken t;
	char *buf;
	int n;

	program_check(ifp->if_bpf == NULL, "if_bpf, and nobody listens");
	program_check(bpfdev_ioctl(fd, BIOCGDLT, &len) == EINVAL,
	    "GDLT: no interface");
	good(fd, BIOCGBLEN, &len);
	program_check(len == 32768, "BIOCGBLEN %u", len);
	buf = kmem_alloc(len, KM_SLEEP);
	program_check(bpfdev_read(fd, buf, len) == -EINVAL,
	    "read: no interface");
	program_check(bpf_setif(fd) == 0 && ifp->if_bpf != NULL, "BIOCSETIF");
	good(fd, BIOCGDLT, &len);
	program_check(len == DLT_EN10MB, "DLT %u", len);
	len = 32768;
	program_check(bpfdev_ioctl(fd, BIOCSBLEN, &len) == EINVAL,
	    "BIOCSBLEN, late");
	good(fd, FIONBIO, &on);
	program_check(bpfdev_read(fd, buf, 32768) == -EWOULDBLOCK,
	    "nothing yet");
	program_check(bpfdev_read(fd, buf, 100) == -EINVAL,
	    "less than a buffer");

	microtime(&before);
	for (n = 0; n < 20; n++)
		tap(0, (uint32_t)n, 60 + (u_int)n * 61);
	microtime(&after);
	memset(&t, 0, sizeof(t));
	n = bpfdev_read(fd, buf, 32768);
	examine(&t, buf, (u_int)n, 65535);
	program_check(t.t_packets == 20 && t.t_last == 19, "%u packets",
	    t.t_packets);
	program_check(t.t_when.tv_sec >= before.tv_sec &&
		t.t_when.tv_sec <= after.tv_sec,
	    "the time is %ld s", t.t_when.tv_sec);
	good(fd, BIOCGSTATS, &bs);
	program_check(bs.bs_recv == 20 && bs.bs_capt == 20 && bs.bs_drop == 0,
	    "counts %lu %lu %lu", bs.bs_recv, bs.bs_capt, bs.bs_drop);

	/* Two listen; the last one turns the tap off. */
	fd2 = bpfdev_open();
	program_check(bpf_setif(fd2) == 0, "a second one");
	fd_close(fd);
	program_check(ifp->if_bpf != NULL, "if_bpf: one still listens");
	fd_close(fd2);
	program_check(ifp->if_bpf == NULL, "if_bpf after close");
	kmem_free(buf, 32768);
}

/* ARP only, 30 bytes of it. */
static void
filters(void)
{
	struct bpf_insn insn[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x0806, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 30),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct bpf_program prog = { 4, insn };
	u_int fd = bpfdev_open(), on = 1;
	struct bpf_stat bs;
	struct taken t;
	char *const buf = kmem_alloc(32768, KM_SLEEP);
	int n;

	program_check(bpf_setif(fd) == 0, "BIOCSETIF");
	good(fd, FIONBIO, &on);
	good(fd, BIOCSETF, &prog);
	for (n = 0; n < 40; n++)
		tap(0, (uint32_t)n, 100);
	memset(&t, 0, sizeof(t));
	n = bpfdev_read(fd, buf, 32768);
	examine(&t, buf, (u_int)n, 30);
	program_check(t.t_packets == 20 && t.t_first == 1 && t.t_last == 39,
	    "%u packets, %u to %u", t.t_packets, t.t_first, t.t_last);
	good(fd, BIOCGSTATS, &bs);
	program_check(bs.bs_recv == 40 && bs.bs_capt == 20, "counts %lu %lu",
	    bs.bs_recv, bs.bs_capt);

	insn[1].jf = 2; /* jumps out of it */
	program_check(bpfdev_ioctl(fd, BIOCSETF, &prog) == EINVAL,
	    "a bad program");
	prog.bf_len = 3; /* ends without an end */
	insn[1].jf = 0;
	insn[2] = insn[0];
	program_check(bpfdev_ioctl(fd, BIOCSETF, &prog) == EINVAL, "no end");
	fd_close(fd);
	kmem_free(buf, 32768);
}

/* Buffers for 8 packets; 20 come. */
static void
drops(void)
{
	const u_int each = (u_int)BPF_WORDALIGN(BPF_WORDALIGN(ETHERLEN +
						    sizeof(struct bpf_hdr)) -
	    ETHERLEN + 100);
	u_int fd = bpfdev_open(), len = each * 4, on = 1, i;
	struct bpf_stat bs;
	struct taken t;
	char *buf;
	int n;

	good(fd, BIOCSBLEN, &len);
	program_check(len == each * 4, "BIOCSBLEN %u", len);
	program_check(bpf_setif(fd) == 0, "BIOCSETIF");
	good(fd, FIONBIO, &on);
	for (i = 0; i < 20; i++)
		tap(0, i, 100);
	good(fd, BIOCGSTATS, &bs);
	program_check(bs.bs_capt == 20 && bs.bs_drop == 12, "%lu dropped",
	    bs.bs_drop);
	buf = kmem_alloc(len, KM_SLEEP);
	memset(&t, 0, sizeof(t));
	n = bpfdev_read(fd, buf, len);
	examine(&t, buf, (u_int)n, 65535);
	program_check(t.t_packets == 4 && t.t_last == 3, "read %u, to %u",
	    t.t_packets, t.t_last);
	tap(0, 20, 100);
	n = bpfdev_read(fd, buf, len);
	examine(&t, buf, (u_int)n, 65535);
	n = bpfdev_read(fd, buf, len);
	examine(&t, buf, (u_int)n, 65535);
	program_check(t.t_packets == 9 && t.t_last == 20, "read %u, to %u",
	    t.t_packets, t.t_last);
	good(fd, BIOCFLUSH, NULL);
	good(fd, BIOCGSTATS, &bs);
	program_check(bs.bs_recv == 0 && bs.bs_drop == 0, "BIOCFLUSH");
	fd_close(fd);
	kmem_free(buf, len);
}

/* Who sends is heard only if wanted: BIOCSSEESENT. */
static void
sent(void)
{
	u_int fd = bpfdev_open(), off = 0;
	struct bpf_stat bs;
	struct mbuf *m = packet(0, 0, 100);

	program_check(bpf_setif(fd) == 0, "BIOCSETIF");
	m->m_pkthdr.rcvif = NULL;
	bpf_mtap(ifp, m);
	good(fd, BIOCSSEESENT, &off);
	bpf_mtap(ifp, m);
	m->m_pkthdr.rcvif = ifp;
	bpf_mtap(ifp, m);
	good(fd, BIOCGSTATS, &bs);
	program_check(bs.bs_recv == 2, "seen %lu of 2", bs.bs_recv);
	m_freem(m);
	fd_close(fd);
}

static volatile u_int waiting, woken;
static u_int wait_fd;
static int wait_rc;

static void
waiter(void *arg)
{
	char *const buf = kmem_alloc(32768, KM_SLEEP);

	atomic_inc_uint(&waiting);
	wait_rc = bpfdev_read(wait_fd, buf, 32768);
	atomic_inc_uint(&woken);
	kmem_free(buf, 32768);
}

/* A read waits: for a packet, for a time, until the interface goes. */
static void
waits(void)
{
	struct timeval tv = { 0, 30000 };
	struct crew *c;
	u_int on = 1;
	int n;

	wait_fd = bpfdev_open();
	waiting = woken = 0;
	program_check(bpf_setif(wait_fd) == 0, "BIOCSETIF");
	good(wait_fd, BIOCIMMEDIATE, &on);
	c = crew_start(1 % (u_int)ncpu, PRI_NONE, waiter, NULL);
	program_check(crew_await(&waiting, 1, 50), "not started");
	kpause("bpftest", false, 2, NULL);
	program_check(woken == 0, "a read of nothing");
	tap(0, 1, 100);
	program_check(crew_await(&woken, 1, 50), "a packet wakes nobody");
	crew_join(c);
	program_check(wait_rc > 100, "read %d", wait_rc);

	good(wait_fd, BIOCSRTIMEOUT, &tv);
	n = hardclock_ticks;
	waiter(NULL);
	n = hardclock_ticks - n;
	program_check(wait_rc == 0 && n >= 2 && n <= 10,
	    "a read of %d bytes after %d ticks", wait_rc, n);

	tv.tv_usec = 0;
	good(wait_fd, BIOCSRTIMEOUT, &tv);
	waiting = woken = 0;
	c = crew_start(1 % (u_int)ncpu, PRI_NONE, waiter, NULL);
	program_check(crew_await(&waiting, 1, 50), "not started");
	kpause("bpftest", false, 2, NULL);
	bpf_detach(ifp);
	program_check(crew_await(&woken, 1, 50), "bpf_detach wakes nobody");
	crew_join(c);
	program_check(wait_rc == -ENXIO, "read %d", wait_rc);
	program_check(ifp->if_bpf == NULL, "if_bpf after bpf_detach");
	program_check(bpf_setif(wait_fd) == ENXIO, "an interface that went");
	fd_close(wait_fd);
	bpf_attach(ifp, DLT_EN10MB, ETHERLEN);
}

/* ---- under traffic ----------------------------------------------------------------- */

#define SESSIONS 6

static volatile u_int over;
static volatile u_int tapped;

static void
talker(void *arg)
{
	const u_int me = crew_cpu();
	uint32_t seq = 0;

	while (over == 0) {
		tap(me, seq, 60 + seq % 200);
		seq++;
		atomic_inc_uint(&tapped);
		if (seq % 16 == 0)
			yield();
	}
}

/* One session: listen, read something, stop.  All that came is told. */
static void
session(char *buf, u_int k)
{
	u_int fd = bpfdev_open(), len = 2048, on = 1, reads, was = tapped;
	struct bpf_stat bs;
	struct taken t;
	int n = 0;

	memset(&t, 0, sizeof(t));
	good(fd, BIOCSBLEN, &len);
	if (k % 2 == 0)
		good(fd, BIOCIMMEDIATE, &on);
	program_check(bpf_setif(fd) == 0, "BIOCSETIF");
	for (reads = 0; reads < 5; reads++) {
		n = bpfdev_read(fd, buf, len);
		program_check(n > 0, "read %d", n);
		examine(&t, buf, (u_int)n, 65535);
	}
	good(fd, BIOCGSTATS, &bs);
	program_check(bs.bs_recv == bs.bs_capt &&
		bs.bs_capt - bs.bs_drop >= t.t_packets,
	    "%lu seen, %lu taken, %lu dropped, %u read", bs.bs_recv, bs.bs_capt,
	    bs.bs_drop, t.t_packets);
	program_check(tapped - was + (u_int)ncpu >= bs.bs_recv,
	    "%lu seen of %u", bs.bs_recv, tapped - was);
	fd_close(fd);
}

static void
traffic(void)
{
	struct crew *c[MAXCPUS];
	char *const buf = kmem_alloc(2048, KM_SLEEP);
	u_int i;

	over = tapped = 0;
	for (i = 1; i < (u_int)ncpu; i++)
		c[i] = crew_start(i, PRI_NONE, talker, NULL);
	program_check(crew_await(&tapped, 1, 50), "nobody talks");
	for (i = 0; i < SESSIONS; i++)
		session(buf, i);
	over = 1;
	for (i = 1; i < (u_int)ncpu; i++)
		crew_join(c[i]);
	program_check(ifp->if_bpf == NULL, "if_bpf at last");
	kmem_free(buf, 2048);
}

static void
bpf_all(void)
{
	static const struct {
		const char *name;
		void (*fn)(void);
	} parts[] = { { "formats", formats }, { "filters", filters },
		{ "drops", drops }, { "sent", sent }, { "waits", waits },
		{ "traffic", traffic } };
	struct mbufs before;
	u_int i;

	ifp = kmem_zalloc(sizeof(*ifp), KM_SLEEP);
	strlcpy(ifp->if_xname, "none0", sizeof(ifp->if_xname));
	bpf_attach(ifp, DLT_EN10MB, ETHERLEN);
	for (i = 0; i < __arraycount(parts); i++) {
		if (!crew_part(parts[i].name))
			continue;
		before = mbufs_now();
		(*parts[i].fn)();
		mbufs_check(&before, parts[i].name);
	}
	bpf_detach(ifp);
	kmem_free(ifp, sizeof(*ifp));
}

static int
bpf_main(void)
{
	return crew_main(bpf_all);
}
PROGRAM(bpf, "bpf(4): taps, buffers, filters, reads, under traffic", bpf_main);

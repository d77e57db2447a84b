/*
 * bridge_stp.c: spanning tree, of two bridges with two cables between them:
 *
 *	prt4 - bridge0	prt0 ------- prt2  bridge1
 *			prt1 ------- prt3
 *
 * Two cables are a ring, so one port must be blocked.  bridge0 has the lowest MAC
 * address: it is the root, and forwards through both.  bridge1 comes to it through
 * prt2 as well as through prt3; the other end of the first has the lower number.
 * So prt3 is blocked.
 *
 * bridge_stp	who is blocked; what is sent to all comes once; a cable goes (its
 *		ends notice), and prt3 takes over, the root hears of it and says so;
 *		the cable is back; both cables go dumb (nobody notices), and each
 *		bridge is a root when max_age is over
 * bridge_bpdu	messages that are none: short, long, of another protocol
 *
 * Times are short: hello 1 s, forward delay 1 s, max age 4 s.
 */
#include <sys/param.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_bridgevar.h>

#include <crew.h>
#include <lab.h>
#include <port.h>
#include <program.h>

#define UNITS     4  /* with cables; prt4 has none */
#define TYPE_AT   20 /* in a frame: kind of message */
#define FLAGS_AT  21
#define TYPE_TCN  0x80
#define FLAG_TC   0x01
#define FLAG_TCA  0x80
#define STP_BYTES (ETHER_HDR_LEN + 38)

static const uint8_t to_all[ETHER_ADDR_LEN] = { 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff };

static kmutex_t wire_lock;         /* spin, IPL_NET: wire */
static struct ifqueue wire[UNITS]; /* on their way out of each unit */
static volatile u_int stop, dumb;
static volatile u_int data_sent[PORTS], tcn_sent[PORTS], tca_sent[PORTS],
    tc_sent[PORTS], bpdu_sent[PORTS];

static void
good(int error, const char *what)
{
	program_check(error == 0, "%s: error %d", what, error);
}

/* ---- cables ------------------------------------------------------------- */

static void
stp_note(u_int unit, struct mbuf *m)
{
	const uint8_t *const p = mtod(m, const uint8_t *);

	if (memcmp(p, bstp_etheraddr, ETHER_ADDR_LEN) != 0) {
		data_sent[unit]++;
		return;
	}
	bpdu_sent[unit]++;
	if (p[TYPE_AT] == TYPE_TCN)
		tcn_sent[unit]++;
	else if (m->m_len >= STP_BYTES) {
		if ((p[FLAGS_AT] & FLAG_TCA) != 0)
			tca_sent[unit]++;
		if ((p[FLAGS_AT] & FLAG_TC) != 0)
			tc_sent[unit]++;
	}
}

static void
stp_sent(u_int unit, struct mbuf *m)
{
	stp_note(unit, m);
	mutex_enter(&wire_lock);
	if (unit >= UNITS || dumb || IF_QFULL(&wire[unit]))
		m_freem(m);
	else
		IF_ENQUEUE(&wire[unit], m);
	mutex_exit(&wire_lock);
}

static struct mbuf *
stp_next(u_int unit)
{
	struct mbuf *m;

	mutex_enter(&wire_lock);
	IF_DEQUEUE(&wire[unit], m);
	mutex_exit(&wire_lock);
	return m;
}

/* What is out of a port in one tick is in at the other end in the next. */
static void
stp_wires(void *arg)
{
	struct mbuf *m;
	u_int unit, n;

	while (!stop) {
		for (unit = 0; unit < UNITS; unit++)
			for (n = wire[unit].ifq_len; n > 0; n--) {
				m = stp_next(unit);
				if (m != NULL)
					(void)port_input_mbuf(unit ^ 2, m);
			}
		(void)kpause("wire", false, 1, NULL);
	}
	for (unit = 0; unit < UNITS; unit++)
		while ((m = stp_next(unit)) != NULL)
			m_freem(m);
}

static void
stp_cable(u_int unit, bool plugged)
{
	const int state = plugged ? LINK_STATE_UP : LINK_STATE_DOWN;

	port_link(unit, state);
	port_link(unit ^ 2, state);
}

/* ---- bridges ------------------------------------------------------------ */

static void
stp_flag(const char *bridge, u_int unit)
{
	struct ifbreq req = { .ifbr_ifsflags = IFBIF_LEARNING | IFBIF_DISCOVER |
		    IFBIF_STP };

	strlcpy(req.ifbr_ifsname, port_name(unit), sizeof(req.ifbr_ifsname));
	good(lab_bridge(bridge, BRDGSIFFLGS, &req, sizeof(req)), "flags");
}

static void
stp_times(const char *bridge)
{
	good(port_param(bridge, BRDGSHT, 1), "hello time");
	good(port_param(bridge, BRDGSFD, 1), "forward delay");
	good(port_param(bridge, BRDGSMA, 4), "max age");
}

static u_int
stp_state(u_int unit)
{
	const char *const bridge = unit == 2 || unit == 3 ? "bridge1"
							  : "bridge0";
	struct ifbreq req = { .ifbr_ifsflags = 0 };

	strlcpy(req.ifbr_ifsname, port_name(unit), sizeof(req.ifbr_ifsname));
	good(lab_bridge(bridge, BRDGGIFFLGS, &req, sizeof(req)), "flags?");
	return req.ifbr_state;
}

static void
stp_check(u_int s0, u_int s1, u_int s2, u_int s3, const char *when)
{
	const u_int want[UNITS] = { s0, s1, s2, s3 };
	u_int unit;

	for (unit = 0; unit < UNITS; unit++)
		program_check(stp_state(unit) == want[unit],
		    "%s: prt%u is in state %u, not %u", when, unit,
		    stp_state(unit), want[unit]);
}

#define FWD BSTP_IFSTATE_FORWARDING
#define BLK BSTP_IFSTATE_BLOCKING
#define DIS BSTP_IFSTATE_DISABLED

static void
stp_settle(int seconds)
{
	(void)kpause("settle", false, seconds * hz, NULL);
}

/* One frame to all comes in at prt4; how many go over each cable, and when. */
static void
stp_broadcast(u_int over0, u_int over1, const char *when)
{
	const u_int before[2] = { data_sent[0] + data_sent[2],
		data_sent[1] + data_sent[3] };
	uint8_t mac[ETHER_ADDR_LEN];

	port_station(mac, 1);
	(void)port_input(4, to_all, mac);
	(void)kpause("storm", false, 20, NULL);
	program_check(data_sent[0] + data_sent[2] - before[0] == over0,
	    "%s: %u frames over the first cable", when,
	    data_sent[0] + data_sent[2] - before[0]);
	program_check(data_sent[1] + data_sent[3] - before[1] == over1,
	    "%s: %u frames over the second cable", when,
	    data_sent[1] + data_sent[3] - before[1]);
}

static struct crew *
stp_begin(void)
{
	u_int i;

	mutex_init(&wire_lock, MUTEX_DEFAULT, IPL_NET);
	memset(wire, 0, sizeof(wire));
	for (i = 0; i < UNITS; i++)
		wire[i].ifq_maxlen = 200;
	stop = dumb = 0;
	for (i = 0; i < PORTS; i++)
		data_sent[i] = tcn_sent[i] = tca_sent[i] = tc_sent[i] =
		    bpdu_sent[i] = 0;
	port_open(5, stp_sent);
	good(lab_create("bridge0"), "create");
	good(lab_create("bridge1"), "create");
	for (i = 0; i < UNITS; i++)
		good(lab_member(i < 2 ? "bridge0" : "bridge1", BRDGADD,
			 port_name(i)),
		    "add");
	good(lab_member("bridge0", BRDGADD, port_name(4)), "add");
	for (i = 0; i < UNITS; i++)
		stp_flag(i < 2 ? "bridge0" : "bridge1", i);
	stp_times("bridge0");
	stp_times("bridge1");
	good(lab_up("bridge0", true), "up");
	good(lab_up("bridge1", true), "up");
	return crew_start(1, PRI_NONE, stp_wires, NULL);
}

static void
stp_end(struct crew *c)
{
	port_bridge_gone("bridge0");
	port_bridge_gone("bridge1");
	stop = 1;
	crew_join(c);
	port_close();
	mutex_destroy(&wire_lock);
}

static void
stp_main(void)
{
	struct crew *const c = stp_begin();
	u_int tcn, tca;

	/* Nobody forwards before two forward delays are over. */
	stp_settle(1);
	stp_broadcast(0, 0, "at first");
	stp_settle(4);
	stp_check(FWD, FWD, FWD, BLK, "a ring");
	stp_broadcast(1, 1, "a ring");

	tcn = tcn_sent[3];
	tca = tca_sent[1];
	stp_cable(0, false);
	stp_settle(5);
	stp_check(DIS, FWD, DIS, FWD, "the first cable is out");
	stp_broadcast(0, 1, "the first cable is out");
	program_check(tcn_sent[3] > tcn, "the root is not told");
	program_check(tca_sent[1] > tca, "the root does not answer");
	program_check(tc_sent[1] > 0, "the root tells nobody");
	program_check(tcn_sent[0] + tcn_sent[1] == 0, "the root tells a root");

	stp_cable(0, true);
	stp_settle(5);
	stp_check(FWD, FWD, FWD, BLK, "the first cable is back");
	stp_broadcast(1, 1, "the first cable is back");

	dumb = 1;
	stp_settle(2);
	stp_check(FWD, FWD, FWD, BLK, "dumb for 2 s");
	stp_settle(7);
	stp_check(FWD, FWD, FWD, FWD, "dumb for 9 s");
	dumb = 0;
	stp_settle(5);
	stp_check(FWD, FWD, FWD, BLK, "no more dumb");

	/* A member that leaves is the root port. */
	good(lab_member("bridge1", BRDGDEL, "prt2"), "delete");
	stp_settle(4);
	program_check(stp_state(3) == FWD, "prt3 is in state %u", stp_state(3));
	stp_end(c);
}

/* ---- messages that are none --------------------------------------------- */

static void
bpdu_input(u_int bytes, u_int at, uint8_t value, const uint8_t *like)
{
	struct mbuf *const m = m_gethdr(M_WAIT, MT_DATA);
	uint8_t *const p = mtod(m, uint8_t *);

	memset(p, 0, STP_BYTES + 8);
	memcpy(p, like, MIN(bytes, STP_BYTES));
	if (at != 0)
		p[at] = value;
	m->m_pkthdr.len = m->m_len = (int)bytes;
	(void)port_input_mbuf(0, m);
}

static void
bpdu_main(void)
{
	struct crew *const c = stp_begin();
	uint8_t like[STP_BYTES];
	u_int bytes, at;

	stp_settle(5);
	stp_check(FWD, FWD, FWD, BLK, "a ring");

	/* A root with priority 0, if only it were believed. */
	memset(like, 0, sizeof(like));
	memcpy(like, bstp_etheraddr, ETHER_ADDR_LEN);
	port_station(like + ETHER_ADDR_LEN, 9);
	like[13] = 38;
	like[14] = like[15] = 0x42; /* LLC */
	like[16] = 0x03;
	like[44] = 20; /* max age, hello, forward delay */
	like[46] = 2;
	like[48] = 15;
	for (bytes = ETHER_HDR_LEN; bytes < STP_BYTES; bytes++)
		bpdu_input(bytes, 0, 0, like);
	for (at = 14; at <= TYPE_AT; at++)
		bpdu_input(STP_BYTES, at, 0x77, like);
	stp_settle(1);
	stp_check(FWD, FWD, FWD, BLK, "none of it is believed");
	program_check(tcn_sent[0] + tcn_sent[1] == 0, "it is no root any more");

	/* The same is believed when it is whole. */
	bpdu_input(STP_BYTES + 8, 0, 0, like);
	stp_settle(1);
	program_check(stp_state(0) == FWD, "prt0 is in state %u", stp_state(0));
	program_check(tcn_sent[0] > 0, "bridge0 is still a root");
	stp_end(c);
}

static int
bridge_stp(void)
{
	return crew_main(stp_main);
}

static int
bridge_bpdu(void)
{
	return crew_main(bpdu_main);
}

PROGRAM(bridge_stp, "bridge: spanning tree of two bridges in a ring",
    bridge_stp);
PROGRAM(bridge_bpdu, "bridge: broken messages of the spanning tree",
    bridge_bpdu);

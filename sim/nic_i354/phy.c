/*
 * phy.c: the external PHY, and the link that comes of it.
 *
 * A Marvell PHY of a kind that drivers know, at the address in MDICNFG, as far
 * as a driver needs it: identity, control and status of clause 22, what the
 * partner can do, the Marvell status register.  Register 22 selects a page;
 * what is not on page 0 holds what was written and means nothing.
 *
 * When the cable is in, power is on and negotiation is enabled (or 1000 Mb/s
 * is forced), it takes an_tick until the link is up at 1000 full duplex; the
 * partner can do everything, pause too.  Register 1 keeps a lost link until it
 * is read.  The port's link (STATUS.LU) is the PHY's when CTRL.SLU is set, and
 * a change of it is ICR.LSC.
 */
#include "nic_i354/i354_impl.h"

enum {
	BMCR = 0,
	BMSR = 1,
	ID1 = 2,
	ID2 = 3,
	ANAR = 4,
	ANLPAR = 5,
	ANER = 6,
	GCTRL = 9,
	GSTAT = 10,
	ESTAT = 15,
	M88_CTRL = 16,
	M88_STAT = 17,
	PAGE = 22
};

#define BMCR_RESET   0x8000
#define BMCR_AN      0x1000
#define BMCR_POWER   0x0800 /* down */
#define BMCR_ISOLATE 0x0400
#define BMCR_RESTART 0x0200
#define BMCR_FD      0x0100
#define BMCR_1000    0x0040
#define BMSR_FIXED   0x7949 /* 10/100 both duplexes, extended, can negotiate */
#define BMSR_AN_DONE 0x0020
#define BMSR_LINK    0x0004
#define PARTNER      0x4de1 /* 10/100 both, PAUSE, ASM_DIR, acknowledged */
#define GSTAT_ALL    0x3c00 /* partner HD and FD, both receivers good */
#define ESTAT_1000T  0x3000
#define M88_LINK     0xac00 /* 1000, full, resolved, link */

static bool
may_link(const struct port *p)
{
	const uint16_t c = p->phy[BMCR];

	return p->cable && (c & (BMCR_POWER | BMCR_ISOLATE)) == 0 &&
	    ((c & BMCR_AN) != 0 || (c & BMCR_1000) != 0);
}

bool
phy_up(const struct port *p)
{
	return p->phy_link && (REG(p, I354_CTRL) & CTRL_SLU) != 0;
}

/* The MAC's view may have changed. */
void
phy_look(struct port *p)
{
	if (phy_up(p) == p->phy_done)
		return;
	p->phy_done = phy_up(p);
	cause_other(p, ICR_LSC);
	if (p->phy_done)
		tx_mac_go(p);
}

static void
set_link(struct port *p, bool up)
{
	if (p->phy_link && !up)
		p->phy[BMSR] &= (uint16_t)~BMSR_LINK;
	p->phy_link = up;
	if (up)
		p->phy[BMSR] |= BMSR_AN_DONE;
	else
		p->phy[BMSR] &= (uint16_t)~BMSR_AN_DONE;
	phy_look(p);
}

/* Negotiate anew, or stop. */
static void
negotiate(struct port *p)
{
	i354_must(sc_ev_cancel(p->an_ev));
	set_link(p, false);
	if (may_link(p))
		at(p->an_ev, sc_now_tick() + p->nic->par.an_tick);
}

static void
agreed(void *arg)
{
	set_link(arg, true);
}

static void
defaults(struct port *p)
{
	memset(p->phy, 0, sizeof(p->phy));
	p->phy[BMCR] = BMCR_AN | BMCR_FD | BMCR_1000;
	p->phy[BMSR] = BMSR_FIXED;
	p->phy[ID1] = (uint16_t)(p->nic->par.phy_id >> 16);
	p->phy[ID2] = (uint16_t)p->nic->par.phy_id;
	p->phy[ANAR] = 0x0de1;
	p->phy[GCTRL] = 0x0300;
	p->phy[ESTAT] = ESTAT_1000T;
}

void
phy_reset(struct port *p)
{
	defaults(p);
	negotiate(p);
}

void
phy_cable(struct port *p, bool up)
{
	p->cable = up;
	negotiate(p);
}

static uint16_t
phy_read(struct port *p, unsigned reg)
{
	const bool up = p->phy_link;
	uint16_t v = p->phy[reg];

	switch (reg) {
	case BMSR: /* a link that was lost shows once */
		if (up)
			p->phy[BMSR] |= BMSR_LINK;
		return v;
	case ANLPAR:
		return up ? PARTNER : 0;
	case ANER:
		return up ? 0x000f : 0x0004;
	case GSTAT:
		return up ? GSTAT_ALL : 0;
	case M88_STAT:
		return up ? M88_LINK : 0;
	default:
		return v;
	}
}

static void
phy_write(struct port *p, unsigned reg, uint16_t v)
{
	const uint16_t old = p->phy[reg];

	if (reg == BMSR || reg == ID1 || reg == ID2 || reg == ANLPAR ||
	    reg == ANER || reg == GSTAT || reg == ESTAT || reg == M88_STAT)
		return;
	if (reg != BMCR) {
		p->phy[reg] = v;
		return;
	}
	if ((v & BMCR_RESET) != 0) {
		v &= (uint16_t)~BMCR_RESET;
		v |= BMCR_RESTART;
	}
	p->phy[BMCR] = v & (uint16_t)~BMCR_RESTART;
	if ((v & BMCR_RESTART) != 0 || p->phy[BMCR] != old)
		negotiate(p);
}

/* The transaction is over. */
static void
mdic_done(void *arg)
{
	struct port *p = arg;
	uint32_t v = REG(p, I354_MDIC);
	const unsigned reg = v >> MDIC_REG_SHIFT & 31;

	if ((v & MDIC_OP_READ) != 0) {
		v &= 0xffff0000u;
		/* Other pages hold nothing but the page. */
		if (p->phy[PAGE] == 0 || reg == PAGE || reg < 4)
			v |= phy_read(p, reg);
	} else if (p->phy[PAGE] == 0 || reg == PAGE) {
		phy_write(p, reg, (uint16_t)v);
	}
	REG(p, I354_MDIC) = v | MDIC_READY;
}

void
phy_mdic(struct port *p, unsigned i, uint32_t v)
{
	(void)i;
	if ((v & (MDIC_OP_READ | MDIC_OP_WRITE)) == 0)
		return;
	REG(p, I354_MDIC) = v & ~(MDIC_READY | MDIC_ERROR);
	at(p->mdic_ev, sc_now_tick() + p->nic->par.mdic_tick);
}

/* SGMII: the PHY's state, as it tells the MAC. */
uint32_t
phy_pcs_lstat(struct port *p, unsigned i)
{
	(void)i;
	return p->phy_link ? 0x0001001du : 0; /* ok, 1000, full, sync, AN */
}

void
phy_init(struct port *p)
{
	i354_event(agreed, p, &p->an_ev);
	i354_event(mdic_done, p, &p->mdic_ev);
	defaults(p);
}

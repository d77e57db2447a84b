/*
 * reset.c: CTRL, STATUS, CTRL_EXT, and resets.
 *
 * CTRL.RST resets one port: its registers but packet buffer sizes and EITR;
 * what is on its way inside is lost; addresses and switches come back from the
 * NVM, which EECD.AUTO_RD announces after a while.  CTRL.DEV_RST does so to
 * all four, and says so in STATUS.DEV_RST and ICR.DRSTA.  The PHY and
 * configuration space are left alone; a function level reset is like RST.
 */
#include "nic_i354/i354_impl.h"

void
reset_port(struct port *p, bool cold)
{
	p->gen++;
	rx_dma_reset(p);
	tx_dma_reset(p);
	cause_reset(p);
	/* A transaction under way is none any more. */
	i354_must(sc_ev_cancel(p->mdic_ev));
	i354_must(sc_ev_cancel(p->eerd_ev));
	regs_reset(p, cold);
	tx_mac_reset(p);
	nvm_load(p);
	phy_look(p);
}

static void
device_reset(struct i354 *nic)
{
	for (unsigned i = 0; i < I354_NPORT; i++) {
		struct port *p = &nic->port[i];

		reset_port(p, false);
		REG(p, I354_STATUS) |= STATUS_DEV_RST;
		cause_other(p, ICR_DRSTA);
	}
}

void
reset_ctrl(struct port *p, unsigned i, uint32_t v)
{
	const uint32_t old = REG(p, I354_CTRL);

	(void)i;
	if ((v & CTRL_DEV_RST) != 0) {
		device_reset(p->nic);
		return;
	}
	if ((v & CTRL_RST) != 0) {
		reset_port(p, false);
		return;
	}
	REG(p, I354_CTRL) = v;
	if ((v & ~old & CTRL_PHY_RST) != 0) {
		REG(p, I354_STATUS) |= STATUS_PHYRA;
		phy_reset(p);
	}
	if (((v ^ old) & CTRL_SLU) != 0)
		phy_look(p);
	if (((v ^ old) & CTRL_GIO_DISABLE) != 0) {
		rx_pump(p);
		tx_pump(p);
	}
}

uint32_t
reset_status(struct port *p, unsigned i)
{
	uint32_t v = REG(p, I354_STATUS) & (STATUS_DEV_RST | STATUS_PHYRA);

	(void)i;
	v |= STATUS_FD | STATUS_INIT_DONE | STATUS_SPEED_1000 |
	    p->n << STATUS_LAN_SHIFT;
	if (phy_up(p))
		v |= STATUS_LU;
	if (sc_now_tick() < p->paused_until_tick)
		v |= STATUS_TXOFF;
	if ((REG(p, I354_CTRL) & CTRL_GIO_DISABLE) == 0 ||
	    pcie_pending(p->fn) > 0)
		v |= STATUS_GIO_MASTER;
	return v;
}

void
reset_status_write(struct port *p, unsigned i, uint32_t v)
{
	(void)i;
	REG(p, I354_STATUS) &= ~(STATUS_PHYRA | (v & STATUS_DEV_RST));
}

void
reset_ctrl_ext(struct port *p, unsigned i, uint32_t v)
{
	(void)i;
	REG(p, I354_CTRL_EXT) = v & ~CTRL_EXT_EE_RST;
	if ((v & CTRL_EXT_EE_RST) != 0)
		nvm_load(p);
}

/*
 * nvm.c: what is in the NVM, how it is read, and the semaphores about it.
 *
 * Each port has an image of 64 words, at 0 for port 0 and at 0x40 + 0x40 n for
 * port n, with its address in words 0 to 2 and a checksum that makes the words
 * up to 0x3f add up to 0xbaba.  EERD reads a word at a time.  The serial pins
 * of EECD are absent: software gets the grant, and reads by EERD.
 *
 * SWSM, SWSM2 and SW_FW_SYNC are one for the four ports.  Reading SWSM gives
 * SMBI as it was and sets it.  There is no firmware that holds anything.
 */
#include "nic_i354/i354_impl.h"

#define NVM_WORDS    0x200
#define NVM_SUM_WORD 0x3f
#define NVM_SUM      0xbaba
#define NVM_SUBID    0x0b
#define NVM_SUBVEN   0x0c
#define NVM_DEVICE   0x0d
#define NVM_CTRL2    0x0f
#define NVM_CTRL3    0x24
#define CTRL3_SGMII  (2u << 4)
#define CTRL3_EXT    4u /* external MDIO */

static unsigned
image_of(unsigned port)
{
	return port == 0 ? 0 : 0x40 + 0x40 * port;
}

void
nvm_fill(struct i354 *nic)
{
	for (unsigned w = 0; w < NVM_WORDS; w++)
		nic->nvm[w] = 0xffff;
	for (unsigned n = 0; n < I354_NPORT; n++) {
		const uint8_t *mac = nic->port[n].mac;
		uint16_t *w = &nic->nvm[image_of(n)], sum = 0;

		memset(w, 0, 2 * NVM_SUM_WORD);
		for (unsigned i = 0; i < 3; i++)
			w[i] = (uint16_t)(mac[2 * i] | mac[2 * i + 1] << 8);
		w[NVM_SUBVEN] = I354_VENDOR;
		w[NVM_DEVICE] = I354_DEVICE;
		w[NVM_CTRL3] = CTRL3_SGMII | CTRL3_EXT;
		for (unsigned i = 0; i < NVM_SUM_WORD; i++)
			sum = (uint16_t)(sum + w[i]);
		w[NVM_SUM_WORD] = (uint16_t)(NVM_SUM - sum);
	}
}

static void
loaded(void *arg)
{
	struct port *p = arg;

	REG(p, I354_EECD) |= EECD_AUTO_RD;
}

static void
word_is_there(void *arg)
{
	struct port *p = arg;
	const uint32_t v = REG(p, I354_EERD);
	const uint32_t addr = (v & 0xffff) >> EERD_ADDR_SHIFT;
	const uint32_t word = addr < NVM_WORDS ? p->nic->nvm[addr] : 0xffff;

	REG(p, I354_EERD) = word << EERD_DATA_SHIFT | addr << EERD_ADDR_SHIFT |
	    EERD_DONE;
}

void
nvm_init(struct port *p)
{
	i354_event(loaded, p, &p->load_ev);
	i354_event(word_is_there, p, &p->eerd_ev);
}

/* What the hardware reads by itself after a reset: the address. */
void
nvm_load(struct port *p)
{
	const uint8_t *m = p->mac;

	REG(p, I354_RAL(0)) = m[0] | (uint32_t)m[1] << 8 |
	    (uint32_t)m[2] << 16 | (uint32_t)m[3] << 24;
	REG(p, I354_RAH(0)) = m[4] | (uint32_t)m[5] << 8 | RAH_AV;
	REG(p, I354_EECD) &= ~EECD_AUTO_RD;
	REG(p, I354_MDICNFG) = MDICNFG_EXT_MDIO | p->n << MDICNFG_PHY_SHIFT;
	at(p->load_ev, sc_now_tick() + p->nic->par.load_tick);
}

void
nvm_eerd(struct port *p, unsigned i, uint32_t v)
{
	(void)i;
	REG(p, I354_EERD) = v & 0xfffc;
	if ((v & EERD_START) != 0)
		at(p->eerd_ev, sc_now_tick() + p->nic->par.eerd_tick);
}

void
nvm_eecd(struct port *p, unsigned i, uint32_t v)
{
	const uint32_t fixed = EECD_PRES | EECD_AUTO_RD |
	    0xfu << EECD_SIZE_SHIFT;

	(void)i;
	v = (REG(p, I354_EECD) & fixed) | (v & ~(fixed | EECD_GNT));
	REG(p, I354_EECD) = v | ((v & EECD_REQ) != 0 ? EECD_GNT : 0);
}

/* Shared registers live in port 0. */
#define SHARED(p, off) REG(&(p)->nic->port[0], off)

uint32_t
nvm_swsm(struct port *p, unsigned i)
{
	const uint32_t v = SHARED(p, I354_SWSM);

	(void)i;
	SHARED(p, I354_SWSM) |= SWSM_SMBI;
	return v;
}

void
nvm_swsm_write(struct port *p, unsigned i, uint32_t v)
{
	(void)i;
	SHARED(p, I354_SWSM) = v;
}

uint32_t
nvm_sync(struct port *p, unsigned i)
{
	(void)i;
	return SHARED(p, I354_SW_FW_SYNC);
}

void
nvm_sync_write(struct port *p, unsigned i, uint32_t v)
{
	(void)i;
	SHARED(p, I354_SW_FW_SYNC) = v;
}

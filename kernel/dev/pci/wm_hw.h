/*
 * wm_hw.h: the part of if_wm.c that knows the chip's odd jobs: reset, NVM, PHY
 * registers, address filters.  Included there alone.
 *
 * NVM and PHYs are shared with firmware and the other ports: first the semaphore of
 * SWSM is taken, in two halves (between ports, with firmware), under it the bit of
 * what is wanted in SW_FW_SYNC; then SWSM is given back.
 */

#define SEM_TRIES    1000
#define SEM_STEP_US  50
#define SYNC_TRIES   200
#define SYNC_STEP_US 5000
#define MDIC_TRIES   1920
#define MDIC_STEP_US 50
#define EERD_TRIES   100000
#define EERD_STEP_US 5
#define RESET_TRIES  1000
#define ENABLE_TRIES 1000

/* Wait until (reg & mask) == want: false, it did not come. */
static bool
wm_wait(struct wm_softc *sc, bus_size_t reg, uint32_t mask, uint32_t want,
    u_int tries, u_int step_us)
{
	for (u_int i = 0; i < tries; i++) {
		if ((CSR_READ(sc, reg) & mask) == want)
			return true;
		delay(step_us);
	}
	return false;
}

/* ---- semaphores ------------------------------------------------------------- */

static bool
wm_get_swsm_semaphore(struct wm_softc *sc)
{
	/* Reading takes it: bit 0 clear means that it is ours. */
	if (!wm_wait(sc, WMREG_SWSM, SWSM_SMBI, 0, SEM_TRIES, SEM_STEP_US))
		return false;
	for (u_int i = 0; i < SEM_TRIES; i++) {
		CSR_WRITE(sc, WMREG_SWSM,
		    CSR_READ(sc, WMREG_SWSM) | SWSM_SWESMBI);
		if ((CSR_READ(sc, WMREG_SWSM) & SWSM_SWESMBI) != 0)
			return true;
		delay(SEM_STEP_US);
	}
	CSR_WRITE(sc, WMREG_SWSM, 0);
	return false;
}

static void
wm_put_swsm_semaphore(struct wm_softc *sc)
{
	CSR_WRITE(sc, WMREG_SWSM,
	    CSR_READ(sc, WMREG_SWSM) & ~(SWSM_SMBI | SWSM_SWESMBI));
}

static bool
wm_get_swfw_semaphore(struct wm_softc *sc, uint32_t mask)
{
	const uint32_t busy = mask << SWFW_SOFT_SHIFT | mask << SWFW_FIRM_SHIFT;

	for (u_int i = 0; i < SYNC_TRIES; i++) {
		uint32_t sync;

		if (!wm_get_swsm_semaphore(sc))
			break;
		sync = CSR_READ(sc, WMREG_SW_FW_SYNC);
		if ((sync & busy) == 0) {
			CSR_WRITE(sc, WMREG_SW_FW_SYNC,
			    sync | mask << SWFW_SOFT_SHIFT);
			wm_put_swsm_semaphore(sc);
			return true;
		}
		wm_put_swsm_semaphore(sc);
		delay(SYNC_STEP_US);
	}
	aprint_error_dev(sc->sc_dev, "no semaphore for %#x\n", mask);
	return false;
}

static void
wm_put_swfw_semaphore(struct wm_softc *sc, uint32_t mask)
{
	if (!wm_get_swsm_semaphore(sc))
		return;
	CSR_WRITE(sc, WMREG_SW_FW_SYNC,
	    CSR_READ(sc, WMREG_SW_FW_SYNC) & ~(mask << SWFW_SOFT_SHIFT));
	wm_put_swsm_semaphore(sc);
}

/* ---- NVM -------------------------------------------------------------------- */

static int
wm_nvm_read(struct wm_softc *sc, u_int word, u_int count, uint16_t *data)
{
	int error = 0;

	if (!wm_get_swfw_semaphore(sc, SWFW_EEP_SM))
		return EBUSY;
	for (u_int i = 0; i < count && error == 0; i++) {
		CSR_WRITE(sc, WMREG_EERD,
		    (word + i) << EERD_ADDR_SHIFT | EERD_START);
		if (!wm_wait(sc, WMREG_EERD, EERD_DONE, EERD_DONE, EERD_TRIES,
			EERD_STEP_US))
			error = ETIMEDOUT;
		else
			data[i] = (uint16_t)(CSR_READ(sc, WMREG_EERD) >>
			    EERD_DATA_SHIFT);
	}
	wm_put_swfw_semaphore(sc, SWFW_EEP_SM);
	return error;
}

/* The words of this port's image, the last one included, add up to 0xbaba. */
static int
wm_nvm_validate_checksum(struct wm_softc *sc)
{
	const u_int base = NVM_OFF_LAN_FUNC_82580(sc->sc_funcid);
	uint16_t sum = 0, word;
	int error;

	for (u_int i = 0; i < NVM_CHECKSUM_WORDS; i++) {
		error = wm_nvm_read(sc, base + i, 1, &word);
		if (error != 0)
			return error;
		sum = (uint16_t)(sum + word);
	}
	return sum == NVM_CHECKSUM ? 0 : EIO;
}

static int
wm_read_mac_addr(struct wm_softc *sc, uint8_t *enaddr)
{
	uint16_t myea[ETHER_ADDR_LEN / 2];
	const int error = wm_nvm_read(sc,
	    NVM_OFF_LAN_FUNC_82580(sc->sc_funcid) + NVM_OFF_MACADDR,
	    __arraycount(myea), myea);

	if (error != 0)
		return error;
	for (u_int i = 0; i < __arraycount(myea); i++) {
		enaddr[2 * i] = (uint8_t)(myea[i] & 0xff);
		enaddr[2 * i + 1] = (uint8_t)(myea[i] >> 8);
	}
	return 0;
}

/* ---- registers of the PHY ----------------------------------------------------- */

static uint32_t
wm_phy_semaphore(const struct wm_softc *sc)
{
	static const uint32_t of_port[] = { SWFW_PHY0_SM, SWFW_PHY1_SM,
		SWFW_PHY2_SM, SWFW_PHY3_SM };

	return of_port[sc->sc_funcid];
}

/* One transaction; what the PHY said, or all ones. */
static int
wm_mdic(struct wm_softc *sc, uint32_t command)
{
	const uint32_t sem = wm_phy_semaphore(sc);
	int rv = 0xffff;

	if (!wm_get_swfw_semaphore(sc, sem))
		return rv;
	CSR_WRITE(sc, WMREG_MDIC, command);
	delay(MDIC_STEP_US);
	if (!wm_wait(sc, WMREG_MDIC, MDIC_READY, MDIC_READY, MDIC_TRIES,
		MDIC_STEP_US))
		log(LOG_WARNING, "%s: MDIC: %#x is not done\n",
		    device_xname(sc->sc_dev), command);
	else if ((CSR_READ(sc, WMREG_MDIC) & MDIC_E) == 0)
		rv = (int)MDIC_DATA(CSR_READ(sc, WMREG_MDIC));
	wm_put_swfw_semaphore(sc, sem);
	return rv;
}

/* mii_readreg, mii_writereg: core lock, or attaching. */
static int
wm_gmii_readreg(device_t self, int phy, int reg)
{
	return wm_mdic(device_private(self),
	    MDIC_OP_READ | MDIC_PHYADD(phy) | MDIC_REGADD(reg));
}

static void
wm_gmii_writereg(device_t self, int phy, int reg, int val)
{
	(void)wm_mdic(device_private(self),
	    MDIC_OP_WRITE | MDIC_PHYADD(phy) | MDIC_REGADD(reg) |
		MDIC_DATA((uint32_t)val));
}

/* mii_statchg: the MAC follows the PHY. */
static void
wm_gmii_statchg(struct ifnet *ifp)
{
	struct wm_softc *const sc = ifp->if_softc;

	if (IFM_OPTIONS(sc->sc_mii.mii_media_active) & IFM_FDX)
		sc->sc_ctrl |= CTRL_FD;
	else
		sc->sc_ctrl &= ~CTRL_FD;
	CSR_WRITE(sc, WMREG_CTRL, sc->sc_ctrl);
}

/* ---- reset -------------------------------------------------------------------- */

/* DMA stops first: what is under way would land in memory that is no more. */
static void
wm_disable_master(struct wm_softc *sc)
{
	CSR_WRITE(sc, WMREG_CTRL, CSR_READ(sc, WMREG_CTRL) | CTRL_GIO_M_DIS);
	if (!wm_wait(sc, WMREG_STATUS, STATUS_GIO_M_ENA, 0, 800, 100))
		log(LOG_WARNING, "%s: its DMA does not stop\n",
		    device_xname(sc->sc_dev));
}

static void
wm_reset(struct wm_softc *sc)
{
	CSR_WRITE(sc, WMREG_IMC, 0xffffffffU);
	CSR_WRITE(sc, WMREG_EIMC, 0xffffffffU);
	wm_disable_master(sc);
	CSR_WRITE(sc, WMREG_RCTL, 0);
	CSR_WRITE(sc, WMREG_TCTL, TCTL_PSP);
	CSR_WRITE_FLUSH(sc);
	delay(2000);
	CSR_WRITE(sc, WMREG_CTRL, CSR_READ(sc, WMREG_CTRL) | CTRL_RST);
	delay(1000);
	if (!wm_wait(sc, WMREG_EECD, EECD_EE_AUTORD, EECD_EE_AUTORD,
		RESET_TRIES, 1000))
		aprint_error_dev(sc->sc_dev, "NVM is not read after reset\n");
	CSR_WRITE(sc, WMREG_STATUS, STATUS_DEV_RST_SET);
	CSR_WRITE(sc, WMREG_IMC, 0xffffffffU);
	(void)CSR_READ(sc, WMREG_ICR);
	sc->sc_ctrl = (CSR_READ(sc, WMREG_CTRL) &
			  ~(CTRL_RST | CTRL_GIO_M_DIS)) |
	    CTRL_SLU;
}

/* ---- which frames are let in --------------------------------------------------- */

static void
wm_set_ral(struct wm_softc *sc, const uint8_t *enaddr, u_int idx)
{
	uint32_t lo = 0, hi = 0;

	if (enaddr != NULL) {
		lo = (uint32_t)enaddr[0] | (uint32_t)enaddr[1] << 8 |
		    (uint32_t)enaddr[2] << 16 | (uint32_t)enaddr[3] << 24;
		hi = (uint32_t)enaddr[4] | (uint32_t)enaddr[5] << 8 | RAL_AV;
	}
	CSR_WRITE(sc, WMREG_RAL(idx), lo);
	CSR_WRITE(sc, WMREG_RAH(idx), hi);
}

/* The bit of the table for a group address: its upper 12 bits (RCTL_MO(0)). */
static u_int
wm_mchash(const uint8_t *enaddr)
{
	return (u_int)enaddr[4] >> 4 | (u_int)enaddr[5] << 4;
}

/* False: it must hear all groups. */
static bool
wm_set_multicast(struct wm_softc *sc)
{
	struct ethercom *const ec = &sc->sc_ethercom;
	struct ether_multistep step;
	struct ether_multi *enm;

	for (u_int i = 0; i < WM_MC_TABSIZE; i++)
		CSR_WRITE(sc, WMREG_MTA + 4 * i, 0);
	ETHER_FIRST_MULTI(step, ec, enm);
	while (enm != NULL) {
		const u_int hash = wm_mchash(enm->enm_addrlo);
		const bus_size_t reg = WMREG_MTA + 4 * (hash >> 5);

		if (memcmp(enm->enm_addrlo, enm->enm_addrhi, ETHER_ADDR_LEN) !=
		    0)
			return false;
		CSR_WRITE(sc, reg, CSR_READ(sc, reg) | 1U << (hash & 31));
		ETHER_NEXT_MULTI(step, enm);
	}
	return true;
}

/* wm_set_filter: by if_flags and the list of groups.  Core lock. */
static void
wm_set_filter(struct wm_softc *sc)
{
	struct ifnet *const ifp = &sc->sc_ethercom.ec_if;

	KASSERT(wm_locked(sc->sc_core_lock));
	sc->sc_rctl &= ~(RCTL_BAM | RCTL_UPE | RCTL_MPE);
	if ((ifp->if_flags & IFF_BROADCAST) != 0)
		sc->sc_rctl |= RCTL_BAM;
	ifp->if_flags &= ~IFF_ALLMULTI;
	wm_set_ral(sc, (const uint8_t *)CLLADDR(ifp->if_sadl), 0);
	for (u_int i = 1; i < WM_RAL_TABSIZE_I350; i++)
		wm_set_ral(sc, NULL, i);
	if ((ifp->if_flags & IFF_PROMISC) != 0) {
		sc->sc_rctl |= RCTL_UPE;
		ifp->if_flags |= IFF_ALLMULTI;
	} else if (!wm_set_multicast(sc))
		ifp->if_flags |= IFF_ALLMULTI;
	if ((ifp->if_flags & IFF_ALLMULTI) != 0)
		sc->sc_rctl |= RCTL_MPE;
	CSR_WRITE(sc, WMREG_RCTL, sc->sc_rctl);
}

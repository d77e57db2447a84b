/*
 * regs.c: the table of registers, and how BAR 0 and BAR 2 get to them.
 *
 * A row stands for n registers, `stride' bytes apart; row_of[] finds the row
 * of an offset.  What a register holds is a word of port->reg[]; a row may have
 * a function that reads or writes instead.  Older offsets of the same registers
 * are rows that name the offset which counts.
 *
 * Registers are 32 bits wide and are accessed whole.  An access of 64 bits is
 * two; a narrower read gets its bytes of the whole, with all that reading does;
 * a narrower or crooked write is ignored.  Registers that are absent, or not
 * known, read 0 and ignore writes; who watches the port is told of them, and of
 * bits that a write changes and the model does nothing with.
 */
#include <stdlib.h>

#include "nic_i354/i354_impl.h"

struct row {
	const char *name;
	uint32_t off, stride;
	unsigned n;
	const char *access;
	enum i354_cover cover;
	uint32_t live;        /* bits that are modelled */
	uint32_t mask, reset; /* bits that a write changes; after a reset */
	uint32_t (*rd)(struct port *, unsigned i);
	void (*wr)(struct port *, unsigned i, uint32_t v);
	uint32_t canon, canon_stride; /* another offset that counts */
	bool keep;                    /* a software reset leaves it */
};

static void tctl(struct port *, unsigned, uint32_t);
static void rctl(struct port *, unsigned, uint32_t);
static void srrctl(struct port *, unsigned, uint32_t);

static uint32_t
dpc_read(struct port *p, unsigned q)
{
	const uint32_t v = REG(p, I354_RQDPC(q));

	REG(p, I354_RQDPC(q)) = 0;
	return v;
}

static uint32_t
pq_read(struct port *p, unsigned q)
{
	const uint32_t v = REG(p, I354_PQGPRC(q));

	REG(p, I354_PQGPRC(q)) = 0;
	return v;
}

#define ALL UINT32_MAX
/*
 * Bits of a partial register that are modelled.  Those that count only together
 * with others, which are not, are among them, and so are those of half duplex
 * (TCTL, TIPG), which cannot be.
 */
#define COVER_FULL       I354_FULL, ALL
#define COVER_ABSENT     I354_ABSENT, 0
#define COVER_PART(bits) I354_PARTIAL, (bits)
#define CTRL_BITS                                                              \
	(CTRL_FD | CTRL_GIO_DISABLE | CTRL_LRST | CTRL_SLU | CTRL_SPEED_1000 | \
	    CTRL_RST | CTRL_RFCE | CTRL_TFCE | CTRL_DEV_RST | CTRL_VME |       \
	    CTRL_PHY_RST)
#define RCTL_BITS                                                         \
	(RCTL_EN | RCTL_UPE | RCTL_MPE | RCTL_LPE | 3u << RCTL_MO_SHIFT | \
	    RCTL_BAM | 3u << RCTL_BSIZE_SHIFT | RCTL_VFE | RCTL_CFIEN |   \
	    RCTL_CFI | RCTL_DPF | RCTL_PMCF | RCTL_BSEX | RCTL_SECRC)
#define SRRCTL_BITS                                                     \
	(SRRCTL_BSIZE | SRRCTL_BSIZEHDR | 0x1fu << SRRCTL_RDMTS_SHIFT | \
	    1u << SRRCTL_TYPE_SHIFT | SRRCTL_DROP_EN)
#define MRQC_BITS (MRQC_RSS | 7u << MRQC_DEF_SHIFT | 0x01ff0000u)
#define TXDCTL_BITS                                                    \
	(XDCTL_PTHRESH | 0x1fu << XDCTL_HTHRESH_SHIFT | XDCTL_ENABLE | \
	    XDCTL_SWFLSH)
/* clang-format off */
#define R(name, cover, access, mask, reset, rd, wr) \
	{ #name, I354_##name, 4, 1, access, COVER_##cover, mask, reset, rd, wr, 0, 0, false }
#define RI(name, n, stride, cover, access, mask, reset, rd, wr) \
	{ #name, I354_##name(0), stride, n, access, COVER_##cover, mask, reset, rd, wr, 0, 0, false }
#define KEEP(name, n, stride, off, cover, mask, reset, wr) \
	{ #name, off, stride, n, "rw", COVER_##cover, mask, reset, NULL, wr, 0, 0, true }
#define KEPT(name, cover, rd, wr) \
	{ #name, I354_##name, 4, 1, "rw", COVER_##cover, ALL, 0, rd, wr, 0, 0, true }
#define ALIAS(name, off, n, stride, canon, cstride) \
	{ name, off, stride, n, "rw", COVER_FULL, 0, 0, NULL, NULL, canon, cstride, false }
/* A queue's: low-numbered queues have the offsets of older parts too. */
#define RXQ(name, add, cover, access, mask, reset, rd, wr) \
	RI(name, I354_NQ, 0x40, cover, access, mask, reset, rd, wr), \
	ALIAS(#name " (low)", I354_RXQ_LOW + (add), 4, 0x100, I354_RXQ + (add), 0x40)
#define TXQ(name, add, cover, access, mask, reset, rd, wr) \
	RI(name, I354_NQ, 0x40, cover, access, mask, reset, rd, wr), \
	ALIAS(#name " (low)", I354_TXQ_LOW + (add), 4, 0x100, I354_TXQ + (add), 0x40)
#define STAT(name, off, cover) \
	{ name, off, 4, 1, "rc", COVER_##cover, 0, 0, stat_read, NULL, 0, 0, false }
#define GONE(name, off, n) \
	{ name, off, 4, n, "", COVER_ABSENT, 0, 0, NULL, NULL, 0, 0, false }

static const struct row rows[] = {
	{ NULL, 0, 0, 0, "", COVER_ABSENT, 0, 0, NULL, NULL, 0, 0, false },
	R(CTRL, PART(CTRL_BITS), "rw", ALL, CTRL_FD | CTRL_LRST | CTRL_SPEED_1000, NULL, reset_ctrl),
	ALIAS("CTRL (again)", I354_CTRL_DUP, 1, 4, I354_CTRL, 4),
	R(STATUS, PART(ALL), "rw", ALL, 0, reset_status, reset_status_write),
	R(EECD, PART(EECD_REQ | EECD_GNT | EECD_PRES | EECD_AUTO_RD | 0xfu << EECD_SIZE_SHIFT), "rw", ALL, EECD_PRES | 9u << EECD_SIZE_SHIFT, NULL, nvm_eecd),
	R(EERD, FULL, "rw", ALL, 0, NULL, nvm_eerd),
	R(CTRL_EXT, PART(CTRL_EXT_EE_RST | CTRL_EXT_IAME | CTRL_EXT_DRV_LOAD), "rw", ALL, CTRL_EXT_SGMII, NULL, reset_ctrl_ext),
	R(MDIC, FULL, "rw", ALL, MDIC_READY, NULL, phy_mdic),
	R(FCAL, FULL, "rw", ALL, 0x00c28001, NULL, NULL),
	R(FCAH, FULL, "rw", 0xffff, 0x0100, NULL, NULL),
	R(FCT, FULL, "rw", 0xffff, 0x8808, NULL, NULL),
	R(CONNSW, PART(0), "rw", ALL, 0, NULL, NULL),
	R(VET, PART(ALL), "rw", ALL, 0x81008100, NULL, NULL),
	R(TSSDP, PART(0), "rw", ALL, 0, NULL, NULL),
	R(FCTTV, FULL, "rw", 0xffff, 0, NULL, NULL),
	R(LEDCTL, PART(0), "rw", ALL, 0x07061302, NULL, NULL),
	R(MDICNFG, PART(0), "rw", ALL, MDICNFG_EXT_MDIO, NULL, NULL),
	R(PHPM, PART(0), "rw", ALL, 0, NULL, NULL),
	R(EEER, PART(0), "rw", ALL, 0, NULL, NULL),
	R(EEE_SU, PART(0), "rw", ALL, 0, NULL, NULL),
	R(IPCNFG, PART(0), "rw", ALL, 0, NULL, NULL),
	R(PBA, PART(0), "rw", ALL, 0, NULL, NULL),
	R(PCS_CFG0, PART(0), "rw", ALL, 0x8, NULL, NULL),
	R(PCS_LCTL, PART(0), "rw", ALL, 0, NULL, NULL),
	R(PCS_LSTAT, PART(0), "r", 0, 0, phy_pcs_lstat, NULL),
	R(PCS_ANADV, PART(0), "rw", ALL, 0, NULL, NULL),
	R(PCS_LPAB, PART(0), "r", 0, 0, NULL, NULL),
	R(WUC, PART(0), "rw", ALL, 0, NULL, NULL),
	R(WUFC, PART(0), "rw", ALL, 0, NULL, NULL),
	R(MANC, PART(0), "rw", ALL, 0, NULL, NULL),
	KEPT(SWSM, FULL, nvm_swsm, nvm_swsm_write),
	R(FWSM, PART(0), "r", 0, 0, NULL, NULL),
	R(SWSM2, PART(0), "rw", ALL, 0, NULL, NULL),
	KEPT(SW_FW_SYNC, FULL, nvm_sync, nvm_sync_write),

	R(ICR, FULL, "rw", ALL, 0, cause_icr_read, cause_icr_write),
	R(ITR, FULL, "rw", ALL, 0, NULL, cause_itr),
	R(ICS, FULL, "w", ALL, 0, NULL, cause_ics),
	R(IMS, FULL, "rw", ALL, 0, cause_ims_read, cause_ims),
	R(IMC, FULL, "rw", ALL, 0, cause_ims_read, cause_imc),
	R(IAM, FULL, "rw", ALL, 0, NULL, NULL),
	ALIAS("ICR (1500)", I354_ICR_ALIAS, 1, 4, I354_ICR, 4),
	ALIAS("ICS (1504)", I354_ICS_ALIAS, 1, 4, I354_ICS, 4),
	ALIAS("IMS (1508)", I354_IMS_ALIAS, 1, 4, I354_IMS, 4),
	ALIAS("IMC (150c)", I354_IMC_ALIAS, 1, 4, I354_IMC, 4),
	ALIAS("IAM (1510)", I354_IAM_ALIAS, 1, 4, I354_IAM, 4),
	R(GPIE, PART(GPIE_NSICR | GPIE_MSIX_MODE | GPIE_EIAME | GPIE_PBA), "rw", ALL, 0, NULL, cause_gpie),
	R(EICS, FULL, "w", ALL, 0, NULL, cause_eics),
	R(EIMS, FULL, "rw", ALL, 0, cause_eims_read, cause_eims),
	R(EIMC, FULL, "rw", ALL, 0, cause_eims_read, cause_eimc),
	R(EIAC, FULL, "rw", EICR_VECTORS, 0, NULL, cause_eiac),
	R(EIAM, FULL, "rw", EICR_VECTORS, 0, NULL, NULL),
	R(EICR, FULL, "rw", ALL, 0, cause_eicr_read, cause_eicr_write),
	KEEP(EITR, NVEC_ALL, 4, I354_EITR(0), PART(EITR_INTERVAL | EITR_CNT_IGNR), ALL, 0, cause_eitr),
	RI(IVAR, 4, 4, FULL, "rw", ALL, 0, NULL, cause_ivar),
	R(IVAR_MISC, PART((IVAR_VALID | IVAR_VECTOR) << 8), "rw", 0xffff, 0, NULL, cause_ivar_misc),
	R(PBACL, PART(0), "rw", 0, 0, NULL, NULL),
	GONE("MSIXBM", I354_MSIXBM(0), 8),

	R(RCTL, PART(RCTL_BITS), "rw", ALL, 0, NULL, rctl),
	R(FCRTL, FULL, "rw", FCRTL_XONE | FCRT_BYTES, 0, NULL, NULL),
	R(FCRTH, FULL, "rw", FCRT_BYTES, 0, NULL, NULL),
	R(FCRTC, PART(0), "rw", ALL, 0, NULL, NULL),
	R(FCRTV, PART(0), "rw", 0xffff, 0, NULL, NULL),
	KEEP(RXPBS, 1, 4, I354_RXPBS, FULL, 0x3f, 0, NULL),
	R(PBRWAC, PART(0), "r", 0, 0, NULL, NULL),
	RXQ(RDBAL, 0x00, FULL, "rw", 0xffffff80, 0, NULL, NULL),
	RXQ(RDBAH, 0x04, FULL, "rw", ALL, 0, NULL, NULL),
	RXQ(RDLEN, 0x08, FULL, "rw", 0x000fff80, 0, NULL, NULL),
	RXQ(SRRCTL, 0x0c, PART(SRRCTL_BITS), "rw", ALL, 0x00000400, NULL, srrctl),
	RXQ(RDH, 0x10, FULL, "rw", 0xffff, 0, NULL, ring_rdh),
	RXQ(DCA_RXCTRL, 0x14, PART(0), "rw", ALL, 0, NULL, NULL),
	RXQ(RDT, 0x18, FULL, "rw", 0xffff, 0, NULL, ring_rdt),
	RXQ(RXDCTL, 0x28, FULL, "rw", ALL, 1u << XDCTL_WTHRESH_SHIFT, NULL, ring_rxdctl),
	RXQ(RQDPC, 0x30, FULL, "rw", ALL, 0, dpc_read, NULL),
	RI(DVMOLR, I354_NQ, 0x40, PART(DVMOLR_STRCRC), "rw", ALL, 0, NULL, NULL),
	R(RXCSUM, PART(RXCSUM_PCSS | RXCSUM_IPOFL | RXCSUM_TUOFL | RXCSUM_PCSD), "rw", ALL, 0, NULL, NULL),
	R(RLPML, FULL, "rw", 0x3fff, 0x2600, NULL, NULL),
	R(RFCTL, PART(0), "rw", ALL, 0, NULL, NULL),
	RI(MTA, 128, 4, FULL, "rw", ALL, 0, NULL, NULL),
	RI(RAL, 16, 8, FULL, "rw", ALL, 0, NULL, NULL),
	RI(RAH, 16, 8, FULL, "rw", ALL, 0, NULL, NULL),
	{ "RAL (16..)", I354_RAL_HIGH, 8, 16, "rw", COVER_FULL, ALL, 0, NULL, NULL, 0, 0, false },
	{ "RAH (16..)", I354_RAL_HIGH + 4, 8, 16, "rw", COVER_FULL, ALL, 0, NULL, NULL, 0, 0, false },
	RI(PSRTYPE, I354_NQ, 4, PART(0), "rw", ALL, 0, NULL, NULL),
	RI(VFTA, 128, 4, FULL, "rw", ALL, 0, NULL, NULL),
	R(MRQC, PART(MRQC_BITS), "rw", ALL, 0, NULL, NULL),
	RI(RETA, 32, 4, FULL, "rw", ALL, 0, NULL, NULL),
	RI(RSSRK, 10, 4, FULL, "rw", ALL, 0, NULL, NULL),
	RI(UTA, 128, 4, FULL, "rw", ALL, 0, NULL, NULL),

	R(TCTL, PART(TCTL_EN | TCTL_PSP | 0x013ffff0), "rw", ALL, TCTL_PSP | 0xfu << 4 | 0x40u << 12, NULL, tctl),
	R(TCTL_EXT, PART(0x000ffc00), "rw", ALL, 0x40u << 10, NULL, NULL),
	R(TIPG, PART(0x3ffffc00), "rw", ALL, 0x00601008, NULL, NULL),
	KEEP(TXPBS, 1, 4, I354_TXPBS, PART(0), 0x3f, 0, NULL),
	R(DTXCTL, PART(0), "rw", ALL, 0, NULL, NULL),
	TXQ(TDBAL, 0x00, FULL, "rw", 0xffffff80, 0, NULL, NULL),
	TXQ(TDBAH, 0x04, FULL, "rw", ALL, 0, NULL, NULL),
	TXQ(TDLEN, 0x08, FULL, "rw", 0x000fff80, 0, NULL, NULL),
	TXQ(TDH, 0x10, FULL, "rw", 0xffff, 0, NULL, txr_tdh),
	TXQ(DCA_TXCTRL, 0x14, PART(0), "rw", ALL, 0, NULL, NULL),
	TXQ(TDT, 0x18, FULL, "rw", 0xffff, 0, NULL, txr_tdt),
	TXQ(TXDCTL, 0x28, PART(TXDCTL_BITS), "rw", ALL, 0, NULL, txr_txdctl),
	TXQ(TDWBAL, 0x38, PART(~2u), "rw", ALL, 0, NULL, NULL),
	TXQ(TDWBAH, 0x3c, FULL, "rw", ALL, 0, NULL, NULL),
	RI(TARC, 4, 0x100, PART(0), "rw", ALL, 0, NULL, NULL),

	STAT("CRCERRS", 0x4000, PART(0)), STAT("ALGNERRC", 0x4004, PART(0)),
	STAT("SYMERRS", 0x4008, PART(0)), STAT("RXERRC", 0x400c, PART(0)),
	STAT("MPC", STAT_MPC, FULL), STAT("SCC", 0x4014, PART(0)),
	STAT("ECOL", 0x4018, PART(0)), STAT("MCC", 0x401c, PART(0)),
	STAT("LATECOL", 0x4020, PART(0)), STAT("COLC", 0x4028, PART(0)),
	STAT("DC", 0x4030, PART(0)), STAT("TNCRS", 0x4034, PART(0)),
	STAT("SEC", 0x4038, PART(0)), STAT("CEXTERR", 0x403c, PART(0)),
	STAT("RLEC", 0x4040, PART(0)), STAT("XONRXC", STAT_XONRXC, FULL),
	STAT("XONTXC", STAT_XONTXC, FULL), STAT("XOFFRXC", STAT_XOFFRXC, FULL),
	STAT("XOFFTXC", STAT_XOFFTXC, FULL), STAT("FCRUC", STAT_FCRUC, FULL),
	STAT("PRC64", STAT_PRC64, FULL), STAT("PRC127", 0x4060, FULL),
	STAT("PRC255", 0x4064, FULL), STAT("PRC511", 0x4068, FULL),
	STAT("PRC1023", 0x406c, FULL), STAT("PRC1522", 0x4070, FULL),
	STAT("GPRC", STAT_GPRC, FULL), STAT("BPRC", STAT_BPRC, FULL),
	STAT("MPRC", STAT_MPRC, FULL), STAT("GPTC", STAT_GPTC, FULL),
	STAT("GORCL", STAT_GORCL, FULL), STAT("GORCH", STAT_GORCL + 4, FULL),
	STAT("GOTCL", STAT_GOTCL, FULL), STAT("GOTCH", STAT_GOTCL + 4, FULL),
	STAT("RNBC", STAT_RNBC, FULL), STAT("RUC", STAT_RUC, FULL),
	STAT("RFC", 0x40a8, PART(0)), STAT("ROC", STAT_ROC, FULL),
	STAT("RJC", 0x40b0, PART(0)), STAT("MGTPRC", 0x40b4, PART(0)),
	STAT("MGTPDC", 0x40b8, PART(0)), STAT("MGTPTC", 0x40bc, PART(0)),
	STAT("TORL", STAT_TORL, FULL), STAT("TORH", STAT_TORL + 4, FULL),
	STAT("TOTL", STAT_TOTL, FULL), STAT("TOTH", STAT_TOTL + 4, FULL),
	STAT("TPR", STAT_TPR, FULL), STAT("TPT", STAT_TPT, FULL),
	STAT("PTC64", STAT_PTC64, FULL), STAT("PTC127", 0x40dc, FULL),
	STAT("PTC255", 0x40e0, FULL), STAT("PTC511", 0x40e4, FULL),
	STAT("PTC1023", 0x40e8, FULL), STAT("PTC1522", 0x40ec, FULL),
	STAT("MPTC", STAT_MPTC, FULL), STAT("BPTC", STAT_BPTC, FULL),
	STAT("TSCTC", 0x40f8, PART(0)), STAT("TSCTFC", 0x40fc, PART(0)),
	STAT("IAC", STAT_IAC, FULL), STAT("RPTHC", STAT_RPTHC, FULL),
	STAT("HGPTC", STAT_HGPTC, FULL), STAT("HGORCL", 0x4128, PART(0)),
	STAT("HGORCH", 0x412c, PART(0)), STAT("HGOTCL", 0x4130, PART(0)),
	STAT("HGOTCH", 0x4134, PART(0)), STAT("LENERRS", 0x4138, PART(0)),
	STAT("TLPIC", 0x4148, PART(0)), STAT("RLPIC", 0x414c, PART(0)),
	STAT("B2OGPRC", 0x4158, PART(0)), STAT("O2BSPC", 0x415c, PART(0)),
	STAT("SCVPC", 0x4228, PART(0)),
	{ "PQGPRC", I354_PQGPRC(0), 0x100, I354_NQ, "rc", COVER_FULL, 0, 0, pq_read, NULL, 0, 0, false },
};
/* clang-format on */

#define NROW (sizeof(rows) / sizeof(rows[0]))

static uint8_t row_of[I354_CSR_BYTES / 4];

void
regs_init(void)
{
	_Static_assert(NROW <= 256, "row_of");
	for (unsigned r = 1; r < NROW; r++)
		for (unsigned i = 0; i < rows[r].n; i++)
			row_of[(rows[r].off + i * rows[r].stride) / 4] =
			    (uint8_t)r;
}

bool
i354_reg_row(unsigned i, struct i354_reg *out)
{
	const struct row *r = rows + i + 1;

	if (i + 1 >= NROW)
		return false;
	*out = (struct i354_reg){ r->name, r->off, r->stride, r->n, r->access,
		r->cover, r->live, r->reset };
	return true;
}

void
regs_reset(struct port *p, bool cold)
{
	for (const struct row *r = rows + 1; r < rows + NROW; r++)
		for (unsigned i = 0; r->canon == 0 && i < r->n; i++)
			if (cold || !r->keep)
				REG(p, r->off + i * r->stride) = r->reset;
	/* KB that drivers may find here; writing changes no buffer. */
	REG(p, I354_PBA) = p->nic->par.rxpb_bytes / 1024;
	if (cold)
		REG(p, I354_TXPBS) = p->nic->par.txpb_bytes / 1024 & 0x3f;
	/* Queue 0 of each direction is on. */
	REG(p, I354_RXDCTL(0)) |= XDCTL_ENABLE;
	REG(p, I354_TXDCTL(0)) |= XDCTL_ENABLE;
}

/* Whose bits start more than themselves. */

static void
tctl(struct port *p, unsigned i, uint32_t v)
{
	(void)i;
	REG(p, I354_TCTL) = v;
	tx_pump(p);
	tx_mac_go(p);
}

static void
rctl(struct port *p, unsigned i, uint32_t v)
{
	(void)i;
	REG(p, I354_RCTL) = v;
	rx_pump(p);
}

/* A frame that waits for a descriptor may be dropped now. */
static void
srrctl(struct port *p, unsigned q, uint32_t v)
{
	REG(p, I354_SRRCTL(q)) = v;
	rx_pump(p);
}

/* The row of an access and which of its registers; absent ones are told. */
static const struct row *
find(struct port *p, uint32_t off, bool write, unsigned *i)
{
	const struct i354_watch *w = &p->nic->watch;
	const struct row *r = rows + row_of[off / 4];

	if (r->canon != 0) {
		off = r->canon + (off - r->off) / r->stride * r->canon_stride;
		r = rows + row_of[off / 4];
	}
	if (r->cover == I354_ABSENT) {
		if (w->absent != NULL)
			w->absent(w->arg, p->n, r->name != NULL ? r->name : "?",
			    off, write);
		return NULL;
	}
	*i = (off - r->off) / r->stride;
	return r;
}

static uint32_t
read32(struct port *p, uint32_t off)
{
	unsigned i;
	const struct row *r = find(p, off, false, &i);

	if (r == NULL || r->access[0] != 'r')
		return 0;
	if (r->rd == stat_read)
		i = (r->off - NSTAT_FIRST) / 4;
	return r->rd != NULL ? r->rd(p, i) : REG(p, r->off + i * r->stride);
}

static void
write32(struct port *p, uint32_t off, uint32_t v)
{
	unsigned i;
	const struct i354_watch *watch = &p->nic->watch;
	const struct row *r = find(p, off, true, &i);
	uint32_t *word, lacking;

	if (r == NULL || (r->access[0] != 'w' && r->access[1] != 'w'))
		return;
	word = &REG(p, r->off + i * r->stride);
	lacking = (v ^ r->reset) & (v ^ *word) & r->mask & ~r->live;
	if (lacking != 0 && watch->lacking != NULL)
		watch->lacking(watch->arg, p->n, r->name,
		    r->off + i * r->stride, lacking);
	v = (*word & ~r->mask) | (v & r->mask);
	if (r->wr != NULL)
		r->wr(p, i, v);
	else
		*word = v;
}

/* BAR 2: an address and the register that lies there. */
static uint64_t
io_access(struct port *p, uint64_t off, bool write, uint32_t v)
{
	if (off == 0 && write)
		p->io_addr = v;
	if (off == 0)
		return p->io_addr;
	if (off != 4 || p->io_addr >= I354_CSR_BYTES || p->io_addr % 4 != 0)
		return 0;
	if (!write)
		return read32(p, p->io_addr);
	write32(p, p->io_addr, v);
	return 0;
}

uint64_t
regs_read(void *port, unsigned bar, uint64_t off, unsigned size)
{
	struct port *p = port;
	uint64_t v;

	if (bar == 2)
		return size == 4 ? io_access(p, off, false, 0) : 0;
	if (bar == 3) /* beside table and PBA */
		return 0;
	v = read32(p, (uint32_t)off & ~3u);
	if (size == 8)
		v |= (uint64_t)read32(p, (uint32_t)(off & ~3u) + 4) << 32;
	return v >> 8 * (off % 4);
}

void
regs_write(void *port, unsigned bar, uint64_t off, unsigned size, uint64_t v)
{
	struct port *p = port;

	if (size < 4 || off % 4 != 0 || bar == 3)
		return;
	if (bar == 2) {
		if (size == 4)
			(void)io_access(p, off, true, (uint32_t)v);
		return;
	}
	write32(p, (uint32_t)off, (uint32_t)v);
	if (size == 8)
		write32(p, (uint32_t)off + 4, (uint32_t)(v >> 32));
}

const char *
i354_cover_name(enum i354_cover cover)
{
	static const char *const name[] = { "absent", "partial", "full" };

	return name[cover];
}

void
i354_regs_print(FILE *f)
{
	struct i354_reg r;

	for (unsigned i = 0; i354_reg_row(i, &r); i++) {
		fprintf(f, "%05x  %-18s %-3s %s", r.off, r.name, r.access,
		    i354_cover_name(r.cover));
		if (r.cover == I354_PARTIAL && strchr(r.access, 'w') != NULL)
			fprintf(f, " (bits %08x)", r.live);
		if (r.n > 1)
			fprintf(f, ", %u of them, every 0x%x", r.n, r.stride);
		fprintf(f, "\n");
	}
}

/*
 * cause.c: interrupt causes (RX_CAUSE) and their messages (MSIX).
 *
 * With GPIE.MSIX_MODE, a queue's cause is the vector that IVAR names for it:
 *
 *	write-back -> IVAR -> EICR bit -+-> EICR & EIMS, EITR not running?
 *	link, ... -> ICR & IMS -> MISC -+	yes: message; EIAC clears EICR,
 *						EIAM clears EIMS, EITR starts
 *
 * A vector whose EITR runs keeps its cause, and is looked at again when it
 * ends; so it is when software sets EIMS, or a cause by EICS.  MSI-X masks are
 * PCIe's (pcie.h): to this file a message that PCIe keeps as pending is sent.
 *
 * Without, all causes are bits of ICR, which are one line, or one message of
 * MSI, when IMS has them; EITR(0) throttles it.  What is told by a rising
 * line is told again after ICR has been read or IMS written.
 */
#include "nic_i354/i354_impl.h"

static bool
msix_mode(const struct port *p)
{
	return (REG(p, I354_GPIE) & GPIE_MSIX_MODE) != 0;
}

static uint64_t
interval_tick(const struct port *p, unsigned v)
{
	const uint32_t us = (REG(p, I354_EITR(v)) & EITR_INTERVAL) >>
	    EITR_SHIFT;

	return ns_to_tick(UINT64_C(1000) * us);
}

static int
entry(uint32_t e)
{
	return (e & IVAR_VALID) != 0 ? (int)(e & IVAR_VECTOR) : -1;
}

int
cause_rx_vector(const struct port *p, unsigned q)
{
	return entry(REG(p, I354_IVAR(q / 2)) >> 16 * (q & 1));
}

int
cause_tx_vector(const struct port *p, unsigned q)
{
	return entry(REG(p, I354_IVAR(q / 2)) >> (16 * (q & 1) + 8));
}

int
cause_other_vector(const struct port *p)
{
	return entry(REG(p, I354_IVAR_MISC) >> 8);
}

/*
 * Vectors.
 */

static void
send(struct port *p, unsigned v)
{
	const struct i354_watch *w = &p->nic->watch;
	const uint32_t bit = 1u << v;

	if ((REG(p, I354_EIAC) & bit) != 0)
		REG(p, I354_EICR) &= ~bit;
	if ((REG(p, I354_GPIE) & GPIE_EIAME) != 0)
		REG(p, I354_EIMS) &= ~(REG(p, I354_EIAM) & bit);
	p->eitr[v].until_tick = sc_now_tick() + interval_tick(p, v);
	stat_add(p, STAT_IAC, 1);
	if (v >= p->nic->par.nmsix)
		return;
	p->counts.messages[v]++;
	(void)pcie_msix(p->fn, v);
	if (w->message != NULL)
		w->message(w->arg, p->n, v);
}

/*
 * Send the vector's message if it may be sent; true when it was.  Without
 * EIAC the cause stays, and is told again by EIMS or another cause, not here.
 */
static bool
look(struct port *p, unsigned v)
{
	const uint32_t bit = 1u << v;

	if (!msix_mode(p) || (REG(p, I354_EICR) & REG(p, I354_EIMS) & bit) == 0)
		return false;
	if (sc_now_tick() < p->eitr[v].until_tick) {
		at(p->eitr[v].ev, p->eitr[v].until_tick);
		return false;
	}
	send(p, v);
	return true;
}

static void
look_all(struct port *p, uint32_t bits)
{
	bits &= EICR_VECTORS;
	for (unsigned v = 0; bits != 0; v++, bits >>= 1)
		if ((bits & 1) != 0)
			(void)look(p, v);
}

static bool
raise(struct port *p, int v)
{
	if (v < 0 || v >= NVEC_ALL)
		return false;
	REG(p, I354_EICR) |= 1u << v;
	return look(p, (unsigned)v);
}

/*
 * One line.
 */

/* The line's state after something has changed; true: it has just been told. */
static bool
line(struct port *p, bool anew)
{
	const bool on = (REG(p, I354_ICR) & REG(p, I354_IMS)) != 0;

	if (msix_mode(p))
		return false;
	if (!on) {
		if (p->asserted)
			pcie_intx(p->fn, false);
		p->asserted = false;
		return false;
	}
	if (p->asserted && !anew)
		return false;
	if (!p->asserted && sc_now_tick() < p->eitr[0].until_tick) {
		at(p->eitr[0].ev, p->eitr[0].until_tick);
		return false;
	}
	p->eitr[0].until_tick = sc_now_tick() + interval_tick(p, 0);
	p->asserted = true;
	REG(p, I354_ICR) |= ICR_ASSERTED;
	stat_add(p, STAT_IAC, 1);
	p->counts.messages[0]++;
	if (pcie_msi_enabled(p->fn))
		(void)pcie_msi(p->fn, 0);
	else
		pcie_intx(p->fn, true);
	return true;
}

/* True: the one line, or message, has been told. */
static bool
cause_legacy(struct port *p, uint32_t bits)
{
	REG(p, I354_ICR) |= bits;
	if ((bits & ~(ICR_RXT0 | ICR_TXDW)) != 0)
		REG(p, I354_EICR) |= EICR_OTHER;
	return line(p, false);
}

void
cause_other(struct port *p, uint32_t bits)
{
	const uint32_t gained = bits & ~REG(p, I354_ICR) & REG(p, I354_IMS);

	if (!msix_mode(p)) {
		(void)cause_legacy(p, bits);
		return;
	}
	REG(p, I354_ICR) |= bits;
	if (gained != 0) {
		REG(p, I354_ICR) |= ICR_ASSERTED;
		(void)raise(p, cause_other_vector(p));
	}
}

bool
cause_rx(struct port *p, unsigned q)
{
	if (msix_mode(p))
		return raise(p, cause_rx_vector(p, q));
	REG(p, I354_EICR) |= 1u << q;
	return cause_legacy(p, ICR_RXT0);
}

void
cause_tx(struct port *p, unsigned q)
{
	if (msix_mode(p)) {
		(void)raise(p, cause_tx_vector(p, q));
		return;
	}
	REG(p, I354_EICR) |= 1u << (EICR_TX_SHIFT + q);
	(void)cause_legacy(p, ICR_TXDW);
}

/*
 * A throttle that does not run starts for what is held: with EITR 0 nothing
 * is held at all.
 */
uint64_t
cause_flush_tick(const struct port *p, unsigned q)
{
	const int v = msix_mode(p) ? cause_rx_vector(p, q) : 0;
	const uint64_t now = sc_now_tick();

	if (v < 0 || v >= NVEC_ALL)
		return now;
	if (p->eitr[v].until_tick > now)
		return p->eitr[v].until_tick;
	return now + interval_tick(p, (unsigned)v);
}

/*
 * Registers.
 */

uint32_t
cause_icr_read(struct port *p, unsigned i)
{
	const uint32_t v = REG(p, I354_ICR);

	(void)i;
	if (msix_mode(p) && (REG(p, I354_GPIE) & GPIE_NSICR) == 0 &&
	    REG(p, I354_IMS) != 0 && (v & ICR_ASSERTED) == 0)
		return v;
	REG(p, I354_ICR) = 0;
	if (!msix_mode(p))
		REG(p, I354_EICR) = 0;
	if ((REG(p, I354_CTRL_EXT) & CTRL_EXT_IAME) != 0)
		REG(p, I354_IMS) &= ~REG(p, I354_IAM);
	(void)line(p, false);
	return v;
}

void
cause_icr_write(struct port *p, unsigned i, uint32_t v)
{
	(void)i;
	REG(p, I354_ICR) &= ~v;
	if ((REG(p, I354_ICR) & ~ICR_ASSERTED) == 0)
		REG(p, I354_ICR) = 0;
	if ((REG(p, I354_CTRL_EXT) & CTRL_EXT_IAME) != 0)
		REG(p, I354_IMS) &= ~REG(p, I354_IAM);
	(void)line(p, false);
}

void
cause_ics(struct port *p, unsigned i, uint32_t v)
{
	(void)i;
	cause_other(p, v & ~ICR_ASSERTED);
}

uint32_t
cause_ims_read(struct port *p, unsigned i)
{
	(void)i;
	return REG(p, I354_IMS);
}

/* Causes that are set already count as gained. */
void
cause_ims(struct port *p, unsigned i, uint32_t v)
{
	const uint32_t gained = REG(p, I354_ICR) & v & ~REG(p, I354_IMS);

	(void)i;
	REG(p, I354_IMS) |= v;
	if (!msix_mode(p)) {
		(void)line(p,
		    (REG(p, I354_ICR) & v) != 0 && pcie_msi_enabled(p->fn));
	} else if (gained != 0) {
		REG(p, I354_ICR) |= ICR_ASSERTED;
		(void)raise(p, cause_other_vector(p));
	}
}

void
cause_imc(struct port *p, unsigned i, uint32_t v)
{
	(void)i;
	REG(p, I354_IMS) &= ~v;
	(void)line(p, false);
}

/* The bits of EICR mean something else in the other mode. */
void
cause_gpie(struct port *p, unsigned i, uint32_t v)
{
	(void)i;
	if (((v ^ REG(p, I354_GPIE)) & GPIE_MSIX_MODE) != 0)
		REG(p, I354_EICR) = 0;
	REG(p, I354_GPIE) = v;
	look_all(p, EICR_VECTORS);
	(void)line(p, false);
}

void
cause_eics(struct port *p, unsigned i, uint32_t v)
{
	(void)i;
	REG(p, I354_EICR) |= msix_mode(p) ? v & EICR_VECTORS : v;
	look_all(p, v);
}

uint32_t
cause_eims_read(struct port *p, unsigned i)
{
	(void)i;
	return REG(p, I354_EIMS);
}

void
cause_eims(struct port *p, unsigned i, uint32_t v)
{
	(void)i;
	REG(p, I354_EIMS) |= v;
	look_all(p, v);
}

void
cause_eimc(struct port *p, unsigned i, uint32_t v)
{
	(void)i;
	REG(p, I354_EIMS) &= ~v;
}

/* These do not stick before the mode is chosen. */
void
cause_eiac(struct port *p, unsigned i, uint32_t v)
{
	(void)i;
	if (msix_mode(p))
		REG(p, I354_EIAC) = v;
}

void
cause_ivar(struct port *p, unsigned i, uint32_t v)
{
	if (msix_mode(p))
		REG(p, I354_IVAR(i)) = v;
}

void
cause_ivar_misc(struct port *p, unsigned i, uint32_t v)
{
	(void)i;
	if (msix_mode(p))
		REG(p, I354_IVAR_MISC) = v;
}

uint32_t
cause_eicr_read(struct port *p, unsigned i)
{
	const uint32_t v = REG(p, I354_EICR);

	(void)i;
	REG(p, I354_EICR) = 0;
	return v;
}

void
cause_eicr_write(struct port *p, unsigned i, uint32_t v)
{
	(void)i;
	REG(p, I354_EICR) &= ~v;
}

/* Without CNT_IGNR the counter starts from what is written: it has ended. */
void
cause_eitr(struct port *p, unsigned v, uint32_t value)
{
	REG(p, I354_EITR(v)) = value & ~EITR_CNT_IGNR;
	if ((value & EITR_CNT_IGNR) != 0)
		return;
	p->eitr[v].until_tick = 0;
	if (sc_ev_due_tick(p->eitr[v].ev) != TICK_NEVER)
		at(p->eitr[v].ev, sc_now_tick());
}

/* The legacy throttle is in units of 256 ns; EITR(0) in about 1 us. */
void
cause_itr(struct port *p, unsigned i, uint32_t value)
{
	const uint32_t most = EITR_INTERVAL >> EITR_SHIFT;
	const uint32_t us = (value & 0xffff) * 256 / 1000;

	(void)i;
	REG(p, I354_ITR) = value & 0xffff;
	cause_eitr(p, 0, (us < most ? us : most) << EITR_SHIFT);
}

/* A throttle has ended with a cause waiting. */
static void
ended(void *arg)
{
	struct throttle *t = arg;

	if (msix_mode(t->port))
		(void)look(t->port, t->v);
	else if (t->v == 0)
		(void)line(t->port, false);
}

void
cause_init(struct port *p)
{
	for (unsigned v = 0; v < NVEC_ALL; v++) {
		p->eitr[v].port = p;
		p->eitr[v].v = v;
		i354_event(ended, &p->eitr[v], &p->eitr[v].ev);
	}
}

void
cause_reset(struct port *p)
{
	for (unsigned v = 0; v < NVEC_ALL; v++) {
		i354_must(sc_ev_cancel(p->eitr[v].ev));
		p->eitr[v].until_tick = 0;
	}
	for (unsigned v = 0; v < p->nic->par.nmsix; v++)
		pcie_msix_clear(p->fn, v);
	if (p->asserted)
		pcie_intx(p->fn, false);
	p->asserted = false;
}

/*
 * ipmi.c: ipmi(4): what the sensors of a board's management controller (BMC) say.
 *
 * The BMC is another computer, and slow.  It is behind a KCS interface of IPMI 2.0
 * (chapter 9), a data port and a port for control codes and status: a byte written
 * sets IBF until its firmware has taken it, a byte to read sets OBF.  There is no
 * interrupt, so a thread looks at status until the bit is as it should be: 500 times,
 * a microsecond apart, then once a tick, asleep.
 *
 * The thread is not MPSAFE.  So it holds KERNEL_LOCK, but while it sleeps, and who
 * needs that lock waits for as long as the BMC takes for bytes that it takes in less
 * than 500 looks, one after the other:
 *
 *	ipmi0			KERNEL_LOCK	another CPU
 *	byte, looks ...		held		interrupt: KERNEL_LOCK(1), spins
 *	byte, looks ...		held		spins
 *	byte, 500 looks		held		spins
 *	cv_timedwait		free		goes on
 *
 * A request is followed by a sleep of 50 ms, and the answer is read byte by byte.  Each
 * half second one sensor is read, the next one.  NetBSD learns which there are, and
 * what a reading means, from the BMC's repository; here they are numbered from 1 up to
 * the first that the BMC does not know, and readings stay raw.  NetBSD reads the first
 * when the repository is read, seconds after it has started; here half a second after.
 *
 * Boot properties: ipmi (on; off: as if there were no BMC), ipmi_cpu (the CPU that the
 * thread stays on; -1, the default: it goes where the scheduler wants it).
 *
 * Contexts: autoconfiguration; the thread.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bootprop.h>
#include <sys/bus.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/device.h>
#include <sys/evcnt.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/mutex.h>
#include <sys/proc.h>

#include <x86/ipmivar.h>

#define SENSOR_REFRESH_RATE (hz / 2)
#define BMC_SPIN            500
#define BMC_DIGEST_MS       50

#define _KCS_DATA_REGISTER    0
#define _KCS_STATUS_REGISTER  1
#define _KCS_COMMAND_REGISTER 1

#define KCS_OBF         0x01
#define KCS_IBF         0x02
#define KCS_STATE_MASK  0xc0
#define KCS_IDLE_STATE  0x00
#define KCS_READ_STATE  0x40
#define KCS_WRITE_STATE 0x80
#define KCS_ERROR_STATE 0xc0

#define KCS_GET_STATUS  0x60
#define KCS_WRITE_START 0x61
#define KCS_WRITE_END   0x62
#define KCS_READ_NEXT   0x68

/* A message: network function (and LUN 0), command, in answers the code, data. */
#define IPMI_MSG_NFLN    0
#define IPMI_MSG_CMD     1
#define IPMI_MSG_DATASND 2
#define IPMI_MSG_CCODE   2
#define IPMI_MSG_DATARCV 3
#define IPMI_MSG_MAX     16

#define SE_NETFN              0x04
#define SE_GET_SENSOR_READING 0x2d
#define IPMI_CC_NO_SENSOR     0xcb

#define IPMI_SENSORS 255 /* numbers there are */

/*
 * c: sc_cmd_mtx, held for a whole transaction.  t: the thread's own.
 * The rest is constant once attached.
 */
struct ipmi_softc {
	device_t sc_dev;
	bus_space_tag_t sc_iot;
	bus_space_handle_t sc_ioh;
	bus_size_t sc_if_iospacing;
	int sc_max_retries; /* ticks to sleep for a byte */
	kmutex_t sc_cmd_mtx;
	kmutex_t sc_sleep_mtx;
	kcondvar_t sc_cmd_sleep; /* nobody signals it */
	kmutex_t sc_poll_mtx;
	kcondvar_t sc_poll_cv; /* nor this */
	lwp_t *sc_kthread;

	u_int sc_nsensors;                /* t: as far as is known */
	u_int sc_current_sensor;          /* t: 0: none yet */
	uint8_t sc_reading[IPMI_SENSORS]; /* c: of number i + 1 */
	struct evcnt sc_ev_read;          /* t: readings */
	struct evcnt sc_ev_failed;        /* t: transactions without one */
	struct evcnt sc_ev_slept; /* c: bytes that took more than BMC_SPIN */
};

/* Not static, as NetBSD's, so that a debugger finds them. */
int bmc_io_wait_spin(struct ipmi_softc *sc, int offset, uint8_t mask,
    uint8_t value);
int bmc_io_wait_sleep(struct ipmi_softc *sc, int offset, uint8_t mask,
    uint8_t value);
int bmc_io_wait(struct ipmi_softc *sc, int offset, uint8_t mask, uint8_t value);
int kcs_wait(struct ipmi_softc *sc, uint8_t mask, uint8_t value);
bool kcs_sendmsg(struct ipmi_softc *sc, const uint8_t *data, int len);
int kcs_recvmsg(struct ipmi_softc *sc, uint8_t *data, int room);
void ipmi_delay(struct ipmi_softc *sc, int ms);
void ipmi_refresh_sensors(struct ipmi_softc *sc);

/* ---- bytes ----------------------------------------------------------------------- */

static uint8_t
bmc_read(struct ipmi_softc *sc, int offset)
{
	return bus_space_read_1(sc->sc_iot, sc->sc_ioh,
	    offset * sc->sc_if_iospacing);
}

static void
bmc_write(struct ipmi_softc *sc, int offset, uint8_t v)
{
	bus_space_write_1(sc->sc_iot, sc->sc_ioh, offset * sc->sc_if_iospacing,
	    v);
}

/* Both return the register when it is as wanted, -1 when it will not be. */
int
bmc_io_wait_spin(struct ipmi_softc *sc, int offset, uint8_t mask, uint8_t value)
{
	for (int n = 0; n < BMC_SPIN; n++) {
		const uint8_t v = bmc_read(sc, offset);

		if ((v & mask) == value)
			return v;
		delay(1);
	}
	return -1;
}

int
bmc_io_wait_sleep(struct ipmi_softc *sc, int offset, uint8_t mask,
    uint8_t value)
{
	sc->sc_ev_slept.ev_count++;
	for (int n = 0; n < sc->sc_max_retries; n++) {
		uint8_t v;

		mutex_enter(&sc->sc_sleep_mtx);
		(void)cv_timedwait(&sc->sc_cmd_sleep, &sc->sc_sleep_mtx, 1);
		mutex_exit(&sc->sc_sleep_mtx);
		v = bmc_read(sc, offset);
		if ((v & mask) == value)
			return v;
	}
	return -1;
}

int
bmc_io_wait(struct ipmi_softc *sc, int offset, uint8_t mask, uint8_t value)
{
	const int v = bmc_io_wait_spin(sc, offset, mask, value);

	KASSERT(mutex_owned(&sc->sc_cmd_mtx));
	return v != -1 ? v : bmc_io_wait_sleep(sc, offset, mask, value);
}

/* ---- KCS ------------------------------------------------------------------------- */

/*
 * The state, when the bits of mask are as in value; -1: they will not be.  What a
 * write leaves to read says nothing, and is read to be out of the way.
 */
int
kcs_wait(struct ipmi_softc *sc, uint8_t mask, uint8_t value)
{
	const int v = bmc_io_wait(sc, _KCS_STATUS_REGISTER, mask, value);

	if (v == -1)
		return -1;
	if ((v & (KCS_OBF | KCS_STATE_MASK)) == (KCS_OBF | KCS_WRITE_STATE))
		(void)bmc_read(sc, _KCS_DATA_REGISTER);
	return v & KCS_STATE_MASK;
}

static int
kcs_write_cmd(struct ipmi_softc *sc, uint8_t cmd)
{
	bmc_write(sc, _KCS_COMMAND_REGISTER, cmd);
	return kcs_wait(sc, KCS_IBF, 0);
}

static int
kcs_write_data(struct ipmi_softc *sc, uint8_t data)
{
	bmc_write(sc, _KCS_DATA_REGISTER, data);
	return kcs_wait(sc, KCS_IBF, 0);
}

/* A byte, and the next one is asked for. */
static int
kcs_read_data(struct ipmi_softc *sc, uint8_t *data)
{
	const int state = kcs_wait(sc, KCS_IBF | KCS_OBF, KCS_OBF);

	if (state == KCS_READ_STATE) {
		*data = bmc_read(sc, _KCS_DATA_REGISTER);
		bmc_write(sc, _KCS_DATA_REGISTER, KCS_READ_NEXT);
	}
	return state;
}

/* What is wrong, and IDLE again, unless the BMC is past all help. */
static void
kcs_error(struct ipmi_softc *sc)
{
	uint8_t code = 0;

	(void)kcs_write_cmd(sc, KCS_GET_STATUS);
	(void)bmc_read(sc, _KCS_DATA_REGISTER);
	(void)kcs_write_data(sc, 0);
	if (kcs_read_data(sc, &code) == KCS_READ_STATE)
		(void)kcs_wait(sc, KCS_IBF | KCS_OBF, KCS_OBF);
	(void)bmc_read(sc, _KCS_DATA_REGISTER);
	aprint_error_dev(sc->sc_dev, "error code %#x\n", code);
}

/* Each step from the state that the one before has left; false: another. */
bool
kcs_sendmsg(struct ipmi_softc *sc, const uint8_t *data, int len)
{
	int state = kcs_write_cmd(sc, KCS_WRITE_START);

	for (int i = 0; i < len && state == KCS_WRITE_STATE; i++) {
		if (i == len - 1)
			state = kcs_write_cmd(sc, KCS_WRITE_END);
		if (state == KCS_WRITE_STATE)
			state = kcs_write_data(sc, data[i]);
	}
	return state == KCS_READ_STATE;
}

/* How many bytes; 0: none, or it went wrong. */
int
kcs_recvmsg(struct ipmi_softc *sc, uint8_t *data, int room)
{
	int state = KCS_READ_STATE, n = 0;

	while (n < room &&
	    (state = kcs_read_data(sc, &data[n])) == KCS_READ_STATE)
		n++;
	if (state != KCS_IDLE_STATE)
		return 0;
	(void)bmc_read(sc, _KCS_DATA_REGISTER);
	return n;
}

/* ---- messages -------------------------------------------------------------------- */

void
ipmi_delay(struct ipmi_softc *sc, int ms)
{
	mutex_enter(&sc->sc_sleep_mtx);
	(void)cv_timedwait(&sc->sc_cmd_sleep, &sc->sc_sleep_mtx, mstohz(ms));
	mutex_exit(&sc->sc_sleep_mtx);
}

/* The completion code of a sensor's reading; -1: no answer. */
static int
read_sensor(struct ipmi_softc *sc, u_int number)
{
	const uint8_t request[] = { [IPMI_MSG_NFLN] = SE_NETFN << 2,
		[IPMI_MSG_CMD] = SE_GET_SENSOR_READING,
		[IPMI_MSG_DATASND] = number };
	uint8_t answer[IPMI_MSG_MAX];
	int n = 0, code = -1;

	mutex_enter(&sc->sc_cmd_mtx);
	if (kcs_sendmsg(sc, request, sizeof(request))) {
		ipmi_delay(sc, BMC_DIGEST_MS);
		n = kcs_recvmsg(sc, answer, sizeof(answer));
	}
	if (n > IPMI_MSG_CCODE)
		code = answer[IPMI_MSG_CCODE];
	if (code == 0 && n > IPMI_MSG_DATARCV)
		sc->sc_reading[number - 1] = answer[IPMI_MSG_DATARCV];
	if (n == 0)
		kcs_error(sc);
	mutex_exit(&sc->sc_cmd_mtx);
	return code;
}

/* ---- the thread ------------------------------------------------------------------ */

void
ipmi_refresh_sensors(struct ipmi_softc *sc)
{
	int code;

	sc->sc_current_sensor = sc->sc_current_sensor % sc->sc_nsensors + 1;
	code = read_sensor(sc, sc->sc_current_sensor);
	if (code == 0)
		sc->sc_ev_read.ev_count++;
	else
		sc->sc_ev_failed.ev_count++;
	if (code == IPMI_CC_NO_SENSOR && sc->sc_current_sensor > 1)
		sc->sc_nsensors = sc->sc_current_sensor - 1;
}

static void
ipmi_thread(void *cookie)
{
	struct ipmi_softc *const sc = cookie;

	mutex_enter(&sc->sc_poll_mtx);
	for (;;) {
		(void)cv_timedwait(&sc->sc_poll_cv, &sc->sc_poll_mtx,
		    SENSOR_REFRESH_RATE);
		ipmi_refresh_sensors(sc);
	}
}

/* ---- autoconfiguration ------------------------------------------------------------- */

static bool
ipmi_map_regs(struct ipmi_softc *sc, const struct ipmi_attach_args *ia)
{
	sc->sc_iot = ia->iaa_iot;
	sc->sc_if_iospacing = ia->iaa_if_iospacing;
	return bus_space_map(sc->sc_iot, ia->iaa_if_iobase,
		   2 * sc->sc_if_iospacing, 0, &sc->sc_ioh) == 0;
}

/* Where nothing is all bits are read as ones. */
static int
ipmi_match(device_t parent, cfdata_t cf, void *aux)
{
	const struct ipmi_attach_args *const ia = aux;
	const char *const want = sysctl_bootprop_string("ipmi", "on");
	struct ipmi_softc sc;

	(void)sysctl_bootprop_int("ipmi_cpu", -1);
	if (strcmp(want, "off") == 0)
		return 0;
	if (strcmp(want, "on") != 0)
		aprint_error("ipmi=%s: neither on nor off; on it is\n", want);
	if (!ipmi_map_regs(&sc, ia))
		return 0;
	if (bmc_read(&sc, _KCS_STATUS_REGISTER) != 0xff)
		return 1;
	aprint_normal("%s: no BMC at port %#x\n", device_xname(parent),
	    ia->iaa_if_iobase);
	return 0;
}

static void
ipmi_attach(device_t parent, device_t self, void *aux)
{
	const struct ipmi_attach_args *const ia = aux;
	struct ipmi_softc *const sc = device_private(self);
	const int cpu = sysctl_bootprop_int("ipmi_cpu", -1);
	struct cpu_info *const ci = cpu < 0 ? NULL : cpu_lookup(cpu);

	sc->sc_dev = self;
	sc->sc_max_retries = 90 * hz;
	sc->sc_nsensors = IPMI_SENSORS;
	aprint_normal(": KCS at port %#x\n", ia->iaa_if_iobase);
	if (!ipmi_map_regs(sc, ia)) {
		aprint_error_dev(self, "cannot map its ports\n");
		return;
	}
	if (cpu >= 0 && ci == NULL)
		aprint_error_dev(self, "ipmi_cpu=%d: there is no such CPU\n",
		    cpu);

	mutex_init(&sc->sc_cmd_mtx, MUTEX_DEFAULT, IPL_SOFTCLOCK);
	mutex_init(&sc->sc_sleep_mtx, MUTEX_DEFAULT, IPL_SOFTCLOCK);
	mutex_init(&sc->sc_poll_mtx, MUTEX_DEFAULT, IPL_SOFTCLOCK);
	cv_init(&sc->sc_cmd_sleep, "ipmicmd");
	cv_init(&sc->sc_poll_cv, "ipmipoll");
	evcnt_attach_dynamic(&sc->sc_ev_read, EVCNT_TYPE_MISC, NULL,
	    device_xname(self), "read");
	evcnt_attach_dynamic(&sc->sc_ev_failed, EVCNT_TYPE_MISC, NULL,
	    device_xname(self), "failed");
	evcnt_attach_dynamic(&sc->sc_ev_slept, EVCNT_TYPE_MISC, NULL,
	    device_xname(self), "slept");
	if (kthread_create(PRI_NONE, 0, ci, ipmi_thread, sc, &sc->sc_kthread,
		"%s", device_xname(self)) != 0)
		aprint_error_dev(self, "no LWP for its thread\n");
}

CFATTACH_DECL_NEW(ipmi, sizeof(struct ipmi_softc), ipmi_match, ipmi_attach,
    NULL, NULL);

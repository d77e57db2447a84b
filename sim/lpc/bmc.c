/*
 * bmc.c: what the management controller answers (bmc.h).
 */
#include <stdlib.h>
#include <string.h>

#include "core/tick.h"
#include "lpc/bmc.h"
#include "lpc/kcs.h"

#define APPLICATION 0x06
#define SENSOR      0x04

/* Completion codes. */
#define DONE            0x00
#define NO_SUCH_COMMAND 0xc1
#define WRONG_LENGTH    0xc7
#define NO_SUCH_SENSOR  0xcb

/* Of Get Sensor Reading: events enabled, scanning; no limit passed. */
#define SCANNING 0xc0
#define IN_RANGE 0xc0

struct bmc {
	struct kcs *kcs;
};

/* What the sensors of a board at rest say: temperatures, voltages, a fan. */
static const uint8_t reading[BMC_NSENSORS] = { 38, 31, 29, 30, 111, 124, 196,
	57 };

/* Revision 1, firmware 1.0, IPMI 2.0; a sensor device; no maker, no product. */
static const uint8_t device_id[] = { 0x20, 0x01, 0x01, 0x00, 0x02, 0x01 };
#define DEVICE_ID_BYTES 15

static uint8_t
get_device_id(const uint8_t *arg, uint8_t *out, size_t *n)
{
	(void)arg;
	memset(out, 0, DEVICE_ID_BYTES);
	memcpy(out, device_id, sizeof(device_id));
	*n = DEVICE_ID_BYTES;
	return DONE;
}

static uint8_t
get_sdr_info(const uint8_t *arg, uint8_t *out, size_t *n)
{
	(void)arg;
	out[0] = BMC_NSENSORS;
	out[1] = 0x01; /* of unit 0; never more, never fewer */
	*n = 2;
	return DONE;
}

static uint8_t
get_sensor_reading(const uint8_t *arg, uint8_t *out, size_t *n)
{
	if (arg[0] == 0 || arg[0] > BMC_NSENSORS)
		return NO_SUCH_SENSOR;
	out[0] = reading[arg[0] - 1];
	out[1] = SCANNING;
	out[2] = IN_RANGE;
	*n = 3;
	return DONE;
}

static const struct {
	uint8_t function, command;
	size_t nargs;
	uint8_t (*fn)(const uint8_t *arg, uint8_t *out, size_t *n);
} commands[] = {
	{ APPLICATION, 0x01, 0, get_device_id },
	{ SENSOR, 0x20, 0, get_sdr_info },
	{ SENSOR, 0x2d, 1, get_sensor_reading },
};
#define NCOMMANDS (sizeof(commands) / sizeof(*commands))

static size_t
answer(void *arg, const uint8_t *req, size_t n, uint8_t *rsp)
{
	size_t more = 0;

	(void)arg;
	if (n < 2)
		return 0;
	rsp[0] = (uint8_t)(req[0] + (1 << 2));
	rsp[1] = req[1];
	rsp[2] = NO_SUCH_COMMAND;
	for (size_t i = 0; i < NCOMMANDS; i++)
		if (commands[i].function << 2 == req[0] &&
		    commands[i].command == req[1])
			rsp[2] = commands[i].nargs != n - 2
			    ? WRONG_LENGTH
			    : commands[i].fn(req + 2, rsp + 3, &more);
	return 3 + more;
}

struct bmc *
bmc_create(struct io *io, const struct machine *m)
{
	const struct kcs_times t = {
		.byte_tick = clk_to_tick_up(m->bmc_byte_clk),
		.tail_tick = clk_to_tick_up(m->bmc_tail_clk),
		.max_tick = clk_to_tick_up(m->bmc_max_clk),
		.seed = m->bmc_seed,
	};
	struct bmc *b;

	if (m->bmc_present == 0)
		return NULL;
	b = calloc(1, sizeof(*b));
	if (b == NULL)
		abort();
	b->kcs = kcs_create(io, BMC_PORT, &t, answer, b);
	return b;
}

void
bmc_destroy(struct bmc *b)
{
	if (b == NULL)
		return;
	kcs_destroy(b->kcs);
	free(b);
}

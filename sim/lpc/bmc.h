/*
 * bmc.h: the board's management controller: a KCS interface (kcs.h) where boards
 * have it, and behind it a few sensors.
 *
 * A request has a network function (bits 7:2; 1:0 a unit within the controller, here
 * 0) and a command; the answer has the function that is one higher, the command and a
 * completion code, 0 for success.  It knows:
 *
 *	function	command			answer, after the code
 *	6 application	1  Get Device ID	15 bytes, of IPMI 2.0
 *	4 sensor	20 Get Device SDR Info	how many sensors, flags
 *	4 sensor	2d Get Sensor Reading	reading, flags, state
 *
 * Sensors are numbered from 1 on.  A reading is raw: without the SDR, which is not
 * here, nobody can tell degrees from volts.
 *
 * Contexts: those of kcs.h.
 */
#ifndef LPC_BMC_H
#define LPC_BMC_H

#include "core/machine.h"
#include "mem/io.h"

#define BMC_PORT     0xca2 /* what IPMI 2.0, 9.1, recommends */
#define BMC_NSENSORS 8

struct bmc;

/* NULL: the machine has none (bmc.present).  Destroyed before sc_fini(). */
struct bmc *bmc_create(struct io *, const struct machine *);
void bmc_destroy(struct bmc *);

#endif

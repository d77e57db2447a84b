/*
 * board.h: the machine's I354 with its cables, and who is at their other ends.
 *
 *	source --> link --> port =====> kernel =====> port --> link --> sink
 *
 * One of each port that takes part.  A frame that comes out is known by the memory it
 * was sent from: the frame that was received into it.  So it has all stamps, from wire
 * to wire.
 *
 * One board in a process.
 */
#ifndef APP_BOARD_H
#define APP_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "absent.h"
#include "core/frame.h"
#include "nic_i354/i354.h"
#include "origin.h"
#include "thunk/run.h"
#include "wire/cable.h"

/* After the kernel is ready: it has time to become idle. */
#define BOARD_START_TICK (UINT64_C(1000000) * TICK_PER_NS)

/* The port of "wm2", or of what begins so; -1: none. */
int board_port(const char *);

/* What is at the other end of a port's cable. */
struct board_outside {
	void *arg;
	/* Frames may be sent from this tick on. */
	void (*ready)(void *arg, uint64_t at_tick);
	/* Nothing will be sent any more. */
	bool (*done)(void *arg);
	struct wire_port port; /* takes what comes out */
};

struct board;

/* Before the run, of the machine's constants, which the caller keeps: ports are taken
 * part in by board_connect(). */
struct board *board_create(const struct machine *);
void board_destroy(struct board *);
void board_connect(struct board *, unsigned port, const struct board_outside *);

/* For run_config.devices. */
const struct run_devices *board_devices(struct board *);

/* A port's cable, whose end BOARD_OUTSIDE is the outside's; during the run. */
#define BOARD_OUTSIDE 1
struct cable *board_cable(struct board *, unsigned port);

/* The frame that is, or was last, in the buffer at pa; NULL: none ever was. */
struct origin *board_origin(struct board *, uint64_t pa);

/* origins_lost(), origins_made() */
void board_lost(struct board *, struct origin *);
uint64_t board_made(const struct board *);

/*
 * Nothing will come from outside any more, and no frame is under way, nor waits in a
 * ring for an interrupt that its EITR holds back.
 */
bool board_over(void *board);

/* The machine, and the devices, while the run lasts, and in its destroy hook. */
struct smp *board_smp(const struct board *);
struct pcie *board_pcie(struct board *);
struct i354 *board_nic(const struct board *);
struct ioapic *board_ioapic(struct board *);

/* The message that a frame received into this queue leads to; false: none now. */
bool board_rx_message(const struct board *, unsigned port, unsigned queue,
    uint32_t *address, uint32_t *data);

/* Who gets a message to this address; NULL: nobody. */
const struct cpu *board_target(const struct board *, uint32_t address);

/* What software wants of the controller and the model lacks; strict may be set. */
struct absent *board_absent(struct board *);

/* Called when the run has ended, while the devices still are. */
void board_on_end(struct board *, void (*fn)(void *arg), void *arg);

#endif

/*
 * io.h: device memory and ports: who answers, when, and what it may do.
 *
 * A CPU's uncached access leaves its module through the module's port, which
 * takes one access at a time, and reaches the device after a flight; a read's
 * answer comes back the same way.  Devices live in the event kernel (sc/sc.h)
 * and answer in its callbacks, at the instant at which the access arrives:
 *
 *	CPU	t: io_write ----> port free ----flight----> dev->write(value)
 *	CPU	t: io_read  ----> port free ----flight----> dev->read() --> done
 *
 * Accesses of one module arrive in the order in which they were issued, so a
 * read pushes the writes before it.  Only posted writes keep the port busy
 * (gap_clk); what the core waits for leaves it free.  Arrivals are at whole
 * ticks, rounded up.  A device reaches memory by io_dma_* (through the
 * coherence model) and interrupts CPUs by a memory write to 0xFEExxxxx.
 *
 * Times are in CPU clock units.  One host thread.  CPUs issue accesses outside
 * of sc_run(), at times from sc_now_tick() on.  Errors of set-up and use
 * (ranges that overlap, an access beside its device) abort: they are ours.
 */
#ifndef MEM_IO_H
#define MEM_IO_H

#include <stdbool.h>
#include <stdint.h>

#define IO_MAX_DEV    16
#define IO_MAX_MODULE 8
#define IO_MSI_BASE   0xfee00000u /* writes there are messages */
#define IO_MSI_END    0xfef00000u

/* A device: registers at [base, base + bytes) of memory or of the ports. */
struct io_dev {
	const char *name;
	uint64_t base;
	uint64_t bytes;
	bool ports; /* I/O ports instead of memory */
	void *arg;
	/* In a callback of the event kernel; off < bytes, size 1, 2, 4, 8. */
	uint64_t (*read)(void *arg, uint64_t off, unsigned size);
	void (*write)(void *arg, uint64_t off, unsigned size, uint64_t value);
};

struct io_params {
	uint32_t read_clk;     /* core stalls for an uncached read, in all */
	uint32_t write_clk;    /* to the core, of an isolated uncached write */
	uint32_t gap_clk;      /* between two writes of a module */
	uint32_t flight_clk;   /* port to device; part of read_clk, port_clk */
	uint32_t port_clk;     /* IN and OUT, in all */
	uint32_t msi_clk;      /* message sent by a device -> IRR set */
	uint32_t dma_line_clk; /* DMA port: between two lines */
};

struct io;

/* What the machine gives the devices.  All are set before the run. */
struct io_machine {
	void *arg;
	/*
	 * A device's access to the line that holds pa, at time `at', for the
	 * coherence model.  Returns when it is done (at or later).
	 */
	uint64_t (*dma_line)(void *arg, uint64_t pa, bool write, uint64_t at);
	/* Host address of n bytes at pa, or NULL: not in memory. */
	void *(*ram)(void *arg, uint64_t pa, uint64_t n);
	/* A message for the local APICs arrives at time `at'. */
	void (*msi)(void *arg, uint32_t address, uint32_t data, uint64_t at);
	/*
	 * The answer to io_read or io_out: the CPU may go on at time `at'.
	 * Called when the access arrives, which is at least the lookahead
	 * before that; so is msi().
	 */
	void (*answer)(void *arg, unsigned cpu, uint64_t value, uint64_t at);
};

/* After sc_init(); io_destroy() before sc_fini().  `nmodule' ports. */
struct io *io_create(const struct io_params *, const struct io_machine *,
    unsigned nmodule);
void io_destroy(struct io *);
/* The struct is copied. */
void io_add(struct io *, const struct io_dev *);

/* The device whose range holds the access, or NULL; io NULL has none. */
const struct io_dev *io_find(const struct io *, bool ports, uint64_t address,
    unsigned size);

/*
 * CPU `cpu' of `module' writes at time t.  The access arrives at the device by
 * itself.  Returns when the port has taken it, write_clk after it was free to:
 * what must wait for uncached writes (locked operations, interrupt exit) waits
 * until then.  Ports are written with io_out().
 */
uint64_t io_write(struct io *, unsigned module, unsigned cpu,
    const struct io_dev *, uint64_t address, unsigned size, uint64_t value,
    uint64_t t);

/*
 * CPU `cpu' of `module' reads at time t; io_machine.answer() tells it the
 * value and when.  At most one read per CPU is under way.  The answer is never
 * earlier than t + read_clk (port_clk for ports); it leaves the device when
 * the read arrives there, and flies for read_clk - flight_clk.
 */
void io_read(struct io *, unsigned module, unsigned cpu, const struct io_dev *,
    uint64_t address, unsigned size, uint64_t t);
/* OUT: as io_read, since the core waits; the value answered is void. */
void io_out(struct io *, unsigned module, unsigned cpu, const struct io_dev *,
    uint64_t address, unsigned size, uint64_t value, uint64_t t);

/*
 * For devices.  In dev->read, io_hold() says that the answer does not leave
 * yet, and returns the CPU that waits for it; io_release(), in the same callback
 * or a later one, lets it leave at time `at', from now on.  The value is the
 * one that dev->read returns.
 */
unsigned io_hold(struct io *);
void io_release(struct io *, unsigned cpu, uint64_t at);

/* When the module's port is free to start another access. */
uint64_t io_port_free(const struct io *, unsigned module);

/*
 * For devices, in callbacks, `at' from now on.  DMA moves n bytes through the
 * coherence model, line after line through the one DMA port, in the order of
 * the calls; returns when all is done, or 0 when pa..pa+n is not memory
 * (nothing is done then).  The bytes are moved during the call.  No bytes are
 * done at `at'.
 *
 * io_message sends a write to the MSI window.  It arrives msi_clk after `at',
 * but not before any DMA that was called for earlier is done.  To an address
 * outside of the window it is a DMA write of four bytes, as on the machine, and
 * is lost where there is no memory.  A message that has come over a link may
 * have begun in the past; smp_lookahead() has been told how far.
 */
uint64_t io_dma_write(struct io *, uint64_t pa, const void *, uint32_t n,
    uint64_t at);
uint64_t io_dma_read(struct io *, uint64_t pa, void *, uint32_t n, uint64_t at);
void io_message(struct io *, uint32_t address, uint32_t data, uint64_t at);

/* In a device's read or write: the CPU whose access it is. */
unsigned io_cpu(const struct io *);

/*
 * The smallest time from a CPU to a device (arrival) or from a device to a CPU
 * (answer, message).
 */
uint32_t io_lookahead_clk(const struct io_params *);

#endif

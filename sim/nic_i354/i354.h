/*
 * i354.h: the Ethernet controller of the C2758, four gigabit ports.
 *
 * Each port is a function of one PCI device (00:14.0 to 3), with 8 receive and
 * 8 transmit queues, 10 MSI-X vectors and an external PHY.  A frame's way is a
 * file each:
 *
 *	wire -> rx_mac.c   filters, lengths, flow control, packet buffer
 *		rss.c	   what it is (parse.c), its hash, its queue
 *		rx_ring.c  descriptors: prefetch, blocking or drop
 *		rx_dma.c   bytes, then descriptor write-back
 *		cause.c	   vector, throttle, masks, message
 *	CPU  -> tx_ring.c  doorbell, descriptor fetch, write-back
 *		tx_dma.c   bytes
 *		tx_mac.c   offloads, padding, pause -> wire
 *
 * regs.c has the table of registers, reset.c, nvm.c, phy.c and stats.c what is
 * behind those that are not on the way.
 *
 * What is modelled of a register is said by the table: full, partial or
 * absent.  Behaviour that no driver of the plan uses and that is absent:
 * TCP segmentation, header split, VMDq and SR-IOV, time stamps, DCA,
 * management, wake-up, LinkSec, loopback, speeds other than 1000 full.
 *
 * Context: create, connect and destroy outside of sc_run(), with the frames of
 * core/frame.h and the root of pcie/pcie.h; printing anywhere; the rest in
 * callbacks of the event kernel.  Nothing allocates while the machine runs.
 * Source: facts/i354.md.
 */
#ifndef NIC_I354_I354_H
#define NIC_I354_I354_H

#include <stdio.h>

#include <jansson.h>

#include "core/frame.h"
#include "pcie/pcie.h"

#define I354_NPORT 4
#define I354_NQ    8
#define I354_NVEC  10

struct machine;

/* Times and sizes: [nic] of the machine file. */
struct i354_params {
	/* Entries of a port's MSI-X table, up to I354_NVEC, and messages of its
	 * MSI, a power of 2 up to 32; 0: it has none of these. */
	uint32_t nmsix, nmsi;
	/* Last bit -> filters passed, in the packet buffer; then -> queue
	 * known. */
	uint32_t rx_mac_tick, rx_class_tick;
	/* Frames whose writes are on the way to memory. */
	uint32_t rx_dma_frames;
	/* Write-back -> cause set and message given to PCIe. */
	uint32_t cause_tick;
	/* Tail written -> first fetch. */
	uint32_t doorbell_tick;
	/* All bytes there -> may start to send. */
	uint32_t tx_mac_tick;
	/* Descriptors of a queue on the chip, of them fetched at once. */
	uint32_t desc_chip, desc_fetch;
	/* Data reads of a port under way. */
	uint32_t tx_reads;
	/* Packet buffers of a port. */
	uint32_t rxpb_bytes, txpb_bytes;
	/* A transaction with the PHY; of the NVM, one word; reset to
	 * EECD.AUTO_RD. */
	uint32_t mdic_tick, eerd_tick, load_tick;
	/* Cable plugged in or negotiation restarted -> link. */
	uint64_t an_tick;
	/* The PHY's identity. */
	uint32_t phy_id;
};
void i354_params_init(struct i354_params *, const struct machine *);

struct i354;

/*
 * Ports are functions 0 to 3 of bus and dev; their addresses are mac and the
 * three that follow it.  Call pcie_firmware() afterwards.
 */
struct i354 *i354_create(struct pcie *, unsigned bus, unsigned dev,
    const struct i354_params *, const uint8_t mac[6]);
/* Frames that are inside end as drops of a reset. */
void i354_destroy(struct i354 *);

/* Port n's end of a cable: who receives, and where it sends. */
struct wire_port i354_wire_port(struct i354 *, unsigned port);
void i354_wire_out(struct i354 *, unsigned port, const struct wire_out *);

struct pcie_fn *i354_fn(struct i354 *, unsigned port);

/*
 * Who wants to know, all may be NULL.  moves: a frame's bytes are given to PCIe,
 * for a first buffer at pa; from now on CPUs may see them, with the descriptor,
 * before they are delivered (mem/io.h).  delivered: a frame has ended in memory,
 * with its stamps up to RX_CAUSE, and MSIX if the message went at once; its
 * first buffer is at pa.  taken: a frame made from memory has all its bytes;
 * its first buffer was at pa.  absent: a register that the model lacks was
 * read or written; name is "?" where no register is known.  lacking: a register
 * was written, with bits that the model does nothing with and that are neither as
 * after a reset nor as they were.
 */
struct i354_watch {
	void *arg;
	void (*moves)(void *arg, unsigned port, unsigned queue,
	    const struct frame *, uint64_t pa);
	void (*delivered)(void *arg, unsigned port, unsigned queue,
	    const struct frame *, uint64_t pa);
	void (*taken)(void *arg, unsigned port, unsigned queue, struct frame *,
	    uint64_t pa);
	void (*message)(void *arg, unsigned port, unsigned vector);
	void (*absent)(void *arg, unsigned port, const char *name, uint32_t off,
	    bool write);
	void (*lacking)(void *arg, unsigned port, const char *name,
	    uint32_t off, uint32_t bits);
};
void i354_watch(struct i354 *, const struct i354_watch *);

/* The message of the vector that a receive queue raises now; false: none. */
bool i354_rx_message(const struct i354 *, unsigned port, unsigned queue,
    uint32_t *address, uint32_t *data);

/*
 * What raises a vector of MSI-X, and its message; or that of MSI, for all that there is.
 * False: nothing does.
 */
struct i354_vector {
	bool msix;
	uint32_t rx, tx; /* queues, a bit each */
	bool other;      /* link and the like */
	uint32_t address, data;
};
bool i354_vector(const struct i354 *, unsigned port, unsigned vector,
    struct i354_vector *);

/* Frames inside a port, by place. */
struct i354_in_flight {
	uint32_t rx_buffer; /* in the packet buffer */
	uint32_t rx_dma;    /* on the way to memory */
	uint32_t rx_held;   /* in memory, but their descriptors are held back */
	uint32_t rx_cause;  /* between write-back and cause */
	uint32_t tx_read;   /* on the way from memory */
	uint32_t tx_buffer; /* whole, waiting for the wire */
	uint32_t reset;     /* lost by a reset, but PCIe still moves bytes */
};
void i354_in_flight(const struct i354 *, unsigned port,
    struct i354_in_flight *);
/* Of all ports, all places. */
uint32_t i354_in_flight_all(const struct i354 *);
/*
 * Of these, those that stand still until software goes on: it has stopped DMA
 * (CTRL.GIO_DISABLE) or the transmitter, as it does when an interface goes down.
 */
uint32_t i354_stopped_all(const struct i354 *);
/*
 * Does the EITR of any vector run?  Software may have left frames in its rings then,
 * for the next interrupt.
 */
bool i354_is_throttled(const struct i354 *);

/* What a port did, since the start; no register, not cleared by anything. */
struct i354_counts {
	uint64_t rx_frames[I354_NQ]; /* delivered */
	uint64_t tx_frames[I354_NQ]; /* given to the wire */
	uint64_t messages[I354_NVEC];
	uint64_t fetches, write_backs; /* transfers of descriptors */
	uint64_t blocked;              /* frames that waited for a descriptor */
	uint64_t dropped[DROP_COUNT];
};
const struct i354_counts *i354_counts(const struct i354 *, unsigned port);
/* { dropped{place: n}, in_flight{place: n} } of a port. */
json_t *i354_json(const struct i354 *, unsigned port);

/* What of a register is there. */
enum i354_cover { I354_ABSENT, I354_PARTIAL, I354_FULL };
struct i354_reg {
	const char *name;
	uint32_t off, stride;
	unsigned n;
	const char *access; /* "r", "w", "rw", "rc" (a read clears), "" */
	enum i354_cover cover;
	uint32_t live; /* bits that are modelled */
	uint32_t reset;
};
/* The i-th row of the table, by offset; false: no more. */
bool i354_reg_row(unsigned i, struct i354_reg *);

const char *i354_cover_name(enum i354_cover);

/* `rangeley show nic', `show rss': a port as software has set it up. */
void i354_print(const struct i354 *, unsigned port, FILE *);
void i354_rss_print(const struct i354 *, unsigned port, FILE *);
void i354_regs_print(FILE *);
/* The same as JSON. */
json_t *i354_show_json(const struct i354 *, unsigned port);
json_t *i354_rss_json(const struct i354 *, unsigned port);
json_t *i354_regs_json(void);

/*
 * The hash of the RSS function: n bytes of input under the key of 40 bytes.
 * A pure function.
 */
uint32_t i354_toeplitz(const uint8_t key[40], const uint8_t *input, unsigned n);

#endif

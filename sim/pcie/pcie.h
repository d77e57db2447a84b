/*
 * pcie.h: the root complex and what hangs on it.
 *
 * A *function* is what a driver attaches to: 4 KB of configuration space, base
 * address registers (BARs) behind which its own registers lie, DMA, and three
 * ways to interrupt.  The functions of one device number share a *link* to the
 * root, which carries packets (TLPs), one after another in each direction:
 *
 *	CPU --io.h--> root: 0xcf8/0xcfc, ECAM, BARs --> ops->read, ops->write
 *	memory <--io.h-- root <==== link: MWr MRd Msg ==== pcie_dma_*, pcie_msix
 *				   ====> CplD ====> done()
 *
 * What CPUs ask for reaches a function in the instant in which io.h says that
 * it arrives: io.h has that flight, the link only remembers the bytes.  What a
 * function asks for waits for its turn, for credits and for the link, flies to
 * the root and takes effect there.  Rules of order:
 *
 *	- writes, messages and interrupts of a link arrive as they were asked for;
 *	- a read leaves after all writes asked for before it; later writes may
 *	  pass it while it waits for a credit or a tag;
 *	- the answer to a CPU's read leaves the device after all writes that the
 *	  device asked for before, so that reading a register flushes them;
 *	- reads of a link are answered in the order in which they left.
 *
 * A TLP has at most max payload (writes) or max read request bytes (reads) as
 * the function's Device Control says, and does not cross 4 KB.  The root
 * answers a read in pieces that end at read completion boundaries.
 *
 * Context.  pcie_params_init, pcie_create, pcie_add, pcie_firmware and
 * pcie_destroy are called outside of sc_run(), the others below "DMA" and
 * "Interrupts" in callbacks of the event kernel; functions to look at things
 * anywhere.  One host thread.  Nothing allocates while the machine runs but
 * packets, when more are under way than ever before.  Wrong use by our own
 * code aborts; what software on the machine does wrong has the result that is
 * stated here.
 *
 * Source: facts/pcie-msix-apic.md, i354.md section 2.
 */
#ifndef PCIE_PCIE_H
#define PCIE_PCIE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "mem/io.h"

#define PCIE_MAX_FN     16
#define PCIE_NBAR       6
#define PCIE_CFG_BYTES  4096
#define PCIE_MSIX_MAX   2048
#define PCIE_TLP_MAX    4096        /* bytes of payload at the most */
#define PCIE_MEM_BASE   0xfc000000u /* BARs of memory lie in here */
#define PCIE_MEM_END    0xfec00000u
#define PCIE_PORT_BASE  0xc000u /* and those of ports here */
#define PCIE_PORT_END   0xe000u
#define PCIE_ECAM_BASE  0xf8000000u /* configuration space as memory ... */
#define PCIE_ECAM_BUSES 16          /* ... of buses 0 to 15, 1 MB each */
#define PCIE_CF8        0xcf8u      /* address, then data at 0xcfc */
#define PCIE_PINS       4           /* INTA to INTD are 1 to 4 */

struct machine;

/* Times and sizes of links and root: [pcie] of the machine file. */
struct pcie_params {
	/*
	 * Function to root and back, each.  Not more than the answer to a read
	 * flies (io.h: read, less flight), or a CPU could have it before the
	 * writes that it pushes.
	 */
	uint32_t flight_tick;
	/* Link time of a byte in 1/1000 tick, each direction. */
	uint32_t byte_x1000_tick;
	/* Root: data of a read from memory -> first completion. */
	uint32_t read_tick;
	/* Credits of the root for posted headers, posted data of 16 bytes,
	 * reads. */
	uint32_t credit_ph, credit_pd, credit_nph;
	/* Read TLPs of a function that wait for answers: its tags. */
	uint32_t reads_max;
	/* What firmware sets: max payload and max read request, powers of 2
	 * from 128. */
	uint32_t mps_bytes, mrrs_bytes;
	/* Completions end at multiples of it: 64 or 128. */
	uint32_t rcb_bytes;
	/* Acknowledgement of a TLP, the other way; 0: none. */
	uint32_t dllp_bytes;
	/* The host bridge 00:00.0; vendor 0xffff: there is none.  Software may
	 * decide by it whether to use messages. */
	uint16_t host_vendor, host_device;
	/* INTA is this input of the IOAPIC, INTB the next one, ... (18 as on a
	 * board with an I354). */
	uint32_t gsi_first;
};
void pcie_params_init(struct pcie_params *, const struct machine *);

/* A BAR; bytes is 0 (there is none) or a power of 2, from 16 (ports: 4). */
struct pcie_bar {
	uint32_t bytes;
	bool io;       /* ports instead of memory */
	bool prefetch; /* a bit that software sees, no more */
	bool wide;     /* 64 bits: the next BAR is its upper half */
};

/*
 * What a function is.  Strings are the caller's and live as long.  Capabilities:
 * power management at 0x40, MSI 0x50, MSI-X 0x70, PCI Express 0xa0; extended:
 * AER 0x100, serial number 0x140.
 */
struct pcie_fn_desc {
	const char *name;
	uint16_t vendor, device, subvendor, subdevice;
	uint8_t revision;
	uint32_t class_code; /* 24 bits: class, subclass, interface */
	uint8_t int_pin;     /* 1 to 4; 0: no INTx */
	struct pcie_bar bar[PCIE_NBAR];
	unsigned nmsix, msix_bar; /* vectors, 0: no MSI-X; where its table is */
	uint32_t msix_table_off, msix_pba_off; /* multiples of 8, in msix_bar */
	unsigned msi;    /* messages: 0 (no MSI) or a power of 2 up to 32 */
	bool pcie_cap;   /* with function level reset and extended space */
	bool pm_cap;     /* D0 and D3hot */
	uint64_t serial; /* 0: no such capability; needs pcie_cap */
};

/*
 * What a function does; in callbacks of the event kernel, in the instant of
 * arrival.  off < bytes of the BAR, and the access does not cross its end;
 * size 1, 2, 4, 8.  The MSI-X table and PBA never get here.  read and write
 * may be NULL when there is no BAR.
 */
struct pcie_fn_ops {
	void *arg;
	uint64_t (*read)(void *arg, unsigned bar, uint64_t off, unsigned size);
	void (*write)(void *arg, unsigned bar, uint64_t off, unsigned size,
	    uint64_t v);
	/* Function level reset.  Requests that were under way end with
	 * ok == false, later.  May be NULL. */
	void (*reset)(void *arg);
};

struct pcie;
struct pcie_fn;

/*
 * After sc_init(); takes its ranges in io.  params and desc are copied, ops
 * too.  Destroy before io_destroy().
 */
struct pcie *pcie_create(struct io *, const struct pcie_params *);
void pcie_destroy(struct pcie *);
struct pcie_fn *pcie_add(struct pcie *, unsigned bus, unsigned dev, unsigned fn,
    const struct pcie_fn_desc *, const struct pcie_fn_ops *);

/*
 * What firmware does, once all functions are there: BARs get places in the
 * windows in the order of bus, device, function and BAR, each at a multiple of
 * its size; Device Control its sizes, interrupt line its number.  Nothing is
 * switched on: command registers stay 0.
 */
void pcie_firmware(struct pcie *);

/*
 * DMA.
 *
 * Both return false, having done nothing, when the function may not: bus
 * mastering is off, or it is not in D0.  done(arg, ok) is called exactly once,
 * from an event of its own, not during the call; ok is false when not all of
 * pa..pa+n was memory, or after a reset of the function.  n > 0.
 */
/* buf is written in the meantime and holds the bytes when done is called. */
bool pcie_dma_read(struct pcie_fn *, uint64_t pa, uint32_t n, void *buf,
    void (*done)(void *arg, bool ok), void *arg);
/*
 * The bytes are copied during the call.  done, which may be NULL, is called
 * when they are in memory.  Four bytes to 0xFEExxxxx are an interrupt.
 */
bool pcie_dma_write(struct pcie_fn *, uint64_t pa, const void *, uint32_t n,
    void (*done)(void *arg, bool ok), void *arg);
/* Requests of the function, of both kinds, that are not done. */
uint32_t pcie_pending(const struct pcie_fn *);
bool pcie_bus_master(const struct pcie_fn *);
/* Whom to call whenever the function may ask again.  Without it, nobody. */
void pcie_master_sink(struct pcie_fn *, void (*may)(void *arg), void *arg);

/*
 * Interrupts.  All follow the writes asked for before.
 *
 * pcie_msix: the vector's condition has risen.  True: the message is on its
 * way.  False: vector or function is masked, or bus mastering is off, and the
 * pending bit is set, until that ends or the device takes the condition back;
 * or MSI-X is off, and nothing happens.  pcie_msi is the same for MSI; more
 * vectors than software has enabled are those modulo that number.
 */
bool pcie_msix(struct pcie_fn *, unsigned vector);
bool pcie_msix_enabled(const struct pcie_fn *);
bool pcie_msix_pending(const struct pcie_fn *, unsigned vector);
void pcie_msix_clear(struct pcie_fn *, unsigned vector);
/* What is written where when it is sent; false: MSI-X is off, or no such vector. */
bool pcie_msix_message(const struct pcie_fn *, unsigned vector,
    uint32_t *address, uint32_t *data);
bool pcie_msi(struct pcie_fn *, unsigned vector);
bool pcie_msi_enabled(const struct pcie_fn *);
bool pcie_msi_message(const struct pcie_fn *, unsigned vector,
    uint32_t *address, uint32_t *data);

/*
 * The function's interrupt pin.  Software sees the level in the status
 * register; a message goes to the root when it changes, unless software has
 * disabled INTx or enabled MSI or MSI-X, which counts as low.
 */
void pcie_intx(struct pcie_fn *, bool level);
/* The input of the interrupt controller that the function's pin leads to. */
unsigned pcie_intx_gsi(const struct pcie_fn *);
/*
 * Where the root's pins go: called when a GSI rises or falls.  Without it,
 * nowhere.
 */
void pcie_intx_sink(struct pcie *,
    void (*set)(void *arg, unsigned gsi, bool level), void *arg);

/*
 * To look at things.
 */

/*
 * Configuration space as CPUs see it, without time: size 1, 2 or 4, within
 * four bytes.  What is not there reads as ones, and writes vanish.
 */
uint32_t pcie_config_read(struct pcie *, unsigned bus, unsigned dev,
    unsigned fn, unsigned off, unsigned size);
void pcie_config_write(struct pcie *, unsigned bus, unsigned dev, unsigned fn,
    unsigned off, unsigned size, uint32_t value);

/* What has gone over a link since the start; of pcie_counts' function's. */
struct pcie_counts {
	uint64_t writes, reads,
	    messages;         /* TLPs of the functions: MWr, MRd, Msg */
	uint64_t interrupts;  /* MWr to 0xFEExxxxx, among writes */
	uint64_t completions; /* TLPs to the functions */
	uint64_t up_bytes, down_bytes;    /* all, with overhead */
	uint64_t credit_waits, tag_waits; /* TLPs that waited for those */
	uint64_t lost;                    /* requests to where nothing is */
};
void pcie_counts(const struct pcie_fn *, struct pcie_counts *);

/* The n-th function, in the order of bus, device, function; NULL: no more. */
struct pcie_fn *pcie_nth(const struct pcie *, unsigned n);
const char *pcie_fn_name(const struct pcie_fn *);

/*
 * As lspci -vv prints a function; with hex, the bytes of configuration space
 * below it, as lspci -xxx, and as lspci -xxxx where there is extended space.
 */
void pcie_print(const struct pcie_fn *, FILE *, bool hex);
/* Table and PBA: per vector address, CPU, data, masks, pending. */
void pcie_msix_print(const struct pcie_fn *, FILE *);
/* The same as JSON. */
json_t *pcie_json(const struct pcie_fn *, bool hex);
json_t *pcie_msix_json(const struct pcie_fn *);

#endif

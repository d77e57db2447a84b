/*
 * hop.h: the hops of a frame, from wire to wire, in the order of its way.
 *
 * A hop is an instant: something has happened to the frame.  HOPS is the only
 * list of them; the stamps of a frame, the tracer, docs/life-of-a-packet.md
 * and the golden test are made from it.  A row is X(name, side, text): side is
 * HW for what a device or a core does, SW for what the kernel does.
 *
 * WIRE_RX to MSIX belong to the frame that a source made; a MAC that sends
 * makes a frame anew from memory, with TX_DOORBELL to WIRE_TX.  The hops
 * between are stamped by who watches the kernel (app/khops.c).
 *
 * Two ways lead from RX_DMA to LAPIC: RX_WB, RX_CAUSE, MSIX, and beside them
 * MEM_WRITE; on the link the message follows the bytes.  The time of a hop is since
 * the latest of those before it in the list, MEM_WRITE left out, so that the times
 * of all others add up to the latency, and what waited for nothing has 0.
 *
 * MSIX is there if the cause made a message at once (mask, throttle).  LAPIC,
 * CPU_INTR and WM_INTR are no frame's own: a frame has those of the last service
 * of its queue's vector before its WM_RXEOF, which may be of an earlier frame's
 * message and before this one's RX_CAUSE, if the handler took both along.
 */
#ifndef CORE_HOP_H
#define CORE_HOP_H

#include <stdbool.h>

/* clang-format off */
#define HOPS(X)                                                               \
	X(WIRE_RX, HW, "the first bit leaves the source, towards the port")   \
	X(MAC_RX, HW, "the last bit of the FCS has arrived at the MAC")       \
	X(RSS, HW, "filters are passed; the hash has chosen a queue")         \
	X(RX_RING, HW, "its receive descriptors are on the chip")             \
	X(RX_DMA, HW, "its bytes are given to PCIe")                          \
	X(MEM_WRITE, HW, "beside RX_WB to MSIX: its bytes are in memory")     \
	X(RX_WB, HW, "its descriptor's write-back is given to PCIe")          \
	X(RX_CAUSE, HW, "the queue's interrupt cause is set")                 \
	X(MSIX, HW, "the vector's message is given to PCIe")                  \
	X(LAPIC, HW, "the message has set a bit of the local APIC")           \
	X(CPU_INTR, HW, "the core has entered the vector's gate")             \
	X(WM_INTR, SW, "the driver's interrupt handler runs")                 \
	X(WM_RXEOF, SW, "the driver takes it off the receive ring")           \
	X(BRIDGE_IN, SW, "the bridge's input has it")                         \
	X(SOFTINT, SW, "it is queued for the forwarding CPU")                 \
	X(BRIDGE_FWD, SW, "the bridge forwards it")                           \
	X(WM_START, SW, "the driver puts it on a transmit ring")              \
	X(TX_DOORBELL, HW, "the tail that covers it has reached the port")    \
	X(TX_DMA, HW, "the first read of its bytes is given to PCIe")         \
	X(MAC_TX, HW, "the first bit leaves the MAC")                         \
	X(WIRE_TX, HW, "the last bit of the FCS has arrived at the sink")
/* clang-format on */

enum hop {
#define HOP_ENUM(name, side, text) HOP_##name,
	HOPS(HOP_ENUM)
#undef HOP_ENUM
	    HOP_COUNT
};

enum hop_side { HOP_SIDE_HW, HOP_SIDE_SW };

/* Pure functions of a hop below HOP_COUNT; the strings are static. */
const char *hop_name(enum hop); /* "WIRE_RX" */
const char *hop_text(enum hop); /* the sentence above */
enum hop_side hop_side(enum hop);

/* Others go on meanwhile. */
static inline bool
hop_beside(enum hop h)
{
	return h == HOP_MEM_WRITE;
}

#endif

/*
 * drop.h: every place of the hardware where a frame can end unwanted.
 *
 * DROPS is the only list; the counters of stats.json, the drop log and the
 * manual are made from it.  A row is X(NAME, "name in stats.json", text).
 * Frames that the kernel drops are counted by the kernel.
 */
#ifndef CORE_DROP_H
#define CORE_DROP_H

/* clang-format off */
#define DROPS(X)                                                              \
	X(WIRE_DOWN, "wire_down", "on the wire when the link was down")       \
	X(RX_OFF, "rx_off", "the receiver was off (RCTL.EN) or held down")    \
	X(RX_RUNT, "rx_runt", "shorter than 64 bytes (RUC)")                  \
	X(RX_LONG, "rx_long", "longer than RLPML or 1518 bytes (ROC)")        \
	X(RX_ADDRESS, "rx_address", "no filter takes its destination")        \
	X(RX_VLAN, "rx_vlan", "its VLAN is not in VFTA")                      \
	X(RX_FIFO, "rx_fifo", "the packet buffer was full (MPC)")             \
	X(RX_NO_DESC, "rx_no_desc", "its queue had no descriptor (RQDPC)")    \
	X(RX_QUEUE_OFF, "rx_queue_off", "its queue was not enabled")          \
	X(RX_DMA, "rx_dma", "PCIe did not take it, or no memory was there")   \
	X(RX_RESET, "rx_reset", "in the receive path at a reset")             \
	X(TX_BAD, "tx_bad", "its descriptors were malformed or unsupported")  \
	X(TX_DMA, "tx_dma", "PCIe did not give its bytes or descriptors")     \
	X(TX_RESET, "tx_reset", "in the transmit path at a reset")
/* clang-format on */

enum drop {
#define DROP_ENUM(name, key, text) DROP_##name,
	DROPS(DROP_ENUM)
#undef DROP_ENUM
	    DROP_COUNT
};

/* Pure functions of a place below DROP_COUNT; the strings are static. */
const char *drop_name(enum drop); /* "rx_fifo" */
const char *drop_text(enum drop);

#endif

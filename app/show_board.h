/*
 * show_board.h: the state of the machine's PCI functions and Ethernet ports, as a
 * scenario's kernel has set them up.
 */
#ifndef APP_SHOW_BOARD_H
#define APP_SHOW_BOARD_H

#include "app.h"

/* Is it one of nic, msix, rss, pci, ioapic, txmap? */
bool show_board_knows(const char *thing);

/*
 * Boots the scenario of that file until frames could come in, and prints; hex: with
 * the bytes of configuration space.
 */
enum exit_code show_board(const char *thing, const char *scenario, bool hex,
    const struct opts *);

#endif

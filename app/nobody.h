/*
 * nobody.h: the machine's ports with cables to nobody, for commands that boot a
 * scenario and send it nothing, or one capture: its kernel finds its devices, sets
 * them up, opens them, and, when nothing comes any more, ends.
 *
 * One in a process, instead of a board (board.h).
 */
#ifndef APP_NOBODY_H
#define APP_NOBODY_H

#include "board.h"
#include "run_opts.h"

struct nobody;

/* The run gets the ports; ready(arg), if any, is told when they are open, once. */
struct nobody *nobody_create(struct run_config *,
    void (*ready)(void *arg, struct board *), void *arg);
void nobody_destroy(struct nobody *);

/* The same if the run is of a kernel that serves (run=serve); else NULL. */
struct nobody *nobody_if_served(struct run_opts *);

/*
 * Before the run: what is in "wm0=a.pcap" goes in there, at its own times, 1 ms after
 * the ports are open.  Fails with EX_INPUT.
 */
enum exit_code nobody_plays(struct nobody *, const char *port_and_file,
    struct err *);

#endif

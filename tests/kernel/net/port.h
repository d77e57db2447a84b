/*
 * port.h: prt0 to prt7, Ethernet interfaces without hardware, for programs that
 * want to be inside the bridge at the same time on many CPUs.
 *
 * What comes in is put in by port_input(), on the CPU of the caller; what goes out
 * is given to a function at once, in the context of whoever sends.  With
 * NET_MPSAFE by if_transmit, else by if_start.
 */
#ifndef PORT_H
#define PORT_H

#include <sys/param.h>
#include <sys/mbuf.h>

#include <net/if_ether.h>

#define PORTS 8

extern const bool port_mpsafe; /* this kernel's network is */

/*
 * Attach prt0 to prt<n - 1>, up.  sent(unit, m) gets what goes out, at IPL_NET, and
 * the mbuf is its own; NULL: it is freed.  Threads.
 */
void port_open(u_int n, void (*sent)(u_int, struct mbuf *));
void port_close(void);

/* One of them alone.  Its memory is filled with rubbish when it is gone. */
void port_attach(u_int unit);
void port_detach(u_int unit);

const char *port_name(u_int unit);
struct ifnet *port_ifnet(u_int unit);
const uint8_t *port_mac(u_int unit);
void port_link(u_int unit, int state); /* LINK_STATE_* */

/* The MAC address of station n; never a port's. */
void port_station(uint8_t *mac, u_int n);

/*
 * A frame of 60 bytes comes in at a unit.  Threads; false: no mbuf.  When this
 * returns, the CPU's softints have run.
 */
bool port_input(u_int unit, const uint8_t *dst, const uint8_t *src);
bool port_input_mbuf(u_int unit, struct mbuf *);

/* Frames that went out, all CPUs together. */
u_int port_sent(u_int unit);

/* bridge0 of prt0 to prt<n - 1>, up; and no more.  Ends the run if it cannot. */
void port_bridge(const char *bridge, u_int first, u_int n);
void port_bridge_gone(const char *bridge);

/*
 * What a bridge has in its table: an array of *n, from kmem; port_table_free().
 * Checks that no address is there twice.
 */
struct ifbareq *port_table(const char *bridge, u_int *n);
void port_table_free(struct ifbareq *, u_int n);
u_int port_table_size(const char *bridge);

/* Is it there?  The member's name then. */
bool port_knows(const char *bridge, const uint8_t *mac, char *ifname);

/* BRDGSADDR, with those flags; 0 or an errno. */
int port_saddr(const char *bridge, const uint8_t *mac, u_int unit,
    uint8_t flags);

/* A BRDGS* with a number; 0 or an errno. */
int port_param(const char *bridge, u_long cmd, uint32_t value);

/* BRDGFLUSH; 0 or an errno. */
int port_flush(const char *bridge, uint32_t flags);

#endif /* PORT_H */

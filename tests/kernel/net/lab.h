/*
 * lab.h: tst interfaces and bridges for a program, and ioctls as ifconfig(8) and
 * brconfig(8) make them.  Threads; nothing is held.
 */
#ifndef LAB_H
#define LAB_H

#include <sys/types.h>

#include <if_tst.h>

/* Cables of the first `units' units are plugged in, and they are up. */
void lab_open(u_int units, const struct tst_conf *);
void lab_open_by_hand(u_int units); /* the same, for traffic_send() */
void lab_close(void);               /* traffic_fini() with it */
u_int lab_units(void);
const char *lab_name(u_int unit); /* "tst0" */

/* These return 0 or an errno, as the ioctl does. */
int lab_create(const char *ifname);
int lab_destroy(const char *ifname);
int lab_up(const char *ifname, bool up);
int lab_bridge(const char *bridge, u_long cmd, void *data, size_t bytes);
int lab_member(const char *bridge, u_long cmd, const char *member);

/* The same, of unit 0 to units - 1, up, as bridge0; ends the run otherwise. */
void lab_bridge_all(void);
void lab_bridge_gone(void);

/* Names of bridge0, its members and the units, for run --profile and trace. */
void lab_objects(void);

/* What became of frames that were not collected, by place. */
struct lab_drops {
	uint64_t d_filtered; /* receive: not for us */
	uint64_t d_pktq;     /* the bridge's forward queue was full */
	uint64_t d_snd;      /* if_snd or a transmit queue was full */
	uint64_t d_purged;   /* in a transmit queue when it went down */
};
void lab_drops(struct lab_drops *);

#endif /* LAB_H */

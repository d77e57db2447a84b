/*
 * ifcmd.h: what the commands about interfaces share (ifcmd.c).
 */
#ifndef PORT_IFCMD_H
#define PORT_IFCMD_H

#include <sys/types.h>

/*
 * A word after the interface's name and its arguments: nargs words follow.
 * 0, or an errno, or IFCMD_USAGE after a message of its own.
 */
struct ifverb {
	const char *v_name;
	int v_nargs;
	int (*v_main)(const char *ifname, int arg, char **words);
	int v_arg; /* for v_main */
};
#define IFCMD_USAGE (-100)

/* Do argv[2] and on with argv[1]; the command's exit code. */
int ifcmd_verbs(int argc, char **argv, const struct ifverb *, size_t n);

/* SIOCSIFFLAGS: sets what is in set and clears what is in clear.  0, errno. */
int ifcmd_flags(const char *ifname, int set, int clear);
int ifcmd_updown(const char *ifname, int up, char **words);

/* "flags=8843<UP,BROADCAST,RUNNING>"; bits as NetBSD's snprintb(3) has them. */
void ifcmd_print_flags(u_int flags, const char *bits);

/* Of if_flags. */
#define IFCMD_IFFBITS                                                        \
	"\020\1UP\2BROADCAST\3DEBUG\4LOOPBACK\5POINTOPOINT\6NOTRAILERS"      \
	"\7RUNNING\10NOARP\11PROMISC\12ALLMULTI\13OACTIVE\14SIMPLEX\15LINK0" \
	"\16LINK1\17LINK2\20MULTICAST"

/* An ioctl on the interface of that name; data begins with the name. */
int ifcmd_ioctl(u_long cmd, const char *ifname, void *data);

#endif /* PORT_IFCMD_H */

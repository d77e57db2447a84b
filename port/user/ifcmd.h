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

/*
 * A command that is called as
 *
 *	COMMAND ifname			shows it
 *	COMMAND -a			shows all of its type
 *	COMMAND ifname verb word ...	changes it
 */
struct ifcommand {
	const char *c_usage; /* of the third form, behind the command's name */
	const struct ifverb *c_verbs;
	size_t c_nverbs;
	u_char c_type;                     /* IFT_..; 0: all interfaces */
	int (*c_show)(const char *ifname); /* 0, or an errno */
};

/* The command's main function; its exit code. */
int ifcmd_main(int argc, char **argv, const struct ifcommand *);

/*
 * What these ioctls say: 0 or an errno.  Threads that may sleep.  Two are verbs as
 * they stand, and look at no words.
 */
int ifcmd_clone(const char *ifname, int create, char **words); /* or destroy */
int ifcmd_updown(const char *ifname, int up, char **words);
int ifcmd_flags(const char *ifname, int set, int clear);

/* Request `what' of a driver's own; cmd is SIOCSDRVSPEC or SIOCGDRVSPEC. */
int ifcmd_drvspec(u_long cmd, const char *ifname, u_long what, void *data,
    size_t bytes);

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

/*
 * ifcmd.c: ifconfig, as far as interfaces without protocols go, and what it
 * shares with brconfig.
 *
 * Both are what ifconfig(8) and brconfig(8) are: they take words, make ioctls of
 * them and print what comes back.  All the rules are behind the ioctls.
 */
#include <sys/param.h>
#include <sys/errno.h>
#include <sys/ioctl.h>
#include <sys/proc.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>

#include <ifcmd.h>
#include <user.h>

int
ifcmd_ioctl(u_long cmd, const char *ifname, void *data)
{
	int error;

	if (strlcpy(data, ifname, IFNAMSIZ) >= IFNAMSIZ)
		return ENXIO;
	KERNEL_LOCK(1, NULL); /* as soo_ioctl() of a socket */
	error = ifioctl(NULL, cmd, data, curlwp);
	KERNEL_UNLOCK_ONE(NULL);
	return error;
}

int
ifcmd_flags(const char *ifname, int set, int clear)
{
	struct ifreq ifr;
	int error;

	memset(&ifr, 0, sizeof(ifr));
	error = ifcmd_ioctl(SIOCGIFFLAGS, ifname, &ifr);
	if (error != 0)
		return error;
	ifr.ifr_flags = (short)((ifr.ifr_flags | set) & ~clear);
	return ifcmd_ioctl(SIOCSIFFLAGS, ifname, &ifr);
}

int
ifcmd_updown(const char *ifname, int up, char **words)
{
	return up ? ifcmd_flags(ifname, IFF_UP, 0)
		  : ifcmd_flags(ifname, 0, IFF_UP);
}

int
ifcmd_clone(const char *ifname, int create, char **words)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	return ifcmd_ioctl(create ? SIOCIFCREATE : SIOCIFDESTROY, ifname, &ifr);
}

int
ifcmd_drvspec(u_long cmd, const char *ifname, u_long what, void *data,
    size_t bytes)
{
	struct ifdrv ifd;

	memset(&ifd, 0, sizeof(ifd));
	ifd.ifd_cmd = what;
	ifd.ifd_len = bytes;
	ifd.ifd_data = data;
	return ifcmd_ioctl(cmd, ifname, &ifd);
}

void
ifcmd_print_flags(u_int flags, const char *bits)
{
	const char *sep = "<";

	printf("flags=%x", flags);
	/* "\20\1NAME\2NAME": the number's base, then bits from 1. */
	for (bits++; *bits != '\0';) {
		const int bit = *bits++;
		const char *name = bits;

		while (*bits > ' ')
			bits++;
		if ((flags & (1u << (bit - 1))) == 0)
			continue;
		printf("%s%.*s", sep, (int)(bits - name), name);
		sep = ",";
	}
	printf("%s>", *sep == '<' ? "<" : "");
}

static const struct ifverb *
find(const char *word, const struct ifverb *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].v_name, word) == 0)
			return &v[i];
	return NULL;
}

static int
one_verb(const char *cmd, const struct ifverb *v, const char *ifname,
    char **words)
{
	const int error = v->v_main(ifname, v->v_arg, words);

	if (error == 0)
		return 0;
	if (error == IFCMD_USAGE)
		return 2;
	printf("%s: %s: %s", cmd, ifname, v->v_name);
	for (int i = 0; i < v->v_nargs; i++)
		printf(" %s", words[i]);
	printf(": %s\n", command_errno(error));
	return 1;
}

static int
verbs(int argc, char **argv, const struct ifcommand *c)
{
	const struct ifverb *verb;
	int code = 0;

	for (int i = 2; i < argc && code == 0; i += 1 + verb->v_nargs) {
		verb = find(argv[i], c->c_verbs, c->c_nverbs);
		if (verb == NULL) {
			printf("%s: no command '%s'; there are:", argv[0],
			    argv[i]);
			for (size_t k = 0; k < c->c_nverbs; k++)
				printf(" %s", c->c_verbs[k].v_name);
			printf("\n");
			return 2;
		}
		if (argc - i - 1 < verb->v_nargs) {
			printf("%s: %s wants %d more words\n", argv[0], argv[i],
			    verb->v_nargs);
			return 2;
		}
		code = one_verb(argv[0], verb, argv[1], &argv[i + 1]);
	}
	return code;
}

static int
show_one(const char *cmd, const struct ifcommand *c, const char *ifname)
{
	const int error = c->c_show(ifname);

	if (error == 0)
		return 0;
	printf("%s: %s: %s\n", cmd, ifname, command_errno(error));
	return 1;
}

static int
show_all(const char *cmd, const struct ifcommand *c)
{
	const struct ifnet *ifp;
	int code = 0;

	IFNET_FOREACH(ifp)
	if (c->c_type == 0 || ifp->if_type == c->c_type)
		code = MAX(code, show_one(cmd, c, ifp->if_xname));
	return code;
}

int
ifcmd_main(int argc, char **argv, const struct ifcommand *c)
{
	if (argc < 2) {
		printf("usage: %s %s\n       %s -a\n", argv[0], c->c_usage,
		    argv[0]);
		return 2;
	}
	if (argc > 2)
		return verbs(argc, argv, c);
	if (strcmp(argv[1], "-a") == 0)
		return show_all(argv[0], c);
	return show_one(argv[0], c, argv[1]);
}

/* ---- ifconfig -------------------------------------------------------------- */

static int
mtu(const char *ifname, int arg, char **words)
{
	struct ifreq ifr;
	uint64_t v;

	if (!command_number(words[0], INT_MAX, &v)) {
		printf("ifconfig: mtu: '%s' is no number\n", words[0]);
		return IFCMD_USAGE;
	}
	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_mtu = (int)v;
	return ifcmd_ioctl(SIOCSIFMTU, ifname, &ifr);
}

static int
promisc(const char *ifname, int on, char **words)
{
	return on ? ifcmd_flags(ifname, IFF_PROMISC, 0)
		  : ifcmd_flags(ifname, 0, IFF_PROMISC);
}

static int
show(const char *ifname)
{
	const struct ifnet *ifp = ifunit(ifname);
	char address[ETHER_ADDR_LEN * 3];

	if (ifp == NULL)
		return ENXIO;
	printf("%s: ", ifp->if_xname);
	ifcmd_print_flags((u_short)ifp->if_flags, IFCMD_IFFBITS);
	printf(" mtu %ju\n", (uintmax_t)ifp->if_mtu);
	if (ifp->if_sadl != NULL && ifp->if_addrlen == ETHER_ADDR_LEN)
		printf("\taddress: %s\n",
		    ether_snprintf(address, sizeof(address),
			(const u_char *)CLLADDR(ifp->if_sadl)));
	printf("\tinput: %ju packets, %ju bytes, %ju errors\n",
	    (uintmax_t)ifp->if_ipackets, (uintmax_t)ifp->if_ibytes,
	    (uintmax_t)ifp->if_ierrors);
	printf("\toutput: %ju packets, %ju bytes, %ju errors\n",
	    (uintmax_t)ifp->if_opackets, (uintmax_t)ifp->if_obytes,
	    (uintmax_t)ifp->if_oerrors);
	return 0;
}

static const struct ifverb ifconfig_verbs[] = {
	{ "create", 0, ifcmd_clone, 1 },
	{ "destroy", 0, ifcmd_clone, 0 },
	{ "up", 0, ifcmd_updown, 1 },
	{ "down", 0, ifcmd_updown, 0 },
	{ "promisc", 0, promisc, 1 },
	{ "-promisc", 0, promisc, 0 },
	{ "mtu", 1, mtu, 0 },
};

static int
ifconfig_main(int argc, char **argv)
{
	static const struct ifcommand ifconfig = {
		"interface [create | destroy | up | down | mtu n] ...",
		ifconfig_verbs, __arraycount(ifconfig_verbs), 0, show
	};

	return ifcmd_main(argc, argv, &ifconfig);
}
COMMAND(ifconfig, ifconfig_main);

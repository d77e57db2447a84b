/*
 * brconfig.c: brconfig(8): a bridge's members, addresses and numbers.
 *
 *	brconfig bridge0			all of a bridge
 *	brconfig -a				of each bridge
 *	brconfig bridge0 add tst0 maxaddr 50	changes, in this order
 *
 * Words are those of NetBSD's command; the first that is refused ends it with
 * an errno's name and exit code 1.
 */
#include <sys/param.h>
#include <sys/errno.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_bridgevar.h>
#include <net/if_ether.h>
#include <net/if_types.h>

#include <ifcmd.h>
#include <user.h>

#define LIST_BYTES    (16 * 1024) /* of addresses, grows from here */
#define MEMBERS_BYTES 64          /* of members, likewise: two of them fit */

static int
set(const char *bridge, u_long what, void *data, size_t size)
{
	return ifcmd_drvspec(SIOCSDRVSPEC, bridge, what, data, size);
}

static int
get(const char *bridge, u_long what, void *data, size_t size)
{
	return ifcmd_drvspec(SIOCGDRVSPEC, bridge, what, data, size);
}

static bool
number(const char *verb, const char *word, uint64_t most, uint64_t *v)
{
	if (command_number(word, most, v))
		return true;
	printf("brconfig: %s: '%s' is no number up to %ju\n", verb, word,
	    (uintmax_t)most);
	return false;
}

/* ---- members ---------------------------------------------------------------- */

/* The request for a member whose name is a word. */
static int
member(const char *word, struct ifbreq *req)
{
	memset(req, 0, sizeof(*req));
	if (strlcpy(req->ifbr_ifsname, word, IFNAMSIZ) >= IFNAMSIZ)
		return ENOENT;
	return 0;
}

static int
do_member(const char *bridge, int what, char **words)
{
	struct ifbreq req;
	int error = member(words[0], &req);

	return error != 0 ? error
			  : set(bridge, (u_long)what, &req, sizeof(req));
}

/* A flag: positive sets it, negative clears it. */
static int
do_flag(const char *bridge, int flag, char **words)
{
	struct ifbreq req;
	int error = member(words[0], &req);

	if (error == 0)
		error = get(bridge, BRDGGIFFLGS, &req, sizeof(req));
	if (error != 0)
		return error;
	if (flag > 0)
		req.ifbr_ifsflags |= (u_int)flag;
	else
		req.ifbr_ifsflags &= ~(u_int)-flag;
	return set(bridge, BRDGSIFFLGS, &req, sizeof(req));
}

static int
do_ifnumber(const char *bridge, int what, char **words)
{
	struct ifbreq req;
	int error = member(words[0], &req);
	uint64_t v;

	if (error != 0)
		return error;
	if (!number(what == BRDGSIFPRIO ? "ifpriority" : "ifpathcost", words[1],
		UINT8_MAX, &v))
		return IFCMD_USAGE;
	req.ifbr_priority = req.ifbr_path_cost = (uint8_t)v;
	return set(bridge, (u_long)what, &req, sizeof(req));
}

/* ---- addresses ---------------------------------------------------------------- */

static bool
address(const char *word, struct ifbareq *req)
{
	memset(req, 0, sizeof(*req));
	if (ether_aton_r(req->ifba_dst, sizeof(req->ifba_dst), word) == 0)
		return true;
	printf("brconfig: '%s' is no Ethernet address\n", word);
	return false;
}

static int
do_static(const char *bridge, int arg, char **words)
{
	struct ifbareq req;

	if (!address(words[1], &req))
		return IFCMD_USAGE;
	if (strlcpy(req.ifba_ifsname, words[0], IFNAMSIZ) >= IFNAMSIZ)
		return ENOENT;
	req.ifba_flags = IFBAF_STATIC;
	return set(bridge, BRDGSADDR, &req, sizeof(req));
}

static int
do_deladdr(const char *bridge, int arg, char **words)
{
	struct ifbareq req;

	if (!address(words[0], &req))
		return IFCMD_USAGE;
	return set(bridge, BRDGDADDR, &req, sizeof(req));
}

static int
do_flush(const char *bridge, int flags, char **words)
{
	struct ifbreq req;

	memset(&req, 0, sizeof(req));
	req.ifbr_ifsflags = (u_int)flags;
	return set(bridge, BRDGFLUSH, &req, sizeof(req));
}

/* ---- numbers -------------------------------------------------------------------- */

static const struct param {
	const char *name;
	u_long cmd;
	int bytes; /* of the number */
} params[] = { { "maxaddr", BRDGSCACHE, 4 }, { "timeout", BRDGSTO, 4 },
	{ "priority", BRDGSPRI, 2 }, { "hellotime", BRDGSHT, 1 },
	{ "fwddelay", BRDGSFD, 1 }, { "maxage", BRDGSMA, 1 } };

static int
do_param(const char *bridge, int i, char **words)
{
	const struct param *p = &params[i];
	struct ifbrparam v;
	uint64_t n;

	if (!number(p->name, words[0], ((uint64_t)1 << 8 * p->bytes) - 1, &n))
		return IFCMD_USAGE;
	memset(&v, 0, sizeof(v));
	if (p->bytes == 4)
		v.ifbrp_csize = (uint32_t)n;
	else if (p->bytes == 2)
		v.ifbrp_prio = (uint16_t)n;
	else
		v.ifbrp_maxage = (uint8_t)n;
	return set(bridge, p->cmd, &v, sizeof(v));
}

static uint32_t
param(const char *bridge, u_long cmd, int bytes)
{
	struct ifbrparam v;

	memset(&v, 0, sizeof(v));
	if (get(bridge, cmd, &v, sizeof(v)) != 0)
		return 0;
	return bytes == 4 ? v.ifbrp_csize
	    : bytes == 2  ? v.ifbrp_prio
			  : v.ifbrp_maxage;
}

/* ---- showing -------------------------------------------------------------------- */

static void
show_member(const struct ifbreq *r)
{
	static const char *const states[] = { "disabled", "listening",
		"learning", "forwarding", "blocking" };

	printf("\t\t%s ", r->ifbr_ifsname);
	ifcmd_print_flags(r->ifbr_ifsflags, IFBIFBITS);
	printf("\n\t\t\tport %d priority %d", r->ifbr_portno, r->ifbr_priority);
	if ((r->ifbr_ifsflags & IFBIF_STP) != 0)
		printf(" path cost %d %s", r->ifbr_path_cost,
		    r->ifbr_state < __arraycount(states) ? states[r->ifbr_state]
							 : "unknown state");
	printf("\n");
}

/* A buffer too small is not written; the length that comes back is the one needed. */
static int
show_members(const char *bridge)
{
	struct ifbifconf conf;
	size_t size = MEMBERS_BYTES;
	char *buf;
	int error;

	for (;; size *= 2) {
		buf = kmem_zalloc(size, KM_SLEEP);
		conf.ifbic_len = (uint32_t)size;
		conf.ifbic_buf = buf;
		error = get(bridge, BRDGGIFS, &conf, sizeof(conf));
		if (error != 0 || conf.ifbic_len <= size)
			break;
		kmem_free(buf, size);
	}
	for (u_int i = 0;
	     error == 0 && i < conf.ifbic_len / sizeof(*conf.ifbic_req); i++)
		show_member(&conf.ifbic_req[i]);
	kmem_free(buf, size);
	return error;
}

static void
show_address(const struct ifbareq *a)
{
	char text[ETHER_ADDR_LEN * 3];

	printf("\t\t%s %s %jd ",
	    ether_snprintf(text, sizeof(text), a->ifba_dst), a->ifba_ifsname,
	    (intmax_t)a->ifba_expire);
	ifcmd_print_flags(a->ifba_flags, IFBAFBITS);
	printf("\n");
}

/* The table may be any size: as long as the buffer is full, a larger one. */
static int
show_addresses(const char *bridge)
{
	struct ifbaconf conf;
	size_t size = LIST_BYTES;
	char *buf;
	int error;

	for (;; size *= 2) {
		buf = kmem_zalloc(size, KM_SLEEP);
		conf.ifbac_len = (uint32_t)size;
		conf.ifbac_buf = buf;
		error = get(bridge, BRDGRTS, &conf, sizeof(conf));
		if (error != 0 ||
		    conf.ifbac_len + sizeof(*conf.ifbac_req) <= size)
			break;
		kmem_free(buf, size);
	}
	for (u_int i = 0;
	     error == 0 && i < conf.ifbac_len / sizeof(*conf.ifbac_req); i++)
		show_address(&conf.ifbac_req[i]);
	kmem_free(buf, size);
	return error;
}

static int
do_addr(const char *bridge, int arg, char **words)
{
	return show_addresses(bridge);
}

static int
show(const char *bridge)
{
	struct ifreq ifr;
	int error;

	memset(&ifr, 0, sizeof(ifr));
	error = ifcmd_ioctl(SIOCGIFFLAGS, bridge, &ifr);
	if (error != 0)
		return error;
	printf("%s: ", bridge);
	ifcmd_print_flags((u_short)ifr.ifr_flags, IFCMD_IFFBITS);
	printf("\n\tConfiguration:\n\t\tpriority %u hellotime %u fwddelay %u "
	       "maxage %u\n\tInterfaces:\n",
	    param(bridge, BRDGGPRI, 2), param(bridge, BRDGGHT, 1),
	    param(bridge, BRDGGFD, 1), param(bridge, BRDGGMA, 1));
	error = show_members(bridge);
	printf("\tAddress cache (max cache: %u, timeout: %u):\n",
	    param(bridge, BRDGGCACHE, 4), param(bridge, BRDGGTO, 4));
	return error != 0 ? error : show_addresses(bridge);
}

/* ---- the command ------------------------------------------------------------- */

static const struct ifverb verbs[] = {
	{ "up", 0, ifcmd_updown, 1 },
	{ "down", 0, ifcmd_updown, 0 },
	{ "add", 1, do_member, BRDGADD },
	{ "delete", 1, do_member, BRDGDEL },
	{ "learn", 1, do_flag, IFBIF_LEARNING },
	{ "-learn", 1, do_flag, -IFBIF_LEARNING },
	{ "discover", 1, do_flag, IFBIF_DISCOVER },
	{ "-discover", 1, do_flag, -IFBIF_DISCOVER },
	{ "stp", 1, do_flag, IFBIF_STP },
	{ "-stp", 1, do_flag, -IFBIF_STP },
	{ "ifpriority", 2, do_ifnumber, BRDGSIFPRIO },
	{ "ifpathcost", 2, do_ifnumber, BRDGSIFCOST },
	{ "addr", 0, do_addr, 0 },
	{ "static", 2, do_static, 0 },
	{ "deladdr", 1, do_deladdr, 0 },
	{ "flush", 0, do_flush, IFBF_FLUSHDYN },
	{ "flushall", 0, do_flush, IFBF_FLUSHALL },
	{ "maxaddr", 1, do_param, 0 },
	{ "timeout", 1, do_param, 1 },
	{ "priority", 1, do_param, 2 },
	{ "hellotime", 1, do_param, 3 },
	{ "fwddelay", 1, do_param, 4 },
	{ "maxage", 1, do_param, 5 },
};

static int
brconfig_main(int argc, char **argv)
{
	static const struct ifcommand brconfig = {
		"bridge [command [word ...]] ...", verbs, __arraycount(verbs),
		IFT_BRIDGE, show
	};

	return ifcmd_main(argc, argv, &brconfig);
}
COMMAND(brconfig, brconfig_main);

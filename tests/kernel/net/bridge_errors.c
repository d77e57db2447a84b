/*
 * bridge_errors.c: what a bridge answers to what brconfig(8) never asks, and to
 * what it asks too early or too late: each errno of each command.
 *
 * bridge_errors
 */
#include <sys/param.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_bridgevar.h>
#include <net/if_types.h>

#include <crew.h>
#include <ifcmd.h>
#include <lab.h>
#include <port.h>
#include <program.h>

#define SOFTINTS 1024 /* more than there may be */

/* Commands: size of the argument, and whether it asks. */
static const struct {
	u_long cmd;
	size_t bytes;
	bool asks;
} commands[] = { { BRDGADD, sizeof(struct ifbreq), false },
	{ BRDGDEL, sizeof(struct ifbreq), false },
	{ BRDGGIFFLGS, sizeof(struct ifbreq), true },
	{ BRDGSIFFLGS, sizeof(struct ifbreq), false },
	{ BRDGSCACHE, sizeof(struct ifbrparam), false },
	{ BRDGGCACHE, sizeof(struct ifbrparam), true },
	{ BRDGGIFS, sizeof(struct ifbifconf), true },
	{ BRDGRTS, sizeof(struct ifbaconf), true },
	{ BRDGSADDR, sizeof(struct ifbareq), false },
	{ BRDGSTO, sizeof(struct ifbrparam), false },
	{ BRDGGTO, sizeof(struct ifbrparam), true },
	{ BRDGDADDR, sizeof(struct ifbareq), false },
	{ BRDGFLUSH, sizeof(struct ifbreq), false },
	{ BRDGGPRI, sizeof(struct ifbrparam), true },
	{ BRDGSPRI, sizeof(struct ifbrparam), false },
	{ BRDGGHT, sizeof(struct ifbrparam), true },
	{ BRDGSHT, sizeof(struct ifbrparam), false },
	{ BRDGGFD, sizeof(struct ifbrparam), true },
	{ BRDGSFD, sizeof(struct ifbrparam), false },
	{ BRDGGMA, sizeof(struct ifbrparam), true },
	{ BRDGSMA, sizeof(struct ifbrparam), false },
	{ BRDGSIFPRIO, sizeof(struct ifbreq), false },
	{ BRDGSIFCOST, sizeof(struct ifbreq), false } };

union any {
	struct ifbreq req;
	struct ifbareq areq;
	struct ifbrparam param;
	struct ifbifconf ifs;
	struct ifbaconf addrs;
	uint8_t bytes[64];
};

static int
ask(u_long sioc, u_long cmd, void *data, size_t bytes)
{
	return ifcmd_drvspec(sioc, "bridge0", cmd, data, bytes);
}

static void
expect(int error, int want, const char *what)
{
	program_check(error == want, "%s: error %d, not %d", what, error, want);
}

/* The wrong way, the wrong size, numbers that do not exist. */
static void
errors_of_form(void)
{
	union any any;
	u_int i;

	for (i = 0; i < __arraycount(commands); i++) {
		const u_long right = commands[i].asks ? SIOCGDRVSPEC
						      : SIOCSDRVSPEC;
		const u_long wrong = commands[i].asks ? SIOCSDRVSPEC
						      : SIOCGDRVSPEC;

		memset(&any, 0, sizeof(any));
		program_check(ask(wrong, commands[i].cmd, &any,
				  commands[i].bytes) == EINVAL,
		    "command %lu, the wrong way", (u_long)commands[i].cmd);
		program_check(ask(right, commands[i].cmd, &any,
				  commands[i].bytes - 1) == EINVAL,
		    "command %lu, too short", (u_long)commands[i].cmd);
		program_check(ask(right, commands[i].cmd, &any,
				  commands[i].bytes + 1) == EINVAL,
		    "command %lu, too long", (u_long)commands[i].cmd);
	}
	/* Filters are an option (BRIDGE_IPF), and nothing comes after them. */
	for (i = BRDGSIFCOST + 1; i < BRDGSIFCOST + 5; i++) {
		expect(ask(SIOCGDRVSPEC, i, &any, sizeof(any.param)), EINVAL,
		    "no such command");
		expect(ask(SIOCSDRVSPEC, i, &any, sizeof(any.param)), EINVAL,
		    "no such command");
	}
	expect(ask(SIOCGDRVSPEC, ~0UL, &any, sizeof(any.param)), EINVAL,
	    "no such command");
}

/* Arguments that are not there. */
static void
errors_of_addresses(void)
{
	u_int i;

	for (i = 0; i < __arraycount(commands); i++) {
		program_check(ask(commands[i].asks ? SIOCGDRVSPEC
						   : SIOCSDRVSPEC,
				  commands[i].cmd, NULL,
				  commands[i].bytes) == EFAULT,
		    "command %lu, no argument", (u_long)commands[i].cmd);
	}
}

/* What changes something is not for everybody. */
static void
errors_of_rights(void)
{
	kauth_cred_t const root = curlwp->l_cred;
	kauth_cred_t const user = kauth_cred_alloc();
	union any any;
	u_int i;

	kauth_cred_setuid(user, 1000);
	kauth_cred_seteuid(user, 1000);
	for (i = 0; i < __arraycount(commands); i++) {
		int error;

		memset(&any, 0, sizeof(any));
		curlwp->l_cred = user;
		error = ask(commands[i].asks ? SIOCGDRVSPEC : SIOCSDRVSPEC,
		    commands[i].cmd, &any, commands[i].bytes);
		curlwp->l_cred = root;
		program_check(commands[i].asks ? error != EPERM
					       : error == EPERM,
		    "command %lu, a user: error %d", (u_long)commands[i].cmd,
		    error);
	}
	kauth_cred_free(user);
}

static void
errors_of_members(void)
{
	static const u_long named[] = { BRDGDEL, BRDGGIFFLGS, BRDGSIFFLGS,
		BRDGSIFPRIO, BRDGSIFCOST };
	struct ifnet *const ifp = port_ifnet(2);
	u_int i;

	for (i = 0; i < __arraycount(named); i++)
		expect(lab_member("bridge0", named[i], "prt2"), ENOENT,
		    "no member");
	expect(lab_member("bridge0", BRDGADD, "prt7"), ENOENT, "no interface");
	expect(lab_member("bridge0", BRDGADD, "prt0"), EEXIST, "again");
	expect(lab_member("bridge0", BRDGADD, "bridge0"), EINVAL, "itself");
	expect(lab_member("bridge0", BRDGADD, "lo0"), EINVAL, "lo0");

	expect(lab_create("bridge1"), 0, "create");
	expect(lab_member("bridge1", BRDGADD, "prt0"), EBUSY, "another's");
	expect(lab_member("bridge1", BRDGDEL, "prt0"), ENOENT, "another's");
	expect(lab_destroy("bridge1"), 0, "destroy");

	/* One that hears itself; one whose frames go elsewhere already. */
	ifp->if_flags &= ~IFF_SIMPLEX;
	expect(lab_member("bridge0", BRDGADD, "prt2"), EINVAL, "not simplex");
	ifp->if_flags |= IFF_SIMPLEX;
	ifp->if_input = if_nullinput;
	expect(lab_member("bridge0", BRDGADD, "prt2"), EINVAL, "in use");
	ifp->if_input = ether_input;
	ifp->if_type = IFT_FDDI;
	expect(lab_member("bridge0", BRDGADD, "prt2"), EINVAL, "no Ethernet");
	ifp->if_type = IFT_ETHER;
	ifp->if_mtu = 1400;
	expect(lab_member("bridge0", BRDGADD, "prt2"), EINVAL, "another MTU");
	ifp->if_mtu = ETHERMTU;
	program_check(ifp->if_bridge == NULL && ifp->if_bridgeif == NULL &&
		ifp->if_pcount == 0,
	    "an interface that was refused has not been let alone");
	expect(lab_member("bridge0", BRDGADD, "prt2"), 0, "add");
	program_check(ifp->if_pcount == 1, "prt2 is not promiscuous");
	expect(lab_member("bridge0", BRDGDEL, "prt2"), 0, "delete");
	program_check(ifp->if_pcount == 0, "prt2 is still promiscuous");
}

static void
errors_of_table(void)
{
	struct ifbareq req = { .ifba_flags = 0 };
	struct ifbareq list[4];
	struct ifbaconf bac = { .ifbac_len = 0 };
	uint8_t mac[ETHER_ADDR_LEN];
	u_int i;

	memset(list, 0, sizeof(list));
	for (i = 0; i < 4; i++) {
		port_station(mac, i);
		expect(port_saddr("bridge0", mac, 0, IFBAF_STATIC), 0, "set");
	}
	expect(port_param("bridge0", BRDGSCACHE, 3), 0, "maxaddr");
	program_check(port_table_size("bridge0") == 4,
	    "static addresses do not make room");
	port_station(mac, 9);
	expect(port_saddr("bridge0", mac, 0, IFBAF_STATIC), ENOSPC, "full");
	port_station(mac, 1);
	expect(port_saddr("bridge0", mac, 1, IFBAF_DYNAMIC), 0,
	    "in place of one, while it is full");
	expect(port_saddr("bridge0", mac, 2, 0), ENOENT, "no member");
	port_station(req.ifba_dst, 9);
	expect(lab_bridge("bridge0", BRDGDADDR, &req, sizeof(req)), ENOENT,
	    "delete what is not there");

	bac.ifbac_req = list;
	expect(lab_bridge("bridge0", BRDGRTS, &bac, sizeof(bac)), 0, "no room");
	program_check(bac.ifbac_len == 0, "%u bytes", bac.ifbac_len);
	bac.ifbac_len = 3 * sizeof(list[0]) - 1;
	expect(lab_bridge("bridge0", BRDGRTS, &bac, sizeof(bac)), 0, "for two");
	program_check(bac.ifbac_len == 2 * sizeof(list[0]) &&
		list[1].ifba_ifsname[0] == 'p' && list[2].ifba_ifsname[0] == 0,
	    "%u bytes", bac.ifbac_len);
	bac.ifbac_req = NULL;
	expect(lab_bridge("bridge0", BRDGRTS, &bac, sizeof(bac)), EFAULT,
	    "to nowhere");
	bac.ifbac_req = list;
	bac.ifbac_len = 1;
	expect(lab_bridge("bridge0", BRDGRTS, &bac, sizeof(bac)), 0, "none");
	program_check(bac.ifbac_len == 0, "%u bytes", bac.ifbac_len);
	expect(port_param("bridge0", BRDGSCACHE, 100), 0, "maxaddr");
}

static void
errors_of_numbers(void)
{
	static const struct {
		u_long set, get;
	} times[] = { { BRDGSHT, BRDGGHT }, { BRDGSFD, BRDGGFD },
		{ BRDGSMA, BRDGGMA } };
	struct ifbrparam param;
	struct ifbifconf bifc = { .ifbic_len = 5 };
	struct ifbreq req, reqs[3];
	u_int i;

	for (i = 0; i < __arraycount(times); i++) {
		expect(port_param("bridge0", times[i].set, 0), EINVAL, "0 s");
		expect(port_param("bridge0", times[i].set, 7), 0, "7 s");
		memset(&param, 0, sizeof(param));
		expect(lab_bridge("bridge0", times[i].get, &param,
			   sizeof(param)),
		    0, "time?");
		program_check(param.ifbrp_hellotime == 7, "%u s",
		    param.ifbrp_hellotime);
	}
	expect(port_param("bridge0", BRDGSPRI, 0x1234), 0, "priority");
	memset(&param, 0, sizeof(param));
	expect(lab_bridge("bridge0", BRDGGPRI, &param, sizeof(param)), 0,
	    "priority?");
	program_check(param.ifbrp_prio == 0x1234, "priority %#x",
	    param.ifbrp_prio);

	/* Too little room: how much it takes; and the list is not locked after. */
	memset(reqs, 0, sizeof(reqs));
	bifc.ifbic_req = reqs;
	expect(lab_bridge("bridge0", BRDGGIFS, &bifc, sizeof(bifc)), 0, "list");
	program_check(bifc.ifbic_len == 2 * sizeof(req), "%u bytes",
	    bifc.ifbic_len);
	bifc.ifbic_len = 0;
	expect(lab_bridge("bridge0", BRDGGIFS, &bifc, sizeof(bifc)), 0, "many");
	program_check(bifc.ifbic_len == 2 * sizeof(req) &&
		reqs[0].ifbr_ifsname[0] == 0,
	    "%u bytes", bifc.ifbic_len);
	bifc.ifbic_req = NULL;
	expect(lab_bridge("bridge0", BRDGGIFS, &bifc, sizeof(bifc)), EFAULT,
	    "to nowhere");
	bifc.ifbic_req = reqs;
	bifc.ifbic_len = 3 * sizeof(req) - 1;
	expect(lab_bridge("bridge0", BRDGGIFS, &bifc, sizeof(bifc)), 0, "all");
	program_check(bifc.ifbic_len == 2 * sizeof(req) &&
		reqs[1].ifbr_ifsname[0] == 'p' && reqs[2].ifbr_ifsname[0] == 0,
	    "%u bytes", bifc.ifbic_len);

	memset(&req, 0, sizeof(req));
	strlcpy(req.ifbr_ifsname, "prt1", sizeof(req.ifbr_ifsname));
	req.ifbr_priority = 33;
	expect(lab_bridge("bridge0", BRDGSIFPRIO, &req, sizeof(req)), 0,
	    "priority of a member");
	req.ifbr_path_cost = 44;
	expect(lab_bridge("bridge0", BRDGSIFCOST, &req, sizeof(req)), 0,
	    "cost of a member");
	expect(lab_bridge("bridge0", BRDGGIFFLGS, &req, sizeof(req)), 0,
	    "member?");
	program_check(req.ifbr_priority == 33 && req.ifbr_path_cost == 44 &&
		req.ifbr_ifsflags == (IFBIF_LEARNING | IFBIF_DISCOVER) &&
		req.ifbr_portno == (port_ifnet(1)->if_index & 0xff),
	    "member: priority %u, cost %u, flags %#x, number %u",
	    req.ifbr_priority, req.ifbr_path_cost, req.ifbr_ifsflags,
	    req.ifbr_portno);
}

static void
no_handler(void *arg)
{
}

/* No more softints; a bridge that goes away; one that is not there. */
static void
errors_of_resources(void)
{
	struct bridge_softc *const sc = ifunit("bridge0")->if_softc;
	static void *sih[SOFTINTS];
	u_int n = 0;

	while (n < SOFTINTS &&
	    (sih[n] = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
		 no_handler, NULL)) != NULL)
		n++;
	program_check(n < SOFTINTS, "there are %u softints", n);
	expect(lab_create("bridge1"), ENOMEM, "no softint");
	while (n > 0)
		softint_disestablish(sih[--n]);
	program_check(ifunit("bridge1") == NULL, "half a bridge");
	expect(lab_create("bridge1"), 0, "a softint");
	expect(lab_destroy("bridge1"), 0, "destroy");

	sc->sc_dying =
	    true; /* as bridge_clone_destroy() leaves it for others */
	expect(lab_member("bridge0", BRDGADD, "prt2"), ENXIO, "it goes away");
	sc->sc_dying = false;
	program_check(port_ifnet(2)->if_pcount == 0, "prt2 is promiscuous");
	for (u_int i = 0; i < __arraycount(commands); i++) {
		union any any;

		memset(&any, 0, sizeof(any));
		expect(ifcmd_drvspec(commands[i].asks ? SIOCGDRVSPEC
						      : SIOCSDRVSPEC,
			   "bridge7", commands[i].cmd, &any, commands[i].bytes),
		    ENXIO, "no such bridge");
	}
	expect(lab_up("bridge7", true), ENXIO, "no such bridge");
	expect(lab_destroy("bridge7"), ENXIO, "no such bridge");
}

static void
errors_main(void)
{
	port_open(3, NULL);
	port_bridge("bridge0", 0, 2);
	if (crew_part("ioctls")) {
		errors_of_form();
		errors_of_addresses();
		errors_of_rights();
		errors_of_members();
		errors_of_table();
		errors_of_numbers();
	}
	if (crew_part("resources"))
		errors_of_resources();
	port_bridge_gone("bridge0");
	port_close();
}

static int
bridge_errors(void)
{
	return crew_main(errors_main);
}

PROGRAM(bridge_errors, "bridge: each error of each ioctl", bridge_errors);

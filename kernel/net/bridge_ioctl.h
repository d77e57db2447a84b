/*
 * bridge_ioctl.h: the part of if_bridge.c that brconfig(8) talks to.  Included
 * there alone.
 *
 * Each command is a row of a table: a function, the bytes of its argument, and
 * which way that goes.  bridge_ioctl() looks the row up, checks, copies in, calls,
 * and copies out; so the functions see kernel memory, and hold locks as they like.
 * Two of them copy a list to userland by themselves, and make it in kernel memory
 * first: copyout may sleep.
 *
 * Thread.  Who changes members, or refers to one in the table of addresses, has
 * bridge_list_lock.  In GENERIC there is KERNEL_LOCK, too; but it is let go
 * wherever one sleeps.
 */

union bridge_arg {
	struct ifbreq ifbreq;
	struct ifbifconf ifbifconf;
	struct ifbareq ifbareq;
	struct ifbaconf ifbaconf;
	struct ifbrparam ifbrparam;
};

struct bridge_control {
	int (*bc_func)(struct bridge_softc *, void *);
	size_t bc_argsize;
	u_int bc_flags;
};
#define BC_F_COPYIN  0x01 /* argument from userland */
#define BC_F_COPYOUT 0x02 /* .. and back */
#define BC_F_SUSER   0x04 /* changes something: not for everybody */

/* What a member's STP and flags changed for. */
static void
bridge_restart_stp(struct bridge_softc *sc)
{
	if ((sc->sc_if.if_flags & IFF_RUNNING) != 0)
		bstp_initialization(sc);
}

/*
 * May the interface become a member?  One that hears what it sends itself would
 * bring each frame back into the bridge.
 */
static int
bridge_add_check(struct bridge_softc *sc, struct ifnet *ifs)
{
	if (ifs == NULL)
		return ENOENT;
	if (ifs->if_mtu != sc->sc_if.if_mtu)
		return EINVAL;
	if (ifs->if_bridge == sc)
		return EEXIST;
	if (ifs->if_bridge != NULL)
		return EBUSY;
	if (ifs->if_input != ether_input)
		return EINVAL;
	if ((ifs->if_flags & IFF_SIMPLEX) == 0)
		return EINVAL;
	return ifs->if_type == IFT_ETHER ? 0 : EINVAL;
}

static int
bridge_ioctl_add(struct bridge_softc *sc, void *arg)
{
	const struct ifbreq *const req = arg;
	struct bridge_iflist *bif;
	struct ifnet *ifs;
	int error;

	mutex_enter(&bridge_list_lock);
	ifs = ifunit(req->ifbr_ifsname);
	error = bridge_add_check(sc, ifs);
	if (error == 0 && sc->sc_dying)
		error = ENXIO;
	if (error == 0)
		error = ifpromisc(ifs, 1);
	if (error == 0) {
		bif = kmem_zalloc(sizeof(*bif), KM_SLEEP);
		bif->bif_ifp = ifs;
		bif->bif_flags = IFBIF_LEARNING | IFBIF_DISCOVER;
		bif->bif_priority = BSTP_DEFAULT_PORT_PRIORITY;
		bif->bif_path_cost = BSTP_DEFAULT_PATH_COST;
		bridge_insert_member(sc, bif);
	}
	mutex_exit(&bridge_list_lock);
	return error;
}

static int
bridge_ioctl_del(struct bridge_softc *sc, void *arg)
{
	const struct ifbreq *const req = arg;
	struct bridge_iflist *bif;

	mutex_enter(&bridge_list_lock);
	bif = bridge_lookup_member(sc, req->ifbr_ifsname);
	if (bif != NULL)
		bridge_delete_member(sc, bif);
	mutex_exit(&bridge_list_lock);
	return bif == NULL ? ENOENT : 0;
}

static void
bridge_member_req(const struct bridge_iflist *bif, struct ifbreq *req)
{
	strlcpy(req->ifbr_ifsname, bif->bif_ifp->if_xname,
	    sizeof(req->ifbr_ifsname));
	req->ifbr_ifsflags = bif->bif_flags;
	req->ifbr_state = bif->bif_state;
	req->ifbr_priority = bif->bif_priority;
	req->ifbr_path_cost = bif->bif_path_cost;
	req->ifbr_portno = bif->bif_ifp->if_index & 0xff;
}

static int
bridge_ioctl_gifflags(struct bridge_softc *sc, void *arg)
{
	struct ifbreq *const req = arg;
	struct bridge_iflist *bif;

	mutex_enter(&bridge_list_lock);
	bif = bridge_lookup_member(sc, req->ifbr_ifsname);
	if (bif != NULL)
		bridge_member_req(bif, req);
	mutex_exit(&bridge_list_lock);
	return bif == NULL ? ENOENT : 0;
}

/* What of a member is set: bridge_set_member. */
enum bridge_what { BRIDGE_SET_FLAGS, BRIDGE_SET_PRIO, BRIDGE_SET_COST };

static int
bridge_set_member(struct bridge_softc *sc, const struct ifbreq *req,
    enum bridge_what what)
{
	struct bridge_iflist *bif;
	int error = 0;

	mutex_enter(&bridge_list_lock);
	bif = bridge_lookup_member(sc, req->ifbr_ifsname);
	if (bif == NULL)
		error = ENOENT;
	else if (what == BRIDGE_SET_PRIO)
		bif->bif_priority = req->ifbr_priority;
	else if (what == BRIDGE_SET_COST)
		bif->bif_path_cost = req->ifbr_path_cost;
	else if ((req->ifbr_ifsflags & IFBIF_STP) != 0 &&
	    bif->bif_ifp->if_type != IFT_ETHER)
		error = EINVAL; /* nothing else speaks it */
	else
		bif->bif_flags = req->ifbr_ifsflags;
	if (error == 0)
		bridge_restart_stp(sc);
	mutex_exit(&bridge_list_lock);
	return error;
}

static int
bridge_ioctl_sifflags(struct bridge_softc *sc, void *arg)
{
	return bridge_set_member(sc, arg, BRIDGE_SET_FLAGS);
}

static int
bridge_ioctl_sifprio(struct bridge_softc *sc, void *arg)
{
	return bridge_set_member(sc, arg, BRIDGE_SET_PRIO);
}

static int
bridge_ioctl_sifcost(struct bridge_softc *sc, void *arg)
{
	return bridge_set_member(sc, arg, BRIDGE_SET_COST);
}

static int
bridge_ioctl_scache(struct bridge_softc *sc, void *arg)
{
	const struct ifbrparam *const param = arg;

	sc->sc_brtmax = param->ifbrp_csize;
	bridge_rttrim(sc);
	return 0;
}

static int
bridge_ioctl_gcache(struct bridge_softc *sc, void *arg)
{
	struct ifbrparam *const param = arg;

	param->ifbrp_csize = sc->sc_brtmax;
	return 0;
}

/*
 * All members; or, where they do not fit, how much room they would take, and nothing
 * else.  With bridge_list_lock the list stays as it is while memory is got for it.
 */
static int
bridge_ioctl_gifs(struct bridge_softc *sc, void *arg)
{
	struct ifbifconf *const bifc = arg;
	struct bridge_iflist *bif;
	struct ifbreq *list;
	uint32_t count = 0, n = 0, room = bifc->ifbic_len;
	int error;

	mutex_enter(&bridge_list_lock);
	LIST_FOREACH (bif, &sc->sc_iflist, bif_next) {
		count++;
	}
	bifc->ifbic_len = count * sizeof(*list);
	if (count == 0 || room < bifc->ifbic_len) {
		mutex_exit(&bridge_list_lock);
		return 0;
	}
	list = kmem_zalloc(count * sizeof(*list), KM_SLEEP);
	LIST_FOREACH (bif, &sc->sc_iflist, bif_next) {
		if (n == count)
			break;
		bridge_member_req(bif, &list[n++]);
	}
	mutex_exit(&bridge_list_lock);

	error = copyout(list, bifc->ifbic_req, n * sizeof(*list));
	kmem_free(list, count * sizeof(*list));
	return error;
}

static int
bridge_ioctl_rts(struct bridge_softc *sc, void *arg)
{
	struct ifbaconf *const bac = arg;
	uint32_t n = bac->ifbac_len / sizeof(struct ifbareq);
	struct ifbareq *list;
	size_t room_bytes;
	int error = 0;

	if (bac->ifbac_len == 0)
		return 0;
	list = bridge_rtlist(sc, &n, &room_bytes);
	if (list != NULL) {
		error = copyout(list, bac->ifbac_req, n * sizeof(*list));
		kmem_free(list, room_bytes);
	}
	bac->ifbac_len = n * sizeof(*list);
	return error;
}

static int
bridge_ioctl_saddr(struct bridge_softc *sc, void *arg)
{
	const struct ifbareq *const req = arg;
	struct bridge_iflist *bif;
	int error = ENOENT;

	mutex_enter(&bridge_list_lock);
	bif = bridge_lookup_member(sc, req->ifba_ifsname);
	if (bif != NULL)
		error = bridge_rtupdate(sc, req->ifba_dst, bif->bif_ifp, 1,
		    req->ifba_flags);
	mutex_exit(&bridge_list_lock);
	return error;
}

static int
bridge_ioctl_daddr(struct bridge_softc *sc, void *arg)
{
	const struct ifbareq *const req = arg;

	return bridge_rtdaddr(sc, req->ifba_dst);
}

static int
bridge_ioctl_flush(struct bridge_softc *sc, void *arg)
{
	const struct ifbreq *const req = arg;

	bridge_rtflush(sc, (req->ifbr_ifsflags & IFBF_FLUSHALL) != 0);
	return 0;
}

static int
bridge_ioctl_sto(struct bridge_softc *sc, void *arg)
{
	const struct ifbrparam *const param = arg;

	sc->sc_brttimeout = param->ifbrp_ctime;
	return 0;
}

static int
bridge_ioctl_gto(struct bridge_softc *sc, void *arg)
{
	struct ifbrparam *const param = arg;

	param->ifbrp_ctime = sc->sc_brttimeout;
	return 0;
}

static int
bridge_ioctl_gpri(struct bridge_softc *sc, void *arg)
{
	struct ifbrparam *const param = arg;

	param->ifbrp_prio = sc->sc_bridge_priority;
	return 0;
}

static int
bridge_ioctl_spri(struct bridge_softc *sc, void *arg)
{
	const struct ifbrparam *const param = arg;

	sc->sc_bridge_priority = param->ifbrp_prio;
	bridge_restart_stp(sc);
	return 0;
}

/* Times: seconds here, 1/256 s in the bridge; none may be 0. */
static int
bridge_set_time(struct bridge_softc *sc, uint16_t *time, uint8_t seconds)
{
	if (seconds == 0)
		return EINVAL;
	*time = (uint16_t)seconds << 8;
	bridge_restart_stp(sc);
	return 0;
}

static int
bridge_ioctl_ght(struct bridge_softc *sc, void *arg)
{
	struct ifbrparam *const param = arg;

	param->ifbrp_hellotime = sc->sc_bridge_hello_time >> 8;
	return 0;
}

static int
bridge_ioctl_sht(struct bridge_softc *sc, void *arg)
{
	const struct ifbrparam *const param = arg;

	return bridge_set_time(sc, &sc->sc_bridge_hello_time,
	    param->ifbrp_hellotime);
}

static int
bridge_ioctl_gfd(struct bridge_softc *sc, void *arg)
{
	struct ifbrparam *const param = arg;

	param->ifbrp_fwddelay = sc->sc_bridge_forward_delay >> 8;
	return 0;
}

static int
bridge_ioctl_sfd(struct bridge_softc *sc, void *arg)
{
	const struct ifbrparam *const param = arg;

	return bridge_set_time(sc, &sc->sc_bridge_forward_delay,
	    param->ifbrp_fwddelay);
}

static int
bridge_ioctl_gma(struct bridge_softc *sc, void *arg)
{
	struct ifbrparam *const param = arg;

	param->ifbrp_maxage = sc->sc_bridge_max_age >> 8;
	return 0;
}

static int
bridge_ioctl_sma(struct bridge_softc *sc, void *arg)
{
	const struct ifbrparam *const param = arg;

	return bridge_set_time(sc, &sc->sc_bridge_max_age, param->ifbrp_maxage);
}

/* clang-format off */
#define BC_GET BC_F_COPYIN | BC_F_COPYOUT
#define BC_SET BC_F_COPYIN | BC_F_SUSER

static const struct bridge_control bridge_control_table[] = {
[BRDGADD]     = { bridge_ioctl_add, sizeof(struct ifbreq), BC_SET },
[BRDGDEL]     = { bridge_ioctl_del, sizeof(struct ifbreq), BC_SET },
[BRDGGIFFLGS] = { bridge_ioctl_gifflags, sizeof(struct ifbreq), BC_GET },
[BRDGSIFFLGS] = { bridge_ioctl_sifflags, sizeof(struct ifbreq), BC_SET },
[BRDGSCACHE]  = { bridge_ioctl_scache, sizeof(struct ifbrparam), BC_SET },
[BRDGGCACHE]  = { bridge_ioctl_gcache, sizeof(struct ifbrparam), BC_F_COPYOUT },
[BRDGGIFS]    = { bridge_ioctl_gifs, sizeof(struct ifbifconf), BC_GET },
[BRDGRTS]     = { bridge_ioctl_rts, sizeof(struct ifbaconf), BC_GET },
[BRDGSADDR]   = { bridge_ioctl_saddr, sizeof(struct ifbareq), BC_SET },
[BRDGSTO]     = { bridge_ioctl_sto, sizeof(struct ifbrparam), BC_SET },
[BRDGGTO]     = { bridge_ioctl_gto, sizeof(struct ifbrparam), BC_F_COPYOUT },
[BRDGDADDR]   = { bridge_ioctl_daddr, sizeof(struct ifbareq), BC_SET },
[BRDGFLUSH]   = { bridge_ioctl_flush, sizeof(struct ifbreq), BC_SET },
[BRDGGPRI]    = { bridge_ioctl_gpri, sizeof(struct ifbrparam), BC_F_COPYOUT },
[BRDGSPRI]    = { bridge_ioctl_spri, sizeof(struct ifbrparam), BC_SET },
[BRDGGHT]     = { bridge_ioctl_ght, sizeof(struct ifbrparam), BC_F_COPYOUT },
[BRDGSHT]     = { bridge_ioctl_sht, sizeof(struct ifbrparam), BC_SET },
[BRDGGFD]     = { bridge_ioctl_gfd, sizeof(struct ifbrparam), BC_F_COPYOUT },
[BRDGSFD]     = { bridge_ioctl_sfd, sizeof(struct ifbrparam), BC_SET },
[BRDGGMA]     = { bridge_ioctl_gma, sizeof(struct ifbrparam), BC_F_COPYOUT },
[BRDGSMA]     = { bridge_ioctl_sma, sizeof(struct ifbrparam), BC_SET },
[BRDGSIFPRIO] = { bridge_ioctl_sifprio, sizeof(struct ifbreq), BC_SET },
[BRDGSIFCOST] = { bridge_ioctl_sifcost, sizeof(struct ifbreq), BC_SET },
};
/* clang-format on */

/*
 * bridge_control: SIOC[GS]DRVSPEC.  EINVAL: no such command, asked for in the
 * wrong way, or with an argument of another size.
 */
static int
bridge_control(struct bridge_softc *sc, u_long cmd, struct ifdrv *ifd)
{
	const struct bridge_control *bc;
	union bridge_arg arg;
	bool out;
	int error;

	if (ifd->ifd_cmd >= __arraycount(bridge_control_table))
		return EINVAL;
	bc = &bridge_control_table[ifd->ifd_cmd];
	out = (bc->bc_flags & BC_F_COPYOUT) != 0;
	if (out != (cmd == SIOCGDRVSPEC))
		return EINVAL;
	if ((bc->bc_flags & BC_F_SUSER) != 0) {
		error = kauth_authorize_network(curlwp->l_cred,
		    KAUTH_NETWORK_INTERFACE_BRIDGE,
		    KAUTH_REQ_NETWORK_INTERFACE_BRIDGE_SETPRIV, (void *)cmd,
		    NULL, NULL);
		if (error != 0)
			return error;
	}
	if (ifd->ifd_len != bc->bc_argsize)
		return EINVAL;

	memset(&arg, 0, sizeof(arg));
	if ((bc->bc_flags & BC_F_COPYIN) != 0) {
		error = copyin(ifd->ifd_data, &arg, ifd->ifd_len);
		if (error != 0)
			return error;
	}
	error = (*bc->bc_func)(sc, &arg);
	if (error == 0 && out)
		error = copyout(&arg, ifd->ifd_data, bc->bc_argsize);
	return error;
}

/*
 * bridge_ioctl: the bridge's if_ioctl.
 */
static int
bridge_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct bridge_softc *const sc = ifp->if_softc;
	int error;

	switch (cmd) {
	case SIOCGDRVSPEC:
	case SIOCSDRVSPEC:
		return bridge_control(sc, cmd, data);
	case SIOCSIFFLAGS:
		error = ifioctl_common(ifp, cmd, data);
		if (error != 0)
			return error;
		switch (ifp->if_flags & (IFF_UP | IFF_RUNNING)) {
		case IFF_RUNNING:
			(*ifp->if_stop)(ifp, 1);
			return 0;
		case IFF_UP:
			return (*ifp->if_init)(ifp);
		default:
			return 0;
		}
	case SIOCSIFMTU:
		error = ifioctl_common(ifp, cmd, data);
		return error == ENETRESET ? 0 : error;
	default:
		return ifioctl_common(ifp, cmd, data);
	}
}

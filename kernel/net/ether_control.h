/*
 * ether_control.h: the part of if_ethersubr.c that changes what is there:
 * multicast addresses and ioctls.  Threads, under KERNEL_LOCK.
 */

/* ---- multicast */

#ifdef INET
static void
ether_multiaddr_inet(const struct sockaddr_in *sin, uint8_t *lo, uint8_t *hi)
{
	if (sin->sin_addr.s_addr == INADDR_ANY) { /* all of IPv4 */
		memcpy(lo, ether_ipmulticast_min, ETHER_ADDR_LEN);
		memcpy(hi, ether_ipmulticast_max, ETHER_ADDR_LEN);
		return;
	}
	ETHER_MAP_IP_MULTICAST(&sin->sin_addr, lo);
	memcpy(hi, lo, ETHER_ADDR_LEN);
}
#endif

#ifdef INET6
static void
ether_multiaddr_inet6(const struct sockaddr_in6 *sin6, uint8_t *lo, uint8_t *hi)
{
	if (IN6_IS_ADDR_UNSPECIFIED(&sin6->sin6_addr)) { /* all of IPv6 */
		lo[0] = lo[1] = hi[0] = hi[1] = 0x33;
		memset(lo + 2, 0, ETHER_ADDR_LEN - 2);
		memset(hi + 2, 0xff, ETHER_ADDR_LEN - 2);
		return;
	}
	ETHER_MAP_IPV6_MULTICAST(&sin6->sin6_addr, lo);
	memcpy(hi, lo, ETHER_ADDR_LEN);
}
#endif

/*
 * ether_multiaddr: the range of link addresses that belongs to an address of some
 * family.  0, EAFNOSUPPORT, EINVAL.
 */
int
ether_multiaddr(const struct sockaddr *sa, uint8_t addrlo[ETHER_ADDR_LEN],
    uint8_t addrhi[ETHER_ADDR_LEN])
{
	switch (sa->sa_family) {
	case AF_UNSPEC:
		memcpy(addrlo, sa->sa_data, ETHER_ADDR_LEN);
		memcpy(addrhi, addrlo, ETHER_ADDR_LEN);
		break;
#ifdef INET
	case AF_INET:
		ether_multiaddr_inet(satocsin(sa), addrlo, addrhi);
		break;
#endif
#ifdef INET6
	case AF_INET6:
		ether_multiaddr_inet6(satocsin6(sa), addrlo, addrhi);
		break;
#endif
	default:
		return EAFNOSUPPORT;
	}
	return 0;
}

/*
 * ether_addmulti: one user more of a range.  ENETRESET: the list is longer, so
 * read it again.
 */
int
ether_addmulti(const struct sockaddr *sa, struct ethercom *ec)
{
	uint8_t addrlo[ETHER_ADDR_LEN], addrhi[ETHER_ADDR_LEN];
	struct ether_multi *enm;
	int s, error = 0;

	s = splnet();
	error = ether_multiaddr(sa, addrlo, addrhi);
	if (error != 0)
		goto out;
	if (!ETHER_IS_MULTICAST(addrlo) || !ETHER_IS_MULTICAST(addrhi)) {
		error = EINVAL;
		goto out;
	}
	ETHER_LOOKUP_MULTI(addrlo, addrhi, ec, enm);
	if (enm != NULL) {
		enm->enm_refcount++;
		goto out;
	}
	enm = malloc(sizeof(*enm), M_IFMADDR, M_NOWAIT);
	if (enm == NULL) {
		error = ENOBUFS;
		goto out;
	}
	memcpy(enm->enm_addrlo, addrlo, ETHER_ADDR_LEN);
	memcpy(enm->enm_addrhi, addrhi, ETHER_ADDR_LEN);
	enm->enm_refcount = 1;
	LIST_INSERT_HEAD(&ec->ec_multiaddrs, enm, enm_list);
	ec->ec_multicnt++;
	error = ENETRESET;
out:
	splx(s);
	return error;
}

/*
 * ether_delmulti: one less.  ENETRESET: that was the last; ENXIO: there is none.
 */
int
ether_delmulti(const struct sockaddr *sa, struct ethercom *ec)
{
	uint8_t addrlo[ETHER_ADDR_LEN], addrhi[ETHER_ADDR_LEN];
	struct ether_multi *enm;
	int s, error;

	s = splnet();
	error = ether_multiaddr(sa, addrlo, addrhi);
	if (error != 0)
		goto out;
	ETHER_LOOKUP_MULTI(addrlo, addrhi, ec, enm);
	if (enm == NULL) {
		error = ENXIO;
		goto out;
	}
	if (--enm->enm_refcount != 0)
		goto out;
	LIST_REMOVE(enm, enm_list);
	free(enm, M_IFMADDR);
	ec->ec_multicnt--;
	error = ENETRESET;
out:
	splx(s);
	return error;
}

/* ---- ioctls */

/* SIOCINITIFADDR: it has an address, so it is up. */
static int
ether_initifaddr(struct ifnet *ifp, struct ifaddr *ifa)
{
	int error;

	if (ifa->ifa_addr->sa_family != AF_LINK &&
	    (ifp->if_flags & (IFF_UP | IFF_RUNNING)) !=
		(IFF_UP | IFF_RUNNING)) {
		ifp->if_flags |= IFF_UP;
		error = (*ifp->if_init)(ifp);
		if (error != 0)
			return error;
	}
#ifdef INET
	if (ifa->ifa_addr->sa_family == AF_INET)
		arp_ifinit(ifp, ifa);
#endif
	return 0;
}

static int
ether_setmtu(struct ifnet *ifp, struct ifreq *ifr)
{
	const struct ethercom *ec = (const struct ethercom *)ifp;
	const int most = (ec->ec_capabilities & ETHERCAP_JUMBO_MTU) != 0
	    ? ETHERMTU_JUMBO
	    : ETHERMTU;
	int error;

	if (ifr->ifr_mtu < ETHERMIN || ifr->ifr_mtu > most)
		return EINVAL;
	error = ifioctl_common(ifp, SIOCSIFMTU, ifr);
	if (error != ENETRESET)
		return error;
	return (ifp->if_flags & IFF_UP) != 0 ? (*ifp->if_init)(ifp) : 0;
}

/* SIOCSIFFLAGS: start or stop the driver, as the flags are now. */
static int
ether_setflags(struct ifnet *ifp, struct ifreq *ifr)
{
	struct ethercom *ec = (struct ethercom *)ifp;
	int error;

	error = ifioctl_common(ifp, SIOCSIFFLAGS, ifr);
	if (error != 0)
		return error;
	switch (ifp->if_flags & (IFF_UP | IFF_RUNNING)) {
	case IFF_RUNNING:
		(*ifp->if_stop)(ifp, 1);
		return 0;
	case IFF_UP:
		return (*ifp->if_init)(ifp);
	case IFF_UP | IFF_RUNNING:
		if (ec->ec_ifflags_cb == NULL)
			return (*ifp->if_init)(ifp);
		error = (*ec->ec_ifflags_cb)(ec);
		return error == ENETRESET ? (*ifp->if_init)(ifp) : error;
	default:
		return 0;
	}
}

/* A link address that a station may have. */
static bool
ether_goodaddr(const struct sockaddr *sa)
{
	static const uint8_t zero[ETHER_ADDR_LEN];
	const struct sockaddr_dl *sdl = satocsdl(sa);

	if (sdl->sdl_family != AF_LINK)
		return true;
	return !ETHER_IS_MULTICAST(CLLADDR(sdl)) &&
	    memcmp(zero, CLLADDR(sdl), ETHER_ADDR_LEN) != 0;
}

/*
 * ether_ioctl: if_ioctl of a driver, or what it calls for all it does not do
 * itself.  At splnet.
 */
int
ether_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct ethercom *ec = (struct ethercom *)ifp;
	struct ifreq *ifr = data;
	struct if_laddrreq *iflr = data;
	struct eccapreq *eccr = data;

	switch (cmd) {
	case SIOCINITIFADDR:
		return ether_initifaddr(ifp, data);
	case SIOCSIFMTU:
		return ether_setmtu(ifp, ifr);
	case SIOCSIFFLAGS:
		return ether_setflags(ifp, ifr);
	case SIOCGETHERCAP:
		eccr->eccr_capabilities = ec->ec_capabilities;
		eccr->eccr_capenable = ec->ec_capenable;
		return 0;
	case SIOCADDMULTI:
		return ether_addmulti(ifreq_getaddr(cmd, ifr), ec);
	case SIOCDELMULTI:
		return ether_delmulti(ifreq_getaddr(cmd, ifr), ec);
	case SIOCSIFMEDIA:
	case SIOCGIFMEDIA:
		if (ec->ec_mii == NULL)
			return ENOTTY;
		return ifmedia_ioctl(ifp, ifr, &ec->ec_mii->mii_media, cmd);
	case SIOCALIFADDR:
		if (!ether_goodaddr(sstocsa(&iflr->addr)))
			return EINVAL;
		/* FALLTHROUGH */
	default:
		return ifioctl_common(ifp, cmd, data);
	}
}

/* ---- net.ether.multicast.N: the list of the interface of that number */
static int
ether_multicast_sysctl(SYSCTLFN_ARGS)
{
	struct ether_multi_sysctl one;
	struct ether_multi *enm;
	struct ethercom *ec;
	struct ifnet *ifp;
	size_t written = 0;
	int error = 0;

	if (namelen != 1)
		return EINVAL;
	ifp = if_byindex((u_int)name[0]);
	if (ifp == NULL)
		return ENODEV;
	if (ifp->if_type != IFT_ETHER) {
		*oldlenp = 0;
		return 0;
	}
	ec = (struct ethercom *)ifp;
	if (oldp == NULL) {
		*oldlenp = (size_t)ec->ec_multicnt * sizeof(one);
		return 0;
	}
	LIST_FOREACH (enm, &ec->ec_multiaddrs, enm_list) {
		if (written + sizeof(one) > *oldlenp)
			break;
		memset(&one, 0, sizeof(one));
		memcpy(one.enm_addrlo, enm->enm_addrlo, ETHER_ADDR_LEN);
		memcpy(one.enm_addrhi, enm->enm_addrhi, ETHER_ADDR_LEN);
		one.enm_refcount = enm->enm_refcount;
		error = sysctl_copyout(l, &one, (char *)oldp + written,
		    sizeof(one));
		if (error != 0)
			break;
		written += sizeof(one);
	}
	*oldlenp = written;
	return error;
}

SYSCTL_SETUP(sysctl_net_ether_setup, "sysctl net.ether subtree")
{
	const struct sysctlnode *node = NULL;

	sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "net", NULL, NULL, 0, NULL, 0, CTL_NET, CTL_EOL);
	sysctl_createv(clog, 0, NULL, &node, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "ether", SYSCTL_DESCR("Ethernet"), NULL, 0, NULL, 0, CTL_NET,
	    CTL_CREATE, CTL_EOL);
	sysctl_createv(clog, 0, &node, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "multicast", SYSCTL_DESCR("multicast addresses of an interface"),
	    ether_multicast_sysctl, 0, NULL, 0, CTL_CREATE, CTL_EOL);
}

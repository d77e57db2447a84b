/*
 * if_control.h: the part of if.c that changes what is there: flags, promiscuous
 * mode, cloning, ioctls.  Threads, under KERNEL_LOCK; ioctls that change
 * something of one interface go one at a time, by its if_ioctl_lock.
 */

/* ---- up and down */

/*
 * if_down: nobody wants it any more.  At splnet.
 */
void
if_down(struct ifnet *ifp)
{
	ifp->if_flags &= ~IFF_UP;
	getnanotime(&ifp->if_lastchange);
	IFQ_PURGE(&ifp->if_snd);
	rt_ifmsg(ifp);
}

/*
 * if_up: the opposite.  At splnet.
 */
void
if_up(struct ifnet *ifp)
{
	ifp->if_flags |= IFF_UP;
	getnanotime(&ifp->if_lastchange);
	rt_ifmsg(ifp);
}

/*
 * if_link_state_change: the driver has seen the link come or go.  At splnet.
 */
void
if_link_state_change(struct ifnet *ifp, int link_state)
{
	int s = splnet();

	if (ifp->if_link_state != link_state) {
		ifp->if_link_state = link_state;
		rt_ifmsg(ifp);
	}
	splx(s);
}

/*
 * if_flags_set: have the driver set its flags to these.  It is asked by
 * SIOCSIFFLAGS, which may not change IFF_CANTCHANGE; so those are changed here,
 * before it looks, and back where it does not want.
 */
int
if_flags_set(struct ifnet *ifp, const short flags)
{
	const short changed = ifp->if_flags ^ flags;
	const short cant = changed & (short)IFF_CANTCHANGE;
	struct ifreq ifr;
	int error;

	if (ifp->if_setflags != NULL)
		return (*ifp->if_setflags)(ifp, flags);

	ifp->if_flags ^= cant;

	/* A driver that is down reads IFF_PROMISC when it is started. */
	if (((flags | changed) & IFF_UP) == 0 && changed == IFF_PROMISC)
		return 0;

	memset(&ifr, 0, sizeof(ifr));
	memcpy(ifr.ifr_name, ifp->if_xname, IFNAMSIZ);
	ifr.ifr_flags = flags & ~(short)IFF_CANTCHANGE;
	error = (*ifp->if_ioctl)(ifp, SIOCSIFFLAGS, &ifr);
	if (error != 0)
		ifp->if_flags ^= cant;
	return error;
}

/*
 * ifpromisc: one more, or one less, who wants all frames.  The first and the last
 * change the flag.  0, or an errno; then nothing has changed.
 */
int
ifpromisc(struct ifnet *ifp, int pswitch)
{
	const int count = ifp->if_pcount;
	short flags;
	int error;

	if (pswitch) {
		if (ifp->if_pcount++ != 0)
			return 0;
		flags = ifp->if_flags | IFF_PROMISC;
	} else {
		KASSERT(ifp->if_pcount > 0);
		if (--ifp->if_pcount > 0)
			return 0;
		flags = ifp->if_flags & ~IFF_PROMISC;
	}
	error = if_flags_set(ifp, flags);
	if (error != 0)
		ifp->if_pcount = count;
	return error;
}

/*
 * if_addr_init: tell the driver that the interface has that address.
 */
int
if_addr_init(struct ifnet *ifp, struct ifaddr *ifa, bool src)
{
	if (ifp->if_initaddr != NULL)
		return (*ifp->if_initaddr)(ifp, ifa, src);
	return (*ifp->if_ioctl)(ifp, SIOCINITIFADDR, ifa);
}

/*
 * if_mcast_op: SIOCADDMULTI or SIOCDELMULTI with that address.
 */
int
if_mcast_op(ifnet_t *ifp, const unsigned long cmd, const struct sockaddr *sa)
{
	struct ifreq ifr;

	if (ifp->if_mcastop != NULL)
		return (*ifp->if_mcastop)(ifp, cmd, sa);
	memset(&ifr, 0, sizeof(ifr));
	memcpy(ifr.ifr_name, ifp->if_xname, IFNAMSIZ);
	memcpy(&ifr.ifr_space, sa, MIN(sa->sa_len, sizeof(ifr.ifr_space)));
	return (*ifp->if_ioctl)(ifp, cmd, &ifr);
}

/* ---- cloning */
static LIST_HEAD(, if_clone) if_cloners = LIST_HEAD_INITIALIZER(if_cloners);
static int if_cloners_count;

void
if_clone_attach(struct if_clone *ifc)
{
	LIST_INSERT_HEAD(&if_cloners, ifc, ifc_list);
	if_cloners_count++;
}

void
if_clone_detach(struct if_clone *ifc)
{
	LIST_REMOVE(ifc, ifc_list);
	if_cloners_count--;
}

/* Who makes interfaces of that name, and the number in it; NULL: nobody. */
static struct if_clone *
if_clone_lookup(const char *name, int *unitp)
{
	const char *dp = name;
	struct if_clone *ifc;
	int unit = 0;

	while (*dp != '\0' && (*dp < '0' || *dp > '9'))
		dp++;
	if (dp == name || *dp == '\0' || dp - name >= IFNAMSIZ ||
	    (dp[0] == '0' && dp[1] != '\0'))
		return NULL;
	LIST_FOREACH (ifc, &if_cloners, ifc_list) {
		if ((size_t)(dp - name) == ifc->ifc_namelen &&
		    strncmp(name, ifc->ifc_name, ifc->ifc_namelen) == 0)
			break;
	}
	if (ifc == NULL)
		return NULL;
	for (; *dp != '\0'; dp++) {
		if (*dp < '0' || *dp > '9' || unit > 99999 ||
		    dp - name >= IFNAMSIZ - 1)
			return NULL;
		unit = unit * 10 + (*dp - '0');
	}
	*unitp = unit;
	return ifc;
}

/*
 * if_clone_create: bridge0.  EINVAL: nobody makes such; EEXIST: it is there.
 */
int
if_clone_create(const char *name)
{
	struct if_clone *ifc;
	int unit;

	ifc = if_clone_lookup(name, &unit);
	if (ifc == NULL)
		return EINVAL;
	if (ifunit(name) != NULL)
		return EEXIST;
	return (*ifc->ifc_create)(ifc, unit);
}

int
if_clone_destroy(const char *name)
{
	struct if_clone *ifc;
	struct ifnet *ifp;
	int unit;

	ifc = if_clone_lookup(name, &unit);
	if (ifc == NULL)
		return EINVAL;
	ifp = ifunit(name);
	if (ifp == NULL)
		return ENXIO;
	if (ifc->ifc_destroy == NULL)
		return EOPNOTSUPP;
	return (*ifc->ifc_destroy)(ifp);
}

/* Names of those that can be cloned; a count of 0 asks how many. */
static int
if_clone_list(struct if_clonereq *ifcr)
{
	char name[IFNAMSIZ], *out = ifcr->ifcr_buffer;
	struct if_clone *ifc;
	int left = ifcr->ifcr_count, error = 0;

	ifcr->ifcr_total = if_cloners_count;
	if (out == NULL)
		return 0;
	if (left < 0)
		return EINVAL;
	LIST_FOREACH (ifc, &if_cloners, ifc_list) {
		if (left-- <= 0 || error != 0)
			break;
		memset(name, 0, sizeof(name));
		strlcpy(name, ifc->ifc_name, sizeof(name));
		error = copyout(name, out, sizeof(name));
		out += sizeof(name);
	}
	return error;
}

/* ---- ioctls */

/* SIOCSIFFLAGS, for whoever has nothing else to do about it. */
static void
if_set_flags(struct ifnet *ifp, short flags)
{
	int s = splnet();

	if ((ifp->if_flags & IFF_UP) != 0 && (flags & IFF_UP) == 0)
		if_down(ifp);
	if ((flags & IFF_UP) != 0 && (ifp->if_flags & IFF_UP) == 0)
		if_up(ifp);
	splx(s);
	ifp->if_flags = (short)((ifp->if_flags & IFF_CANTCHANGE) |
	    (flags & ~IFF_CANTCHANGE));
}

/* Which M_CSUM_* go with an enabled IFCAP_*. */
static const struct {
	uint64_t cap;
	int tx, rx;
} if_csum[] = {
	{ IFCAP_CSUM_IPv4_Tx, M_CSUM_IPv4, 0 },
	{ IFCAP_CSUM_IPv4_Rx, 0, M_CSUM_IPv4 },
	{ IFCAP_CSUM_TCPv4_Tx, M_CSUM_TCPv4, 0 },
	{ IFCAP_CSUM_TCPv4_Rx, 0, M_CSUM_TCPv4 },
	{ IFCAP_CSUM_UDPv4_Tx, M_CSUM_UDPv4, 0 },
	{ IFCAP_CSUM_UDPv4_Rx, 0, M_CSUM_UDPv4 },
	{ IFCAP_CSUM_TCPv6_Tx, M_CSUM_TCPv6, 0 },
	{ IFCAP_CSUM_TCPv6_Rx, 0, M_CSUM_TCPv6 },
	{ IFCAP_CSUM_UDPv6_Tx, M_CSUM_UDPv6, 0 },
	{ IFCAP_CSUM_UDPv6_Rx, 0, M_CSUM_UDPv6 },
};

/* SIOCSIFCAP: ENETRESET tells the driver to start again. */
static int
if_set_capabilities(struct ifnet *ifp, const struct ifcapreq *ifcr)
{
	size_t i;

	if ((ifcr->ifcr_capenable & ~ifp->if_capabilities) != 0)
		return EINVAL;
	if (ifcr->ifcr_capenable == ifp->if_capenable)
		return 0;
	ifp->if_capenable = ifcr->ifcr_capenable;
	ifp->if_csum_flags_tx = ifp->if_csum_flags_rx = 0;
	for (i = 0; i < __arraycount(if_csum); i++) {
		if ((ifp->if_capenable & if_csum[i].cap) == 0)
			continue;
		ifp->if_csum_flags_tx |= if_csum[i].tx;
		ifp->if_csum_flags_rx |= if_csum[i].rx;
	}
	return (ifp->if_flags & IFF_UP) != 0 ? ENETRESET : 0;
}

static int
if_get(struct ifnet *ifp, u_long cmd, void *data)
{
	struct ifreq *ifr = data;
	struct ifcapreq *ifcr = data;
	struct ifdatareq *ifdr = data;

	switch (cmd) {
	case SIOCGIFFLAGS:
		ifr->ifr_flags = ifp->if_flags;
		return 0;
	case SIOCGIFMETRIC:
		ifr->ifr_metric = (int)ifp->if_metric;
		return 0;
	case SIOCGIFMTU:
		ifr->ifr_mtu = (int)ifp->if_mtu;
		return 0;
	case SIOCGIFDLT:
		ifr->ifr_dlt = ifp->if_dlt;
		return 0;
	case SIOCGIFINDEX:
		ifr->ifr_value = ifp->if_index;
		return 0;
	case SIOCGIFCAP:
		ifcr->ifcr_capabilities = ifp->if_capabilities;
		ifcr->ifcr_capenable = ifp->if_capenable;
		return 0;
	case SIOCGIFDATA:
		ifdr->ifdr_data = ifp->if_data;
		return 0;
	default:
		return ENOTTY;
	}
}

/* SIOCZIFDATA: all counters, and only those, become 0. */
static void
if_zero_data(struct ifnet *ifp)
{
	struct if_data *d = &ifp->if_data;

	memset(&d->ifi_ipackets, 0,
	    offsetof(struct if_data, ifi_lastchange) -
		offsetof(struct if_data, ifi_ipackets));
}

/*
 * ifioctl_common: what each interface can do.  A driver's if_ioctl, or
 * ether_ioctl, ends here.  ENOTTY: it is no such ioctl; ENETRESET: done, but the
 * driver must be started again.
 */
int
ifioctl_common(struct ifnet *ifp, u_long cmd, void *data)
{
	struct ifreq *ifr = data;
	struct ifdatareq *ifdr = data;

	switch (cmd) {
	case SIOCSIFFLAGS:
		if_set_flags(ifp, ifr->ifr_flags);
		return 0;
	case SIOCSIFCAP:
		return if_set_capabilities(ifp, data);
	case SIOCSIFMETRIC:
		ifp->if_metric = (uint64_t)ifr->ifr_metric;
		return 0;
	case SIOCZIFDATA:
		ifdr->ifdr_data = ifp->if_data;
		if_zero_data(ifp);
		return 0;
	case SIOCSIFMTU:
		if (ifp->if_mtu == (uint64_t)ifr->ifr_mtu)
			return 0;
		ifp->if_mtu = (uint64_t)ifr->ifr_mtu;
		return ENETRESET;
	default:
		return if_get(ifp, cmd, data);
	}
}

/*
 * The protocol's turn, where the driver does not know an ioctl.  A socket says
 * which protocol; without one, the kernel asks itself, and it is IP.
 */
static int
if_ioctl_protocol(struct socket *so, u_long cmd, void *data, struct ifnet *ifp)
{
	if (so != NULL && so->so_proto == NULL)
		return EOPNOTSUPP;
	if (so != NULL)
		return (*so->so_proto->pr_usrreqs->pr_ioctl)(so, cmd, data,
		    ifp);
#ifdef INET
	return in_control(NULL, cmd, data, ifp);
#else
	return ENOTTY;
#endif
}

/* May it be done at all?  Reading may, as far as this file goes. */
static int
if_ioctl_allowed(struct ifnet *ifp, u_long cmd, struct lwp *l)
{
	switch (cmd) {
	case SIOCIFCREATE:
	case SIOCIFDESTROY:
	case SIOCALIFADDR:
	case SIOCDLIFADDR:
	case SIOCSIFFLAGS:
	case SIOCSIFCAP:
	case SIOCSIFMETRIC:
	case SIOCZIFDATA:
	case SIOCSIFMTU:
	case SIOCSIFMEDIA:
	case SIOCSDRVSPEC:
	case SIOCADDMULTI:
	case SIOCDELMULTI:
		if (l == NULL)
			return 0;
		return kauth_authorize_network(l->l_cred,
		    KAUTH_NETWORK_INTERFACE,
		    KAUTH_REQ_NETWORK_INTERFACE_SETPRIV, ifp, (void *)cmd,
		    NULL);
	default:
		return 0;
	}
}

/*
 * ifioctl: an ioctl of an interface, by name.  Data has been copied in already,
 * and is copied out by the caller; what it points to has not.
 */
int
ifioctl(struct socket *so, u_long cmd, void *data, struct lwp *l)
{
	struct ifreq *ifr = data;
	struct ifnet *ifp;
	short oflags;
	int error, s;

	if (cmd == SIOCIFGCLONERS)
		return if_clone_list(data);
	if (cmd == SIOCINITIFADDR)
		return EPERM; /* the kernel's own */

	ifp = ifunit(ifr->ifr_name);
	error = if_ioctl_allowed(ifp, cmd, l);
	if (error != 0)
		return error;
	if (cmd == SIOCIFCREATE)
		return if_clone_create(ifr->ifr_name);
	if (cmd == SIOCIFDESTROY)
		return if_clone_destroy(ifr->ifr_name);
	if (ifp == NULL)
		return ENXIO;

	ifnet_lock_enter(ifp->if_ioctl_lock);
	oflags = ifp->if_flags;
	error = (*ifp->if_ioctl)(ifp, cmd, data);
	if (error == ENOTTY)
		error = if_ioctl_protocol(so, cmd, data, ifp);
	if (((oflags ^ ifp->if_flags) & IFF_UP & ifp->if_flags) != 0) {
		s = splnet();
		if_up(ifp);
		splx(s);
	}
	ifnet_lock_exit(ifp->if_ioctl_lock);
	return error;
}

/* ---- sending */

/*
 * ifq_enqueue: send a packet: into if_snd, or to the driver's own queues.  Frees
 * what does not fit.
 */
int
ifq_enqueue(struct ifnet *ifp,
    struct mbuf *m ALTQ_COMMA ALTQ_DECL(struct altq_pktattr *pktattr))
{
	const int len = m->m_pkthdr.len;
	const int mflags = m->m_flags;
	int s, error;

	s = splnet();
	if (ifp->if_transmit != NULL) {
		error = (*ifp->if_transmit)(ifp, m);
		splx(s);
		return error;
	}
	IFQ_ENQUEUE(&ifp->if_snd, m, pktattr, error);
	if (error == 0) {
		ifp->if_obytes += (uint64_t)len;
		if ((mflags & M_MCAST) != 0)
			ifp->if_omcasts++;
		if ((ifp->if_flags & IFF_OACTIVE) == 0)
			(*ifp->if_start)(ifp);
	}
	splx(s);
	return error;
}

/*
 * ifq_enqueue2: the same with another queue, which has to have room.
 */
int
ifq_enqueue2(struct ifnet *ifp, struct ifqueue *ifq,
    struct mbuf *m ALTQ_COMMA ALTQ_DECL(struct altq_pktattr *pktattr))
{
	int error;

	if (ifq == NULL) {
		IFQ_ENQUEUE(&ifp->if_snd, m, pktattr, error);
	} else {
		IFQ_ENQUEUE(ifq, m, pktattr, error);
	}
	if (error != 0)
		ifp->if_oerrors++;
	return error;
}

/* ---- boot */

/*
 * ifinit1: before the first driver attaches.
 */
void
ifinit1(void)
{
#if NETHER > 0
	etherinit();
#endif
}

#ifdef INET
static int
sysctl_net_ip_pktq_maxlen(SYSCTLFN_ARGS)
{
	return sysctl_pktq_maxlen(SYSCTLFN_CALL(rnode), ip_pktq);
}

static int
sysctl_net_ip_pktq_items(SYSCTLFN_ARGS)
{
	return sysctl_pktq_count(SYSCTLFN_CALL(rnode), ip_pktq, PKTQ_NITEMS);
}

static int
sysctl_net_ip_pktq_drops(SYSCTLFN_ARGS)
{
	return sysctl_pktq_count(SYSCTLFN_CALL(rnode), ip_pktq, PKTQ_DROPS);
}

/* net.inet.ip.ifq: IPv4's input queues, of all CPUs together. */
static void
sysctl_net_pktq_setup(void)
{
	const struct sysctlnode *node;

	sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "net", NULL, NULL, 0, NULL, 0, CTL_NET, CTL_EOL);
	sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "inet", NULL, NULL, 0, NULL, 0, CTL_NET, PF_INET, CTL_EOL);
	sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "ip", NULL, NULL, 0, NULL, 0, CTL_NET, PF_INET, IPPROTO_IP,
	    CTL_EOL);
	if (sysctl_createv(NULL, 0, NULL, &node, CTLFLAG_PERMANENT,
		CTLTYPE_NODE, "ifq", NULL, NULL, 0, NULL, 0, CTL_NET, PF_INET,
		IPPROTO_IP, CTL_CREATE, CTL_EOL) != 0)
		return;
	sysctl_createv(NULL, 0, &node, NULL, CTLFLAG_PERMANENT, CTLTYPE_INT,
	    "len", SYSCTL_DESCR("packets in them"), sysctl_net_ip_pktq_items, 0,
	    NULL, 0, CTL_CREATE, CTL_EOL);
	sysctl_createv(NULL, 0, &node, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_INT, "maxlen",
	    SYSCTL_DESCR("packets that fit into one"),
	    sysctl_net_ip_pktq_maxlen, 0, NULL, 0, CTL_CREATE, CTL_EOL);
	sysctl_createv(NULL, 0, &node, NULL, CTLFLAG_PERMANENT, CTLTYPE_INT,
	    "drops", SYSCTL_DESCR("packets that did not"),
	    sysctl_net_ip_pktq_drops, 0, NULL, 0, CTL_CREATE, CTL_EOL);
}
#endif

/*
 * ifinit: when the protocols are there.
 */
void
ifinit(void)
{
#ifdef INET
	sysctl_net_pktq_setup();
#endif
}

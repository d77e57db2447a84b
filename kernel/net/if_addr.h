/*
 * if_addr.h: the part of if.c that knows addresses of interfaces, counted by
 * IFAREF and IFAFREE, and among them the link address.  Threads, under
 * KERNEL_LOCK; lists change at splnet.
 */

/* ---- addresses */
void
ifaref(struct ifaddr *ifa)
{
	ifa->ifa_refcnt++;
}

void
ifafree(struct ifaddr *ifa)
{
	KASSERT(ifa->ifa_refcnt == 0);
	free(ifa, M_IFADDR);
}

void
ifa_insert(struct ifnet *ifp, struct ifaddr *ifa)
{
	int s = splnet();

	ifa->ifa_ifp = ifp;
	TAILQ_INSERT_TAIL(&ifp->if_addrlist, ifa, ifa_list);
	IFAREF(ifa);
	splx(s);
}

void
ifa_remove(struct ifnet *ifp, struct ifaddr *ifa)
{
	int s = splnet();

	KASSERT(ifa->ifa_ifp == ifp);
	TAILQ_REMOVE(&ifp->if_addrlist, ifa, ifa_list);
	splx(s);
	IFAFREE(ifa);
}

/*
 * ifa_ifwithaddr: whose address it is; also by its broadcast address.
 */
struct ifaddr *
ifa_ifwithaddr(const struct sockaddr *addr)
{
	struct ifnet *ifp;
	struct ifaddr *ifa;

	IFNET_FOREACH(ifp)
	{
		if (ifp->if_output == if_nulloutput)
			continue;
		IFADDR_FOREACH(ifa, ifp)
		{
			if (ifa->ifa_addr->sa_family != addr->sa_family)
				continue;
			if (ifa->ifa_addr->sa_len == addr->sa_len &&
			    memcmp(ifa->ifa_addr, addr, addr->sa_len) == 0)
				return ifa;
			if ((ifp->if_flags & IFF_BROADCAST) != 0 &&
			    ifa->ifa_broadaddr != NULL &&
			    ifa->ifa_broadaddr->sa_len != 0 &&
			    memcmp(ifa->ifa_broadaddr, addr, addr->sa_len) == 0)
				return ifa;
		}
	}
	return NULL;
}

/*
 * if_purgeaddrs: take all addresses of a family away.
 */
void
if_purgeaddrs(struct ifnet *ifp, int family,
    void (*purge_addr)(struct ifaddr *))
{
	struct ifaddr *ifa, *next;

	IFADDR_FOREACH_SAFE(ifa, ifp, next)
	{
		if (ifa->ifa_addr->sa_family == family)
			(*purge_addr)(ifa);
	}
}

/* ---- the link address */
void
link_rtrequest(int cmd, struct rtentry *rt, const struct rt_addrinfo *info)
{
}

/*
 * if_dl_create: an address of AF_LINK for the interface, with room for a mask;
 * all in one piece.
 */
struct ifaddr *
if_dl_create(const struct ifnet *ifp, const struct sockaddr_dl **sdlp)
{
	const uint8_t namelen = (uint8_t)strlen(ifp->if_xname);
	const uint8_t len = sockaddr_dl_measure(namelen, ifp->if_addrlen);
	struct sockaddr_dl *sdl, *mask;
	struct ifaddr *ifa;

	ifa = malloc(sizeof(*ifa) + 2 * len, M_IFADDR, M_WAITOK | M_ZERO);
	sdl = (struct sockaddr_dl *)(ifa + 1);
	mask = (struct sockaddr_dl *)((char *)sdl + len);

	sockaddr_dl_init(sdl, len, ifp->if_index, ifp->if_type, ifp->if_xname,
	    namelen, NULL, ifp->if_addrlen);
	mask->sdl_len = (uint8_t)(len - ifp->if_addrlen);
	mask->sdl_family = AF_LINK;
	memset(mask->sdl_data, 0xff, namelen);

	ifa->ifa_rtrequest = link_rtrequest;
	ifa->ifa_addr = (struct sockaddr *)sdl;
	ifa->ifa_netmask = (struct sockaddr *)mask;
	*sdlp = sdl;
	return ifa;
}

/*
 * if_activate_sadl: that address is the interface's from now on.
 */
void
if_activate_sadl(struct ifnet *ifp, struct ifaddr *ifa,
    const struct sockaddr_dl *sdl)
{
	int s = splnet();

	if (ifp->if_dl != NULL)
		IFAFREE(ifp->if_dl);
	ifp->if_dl = ifa;
	IFAREF(ifa);
	ifp->if_sadl = sdl;
	splx(s);
}

/* Take the link addresses away, at detach or for others. */
static void
if_free_sadl(struct ifnet *ifp)
{
	struct ifaddr *ifa = ifp->if_dl;

	if (ifa == NULL)
		return;
	KASSERT(ifp->if_sadl != NULL);
	ifa_remove(ifp, ifa);
	if (ifp->if_hwdl == ifa) {
		IFAFREE(ifa);
		ifp->if_hwdl = NULL;
	}
	ifp->if_sadl = NULL;
	ifp->if_dl = NULL;
	IFAFREE(ifa);
}

/*
 * if_alloc_sadl: a link address of if_addrlen bytes, all 0 as yet.
 */
void
if_alloc_sadl(struct ifnet *ifp)
{
	const struct sockaddr_dl *sdl;
	struct ifaddr *ifa;

	if_free_sadl(ifp);
	ifa = if_dl_create(ifp, &sdl);
	ifa_insert(ifp, ifa);
	if_activate_sadl(ifp, ifa, sdl);
}

/*
 * if_set_sadl: the link address; `factory': it was burnt in.
 */
void
if_set_sadl(struct ifnet *ifp, const void *lla, u_char addrlen, bool factory)
{
	ifp->if_addrlen = addrlen;
	if_alloc_sadl(ifp);
	(void)sockaddr_dl_setaddr(satosdl(ifp->if_dl->ifa_addr),
	    ifp->if_sadl->sdl_len, lla, addrlen);
	if (factory) {
		KASSERT(ifp->if_hwdl == NULL);
		ifp->if_hwdl = ifp->if_dl;
		IFAREF(ifp->if_hwdl);
	}
}

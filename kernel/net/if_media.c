/*
 * if_media.c: the list of media that a driver can do, and which it does.
 *
 * Contexts.  Threads, under KERNEL_LOCK.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/ioctl.h>
#include <sys/malloc.h>
#include <sys/socket.h>

#include <net/if.h>
#include <net/if_media.h>

void
ifmedia_init(struct ifmedia *ifm, int dontcare_mask, ifm_change_cb_t change,
    ifm_stat_cb_t status)
{
	TAILQ_INIT(&ifm->ifm_list);
	ifm->ifm_cur = NULL;
	ifm->ifm_media = IFM_NONE;
	ifm->ifm_mask = dontcare_mask;
	ifm->ifm_change = change;
	ifm->ifm_status = status;
}

void
ifmedia_add(struct ifmedia *ifm, int mword, int data, void *aux)
{
	struct ifmedia_entry *entry;

	entry = malloc(sizeof(*entry), M_IFADDR, M_NOWAIT);
	if (entry == NULL)
		panic("ifmedia_add: no memory for a medium");
	entry->ifm_media = mword;
	entry->ifm_data = data;
	entry->ifm_aux = aux;
	TAILQ_INSERT_TAIL(&ifm->ifm_list, entry, ifm_list);
}

void
ifmedia_list_add(struct ifmedia *ifm, struct ifmedia_entry *lp, int count)
{
	int i;

	for (i = 0; i < count; i++)
		ifmedia_add(ifm, lp[i].ifm_media, lp[i].ifm_data,
		    lp[i].ifm_aux);
}

/*
 * ifmedia_match: the entry of that word, where bits of mask need not match.
 */
struct ifmedia_entry *
ifmedia_match(struct ifmedia *ifm, u_int target, u_int mask)
{
	struct ifmedia_entry *p, *match = NULL;

	TAILQ_FOREACH (p, &ifm->ifm_list, ifm_list) {
		if ((((u_int)p->ifm_media ^ target) & ~mask) == 0)
			match = p;
	}
	return match;
}

/*
 * ifmedia_set: the medium at boot.  The driver has it, or else none is used.
 */
void
ifmedia_set(struct ifmedia *ifm, int target)
{
	struct ifmedia_entry *match;

	match = ifmedia_match(ifm, (u_int)target, (u_int)ifm->ifm_mask);
	if (match == NULL) {
		printf("ifmedia_set: no medium 0x%x; none is used\n", target);
		target = (target & IFM_NMASK) | IFM_NONE;
		match = ifmedia_match(ifm, (u_int)target, (u_int)ifm->ifm_mask);
		if (match == NULL) {
			ifmedia_add(ifm, target, 0, NULL);
			match = ifmedia_match(ifm, (u_int)target,
			    (u_int)ifm->ifm_mask);
		}
	}
	ifm->ifm_cur = match;
}

/* SIOCSIFMEDIA: the driver may not want it; then all is as before. */
static int
ifmedia_change(struct ifnet *ifp, struct ifmedia *ifm, int newmedia)
{
	struct ifmedia_entry *const oldentry = ifm->ifm_cur;
	struct ifmedia_entry *match;
	const int oldmedia = ifm->ifm_media;
	int error;

	match = ifmedia_match(ifm, (u_int)newmedia, (u_int)ifm->ifm_mask);
	if (match == NULL)
		return EINVAL;
	if (match == oldentry && newmedia == oldmedia &&
	    IFM_SUBTYPE(newmedia) != IFM_AUTO)
		return 0;
	ifm->ifm_cur = match;
	ifm->ifm_media = newmedia;
	error = (*ifm->ifm_change)(ifp);
	if (error != 0 && error != ENETRESET) {
		ifm->ifm_cur = oldentry;
		ifm->ifm_media = oldmedia;
	}
	return error;
}

/* SIOCGIFMEDIA: what is used, and, where there is room, what there is. */
static int
ifmedia_show(struct ifnet *ifp, struct ifmedia *ifm, struct ifmediareq *ifmr)
{
	struct ifmedia_entry *p;
	int n = 0, error = 0;
	const int room = ifmr->ifm_count;

	ifmr->ifm_active = ifmr->ifm_current = ifm->ifm_cur != NULL
	    ? ifm->ifm_cur->ifm_media
	    : IFM_NONE;
	ifmr->ifm_mask = ifm->ifm_mask;
	ifmr->ifm_status = 0;
	(*ifm->ifm_status)(ifp, ifmr);

	if (room < 0)
		return EINVAL;
	TAILQ_FOREACH (p, &ifm->ifm_list, ifm_list) {
		if (n < room && error == 0)
			error = copyout(&p->ifm_media, &ifmr->ifm_ulist[n],
			    sizeof(int));
		n++;
	}
	if (room != 0 && room < n && error == 0)
		error = E2BIG;
	ifmr->ifm_count = n;
	return error;
}

int
ifmedia_ioctl(struct ifnet *ifp, struct ifreq *ifr, struct ifmedia *ifm,
    u_long cmd)
{
	if (ifp == NULL || ifr == NULL || ifm == NULL)
		return EINVAL;
	switch (cmd) {
	case SIOCSIFMEDIA:
		return ifmedia_change(ifp, ifm, ifr->ifr_media);
	case SIOCGIFMEDIA:
		return ifmedia_show(ifp, ifm, (struct ifmediareq *)ifr);
	default:
		return EINVAL;
	}
}

/*
 * ifmedia_delete_instance: forget what that PHY can do, or all (IFM_INST_ANY).
 */
void
ifmedia_delete_instance(struct ifmedia *ifm, u_int inst)
{
	struct ifmedia_entry *p, *next;

	TAILQ_FOREACH_SAFE (p, &ifm->ifm_list, ifm_list, next) {
		if (inst != IFM_INST_ANY &&
		    inst != (u_int)IFM_INST(p->ifm_media))
			continue;
		if (ifm->ifm_cur == p)
			ifm->ifm_cur = NULL;
		TAILQ_REMOVE(&ifm->ifm_list, p, ifm_list);
		free(p, M_IFADDR);
	}
}

void
ifmedia_removeall(struct ifmedia *ifm)
{
	ifmedia_delete_instance(ifm, IFM_INST_ANY);
}

/*
 * ifmedia_baudrate: bits a second of a medium; 0: not known.
 */
uint64_t
ifmedia_baudrate(int mword)
{
	if (IFM_TYPE(mword) != IFM_ETHER)
		return 0;
	switch (IFM_SUBTYPE(mword)) {
	case IFM_10_T:
	case IFM_10_2:
	case IFM_10_5:
	case IFM_10_STP:
	case IFM_10_FL:
		return IF_Mbps(10);
	case IFM_100_TX:
	case IFM_100_FX:
	case IFM_100_T4:
	case IFM_100_VG:
	case IFM_100_T2:
		return IF_Mbps(100);
	case IFM_1000_SX:
	case IFM_1000_LX:
	case IFM_1000_CX:
	case IFM_1000_T:
	case IFM_1000_BX10:
		return IF_Mbps(1000);
	case IFM_2500_SX:
		return IF_Mbps(2500);
	case IFM_10G_LR:
	case IFM_10G_SR:
	case IFM_10G_CX4:
	case IFM_10G_TWINAX:
		return IF_Gbps(10);
	default:
		return 0;
	}
}

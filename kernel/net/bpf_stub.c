/*
 * bpf_stub.c: bpf(4) while nobody does it.
 *
 * bpf_ops points to functions that do nothing, so that drivers need not ask
 * whether there is a bpf.  Interfaces that are attached before bpf.c is are
 * remembered here, and told to it when it takes over (bpf_ops_handover_enter,
 * exchange of bpf_ops, bpf_ops_handover_exit).
 *
 * Contexts: attach, detach, change_type and handover: threads.  Taps: any.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/systm.h>

#include <net/bpf.h>

/* An interface that waits for bpf; l: handovermtx. */
struct laglist {
	TAILQ_ENTRY(laglist) lag_entries; /* l */
	struct ifnet *lag_ifp;
	u_int lag_dlt;
	u_int lag_hlen;
	struct bpf_if **lag_drvp;
};

static TAILQ_HEAD(, laglist) lagdrvs = TAILQ_HEAD_INITIALIZER(lagdrvs);
static kmutex_t handovermtx;
static bool handover_done; /* l */

static void
bpf_stub_attach(struct ifnet *ifp, u_int dlt, u_int hlen, struct bpf_if **drvp)
{
	struct laglist *lag = kmem_alloc(sizeof(*lag), KM_SLEEP);
	bool late;

	lag->lag_ifp = ifp;
	lag->lag_dlt = dlt;
	lag->lag_hlen = hlen;
	lag->lag_drvp = drvp;

	mutex_enter(&handovermtx);
	late = handover_done;
	if (!late) {
		TAILQ_INSERT_TAIL(&lagdrvs, lag, lag_entries);
		*drvp = NULL;
	}
	mutex_exit(&handovermtx);
	if (late) { /* the hand was over before we came */
		kmem_free(lag, sizeof(*lag));
		bpf_ops->bpf_attach(ifp, dlt, hlen, drvp);
	}
}

static void
bpf_stub_detach(struct ifnet *ifp)
{
	struct laglist *lag, *next;
	bool late;

	mutex_enter(&handovermtx);
	late = handover_done;
	TAILQ_FOREACH_SAFE (lag, &lagdrvs, lag_entries, next) {
		if (lag->lag_ifp != ifp)
			continue;
		TAILQ_REMOVE(&lagdrvs, lag, lag_entries);
		kmem_free(lag, sizeof(*lag));
	}
	mutex_exit(&handovermtx);
	if (late)
		bpf_ops->bpf_detach(ifp);
}

static void
bpf_stub_change_type(struct ifnet *ifp, u_int dlt, u_int hlen)
{
	struct laglist *lag;
	bool late;

	mutex_enter(&handovermtx);
	late = handover_done;
	TAILQ_FOREACH (lag, &lagdrvs, lag_entries) {
		if (lag->lag_ifp != ifp)
			continue;
		lag->lag_dlt = dlt;
		lag->lag_hlen = hlen;
	}
	mutex_exit(&handovermtx);
	if (late)
		bpf_ops->bpf_change_type(ifp, dlt, hlen);
}

static void
bpf_stub_tap(struct bpf_if *bp, u_char *pkt, u_int len)
{
}

static void
bpf_stub_mtap(struct bpf_if *bp, struct mbuf *m)
{
}

static void
bpf_stub_mtap2(struct bpf_if *bp, void *data, u_int dlen, struct mbuf *m)
{
}

static void
bpf_stub_mtap_af(struct bpf_if *bp, uint32_t af, struct mbuf *m)
{
}

static void
bpf_stub_mtap_sl_in(struct bpf_if *bp, u_char *hdr, struct mbuf **m)
{
}

static void
bpf_stub_mtap_sl_out(struct bpf_if *bp, u_char *hdr, struct mbuf *m)
{
}

static struct bpf_ops bpf_ops_stub = {
	.bpf_attach = bpf_stub_attach,
	.bpf_detach = bpf_stub_detach,
	.bpf_change_type = bpf_stub_change_type,
	.bpf_tap = bpf_stub_tap,
	.bpf_mtap = bpf_stub_mtap,
	.bpf_mtap2 = bpf_stub_mtap2,
	.bpf_mtap_af = bpf_stub_mtap_af,
	.bpf_mtap_sl_in = bpf_stub_mtap_sl_in,
	.bpf_mtap_sl_out = bpf_stub_mtap_sl_out,
};

struct bpf_ops *bpf_ops = &bpf_ops_stub;

/*
 * bpf_setops: once, before the first interface.
 */
void
bpf_setops(void)
{
	mutex_init(&handovermtx, MUTEX_DEFAULT, IPL_NONE);
}

/*
 * bpf_ops_handover_enter: newops gets the interfaces that wait.  Until
 * bpf_ops_handover_exit no other comes; the caller sets bpf_ops between.
 */
void
bpf_ops_handover_enter(struct bpf_ops *newops)
{
	struct laglist *lag;

	mutex_enter(&handovermtx);
	while ((lag = TAILQ_FIRST(&lagdrvs)) != NULL) {
		TAILQ_REMOVE(&lagdrvs, lag, lag_entries);
		newops->bpf_attach(lag->lag_ifp, lag->lag_dlt, lag->lag_hlen,
		    lag->lag_drvp);
		kmem_free(lag, sizeof(*lag));
	}
	handover_done = true;
}

void
bpf_ops_handover_exit(void)
{
	mutex_exit(&handovermtx);
}

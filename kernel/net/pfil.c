/*
 * pfil.c: lists of functions that filter packets, pfil(9).
 *
 * A head has four lists: of packets that come in, of those that go out, of
 * addresses, of interfaces.  Each is one block of memory that does not change; who
 * adds a function or takes one away makes a new block and puts it in the place of
 * the old one.  So a packet that passes takes no lock, reads one pointer where
 * nobody filters, and sees one list from beginning to end:
 *
 *	CPU 0, softint			CPU 1, thread
 *	list = ph_in: [f, g]
 *	f(m)
 *					ph_in = [f]	(g is removed)
 *	g(m)				waits for CPU 0: a cross call
 *	done
 *					frees [f, g]; g's code may go
 *
 * The cross call is a thread's, so it comes after interrupts and softints that
 * were under way on its CPU.  A thread that is in a function, preempted or asleep,
 * is not waited for: who filters what threads send must know that of himself.
 *
 * Packets that come in are seen in the reverse order of those that go out, so that
 * what the first function does to a packet on its way out is undone last.
 *
 * Contexts: pfil_run_hooks: any; the functions' own otherwise.  Others: threads,
 * sleeping.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/xcall.h>

#include <net/if.h>
#include <net/pfil.h>

typedef struct {
	pfil_func_t pfil_func;
	void *pfil_arg;
} pfil_hook_t;

typedef struct {
	u_int nhooks;
	pfil_hook_t hooks[];
} pfil_list_t;

/* Letters: i set when it is made; p pfil_lock to change, read without. */
struct pfil_head {
	pfil_list_t *volatile ph_in;         /* p; NULL: empty, as all are */
	pfil_list_t *volatile ph_out;        /* p */
	pfil_list_t *volatile ph_ifaddr;     /* p */
	pfil_list_t *volatile ph_ifnetevent; /* p */
	int ph_type;                         /* i: PFIL_TYPE_* */
	void *ph_key;                        /* i: AF_*, or the interface */
	LIST_ENTRY(pfil_head) ph_list;       /* p */
};

static LIST_HEAD(,
    pfil_head) pfil_head_list = LIST_HEAD_INITIALIZER(&pfil_head_list);
static kmutex_t pfil_lock;
static bool pfil_ready;

/* Interfaces are attached at boot, by one CPU, before anything else is. */
static void
pfil_enter(void)
{
	if (__predict_false(!pfil_ready)) {
		mutex_init(&pfil_lock, MUTEX_DEFAULT, IPL_NONE);
		pfil_ready = true;
	}
	mutex_enter(&pfil_lock);
}

/*
 * pfil_head_create: a head for a family or an interface, found by its key.
 */
pfil_head_t *
pfil_head_create(int type, void *key)
{
	pfil_head_t *ph;

	if (pfil_head_get(type, key) != NULL)
		return NULL;
	ph = kmem_zalloc(sizeof(*ph), KM_SLEEP);
	ph->ph_type = type;
	ph->ph_key = key;
	pfil_enter();
	LIST_INSERT_HEAD(&pfil_head_list, ph, ph_list);
	mutex_exit(&pfil_lock);
	return ph;
}

static size_t
pfil_list_bytes(u_int nhooks)
{
	return offsetof(pfil_list_t, hooks) + nhooks * sizeof(pfil_hook_t);
}

static void
pfil_list_free(pfil_list_t *list)
{
	if (list != NULL)
		kmem_free(list, pfil_list_bytes(list->nhooks));
}

/*
 * pfil_head_destroy: no packet passes it any more.
 */
void
pfil_head_destroy(pfil_head_t *ph)
{
	pfil_enter();
	LIST_REMOVE(ph, ph_list);
	mutex_exit(&pfil_lock);
	pfil_list_free(ph->ph_in);
	pfil_list_free(ph->ph_out);
	pfil_list_free(ph->ph_ifaddr);
	pfil_list_free(ph->ph_ifnetevent);
	kmem_free(ph, sizeof(*ph));
}

/*
 * pfil_head_get: that of a family or interface; NULL: there is none.
 */
pfil_head_t *
pfil_head_get(int type, void *key)
{
	pfil_head_t *ph;

	pfil_enter();
	LIST_FOREACH (ph, &pfil_head_list, ph_list)
		if (ph->ph_type == type && ph->ph_key == key)
			break;
	mutex_exit(&pfil_lock);
	return ph;
}

/* The list that one flag means; NULL: none does. */
static pfil_list_t *volatile *
pfil_list_of(pfil_head_t *ph, int flag)
{
	switch (flag) {
	case PFIL_IN:
		return &ph->ph_in;
	case PFIL_OUT:
		return &ph->ph_out;
	case PFIL_IFADDR:
		return &ph->ph_ifaddr;
	case PFIL_IFNET:
		return &ph->ph_ifnetevent;
	default:
		return NULL;
	}
}

static u_int
pfil_find(const pfil_list_t *list, pfil_func_t func, void *arg)
{
	const u_int n = list != NULL ? list->nhooks : 0;
	u_int i;

	for (i = 0; i < n; i++)
		if (list->hooks[i].pfil_func == func &&
		    list->hooks[i].pfil_arg == arg)
			break;
	return i;
}

/* list with a function more, in front or behind. */
static pfil_list_t *
pfil_list_with(const pfil_list_t *list, pfil_func_t func, void *arg, bool front)
{
	const u_int n = list != NULL ? list->nhooks : 0;
	pfil_list_t *const new = kmem_alloc(pfil_list_bytes(n + 1), KM_SLEEP);
	pfil_hook_t *const mine = &new->hooks[front ? 0 : n];

	new->nhooks = n + 1;
	if (n != 0)
		memcpy(&new->hooks[front ? 1 : 0], list->hooks,
		    n * sizeof(pfil_hook_t));
	mine->pfil_func = func;
	mine->pfil_arg = arg;
	return new;
}

/* list without its i-th function; NULL if that was the only one. */
static pfil_list_t *
pfil_list_without(const pfil_list_t *list, u_int i)
{
	const u_int n = list->nhooks - 1;
	pfil_list_t *new;

	if (n == 0)
		return NULL;
	new = kmem_alloc(pfil_list_bytes(n), KM_SLEEP);
	new->nhooks = n;
	memcpy(new->hooks, list->hooks, i * sizeof(pfil_hook_t));
	memcpy(&new->hooks[i], &list->hooks[i + 1],
	    (n - i) * sizeof(pfil_hook_t));
	return new;
}

/* Nobody uses what was in a head before this, threads in a function apart. */
static void
pfil_wait(void)
{
	if (mp_online)
		xc_wait(xc_broadcast(0, (xcfunc_t)(void (*)(void))nullop, NULL,
		    NULL));
}

/*
 * pfil_add_hook: func(arg, ...) is called for what flags say, from now on.
 * EEXIST: it is already for one of those, and nothing has changed.
 */
int
pfil_add_hook(pfil_func_t func, void *arg, int flags, pfil_head_t *ph)
{
	pfil_list_t *old[4], *new, *volatile *where;
	int bit, n = 0;

	KASSERT(func != NULL);
	KASSERT((flags &
		    ~(PFIL_WAITOK | PFIL_ALL | PFIL_IFADDR | PFIL_IFNET)) == 0);

	pfil_enter();
	for (bit = PFIL_IN; bit <= PFIL_IFNET; bit <<= 1) {
		where = pfil_list_of(ph, flags & bit);
		if (where != NULL && *where != NULL &&
		    pfil_find(*where, func, arg) < (*where)->nhooks) {
			mutex_exit(&pfil_lock);
			return EEXIST;
		}
	}
	for (bit = PFIL_IN; bit <= PFIL_IFNET; bit <<= 1) {
		where = pfil_list_of(ph, flags & bit);
		if (where == NULL)
			continue;
		old[n] = *where;
		new = pfil_list_with(old[n++], func, arg, bit == PFIL_IN);
		membar_producer();
		*where = new;
	}
	mutex_exit(&pfil_lock);

	pfil_wait();
	while (n > 0)
		pfil_list_free(old[--n]);
	return 0;
}

/*
 * pfil_remove_hook: it is not called any more for what flags say, nor is it
 * running in an interrupt or softint.  ESRCH: it was not.
 */
int
pfil_remove_hook(pfil_func_t func, void *arg, int flags, pfil_head_t *ph)
{
	pfil_list_t *old[4], *new, *volatile *where;
	int bit, n = 0;
	u_int i;

	pfil_enter();
	for (bit = PFIL_IN; bit <= PFIL_IFNET; bit <<= 1) {
		where = pfil_list_of(ph, flags & bit);
		if (where == NULL || *where == NULL)
			continue;
		i = pfil_find(*where, func, arg);
		if (i == (*where)->nhooks)
			continue;
		old[n] = *where;
		new = pfil_list_without(old[n++], i);
		membar_producer();
		*where = new;
	}
	mutex_exit(&pfil_lock);
	if (n == 0)
		return ESRCH;

	pfil_wait();
	while (n > 0)
		pfil_list_free(old[--n]);
	return 0;
}

/*
 * pfil_run_hooks: what the functions say of a packet that passes: 0, and it goes
 * on as *mp; otherwise it does not, and *mp is NULL or the caller's to free.
 * With PFIL_IFADDR and PFIL_IFNET mp is handed on as it is.
 */
int
pfil_run_hooks(pfil_head_t *ph, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	const bool pass_mbuf = (dir & PFIL_ALL) != 0 && mp != NULL;
	const pfil_list_t *list;
	struct mbuf *m;
	int ret = 0;
	u_int i;

	KASSERT(pfil_list_of(ph, dir) != NULL);
	list = *pfil_list_of(ph, dir);
	if (__predict_true(list == NULL))
		return 0;

	m = pass_mbuf ? *mp : NULL;
	for (i = 0; i < list->nhooks; i++) {
		const pfil_hook_t *const h = &list->hooks[i];

		ret = (*h->pfil_func)(h->pfil_arg, pass_mbuf ? &m : mp, ifp,
		    dir);
		if (ret != 0 || (pass_mbuf && m == NULL))
			break;
	}
	if (pass_mbuf)
		*mp = m;
	return ret;
}

/*
 * kern_auth.c: kauth(9), as far as a kernel without users wants it.
 *
 * All credentials there are are the superuser's; a question about them is
 * answered yes, and nobody else is asked.  Others, that a program has made up (an
 * LWP whose l_cred it has set), may do what a listener of the scope allows and
 * none denies, and nothing without one: so the paths that refuse can be tested.
 *
 * Contexts: credentials are counted by atomic operations: any.  Questions: threads
 * and softints.  Listeners: threads, sleeping.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/queue.h>
#include <sys/rwlock.h>
#include <sys/systm.h>

/* Letters: a by atomic operations; i set when it is made. */
struct kauth_cred {
	u_int cr_refcnt; /* a */
	uid_t cr_uid;    /* i */
	uid_t cr_euid;   /* i */
	uid_t cr_svuid;  /* i */
	gid_t cr_gid;    /* i */
	gid_t cr_egid;   /* i */
	gid_t cr_svgid;  /* i */
};

/*
 * kauth_cred_alloc: credentials of the superuser, one reference.  Sleeps.
 */
kauth_cred_t
kauth_cred_alloc(void)
{
	kauth_cred_t const cred = kmem_zalloc(sizeof(*cred), KM_SLEEP);

	cred->cr_refcnt = 1;
	return cred;
}

void
kauth_cred_hold(kauth_cred_t cred)
{
	if (cred == NOCRED || cred == FSCRED || cred == NULL)
		return;
	KASSERT(cred->cr_refcnt > 0);
	atomic_inc_uint(&cred->cr_refcnt);
}

void
kauth_cred_free(kauth_cred_t cred)
{
	if (cred == NOCRED || cred == FSCRED || cred == NULL)
		return;
	KASSERT(cred->cr_refcnt > 0);
	if (atomic_dec_uint_nv(&cred->cr_refcnt) == 0)
		kmem_free(cred, sizeof(*cred));
}

u_int
kauth_cred_getrefcnt(kauth_cred_t cred)
{
	return cred->cr_refcnt;
}

uid_t
kauth_cred_getuid(kauth_cred_t cred)
{
	return cred != NULL ? cred->cr_uid : 0;
}

uid_t
kauth_cred_geteuid(kauth_cred_t cred)
{
	return cred != NULL ? cred->cr_euid : 0;
}

gid_t
kauth_cred_getgid(kauth_cred_t cred)
{
	return cred != NULL ? cred->cr_gid : 0;
}

gid_t
kauth_cred_getegid(kauth_cred_t cred)
{
	return cred != NULL ? cred->cr_egid : 0;
}

void
kauth_cred_setuid(kauth_cred_t cred, uid_t uid)
{
	KASSERT(cred->cr_refcnt == 1);
	cred->cr_uid = uid;
}

void
kauth_cred_seteuid(kauth_cred_t cred, uid_t uid)
{
	KASSERT(cred->cr_refcnt == 1);
	cred->cr_euid = uid;
}

/* The superuser, whom a kernel thread is without being told. */
static bool
kauth_is_root(kauth_cred_t cred)
{
	return cred == NOCRED || cred == FSCRED ||
	    kauth_cred_geteuid(cred) == 0;
}

/* ---- listeners ------------------------------------------------------------- */

/* Constant but for its place in the list, l: kauth_lock. */
struct kauth_listener {
	LIST_ENTRY(kauth_listener) next; /* l */
	const char *scope;
	kauth_scope_callback_t func;
	void *cookie;
};

static LIST_HEAD(,
    kauth_listener) kauth_listeners = LIST_HEAD_INITIALIZER(&kauth_listeners);
static krwlock_t kauth_lock;

void
kauth_init(void)
{
	rw_init(&kauth_lock);
}

kauth_listener_t
kauth_listen_scope(const char *scope, kauth_scope_callback_t func, void *cookie)
{
	kauth_listener_t const l = kmem_alloc(sizeof(*l), KM_SLEEP);

	l->scope = scope;
	l->func = func;
	l->cookie = cookie;
	rw_enter(&kauth_lock, RW_WRITER);
	LIST_INSERT_HEAD(&kauth_listeners, l, next);
	rw_exit(&kauth_lock);
	return l;
}

void
kauth_unlisten_scope(kauth_listener_t l)
{
	rw_enter(&kauth_lock, RW_WRITER);
	LIST_REMOVE(l, next);
	rw_exit(&kauth_lock);
	kmem_free(l, sizeof(*l));
}

/* All of a scope's: one denies: denied; else one allows: allowed. */
static int
kauth_ask(const char *scope, kauth_cred_t cred, kauth_action_t action,
    void *arg0, void *arg1, void *arg2, void *arg3)
{
	kauth_listener_t l;
	int rc = KAUTH_RESULT_DEFER, r;

	if (kauth_is_root(cred))
		return 0;
	rw_enter(&kauth_lock, RW_READER);
	LIST_FOREACH (l, &kauth_listeners, next) {
		if (strcmp(l->scope, scope) != 0)
			continue;
		r = (*l->func)(cred, action, l->cookie, arg0, arg1, arg2, arg3);
		if (r == KAUTH_RESULT_DENY) {
			rc = r;
			break;
		}
		if (r == KAUTH_RESULT_ALLOW)
			rc = r;
	}
	rw_exit(&kauth_lock);
	return rc == KAUTH_RESULT_ALLOW ? 0 : EPERM;
}

/*
 * kauth_authorize_network: 0, or EPERM.
 */
int
kauth_authorize_network(kauth_cred_t cred, kauth_action_t action,
    enum kauth_network_req req, void *arg1, void *arg2, void *arg3)
{
	return kauth_ask(KAUTH_SCOPE_NETWORK, cred, action, KAUTH_ARG(req),
	    arg1, arg2, arg3);
}

int
kauth_authorize_generic(kauth_cred_t cred, kauth_action_t action, void *arg0)
{
	return kauth_ask(KAUTH_SCOPE_GENERIC, cred, action, arg0, NULL, NULL,
	    NULL);
}

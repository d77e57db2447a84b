/*
 * kern_auth.c: kauth(9), as far as a kernel without users wants it.
 *
 * All credentials there are are the superuser's; a question about them is
 * answered yes.  Others, that a program has made up (an LWP whose l_cred it has
 * set), have a user and may do what does not change anything: so the paths that
 * refuse can be tested.
 *
 * Contexts: any; credentials are counted by atomic operations.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
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

void
kauth_init(void)
{
}

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

/*
 * kauth_authorize_network: 0, or EPERM.  Who is nobody special may look at what
 * interfaces are, and open a socket.
 */
int
kauth_authorize_network(kauth_cred_t cred, kauth_action_t action,
    enum kauth_network_req req, void *arg1, void *arg2, void *arg3)
{
	if (kauth_is_root(cred))
		return 0;

	switch (action) {
	case KAUTH_NETWORK_INTERFACE:
		return req == KAUTH_REQ_NETWORK_INTERFACE_GET ? 0 : EPERM;
	case KAUTH_NETWORK_SOCKET:
		return req == KAUTH_REQ_NETWORK_SOCKET_OPEN ? 0 : EPERM;
	case KAUTH_NETWORK_BIND:
		return req == KAUTH_REQ_NETWORK_BIND_PORT ? 0 : EPERM;
	default:
		return EPERM;
	}
}

int
kauth_authorize_generic(kauth_cred_t cred, kauth_action_t action, void *arg0)
{
	return kauth_is_root(cred) ? 0 : EPERM;
}

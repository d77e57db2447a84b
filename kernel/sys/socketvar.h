/*
 * socketvar.h: the kernel's side of a socket.
 *
 * There are no sockets here yet; what the network code and its ioctls say
 * about them is.  All of a domain's sockets share one lock, which for most of
 * the network is softnet_lock.
 */
#ifndef _SYS_SOCKETVAR_H_
#define _SYS_SOCKETVAR_H_

#include <sys/queue.h>
#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/socket.h>
#include <sys/selinfo.h>

struct mbuf;
struct protosw;
struct sockaddr;
struct uio;
struct lwp;
struct mowner;
struct socket;
struct kauth_cred;

TAILQ_HEAD(soqhead, socket);

/* What waits to be sent, or to be read. */
struct sockbuf {
	struct selinfo sb_sel;
	struct mowner *sb_mowner;
	struct socket *sb_so;
	kcondvar_t sb_cv;
#define sb_startzero sb_cc
	u_long sb_cc;    /* bytes in it */
	u_long sb_hiwat; /* .. and at the most */
	u_long sb_mbcnt; /* bytes of its mbufs */
	u_long sb_mbmax;
	u_long sb_lowat;
	struct mbuf *sb_mb; /* packets */
	struct mbuf *sb_mbtail;
	struct mbuf *sb_lastrecord;
	int sb_flags; /* SB_* */
	int sb_timeo; /* ticks to wait */
	u_long sb_overflowed;
};

#ifndef SB_MAX
#define SB_MAX (256 * 1024)
#endif

#define SB_LOCK     0x01
#define SB_NOTIFY   0x04
#define SB_ASYNC    0x10
#define SB_UPCALL   0x20
#define SB_NOINTR   0x40
#define SB_KNOTE    0x100
#define SB_AUTOSIZE 0x800

struct socket {
	kmutex_t *volatile so_lock;
	kcondvar_t so_cv;
	short so_type;    /* SOCK_* */
	short so_options; /* SO_* */
	u_short so_linger;
	short so_state; /* SS_* */
	int so_unused;
	void *so_pcb;                   /* the protocol's */
	const struct protosw *so_proto; /* which */

	/* Connections that come in. */
	struct socket *so_head;
	struct soqhead *so_onq;
	struct soqhead so_q0;
	struct soqhead so_q;
	TAILQ_ENTRY(socket) so_qe;
	short so_q0len;
	short so_qlen;
	short so_qlimit;
	short so_timeo;
	u_short so_error;
	u_short so_rerror;
	u_short so_aborting;
	pid_t so_pgid;
	u_long so_oobmark;
	struct sockbuf so_snd;
	struct sockbuf so_rcv;

	void *so_internal;
	void (*so_upcall)(struct socket *, void *, int, int);
	void *so_upcallarg;
	int (*so_send)(struct socket *, struct mbuf *, struct uio *,
	    struct mbuf *, struct mbuf *, int, struct lwp *);
	int (*so_receive)(struct socket *, struct mbuf **, struct uio *,
	    struct mbuf **, struct mbuf **, int *);
	struct mowner *so_mowner;
	struct uidinfo *so_uidinfo;
	gid_t so_egid;
	pid_t so_cpid;
	struct so_accf *so_accf;
	struct kauth_cred *so_cred;
};

#define SS_NOFDREF         0x001
#define SS_ISCONNECTED     0x002
#define SS_ISCONNECTING    0x004
#define SS_ISDISCONNECTING 0x008
#define SS_CANTSENDMORE    0x010
#define SS_CANTRCVMORE     0x020
#define SS_RCVATMARK       0x040
#define SS_ISABORTING      0x080
#define SS_RESTARTSYS      0x100
#define SS_ISDISCONNECTED  0x800
#define SS_ASYNC           0x100
#define SS_MORETOCOME      0x400
#define SS_ISAPIPE         0x1000
#define SS_NBIO            0x2000

#ifdef _KERNEL

/* An option that is got or set. */
struct sockopt {
	int sopt_level;
	int sopt_name;
	size_t sopt_size;
	void *sopt_data;
	uint8_t sopt_buf[sizeof(int)];
};

#define SOCKOPT_SIZE sizeof(int)

extern u_long sb_max;
extern int somaxkva;
extern int sock_loan_thresh;
extern kmutex_t *softnet_lock; /* of the network's softints; IPL_NONE */

void soinit(void);

static inline void
solock(struct socket *so)
{
	kmutex_t *lock = so->so_lock;

	mutex_enter(lock);
	while (__predict_false(lock != so->so_lock)) {
		mutex_exit(lock);
		lock = so->so_lock;
		mutex_enter(lock);
	}
}

static inline void
sounlock(struct socket *so)
{
	mutex_exit(so->so_lock);
}

static inline bool
solocked(const struct socket *so)
{
	return mutex_owned(so->so_lock) != 0;
}

#endif /* _KERNEL */

#endif /* _SYS_SOCKETVAR_H_ */

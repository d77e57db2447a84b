# net/if.c 1.307
include <sys/cdefs.h>
include "opt_inet.h"
include "opt_atalk.h"
include "opt_natm.h"
include "opt_wlan.h"
include <sys/param.h>
include <sys/mbuf.h>
include <sys/systm.h>
include <sys/callout.h>
include <sys/proc.h>
include <sys/socket.h>
include <sys/socketvar.h>
include <sys/domain.h>
include <sys/protosw.h>
include <sys/kernel.h>
include <sys/ioctl.h>
include <sys/sysctl.h>
include <sys/syslog.h>
include <sys/kauth.h>
include <sys/kmem.h>
include <sys/xcall.h>
include <net/if.h>
include <net/if_dl.h>
include <net/if_ether.h>
include <net/if_media.h>
include <net80211/ieee80211.h>
include <net80211/ieee80211_ioctl.h>
include <net/if_types.h>
include <net/radix.h>
include <net/route.h>
include <net/netisr.h>
include <sys/module.h>
include <netatalk/at_extern.h> if NETATALK
include <netatalk/at.h> if NETATALK
include <net/pfil.h>
include <netinet/in.h>
include <netinet/in_var.h>
include <netinet6/in6_var.h> if INET6
include <netinet6/nd6.h> if INET6
include "ether.h"
include "fddi.h"
include "token.h"
include "carp.h"
include <netinet/ip_carp.h> if NCARP > 0
include <compat/sys/sockio.h>
include <compat/sys/socket.h>
call ALTQ_DECL ALTQ_IS_ATTACHED ALTQ_IS_ENABLED DOMAIN_FOREACH IFADDR_EMPTY
call IFADDR_FOREACH IFADDR_FOREACH_SAFE IFNET_FOREACH IFQ_ENQUEUE IFQ_PURGE
call IF_DROP IF_ENQUEUE IF_QFULL KASSERT LIST_FIRST LIST_FOREACH LIST_HEAD
call LIST_HEAD_INITIALIZER LIST_INSERT_HEAD LIST_NEXT LIST_REMOVE STAILQ_EMPTY
call SYSCTLFN_CALL SYSCTL_DESCR TAILQ_INIT TAILQ_INSERT_TAIL TAILQ_REMOVE
call __arraycount __predict_false __predict_true altq_detach altq_disable
call at_ifawithnet callout_destroy callout_halt callout_init callout_schedule
call callout_setfunc carp_carpdev_state carp_ifdetach copyout cv_destroy
call cv_init cv_signal cv_wait etherinit free getnanotime in6_if_down
call in6_if_link_down in6_if_link_up in6_if_up kauth_authorize_network
call kauth_listen_scope kmem_free kmem_zalloc log m_freem malloc memcpy memset
call module_autoload mutex_destroy mutex_enter mutex_exit mutex_init
call mutex_obj_alloc mutex_obj_free nanotime nd6_setmtu panic percpu_alloc
call percpu_foreach percpu_free percpu_getref percpu_putref pfctlinput
call pffinddomain pfil_head_create pfil_head_destroy pfil_run_hooks
call pktq_barrier printf rn_refines roundup rt_getkey rt_ifannouncemsg
call rt_ifmsg rt_mask rt_replace_ifa rt_walktree rtfree rtinit rtrequest
call satocsdl satosdl snprintf sockaddr_any sockaddr_cmp sockaddr_copy
call sockaddr_dl_init sockaddr_dl_measure sockaddr_dl_setaddr
call sockaddr_externalize sofamily splnet splx sstocsa sstosa strcmp strcpy
call strlen strncpy sysctl_copyout sysctl_createv sysctl_pktq_count
call sysctl_pktq_maxlen sysctl_teardown xc_broadcast xc_wait

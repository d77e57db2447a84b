# net/if_bridge.c 1.96, 2015/01/01
goal
include <sys/cdefs.h>
include "opt_bridge_ipf.h" if _KERNEL_OPT
include "opt_inet.h" if _KERNEL_OPT
include <sys/param.h>
include <sys/kernel.h>
include <sys/mbuf.h>
include <sys/queue.h>
include <sys/socket.h>
include <sys/socketvar.h>
include <sys/sockio.h>
include <sys/systm.h>
include <sys/proc.h>
include <sys/pool.h>
include <sys/kauth.h>
include <sys/cpu.h>
include <sys/cprng.h>
include <sys/mutex.h>
include <sys/kmem.h>
include <net/bpf.h>
include <net/if.h>
include <net/if_dl.h>
include <net/if_types.h>
include <net/if_llc.h>
include <net/pktqueue.h>
include <net/if_ether.h>
include <net/if_bridgevar.h>
include <netinet/in.h> if defined(BRIDGE_IPF)
include <netinet/in_systm.h> if defined(BRIDGE_IPF)
include <netinet/ip.h> if defined(BRIDGE_IPF)
include <netinet/ip_var.h> if defined(BRIDGE_IPF)
include <netinet/ip_private.h> if defined(BRIDGE_IPF)
include <netinet/ip6.h> if defined(BRIDGE_IPF)
include <netinet6/in6_var.h> if defined(BRIDGE_IPF)
include <netinet6/ip6_var.h> if defined(BRIDGE_IPF)
include <netinet6/ip6_private.h> if defined(BRIDGE_IPF)
include "carp.h"
include <netinet/in.h> if NCARP > 0
include <netinet/in_var.h> if NCARP > 0
include <netinet/ip_carp.h> if NCARP > 0
call ALTQ_DECL BRIDGE_INTR_LOCK BRIDGE_INTR_UNLOCK BRIDGE_LOCK
call BRIDGE_PSZ_PERFORM BRIDGE_PSZ_RENTER BRIDGE_PSZ_REXIT BRIDGE_UNLOCK
call CLLADDR ETHER_IS_MULTICAST IFQ_ENQUEUE IF_CLONE_INITIALIZER
call KASSERT KERNEL_LOCK KERNEL_UNLOCK_ONE
call LIST_FIRST LIST_FOREACH LIST_FOREACH_SAFE LIST_HEAD LIST_INIT
call LIST_INSERT_AFTER LIST_INSERT_BEFORE LIST_INSERT_HEAD LIST_NEXT
call LIST_REMOVE M_PREPEND SYSCTLFN_CALL SYSCTL_DESCR __arraycount
call __predict_false aprint_debug aprint_error
call atomic_dec_uint_nv atomic_inc_32 bcopy bstp_initialization bstp_input
call bstp_stop callout_init callout_reset callout_stop copyin
call copyout cprng_fast32 cpu_intr_p cv_broadcast cv_destroy cv_init cv_wait
call ether_input htons if_alloc_sadl if_attach if_clone_attach if_detach
call if_initname ifioctl_common ifpromisc ifunit
call kauth_authorize_network kmem_alloc kmem_free
call kmem_zalloc m_adj m_copydata m_copym m_copyup m_freem m_pullup
call membar_sync memcmp memcpy memset mtod mutex_enter mutex_exit mutex_init
call mutex_obj_alloc mutex_obj_free mutex_owned ntohs panic pfil_add_hook
call pfil_remove_hook pfil_run_hooks pktq_barrier pktq_create pktq_dequeue
call pktq_destroy pktq_enqueue pktq_flush pool_get pool_init pool_put printf
call pserialize_create pserialize_destroy splnet splx strcmp strlcpy
call sysctl_createv sysctl_pktq_count sysctl_pktq_maxlen
const BRDGADD BRDGDADDR BRDGDEL BRDGFLUSH BRDGGCACHE BRDGGFD BRDGGFILT BRDGGHT
const BRDGGIFFLGS BRDGGIFS BRDGGMA BRDGGPRI BRDGGTO BRDGRTS BRDGSADDR
const BRDGSCACHE BRDGSFD BRDGSFILT BRDGSHT BRDGSIFCOST BRDGSIFFLGS BRDGSIFPRIO
const BRDGSMA BRDGSPRI BRDGSTO BSTP_IFSTATE_BLOCKING
const BSTP_IFSTATE_DISABLED BSTP_IFSTATE_LEARNING BSTP_IFSTATE_LISTENING
const CTLFLAG_PERMANENT CTLFLAG_READWRITE CTLTYPE_INT CTLTYPE_NODE CTL_CREATE
const CTL_EOL CTL_NET DIAGNOSTIC DLT_EN10MB EBUSY EEXIST EINVAL ENETRESET
const ENOENT ENOMEM ENOSPC ETHERMTU ETHERTYPE_ARP ETHERTYPE_IP ETHERTYPE_IPV6
const ETHERTYPE_REVARP ETHER_ADDR_LEN ETHER_HDR_LEN IFBAF_DYNAMIC IFBAF_STATIC
const IFBAF_TYPEMASK IFBF_FILT_MASK IFBF_FILT_USEIPF IFBF_FLUSHDYN
const IFBIF_DISCOVER IFBIF_LEARNING IFBIF_STP IFF_OACTIVE IFF_RUNNING
const IFF_SIMPLEX IFF_UP IFQCTL_DROPS IFQCTL_LEN IFQCTL_MAXLEN IFQ_MAXLEN
const IFT_BRIDGE IFT_ETHER IPL_NET
const IPL_SOFTNET
const KAUTH_NETWORK_INTERFACE_BRIDGE
const KAUTH_REQ_NETWORK_INTERFACE_BRIDGE_GETPRIV
const KAUTH_REQ_NETWORK_INTERFACE_BRIDGE_SETPRIV KM_SLEEP LLC_SNAP_LSAP LLC_UI
const MUTEX_DEFAULT M_BCAST M_COPYALL M_CSUM_IPv4 M_CSUM_IPv4_BAD M_DONTWAIT
const M_MCAST M_NOWAIT M_PROTO1 NULL PFIL_IN PFIL_OUT PKTQ_DROPS PKTQ_NITEMS
const PR_NOWAIT SIOCGDRVSPEC SIOCSDRVSPEC SIOCSIFFLAGS SIOCSIFMTU
const SYSCTLFN_ARGS
var bstp_etheraddr curlwp etherbroadcastaddr hz max_linkhdr softnet_lock
var time_uptime
tag altq_pktattr bridge_iflist bridge_rtnode bridge_softc
tag ether_header if_clone ifbaconf ifbareq ifbifconf ifbreq ifbrparam ifdrv
tag ifnet llc lwp mbuf pool sockaddr sysctlnode
type kmutex_t pfil_head_t uint16_t uint32_t uint8_t
field bridge_iflist bif_flags bif_ifp bif_path_cost bif_priority bif_refs
field bridge_iflist bif_state bif_waiting
field bridge_rtnode brt_addr brt_expire brt_flags brt_ifp
field bridge_softc sc_brcallout sc_bridge_forward_delay sc_bridge_hello_time
field bridge_softc sc_bridge_max_age sc_bridge_priority sc_brtcnt sc_brtmax
field bridge_softc sc_brttimeout sc_bstpcallout sc_filter_flags sc_fwd_pktq
field bridge_softc sc_hold_time sc_if sc_iflist sc_iflist_cv
field bridge_softc sc_iflist_intr_lock sc_iflist_lock sc_iflist_psz sc_rthash
field bridge_softc sc_rthash_key sc_rtlist sc_rtlist_lock
field ether_header ether_dhost ether_shost ether_type
field if_clone ifc_name
field ifbaconf ifbac_len
field ifbareq ifba_dst ifba_expire ifba_flags ifba_ifsname
field ifbifconf ifbic_len
field ifbreq ifbr_ifsflags ifbr_ifsname ifbr_path_cost ifbr_portno
field ifbreq ifbr_priority ifbr_state
field ifdrv ifd_cmd ifd_data ifd_len
field ifnet if_bridge if_bridgeif if_csum_flags_rx if_dlt if_flags if_index
field ifnet if_init if_input if_ioctl if_output if_pfil if_sadl if_snd
field ifnet if_softc if_start if_stop if_sysctl_log if_xname
field llc llc_dsap llc_ssap llc_un
field lwp l_cred
field pkthdr csum_flags
field ifnet if_addrlen if_carp if_hdrlen if_ibytes if_imcasts if_ipackets
field ifnet if_mtu if_obytes if_oerrors if_omcasts if_opackets if_type
field ifbaconf ifbac_req
field ifbifconf ifbic_req
field ifbrparam ifbrp_csize ifbrp_ctime ifbrp_filter ifbrp_fwddelay
field ifbrparam ifbrp_hellotime ifbrp_maxage ifbrp_prio
field llc llc_control
field mbuf m_flags m_len m_pkthdr
field sysctlnode sysctl_data
field pkthdr rcvif
when defined(BRIDGE_IPF)
call IP6_HDR_ALIGNED_P IP_HDR_ALIGNED_P in6_ifstat_inc in_cksum ip6_statinc
call ip_statinc
const IP6_STAT_BADVERS IP6_STAT_TOOSMALL IPV6_VERSION IPV6_VERSION_MASK
const IPVERSION IP_STAT_BADHLEN IP_STAT_BADLEN IP_STAT_BADVERS IP_STAT_TOOSHORT
const IP_STAT_TOOSMALL
tag ip ip6_hdr
field ip ip_hl ip_len ip_v
field ip6_hdr ip6_vfc
always
when defined(ALTQ)
call ALTQ_IS_ENABLED altq_etherclassify
always
when NCARP > 0
call carp_ourether
always
when defined(NET_MPSAFE)
const BRIDGE_MPSAFE
always

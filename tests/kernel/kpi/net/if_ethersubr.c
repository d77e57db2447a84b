# net/if_ethersubr.c 1.205, 2014/11/28
goal
include <sys/cdefs.h>
include "opt_inet.h"
include "opt_atalk.h"
include "opt_ipx.h"
include "opt_mbuftrace.h"
include "opt_mpls.h"
include "opt_gateway.h"
include "opt_pppoe.h"
include "vlan.h"
include "pppoe.h"
include "bridge.h"
include "arp.h"
include "agr.h"
include <sys/param.h>
include <sys/systm.h>
include <sys/sysctl.h>
include <sys/kernel.h>
include <sys/callout.h>
include <sys/malloc.h>
include <sys/mbuf.h>
include <sys/protosw.h>
include <sys/socket.h>
include <sys/ioctl.h>
include <sys/errno.h>
include <sys/syslog.h>
include <sys/kauth.h>
include <sys/cpu.h>
include <sys/intr.h>
include <sys/device.h>
include <sys/rnd.h>
include <net/if.h>
include <net/netisr.h>
include <net/route.h>
include <net/if_llc.h>
include <net/if_dl.h>
include <net/if_types.h>
include <net/if_media.h>
include <dev/mii/mii.h>
include <dev/mii/miivar.h>
include <net/bpf.h>
include <net/if_ether.h>
include <net/if_vlanvar.h>
include <net/if_pppoe.h> if NPPPOE > 0
include <net/agr/ieee8023_slowprotocols.h> if NAGR > 0
include <net/agr/ieee8023ad.h> if NAGR > 0
include <net/agr/if_agrvar.h> if NAGR > 0
include <net/if_bridgevar.h> if NBRIDGE > 0
include <netinet/in.h>
include <netinet/in_var.h> if INET
include <netinet/if_inarp.h>
include <netinet/in.h> if INET6 && !INET
include <netinet6/in6_var.h> if INET6
include <netinet6/nd6.h> if INET6
include "carp.h"
include <netinet/ip_carp.h> if NCARP > 0
include <netipx/ipx.h> if IPX
include <netipx/ipx_if.h> if IPX
include <netatalk/at.h> if NETATALK
include <netatalk/at_var.h> if NETATALK
include <netatalk/at_extern.h> if NETATALK
include <netmpls/mpls.h> if MPLS
include <netmpls/mpls_var.h> if MPLS
call ALTQ_DECL ALTQ_IS_ENABLED ALTQ_NEEDS_CLASSIFY CLLADDR ETHER_IS_LOCAL
call ETHER_IS_MULTICAST ETHER_LOOKUP_MULTI ETHER_MAP_IPV6_MULTICAST
call ETHER_MAP_IP_MULTICAST ETHER_MAX_FRAME EVL_VLANOFTAG IF_DROP IF_ENQUEUE
call IF_Mbps IF_QFULL IN6_IS_ADDR_UNSPECIFIED KASSERT KERNEL_LOCKED_P
call LIST_FIRST LIST_FOREACH LIST_INIT LIST_INSERT_HEAD LIST_REMOVE
call MOWNER_ATTACH MOWNER_DETACH M_PREPEND SYSCTL_DESCR
call __predict_false __predict_true ar_tha arp_ifinit
call arpresolve bpf_attach bpf_detach bridge_ifdetach
call bridge_output free htons if_byindex
call if_set_sadl ifa_ifwithaddr ifioctl_common ifmedia_ioctl ifq_enqueue
call ifreq_getaddr ipflow_fastforward isxdigit looutput
call m_adj m_claimm m_copy m_copydata m_freem m_tag_find malloc memcmp memcpy
call memset mtod mutex_enter mutex_exit mutex_init ntohs panic
call pfil_run_hooks pktq_enqueue pktq_rps_hash ppsratecheck printf revarpinput
call rnd_add_data rt_gettag rtalloc1 rtfree satocsdl satocsin satocsin6
call softint_schedule splnet splx sstocsa strlcpy sysctl_copyout
call sysctl_createv toupper
const AF_APPLETALK AF_ARP AF_INET AF_INET6 AF_IPX AF_LINK AF_MPLS
const AF_NS AF_UNSPEC ALTQ_COMMA ARPHRD_ETHER ARPOP_REPLY ARPOP_REQUEST
const ARPOP_REVREPLY ARPOP_REVREQUEST CTLFLAG_PERMANENT CTLTYPE_NODE
const CTL_CREATE CTL_EOL CTL_NET DIAGNOSTIC DLT_EN10MB EAFNOSUPPORT EHOSTDOWN
const EHOSTUNREACH EINVAL ENAMETOOLONG ENETDOWN ENETRESET ENOBUFS ENODEV
const ENOSPC ENOTTY ENXIO ETHERCAP_JUMBO_MTU ETHERMIN ETHERMTU ETHERMTU_JUMBO
const ETHERTYPE_AARP ETHERTYPE_ARP ETHERTYPE_ATALK ETHERTYPE_IP ETHERTYPE_IPV6
const ETHERTYPE_IPX ETHERTYPE_MPLS ETHERTYPE_PPPOE ETHERTYPE_PPPOEDISC
const ETHERTYPE_REVARP ETHERTYPE_SLOWPROTOCOLS ETHERTYPE_VLAN ETHER_ADDR_LEN
const ETHER_CRC_LEN ETHER_CRC_POLY_BE ETHER_CRC_POLY_LE ETHER_HDR_LEN
const IFF_PROMISC IFF_RUNNING IFF_SIMPLEX IFF_UP IFT_CARP IFT_ETHER INADDR_ANY
const IPL_NET LINK_STATE_UP LLC_SNAP_LSAP LLC_UI
const MUTEX_DEFAULT M_BCAST M_COPYALL M_DONTWAIT M_HASFCS M_MCAST M_NOWAIT
const M_PROMISC NETISR_ARP NETISR_ATALK NETISR_IPX NETISR_MPLS NULL
const PACKET_TAG_VLAN PFIL_IN PFIL_OUT RTF_GATEWAY RTF_REJECT RTF_UP
const SIOCADDMULTI SIOCALIFADDR SIOCDELMULTI SIOCGETHERCAP SIOCGIFMEDIA
const SIOCINITIFADDR SIOCSIFFLAGS SIOCSIFMEDIA SIOCSIFMTU
const SYSCTLFN_ARGS
const pseudo_AF_HDRCMPLT
var arpintrq ether_ipmulticast_max ether_ipmulticast_min
var etherbroadcastaddr ethermulticastaddr_slowprotocols hexdigits
var ip_pktq
var rnd_initial_entropy time_second
tag altq_pktattr arphdr eccapreq ether_header ether_multi
tag ether_multi_sysctl ether_vlan_header ethercom if_laddrreq ifaddr ifaltq
tag ifnet ifqueue ifreq llc mbuf rtentry sockaddr sockaddr_dl
tag sockaddr_in sockaddr_in6 sysctlnode timeval
type kmutex_t pktqueue_t size_t uint16_t uint32_t uint8_t
field altq_pktattr pattr_af pattr_class pattr_hdr
field arphdr ar_hrd ar_op
field eccapreq eccr_capabilities eccr_capenable
field ether_header ether_dhost ether_shost ether_type
field ether_multi enm_addrhi enm_addrlo enm_refcount
field ether_multi_sysctl enm_addrhi enm_addrlo enm_refcount
field ether_vlan_header evl_proto evl_tag
field ethercom ec_capabilities ec_capenable ec_ifflags_cb ec_mii ec_multiaddrs
field ethercom ec_multicnt ec_nvlans
field if_laddrreq addr
field ifaddr ifa_addr ifa_ifp
field ifaltq altq_classify altq_clfier
field ifnet if_agrprivate if_bridge if_broadcastaddr if_dlt if_flags if_init
field ifnet if_input if_ioctl if_mowner if_output if_pfil if_sadl if_snd
field ifnet if_stop if_xname
field llc llc_un.type_snap.ether_type llc_dsap llc_ssap llc_un
field llc llc_un.type_snap.org_code
field rtentry rt_flags rt_gateway rt_gwroute rt_ifp rt_refcnt rt_rmx
field sockaddr sa_data sa_family
field sockaddr_dl sdl_family
field sockaddr_in sin_addr
field sockaddr_in6 sin6_addr
field mii_data mii_media
field ifnet if_baudrate if_carp if_carpdev if_hdrlen if_ibytes if_imcasts
field ifnet if_link_state if_mtu if_obytes if_type
field ifreq ifr_mtu
field llc llc_control
field mbuf m_data m_flags m_len m_next m_pkthdr
when MPLS
call MPLS_GETSADDR
const MPLS_LABEL_IMPLNULL
var mplsintrq
always
when NETATALK
call aarpinput aarpresolve at_ifawithnet
const AFA_PHASE2
var at_ifaddr atintrq2
tag at_ifaddr sockaddr_at
field at_ifaddr aa_flags
always
when IPX
tag sockaddr_ipx
always
when NCARP > 0
call carp_input
always
when NAGR > 0
call ieee8023ad_lacp_input
const SLOWPROTOCOLS_SUBTYPE_LACP SLOWPROTOCOLS_SUBTYPE_MARKER
always
when INET6
call ip6flow_fastforward nd6_storelladdr
var ip6_pktq in6_present
always
when NPPPOE > 0
var ppoediscinq ppoeinq pppoe_softintr
always
when NVLAN > 0
call vlan_input vlan_ifdetach
always
when MBUFTRACE
field ethercom ec_rx_mowner
field ethercom ec_tx_mowner
always

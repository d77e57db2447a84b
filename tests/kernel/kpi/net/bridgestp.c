# net/bridgestp.c 1.18, 2014/12/31
goal
include <sys/cdefs.h>
include <sys/param.h>
include <sys/systm.h>
include <sys/mbuf.h>
include <sys/socket.h>
include <sys/ioctl.h>
include <sys/device.h>
include <sys/kernel.h>
include <sys/callout.h>
include <net/if.h>
include <net/if_dl.h>
include <net/if_types.h>
include <net/if_llc.h>
include <net/if_ether.h>
include <net/if_bridgevar.h>
call BRIDGE_INTR_LOCK BRIDGE_INTR_LOCKED BRIDGE_INTR_UNLOCK CLLADDR KASSERT
call LIST_FOREACH MGETHDR bridge_enqueue callout_pending callout_reset
call callout_stop htonl htons m_adj m_freem m_pullup memcmp memcpy mtod ntohl
call ntohs splnet splx
const BSTP_IFSTATE_BLOCKING BSTP_IFSTATE_DISABLED
const BSTP_IFSTATE_FORWARDING BSTP_IFSTATE_LEARNING BSTP_IFSTATE_LISTENING
const ETHER_ADDR_LEN ETHER_HDR_LEN IFBIF_STP IFF_RUNNING IFF_UP IFT_ETHER
const LINK_STATE_DOWN LINK_STATE_UNKNOWN LINK_STATE_UP LLC_8021D_LSAP LLC_UI
const MT_DATA M_DONTWAIT NULL
var bstp_etheraddr hz
tag bridge_iflist bridge_softc bridge_timer bstp_config_unit
tag bstp_tcn_unit ether_header ifnet mbuf
type uint16_t uint32_t uint64_t uint8_t
field bridge_iflist bif_change_detection_enabled bif_config_bpdu
field bridge_iflist bif_config_pending bif_designated_bridge
field bridge_iflist bif_designated_cost bif_designated_port
field bridge_iflist bif_designated_root bif_flags bif_forward_delay_timer
field bridge_iflist bif_hold_timer bif_ifp bif_message_age_timer bif_path_cost
field bridge_iflist bif_port_id bif_priority bif_refs bif_state
field bridge_iflist bif_topology_change_acknowledge
field bridge_softc sc_bridge_forward_delay sc_bridge_hello_time sc_bridge_id
field bridge_softc sc_bridge_max_age sc_bridge_priority sc_bstpcallout
field bridge_softc sc_designated_root sc_forward_delay sc_hello_time
field bridge_softc sc_hello_timer sc_hold_time sc_if sc_iflist sc_max_age
field bridge_softc sc_root_path_cost sc_root_port sc_tcn_timer
field bridge_softc sc_topology_change sc_topology_change_detected
field bridge_softc sc_topology_change_time sc_topology_change_timer
field bridge_timer active value
field bstp_config_unit cu_bridge_id cu_forward_delay cu_hello_time cu_max_age
field bstp_config_unit cu_message_age cu_message_type cu_port_id
field bstp_config_unit cu_root_path_cost cu_rootid cu_topology_change
field bstp_config_unit cu_topology_change_acknowledgment
field bstp_tcn_unit tu_message_type
field ether_header ether_dhost ether_shost ether_type
field ifnet if_flags if_index if_sadl
field ifnet if_link_state if_type
field mbuf m_len m_pkthdr
field pkthdr rcvif
when defined(NET_MPSAFE)
const BRIDGE_MPSAFE
always

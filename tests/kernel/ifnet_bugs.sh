#!/bin/sh
# ifnet_bugs.sh: errors in interfaces, Ethernet, ARP and echo that the program ifnet
# must notice.
#
#	ifnet_bugs.sh [N...]	bugs.subr says how
set -u
. tests/kernel/bugs.subr
ask='int sysctl_bootprop_int(const char *, int);
#define BUG(n) (sysctl_bootprop_int("bug", 0) == (n))'

change kernel/net/if.c \
    '/^ifnet_lock_drain/,/^}/s/^	mutex_enter(/	if (BUG(1))\
		return;\
&/' \
    '/^if_slowtimo/,/^}/s/--ifp->if_timer == 0/(BUG(2) ? ifp->if_timer : --ifp->if_timer) != 1/'
change kernel/net/if_control.h \
    '/^ifpromisc/,/^}/s/--ifp->if_pcount > 0/--ifp->if_pcount > BUG(3)/' \
    '/^ifpromisc/,/^}/s/if (error != 0)/if (error != 0 \&\& !BUG(4))/' \
    '/^if_flags_set/,/^}/s/if (error != 0)/if (error != 0 \&\& !BUG(5))/' \
    '/^ifq_enqueue(/,/^}/s/if (error == 0)/if (error == 0 || BUG(6))/' \
    '/^ifq_enqueue(/,/^}/s/& IFF_OACTIVE) == 0/\& IFF_OACTIVE) == 0 || BUG(7)/' \
    '/^ifq_enqueue(/,/^}/s/ifp->if_transmit != NULL/!BUG(8) \&\& &/'
change kernel/net/if_ethersubr.c \
    '/^ether_oversize/,/^}/s/M_HASFCS);/M_HASFCS) + BUG(9);/' \
    '/^ether_classify/,/^}/s/m_adj(m, -ETHER_CRC_LEN)/m_adj(m, BUG(10) ? 0 : -ETHER_CRC_LEN)/' \
    '/^ether_classify/,/^}/s/m->m_flags |= M_PROMISC;/m->m_flags |= BUG(11) ? 0 : M_PROMISC;/' \
    '/^ether_type_of/,/^}/s/ntohs(evl->evl_tag)/(BUG(12) ? evl->evl_tag : &)/' \
    '/^ether_type_of/,/^}/s/tag != NULL/!BUG(13) \&\& &/' \
    '/^ether_header_of/,/^}/s/memcpy(eh->ether_shost, given/if (!BUG(14)) &/'
change kernel/net/ether_control.h \
    '/^ether_delmulti/,/^}/s/--enm->enm_refcount != 0/!BUG(15) \&\& &/' \
    '/^ether_setmtu/,/^}/s/ifr->ifr_mtu > most/ifr->ifr_mtu > most + BUG(16)/'
change kernel/net/ether_text.h 's/ETHER_CRC_POLY_BE | 1/ETHER_CRC_POLY_BE | !BUG(17)/'
change kernel/netinet/if_arp.c \
    '/^arp_reply/,/^}/s/memcpy(ar_tpa(ah), ar_spa(ah)/if (!BUG(18)) &/' \
    '/^arp_ours/,/^}/s/in_hosteq(/(BUG(19) || &/' \
    '/^arp_ours/,/^}/s/, addr) \&\&/, addr)) \&\&/'
change kernel/netinet/ip_input.c \
    '/^icmp_echo/,/^}/s/icp->icmp_cksum = (uint16_t)/if (!BUG(20)) &/' \
    '/^icmp_is_echo/,/^}/s/cpu_in_cksum(.*== 0;/(BUG(21) || cpu_in_cksum(m, len, hlen, 0) == 0);/' \
    '/^ip_check/,/^}/s/m->m_pkthdr.len > len/!BUG(22) \&\& &/'
change kernel/netinet/in_cksum.c '/^cpu_in_cksum/,/^}/s/if (done & 1)/if ((done \& 1) \&\& !BUG(23))/'
change kernel/netinet/in.c '/^in_purgeaddr/,/^}/s/TAILQ_REMOVE/if (!BUG(24)) TAILQ_REMOVE/'

overlay
bugs ifnet 1 24
exit $bad

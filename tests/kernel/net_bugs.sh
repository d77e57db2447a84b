#!/bin/sh
# net_bugs.sh: errors in the bridge and in the test interface's driver that the
# programs of tests/kernel/net must notice.
#
#	net_bugs.sh [N...]	bugs.subr says how; KERNEL=bridge: on GENERIC
set -u
bugs_of=${KERNEL:-bridge_mpsafe}
limit=60s
. tests/kernel/bugs.subr

# 1: a ring that is a stack.  2: what is in a ring when the interface goes down is
# forgotten.  3: after a completion the pin counts as asked for.
change tests/kernel/net/if_tst.c \
    '/^tst_ring_get/,/^}/s/tq_ring\[tq->tq_head\]/tq_ring[crew_bug == 1 ? (tq->tq_head + tq->tq_used - 1) % tq->tq_slots : tq->tq_head]/' \
    '/^tst_ring_get/,/^}/s/tq->tq_head = /if (crew_bug != 1)\
		&/' \
    '/^tst_purge/,/^}/s/^		m_freem(m);/		if (crew_bug != 2)\
	&/' \
    '/^tst_txintr/,/^}/s/tq->tq_asked = false;/tq->tq_asked = crew_bug == 3;/' \
    '/^tst_txintr/,/^}/s/^		tst_fill_locked(tq);/&\
		tq->tq_asked = tq->tq_asked \&\& crew_bug != 3;/'
# 18: what is thrown away as the interface goes down is not counted.
change tests/kernel/net/if_tst.c \
    '/^tst_purge/,/^}/s/tq->tq_purged++;/tq->tq_purged += crew_bug != 18;/'
# 4: frames leave twice.  5: changed.  6: by where they came in, too.  7: to another
# member's address: not for us.  8: to all: not for us.  9: learns where it is not
# to.  10: what goes nowhere is forgotten.  17: one of 500 is dropped without reason.
change kernel/net/if_bridge.c \
    '/^bridge_transmit/,/^}/s/^	if (ifp->if_transmit != NULL)/	if (crew_bug == 4 \&\& (ifp->if_flags \& IFF_RUNNING) != 0) {\
		struct mbuf *twin = m_copym(m, 0, M_COPYALL, M_DONTWAIT);\
\
		if (twin != NULL)\
			(void)(*ifp->if_transmit)(ifp, twin);\
	}\
	if (crew_bug == 5)\
		mtod(m, uint8_t *)[30] ^= 1;\
&/' \
    '/^bridge_flood(/,/^}/s/bif_ifp == src_if ? runfilt/bif_ifp == src_if \&\& crew_bug != 6 ? runfilt/' \
    '/^bridge_input_ours/,/^}/s/if (bridge_ourether(bif, eh->ether_dhost)) {/if (bridge_ourether(bif, eh->ether_dhost) \&\& (crew_bug != 7 || bif == from)) {/' \
    '/^bridge_flood(/,/^}/s/^	if (ours)/	if (ours \&\& crew_bug != 8)/' \
    '/^bridge_forward_frame/,/^}/s/(bif->bif_flags & IFBIF_LEARNING) != 0/(crew_bug == 9 || &)/' \
    '/^bridge_forward_frame/,/^}/s/^	if (m != NULL)/	if (m != NULL \&\& crew_bug != 10)/' \
    '/^bridge_forward_frame/,/^}/s/^	if (dst == NULL) {/	if (crew_bug == 17 \&\& sc->sc_if.if_ipackets % 500 == 0)\
		goto out;\
&/'
# 11: of a member that leaves, one address stays.  12: no limit.  13: a static
# address moves.  14: none expires.  15: a flush takes static ones along.
change kernel/net/bridge_rtable.h \
    '/^bridge_rtmatch_if/,/^}/s/brt_ifp == ifp/& \&\& (crew_bug != 11 || brt->brt_addr[5] != 2)/' \
    '/^bridge_rtlearn/,/^}/s/sc->sc_brtcnt >= sc->sc_brtmax/crew_bug != 12 \&\& &/' \
    '/^bridge_rtupdate/,/^}/s/bridge_rtnode_dynamic(brt)/(crew_bug == 13 || &)/' \
    '/^bridge_rtmatch_expired/,/^}/s/time_uptime >=/crew_bug != 14 \&\& &/' \
    '/^bridge_rtmatch_all/,/^}/s/full != NULL ||/crew_bug == 15 || &/'
# 16: an interface may be in two bridges.
change kernel/net/bridge_ioctl.h \
    '/^bridge_add_check/,/^}/s/ifs->if_bridge != NULL/& \&\& crew_bug != 16/'

# The parts of if_bridge.c into the file itself: of an overlay without headers only
# the changed files are built.
inline() {	# file
	while IFS= read -r line; do
		case $line in
		'#include <net/bridge_'*)
			part=${line#*<} part=${part%>*}
			[ -f "$src/$part" ] && inline "$src/$part" ||
			    inline "kernel/$part" ;;
		*)	printf '%s\n' "$line" ;;
		esac
	done <"$1"
}
inline "$src/net/if_bridge.c" >"$dir/inlined"
mv "$dir/inlined" "$src/net/if_bridge.c"
rm "$src"/net/*.h

overlay
for p in forward 'bridge_mix frames=6000' bridge_learn bridge_local \
    t_bridge_rtable bridge_limit bridge_ctl tst_purge; do
	# shellcheck disable=SC2086 # a program and its properties
	fine 0 none $p
done
wrong 1 'the last one is sent first' forward frames=20000
wrong 1 'the last one is sent first' bridge_mix frames=6000
wrong 2 'a ring is forgotten' tst_purge
wrong 3 'a completion is not asked for' forward frames=20000
wrong 4 'sent twice' forward frames=2000
wrong 4 'sent twice' bridge_mix frames=6000
wrong 5 'changed' forward frames=2000
wrong 5 'changed' bridge_mix frames=6000
# Of 80 frames, which are forged; and as many pairs of captures.  20 failures are printed.
foretold 5 'changed' 'bridge_capture: 160 checks failed' bridge_capture
wrong 6 'sent back' bridge_learn
wrong 6 'sent back' bridge_mix frames=6000
wrong 7 'for a member, and passed on' bridge_local
wrong 8 'the box does not hear what is for all' bridge_local
wrong 9 'learns behind who does not learn' bridge_learn
wrong 10 'a frame is forgotten' bridge_learn
wrong 10 'a frame is forgotten' bridge_mix frames=6000
foretold 17 'dropped without reason' 'F: [0-9]* frames were lost in a bridge that is whole' \
    bridge_mix frames=6000
foretold 18 'a drop is not counted' 'F: of [0-9]* copies it is not known where they are' \
    bridge_mix frames=40000 seed=3
wrong 11 'addresses of who has left stay' bridge_learn
wrong 12 'no limit' bridge_limit
wrong 13 'a static address moves' t_bridge_rtable
wrong 14 'addresses never age' t_bridge_rtable
wrong 14 'addresses never age' bridge_mix frames=6000
wrong 15 'a flush takes all' t_bridge_rtable
wrong 16 'in two bridges' bridge_ctl
exit $bad

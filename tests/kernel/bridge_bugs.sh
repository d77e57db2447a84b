#!/bin/sh
# bridge_bugs.sh: errors in bridge(4) that its programs must notice, most of them
# NetBSD's own (docs/BUGS.md).
#
#	bridge_bugs.sh [N...]	bugs.subr says how
#
# The kernel is that of NET_MPSAFE, or what KERNEL says: `bridge' is GENERIC's.  There,
# what needs two CPUs in the bridge at once, or a frame that sleeps, is no error:
# KERNEL_LOCK is around all of it.  Those are skipped.  In all kernels freed members are filled with
# rubbish.  Two are no errors: 1, the flush gets its memory slowly, as in 2; and 18,
# the next of a member is looked up after that has been given back.  The deletion
# that has waited for it still makes a cross call, which is answered when the walk's
# softint is over; without that, 40, it is one.
set -u
bugs_of=${KERNEL:-bridge_mpsafe}
[ "$bugs_of" = bridge ] && skipped='4 5 6 9 10 17 18 19 25 30 40 41'
. tests/kernel/bugs.subr
limit=90s

change kernel/net/if_bridge.c \
    '/^bridge_forward_frame/,/^}/s/^		dst = bridge_rtlookup/		if (crew_bug == 41) {\
			bridge_release_member(sc, bif);\
			bif = NULL;\
		}\
&/' \
    '/^bridge_forward_frame/,/^}/s/m->m_pkthdr.csum_flags = 0;/if (crew_bug != 20) &/' \
    '/^bridge_enqueue/,/^}/s/^	m->m_flags |= M_PROTO1;/	if (crew_bug == 21)\
		m->m_pkthdr.csum_flags = 0;\
&/' \
    '/^bridge_deliver/,/^}/s/m->m_flags &= ~M_PROMISC;/if (crew_bug != 22) &/' \
    '/^bridge_next_member/,/^}/s/BRIDGE_PSZ_RENTER(s);/if ((crew_bug == 18 || crew_bug == 40) \&\& bif != NULL) {\
		const bool leaves = bif->bif_waiting;\
\
		bridge_release_member(sc, bif);\
		if (leaves)\
			crew_delay(100000);\
	}\
	&/' \
    '/^bridge_next_member/,/^}/s/if (bif != NULL)$/if (bif != NULL \&\& crew_bug != 18 \&\& crew_bug != 40)/' \
    '/^bridge_next_member/,/^}/s/next = LIST_NEXT(next, bif_next)/next = LIST_NEXT(crew_bug == 17 ? held : next, bif_next)/' \
    '/^bridge_port_closed/,/^}/s/return /return crew_bug != 31 \&\& /' \
    '/^bridge_input_ours/,/^}/s/sent = bridge_ourether/sent = crew_bug != 24 \&\& &/; s/&& sent = /\&\& /' \
    's/^#include <net\/bridge_member.h>/static void\
bridge_dawdle(void)\
{\
	int i;\
\
	for (i = 0; i < 3000; i++)\
		SPINLOCK_BACKOFF_HOOK;\
}\
\
static struct work bridge_one_work;\
extern void crew_delay(uint64_t);\
&/'
change kernel/net/bridge_member.h \
    '/^bridge_release_member/,/^}/s/^	if (__predict_true(atomic/	if (crew_bug == 9) {\
		(void)atomic_dec_uint_nv(\&bif->bif_refs);\
		return;\
	}\
	if (crew_bug == 25)\
		return;\
&/' \
    '/^bridge_drain_member/,/^}/s/while (bif->bif_waiting)/while (crew_bug != 10 \&\& bif->bif_waiting)/' \
    '/^bridge_try_hold_bif/,/^}/s/^		if (__predict_false(bif->bif_waiting/		if (crew_bug == 17)\
			bridge_dawdle();\
&/' \
    '/^bridge_delete_member/,/^}/s/bridge_rtdelete(sc, ifs);/if (crew_bug != 26)\
		&/' \
    '/^bridge_delete_member/,/^}/s/pktq_barrier(sc->sc_fwd_pktq);/if (crew_bug != 19 \&\& crew_bug != 40)\
		&/' \
    '/^bridge_delete_member/,/^}/s/xc_wait(/if (crew_bug != 19 \&\& crew_bug != 40)\
		&/' \
    '/^bridge_delete_member/,/^}/s/kmem_free(bif/memset(bif, 0xdb, sizeof(*bif));\
	&/'
change kernel/net/bridge_rtable.h \
    '/^bridge_rtreap/,/^}/s/^	gone = kmem_alloc.*/	if (crew_bug == 1 || crew_bug == 2)\
		(void)kpause("slow", false, 1, NULL);\
&/' \
    '/^bridge_rtreap/,/^}/s/if (sc->sc_brtcnt > room)/if (crew_bug != 2 \&\& &/; s/&& if (sc->sc_brtcnt > room)/\&\& sc->sc_brtcnt > room)/' \
    '/^bridge_rtreap/,/^}/s/^		gone\[n++\] = brt;/&\
		if (crew_bug == 3 \&\& arg != NULL \&\& arg != sc)\
			break;\
		if (crew_bug == 4) {\
			BRIDGE_RT_INTR_UNLOCK(sc);\
			BRIDGE_RT_PERFORM(sc);\
			BRIDGE_RT_INTR_LOCK(sc);\
			next = LIST_FIRST(\&sc->sc_rtlist);\
		}/' \
    '/^bridge_rtlearn/,/^}/s/if (bridge_rtnode_lookup(sc, addr) != NULL)/if (crew_bug != 5 \&\& bridge_rtnode_lookup(sc, addr) != NULL)/' \
    '/^bridge_rtlearn/,/^}/s/else if (sc->sc_brtcnt >= sc->sc_brtmax)/else if (crew_bug != 6 \&\& sc->sc_brtcnt >= sc->sc_brtmax)/' \
    '/^bridge_rtset/,/^}/s/old = bridge_rtnode_lookup(sc, addr);/&\
	if (crew_bug == 7 \&\& old != NULL) {\
		bridge_rtnode_remove(sc, old);\
		BRIDGE_RT_INTR_UNLOCK(sc);\
		bridge_dawdle();\
		BRIDGE_RT_INTR_LOCK(sc);\
	}/' \
    '/^bridge_rtset/,/^}/s/^	if (old != NULL)$/	if (old != NULL \&\& (crew_bug != 7 || !mutex_owned(sc->sc_rtlist_intr_lock)))/' \
    '/^bridge_rtupdate/,/^}/s/bridge_rtnode_dynamic(brt)/(crew_bug == 8 || &)/' \
    '/^bridge_rtmatch_expired/,/^}/s/time_uptime >= brt->brt_expire/(crew_bug == 27 || &)/' \
    '/^bridge_rtmatch_excess/,/^}/s/bridge_rtnode_dynamic(brt) &&/(crew_bug == 28 || bridge_rtnode_dynamic(brt)) \&\&/'
change kernel/net/bridge_clone.h \
    's/workqueue_enqueue(sc->sc_rtage_wq, &sc->sc_rtage_wk/workqueue_enqueue(sc->sc_rtage_wq,\
		    crew_bug == 13 ? \&bridge_one_work : \&sc->sc_rtage_wk/' 
change kernel/net/bridge_ioctl.h \
    '/^bridge_ioctl_gifs/,/^}/s/^	if (count == 0 ||/	if (crew_bug == 14 \&\& room == 0)\
		return 0;\
&/' \
    '/^bridge_ioctl_del/,/^}/s/^	if (bif != NULL)$/	if (crew_bug == 16) {\
		mutex_exit(\&bridge_list_lock);\
		(void)kpause("del", false, 1, NULL);\
		mutex_enter(\&bridge_list_lock);\
	}\
&/' \
    '/^bridge_add_check/,/^}/s/if ((ifs->if_flags & IFF_SIMPLEX) == 0)/if (crew_bug != 23 \&\& (ifs->if_flags \& IFF_SIMPLEX) == 0)/' \
    's/if (ifd->ifd_len != bc->bc_argsize)/if (crew_bug != 29 \&\& &/; s/&& if (ifd->ifd_len != bc->bc_argsize)/\&\& ifd->ifd_len != bc->bc_argsize)/' \
    's/if (out != (cmd == SIOCGDRVSPEC))/if (crew_bug != 33 \&\& out != (cmd == SIOCGDRVSPEC))/'
change kernel/net/bridgestp.c \
    '/^bstp_stop/,/^}/s/^	do {/	if (crew_bug == 30) {\
		callout_stop(\&sc->sc_bstpcallout);\
		return;\
	}\
&/' \
    '/^bstp_input/,/^}/s/tbu->tbu_dsap != LLC_8021D_LSAP/crew_bug != 34 \&\& (&/' \
    '/^bstp_input/,/^}/s/tbu->tbu_protover != 0)/&)/' \
    '/^bstp_tick_ports/,/^}/s/if (bstp_timer_over(&bif->bif_message_age_timer,/if (crew_bug != 35 \&\& bstp_timer_over(\&bif->bif_message_age_timer,/' \
    '/^bstp_received_tcn/,/^}/s/bif->bif_topology_change_acknowledge = 1;/if (crew_bug != 36) &/' \
    '/^bstp_forward_delay_over/,/^}/s/bif->bif_state = BSTP_IFSTATE_LEARNING;/if (crew_bug != 37) &/'
change kernel/net/bstp_tree.h \
    '/^bstp_better_root_port/,/^}/s/return c < 0/return crew_bug == 38 ? c > 0 : c < 0/' \
    '/^bstp_make_forwarding/,/^}/s/BSTP_IFSTATE_LISTENING/crew_bug == 39 ? BSTP_IFSTATE_FORWARDING : BSTP_IFSTATE_LISTENING/'

overlay
all=bridge_perform,bridge_grow,bridge_full,bridge_static,bridge_two,bridge_leave,bridge_detach,bridge_twice,bridge_gone,bridge_errors,bridge_frame,bridge_stp,bridge_bpdu,bridge_asleep,bridge_tick
fine 0 'none' $all
fine 1 'a slow allocation' bridge_grow
wrong 2 'the table has grown, and the array has not' bridge_grow
wrong 3 'one address of a leaving interface deleted' bridge_leave
wrong 4 'readers waited for once for each address' bridge_perform
wrong 5 'an address inserted that is there already' bridge_full
wrong 6 'limit tested before the lock only' bridge_full
wrong 7 'the old entry is gone before the new one is there' bridge_static
wrong 8 'a static address is learned anew' bridge_static
foretold 9 'the last user wakes nobody' 'F: sender: who deletes waits for ever' bridge_asleep
foretold 10 'users of a deleted member are not waited for' \
    'F: sender: it is gone, and a frame still needs it' bridge_asleep
wrong 13 'one struct work for all bridges' bridge_two
wrong 14 'the list is left locked' bridge_errors
foretold 16 'a member is found, and deleted a while later' \
    'bridge_delete_member.* touched memory it does not have' bridge_twice
foretold 17 'a walk goes on from NULL' \
    'bridge_(flood|next_member).* touched memory it does not have' \
    bridge_leave rounds=1000
fine 18 'the next of one given back, and a cross call' bridge_asleep
foretold 19 'the packet queue is not waited for' \
    'F: queue: it is gone, and a frame still needs it' bridge_asleep
wrong 20 'what was received is a wish to send' bridge_frame
wrong 21 'wishes of the host are forgotten' bridge_frame
wrong 22 'for the host, and overheard' bridge_frame
wrong 23 'an interface that hears itself' bridge_errors
wrong 24 "one's own frame comes back" bridge_frame
foretold 25 'a member is never given back' 'F: sender: who deletes waits for ever' bridge_asleep
wrong 26 'addresses of a leaving interface stay' bridge_leave
wrong 27 'ageing takes all' bridge_two
wrong 28 'static addresses make room' bridge_errors
wrong 29 'arguments of any size' bridge_errors
foretold 30 "spanning tree's clock is not waited for" \
    'F: a bridge is down, and its clock sends' bridge_tick
wrong 31 'blocked ports forward' bridge_stp
wrong 33 'asking and setting are one' bridge_errors
wrong 34 'any frame is a message' bridge_bpdu
wrong 35 'who is silent is believed for ever' bridge_stp
wrong 36 'the root does not say that it knows' bridge_stp
wrong 37 'no port comes to forward' bridge_stp
wrong 38 'the worse way to the root' bridge_stp
wrong 39 'forwarding at once' bridge_stp
foretold 40 'the next of one given back, and no cross call' \
    'bridge_(flood|next_member).* touched memory it does not have' \
    bridge_asleep
foretold 41 'the member it came from is given back before filters' \
    'F: filter: it is gone, and a frame still needs it' bridge_asleep
exit $bad

#!/bin/sh
# figure1_twins.sh: kernels whose bridge_forward() leaves a lock out, or does a thing
# out of its place: the comparison of figure1_test.sh must notice each.
#
#	figure1_twins.sh [N...]	tests/kernel/bugs.subr says how
set -u
bugs_of=bridge
. tests/kernel/bugs.subr
t=$dir
. tests/app/figure1/steps.subr

# 1: no softnet_lock.  2: no splnet.  3: no KERNEL_LOCK.  4: the destination is looked
# up before the source is learnt.  5: filters see the frame only when it leaves.
change kernel/net/if_bridge.c \
    '/^bridge_forward(/,/^}/s/mutex_e[a-z]*(softnet_lock)/if (crew_bug != 1)\
		&/' \
    '/^bridge_forward(/,/^}/s/s = splnet()/s = crew_bug == 2 ? splsoftnet() : splnet()/' \
    '/^bridge_forward(/,/^}/s/KERNEL_LOCK(1, NULL)/if (crew_bug != 3)\
		&/' \
    '/^bridge_forward(/,/^}/s/KERNEL_UNLOCK_ONE(NULL)/if (crew_bug != 3)\
		&/' \
    '/^bridge_forward_frame/,/^}/s/^	eh = mtod(m, const struct ether_header \*);/&\
	if (crew_bug == 4 \&\& (dst = bridge_rtlookup(sc, mtod(m,\
	    struct ether_header *)->ether_dhost)) != NULL) {\
		bridge_release_member(sc, dst);\
		dst = NULL;\
	}/' \
    '/^bridge_forward_frame/,/^}/s/if (pfil_run_hooks(/if (crew_bug != 5 \&\& pfil_run_hooks(/'
for h in bridge_member bridge_rtable bridge_clone bridge_ioctl; do
	cp "kernel/net/$h.h" "$src/net/"
done
overlay

look() {	# number, what it does
	chain "$image" --json bug="$1" >"$t/twin.json" && steps twin bridge &&
	    grep -v '^#' $lists/bridge | diff - "$t/twin" >"$t/diff"
}
seen=$t/diff
look 0
say $? 'bug=0: the list'
for bug in 1 2 3 4 5; do
	chosen $bug || continue
	! look $bug && [ -s "$t/diff" ]
	say $? "bug=$bug: $(sed -n 's/^[<>] //p' "$t/diff" | head -n 1)"
done
exit $bad

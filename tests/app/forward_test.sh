#!/bin/sh
# forward_test.sh: bench/forward/forward.sh on few frames has the figures that
# are known of a frame: with GENERIC the table's lock is taken twice (its source
# learnt, its destination looked up) and no member is counted; with NET_MPSAFE no
# lock of the table is taken but for new addresses, and a frame holds a member and
# gives it back three times: two members' lines.  The bridge's own counters are one
# line of each frame.
# A figure that is wrong is noticed: a kernel's figures as the other's.
set -u
: "${B:=build}"
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen=$t/out

FRAMES=2000 OUT=$t B=$B bench/forward/forward.sh >"$t/out" 2>&1
say $? 'forward.sh, 2000 frames on both kernels'

one='([.line[] | select(.written | tostring | test("bridge0.*ifi_opackets")).lines] |
    add | . > 0.99 and . < 1.01)'
generic='.frames == 2000 and (.lock[] |
    select(.lock == "bridge_softc(bridge0).sc_rtlist_lock").each |
    . >= 2 and . < 2.05) and ([.line[] | select(.written | tostring |
    test("bif_refs"))] | length == 0)'
# 3 holds and 3 releases; one more each where two CPUs look at once is not a frame's.
mpsafe='.frames == 2000 and '"$one"' and ([.lock[] | select(.lock | test("sc_rtlist")).each] |
    add // 0 | . < 0.05) and ([.line[] | select(.written | tostring |
    test("bif_refs"))] | (map(.writes) | add | . >= 6 and . < 7) and
    (map(.lines) | add | . > 1.98 and . < 2.02))'
has() {	# kernel filter
	jq -e --arg k "$1" ".[\$k] | $2" "$t/forward.json" >"$t/out" 2>&1
}
has bridge "$generic"
say $? 'bridge: sc_rtlist_lock twice a frame, no bif_refs'
has bridge_mpsafe "$mpsafe"
say $? 'bridge_mpsafe: bif_refs six times a frame, next to no lock of the table'
! has bridge_mpsafe "$generic"
say $? 'twin: bridge_mpsafe is not taken for GENERIC'
! has bridge "$mpsafe"
say $? 'twin: bridge is not taken for NET_MPSAFE'
exit $bad

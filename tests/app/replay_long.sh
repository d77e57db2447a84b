#!/bin/sh
# replay_long.sh [FRAMES]: so many frames of UDP (10^6) between four stations at each
# end of the bridge, which all have said that they are there: 50,000 a second, 3 % of
# what a wire takes.  None may be lost; each must come out as it went in, in the order
# of its flow, two serialisation times later at least.
set -u
: "${B:=build}"
n=${1:-1000000}
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen="$t/out"

"$B/captool" udp "$n" 20000 "$t/udp"
say $? "$n frames"
"$B/rangeley" replay scenarios/mpsafe-8cores.ini --quiet --results "$t/r" \
    --in "wm0,wm2=$t/udp" --out "wm0=$t/o0" --out "wm2=$t/o2" >"$t/out" 2>&1
say $? 'they are replayed'
jq -e --argjson n "$n" '.frames | .in == $n and .out == $n and
    ([.dropped[]] | add) == 0 and .in_flight == 0 and .in_kernel == 0' \
    "$t/r/stats.json" >>"$t/out"
say $? 'none is lost'
"$B/captool" same "$t/udp" "$t/o0" "$t/o2" >>"$t/out"
say $? 'they come out as they went in'
grep -e '^frames:' -e '^latency' "$t/out"
exit $bad

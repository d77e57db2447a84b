#!/bin/sh
# forward.sh: how fast the whole machine is simulated at work: mpsafe-8cores, frames of
# 74 bytes (FCS included) into wm0 and wm2 at the highest rate without loss, for one
# simulated second.  Adds to results/speed/speed.json, or to the file named OUT:
#
#	{ "name": "forward-8core-74", "wall_per_sim", "ns_per_frame", "mips",
#	  "frames", "frames_per_s", "lost", "share": { "annotated", "miss", "ordered",
#	  "devices", "systemc", "rest" } }
#
# wall_per_sim is processor time for a simulated second; what starting up takes is out
# (a run of FEW frames).  The rate is found by halving between 0 and the wire's, with
# TRIAL_MS of frames each; the long run is to be without loss too, or the rate falls
# by 2 %.  mips is the image's instructions in a second of processor time: those
# of a frame are counted by image-insns.elf, between runs of one and two trials.
# Shares are of samples of a run (sample.c), told apart by source file:
# annotated	code of the image, with what is in line there, and thunks
# ordered	waiting for one's turn, changing turns (sim/cpu/smp, co, gsbase)
# miss		the rest of sim/cpu and sim/mem: caches, coherence, TLBs, branches
# devices	PCIe, Ethernet controller, cables, captures, what joins them
# systemc	its library, and sim/sc
set -eu
export LC_ALL=C
: "${B:=build}" "${OUT:=results/speed/speed.json}" "${FEW:=2000}" "${TRIAL_MS:=50}"
: "${SIM_MS:=1000}" "${BYTES:=74}" "${SAMPLE_MS:=200}"
. bench/speed/rows.subr
scenario=scenarios/mpsafe-8cores.ini
image= # not the scenario's
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
"$B/captool" udp 20000 1000 "$t/frames" 1 "$BYTES"

replay() {	# pps, milliseconds, command before...
	pps=$1 n=$(($1 * $2 / 1000))
	shift 2
	"$@" "$B/rangeley" replay "$scenario" ${image:+--image "$image"} --quiet --json --results "$t/r" \
	    --in "wm0,wm2=$t/frames" --pps "$pps" --limit-frames "$n" \
	    --loop $((n / 10000 + 1)) >"$t/out" 2>"$t/err" || {
		cat "$t/err" >&2
		echo "forward.sh: failed: $* replay --pps $pps" >&2
		exit 1
	}
}
lost() { jq '.frames | .in - .out' "$t/r/stats.json"; }

low=1000 high=$((1000000000 / ((BYTES + 20) * 8)))
while [ $((high - low)) -gt $((high / 50)) ]; do
	rate=$(((low + high) / 2))
	replay "$rate" "$TRIAL_MS"
	if [ "$(lost)" -eq 0 ]; then low=$rate; else high=$rate; fi
done
rate=$low try=0
while :; do
	replay "$rate" "$SIM_MS" "$B/cputime" "$t/ns"
	try=$((try + 1))
	[ "$(lost)" -gt 0 ] && [ $try -lt 5 ] || break
	rate=$((rate * 98 / 100))
done
frames=$(jq .frames.in "$t/r/stats.json") lost=$(lost)
replay "$rate" $((FEW * 1000 / rate + 1)) "$B/cputime" "$t/start"
replay "$rate" "$SAMPLE_MS" "$B/sample" "$t/samples"
counted() {	# milliseconds: frames and instructions
	replay "$rate" "$1"
	jq -r '"\(.frames.in) \(.stats.instructions)"' "$t/r/stats.json"
}
image=$B/images/NET_MPSAFE/image-insns.elf
once=$(counted "$TRIAL_MS")
twice=$(counted $((TRIAL_MS * 2)))

# OBJECT OFFSET TIMES -> CLASS TIMES
grep '/rangeley 0x' "$t/samples" >"$t/own" || true
cut -d ' ' -f 2 "$t/own" | addr2line -e "$B/rangeley" | sed 's/:.*//' |
    paste -d ' ' - "$t/own" | awk '
function class(f) {
	if (f ~ /sim\/cpu\/(smp|smp_create|co|gsbase)\./) return "ordered"
	if (f ~ /sim\/(pcie|nic_i354|wire)\// || f ~ /app\//) return "devices"
	if (f ~ /sim\/sc\//) return "systemc"
	if (f ~ /sim\/(cpu|mem)\// || f ~ /mmintrin/) return "miss"
	return "rest"
}
{ print class($1), $4 }' >"$t/classes"
awk '$1 == "-" { print "annotated", $3 }
    $1 ~ /libsystemc/ { print "systemc", $3 }
    $1 != "-" && $1 !~ /libsystemc|\/rangeley$/ { print "rest", $3 }' \
    "$t/samples" >>"$t/classes"

jq -n -R --argjson frames "$frames" --argjson lost "$lost" \
    --argjson ns "$(($(cat "$t/ns") - $(cat "$t/start")))" \
    --argjson rate "$rate" --arg counts "$once $twice" '
def r3: . * 1000 | round / 1000;
reduce (inputs | split(" ")) as [$k, $n] ({annotated: 0, miss: 0, ordered: 0,
    devices: 0, systemc: 0, rest: 0}; .[$k] += ($n | tonumber)) |
(add) as $all | map_values(. / $all | r3) as $share |
($frames / 2 / $rate) as $seconds |
($counts | split(" ") | map(tonumber) | (.[3] - .[1]) / (.[2] - .[0])) as $insns |
[{
	name: "forward-8core-74",
	wall_per_sim: ($ns / 1e9 / $seconds | r3),
	ns_per_frame: ($ns / $frames | round),
	mips: ($insns * $frames / $ns * 1000 | round),
	frames: $frames, frames_per_s: ($rate * 2), lost: $lost, share: $share
}]' <"$t/classes" | add_rows "$OUT"
jq -r '.[] | select(.name == "forward-8core-74") |
    "forward-8core-74: \(.wall_per_sim) s for a simulated second, \(.frames_per_s) frames" +
    " a second, \(.lost) lost, \(.ns_per_frame) ns each, \(.mips) MIPS; " +
    (.share | to_entries | map("\(.key) \(.value)") | join(", "))' "$OUT"

#!/bin/sh
# generic_test.sh: GENERIC's way with wm(4) on a line: a frame's steps as in
# tests/app/figure1/generic; and where its frames are lost.
#
# While somebody on another CPU has KERNEL_LOCK for a time T, frames of both ports wait in
# their rings.  Then both handlers move all of them into the one queue of the bridge
# before it may run, and that has 255 places: at a rate r of each port it overflows
# when 2 r (T + t) > 255, t being what the moving takes and how long the chip holds an
# interrupt back (wm_eitr), less than half a millisecond.  On CPU 0 the lock is taken
# recursively, and nothing waits; NET_MPSAFE does not take it.
#
# Twins: a queue of another length; a kernel that does not take the lock in interrupts.
set -u
: "${B:=build}"
LC_ALL=C
export LC_ALL
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
. tests/app/figure1/steps.subr
seen="$t/out"
cp scenarios/*.ini "$t"

# ---- the steps of a frame -----------------------------------------------------------

scenario() {	# NAME member...: a bridge that knows stations behind wm2
	name=$1
	shift
	{
		printf '[scenario]\ninherit = generic.ini\n[setup]\n'
		echo '1 = ifconfig bridge0 create'
		echo "2 = brconfig bridge0 $(printf 'add %s ' "$@")up"
		for s in a1 a2 a3 a4 b1 b2 b3 b4; do	# captool's, whoever sends
			echo "$s = brconfig bridge0 static wm2 02:00:00:00:0${s%?}:0${s#?}"
		done
		for m; do echo "${m#wm}3 = ifconfig $m up"; done
	} >"$t/$name.ini"
}
one_way() {	# NAME bytes gap frames: of what comes out at wm2
	"$B/captool" udp "$4" "$3" "$t/both" 1 "$2" &&
	    "$B/rangeley" replay scenarios/generic.ini --quiet \
		--results "$t/r" --in "wm0,wm2=$t/both" \
		--out "wm2=$t/$1" >"$t/out" 2>&1
}
scenario two wm0 wm2
one_way slow 74 2000000 40 &&
    "$B/rangeley" trace "$t/two.ini" --in "wm0=$t/slow" \
	--chain $lists/generic.chain --nth 8 --json >"$t/generic.json" 2>"$t/out"
say $? 'a frame is traced'
steps generic bridge
compare $lists/generic "$t/generic"
seen="$t/diff" say $? "$(wc -l <"$t/generic") steps as in $lists/generic"
grep -v '_kernel_lock' "$t/generic" >"$t/unlocked"
! compare $lists/generic "$t/unlocked"
say $? 'twin: without KERNEL_LOCK'

# ---- where frames are lost -------------------------------------------------------------

"$B/captool" udp 20000 1000 "$t/udp" 1 74
# held SCENARIO CPU US PPS: frames lost by place, and in all
held() {
	printf '[scenario]\ninherit = %s.ini\n%s\n[events]\n10ms = biglock -c %s %s\n' \
	    "$1" "${image-}" "$2" "$3" >"$t/held.ini"
	"$B/rangeley" replay "$t/held.ini" --quiet --results "$t/r" \
	    --in "wm0,wm2=$t/udp" --pps "$4" --limit-frames $(($4 / 25)) \
	    >"$t/out" 2>&1
	lost=$(jq '.frames | .in - .out' "$t/r/stats.json")
}
place() { jq ".frames.dropped.$1" "$t/r/stats.json"; }
for r in 20000 40000 60000; do
	full_us=$((255 * 500000 / r))	# 2 r T = 255
	held generic 3 $((full_us - 600)) $r && [ "$lost" -eq 0 ]
	say $? "$r/s of each port, KERNEL_LOCK $((full_us - 600)) us: nothing is lost ($lost)"
	held generic 3 $full_us $r && [ "$lost" -gt 0 ] && [ "$(place pktq)" = "$lost" ]
	say $? "$r/s, $full_us us: the queue of 255 overflows ($lost)"
	us=$((full_us + 2000))
	held generic 3 $us $r && [ "$(place pktq)" = "$lost" ] &&
	    [ "$lost" -ge $((2 * r * us / 1000000 - 255)) ] &&
	    [ "$lost" -le $((2 * r * (us + 600) / 1000000 - 255)) ]
	say $? "$r/s, $us us: what came, less 255 ($lost)"
done
for cpu in 0 7; do
	held mpsafe-8cores $cpu 6000 60000 && [ "$lost" -eq 0 ]
	say $? "NET_MPSAFE, held on CPU $cpu: nothing is lost ($lost)"
done
held generic 0 6000 60000 && [ "$lost" -eq 0 ]
say $? "held on CPU 0: nothing is lost ($lost)"
held generic 3 20000 60000 && [ "$(place pktq)" -gt 0 ] && [ "$(place rx_fifo)" -gt 0 ] &&
    [ $(($(place pktq) + $(place rx_fifo))) = "$lost" ]
say $? "20 ms: rings and packet buffers of the ports overflow, too ($(place rx_fifo))"

scenario three wm0 wm1 wm2
one_way big 1518 100000 3000 &&
    "$B/rangeley" replay "$t/three.ini" --quiet --results "$t/r" --pps 60000 \
	--in "wm0=$t/big" --in "wm1=$t/big" >"$t/out" 2>&1
[ "$(place if_snd)" -gt 0 ] && [ "$(place pktq)" = 0 ] && [ "$(jq '.frames |
    .in + .flooded - .out' "$t/r/stats.json")" = "$(place if_snd)" ]
say $? "two ports into one: if_snd's 256 overflow ($(place if_snd))"

# ---- one line for all ------------------------------------------------------------------

# lossless property...: the mixed capture, both ways
lossless() {
	"$B/rangeley" replay "$@" --quiet --results "$t/r" \
	    --in "wm0,wm2=$B/replay/mixed.pcap" >"$t/out" 2>&1 &&
	    [ "$(jq '.frames | .in == .out and .in == 4000' "$t/r/stats.json")" = true ]
}
printf '[scenario]\ninherit = generic.ini\n[events]\n%s\n%s\n' \
    '5ms+500us = intrctl affinity -i "ioapic0 pin 18" -c next' \
    '5ms+700us = intrctl affinity -i wm2 -c next' >"$t/move.ini"
for variant in '' 'wm_rxlimit=1 wm_txlimit=1 wm_eitr=0'; do
	lossless "$t/move.ini" $variant &&
	    [ "$(grep -c '^events: .*affinity' "$t/out")" -ge 400 ] &&
	    jq -e '.vectors[] | select(.frames > 0) | .counts | min > 0' \
		"$t/r/stats.json" >/dev/null
	say $? "a line is moved 400 times under traffic: nothing is lost ${variant:-}"
done
# What is in a port then stays there; nobody waits for it.
left=0
for ms in 12 13 14; do
	printf '[scenario]\ninherit = generic.ini\n[events]\n%sms = ifconfig wm2 down\n' \
	    $ms >"$t/down.ini"
	timeout 60 "$B/rangeley" replay "$t/down.ini" --quiet --results "$t/r" \
	    --in "wm0,wm2=$t/udp" --pps 400000 --limit-frames 3000 >"$t/out" 2>&1 ||
	    break
	left=$((left + $(jq .frames.in_flight "$t/r/stats.json")))
done
[ $ms = 14 ] && [ $left -gt 0 ]
say $? "wm2 goes down under traffic: the replay ends, with $left frames inside"
# The link comes up when both directions have waited for it: received and sent frames
# and the link are told by one line.
lossless scenarios/generic.ini --set nic.autoneg=20ms
say $? 'received, sent and link on one line: nothing is lost'
"$B/rangeley" trace scenarios/generic.ini --set nic.autoneg=20ms --json \
    --in "wm0=$B/replay/mixed.pcap" --function wm_linkintr >"$t/link" 2>"$t/out" &&
    jq -e '.events | length >= 2 and all(.context == "hard")' "$t/link" >/dev/null
say $? '.. and the link is among them'

# ---- who has the lock --------------------------------------------------------------------

# ipmi(4) has, for some ms at each reading of a sensor (ipmi_test.sh), twice a second.
# reads SCENARIO property...: frames lost in 1.8 s at 60000/s of each port, as counted
# and as logged, and when bursts of them began, in ms; of a BMC that takes its time
reads() {
	scenario=$1
	shift
	"$B/rangeley" replay "scenarios/$scenario.ini" --quiet --results "$t/r" \
	    --in "wm0,wm2=$t/udp" --pps 60000 --loop 20 --limit-frames 108000 \
	    --set bmc.byte=500us --set bmc.tail=250us --drops "$t/drops" "$@" \
	    >"$t/out" 2>&1
	lost=$(jq '.frames | .in - .out' "$t/r/stats.json")
	bursts=$(jq -r '.at_ns / 1e6 | floor' "$t/drops" | sort -n |
	    awk 'NR == 1 || $1 > t + 200 { printf "%d ", $1 } { t = $1 }')
}
reads generic ipmi_cpu=3 && [ "$lost" -gt 0 ] && [ "$(place pktq)" = "$lost" ] &&
    [ "$(grep -c '"place": "pktq"' "$t/drops")" = "$lost" ]
say $? "ipmi(4) on CPU 3: $lost are lost, each of them in the log"
echo "$bursts" | awk '{ for (i = 2; i <= NF; i++)
    if ($i - $(i - 1) < 450 || $i - $(i - 1) > 750) exit 1
    exit NF < 3 }'
say $? "in bursts, about two a second: at $bursts ms"
for where in ipmi=off ipmi_cpu=0; do
	reads generic $where && [ "$lost" -eq 0 ] && [ ! -s "$t/drops" ]
	say $? "$where: nothing is lost ($lost)"
done
reads mpsafe-8cores ipmi_cpu=3 && [ "$lost" -eq 0 ]
say $? "NET_MPSAFE, ipmi(4) on CPU 3: nothing is lost ($lost)"

# ---- twins -------------------------------------------------------------------------

tests/app/twin_kernel.sh GENERIC >"$t/out" 2>&1
say $? 'twin: a queue of 1024'
image='image = GENERIC-twins
[boot]
bug = 16'
held generic 3 6375 20000 && [ "$lost" -eq 0 ]
say $? '.. is not full at 2 r T = 255'
exit $bad

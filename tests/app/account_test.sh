#!/bin/sh
# account_test.sh: each frame is accounted for, also when the end of a run is a cut, or
# comes while frames wait for an interrupt.
#
#	account_test.sh [throttle|ring|cut|flood|down]
#
#	throttle	EITR: what waits in a ring for the next interrupt is still to come
#	ring		what waits there at the end has a place
#	cut		--limit: what the kernel has freed by then is counted by place, the
#			rest is in flight
#	flood		of copies, too
#	down		what is in a port that goes down is in flight for ever
# Twins: account_twins.sh.
set -u
: "${B:=build}" "${RANGELEY:=$B/rangeley}"
LC_ALL=C
export LC_ALL
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen="$t/out"
scenario=scenarios/mpsafe-8cores.ini

replay() {
	"$RANGELEY" replay --quiet --results "$t/r" "$@" >"$t/out" 2>&1
}
figure() { jq "$1" "$t/r/stats.json" 2>>"$t/out"; }
holds() {	# jq condition
	figure "$1" >"$t/holds" && grep -qx true "$t/holds" || {
		figure .frames >>"$t/out"
		false
	}
}
sum='.frames | .in + .flooded == .out + ([.dropped[]] | add) + .in_flight'

throttle() {
	for how in "$scenario wm_eitr=1000" "$scenario wm_eitr=200" \
	    "$scenario wm_eitr=1000 wm_rxlimit=4" \
	    "$scenario wm_rxlimit=2 wm_eitr=500 --topspeed"; do
		# shellcheck disable=SC2086 # words
		replay --in "wm0,wm2=$B/replay/mixed.pcap" $how
		[ $? -eq 0 ] && holds "$sum" &&
		    holds '.frames | .in_kernel == 0 and .dropped.same_side == 0'
		say $? "throttled: ${how#* }: nothing is left in a ring"
	done
}

# What waits for a cause that never comes is freed with the ring.
ring() {
	replay $scenario --in "wm0,wm2=$B/replay/mixed.pcap" --topspeed wm_reraise=0 \
	    --drops "$t/lines"
	[ $? -eq 0 ] && holds "$sum" && holds '.frames | .in_kernel == 0 and .dropped.rx_ring > 0' &&
	    [ "$(places | jq .rx_ring)" = "$(figure .frames.dropped.rx_ring)" ]
	say $? 'ring: what is drained with it is counted there'
}

places() { jq -s 'map(.place) | group_by(.) | map({ (.[0]): length }) | add' "$t/lines"; }
cut_at() {	# clock, option...
	at=$1
	shift
	replay $scenario --in "wm0,wm2=$t/udp" --topspeed --limit "$at" --drops "$t/lines" "$@"
}
cut() {
	"$B/captool" udp 20000 1000 "$t/udp"
	# In the middle of it.
	cut_at 70ms
	[ $? -eq 4 ] && holds "$sum" && ! grep 'accounted' "$t/out" &&
	    holds '.complete | not' &&
	    holds '.frames | .dropped.pktq > 1000 and .in_kernel > 0 and .in_flight > .in_kernel'
	say $? 'cut in the middle: dropped and in flight are told apart'
	[ "$(places)" = "$(figure '.frames.dropped | map_values(select(. != 0))')" ]
	say $? 'cut in the middle: as many lines of each place'
	grep -Eq '^frames: .* [1-9][0-9]* dropped, [1-9][0-9]* in flight' "$t/out" &&
	    grep -Eq '^  pktq +[1-9][0-9]*  in the kernel' "$t/out"
	say $? 'cut in the middle: the report says so'
	holds '[.vectors[] | select(.name | test("^wm[02]RX"))] | length == 8 and
	    ([.[].cpu] | sort) == [0, 1, 2, 3, 4, 5, 6, 7] and
	    all(.interrupts == .messages and .interrupts > 0 and .frames > 0)' &&
	    grep -Eq '^msix2 vec 5 +wm2RX1 +1 +[1-9]' "$t/out"
	say $? 'cut in the middle: vectors are what the controller knows of them'
	# When all frames have ended, but the kernel has not: as the whole run says.
	replay $scenario --in "wm0,wm2=$t/udp" --topspeed --drops "$t/lines"
	[ $? -eq 0 ] && holds "$sum" && figure '.frames | [.out, .dropped.pktq, .dropped.rx_fifo]' >"$t/whole"
	cut_at "$(figure '.stats.cycles / 2400000 - 5')ms"
	[ $? -eq 4 ] && holds "$sum" && holds '.frames | .in_flight == 0 and .in_kernel == 0' &&
	    figure '.frames | [.out, .dropped.pktq, .dropped.rx_fifo]' | cmp - "$t/whole" >>"$t/out"
	say $? 'cut after all of them: none in flight, and the same ones dropped'
	# Some are for this host as well, which frees what it has of them.
	replay $scenario --in "wm0,wm2=$B/replay/mixed.pcap" --drops "$t/lines" --spread \
	    --topspeed wm_eitr=800 wm_rxlimit=0 wm_txlimit=0
	[ $? -eq 0 ] && [ "$(places | jq -c '[.pktq, .if_snd]')" = "$(figure '.frames.dropped as $d |
	    [$d.pktq, ([$d | to_entries[] | select(.key | test("txq[0-9]-")).value] | add)]' |
	    jq -c .)" ]
	say $? 'what was seen to be freed is what the kernel counted'
}

# Unlearned, all from two ports goes to a third, too, at twice its wire's rate: one copy is
# sent, the other may be lost.
flood() {
	"$B/captool" udp 6000 1000 "$t/long" 1 1518
	cp scenarios/mpsafe*.ini "$t" && cat >"$t/flood.ini" <<-'END'
		[scenario]
		inherit = mpsafe-8cores.ini
		[setup]
		1 = ifconfig bridge0 create
		2 = brconfig bridge0 add wm0 add wm1 add wm2 -learn wm0 -learn wm1 -learn wm2 up
		3 = ifconfig wm0 up
		4 = ifconfig wm1 up
		5 = ifconfig wm2 up
	END
	for at in 90 100 110 118; do
		replay "$t/flood.ini" --in "wm0,wm2=$t/long" --topspeed --limit ${at}ms \
		    --drops "$t/lines"
		[ $? -eq 4 ] && holds "$sum" && holds '.frames | .dropped.if_snd > 300 and .in_flight > 0' &&
		    [ "$(places)" = "$(figure '.frames.dropped | map_values(select(. != 0))')" ]
		say $? "flood, cut at $at ms: copies are accounted for"
	done
	replay "$t/flood.ini" --in "wm0,wm2=$t/long" --topspeed --drops "$t/lines"
	[ $? -eq 0 ] && holds "$sum" && [ "$(places)" = \
	    "$(figure '{ if_snd: [.frames.dropped | to_entries[] | select(.key | test("snddrop")).value] | add }')" ]
	say $? 'flood: --drops has each copy that was lost'
}

# A port that goes down in the middle keeps what its transmitter has; the run ends.
down() {
	cp scenarios/mpsafe*.ini "$t" && printf '[scenario]\ninherit = mpsafe-8cores.ini\n[events]\n%s\n' \
	    '13ms = ifconfig wm0 down' >"$t/down.ini"
	timeout 60 "$RANGELEY" replay --quiet --results "$t/r" "$t/down.ini" --topspeed \
	    --in "wm0,wm2=$B/replay/mixed.pcap" --drops "$t/lines" >"$t/out" 2>&1
	[ $? -eq 0 ] && holds '.frames.in_flight == .ports.wm0.in_flight.tx_buffer and
	    .frames.in_flight > 0' &&
	    [ "$(wc -l <"$t/lines")" = "$(figure '[.frames.dropped[]] | add')" ]
	say $? 'down: the run ends, with what its transmitter has in flight'
}

for part in ${1:-throttle ring cut flood down}; do
	$part
done
exit $bad

#!/bin/sh
# replay_test.sh: captures through the modelled bridge: nothing is lost at low rate, what
# comes out is what went in, byte for byte and in order; each frame is accounted for,
# under overload, too; equal runs give equal bytes; bad captures are refused.
# Twin: a driver that loses frames without saying so is found out.
set -u
: "${B:=build}"
LC_ALL=C
export LC_ALL
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen="$t/out"
scenario=scenarios/mpsafe-8cores.ini

replay() {
	"$B/rangeley" replay --quiet --results "$t/r" "$@" >"$t/out" 2>&1
}
figure() { jq "$1" "$t/r/stats.json"; }

# both FILE: through and out, compared.
both() {
	replay $scenario --in "wm0,wm2=$1" --out "wm0=$t/o0" --out "wm2=$t/o2"
	rc=$?
	[ $rc -eq 0 ] && "$B/captool" same "$1" "$t/o0" "$t/o2" >>"$t/out" 2>&1
}
both "$B/replay/mixed.pcap"
say $? 'the mixed capture comes out as it went in'
"$B/captool" latency "$B/replay/mixed.pcap" "$t/o0" "$t/o2" >"$t/latency" &&
    awk -v least=100 -f tests/app/growth.awk "$t/latency" >>"$t/out"
say $? 'the longer a frame, the later, and not before two wires can have brought it'
[ "$(figure '[.frames.dropped[]] | add')" = 0 ]
say $? 'none is dropped'
# One frame for each interrupt, a frame every 25 us; links were up before.
[ "$(figure '.traffic_ns / (.frames.in * 25000) | . > 0.99 and . < 1.01')" = true ] &&
    [ "$(figure '[.vectors[] | select(.name | test("RX"))] as $v | .traffic_ns as $ns |
	[.frames.in, ([$v[].interrupts] | add),
	    ([$v[].per_second] | add * $ns / 1e9 + 0.5 | floor)] | unique | length')" = 1 ] &&
    [ "$(figure '[.vectors[] | select(.name | test("LINK")).interrupts] | add')" = 0 ]
say $? 'interrupts are counted over the time in which frames came in'
mkdir "$t/first"
cp "$t/r"/* "$t/o0" "$t/o2" "$t/first"
both "$B/replay/mixed.pcap"
for f in stats.json hops.csv MANIFEST config.ini; do
	cmp "$t/r/$f" "$t/first/$f" >>"$t/out" 2>&1
	say $? "the same run again: the same $f"
done
cmp "$t/o0" "$t/first/o0" >>"$t/out" 2>&1 && cmp "$t/o2" "$t/first/o2" >>"$t/out" 2>&1
say $? 'and the same captures'
replay "$t/first/config.ini" --in "wm0,wm2=$B/replay/mixed.pcap"
cmp "$t/r/stats.json" "$t/first/stats.json" >>"$t/out" 2>&1
say $? "config.ini is the run's configuration"
replay $scenario --in "wm0,wm2=$B/replay/mixed.pcap" --set pcie.flight=180ns --cpus 8 \
    --limit 900ms --spread wm_eitr=20 wm_rxlimit=0
mkdir "$t/options"
cp "$t/r"/* "$t/options"
replay "$t/options/config.ini" --in "wm0,wm2=$B/replay/mixed.pcap"
cmp "$t/r/stats.json" "$t/options/stats.json" >>"$t/out" 2>&1 &&
    cmp "$t/r/config.ini" "$t/options/config.ini" >>"$t/out" 2>&1 &&
    ! cmp -s "$t/r/stats.json" "$t/first/stats.json"
say $? 'what options changed is in it'
[ "$("$B/rangeley" show machine --json | jq -r '.constants | keys[]')" = \
    "$(sed -n '/^\[set\]/,/^$/s/ = .*//p' "$t/r/config.ini" | sort)" ]
say $? 'and each constant of the machine'
replay $scenario --in "wm0,wm2=$B/replay/mixed.pcap" --set dram.latency=480cyc
[ "$(figure .latency_ns.p50)" != "$(jq .latency_ns.p50 "$t/first/stats.json")" ] &&
    [ "$(figure .trace_hash)" != "$(jq .trace_hash "$t/first/stats.json")" ]
say $? 'another machine: another latency, another trace'

# ---- GENERIC, too
replay scenarios/generic.ini --in "wm0,wm2=$B/replay/mixed.pcap" --out "wm0=$t/o0" \
    --out "wm2=$t/o2" && "$B/captool" same "$B/replay/mixed.pcap" "$t/o0" "$t/o2" \
    >>"$t/out" 2>&1 &&
    [ "$(figure '[.cpus[] | select(.intr + .softint > 0.01) | .id] == [0]')" = true ]
say $? 'GENERIC: the same, all of it on CPU 0'

# ---- real captures, where they are.  A frame to its own sender (a keepalive of a router
# in http.pcap) is the bridge's to keep back, and nothing else is.
for f in ../shared/data/pcap/*.pcap; do
	[ -f "$f" ] || continue
	replay $scenario --in "wm0,wm2=$f" --out "wm0=$t/o0" --out "wm2=$t/o2"
	[ $? -eq 0 ] && "$B/captool" same "$f" "$t/o0" "$t/o2" >"$t/same" 2>>"$t/out" &&
	    [ "$(figure '[.frames.dropped[]] | add')" = "$(figure .frames.dropped.same_side)" ] &&
	    grep -q " $(figure .frames.dropped.same_side) to their own sender" "$t/same"
	say $? "$(basename "$f"): no loss"
done

# ---- overload: both wires full
"$B/captool" udp 20000 1000 "$t/udp"
replay $scenario --in "wm0,wm2=$t/udp" --topspeed
[ $? -eq 0 ] && [ "$(figure '.frames | .in - .out - ([.dropped[]] | add) - .in_flight')" = 0 ] &&
    [ "$(figure '[.frames.dropped[]] | add')" -gt 1000 ]
say $? 'overload: lost frames have places, and all are accounted for'
[ "$(figure '.frames.dropped as $all | [.ports[].dropped.rx_no_desc] | add == $all.rx_no_desc')" = true ] &&
    [ "$(figure '[.ports[].dropped[]] | add > 1000')" = true ] &&
    [ "$(figure '[.ports[].in_flight[]] | add')" = 0 ] &&
    grep -q "^wm2: $t/udp: 10000 packets (" "$t/out"
say $? 'each port says what it lost; nothing is left in one; a source says how fast it was'
# A port that reads a frame each 10 us: lists to send overflow.
replay $scenario --in "wm0,wm2=$t/udp" --topspeed --set nic.tx_reads=1 \
    --set pcie.completion=10us
[ $? -eq 0 ] &&
    [ "$(figure '[.frames.dropped | to_entries[] | select(.key | endswith("snddrop")).value] | add')" -gt 0 ] &&
    [ "$(figure .frames.dropped.same_side)" = 0 ]
say $? 'a frame that an interface refuses has one place'
# Broadcasts that this host is to hear, ARP among them, on all CPUs at once; a flood at
# whose end the lists are full.
for how in --spread "--spread --topspeed wm_eitr=700 wm_rxlimit=0 wm_txlimit=0" \
    "--set pcie.pd_credits=77 --topspeed wm_eitr=400 wm_rxlimit=0 wm_txlimit=0"; do
	# shellcheck disable=SC2086 # words
	replay $scenario --in "wm0,wm2=$B/replay/mixed.pcap" $how
	say $? "no mbuf is lost, none counted twice: $how"
done
replay $scenario --in "wm0,wm2=$t/udp" --pps 1000 --limit-frames 30
[ $? -eq 0 ] && [ "$(figure '.frames.in')" = 60 ] && [ "$(figure '.frames.out')" = 60 ]
say $? '--pps, --limit-frames'
cp "$t/r/stats.json" "$t/frames.json"
replay $scenario --in "wm0,wm2=$t/udp" --pps 1000 --limit 30 && cmp "$t/r/stats.json" "$t/frames.json" &&
    grep -qx 'option --limit-frames=30' "$t/r/MANIFEST"
say $? '--limit with a number is --limit-frames'
replay $scenario --in "wm0,wm2=$t/udp" --pps 1000 --limit 100ms
[ $? -eq 4 ] && [ "$(figure '.frames.in > 0 and .frames.in < 200')" = true ]
say $? '.. and with a unit a time'
replay $scenario --in "wm0,wm2=$t/udp" --pps 1000 --limit-frames 30 --loop 99999999999 &&
    cmp "$t/r/stats.json" "$t/frames.json"
say $? 'many loops are no matter if few frames are asked for'
replay $scenario --in "wm0=$B/replay/mixed.pcap" --limit-frames 50 --loop 2 \
    --unique-ip -x 10 --drops "$t/drops" --hops "$t/hops"
[ $? -eq 0 ] && [ "$(figure '.frames.in')" = 50 ]
say $? '-x, --loop, --unique-ip'
[ "$(jq -s length "$t/hops")" = "$(figure '.frames.out')" ]
say $? '--hops: a line of JSON for each frame that came out'

# ---- bad input: file, place, remedy; exit code 2
bad() {	# pattern file
	replay $scenario --in "wm0=$2"
	rc=$?
	[ $rc -eq 2 ] && grep -Eq -e "$1" "$t/out"
	say $? "refused: $1"
}
head -c 110 "$B/replay/mixed.pcap" >"$t/cut"
bad "$t/cut: after frame 1: truncated" "$t/cut"
head -c 10 "$B/replay/mixed.pcap" >"$t/short"
bad "$t/short: .*; give a capture in pcap" "$t/short"
: >"$t/empty"
bad "$t/empty: .*; give a capture in pcap" "$t/empty"
bad "$t/none: .*; give a capture file" "$t/none"
gzip -c "$t/udp" >"$t/gz"
bad "$t/gz: .*; it is compressed, give what zcat" "$t/gz"
bad 'mpsafe.ini: unknown file format; give' scenarios/mpsafe.ini
# Word 5 of the header is the kind of network, word 8 the length on the wire.
{ head -c 20 "$t/udp"; printf '\151\0\0\0'; tail -c +25 "$t/udp"; } >"$t/wlan"
bad 'link type is IEEE802_11 .105., not Ethernet; ' "$t/wlan"
{ head -c 36 "$t/udp"; printf '\0\0\1\0'; tail -c +41 "$t/udp"; } >"$t/giant"
bad 'frame 1 is longer than the 16384 bytes' "$t/giant"
{ head -c 36 "$t/udp"; printf '\0\0\0\0'; tail -c +41 "$t/udp"; } >"$t/nolen"
bad 'frame 1 has no bytes; ' "$t/nolen"
head -c 24 "$t/udp" >"$t/noframe"
bad 'there are no frames in it; ' "$t/noframe"

# Frame 1 is for wm0 itself, of which it is known where it ended, in a run that is cut, too.
{ head -c 40 "$t/udp"; printf '\0\45\220\0\24\0'; tail -c +47 "$t/udp"; } >"$t/local"
replay $scenario --in "wm0=$t/local" --limit-frames 1 --drops "$t/drops" &&
    [ "$(figure .frames.dropped.local)" = 1 ] &&
    [ "$(jq -r '"\(.id) \(.place)"' "$t/drops")" = '1 kernel' ]
say $? '--drops has frames for the machine itself'
replay $scenario --in "wm0=$t/local" --limit-frames 1 --limit 100ms
[ $? -eq 4 ] && [ "$(figure '.frames | .dropped.kernel == 1 and .in_flight == 0')" = true ]
say $? '.. and they are not in flight when it is cut'

# Odd, but good.  A clock set back: word 6 is the second of frame 1, 1416000001 instead.
{ head -c 24 "$t/udp"; printf '\1\162\146\124'; tail -c +29 "$t/udp"; } >"$t/back"
replay $scenario --in "wm0=$t/back" --limit-frames 1 --out "wm2=$t/o2" &&
    [ "$(od -An -tu4 -j 24 -N 4 "$t/o2" | tr -d ' ')" = 1416000001 ]
say $? 'what comes out counts from the first stamp, though the second is earlier'
# Words 4 and 9: no more than 40 bytes of a frame are known; the first
# one was 9000 bytes, which the controller does not take; then it was 100.
odd() {	# file length-in-octal: frame 1 of a capture of 20
	{
		head -c 16 "$t/udp"; printf '\50\0\0\0'
		head -c 36 "$t/udp" | tail -c +21; printf "$2"
		tail -c +41 "$t/udp"
	} >"$1"
	replay $scenario --in "wm0=$1" --pps 10000 --limit-frames 20 --out "wm2=$t/o2"
}
odd "$t/jumbo" '\50\43\0\0' && [ "$(figure .frames.dropped.rx_long)" = 1 ]
say $? 'a frame of 9000 bytes is dropped by the controller: rx_long'
odd "$t/part" '\144\0\0\0' && [ "$(figure .frames.dropped.rx_long)" = 0 ] &&
    [ "$(od -An -tu4 -j 32 -N 8 "$t/o2" | tr -s ' ')" = ' 100 100' ] &&
    head -c 140 "$t/o2" | tail -c 60 | cmp -n 60 - /dev/zero
say $? 'of a frame that was captured in part the rest is zeros, and its length right'

usage() {	# pattern option...
	p=$1
	shift
	replay "$@"
	rc=$?
	[ $rc -eq 2 ] && grep -Eq -e "$p" "$t/out"
	say $? "usage: $p"
}
usage 'nothing to replay; give --in' $scenario
usage "'wm4=x': write a port, wm0 to wm3, and a file" $scenario --in wm4=x
usage 'the port has a file already' $scenario --in wm0=x --in wm0=y
usage 'only one of -x, --pps' $scenario --in wm0=x --pps 5 --topspeed
usage 'is no number above 0' $scenario --in wm0=x --pps 0
usage "pps: '1e30' is too much; at most 1e12" $scenario --in wm0=x --pps 1e30
usage "multiplier: '1e-9' is too little; at least 1e-6" $scenario --in wm0=x -x 1e-9
usage "udp: not played: the run ended before any port was ready; " --image hello --in "wm0=$t/udp"
for n in 0 -1 1.5 1e30 99999999999999 many; do
	usage "--loop: '$n' is no number from 1 to" $scenario --in wm0=x --loop=$n
	usage "--limit-frames: '$n' is no number from 1 to" $scenario --in wm0=x --limit-frames=$n
done
usage "--limit: '0' is no number from 1 to" $scenario --in wm0=x --limit 0
usage "--limit: '1.5' .*200ns" $scenario --in wm0=x --limit 1.5
usage 'e.g. scenarios/mpsafe-8cores.ini'
usage "unknown key 'wm_queues'; .* without --set: wm_queues=1" $scenario --in wm0=x \
    --set wm_queues=1
# What takes too long is refused before a kernel begins.
usage "$t/udp: too many loops; give --limit-frames" $scenario --in "wm0=$t/udp" \
    --loop 99999999999
usage "$t/udp: the replay would take more than 10 years" $scenario --in "wm0=$t/udp" \
    --loop 9999 --pps 0.1
! grep -q '^Rangeley: a kernel' "$t/out"
say $? '.. before anything runs'
usage "no-such-folder/x: .*name a file that can be written" $scenario \
    --in "wm0=$t/udp" --out "wm2=$t/no-such-folder/x"

# ---- twin
tests/app/twin_kernel.sh NET_MPSAFE >"$t/out" 2>&1
say $? 'the twin builds'
twin() {
	replay $scenario --image NET_MPSAFE-twins --in "wm0,wm2=$B/replay/mixed.pcap" bug="$1"
}
twin 0
say $? 'bug=0 loses none'
twin 15
[ $? -eq 1 ] && grep -q 'not all frames are accounted for' "$t/out"
say $? 'a driver that loses frames in silence is found out'
exit $bad

#!/bin/sh
# scapy_test.sh: frames that scapy builds (scapy/frames.py: every size, tags, IPv6,
# mistakes) through the modelled bridge; what comes out is read by tshark: bytes, order
# and stamps, which are in nanoseconds, at least two serialisation times after the
# frame went in, and later the longer it is.
# Twins: captures in which a byte, the order, or a stamp is wrong are found out.
set -u
: "${B:=build}"
LC_ALL=C
export LC_ALL
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen="$t/log"

for p in tshark:tshark python3-scapy:/usr/lib/python3/dist-packages/scapy; do
	[ -e "${p#*:}" ] || command -v "${p#*:}" >/dev/null || {
		echo "skipped: sudo apt-get install ${p%%:*}"
		exit 77
	}
done

# lines FILE: stamp, length and bytes of each frame, as tshark understands them.
lines() {
	tshark -n -r "$1" -T fields -e frame.time_epoch -e frame.len \
	    >"$t/fields" 2>>"$t/log"
	tshark -n -r "$1" -T jsonraw 2>>"$t/log" |
	    jq -r '.[]._source.layers.frame_raw[0]' >"$t/bytes"
	paste -d ' ' "$t/fields" "$t/bytes" | tr '\t' ' '
}

# compare IN OUT: line by line the same bytes, padded as a MAC does; stamps later by two
# wires at least: 8 ns for each byte of preamble, frame and FCS.
compare() {
	paste -d ' ' "$1" "$2" | awk '
	function ns(first, second,  a, b) {
		split(first, a, "."); split(second, b, ".")
		coarse += b[2] % 1000 == 0
		return (b[1] - a[1]) * 1e9 + (b[2] - a[2])
	}
	function wrong(what) { printf "frame %d: %s\n", NR, what; bad = 1 }
	NF != 6 { wrong("only one of them has it"); next }
	{
		size = $2 < 60 ? 60 : $2
		while (length($3) < 2 * size)
			$3 = $3 "00"
		if ($5 != size || $6 != $3)
			wrong("other bytes")
		if (ns($1, $4) < 2 * 8 * (8 + size + 4))
			wrong("too early")
	}
	END {
		if (coarse > NR / 2)
			wrong("stamps in microseconds")
		exit bad || NR < 100
	}' >>"$t/log" 2>&1
}

/usr/bin/python3 tests/app/scapy/frames.py "$t/in" 2>"$t/log"
say $? 'scapy builds a capture'
"$B/rangeley" replay scenarios/mpsafe-8cores.ini --quiet --results "$t/r" \
    --in "wm0,wm2=$t/in" --out "wm0=$t/o0" --out "wm2=$t/o2" >"$t/log" 2>&1
say $? 'it is replayed'
[ "$(jq '[.frames.dropped[]] | add' "$t/r/stats.json")" = 0 ]
say $? 'no frame is dropped'
capinfos -t "$t/o2" 2>>"$t/log" | grep -q 'nanosecond pcap'
say $? 'a capture in nanoseconds comes out'

# Station A, 02:00:00:00:0a:01, is behind wm0, B behind wm2: what A sends leaves wm2.
lines "$t/in" >"$t/all"
grep '^[^ ]* [^ ]* .\{12\}020000000a01' "$t/all" >"$t/a"
grep '^[^ ]* [^ ]* .\{12\}020000000b01' "$t/all" >"$t/b"
[ $(($(wc -l <"$t/a") + $(wc -l <"$t/b"))) -eq "$(wc -l <"$t/all")" ] &&
    [ "$(wc -l <"$t/all")" -ge 1700 ]
say $? 'each of its frames is of one of the two stations'
lines "$t/o2" >"$t/from_a"
lines "$t/o0" >"$t/from_b"
compare "$t/a" "$t/from_a"
say $? 'tshark: from wm0 to wm2 the same bytes, in order, not too early'
compare "$t/b" "$t/from_b"
say $? 'tshark: from wm2 to wm0, too'
"$B/captool" latency "$t/in" "$t/o0" "$t/o2" >"$t/latency" 2>"$t/log" &&
    awk -v least=30 -f tests/app/growth.awk "$t/latency" >>"$t/log"
say $? 'the longer a frame, the later it comes'

# ---- twins
not() {	# what command...
	what=$1
	shift
	! "$@"
	say $? "twin: $what is found out"
}
sed '700s/0\(.\)$/1\1/;t;700s/.\(.\)$/0\1/' "$t/from_a" >"$t/twin"
not 'a changed byte' compare "$t/a" "$t/twin"
sed '700{h;d;};701G' "$t/from_a" >"$t/twin"
not 'another order' compare "$t/a" "$t/twin"
sed 700d "$t/from_a" >"$t/twin"
not 'a missing frame' compare "$t/a" "$t/twin"
# 24,416 of 32,785 ns are the wires' for the longest frame: 10 us earlier is too early.
editcap -F nsecpcap -t -0.00001 "$t/o2" "$t/early" 2>>"$t/log"
lines "$t/early" >"$t/twin"
not 'a stamp before its time' compare "$t/a" "$t/twin"
not 'a stamp before its time (captool)' \
    "$B/captool" same "$t/in" "$t/o0" "$t/early" >>"$t/log"
editcap -F pcap "$t/o2" "$t/coarse" 2>>"$t/log"
lines "$t/coarse" >"$t/twin"
not 'a stamp in microseconds' compare "$t/a" "$t/twin"
awk '{ $4 = 40000 } 1' "$t/latency" >"$t/twin"
not 'the same latency for all sizes' \
    awk -v least=30 -f tests/app/growth.awk "$t/twin" >>"$t/log"
exit $bad

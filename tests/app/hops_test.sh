#!/bin/sh
# hops_test.sh: the stamps of frames from wire to wire (sim/core/hop.h).
#
#	hops_test.sh [PART...]	golden, double, many; none: all
#	hops_test.sh new	write tests/app/hops/golden anew, after a change of the
#				kernel, of costs or of the machine that is meant
#
# golden: one frame, of 60 bytes and of 1514, through scenarios/mpsafe-8cores.ini: all
# hops in the order of the list, when they were, in ns since the first; and that they
# add up to the latency.
# double: twice the latency of DMA: the latency rises by what the hops say.
# many: 6000 frames, rare enough for each to have its own interrupt: all hops of each
# in order, with nothing of another frame's; and so many at a time that handlers find
# frames that come while they run.
#
# The order is the list's, but for MEM_WRITE: bytes go to memory while descriptor and
# cause go their way, and the two ways meet at LAPIC.
set -u
: "${B:=build}" "${RANGELEY:=$B/rangeley}"
LC_ALL=C
export LC_ALL
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen="$t/out"
scenario=scenarios/mpsafe-8cores.ini
golden=tests/app/hops/golden
parts=" ${*:-golden double many} "

le32() {
	printf "\\$(printf %o $(($1 & 255)))\\$(printf %o $(($1 >> 8 & 255)))"
	printf "\\$(printf %o $(($1 >> 16 & 255)))\\$(printf %o $(($1 >> 24 & 255)))"
}

# frame BYTES: a capture of one frame, to a station that the bridge does not know
frame() {
	printf '\324\303\262\241\2\0\4\0\0\0\0\0\0\0\0\0'
	for word in 65535 1 1416000000 0 "$1" "$1"; do
		le32 "$word"
	done
	printf '\2\0\0\0\13\1\2\0\0\0\12\1\10\0'
	head -c $(($1 - 14)) /dev/zero
}

# one NAME BYTES option...: $t/NAME: "HOP TICKS-SINCE-THE-FIRST"; a tick is 1/12 ns
one() {
	name=$1 bytes=$2
	shift 2
	frame "$bytes" >"$t/frame"
	"$RANGELEY" replay $scenario --quiet --results "$t/$name.d" --in "wm0=$t/frame" \
	    --hops "$t/log" "$@" >"$t/out" 2>&1 &&
	    jq -r '.WIRE_RX as $t | to_entries[3:][] |
		"\(.key) \((.value - $t) * 12 | round)"' "$t/log" >"$t/$name"
}
in_ns() { awk '{ printf "%s %.3f\n", $1, $2 / 12 }' "$1"; }

# ---- golden
all_golden() {
	echo '# Hops of the first frame through scenarios/mpsafe-8cores.ini: bytes, hop,'
	echo '# ns since the first.  Written by tests/app/hops_test.sh new'
	for bytes in 60 1514; do
		one "g$bytes" $bytes || return
		in_ns "$t/g$bytes" | sed "s/^/$bytes /"
	done
}
if [ "$parts" = ' new ' ]; then
	all_golden >"$t/new" && cp "$t/new" $golden
	exit
fi

# The list, from the page that is made of it (cli_test.sh compares that).
"$RANGELEY" show hops | sed -n 's/^| \([A-Z_]*\) | [a-z]* | .*/\1/p' >"$t/list"

# ordered NAME: all hops are there, in order
ordered() {
	cut -d' ' -f1 "$t/$1" | cmp - "$t/list" >"$t/out" 2>&1 &&
	    awk '{ at[$1] = $2 }
		$1 != "MEM_WRITE" { bad += $2 < last; last = $2 }
		END { exit bad || at["MEM_WRITE"] < at["RX_DMA"] ||
		    at["MEM_WRITE"] > at["LAPIC"] }' "$t/$1"
}

# sums NAME: what stats.json says of the only frame: the times of hops are differences
# of stamps, and without MEM_WRITE their sum is the latency; to 0.1 ns each
sums() {
	jq -r '(.hops_ns[] | "\(.hop) \(.max)"), "all \(.latency_ns.max)"' \
	    "$t/$1.d/stats.json" >"$t/out"
	awk 'function off(x) { return x > 0.051 || x < -0.051 }
	NR == FNR { took[$1] = $2 / 12 - before
		if ($1 != "MEM_WRITE") before = $2 / 12; next }
	$1 == "all" { bad += sum - $2 > 1 || $2 - sum > 1 || off(before - $2); next }
	{ n++; bad += off(took[$1] - $2) }
	$1 != "MEM_WRITE" { sum += $2 }
	END { exit bad || n != 20 }' "$t/$1" "$t/out"
}

case $parts in
*" golden "*)
	all_golden >"$t/golden"
	diff $golden "$t/golden" >"$t/diff"
	rc=$?
	seen=$t/diff
	say $rc "one frame: the hops of $golden (if they should differ: $0 new)"
	seen=$t/out
	for bytes in 60 1514; do
		ordered g$bytes
		say $? "$bytes bytes: all hops, in the order of the list"
		sums g$bytes
		say $? "$bytes bytes: the times of hops add up to the latency"
	done
esac

# ---- double
# By how many such latencies a hop is later after the one before it when a key is
# doubled.  pcie.flight: bytes fly to memory; a descriptor is asked for and comes back,
# and then the frame's bytes.  The message's flight is a part of msi.latency, and the
# driver's tail is no DMA but uncached.flight.  pcie.completion: of the two reads only.
# All other hops: none.
flights='MEM_WRITE 1 TX_DMA 2 MAC_TX 2'
reads='TX_DMA 1 MAC_TX 1'

# double KEY TICKS HOPS BYTES.  "Before" leaves MEM_WRITE out, as in the order above; it
# is after RX_DMA.  Equal is equal but for two things:
# - in front of a frame's bytes there may be a request for descriptors on the link, as
#   how many are on the chip depends on how many came at once when the ring was filled:
#   20 bytes (tlp.c) at 2 GB/s, 10 ns, which the message waits for behind long frames;
# - the kernel meets the slices of DRAM's account, 102 cycles (mem/dram.c), elsewhere.
double() {
	one d "$4" --set "$1=$(($2 * 2 / 12))ns" || { say 1 "$1: it runs"; return; }
	awk -v hops="$3" -v latency="$2" '
	BEGIN { n = split(hops, h, " ")
		for (i = 1; i < n; i += 2) share[h[i]] = h[i + 1] }
	NR == FNR { base[$1] = $2; next }
	{ rise = $2 - base[$1]
		off = rise - ($1 == "MEM_WRITE" ? dma : before) - share[$1] * latency }
	$1 == "RX_DMA" { dma = rise }
	$1 != "MEM_WRITE" { before = rise }
	/^(MEM_WRITE|LAPIC) / { wrong = off != 0 && off != 120 && off != -120 }
	/^(CPU_INTR|WM_|BRIDGE_|SOFTINT|TX_DOORBELL)/ { wrong = off > 510 || off < -510 }
	!/^(MEM_WRITE|LAPIC|CPU_INTR|WM_|BRIDGE_|SOFTINT|TX_DOORBELL)/ { wrong = off != 0 }
	{ printf "%s %.3f ns%s\n", $1, rise / 12, wrong ? ": wrong" : ""; bad += wrong }
	END { exit bad || NR != 42 }' "$t/g$4" "$t/d" >"$t/out"
	say $? "$1 doubled, $4 bytes: each hop is later by its share"
	awk -v a="$(jq .latency_ns.max "$t/g$4.d/stats.json")" \
	    -v b="$(jq .latency_ns.max "$t/d.d/stats.json")" '{ rise = $2 }
	END { off = b - a - rise; exit b <= a || off > 0.11 || off < -0.11 }' "$t/out"
	say $? '.. the latency rises by what the last one says'
	[ "$(jq .trace_hash "$t/g$4.d/stats.json")" != \
	    "$(jq .trace_hash "$t/d.d/stats.json")" ]
	say $? '.. the trace is another'
}
case $parts in
*" double "*)
	for bytes in 60 1514; do
		[ -f "$t/g$bytes" ] || one g$bytes $bytes
		double pcie.flight 1800 "$flights" $bytes
		double pcie.completion 2400 "$reads" $bytes
	done
esac

# ---- many
# A message is sent at once and takes msi.latency, 350 ns, to be in IRR; what follows
# takes a CPU some time.
case $parts in
*" many "*)
	"$B/captool" udp 6000 1000 "$t/udp"
	"$RANGELEY" replay $scenario --quiet --results "$t/many" --in "wm0,wm2=$t/udp" \
	    --pps 10000 --hops "$t/log" >"$t/out" 2>&1
	say $? 'many frames run through'
	jq -cn --rawfile list "$t/list" '($list | split("\n")[:-1]) as $hops |
	    ($hops - ["MEM_WRITE"]) as $way | inputs | . as $f |
	    select((keys_unsorted[3:] == $hops and
		[$way[] | $f[.]] == ([$way[] | $f[.]] | sort) and
		.MEM_WRITE > .RX_DMA and .LAPIC >= .MEM_WRITE and
		.LAPIC >= .MSIX + 350 and .CPU_INTR > .LAPIC and
		.WM_INTR > .CPU_INTR and .WM_RXEOF > .WM_INTR and
		.BRIDGE_IN > .WM_RXEOF and .SOFTINT > .BRIDGE_IN and
		.BRIDGE_FWD > .SOFTINT and .WM_START > .BRIDGE_FWD and
		.TX_DOORBELL > .WM_START) | not)' "$t/log" >"$t/bad"
	[ "$(wc -l <"$t/log")" = 6000 ] && [ ! -s "$t/bad" ]
	rc=$?
	seen=$t/bad
	say $rc 'each frame has all hops, in order'
	seen=$t/out
	[ "$(jq -c '[.hops_ns[].n] | unique' "$t/many/stats.json")" = '[6000]' ]
	say $? 'stats.json has as many'
	"$RANGELEY" replay $scenario --quiet --results "$t/many" --in "wm0,wm2=$t/udp" \
	    --pps 400000 --hops "$t/log" wm_rxlimit=0 >"$t/out" 2>&1
	jq -c '. as $f | [("RX_DMA", "WM_RXEOF", "BRIDGE_IN", "SOFTINT", "BRIDGE_FWD",
		"WM_START", "TX_DOORBELL") | $f[.]] | select(. != sort or .[0] == null)' \
	    "$t/log" >"$t/bad"
	[ "$(wc -l <"$t/log")" -gt 2000 ] && [ ! -s "$t/bad" ]
	rc=$?
	seen=$t/bad
	say $rc 'busy: each has those that are its own, in order'
	seen=$t/out
esac
exit $bad

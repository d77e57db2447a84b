#!/bin/sh
# ipmi_test.sh [soak]: ipmi(4)'s thread polls the BMC with KERNEL_LOCK held, and who needs
# that lock waits: seen from outside alone, by frames that GENERIC forwards on CPU 0, one
# in 200 us each way, while the thread is on another CPU or not.
#
# The BMC takes the same time for each byte here.  A request has 5 (WRITE_START, two,
# WRITE_END, one), an answer 6, so that with 400 us for each no frame waits for more than
# 6 * 0.4 = 2.4 ms and one does for at least 2.4 ms less the 200 us between frames and the
# 112 us of EITR.  A byte of 2 ms is given up after 500 looks, of 0.9 us (uncached.port)
# and at least 1 us each: 0.95 to 1.4 ms.  A wait for wm_tick is 0.5 ms at the most.
#
# A reading each half second: it takes 50 ms (5 ticks and up to one more), the bytes, and
# the tick in which half a second ends: from 0.55 to 0.62 s from one to the next, and the
# two parts of one 50 to 65 ms apart; seen by frames 0.2 ms apart.
#
# Twins: drivers that are MPSAFE and that never sleep for a byte; with `soak' also those
# that look 5000 times, that read too often, that leave no time to answer, and that do
# not heed ipmi_cpu and ipmi.
set -u
: "${B:=build}"
LC_ALL=C
export LC_ALL
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen="$t/out"
image=GENERIC
"$B/captool" udp 13000 100000 "$t/udp"

# replay BYTE NAME=VALUE...: 1.3 s of it; $t/late: "ms of wire, ms late" of the frames
# that took over 0.6 ms
replay() {
	byte=$1
	shift
	"$B/rangeley" replay scenarios/generic.ini --image $image --quiet \
	    --results "$t/r" --in "wm0,wm2=$t/udp" --hops "$t/log" \
	    --set "bmc.byte=$byte" --set bmc.tail=0us --set bmc.max=100ms "$@" \
	    >"$t/out" 2>&1 &&
	    jq -r '[.WIRE_RX, .WIRE_TX - .WIRE_RX] | map(. / 1e6) |
		select(.[1] > 0.6) | @tsv' "$t/log" | sort -n >"$t/late" &&
	    [ "$(jq '.frames | .in == .out and .dropped.pktq == 0' \
		"$t/r/stats.json")" = true ]
}
worst() { awk '$2 > w { w = $2 } END { printf "%.3f\n", w }' "$t/late"; }
between() { echo "$1" | awk -v a="$2" -v b="$3" '{ exit !($1 >= a && $1 <= b) }'; }

holds() { replay 400us ipmi_cpu=3 "$@" && between "$(worst)" 2.05 2.9; }
gives_up() { replay 2ms ipmi_cpu=3 "$@" && between "$(worst)" 0.95 1.6; }
# When frames began to be late, after 20 ms in which none was.
bursts() { awk '$1 > t + 20 { print $1 } { t = $1 }' "$t/late"; }
rhythm() {
	bursts | awk '{ b[NR] = $1 } END {
	    exit !(NR == 4 && b[2] - b[1] >= 49.8 && b[2] - b[1] <= 65 &&
		b[4] - b[3] >= 49.8 && b[4] - b[3] <= 65 &&
		b[3] - b[1] >= 549.8 && b[3] - b[1] <= 620) }'
}
user() { jq -c '[.cpus[] | select(.user > 0.005) | .id]' "$t/r/stats.json"; }
moves() { replay 400us ipmi_cpu=5 "$@" && [ "$(user)" = '[5]' ]; }
beats() { holds "$@" && rhythm; }
off() { replay 400us ipmi=off "$@" && [ "$(user)" = '[]' ] && [ ! -s "$t/late" ]; }

holds
say $? "the lock is held for the bytes of an answer: a frame is $(worst) ms late"
rhythm
say $? "a reading each half second: bursts at $(bursts | tr '\n' ' ')ms"
gives_up
say $? "a byte of 2 ms is slept for after 500 looks: $(worst) ms late"
moves
say $? "ipmi_cpu: the thread is on CPU $(user)"
replay 400us ipmi_cpu=0 && [ "$(user)" = '[0]' ] && [ ! -s "$t/late" ]
say $? 'on the CPU of the interrupts, where the lock recurses, none is late'
off
say $? 'ipmi=off: none is late, no CPU has work'
replay 400us ipmi_cpu=3 --set bmc.present=0 && [ "$(user)" = '[]' ] && [ ! -s "$t/late" ]
say $? 'nor where there is no BMC'
replay 400us ipmi_cpu=3 --image NET_MPSAFE wm_queues=1 && [ "$(user)" = '[3]' ] &&
    [ ! -s "$t/late" ]
say $? 'NET_MPSAFE does not need the lock: none is late'

tests/app/twin_kernel.sh GENERIC >"$t/out" 2>&1
say $? 'a driver with errors builds'
image=GENERIC-twins
holds bug=0
say $? "bug=0: it is the one that was"

# twin N CHECK what: the driver is wrong, and the check sees it
twin() {
	! "$2" bug="$1" && [ -s "$t/r/stats.json" ]
	say $? "twin $1, $3: $2 sees it: $(worst) ms late, CPU $(user)"
}
twin 21 holds 'KTHREAD_MPSAFE'
twin 22 gives_up 'never sleeps for a byte'
[ "${1-}" = soak ] || exit $bad
twin 23 gives_up 'looks 5000 times'
twin 24 beats 'reads four times a second'
twin 25 beats 'leaves no time to answer'
twin 26 moves 'does not heed ipmi_cpu'
twin 27 off 'does not heed ipmi=off'
exit $bad

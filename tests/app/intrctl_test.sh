#!/bin/sh
# intrctl_test.sh: `rangeley intrctl', its events in scenarios, and interrupts that move
# under traffic.
#
#	intrctl_test.sh [PART...]	command, wrong, policy, moves, twin; none: all
#	intrctl_test.sh soak		10^4 moves
#
# moves: of each message that a port has sent one interrupt came of, on the CPUs that had
# the vector; each frame comes out, and nothing is left in a queue at the end.
# twin: kernels that lose some: 1 without the pin's mask, 2 that unmask before the
# route is new, 3 that forget counts, 4 whose nointr leaves interrupts where they are.
set -u
: "${B:=build}"
LC_ALL=C
export LC_ALL
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen="$t/out"
cp scenarios/mpsafe.ini scenarios/mpsafe-8cores.ini "$t"
scenario=scenarios/mpsafe-8cores.ini
mixed=$B/replay/mixed.pcap
image=NET_MPSAFE
parts=" ${*:-command wrong policy moves twin} "

intrctl() {
	what=$1
	shift
	"$B/rangeley" intrctl "$what" --image "$image" "$@" >"$t/out" 2>"$t/err"
}
of_folder() { "$B/rangeley" intrctl list "$@" >"$t/out" 2>"$t/err"; }
on() { awk -v n="$1" '$NF == n { print $(NF - 1) }' "$t/out"; }	# CPU of a device, list -c
rows() { sed 1d "$t/out" | grep -c "${1:-.}"; }

# An INI file of rotating events, each PERIOD, for the receive vectors.
rotate() {	# file period
	{
		printf '[scenario]\ninherit = mpsafe-8cores.ini\n[events]\n'
		for v in wm0RX0 wm0RX1 wm0RX2 wm0RX3 wm2RX0 wm2RX1 wm2RX2 wm2RX3; do
			echo "10ms+$2 = intrctl affinity -i $v -c next"
		done
	} >"$1"
}

# lossless SCENARIO option...: nothing lost, and messages are interrupts
lossless() {
	"$B/rangeley" replay "$@" --image "$image" --limit "${limit:-400ms}" --quiet --results "$t/r" >"$t/out" 2>&1 &&
	    jq -e '(.frames | .in == .out and .in_flight == 0 and .in_kernel == 0 and
		([.dropped[]] | add) == 0) and
		([.ports[].in_flight[]] | add) == 0 and
		([.vectors[] | select(.name | test("wm[0-9][RT]X")) |
		    .messages == .interrupts and (.counts | add) == .interrupts] | all)' \
		"$t/r/stats.json" >"$t/jq"
}
moved() { grep -c '^events: [0-9]* us: intrctl,affinity' "$t/out"; }
# All CPUs have had each receive vector of wm0 and wm2.
spread() {
	jq -e '[.vectors[] | select(.name | test("wm[02]RX")).counts[] > 0] |
	    length == 64 and all' "$t/r/stats.json" >"$t/jq"
}

# ---- the command
command() {
	intrctl list "$scenario"
	[ $? -eq 0 ] && [ "$(rows)" -eq 36 ] && [ "$(rows '\*')" -eq 36 ] &&
	    [ "$(head -n 1 "$t/out")" = 'interrupt id CPU0  CPU1  CPU2  CPU3  CPU4  CPU5  CPU6  CPU7  device name(s)' ] &&
	    grep -qx 'msix0 vec 4     0     0     0     0     0\*    0     0     0  wm0RX0' "$t/out"
	say $? 'list: as NetBSD prints it'
	intrctl list -c "$scenario"
	[ "$(head -n 1 "$t/out")" = 'interrupt id                total   aff device name(s)' ] &&
	    grep -qx 'msix2 vec 7                     0     3 wm2RX3' "$t/out"
	say $? 'list -c'
	intrctl list --json "$scenario" && jq -e '.tables | length == 1 and
	    (.[0] | length == 36 and (map(select(.name == "wm0RX1")) ==
	    [{"id": "msix0 vec 5", "name": "wm0RX1", "cpu": 5, "interrupts": 0,
	    "counts": [0, 0, 0, 0, 0, 0, 0, 0]}]))' "$t/out" >"$t/jq"
	say $? 'list --json'
	for id in 'msix0 vec 4' msix0_vec_4 wm0RX0; do
		intrctl affinity -i "$id" -c 2 "$scenario" &&
		    grep -q '^msix0 vec 4     0     0     0\*' "$t/out" &&
		    grep -qF "write into $scenario: [affinity] $id = 2" "$t/err"
		say $? "affinity -i '$id' -c 2"
	done
	intrctl affinity -i wm0RX0 -c next "$scenario" &&
	    grep -q '^msix0 vec 4 .* 0\*    0     0  wm0RX0$' "$t/out"
	say $? 'affinity -c next: from CPU 4 to 5'
	intrctl nointr -c 4 "$scenario" && [ "$(rows)" -eq 36 ] &&
	    ! awk '{ print $8 }' "$t/out" | grep -q '\*'
	say $? 'nointr -c 4: none is left there'
	grep -qF "write into what \`rangeley show config $scenario' prints, as its section is inherited: [setup] 9 = intrctl nointr -c 4" "$t/err" &&
	    "$B/rangeley" show config "$scenario" >"$t/own.ini" &&
	    intrctl nointr -c 4 "$t/own.ini" && grep -qF "write into $t/own.ini: [setup] 9 = " "$t/err"
	say $? '.. and where to write that: a section of its own would end the inherited one'
	cat >"$t/ni.ini" <<-'END'
		[scenario]
		inherit = mpsafe-8cores.ini
		[events]
		20ms = intrctl nointr -c 4
		35ms = intrctl affinity -i wm0RX3 -c 4
		36ms = intrctl intr -c 4
		37ms = intrctl affinity -i "msix0 vec 6" -c 4
	END
	! intrctl list -c --at 40ms "$t/ni.ini" && grep -q '^intrctl: wm0RX3 to CPU 4: EINVAL' "$t/err" &&
	    grep -qF "$t/ni.ini:5: 35ms = intrctl affinity -i wm0RX3 -c 4: refused with 1" "$t/err"
	say $? 'after nointr a CPU can be given none'
	sed -i '/wm0RX3/d' "$t/ni.ini"
	intrctl list -c --at 40ms "$t/ni.ini" && [ "$(on wm0RX2)" = 4 ] &&
	    [ "$(on wm0RX0)" != 4 ] && [ "$(awk '$(NF - 1) == 4' "$t/out" | wc -l)" -eq 1 ]
	say $? 'after intr it can; what was moved away does not come back by itself'
	intrctl list -z "$scenario" --in "wm0,wm2=$mixed" --limit-frames 100
	[ $? -eq 0 ] && [ "$(rows)" -ge 10 ] && [ "$(rows wm1)" -eq 0 ] &&
	    [ "$(awk '/RX/ { n += $4 + $5 + $6 + $7 + $8 + $9 + $10 + $11 }
		END { print n }' "$t/out")" -eq 200 ]
	say $? 'list -z, with frames: those that came, and as many as frames'
	cp "$t/out" "$t/table"
	"$B/rangeley" replay "$scenario" --image "$image" --quiet --results "$t/r" \
	    --in "wm0,wm2=$mixed" --limit-frames 100 >"$t/out" 2>&1 &&
	    of_folder -z "$t/r" && cmp -s "$t/table" "$t/out"
	say $? "list of the run's folder: the same table"
	of_folder -z --json "$t/r" && [ "$(jq -r '.tables[0][] | "\(.interrupts > 0) \(.name)"' "$t/out")" = \
	    "$(awk 'NR > 1 { print "true", $NF }' "$t/table")" ]
	say $? 'list -z --json: those'
	intrctl list -c "$scenario" -w 0.002 --in "wm0,wm2=$mixed" --limit-frames 100
	[ $? -eq 0 ] && awk '/^interrupt/ { n++ } /RX/ { sum += $4; if ($4) in_table[n] }
	    END { for (n in in_table) tables++; exit sum != 200 || tables < 2 }' "$t/out"
	say $? 'list -w: tables of differences, which add up to all frames'
	intrctl affinity -i wm0RX0 -c 1 --at 12ms "$scenario" --in "wm0,wm2=$mixed" \
	    --limit-frames 300
	[ $? -eq 0 ] && awk '$NF == "wm0RX0" { ok = $5 + 0 > 0 && $5 ~ /\*/ && $8 > 0 }
	    END { exit !ok }' "$t/out" &&
	    grep -qF '[events] 12ms = intrctl affinity -i "wm0RX0" -c 1' "$t/err"
	say $? 'affinity --at: counts before on the old CPU, then on the new one'
}

# ---- what is refused, and where it says that it is written
refused() {	# code pattern
	[ $? -eq "$1" ] && grep -Eq -e "$2" "$t/err"
	say $? "refused: $2"
}
scenario_is() {	# line...
	printf '[scenario]\ninherit = mpsafe.ini\n' >"$t/s.ini"
	printf '%s\n' "$@" >>"$t/s.ini"
	"$B/rangeley" run "$t/s.ini" --image "$image" >"$t/out" 2>"$t/err"
}
wrong() {
	scenario_is '[affinity]' 'wm0RX0 = 1' 'wm0RX9 = 1'
	refused 2 "^rangeley: $t/s.ini:5: wm0RX9 = 1: refused with 2; "
	grep -q "^intrctl: wm0RX9: no such interrupt; .intrctl list' shows" "$t/out"
	say $? 'the kernel says why'
	scenario_is '[events]' '1ms = echo' '2ms = intrctl affinity -i "msix9 vec 4" -c 1'
	refused 2 "^rangeley: $t/s.ini:5: 2ms = intrctl affinity .*: refused with 2"
	scenario_is '[setup]' '1 = intrctl list -q'
	refused 2 "^rangeley: $t/s.ini:4: 1 = intrctl list -q: refused with 2"
	scenario_is '[events]' '1ms+2ms = intrctl nointr'
	[ "$(grep -c 'refused with' "$t/err")" -eq 1 ]
	refused 0 "^rangeley: $t/s.ini:4: 1ms.2ms = intrctl nointr: refused with 2"
	scenario_is '[affinity]' 'wm0RX0 = 8'
	refused 2 "$t/s.ini:4: wm0RX0 = 8: write a CPU"
	scenario_is 'cpus = 4' '[affinity]' 'wm0RX0 = 4'
	refused 2 "$t/s.ini:5: wm0RX0 = 4: there are CPUs 0 to 3"
	# Two CPUs have no room for all vectors of four ports on one.
	intrctl nointr -c 0 scenarios/mpsafe.ini --cpus 2
	refused 1 '^intrctl: nointr -c 0: [0-9]+ handlers stay there'
	scenario_is '[events]' '1s = intrctl nointr -c 8'
	refused 2 "$t/s.ini:4: 1s = intrctl nointr -c 8: there are CPUs 0 to 7"
	intrctl affinity -i wm0RX0 -c 4 "$scenario" --cpus 4
	refused 2 'scenarios/mpsafe-8cores.ini:[0-9]+: wm0RX0 = 4: there are CPUs 0 to 3'
	intrctl affinity -i wm0RX0 -c 8 "$scenario"
	refused 2 'command line: setup = .* there are CPUs 0 to 7'
	intrctl affinity -i wm9 -c 1 "$scenario"
	refused 2 'command line: setup = .* refused with 2'
	intrctl nointr -c 0 scenarios/mpsafe.ini --cpus 1
	refused 1 '^intrctl: nointr -c 0: no other CPU takes interrupts'
	intrctl affinity -c 1 "$scenario"
	refused 2 'which interrupt\?'
	intrctl intr "$scenario"
	refused 2 'which CPU\?'
	intrctl list
	refused 2 'which machine. give a scenario'
	intrctl moon "$scenario"
	refused 2 'write list, affinity, intr or nointr'
	of_folder "$t"
	refused 2 "$t/stats.json: .*; give the folder"
	intrctl nointr -c 1 "$t"
	refused 2 "$t: this run is over; give a scenario"
	for option in wm_eitr=100 --in=wm0=x --set=l1d.hit=4cyc --cpus=2 --out=wm0=x; do
		of_folder "$t" "$option"
		refused 2 "$t: this run is over; give a scenario"
	done
	intrctl list -w 2parsec "$scenario"
	refused 2 '-w 2parsec: '
}

# ---- where vectors go at first
policy() {
	for p in 'rr0 8 0 4 7 0' 'rr1 8 1 5 0 1' 'rr0 3 0 1 1 2'; do
		# shellcheck disable=SC2086 # words
		set -- $p
		intrctl list -c scenarios/mpsafe.ini --cpus "$2" intr_distribute="$1" &&
		    [ "$(on wm0TX0) $(on wm0RX0) $(on wm3RX3) $(on wm2LINK)" = \
		    "$3 $4 $5 $6" ]
		say $? "intr_distribute=$1, $2 CPUs"
	done
	intrctl list -c scenarios/mpsafe.ini && [ "$(on wm0TX0) $(on wm0RX3) $(on wm0LINK)" = '0 0 0' ]
	say $? 'without: CPU 0, as long as it has room'
	intrctl list -c "$scenario" intr_distribute=rr1 && [ "$(on wm0RX0) $(on wm1RX0)" = '4 5' ]
	say $? '[affinity] comes after'
	intrctl list scenarios/mpsafe.ini intr_distribute=moon
	[ $? -eq 2 ] && grep -q "^boot property intr_distribute: it cannot be .moon'" "$t/err"
	say $? 'intr_distribute=moon is refused'
}

# ---- moves under traffic
moves() {
	rotate "$t/rotate.ini" 2ms
	lossless "$t/rotate.ini" --in "wm0,wm2=$mixed" && [ "$(moved)" -ge 200 ] && spread
	say $? "$(moved) moves: no frame and no interrupt is lost"
	lossless scenarios/rotate.ini --in "wm0,wm2=$mixed" && spread &&
	    [ "$(grep -c '^interrupt id' "$t/out")" -ge 3 ]
	say $? 'scenarios/rotate.ini'
}

soak() {
	"$B/captool" udp 40000 12000 "$t/udp"
	rotate "$t/rotate.ini" 320us
	limit=2s
	lossless "$t/rotate.ini" --in "wm0,wm2=$t/udp" && [ "$(moved)" -ge 10000 ] && spread
	say $? "$(moved) moves: no frame and no interrupt is lost"
}

# ---- twins
twin() {
	tests/app/twin_kernel.sh NET_MPSAFE >"$t/out" 2>&1
	say $? 'the twins build'
	image=NET_MPSAFE-twins
	rotate "$t/rotate.ini" 2ms
	lossless "$t/rotate.ini" --in "wm0,wm2=$mixed" bug=0
	say $? 'bug=0 loses nothing'
	for bug in 1 2 3; do
		! lossless "$t/rotate.ini" --in "wm0,wm2=$mixed" bug=$bug
		say $? "bug=$bug is noticed: $(jq -c '[.frames.in, .frames.out]' "$t/r/stats.json")"
	done
	intrctl nointr -c 4 "$scenario" bug=4
	refused 1 '^intrctl: nointr -c 4: [0-9]+ handlers stay there' # bug=4 is noticed
}

for part in $parts; do
	$part
done
exit $bad

#!/bin/sh
# explain_test.sh: `rangeley explain': what cycles went to adds up to the time that
# passed; the machine does the same as without; a slower memory, or a dearer transfer
# between modules, is found where it belongs and nowhere else; lines that two CPUs
# write have their names.  Twins: explain_twins.sh.
#
#	explain_test.sh [PART...]
set -u
: "${B:=build}" "${RANGELEY:=$B/rangeley}"
LC_ALL=C
export LC_ALL
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
parts=" $* "
part() { case $parts in '  ' | *" $1 "*) ;; *) return 1 ;; esac; }
"$B/captool" udp 1500 10000 "$t/in" 1 74

# explain NAME SCENARIO OPTION...
explain() {
	name=$1 scenario=$2
	shift 2
	seen="$t/err"
	"$RANGELEY" explain "scenarios/$scenario.ini" --in "wm0,wm2=$t/in" \
	    --pps 60000 --json --quiet "$@" >"$t/$name" 2>"$t/err"
	say $? "$name runs"
	seen="$t/$name.all"
	jq .all "$t/$name" >"$t/$name.all"
}
holds() { jq -e "$2" "$t/$1" >/dev/null 2>&1; }
# grows WHAT FILE FILE LEAST MOST
grows() {
	jq -en --slurpfile a "$t/$2" --slurpfile b "$t/$3" \
	    "(\$b[0].all.kinds.$1 / \$a[0].all.kinds.$1) as \$r | \$r >= $4 and \$r <= $5" \
	    >/dev/null 2>&1
}
explain two mpsafe-2cores

if part sum; then
	holds two '.cpus | length == 8'
	say $? 'there are 8 CPUs'
	# Figures have 4 digits; a CPU may be at most a poll's distance off.
	holds two '.time_cycles as $t | [.cpus[].cycles / $t | . > 0.999 and . < 1.001] | all'
	say $? "each CPU's cycles are the time that passed"
	holds two '[.all, .cpus[]] | [.[] | .cycles - ([.kinds[]] | add) | fabs < 0.01] | all'
	say $? 'kinds add up'
	holds two '[.cpus[] | .cycles - ([.contexts[]] | add) | fabs < 0.01] | all'
	say $? 'contexts add up'
	holds two '.all.cycles - ([.functions[].cycles] | add) | fabs < 0.5'
	say $? 'functions add up'
	holds two '.all.kinds.idle / .all.cycles > 0.75'
	say $? 'six CPUs and more sleep'
	holds two '[.cpus[] | (.kinds | [.dram_clean, .same_transfer, .other_transfer,
	    .same_upgrade, .other_upgrade, .held] | map(. // 0) | add) -
	    (.lines_of_module | add) | fabs < 0.01] | all'
	say $? "others' lines add up by module"
	holds two '(.cpus[0].lines_of_module | .[2] > 0.5 * add and .[2] > 20 * .[0]) and
	    (.cpus[4].lines_of_module | .[0] > 0.5 * add and .[0] > 20 * .[2])'
	say $? 'most of which two CPUs have from each other'
	holds two '(.time_ns * 2.4 / .frames) / .time_cycles | . > 0.9999 and . < 1.0001'
	say $? 'a cycle is 1/2.4 ns'
	holds two '[.cpus[0, 4] | .contexts.softint > 500 and .contexts.interrupt > 1000] | all'
	say $? 'both CPUs take interrupts and forward'
fi
if part same; then
	"$RANGELEY" replay scenarios/mpsafe-2cores.ini --in "wm0,wm2=$t/in" \
	    --pps 60000 --json --quiet --results "$t/r" >"$t/replay" 2>"$t/err"
	seen="$t/replay"
	[ -n "$(jq -r '.trace_hash // empty' "$t/replay")" ] &&
	    [ "$(jq -r .trace_hash "$t/replay")" = "$(jq -r .trace_hash "$t/two")" ]
	say $? 'the machine does the same as without'
	# On four cores at a high rate CPUs get in each other's way: a look at a time of
	# its own would change who is first.
	"$RANGELEY" replay scenarios/mpsafe-4cores.ini --in "wm0,wm2=$t/in" --pps 300000 \
	    --json --quiet --results "$t/r" >"$t/replay" 2>"$t/err"
	"$RANGELEY" explain scenarios/mpsafe-4cores.ini --in "wm0,wm2=$t/in" --pps 300000 \
	    --json --quiet --after 123457ns >"$t/four" 2>"$t/err"
	say $? 'explained from an uneven time on'
	[ "$(jq -r .trace_hash "$t/replay")" = "$(jq -r .trace_hash "$t/four")" ]
	say $? 'and from any time on'
fi
# traces FOLDER FILE: the same one
traces() { [ "$(sed -n 's/^trace //p' "$1/MANIFEST")" = "$(jq -r .trace_hash "$2")" ]; }
# again STATUS WORD WHAT FOLDER OPTION...: explain of it ends so, and says so
again() {
	status=$1 word=$2 what=$3
	shift 3
	seen="$t/err"
	"$RANGELEY" explain "$@" --json --quiet >"$t/again" 2>"$t/err"
	[ $? -eq "$status" ] && { [ "$status" -eq 0 ] || grep -q "$word" "$t/err"; }
	say $? "$what"
}
if part run; then
	cp "$t/in" "$t/in2"
	"$RANGELEY" replay scenarios/mpsafe-2cores.ini --in "wm0,wm2=$t/in2" --pps 60000 \
	    --json --quiet --results "$t/r" --set dram.latency=100ns wm_rxlimit=4 \
	    >"$t/replay" 2>"$t/err"
	again 0 '' 'a replay is run again, with its options' "$t/r"
	traces "$t/r" "$t/again" && [ "$(jq -r .trace_hash "$t/replay")" = \
	    "$(jq -r .trace_hash "$t/again")" ] && holds again '.all.cycles > 0'
	say $? 'and is the same'
	mv "$t/in2" "$t/in3"
	again 2 "MANIFEST: its capture $t/in2: No such file" 'a capture that is not there is said' "$t/r"
	mv "$t/in3" "$t/in2"
	again 2 'without --pps=5' 'other options are refused' "$t/r" --pps 5
	for option in --set=l1d.hit=4cyc --machine=none --image=none --limit=1ms --ram=16MiB \
	    --cpus=4 --modules=01230123 --exact-order --out=wm0=o --drops=d --hops=h \
	    --results=r; do
		name=${option#--}
		again 2 "without --${name%%=*};" ".. $option, too" "$t/r" "$option"
	done
	again 2 'results r: of this nothing is written' 'explain writes no folder' \
	    "$t/r/config.ini" --in "wm0,wm2=$t/in2" --results r
	sed -i 's/^dram.latency.*/dram.latency = 90ns/' "$t/r/config.ini"
	again 2 'machine was another' 'another machine is noticed' "$t/r"
	sed -i 's/^dram.latency.*/dram.latency = 100ns/' "$t/r/config.ini"
	"$B/captool" udp 1500 10000 "$t/in2" 2 74
	again 3 'trace was' 'another capture is noticed' "$t/r"
	sed -i 's/^image .*/image NET_MPSAFE 0123456789abcdef/' "$t/r/MANIFEST"
	again 2 'image was another' 'another image is noticed' "$t/r"
	timeout --foreground -s INT 1 "$RANGELEY" replay scenarios/mpsafe-2cores.ini --in "wm0,wm2=$t/in" \
	    --quiet --loop 100 --results "$t/cut" >"$t/replay" 2>"$t/err"
	again 2 'run was interrupted' 'one that was interrupted is refused' "$t/cut"
	"$RANGELEY" replay scenarios/mpsafe-2cores.ini --in "wm0,wm2=$t/in" --pps 60000 \
	    --limit 70ms --quiet --results "$t/limited" >"$t/replay" 2>"$t/err"
	again 4 'run limit reached' 'of one that a limit has cut, what there was' "$t/limited"
	holds again '.frames > 100 and (.all.cycles / .time_cycles - 8 | fabs) < 0.001' &&
	    traces "$t/limited" "$t/again"
	say $? 'and all of its cycles until then'
	rm "$t/r/MANIFEST"
	again 2 'that replay or trial has written' 'what is no run is said' "$t/r"
	"$RANGELEY" trial scenarios/mpsafe-4cores.ini --frame-size 74 --pps 300000 \
	    --duration 2ms --json --quiet --results "$t/t" >"$t/trial" 2>"$t/err"
	again 0 '' 'a trial is run again' "$t/t"
	traces "$t/t" "$t/again"
	say $? 'and is the same'
	"$RANGELEY" trial scenarios/mpsafe-4cores.ini --frame-size 74 --pps 300000 \
	    --duration 2ms --json --quiet --explain >"$t/explained" 2>"$t/err"
	[ "$(jq -S 'del(.explain)' "$t/explained")" = "$(jq -S . "$t/trial")" ]
	say $? '--explain of a trial leaves its figures as they are'
	# What was explained again is all of it but hash and name.
	[ "$(jq -S .explain "$t/explained")" = "$(jq -S 'del(.run, .trace_hash)' "$t/again")" ]
	say $? 'and says the same as explain'
	holds explained '.explain.time_ns | . > 1990000 and . < 2010000'
	say $? 'of the time while frames are sent'
fi
# at HOP WHAT: figures of a hop, as jq has them
at() { echo "(.hops[] | select(.hop == \"$1\") | $2 // 0)"; }
one='. > 0.98 and . < 1.02'
if part hops; then
	seen="$t/two"
	holds two '.all.cycles - ([.hops[].cycles] | add) | fabs < 0.01'
	say $? 'hops add up'
	holds two '.all.cycles - ([.hops[].cpus[]] | add) | fabs < 0.1'
	say $? 'and so do their CPUs'
	holds two '. as $e | [.all.counts | keys[]] | all(. as $k |
	    ([$e.hops[].counts[$k] // 0] | add) - $e.all.counts[$k] | fabs < 0.01)'
	say $? 'and what is counted'
	# A frame at a time: its buffer is given to the chip, then its own tail.
	holds two "$(at WM_RXEOF .counts.mmio_writes) | $one"
	say $? "the receive ring's tail is written for each frame by WM_RXEOF"
	holds two "$(at WM_START .counts.mmio_writes) | $one"
	say $? "the transmit ring's by WM_START"
	holds two "[$(at BRIDGE_IN .counts.mmio_writes), $(at SOFTINT .counts.mmio_writes),
	    $(at BRIDGE_FWD .counts.mmio_writes)] | add < 0.01"
	say $? 'and no other device by what is between'
	# The input's member, then the forwarder's two: each taken and dropped.
	holds two "$(at BRIDGE_IN .counts.locked) + $(at BRIDGE_FWD .counts.locked) >= 6"
	say $? 'references are taken and dropped in BRIDGE_IN and BRIDGE_FWD'
	explain generic generic
	reads=.all.counts.mmio_reads
	holds generic "$(at WM_INTR .counts.mmio_reads) > 0.9 * $reads and
	    $(at WM_INTR .counts.mmio_reads) + $(at CPU_INTR .counts.mmio_reads) > 0.99 * $reads"
	say $? "GENERIC's handler reads the causes, and nobody else more than the IOAPIC"
fi
if part insns; then
	explain insns mpsafe-2cores --instructions
	[ "$(jq -r .trace_hash "$t/insns")" = "$(jq -r .trace_hash "$t/two")" ]
	say $? 'an image that counts instructions does the same'
	# Two are issued in a cycle at the most.
	holds insns '.all | .counts.instructions as $n | $n > 4000 and
	    $n < 2 * .kinds.issue'
	say $? 'instructions are counted, at most two of a cycle'
	holds insns '.all.counts.instructions - ([.hops[].counts.instructions] | add) |
	    fabs < 0.01'
	say $? 'by hop'
	holds insns '[.hops[].counts | .instructions > .reads + (.writes // 0) - (.locked // 0)] | all'
	say $? 'of each hop, more than it has accesses'
	seen="$t/err"
	"$RANGELEY" explain --image micro --instructions >"$t/out" 2>"$t/err"
	[ $? -eq 2 ] && grep -q 'make .*micro/image-insns.elf' "$t/err"
	say $? 'an image that is not there is said, and how it is made'
fi
if part l2; then
	holds two '[.l2 | .in_l2, .touched, .touched_by_cpu] ==
	    [.l2.owners | [.[].in_l2], [.[].touched], [.[].touched_by_cpu] |
	    transpose | map(add)]'
	say $? "owners' bytes add up"
	# No queue has as many frames as its ring has buffers (256), and the bridge looks
	# at the first line of each of the 1500.
	holds two '[.l2.owners[] | select(.owner | test("RXQ. buffers")) | .touched[]] |
	    add / 64 | . > 1490 and . < 1510'
	say $? "each frame's buffer is touched, a line of it"
	holds two '[.l2.owners[] | select(.owner | test("RXQ. buffers")) |
	    (.touched | add / 64) | . > 94 and . < 281] | length == 8 and all'
	say $? 'of 8 queues, each half to one and a half times its share'
	holds two '[.l2.owners[] | select(.owner | test("wm0 RXQ. buffers"))
	    .touched_by_cpu] | transpose | map(add) | .[4] / add > 0.98'
	say $? 'of wm0 by CPU4, whose vectors they are'
	holds two '. as $e | .l2.owners[] | select(.owner == "text").touched_by_cpu |
	    add >= 64 * ($e.functions | length)'
	say $? 'a line of each function is touched, or more'
	explain little mpsafe-1core --set l2.size=128KiB
	holds little '.l2 | .bytes == 131072 and .in_l2[2] > 0.9 * .bytes and
	    (.in_l2 | max) <= .bytes and .touched[2] > .bytes'
	say $? 'a small L2 is full of a larger working set'
fi
if part lines; then
	seen="$t/two"
	holds two '[.lines[] | select(.function == "atomic_inc_uint" and
	    (.field | endswith("->bif_refs")) and (.from | startswith("other_")))
	    .times] | add > 0.9'
	say $? "members' reference counts move to and fro"
	# Drivers' memory, which only void pointers lead to, and its arrays.
	for field in 'wm_softc(wm0).sc_rxq[].rxq_descs[].' 'wm_softc(wm2).sc_rxq[].rxq_soft[].' \
	    spc_sched_info-\>r_avgcount; do
		holds two "[.lines[] | select(.field | contains(\"$field\"))] != []"
		say $? "there is a line of $field"
	done
	holds two '[.locks[].lock] | contains(["wm_softc(wm0).sc_txq[0].txq_lock",
	    "wm_softc(wm2).sc_rxq[3].rxq_lock"]) and all(startswith("cpu_info") | not)'
	say $? 'locks are those of queues, not what is looked at beside them'
	explain one mpsafe-1core
	holds one '[.lines[] | select(.from | startswith("other_")) |
	    select(.field | test("bif_refs"))] | length == 0'
	say $? 'but not when one CPU does all'
	holds one '.all.kinds.other_transfer < 500'
	say $? 'which has nearly nothing from others'
fi
if part dram; then
	explain slow mpsafe-2cores --set dram.latency=480cyc
	# A prefetched line may be there by then as before.
	grows dram two slow 1.5 2.3
	say $? 'a memory that takes twice as long is in dram'
	grows issue two slow 0.98 1.02
	say $? 'and not in issue'
	grows other_transfer two slow 0.95 1.05
	say $? 'nor in transfers'
fi
if part transfer; then
	explain far mpsafe-2cores --set coherence.other_module=530cyc
	grows other_transfer two far 1.3 2.2
	say $? 'a dearer transfer between modules is in other_transfer'
	grows dram two far 0.93 1.07
	say $? 'and not in dram'
	grows issue two far 0.95 1.05
	say $? 'nor in issue'
fi
if part nothing; then
	seen="$t/err"
	"$RANGELEY" explain scenarios/mpsafe-1core.ini --in "wm0=$t/in" --quiet \
	    --limit-frames 5 --after 1s >"$t/out" 2>"$t/err"
	[ $? -eq 2 ] && grep -q -- '--after less' "$t/err"
	say $? 'nothing to explain is said'
fi
exit $bad

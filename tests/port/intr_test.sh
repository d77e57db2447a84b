#!/bin/sh
# intr_test.sh: interrupts as the facts (pcie-msix-apic.md, 6) have them, on
# eight CPUs (img/intr_tests.c has the expectations, which it derives).
#
#	hz deadline	100 ticks on each CPU in the second that has 2.4e9 cycles
#	ipi		none lost, none too many, by address and by shorthand
#	masked		IF, TPR and LVT hold back; what is equal merges
#	opened		what TPR lets in comes at the next poll point, whatever
#			the CPU waited for before that
#	nesting		by class of priority; EOI lets the next one in
#	halt mwait	10^4 sleeps on each CPU, woken at every phase
#	alone		devices are not ahead of a CPU that wakes itself
#	no-idt		a finding
#	latency		no wait is longer than the longest path without a poll
#			point that the build prints for the image; the image
#			misses nothing meanwhile
#	busy		the same while the others run
#
# All in production order and exactly.  Twins: the image without what protects
# it (broken=1), and simulators with one line changed.
# shellcheck disable=SC2016 # variables of jq
set -u
: "${B:=build}"
cc=$(cat "$B/flags.sim")	# sanitizers with it
image=$B/images/intr/image.elf
t=$(mktemp -d)
twin=$B/intr-twin
trap 'rm -rf "$t" "$twin"' EXIT

run() {	# program arg...
	program=$1
	shift
	timeout 100 "$program" run --image "$image" --json "$@" >"$t/out" \
	    2>"$t/err"
}
. tests/say.subr
seen="$t/err $t/out"
# The run ended with 1, and this was said.
finding() {	# exit code, text, what
	[ "$1" -eq 1 ] && grep -q "$2" "$t/err"
	say $? "$3"
}
counts() {
	jq -c '[.results[] | select(.name | startswith("count")) | .total_cyc]' \
	    "$t/out"
}

asleep='every CPU is halted and nothing is under way'
no_idt='interrupt 65, but the IDT ends before its gate'
for order in '' --exact-order; do
	# shellcheck disable=SC2086 # nothing, or a word
	for test in hz deadline ipi masked opened nesting halt mwait alone; do
		run "$B/rangeley" "test=$test" $order
		say $? "$test $order: $(counts)"
	done
	run "$B/rangeley" test=no-idt $order
	finding $? "$no_idt" "no-idt $order"
	for test in halt mwait; do
		run "$B/rangeley" "test=$test" broken=1 $order
		finding $? "$asleep" "$test $order without protection is caught"
	done
	for test in masked opened nesting; do
		run "$B/rangeley" "test=$test" broken=1 $order
		[ $? -eq 1 ] && jq -e '.results[-1].total_cyc > 0' "$t/out" \
		    >"$t/row"
		say $? "$test $order without protection is caught"
	done
done

# The path, and the wait of 10^4 interrupts at all phases of a loop that
# consists of little else: it is nearly reached, too, for 10^4 phases leave
# out a thousandth of it by chance with probability e^-10.
longest=$(grep -h '^# longest path between polls: ' "$B"/images/intr/tests/port/img/*.ann.s |
    sed 's/.*: \([0-9.]*\) cycles.*/\1/' | sort -n | tail -n 1)
wait_is() {	# condition on $wait and $longest
	jq -e --argjson longest "$longest" \
	    ".stats | .interrupt_wait_max as \$wait | $1" "$t/out" >"$t/row"
}
for order in '' --exact-order; do
	for test in latency busy; do
		# shellcheck disable=SC2086
		run "$B/rangeley" "test=$test" $order &&
		    wait_is '$wait <= $longest and $wait >= $longest * 0.999 and
			.interrupt_path_max == $wait and .longest_path == $longest'
		say $? "$test $order: $(jq .stats.interrupt_wait_max "$t/out") of $longest cycles"
	done
done

build_twin() {	# file of sim/cpu, sed-script
	sed "$2" "sim/cpu/$1.c" >"$t/$1.c"
	# shellcheck disable=SC2046 # lists
	if cmp -s "sim/cpu/$1.c" "$t/$1.c" ||
	    ! $cc -O1 -w -c "$t/$1.c" \
		-o "$t/$1.o" ||
	    ! $cc "$t/$1.o" "$B"/obj/app/*.o "$B/librangeley.a" -o "$twin" \
		$(pkg-config --libs inih jansson libpcap libdw libelf) -lsystemc \
		-lstdc++ -lpthread -lm
	then
		echo "not ok: the twin '$2' cannot be built"
		exit 1
	fi
}
caught() {	# test, file, sed-script, what
	build_twin "$2" "$3"
	run "$twin" "test=$1"
	[ $? -eq 1 ] && jq -e '.results[-1].total_cyc > 0' "$t/out" >"$t/row"
	say $? "$1 notices $4"
}

caught hz lapic '/^count_clk/,/^}/s/)l->bus_clk$/)(l->bus_clk + 1)/' \
    'a timer of 99.6 MHz'
caught nesting lapic '/^lapic_pending/,/^}/s/v >> 4 > lapic_ppr(l) >> 4/v > lapic_ppr(l)/' \
    'equals that interrupt each other'
caught ipi smp_create 's/ipi->shorthand == 2 ||/ipi->shorthand >= 2 ||/' \
    'a message to all others that comes back'
caught opened cpu '/^due(/,/^}/s/lapic_due(/lapic_next(/' \
    'a wait that makes the CPU forget what it may take'
build_twin cpu 's/tick_earlier(cpu->smp->window_end, (uint64_t)next)/cpu->smp->window_end/'
run "$twin" test=latency && ! wait_is '$wait <= $longest'
say $? "latency notices interrupts at the ends of windows: $(jq .stats.interrupt_wait_max "$t/out")"
build_twin smp '/^end_together/,/^}/s/o->event < end ?/false ?/'
(run "$twin" test=busy) 2>"$t/row"
[ $? -eq 134 ] && grep -q 'at >= smp->window_end' "$t/err"
say $? 'busy notices windows that go on a lookahead after an event'
exit $bad

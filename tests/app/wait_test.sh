#!/bin/sh
# wait_test.sh: the bridge under load: an interrupt that can be taken waits for no more
# execution than the longest path between two polls that the build printed for the
# image, stalls not counted; with them it is more, or nothing was shown.
#
# Twins: a kernel with a longer path, a CPU that looks for interrupts at the ends of
# windows alone, and waits whose stalls count.
set -u
: "${B:=build}"
prog=wait_test
t=$(mktemp -d)
: "${TWINS:=1}"	# there are two
. tests/app/twins.subr
trap 'rm -rf "$t" "$dir"' EXIT
seen="$t/out"

replay() {	# program option...
	program=$1
	shift
	"$program" replay scenarios/mpsafe-8cores.ini --quiet --results "$t/r" --pps 400000 \
	    --loop 1 --in "wm0,wm2=$t/load" "$@" >"$t/out" 2>&1
}
longest=$(sed 's/.*: \([0-9.]*\) cycles.*/\1/' "$B/images/NET_MPSAFE/image.elf.path")
waits() {	# condition on $exec, $wait and $longest
	jq -e --argjson longest "$longest" \
	    ".stats | .interrupt_path_max as \$exec | .interrupt_wait_max as \$wait | $1" \
	    "$t/r/stats.json" >>"$t/out"
}
figures() { jq -c '.stats | [.interrupts, .interrupt_wait_max, .interrupt_path_max, .longest_path]' "$t/r/stats.json"; }

"$B/captool" udp 5000 1000 "$t/load" 1 74
for order in '' --exact-order; do
	# shellcheck disable=SC2086 # nothing, or a word
	replay "$B/rangeley" $order &&
	    waits '.longest_path == $longest and .interrupts > 5000 and
		$exec <= $longest and $exec > $longest / 4 and $wait > $longest * 2'
	say $? "execution within the longest path $order: $(figures)"
done

tests/app/twin_kernel.sh NET_MPSAFE >"$t/out" 2>&1
say $? 'the kernel with a longer path'
replay "$B/rangeley" --image NET_MPSAFE-twins bug=0 && waits '$exec <= $longest'
say $? "bug=0 is as it was: $(figures)"
replay "$B/rangeley" --image NET_MPSAFE-twins bug=17 &&
    waits '$exec > $longest and $exec < .longest_path + 10'
say $? "bug=17 exceeds that of the kernel, and its own by less than a callee's end: $(figures)"

caught() {	# name, source, sed-script
	variant "$1" "$2" "$3" || return
	replay "$dir/rangeley" && waits '$exec > $longest'
	say $? "$1 is found out: $(figures)"
}
caught ends_of_windows sim/cpu/cpu.c 's/tick_earlier(cpu->smp->window_end, (uint64_t)next)/cpu->smp->window_end/'
caught stalls_count sim/cpu/path.c 's/when(p, PATH_REAL, at)/at - cpu->miss.stalled - path_strings(cpu)/'
exit $bad

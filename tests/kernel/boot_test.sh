#!/bin/sh
# boot_test.sh: the paper's two kernels, with nothing to do, come to idle on the
# timed machine and shut down: exit code 0, and a console of just the lines that
# it should have; on eight CPUs, two and one, with more RAM and less.  Idle is
# idle: all but a few cycles are spent in MWAIT.  Twice the same, to the last
# count.
#
# Twins: one CPU less than said, and a kernel that spins instead of sleeping.
set -u
: "${B:=build}"
. tests/say.subr
dir=$B/tests/kernel/boot_test
rm -rf "$dir" && mkdir -p "$dir"

boot() {	# image log option...: exit code of the run
	elf=$1 log=$2
	shift 2
	timeout 300 "$B/rangeley" run --limit=2s --image "$elf" --json "$@" \
	    >"$log" 2>"$log.err"
}
wanted() {	# cpus memory
	cat <<END
Rangeley: a kernel to NetBSD 7.99.4's interface, on a modelled Atom C2758
total memory = $2
timecounter: Timecounter "TSC" frequency 2400000000 Hz quality 3000
$1 CPUs, hz 100
The operating system has halted.
END
}
good() {	# image log cpus memory option...
	elf=$1 log=$2 cpus=$3 memory=$4
	shift 4
	boot "$elf" "$log" "$@" || return 1
	jq -r .console "$log" | sed '/^$/d' >"$log.console"
	wanted "$cpus" "$memory" | sed 's/^1 CPUs/1 CPU/' >"$log.wanted"
	diff "$log.wanted" "$log.console" >"$log.diff" && idle "$log" "$cpus"
}
# At least 90 % of all CPUs' cycles are in HLT and MWAIT.
idle() {	# log cpus
	jq -e --argjson n "$2" '.stats | .idle / (.cycles * $n) > 0.9' "$1" \
	    >"$1.idle"
}

for k in GENERIC NET_MPSAFE; do
	elf=$B/images/$k/image.elf
	for n in 8 2 1; do
		seen="$dir/$k.$n.err $dir/$k.$n.diff"
		good "$elf" "$dir/$k.$n" $n '256 MB' --cpus=$n
		say $? "$k, $n CPUs: boot log, idle, off"
	done
	seen="$dir/$k.again.err"
	boot "$elf" "$dir/$k.again" --cpus=8 && cmp -s "$dir/$k.again" "$dir/$k.8"
	say $? "$k: the same again"
done
seen="$dir/ram.err $dir/ram.diff"
good "$B/images/GENERIC/image.elf" "$dir/ram" 8 '65536 KB' --ram=64MiB
say $? 'GENERIC, 64 MB: boot log, idle, off'
# The kernels differ by NET_MPSAFE alone: in what they say, by nothing.
cmp -s "$dir/GENERIC.8.console" "$dir/NET_MPSAFE.8.console"
say $? 'both say the same'

! good "$B/images/GENERIC/image.elf" "$dir/seven" 8 '256 MB' --cpus=7
say $? "twin: seven CPUs: $(grep -m 1 '^>' "$dir/seven.diff")"
seen=$dir/make
tests/app/twin_kernel.sh GENERIC >"$dir/make" 2>&1 &&
    ! good "$B/images/GENERIC-twins/image.elf" "$dir/spins" 8 '256 MB' bug=31
say $? "twin: a CPU that spins: $(jq -c '.stats | .idle' "$dir/spins")"
exit $bad

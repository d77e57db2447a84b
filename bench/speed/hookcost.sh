#!/bin/sh
# hookcost.sh: what one hook costs the host, in ns.
#
# The loops of hookcost/hookcost.c run natively and annotated; printed are
# medians over ROUNDS of the difference, per read, less the same for an empty
# loop.  A poll is what the empty loop gains when polls are taken out of its
# assembly.
set -eu
export LC_ALL=C
: "${B:=build}" "${ROUNDS:=9}" "${N:=2000000}"
dir=$B/images/hookcost
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

# The image without polls (2576 is HK_LIMIT of sim/cpu/hook_abi.h).
sed '/^\tcmpq\t%gs:2576, %r14$/,+1d' "$dir/bench/speed/hookcost/hookcost.ann.s" \
    >"$t/nopoll.s"
if cmp -s "$t/nopoll.s" "$dir/bench/speed/hookcost/hookcost.ann.s"; then
	echo "hookcost.sh: found no poll in $dir; is 2576 still HK_LIMIT?" >&2
	exit 1
fi
gcc-12 -c "$t/nopoll.s" -o "$t/nopoll.o"
ld -T mk/image.lds --build-id=none -z max-page-size=4096 -z noexecstack \
    --defsym=seam_image_flags=1 "$t/nopoll.o" "$dir/thunks.ann.o" \
    -o "$t/nopoll.elf"
objcopy --keep-global-symbol=rangeley_image "$t/nopoll.elf"

# ns of N iterations
loop() {	# mode command...
	mode=$1
	shift
	"$B/cputime" "$t/none" "$@" mode="$mode" n=0 >/dev/null
	"$B/cputime" "$t/all" "$@" mode="$mode" n="$N" >/dev/null
	echo $(($(cat "$t/all") - $(cat "$t/none")))
}

r=0
while [ $r -lt "$ROUNDS" ]; do
	line=
	for mode in 0 1 2 3 4; do
		a=$(loop $mode "$B/rangeley" run --image "$dir/image.elf")
		b=$(loop $mode "$B/native-run" "$dir/plain.elf")
		line="$line $((a - b))"
	done
	a=$(loop 0 "$B/rangeley" run --image "$dir/image.elf")
	b=$(loop 0 "$B/rangeley" run --image "$t/nopoll.elf")
	echo "$line $((a - b))"
	r=$((r + 1))
done >"$t/rounds"

median() {	# what, awk expression
	awk -v n="$N" "{ print ($2) / n }" "$t/rounds" | sort -n |
	    awk -v what="$1" '{ v[NR] = $1 } END { printf "%-38s %6.2f ns\n",
	    what, (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}
median 'inline hit' '($2 - $1) / 16'
median 'thunk hit, second way' '($3 - $1) / 16'
median 'thunk hit, fourth way' '($4 - $1) / 16'
median 'L1D miss, L2 hit' '($5 - $1) / 16'
median 'poll' '$6'
median 'iteration: poll, block, taken branch' '$1'

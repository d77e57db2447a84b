#!/bin/sh
# hookcost.sh: what one hook costs the host, in ns.  Adds to results/speed/speed.json,
# or to the file named OUT:
#
#	{ "name": "inline-hit" | "thunk-hit-2nd-way" | "thunk-hit-4th-way" |
#	  "l1d-miss" | "poll" | "iteration", "ns" }
#
# The loops of hookcost/hookcost.c run natively and annotated; printed are
# medians over ROUNDS of the difference, per read, less the same for an empty
# loop.  A poll is what the empty loop gains when polls are taken out of its
# assembly.  l1d-miss is a miss that hits the L2, others under way; iteration is a
# poll, a block and a taken branch.
set -eu
export LC_ALL=C
: "${B:=build}" "${ROUNDS:=9}" "${N:=2000000}" "${OUT:=results/speed/speed.json}"
. bench/speed/rows.subr
dir=$B/images/hookcost
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

# The image without polls.
limit=$(($(sed -n 's/^#define HK_LIMIT  *\(0x[0-9a-f]*\).*/\1/p' sim/cpu/hook_abi.h)))
sed '/^\tcmpq\t%gs:rangeley_gs+'$limit'(%rip), %r14$/,+1d' \
    "$dir/bench/speed/hookcost/hookcost.ann.s" >"$t/nopoll.s"
if cmp -s "$t/nopoll.s" "$dir/bench/speed/hookcost/hookcost.ann.s"; then
	echo "hookcost.sh: found no poll, a comparison with" \
	    "%gs:rangeley_gs+$limit, in $dir" >&2
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

median() {	# name, awk expression
	awk -v n="$N" "{ print ($2) / n }" "$t/rounds" | sort -n |
	    awk -v name="$1" '{ v[NR] = $1 } END { printf "%s %.2f\n",
	    name, (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}
{
	median inline-hit '($2 - $1) / 16'
	median thunk-hit-2nd-way '($3 - $1) / 16'
	median thunk-hit-4th-way '($4 - $1) / 16'
	median l1d-miss '($5 - $1) / 16'
	median poll '$6'
	median iteration '$1'
} >"$t/medians"
awk '{ printf "%-18s %6.2f ns\n", $1, $2 }' "$t/medians"
jq -R -n '[inputs | split(" ") | { name: .[0], ns: (.[1] | tonumber) }]' \
    "$t/medians" | add_rows "$OUT"

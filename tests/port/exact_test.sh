#!/bin/sh
# exact_test.sh: the simulator executes and misses what the processor does.
#
# The reference is valgrind, which runs the plain image by its own means:
#
#	count	callgrind's instructions less the repetitions of REP (valgrind
#		counts each, a block counts the instruction once), against the
#		clock of image-count.elf, which counts instructions.  At most
#		0.1 % apart.  Alignment nops are instructions to both; they
#		are told apart by address in valgrind, by their own lines in
#		the assembly here, and must agree as well.
#	insns	image-insns.elf counts the same beside its clock, whose results
#		are those of image.elf.  Equal.
#	misses	callgrind's D1 misses with the L1D of the machine (24 KiB, 6
#		ways, 64 bytes), against image-stack.elf, which looks at stack
#		operands, too.  At most 0.5 % apart.
#	lines	callgrind's I1 misses with the machine's L1I (32 KiB, 8 ways,
#		64 bytes), against image.elf, of programs that fit in it: each
#		line misses once.  At most 5 % apart.
#
# What remains is the entry from the runner and accesses valgrind sees in
# another order (it reads and writes back what an instruction modifies).
# The exact values are printed.  Twins, each of which must be out of bounds:
# blocks of one instruction that count two; nops and repetitions left out;
# a file without the hooks of its reads; a cache of 8 ways; a block that does
# not look for its second line when it has found the first, or not at all.
set -u
: "${B:=build}"
if grep -q fsanitize "$B/flags.sim"; then
	echo "valgrind cannot run what was built with sanitizers"
	exit 77
fi
export LC_ALL=C
bad=0
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

fail() {
	echo "not ok $*"
	exit 1
}
json() {	# image file, jq filter, argument...
	f=$1 q=$2
	shift 2
	"$B/rangeley" run --image "$f" --cpus 1 --json "$@" >"$t/json" 2>"$t/err" ||
	    { cat "$t/err" >&2; echo 0; return; }
	jq -r "$q" "$t/json"
}
# The clock counts tenths of a cycle, so an instruction is one unit.
count='.stats.cycles * 10 | round'

# Under callgrind: $t/sums gets "instructions nops misses lines" of the image's text.
callgrind() {	# image, D1, argument...
	plain=$B/images/$1/plain.elf d1=$2
	shift 2
	valgrind --tool=callgrind --collect-atstart=no --cache-sim=yes \
	    --D1="$d1" --I1=32768,8,64 --dump-instr=yes --compress-pos=no \
	    --callgrind-out-file="$t/cg" "$B/native-run" "$plain" "$@" \
	    >"$t/out" 2>"$t/err" || { cat "$t/err"; fail "callgrind of $plain"; }
	objdump -d "$plain" | awk -F '\t' '$3 ~ /^(data16 )*(cs )?nop/ ||
	    $3 ~ /^xchg +%ax,%ax/ { sub(":.*", "", $1); gsub(" ", "", $1)
	    print "nop", "0x" $1 }' >"$t/nops"
	awk '
	$1 == "nop" { nop[$2] = 1; next }
	/^events:/ { for (i = 2; i <= NF; i++) at[$i] = i + 1; next }
	/^calls=/ { inclusive = 1; next }
	/^0x/ {
		if (!inclusive && length($1) <= 9) {
			ir += $at["Ir"]
			if ($1 in nop) nops += $at["Ir"]
			miss += $at["D1mr"] + $at["D1mw"]
			line += $at["I1mr"]
		}
		inclusive = 0
	}
	END { printf "%d %d %d %d\n", ir, nops, miss, line }' "$t/nops" "$t/cg" >"$t/sums"
}

# Are two values at most so many per cent apart?  Prints both.
near() {	# what, ours, reference, limit in %
	awk -v what="$1" -v a="$2" -v b="$3" -v limit="$4" 'BEGIN {
		d = b > 0 ? (a - b) / b * 100 : 100
		ok = a > 0 && b > 0 && d <= limit && d >= -limit
		printf "%s: %d, valgrind %d: %+.4f %%, %s %s %%\n", what, a, b,
		    d, ok ? "within" : "beyond", limit
		exit !ok
	}'
}
must() {
	if near "$@" >"$t/line"; then
		echo "ok $(cat "$t/line")"
	else
		echo "not ok $(cat "$t/line")"
		bad=1
	fi
}
twin() {	# near's arguments
	if near "$@" >"$t/line"; then
		echo "not ok twin $(cat "$t/line")"
		bad=1
	else
		echo "ok twin $(cat "$t/line")"
	fi
}

# An image whose assembly went through a filter: $t/twin.elf
rebuild() {	# image, infix, seam_image_flags, pattern of files, filter...
	i=$1 infix=$2 flags=$3 files=$4 n=0 objs= changed=0
	shift 4
	for s in $(cd "$B/images/$i" && find . -name "*.$infix.s"); do
		o=$B/images/$i/${s%.s}.o
		case $s in *$files*)
			o=$t/twin$n.o
			"$@" "$B/images/$i/$s" >"$t/twin.s"
			cmp -s "$B/images/$i/$s" "$t/twin.s" ||
			    changed=$((changed + 1))
			gcc-12 -c "$t/twin.s" -o "$o" || fail "assembling $s"
		esac
		objs="$objs $o" n=$((n + 1))
	done
	# shellcheck disable=SC2086 # a list
	ld -T mk/image.lds --build-id=none -z max-page-size=4096 \
	    -z noexecstack --defsym=seam_image_flags="$flags" $objs \
	    "$B/images/$i/thunks.$infix.o" -o "$t/twin.elf" &&
	    objcopy --keep-global-symbol=rangeley_image "$t/twin.elf" ||
	    fail "linking a twin of $i"
	[ "$changed" -gt 0 ] || fail "the twin '$*' changes nothing in $i"
}

# A clock step followed by another one, with no instruction between the two,
# counts the nops in front of an aligned block: leave it out.
no_nops() {
	awk '
	function release() {
		if (held != "") print held
		printf "%s", rest
		held = rest = ""
	}
	/^\tleaq\t[0-9]+\(%r14\), %r14$/ { held = ""; release(); held = $0; next }
	/^\t[a-z]/ { release(); print; next }
	held != "" { rest = rest $0 "\n"; next }
	{ print }
	END { release() }' "$1"
}

image() {	# image, argument...
	i=$1
	shift
	callgrind "$i" 24576,6,64 "$@"
	read -r ir nops misses lines <"$t/sums"
	ours=$(json "$B/images/$i/image-count.elf" "$count" "$@")
	reps=$(jq '[.results[] | select(.name | endswith("-rep")) |
	    .total_cyc] | add // 0' "$t/json")
	echo "$i $*: valgrind has $ir instructions, among them $nops nops and" \
	    "$reps repetitions; counted $ours"
	must "$i count" "$ours" $((ir - reps)) 0.1
	must "$i misses" "$(json "$B/images/$i/image-stack.elf" \
	    .stats.l1d_miss "$@")" "$misses" 0.5
	must "$i lines" "$(json "$B/images/$i/image.elf" .stats.l1i_miss "$@")" \
	    "$lines" 5
}

image micro devices=0 strings=0
image pktpath packets=20000

# Twins and the nops, with what is left of pktpath in these variables.
rebuild pktpath count 3 . no_nops
must 'nops' $((ours - $(json "$t/twin.elf" "$count" packets=20000))) "$nops" 0.1
twin 'nops left out' "$(json "$t/twin.elf" "$count" packets=20000)" \
    $((ir - reps)) 0.1
twin 'repetitions left in' "$ours" "$ir" 0.1
rebuild pktpath count 3 . sed 's/^\tleaq\t1(%r14)/\tleaq\t2(%r14)/'
twin 'blocks of one that count two' \
    "$(json "$t/twin.elf" "$count" packets=20000)" $((ir - reps)) 0.1
insns=$B/images/pktpath/image-insns.elf
i=$(json "$insns" .stats.instructions packets=20000)
[ "$ours" -gt 0 ] && [ "$i" = "$ours" ] && echo "ok insns: $i" ||
    { echo "not ok insns: $i, the count is $ours"; bad=1; }
i=$(json "$insns" .trace packets=20000)
[ -n "$i" ] && [ "$i" = "$(json "$B/images/pktpath/image.elf" .trace packets=20000)" ] &&
    echo "ok insns: the machine does the same" ||
    { echo "not ok insns: the machine does something else"; bad=1; }
at=$(($(sed -n 's/^#define HK_INSNS \(0x[0-9a-f]*\).*/\1/p' sim/cpu/hook_abi.h)))
rebuild pktpath insns 1 . sed 's/^\taddq\t\$1, %gs:rangeley_gs+'$at'/\taddq\t$2, %gs:rangeley_gs+'$at'/'
i=$(json "$t/twin.elf" .stats.instructions packets=20000)
[ "$i" -gt "$ours" ] && echo "ok twin insns of one that count two: $i" ||
    { echo "not ok twin insns of one that count two: $i"; bad=1; }
rebuild pktpath stack 5 pp_route sed '/^\tja\t\.Lrgc/d'
twin 'a file without hooks' \
    "$(json "$t/twin.elf" .stats.l1d_miss packets=20000)" "$misses" 0.5
ours=$(json "$B/images/pktpath/image-stack.elf" .stats.l1d_miss packets=20000)

# Behind the comparison for two lines, a cold path compares each: without the
# second part of it; and with neither.
cold_fetch() {	# sed-script
	rebuild pktpath ann 1 . awk -v drop="$1" '
	{ line[NR] = $0 }
	END {
		for (i = 1; i <= NR; i++) {
			if (drop == "second" && line[i] ~ /^\tcmpb\t.*gs/ &&
			    line[i + 1] ~ /^\tje\t\.Lrgb/ &&
			    line[i + 2] ~ /^\tpushq/ && line[i - 1] ~ /^\.Lrgb/)
				sub("je", "jmp", line[i + 1])
			if (drop == "both" && line[i] ~ /^\tcmpw\t.*gs/)
				line[i + 1] = ""
			print line[i]
		}
	}'
	twin "a cold path without $1" \
	    "$(json "$t/twin.elf" .stats.l1i_miss packets=20000)" "$lines" 5
}
cold_fetch second
cold_fetch both
callgrind pktpath 32768,8,64 packets=20000
read -r ir nops misses lines <"$t/sums"
twin 'an L1D of 8 ways' "$ours" "$misses" 0.5
exit $bad

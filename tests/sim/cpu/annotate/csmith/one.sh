#!/bin/sh
# one.sh seed: one program of Csmith, plain and annotated (fuzz.sh has the
# whole).  Leaves its verdict in $FUZZ_DIR/<seed>.verdict:
#
#	same		every run printed what the plain program printed
#	skipped WHY	no program to compare: nothing is said about it
#	MISMATCH WHY	and $FUZZ_DIR/<seed>/ is kept
#
# The seed decides everything: the program and the flags it is compiled with,
# which come after the pinned ones.  What is compared natively is the
# compiler's assembly before the annotator read it; plain.elf, the annotator's
# first pass, must hold the same bytes.  In the simulator run
#
#	ann		timed, with and without AVX2: one and the same report
#	stack		timed, with hooks at stack operands too
#	count		the clock counts instructions
#	fake		on the fake machine, with steps at stack operands too
set -u
LC_ALL=C
export LC_ALL
. "$FUZZ_ENV"
seed=$1
dir=$FUZZ_DIR/$seed
here=tests/sim/cpu/annotate/csmith

verdict() {
	echo "$*" >"$FUZZ_DIR/$seed.verdict"
	case $1 in
	MISMATCH)
		echo "fuzz-annotate: seed $seed ($options):" \
		    "${*#MISMATCH }; kept in $dir; again with:" \
		    "make fuzz-annotate N=1 SEED=$seed${BREAK:+ BREAK=$BREAK}${BREAK_SED:+ BREAK_SED='$BREAK_SED'}"
		;;
	*)	[ -n "${KEEP-}" ] || rm -rf "$dir" ;;
	esac
	exit 0
}

# nth n word...: word number n, counting from 0 and around.
nth() {
	shift $(($1 % ($# - 1) + 1))
	echo "$1" | tr , ' '
}

# The numbers of choices have no common divisor: all combinations come up.
flags() {
	nth "$seed" -O2 -O0 -O3 -Os -O2 -O1 -Og
	nth "$seed" '' -fno-omit-frame-pointer \
	    -mstringop-strategy=rep_byte,-DFUZZ_REP \
	    -fno-inline,-fno-omit-frame-pointer -funroll-all-loops \
	    -mstringop-strategy=rep_8byte,-minline-all-stringops \
	    -maccumulate-outgoing-args,-fno-omit-frame-pointer \
	    -fno-if-conversion,-fno-if-conversion2,-fno-jump-tables \
	    -mtune=haswell -fno-reorder-blocks,-fno-tree-ch,-DFUZZ_REP \
	    -fcf-protection=full
}
program() {
	nth "$seed" '' --builtins --no-volatiles,--builtins \
	    --max-array-len-per-dim,20 --max-funcs,20,--max-block-size,3
}
options=$(echo $(flags))

# quiet cmd...: what it prints is kept for a look
quiet() {
	timeout 100 "$@" >>"$dir/log" 2>&1
}
link() {	# file flags object...
	out=$1 def=$2
	shift 2
	quiet $LD_IMAGE --defsym=seam_image_flags="$def" "$@" -o "$dir/$out"
}

compile() {
	# It leaves a platform.info where it runs.
	(cd "$dir" && timeout 100 csmith --seed "$seed" --no-argc --quiet $(program) \
	    -o prog.c >>log 2>&1) || verdict skipped csmith failed
	[ "$(grep -c ';' "$dir/prog.c")" -ge 100 ] || verdict skipped small
	quiet $KCC $KCFLAGS -mcrc32 $IMAGE_INC -I$here -w $options -S \
	    "$dir/prog.c" -o "$dir/prog.s" &&
	quiet $KAS "$dir/prog.s" -o "$dir/prog.o" &&
	link ref.elf 0 "$dir/prog.o" "$PLAIN_SEAM" ||
	    verdict skipped compiler failed, "$(grep -m 1 -iE 'error|undefined' "$dir/log")"
}

native() {
	(ulimit -t 1; timeout 60 "$B/native-run" "$dir/ref.elf"; exit $?) \
	    >"$dir/native.out" 2>>"$dir/log"
	rc=$?
	case $rc in
	0)	;;
	124|137|152) verdict skipped runs too long ;;
	*)	verdict skipped fails natively, $rc ;;
	esac
	tail -n 1 "$dir/native.out" | grep -q '^crc checksum' ||
	    verdict skipped no checksum
}

bytes() {	# file: what it loads
	quiet objcopy --dump-section .text="$1.text" --dump-section \
	    .rodata="$1.rodata" --dump-section .data="$1.data" "$1" \
	    "$dir/copy" &&
	cat "$1.text" "$1.rodata" "$1.data" >"$1.bytes"
}

first_pass() {
	quiet "$B/annotate" --plain-out "$dir/plain.s" --unit prog \
	    "$dir/prog.s" || verdict MISMATCH refused in the first pass
	quiet $KAS "$dir/plain.s" -o "$dir/plain.o" &&
	link plain.elf 0 "$dir/plain.o" "$PLAIN_SEAM" &&
	bytes "$dir/plain.elf" && bytes "$dir/ref.elf" &&
	cmp "$dir/plain.elf.bytes" "$dir/ref.elf.bytes" >>"$dir/log" ||
	    verdict MISMATCH the first pass changes the code
}

variant() {	# name seam_image_flags flag...
	v=$1 def=$2
	shift 2
	quiet "$B/annotate" --plain "$dir/plain.elf" --unit prog \
	    --cost-cache "$dir/costs" "$@" ${BREAK:+--break "$BREAK"} \
	    -o "$dir/$v.s" "$dir/prog.s" || verdict MISMATCH "$v: refused"
	[ -z "$BREAK_SED" ] || sed -i "$BREAK_SED" "$dir/$v.s"
	quiet $KAS "$dir/$v.s" -o "$dir/$v.o" &&
	quiet "$B/annotate" --thunks -o "$dir/thunks.$v.S" "$dir/$v.o" &&
	quiet $KCC -c -Isim "$dir/thunks.$v.S" -o "$dir/thunks.$v.o" &&
	link $v.all "$def" "$dir/$v.o" "$dir/thunks.$v.o" &&
	quiet objcopy --keep-global-symbol=rangeley_image "$dir/$v.all" \
	    "$dir/$v.elf" &&
	quiet mk/image-check.sh "$dir/plain.elf" "$dir/$v.elf" ||
	    verdict MISMATCH "$v: cannot be linked"
}

simulate() {	# run image option...
	run=$1 elf=$dir/$2.elf
	shift 2
	compare_run run --image "$elf" --limit "$LIMIT" "$@"
}
compare_run() {	# arg...
	(ulimit -t 200; timeout 400 "$B/rangeley" "$@"; exit $?) >"$dir/$run.out" 2>>"$dir/log"
	rc=$?
	[ $rc -eq 0 ] || verdict MISMATCH "$run: exit $rc:" \
	    "$(tail -n 1 "$dir/log" | cut -c1-200)"
	grep '^crc ' "$dir/$run.out" >"$dir/$run.crc"
	cmp -s "$dir/native.out" "$dir/$run.crc" || verdict MISMATCH \
	    "$run: other checksums from" $(diff "$dir/native.out" \
	    "$dir/$run.crc" | sed -n 's/^[<>] crc \(.*\) .*/\1/p' | head -n 1)
}

rm -rf "$dir" "$FUZZ_DIR/$seed.verdict" && mkdir -p "$dir"
compile
native
first_pass
variant ann 1
simulate ann ann
simulate portable ann --portable
cmp -s "$dir/ann.out" "$dir/portable.out" ||
    verdict MISMATCH portable: another report than with AVX2
variant stack 5 --stack
simulate stack stack
variant count 3 --count
simulate count count
variant fake 8 --fake --stack
run=fake
compare_run fake --image "$dir/fake.elf" --steps 0
verdict same

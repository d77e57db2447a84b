#!/bin/sh
# merge_test.sh: checks that answer for several accesses change nothing that a
# run reports, on one CPU and on eight.  A program is annotated as ever and with
# a check at each access (annotate --separate), and both must report the same:
# checksums, trace hash, statistics.
# Twins: a check that lets one byte too much pass, and a region whose twin lacks
# an instruction.
set -u
: "${B:=build}"
here=tests/sim/cpu/annotate
dir=$B/$here/merge
bad=0
. "$B/fuzz-annotate.env"
rm -rf "$dir" && mkdir -p "$dir"

# link NAME FLAGS OBJECT...: an image
link() {
	out=$dir/$1.elf flags=$2
	shift 2
	$LD_IMAGE --defsym=seam_image_flags="$flags" "$@" -o "$out" &&
	objcopy --keep-global-symbol=rangeley_image "$out"
}

# image NAME PLAIN S-FILES FLAG...: from the compiler's assembly; a file's unit is
# $prefix and its name
image() {
	name=$1 plain=$2 files=$3 objs=
	shift 3
	for s in $files; do
		unit=$(basename "$s" .s)
		o=$dir/$name.$unit
		"$B/annotate" --plain "$plain" --unit "$prefix$unit" \
		    --costs sim/cpu/annotate/costs.txt --cost-cache "$dir/costs" \
		    "$@" -o "$o.s" "$s" && $KCC -c "$o.s" -o "$o.o" || return
		objs="$objs $o.o"
	done
	# shellcheck disable=SC2086 # a list
	"$B/annotate" --thunks -o "$dir/$name.S" $objs &&
	$KCC -c -Isim "$dir/$name.S" -o "$dir/$name.thunks.o" &&
	link "$name" 1 $objs "$dir/$name.thunks.o"
}

# report NAME ARGUMENT...: what a run says, but for the image's name and hash
report() {
	elf=$dir/$1.elf
	shift
	timeout 100 "$B/rangeley" run --image "$elf" --json --limit 10s "$@" 2>&1 |
	    grep -v '"image'
}

# same NAME NAME ARGUMENT...
same() {
	one=$1 two=$2
	shift 2
	report "$one" "$@" >"$dir/one"
	report "$two" "$@" >"$dir/two"
	if grep -q '"verdict": 0' "$dir/one" && cmp -s "$dir/one" "$dir/two"; then
		echo "ok $one $*: trace $(sed -n 's/.*"trace": //p' "$dir/one")"
	else
		echo "not ok $one $*:"
		diff "$dir/one" "$dir/two" | head -n 10
		bad=1
	fi
}
other() {
	if ! report "$1" >"$dir/one" || ! cmp -s "$dir/one" "$dir/apart.report"; then
		echo "ok $1: $(diff "$dir/one" "$dir/apart.report" | grep -c '^<') lines differ"
	else
		echo "not ok $1 is not noticed"
		bad=1
	fi
}

prefix=
# shellcheck disable=SC2086 # lists
$KCC $KCFLAGS $IMAGE_INC -S $here/merge_image.c -o "$dir/prog.s" &&
"$B/annotate" --plain-out "$dir/plain.s" --unit prog "$dir/prog.s" &&
$KCC -c "$dir/plain.s" -o "$dir/plain.o" &&
$LD_IMAGE --defsym=seam_image_flags=0 "$dir/plain.o" "$PLAIN_SEAM" \
    -o "$dir/plain.elf" || exit 1
image merged "$dir/plain.elf" "$dir/prog.s" &&
image apart "$dir/plain.elf" "$dir/prog.s" --separate &&
image span "$dir/plain.elf" "$dir/prog.s" --break span &&
image copy "$dir/plain.elf" "$dir/prog.s" --break copy || exit 1
n=$(grep -c '^[a-z_]*\.twin:' "$dir/merged.prog.s")
if [ "$n" -ge 4 ] && ! grep -q '\.twin:' "$dir/apart.prog.s"; then
	echo "ok regions in $n functions"
else
	echo "not ok regions in $n functions"
	bad=1
fi
same merged apart
same merged apart --portable
same merged apart --exact-order
report apart >"$dir/apart.report"
other span
other copy

# The packet path, where CPUs have to wait for each other in the middle.
p=$B/images/pktpath
prefix=bench_speed_pktpath_
files=$(ls "$p"/bench/speed/pktpath/*.plain.s | sed 's/\.plain\.s$/.s/')
image packets "$p/plain.elf" "$files" &&
image packets_apart "$p/plain.elf" "$files" --separate || exit 1
same packets packets_apart packets=3000
same packets packets_apart packets=1000 cpus=8 share=27
same packets packets_apart packets=300 cpus=8 share=58 --exact-order
exit $bad

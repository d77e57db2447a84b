#!/bin/sh
# torture_test.sh: the cases of img/torture_asm.S leave the same registers,
# flags and memory behind without hooks, with hooks (with and without AVX2),
# with hooks at stack operands, and where the clock counts instructions.
# Twins: the same hooks that do not keep registers, do not keep flags, or do
# not give registers back, are noticed.
set -u
: "${B:=build}"
. "$B/fuzz-annotate.env"
bad=0
dir=$B/images/torture
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

"$B/native-run" "$dir/plain.elf" | awk '/^result/ { print $2, $4 }' >"$t/want"
[ "$(wc -l <"$t/want")" -ge 12 ] || { echo "not ok: no results"; exit 1; }

run() {	# image option...
	timeout 100 "$B/rangeley" run --image "$@" --json 2>"$t/err" |
	    jq -r '.results[] | "\(.name) \(.total_cyc)"' >"$t/got"
}
same() {	# image option...
	run "$@"
	if cmp -s "$t/want" "$t/got"; then
		echo "ok $*"
	else
		echo "not ok $*:"
		diff "$t/want" "$t/got"
		cat "$t/err"
		bad=1
	fi
}
same "$dir/image.elf"
same "$dir/image.elf" --portable
same "$dir/image-stack.elf"
same "$dir/image-count.elf"

# Whatever calls C clears the direction flag first; a function call has it
# clear anyhow, and the C of branches does not need it (sim/cpu/leaf_test.sh).
awk '/^[a-z_].*:$/ {
	name = $1
	clear = name ~ /^(seam_call|__rg_taken|__rg_nottaken):$/
    }
    /\tcld$/ { clear = 1 }
    /\tcall\t/ && !clear { print name, "calls C with DF as it is"; bad = 1 }
    /\tcall\t/ { n++ }
    END { exit bad || n < 10 }' "$dir/thunks.ann.S"
if [ $? -eq 0 ]; then
	echo "ok direction flag"
else
	echo "not ok direction flag"
	bad=1
fi

# C is called with its stack aligned to 16 bytes, as is the top of a host stack.
odd() {
	awk '/^[a-z_].*:$/ { name = $1; words = 0 }
	    /\tpush|\tleaq\t-8\(%rsp\), %rsp$/ { words++ }
	    /\tcall\t/ && words % 2 { print name, "calls C on an odd stack"; bad = 1 }
	    /\tcall\t/ { n++ }
	    END { exit !bad && n >= 10 }'
}
if odd <"$dir/thunks.ann.S"; then
	echo "not ok stack"
	bad=1
elif ! sed '/leaq/d' "$dir/thunks.ann.S" | odd >/dev/null; then
	echo "not ok stack: a twin with odd stacks is not noticed"
	bad=1
else
	echo "ok stack"
fi

# broken name sed-script option...: annotate both units again, wrongly
broken() {
	name=$1 script=$2
	shift 2
	objs=
	for u in torture torture_asm; do
		"$B/annotate" --plain "$dir/plain.elf" \
		    --unit "tests_port_img_$u" --costs sim/cpu/annotate/costs.txt \
		    "$@" "$dir/tests/port/img/$u.s" | sed "$script" >"$t/$u.s"
		$KCC -c "$t/$u.s" -o "$t/$u.o" || exit 1
		objs="$objs $t/$u.o"
	done
	"$B/annotate" --thunks -o "$t/thunks.S" $objs &&
	    $KCC -c -Isim "$t/thunks.S" -o "$t/thunks.o" &&
	    $LD_IMAGE --defsym=seam_image_flags=1 $objs "$t/thunks.o" \
		-o "$t/$name.elf" || exit 1
	run "$t/$name.elf"
}
twin() {	# name sed-script option...
	broken "$@"
	if cmp -s "$t/want" "$t/got"; then
		echo "not ok $1: nobody notices"
		bad=1
	else
		echo "ok $1 is noticed"
	fi
}
broken whole ''
cmp -s "$t/want" "$t/got" || { echo "not ok: built here it differs"; bad=1; }
# What hooks look like must not matter: they get a nop each.  The twin has places of
# the annotated program for indirect branches to be known by, not of the plain one.
trace() {
	"$B/rangeley" run --image "$1" --json 2>/dev/null | jq -r .trace
}
pad='s/^\tja\t\.Lrgc/\tnop\n&/'
lost='s/nopl.*(%rax,%rax)/nopl	.(%rax,%rax)/'
broken padded "$pad"
broken lost "$lost"
broken lost_padded "$lost;$pad"
if [ "$(trace "$t/padded.elf")" != "$(trace "$t/whole.elf")" ]; then
	echo "not ok padded: another trace than with shorter hooks"
	bad=1
elif [ "$(trace "$t/lost_padded.elf")" = "$(trace "$t/lost.elf")" ]; then
	echo "not ok padded: nobody needs the places of the plain program"
	bad=1
else
	echo "ok padded"
fi
twin liveness '' --break liveness
twin flags '' --break flags
twin unparked '/movq.%gs:.*(%rip), %r[abcds]/d'
exit $bad

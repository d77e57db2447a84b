#!/bin/sh
# ipl_test.sh: who interrupts whom, what is held and in which order it is made
# up for, softints that block, levels of other CPUs (img/ipl/ipl.c), on eight
# CPUs and on one, in production order and exactly; the same run twice leaves
# the same trace.  Twins: port/machdep with one thing wrong, as overlays.
set -u
: "${B:=build}"
. tests/twin.subr
dir=$B/tests/kernel/ipl_test
rm -rf "$dir" && mkdir -p "$dir"
trap 'rm -rf "$B"/images/ipl-t_*' EXIT
image=$B/images/ipl/image.elf

timed() {	# option...
	timeout 100 "$B/rangeley" run --image "$image" --json "$@" \
	    >"$dir/json" 2>"$dir/err"
}
for option in '' --exact-order --cpus=1; do
	# shellcheck disable=SC2086 # none or one
	if timed $option && jq -e '.results[] |
	    select(.name == "checks" and .n > 3500 and .total_cyc == 0)' \
	    "$dir/json" >"$dir/out"; then
		echo "ok on the machine ${option:-as always}:" \
		    "$(jq .n "$dir/out") checks"
	else
		echo "not ok on the machine ${option:-as always}:"
		cat "$dir/err"
		rc=1
	fi
	jq -r .trace "$dir/json" >"$dir/trace$option"
done
if timed && [ "$(jq -r .trace "$dir/json")" = "$(cat "$dir/trace")" ]; then
	echo "ok the same run twice leaves the same trace"
else
	echo "not ok the same run twice"
	rc=1
fi

# An overlay takes the objects that it does not change.
build() {	# name
	rm -rf "$B/images/ipl-$1" && cp -a "$B/images/ipl" "$B/images/ipl-$1"
	make -s B="$B" IMAGE=ipl OVERLAY="$dir/src/$1" \
	    "$B/images/ipl-$1/image.elf" >"$dir/$1.make" 2>&1 || {
		cat "$dir/$1.make"
		return 1
	}
	printf '#!/bin/sh\nexec %s\n' \
	    "$B/rangeley run --limit=50ms --image $B/images/ipl-$1/image.elf" >"$dir/$1"
	chmod +x "$dir/$1"
}
twin() {	# name file sed-script
	f=port/machdep/$2
	mkdir -p "$dir/src/$1/port/machdep"
	sed "$3" "$f" >"$dir/src/$1/$f"
	judge "$1" ipl "$f" "$dir/src/$1/$f" build "$1"
}
twin t_raise_lowers spl.S '/^ENTRY(splraise)/,/^END/s/cmoval.*/nop/'
twin t_lowest_first spl.S 's/bsrl/bsfl/'
twin t_bit_stays spl.S '/^ENTRY(Xdoreti)/,/^END/s/btrl.*/nop/'
twin t_never_deferred spl.S '/^ENTRY(spllower)/,/^END/s/jnz	2f/nop/'
twin t_intr_p_in_softint spl.S '/^ENTRY(Xdoreti)/,/^END/{
	s/decl	CPUVAR(IDEPTH)/nop/
	s/^1:	movl	%ebx, CPUVAR(ILEVEL)/1:	decl CPUVAR(IDEPTH); movl %ebx, CPUVAR(ILEVEL)/
}'
twin t_curlwp_kept spl.S '/^ENTRY(Xsoftintr)/,/^END/s/movq	%rdi, CPUVAR(CURLWP)/nop/'
twin t_mtx_count spl.S '/^ENTRY(softintr_ret)/,/^END/s/incl	CPUVAR(MTX_COUNT)/nop/'
twin t_not_held vector.S 's/cmpl	%ebx, %r13d;/cmpl	$0, %r13d;/'
twin t_not_masked vector.S '/^#define MASK_ioapic_level/,/PIC_CALL/s/PIC_CALL(PIC_HWMASK)//'
twin t_not_unmasked vector.S 's/PIC_CALL(PIC_HWUNMASK)/nop/'
twin t_no_eoi vector.S '/^#define INTRSTUB/,/^END/s/EOI;/nop;/'
twin t_level_alone intr.c 's/all |= mask\[level\];/all = ~used | mask[level];/'
exit $rc

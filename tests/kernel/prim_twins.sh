#!/bin/sh
# prim_twins.sh: errors in the kernel's primitives which img/prim.c must
# notice, built as overlays of its image.  Those of one CPU are run natively,
# those that need several on the machine.
set -u
: "${B:=build}"
. tests/twin.subr
dir=$B/tests/kernel/prim_twins
rm -rf "$dir" && mkdir -p "$dir"
trap 'rm -rf "$B"/images/prim-[tn]_*' EXIT

# build name: names beginning with n_ run natively, with t_ timed
build() {
	case $1 in
	n_*)	elf=plain run="native-run" ;;
	*)	elf=image run="rangeley run --image" ;;
	esac
	make -s B="$B" IMAGE=prim OVERLAY="$dir/src/$1" \
	    "$B/images/prim-$1/$elf.elf" >"$dir/$1.make" 2>&1 || {
		cat "$dir/$1.make"
		return 1
	}
	printf '#!/bin/sh\nexec %s\n' \
	    "$B/$run $B/images/prim-$1/$elf.elf" >"$dir/$1"
	chmod +x "$dir/$1"
}
same() {	# n_same or t_same: the unchanged files, as overlays
	for f in $pcq $atomic $lock; do
		mkdir -p "$dir/src/$1/${f%/*}"
		cp $f "$dir/src/$1/$f"
	done
	build "$1" && cp "$dir/$1" "$dir/same"
}
twin() {	# name sed-script; of $file
	mkdir -p "$dir/src/$1/${file%/*}"
	sed "$2" $file >"$dir/src/$1/$file"
	judge "$1" prim $file "$dir/src/$1/$file" build "$1"
}
pcq=kernel/kern/subr_pcq.c
atomic=kernel/arch/amd64/amd64/atomic.S
lock=kernel/arch/amd64/amd64/lock_stubs.S
passes prim same n_same
passes prim same t_same

file=$pcq
# The check of the indices.
twin n_never_full '/^pcq_put/,/^}/s/if (next == c)/if (0)/'
twin n_full_early '/^pcq_put/,/^}/s/if (next == c)/if (pcq_next(pcq, next) == c)/'
twin n_never_wraps '/^pcq_next/,/^}/s/++i == pcq->pcq_nitems/++i > pcq->pcq_nitems/'
twin n_peek_newest '/^pcq_peek/,/^}/s/pcq_items\[c\]/pcq_items[pc_producer(pc)]/'
twin n_wrong_size '/^pcq_destroy/,/^}/s/pcq->pcq_nitems/0/'
# The release store before the slot is the producer's, or not at all its own.
twin t_filled_first '/^pcq_put/,/^}/{
	s/^	pcq->pcq_items\[p\] = item;//
	s/^	} while/		pcq->pcq_items[p] = item;\n&/
}'
twin t_put_plain '/^pcq_put/,/^}/s/while (atomic_cas_32(.*/while (pcq->pcq_pc = pc_make(c, next), 0);/'
# A slot not emptied; the index without the producers' news.
twin t_not_emptied '/^pcq_get/,/^}/s/^	pcq->pcq_items\[c\] = NULL;//'
twin t_get_plain '/^pcq_get/,/^}/{
	s/while (atomic_cas_32(&pcq->pcq_pc, pc,/while (pcq->pcq_pc = (/
	s/)) != pc) {/)), 0) {/
}'
twin t_unfilled '/^pcq_get/,/^}/s/if (item == NULL)/if (0)/'

file=$atomic
twin n_old_value '/^ENTRY(_atomic_add_32_nv/,/^END/s/^	addl.*//'
twin n_narrow '/^ENTRY(_atomic_swap_64)/,/^END/s/xchgq	%rax/xchgl	%eax/'
twin n_cas_always '/^ENTRY(_atomic_cas_64)/,/^END/{
	s/^	lock//
	s/cmpxchgq	%rdx, (%rdi)/movq (%rdi), %rax; movq %rdx, (%rdi)/
}'
twin n_alias 's/^NAME(atomic_dec_uint_nv, _atomic_dec_32_nv/NAME(atomic_dec_uint_nv, _atomic_inc_32_nv/'
twin t_inc_divided '/^ENTRY(_atomic_inc_32)/,/^END/{
	s/^	lock//
	s/incl	(%rdi)/movl (%rdi), %eax; incl %eax; movl %eax, (%rdi)/
}'
twin t_or_no_retry '/^ENTRY(_atomic_or_64_nv)/,/^END/s/^	jne	1b//'

file=$lock
twin n_unlock_wide '/^ENTRY(__cpu_simple_unlock/,/^END/s/movb/movl/'
twin t_lock_anyway '/^ENTRY(__cpu_simple_lock)/,/^END/s/^	jne	2f//'
twin t_try_divided '/^ENTRY(__cpu_simple_lock_try)/,/^END/{
	s/^	lock//
	s/cmpxchgb %cl, (%rdi)/cmpb %al, (%rdi); jne 1f; movb %cl, (%rdi); 1:/
}'
exit $rc

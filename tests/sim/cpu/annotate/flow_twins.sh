#!/bin/sh
# Twins of the annotator's liveness: each is a file with one line changed, and
# the unit tests must fail with it.
set -u
: "${B:=build}"
. tests/twin.subr
dir=$B/tests/sim/cpu/annotate/flow_twins
if grep -q fsanitize "$B/flags.sim"; then
	echo "objects built with sanitizers do not go with those built here"
	exit 77
fi
rm -rf "$dir" && mkdir -p "$dir"
cc="gcc -std=gnu11 -O1 -D_GNU_SOURCE -Isim -Itests"
t=tests/sim/cpu/annotate/test_flow.c

build() {	# name file
	$cc "$2" $t "$B/libannotate.a" -o "$dir/$1" $(pkg-config --libs check)
}

twin() {	# name file sed-script
	f=sim/cpu/annotate/$2
	sed "$3" "$f" >"$dir/$2"
	judge "$1" test_flow "$f" "$dir/$2" build "$1" "$dir/$2"
}

passes test_flow build same sim/cpu/annotate/live.c

twin one_entry live.c 's/live |= b->table.i./live |= b->table[0]/'
twin no_entry live.c 's/live |= b->table.*/;/'
twin any_code live.c 's/^	*b->ntable = 0;/;/'
twin no_index live.c 's/use = operand_regs(.*;/use = 0;/'
twin returned live.c 's/kept = RBIT(R_AX) | RBIT(R_DX)/kept = RBIT(R_AX)/'
twin written live.c 's/return in->garbage & ~in->wr;/return in->garbage;/'
twin one_way live.c 's/g &= garbage_behind/g = garbage_behind/'
twin called_by_hand live.c '/IC_ICALL) &&$/{N;s/ &&.*/)/;}'
twin own_arguments live.c 's/return RS_CALLER_SAVED & ~args;/return RS_CALLER_SAVED;/'
twin chain live.c 's/if (insn_maybe_nested(.*/if (0)/'
twin any_label live.c 's/!b->fn_head || !has/!has/'
twin nothing live.c 's/^	find_garbage(u);/;/'
twin half_a_table cfg.c 's/^	*b->ntable = 0;/;/'
twin any_operand cfg.c 's/ || o->base != R_NONE || o->scale != 8//'
twin carry insn.c 's/= flags == FL_PART;/= flags == FL_PART || flags == FL_THRU;/'
twin count insn.c 's/^	in->passes_flags = true;/	;/'
twin offset cfg.c "s/return t\[n\] == '.0' && l/return l/"
exit $rc

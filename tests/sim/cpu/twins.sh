#!/bin/sh
# Twins of sim/cpu and sim/mem: each is a file with one line changed, and a
# test of these folders must fail with it.  The unchanged files, built the same
# way, must pass, so that a failure is the twin's doing.  All other files are
# those of the build.
set -u
: "${B:=build}"
. tests/twin.subr
dir=$B/tests/sim/cpu/twins
if grep -q fsanitize "$B/flags.sim"; then
	echo "objects built with sanitizers do not go with those built here"
	exit 77
fi
rm -rf "$dir" && mkdir -p "$dir/src/mem" "$dir/src/cpu"
cc="gcc -std=gnu11 -O1 -D_GNU_SOURCE -I$dir/src -Isim -Itests"
cc="$cc $(pkg-config --cflags inih jansson check)"
libs="$(pkg-config --libs inih jansson check) -lsystemc -lstdc++ -lpthread"
all='cpu/test_branch cpu/test_miss cpu/test_rep cpu/test_priv mem/test_l2
	mem/test_dram mem/test_stream cpu/test_tlb mem/test_coh_swap'

for t in $all; do
	$cc -c tests/sim/$t.c -o "$dir/${t#*/}.o" || exit 1
done

# build name object...: link a test; the objects come before the library's
build() {
	out=$dir/$1
	shift
	gcc "$@" "$B/librangeley.a" -o "$out" $libs
}

compile() {	# name source object...
	name=$1
	$cc -c "$2" -o "$dir/twin.o" || return 1
	shift 2
	build "$name" "$dir/twin.o" "$@"
}

twin() {	# name file test sed-script: what, where, who notices, how
	rm -f "$dir"/src/*/*
	f=$dir/src/$2
	sed "$4" "sim/$2" >"$f"
	# Of a header, the twin is what the test compiles in.
	case $2 in
	*.h) set -- "$1" "$2" "$3" "tests/sim/$3.c" ;;
	*) set -- "$1" "$2" "$3" "$f" "$dir/${3#*/}.o" ;;
	esac
	judge "$1" "$3" "sim/$2" "$f" compile "$1" "$4" ${5+"$5"}
}

for t in $all; do
	passes $t build same "$dir/${t#*/}.o"
done

t=cpu/test_branch
twin unlearned cpu/branch.c $t 's/^	learn(b, .*//'
twin stubborn cpu/branch.c $t 's/before << 1 | taken/before << 1 | !taken/'
twin short_history cpu/branch.c $t 's/word_of(outcomes)\] >>/0] >>/'
twin free_mispredict cpu/branch.c $t 's/miss_stall(m.*/;/'
twin impatient cpu/branch.c $t 's/int64_t stall = .*/int64_t stall = 0;/'
twin moody cpu/branch.c $t 's/ & (HISTORY - 1)) != 0/ | 1) != 0/'
twin forgetful cpu/branch.c $t 's/^	ring &= ~(same.*//'
twin short_sighted cpu/branch.c $t 's/= far_forecast/= near_forecast/'
twin old_words cpu/branch.c $t 's/word_of(x << WORDS)/word_of(outcomes)/'
twin pathless cpu/branch.c $t 's/ = hk_path_next(.recent, (uint32_t)target)/ += 1/'
t=cpu/test_miss
twin shut cpu/miss.h $t '/^miss_lone_load/,/^}/s/m->nopen = 1;/m->nopen = 0;/'
twin taken cpu/miss.h $t '/^miss_lone_load/,/^}/s/\*fill > prog + stalled/0/'
twin full cpu/miss.h $t '/^miss_lone_store/,/^}/s/\*entry > prog + stalled/0/'
t=cpu/test_rep
twin upwards cpu/rep.c $t 's/\.down = .*/.down = false,/'
twin one_side cpu/rep.c $t 's/i < w->nside; i++) {/i < 1; i++) {/'
twin split cpu/rep.c $t 's/if (room(.*/if (0)/'
twin whole_scan cpu/rep.c $t 's/str_cx - regs->gpr\[R_CX\]/str_cx/'
twin same_speed cpu/rep.c $t "s/w->str->op == 'm' ? p/0 ? p/"
t=cpu/test_priv
twin deaf cpu/priv.c $t 's/sys_flags | RFLAGS_IF/sys_flags | 0/'
twin host_if cpu/priv.c $t 's/RFLAGS_HOST/0xed5u/g'
twin fixed_tsc cpu/priv.c $t 's/tsc_offset += .*/tsc_offset += 0;/'
twin hasty cpu/priv.c $t 's/^	miss_wait(.*MISS_LOADS);/	(void)prog;/'
twin wide_in cpu/priv.c $t 's/(\*ax & ~mask) |/0 |/'
t=mem/test_l2
twin young mem/l2.c $t 's/way = \*order >> 60;/way = *order \& 15;/'
twin holes mem/l2.c $t '/^l2_drop/,/^}/s/^	\*order = /	uint64_t unused = /'
twin borrow mem/l2.h $t 's/ & ~other & / \& /'
twin disorder mem/l2.h $t 's/(old ^ (old << 4 | way)) & l2_up_to(old, way)/0/'
t=mem/test_dram
twin closed_rows mem/dram.c $t 's/d->row\[bank\] = row;/;/'
twin one_bank mem/dram.c $t 's/% DRAM_BANKS;/% 1;/'
twin whole_lines mem/dram.c $t 's/if (share > need)/if (share < need) share = 0; else/'
twin last_slice mem/dram.c $t 's/ && !begun) {/) {/'
twin endless mem/dram.c $t 's/number > n)/number > n + 99999)/'
t=mem/test_stream
twin two_misses mem/stream.h $t 's/d == s->step \&\& d != 0/d != 0/'
twin any_step mem/stream.h $t 's/(uint32_t)(d + STREAM_STEP) <= 2 . STREAM_STEP/1/'
twin same_line mem/stream.h $t 's/(d | ~known) == 0/0/'
twin upward mem/stream.c $t 's/sign = s->step > 0 ? 1 : -1/sign = 1/'
twin page_bound mem/stream.c $t 's/^	expect(st, s);/;/'
twin asks_again mem/stream.c $t 's/done = (int32_t)ahead + 1;/done = (int32_t)ahead;/'
t=cpu/test_tlb
twin hole cpu/tlb.c $t '/^set_drop/,/^}/s/way\[i\] = way\[i + 1\];/break;/'
twin piece cpu/tlb.c $t 's/(t->micro\[i\] & TLB_PIECE) != 0/0/'
twin all_pieces cpu/tlb.c $t 's/(t->micro\[i\] & TLB_PIECE) != 0/1/'
twin size cpu/tlb.c $t 's/ | (is_large ? TLB_PIECE : 0)//'
twin fifo cpu/tlb.c $t '/^set_access/,/^}/s/^	for (; i > 0/	for (; !hit \&\& i > 0/; s/^	way\[0\] = entry/	if (!hit) way[0] = entry/'
twin anywhere cpu/tlb.h $t 's/t->micro\[i\] != piece/t->micro[0] == 0/'
twin elsewhere cpu/tlb.h $t 's/there == ((page + 1) | TLB_PIECE)/t->micro[0] != 0/'
twin young_entry cpu/tlb.h $t 's/(i ^ t->oldest) & missed/0/'
t=mem/test_coh_swap
twin unwritten mem/coh_inline.h $t 's/(write ? COH_WROTE0 : 0)/0/'
twin ageless mem/coh_inline.h $t 's/2 \* COH_AGE/COH_AGE/'
twin private mem/coh_inline.h $t 's/((in & me->others) == 0 ||/(true ||/'
twin clean mem/coh_inline.h $t 's/ | (dirty & COH_FLAGS(COH_L2D))//'
twin present mem/coh_inline.h $t 's/word &= ~me->mine_alone;/;/'
twin as_it_was mem/coh_inline.h $t 's/word >> 56 != c->epoch/0/'
twin unseen_write mem/coh_inline.h $t 's/ | (dirty & COH_WROTE0);/;/'
twin unseen_read mem/coh_inline.h $t 's/seen = me->touch_now/seen = 0/'
twin unused mem/coh_inline.h $t 's/^	l2_touch(me->cache.*/	(void)me;/'
twin other_epoch mem/coh_inline.h $t 's/mask = COH_EPOCH(0xff) | COH/mask = COH/'
twin untouched mem/coh_inline.h $t 's/(COH_ORDERED) | me->touch_now/(COH_ORDERED)/'
twin first_write mem/coh_inline.h $t 's/(s->wrote & me->touch_now >> COH_SEEN) == 0/0/'
twin asleep mem/coh_inline.h $t 's/(word & COH_FLAGS(COH_MONITOR)) != 0/0/'
twin who_was_last mem/coh_inline.h $t 's/(me->mine & COH_LAST(0xf))/(word \& COH_LAST(0xf))/'
twin unheard mem/coh_create.c $t 's/COH_ORDERED | COH_MONITOR | COH_AHEAD/COH_ORDERED | COH_AHEAD/'
twin unseen_use mem/coh_create.c $t 's/COH_ORDERED | COH_MONITOR | COH_AHEAD/COH_ORDERED | COH_MONITOR/'
twin arrived mem/coh_create.c $t 's/COH_AHEAD | COH_BUSY/COH_AHEAD/'
twin alone mem/coh_create.c $t 's/me->mask\[0\] | COH_L2(0xf)/me->mask[0]/'
twin last_way mem/l1d.h $t '/^l1d_push/,/^}/s/set->tag\[5\] = fifth;/(void)fifth;/'
exit $rc

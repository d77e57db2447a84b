#!/bin/sh
# Twins of sim/mem/coh.c: each has one error of the protocol, which test_coh
# must notice, or of costs and order, which test_coh_cost must.  The unchanged
# file, built the same way, must pass.
set -u
: "${B:=build}"
. tests/twin.subr
dir=$B/tests/sim/mem/coh_twins
rm -rf "$dir" && mkdir -p "$dir"
cc=$(cat "$B/flags.sim")
san=$(printf '%s\n' "$cc" | grep -o -e '-fsanitize=[a-z,]*' | tr '\n' ' ')

test=test_coh
build() {	# name: link the test with $dir/name.c
	$cc -O1 -w -c "$dir/$1.c" -o "$dir/$1.o" && g++ $san \
	    "$B/tests/sim/mem/$test.o" "$dir/$1.o" "$B/librangeley.a" \
	    -o "$dir/$1" $(pkg-config --libs check) -Wl,--as-needed -lsystemc
}

twin() {	# name sed-script
	sed "$2" "$dir/same.c" >"$dir/$1.c"
	judge "$1" $test "$dir/same.c" "$dir/$1.c" build "$1"
}

sed -e '/^#include "mem\/coh_line.h"/{r sim/mem/coh_line.h' -e 'd}' sim/mem/coh.c \
    >"$dir/same.c"
for test in test_coh_cost test_coh; do
	passes $test build same
done

twin skips_one '/^invalidate/,/^}/s/d->l1 & ~stays/d->l1 \& ~(stays | 32)/'
twin l2_survives '/^invalidate/,/^}/s/l2_drop_others(c.*/;/'
twin l2d_stays '/^l2_forget/,/^}/s/COH_L2D | COH_AHEAD/COH_AHEAD/'
twin victim_lost '/^l2_bring/,/^}/s/dram_write(.*/;/'
twin victim_present '/^l2_bring/,/^}/s/l2_forget(.*/;/'
twin way_forgotten '/^l2_bring/,/^}/s/ | way << 4 . m/ | 0/'
twin not_written '/^l2_clean/,/^}/s/dram_write(.*/;/'
twin ex_stays '/^share/,/^}/s/d->flags &= .*/;/'
twin dirty_lost '/^share/,/^}/s/l2_take(.*/;/'
twin owner_keeps '/^share/,/^}/s/WAYS_S)/WAYS_E)/'
twin evict_clean '/^coh_evict/,/^}/s/	l2_bring(.*;/;/'
twin unordered_holders '/^become_ordered/,/^}/s/tell_holders(.*/;/'
twin dma_keeps '/^coh_dma/,/^}/s/invalidate(.*/;/'
twin dma_read_dirty '/^coh_dma/,/^}/s/l2_clean(.*/;/'
twin asleep_upgrade '/^coh_upgrade/,/^}/s/wake_monitors(.*/;/'
twin asleep_dma '/^coh_dma/,/^}/s/wake_monitors(.*/;/'
twin own_write '/^wake_monitors/,/^}/s/if (i == by)/if (0)/'
twin stale_memory '/^find_source/,/^}/s/if (d->flags & COH_L2D)/if (0)/'
twin upgrade_silent '/^coh_upgrade/,/^}/s/invalidate(.*/;/'
test=test_coh_cost
twin monitor_exclusive '/^coh_fill/,/^}/s/(d->flags & COH_MONITOR) == 0/true/'
twin eager '/^hold/,/^}/s/until > at ? until : at;/at;/'
twin not_held '/^hold/,/^}/s/set_busy(.*/;/'
twin free_too_early '/^busy/,/^}/s/until <= c->since/true/'
twin exact_corrects '/^hold/,/^}/s/!c->p.exact/true/'
twin exact_unordered '/^make_tag/,/^}/s/ \&\& !c->p.exact//'
twin reader_unseen '/^make_tag/,/^}/s/writers(c, line) != COH_BIT(cpu)/false/'
twin writer_seen '/^make_tag/,/^}/s/writers(c, line) != COH_BIT(cpu)/true/'
twin writer_unseen '/^make_tag/,/^}/s/WAYS_E << WAYS_STATE | WAYS_OWN/WAYS_M << WAYS_STATE/'
twin writers_forever '/^writers/,/^}/s/age == 1 ? s->wrote : 0/s->wrote | s->wrote_before/'
twin writers_unknown '/^become_ordered/,/^}/s/note_writers(c, line, both);/;/'
twin forgets_dma '/^coh_dma/,/^}/s/d->word = with_holders(.*/;/'
twin forgets_fetch '/^coh_fetch/,/^}/s/d->word = with_holders(.*/;/'
twin ordered_forever '/^note(/,/^}/s/word &= .*COH_ORDERED);/;/'
twin clean_forwarded '/^from_owner/,/^}/s/(d->flags & COH_L2D) != 0/true/'
twin free_upgrade '/^coh_fill/,/^}/s/up > s.latency/0/'
twin nobody_asked '/^upgrade_cost/,/^}/s/ || l2 != 0/ || 0/'
twin near_device '/^wake_monitors/,/^}/s/by < COH_MAX_CPU.*BIT(i)) != 0/true/'
twin instant '/^coh_fill/,/^}/s/ in_flight(c, d, at)/ 0/'
exit $rc

#!/bin/sh
# Twins of the accounts of frames: `rangeley' with one line changed, and a part of
# account_test.sh must fail with it, at the line named.
#
#	account_twins.sh [NAME...]
set -u
: "${B:=build}"
prog=account_twins test=account_test.sh
. tests/app/twins.subr

twin ends_early app/board.c throttle 'throttled: wm_eitr=1000:' 's/!i354_is_throttled(b->nic)/true/'
twin no_ring app/khops.c ring 'ring:' 's/if (o != NULL && in_ring(o))/if (false)/'
twin unseen app/replay.c cut 'cut after all of them' 's/r->freed\[place\]++;/;/'
twin of_devices app/replay_report.c cut 'cut in the middle: as many' 's/frame_on_drop(NULL, NULL);/;/'
twin one_target app/board.c cut 'cut in the middle: vectors' 's/smp->cpu\[i\]->lapic,/smp->cpu[0]->lapic,/'
twin any_mbuf app/khops.c cut 'what was seen' 's/o->mbuf == m && //'
twin not_told app/replay_report.c cut 'cut in the middle: dropped' 's/(is_told(r) ? 0 : in_kernel(r))/0/'
twin one_copy app/origin.c flood 'flood, cut at 100 ms' 's/o->ended = o->loaded = true;/o->loaded = true;/'
twin no_end app/board.c down 'down: the run ends' 's/== i354_stopped_all(b->nic)/== 0/'
exit $bad

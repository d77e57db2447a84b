#!/bin/sh
# Twins of `rangeley trial': the program with one line changed, and a part of
# trial_test.sh must fail with it, at the line named.  Those of the tester itself are in
# tests/sim/wire/wire_twins.sh.
#
#	trial_twins.sh [NAME...]
set -u
: "${B:=build}"
prog=trial_twins test=trial_test.sh
. tests/app/twins.subr
c=app/trial.c r=app/replay.c p=app/trial_report.c

twin from_the_start $c below "queues have what" 's/^			    s->before.rx_frames\[q\];/			    0;/'
twin one_seed $c below 'another seed' 's/t->opts.seed = opts_count(/(void)opts_count(/'
twin other_direction $p below 'each direction has its half' 's/&t->side\[1 - i\] : NULL/\&t->side[i] : NULL/'
twin unstoppable $r over '--stop-at-loss ends it early' 's/r->sender->dropped(r->arg, d);/;/'
twin counts_warm $c over 'what is lost was dropped somewhere' 's/^	if (d->id == 0)$/	if (false)/'
twin restless $c ways '--frames: a burst' 's/t->rested = .*/t->rested = true;/'
twin always_in_time $c over 'a drain that is too short' 's/tester_in_time(s->tester, d->at_tick) &&/true \&\&/'
twin kernel_unseen $r over 'GENERIC: one queue' '/^kernel_dropped/,/^}/s/note_drop(r,/(void)(r,/'
twin one_rate $c ways 'steps: from overload' 's/one(t, state, word, &s->step\[n++\]);/one(t, state, word, \&s->step[0]), n++;/'
exit $bad

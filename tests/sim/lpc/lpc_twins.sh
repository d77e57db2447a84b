#!/bin/sh
# Twins of sim/lpc: each is the file with one line changed, and the named test must
# fail with it (tests/twin.subr).
set -u
: "${B:=build}"
. tests/twin.subr
dir=$B/tests/sim/lpc/twins
rm -rf "$dir" && mkdir -p "$dir"
cc=$(cat "$B/flags.sim")
san=$(printf '%s\n' "$cc" | grep -o -e '-fsanitize=[a-z,]*' | tr '\n' ' ')

build() {	# name test source: link a test with another source file
	$cc -O0 -w -c "$3" -o "$dir/$1.o" && g++ $san "$B/tests/sim/lpc/$2.o" \
	    "$dir/$1.o" "$B/librangeley.a" -o "$dir/$1" \
	    $(pkg-config --libs check) -lsystemc
}

twin() {	# name source test sed-script: what, where, who notices, how
	sed "$4" "sim/lpc/$2" >"$dir/$1.c"
	judge "$1" "$3" "sim/lpc/$2" "$dir/$1.c" build "$1" "$3" "$dir/$1.c"
}

passes test_kcs build same test_kcs sim/lpc/kcs.c
passes test_kcs_time build same test_kcs_time sim/lpc/kcs.c
passes test_kcs build same test_kcs sim/lpc/bmc.c

kt() { twin "$1" kcs.c test_kcs "$2"; }
kt at_once 's/must(sc_ev_after(k->take_ev, byte_tick(k)))/must(sc_ev_after(k->take_ev, 0))/'
kt never_busy 's/ | KCS_IBF | (off/ | (off/'
kt always_busy 's/^	k->status &= ~KCS_IBF;//'
kt no_cd 's/(off == 1 ? KCS_CD : 0)/0/'
kt sticky_obf 's/^	k->status &= ~KCS_OBF;//'
kt early_answer 's/must(sc_ev_after(k->answer_ev, byte_tick(k)))/must(sc_ev_after(k->answer_ev, 0))/'
kt no_limit 's/k->nreq == sizeof(k->req)/k->nreq == 2 * sizeof(k->req)/'
kt short_limit 's/k->nreq == sizeof(k->req)/k->nreq == sizeof(k->req) - 1/'
kt any_length 's/k->nrsp == 0/false/'
kt lost_request 's/^		k->nreq = 0;//'
kt end_any_time 's/ && k->phase == BYTES)/)/'
kt any_next 's/byte != KCS_READ_NEXT/false/'
kt no_last 's/k->next < k->nrsp/k->next + 1 < k->nrsp/'
kt no_errors '/^fail(/,/^}/s/KCS_ERROR/KCS_IDLE/'
kt wrong_code 's/give(k, KCS_READ, ERROR_SAID, k->error)/give(k, KCS_READ, ERROR_SAID, 0)/'
kt no_way_back 's/ || k->phase == ERROR_SAID)/)/'
kt silent_abort 's/: KCS_ABORTED;/: KCS_NO_ERROR;/'
kt late_answer 's/^	must(sc_ev_cancel(k->answer_ev));$//'

tt() { twin "$1" kcs.c test_kcs_time "$2"; }
tt no_least 's/uint64_t tick = k->t.byte_tick;/uint64_t tick = 0;/'
tt no_most 's/return tick < k->t.max_tick ? tick : k->t.max_tick;/return tick;/;s/tick < k->t.max_tick && //'
tt one_step 's/while (tick < k->t.max_tick/if (tick < k->t.max_tick/'
tt any_seed 's/t->seed, base/1, base/'
tt short_tail 's/QUANTA + 1) != 0/QUANTA) != 0/'

bt() { twin "$1" bmc.c test_kcs "$2"; }
bt same_function 's/(req\[0\] + (1 << 2))/(req[0])/'
bt any_lun 's/commands\[i\].function << 2 == req\[0\]/commands[i].function == req[0] >> 2/'
bt any_args 's/commands\[i\].nargs != n - 2/false/'
bt sensor_0 's/arg\[0\] == 0 || //'
bt a_sensor_more 's/arg\[0\] > BMC_NSENSORS/arg[0] > BMC_NSENSORS + 1/'
bt one_reading 's/reading\[arg\[0\] - 1\]/reading[0]/'
bt always_there 's/m->bmc_present == 0/false/'
exit $rc

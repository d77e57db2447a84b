#!/bin/sh
# Twins of sim/wire and sim/core/frame.c: each is the file with one line
# changed, and the named test must fail with it (tests/twin.subr).
set -u
: "${B:=build}"
. tests/twin.subr
export TWINS	# a tenth of the long tests
dir=$B/tests/sim/wire/twins
rm -rf "$dir" && mkdir -p "$dir"
cc=$(cat "$B/flags.sim")
san=$(printf '%s\n' "$cc" | grep -o -e '-fsanitize=[a-z,]*' | tr '\n' ' ')

build() {	# name test source: link a test with another source file
	$cc -O0 -w -c "$3" -o "$dir/$1.o" && g++ $san "$B/tests/sim/$2.o" \
	    "$dir/$1.o" "$B/librangeley.a" -o "$dir/$1" \
	    $(pkg-config --libs check jansson libpcap) -lsystemc
}

twin() {	# name source test sed-script: what, where, who notices, how
	sed "$4" "sim/$2" >"$dir/$1.c"
	judge "$1" "$3" "sim/$2" "$dir/$1.c" build "$1" "$3" "$dir/$1.c"
}

passes core/test_frame build same core/test_frame sim/core/frame.c
passes wire/test_cable build same wire/test_cable sim/wire/cable.c
passes wire/test_replay build same wire/test_replay sim/wire/replay.c
passes wire/test_sides build same wire/test_sides sim/wire/sides.c
passes wire/test_search build same wire/test_search sim/wire/search.c
passes wire/test_burst build same wire/test_burst sim/wire/burst.c
passes wire/test_flows build same wire/test_flows sim/wire/flows.c
passes wire/test_seqcheck build same wire/test_seqcheck sim/wire/seqcheck.c
passes wire/test_schedule build same wire/test_schedule sim/wire/schedule.c
passes wire/test_tester build same wire/test_tester sim/wire/tester.c
passes wire/test_capture build same wire/test_capture sim/wire/capture.c

ft() { twin "$1" core/frame.c core/test_frame "$2"; }
ft dirty 's/memset(f, 0, offsetof(struct frame, data));//'
ft ends_again 's/assert(f->used && /assert(/'
ft uncounted 's/^	ledger.to\[to\]++;//'
ft unseen_drop 's/^	ledger.dropped\[place\]++;//'
ft anything_goes 's/return in == out;/return true;/'
ft late_word '/^frame_drop/,/^}/{s/^	give_back(f);//;s/^	if (drop_fn/	give_back(f);\n&/;}'

lt() { twin "$1" wire/cable.c wire/test_cable "$2"; }
lt no_preamble 's/(CABLE_PREAMBLE + n + FRAME_FCS)/(n + FRAME_FCS)/'
lt no_fcs 's/(CABLE_PREAMBLE + n + FRAME_FCS)/(CABLE_PREAMBLE + n)/'
lt no_gap 's/l->byte_tick \* CABLE_GAP/0/'
lt no_minimum 's/len_bytes < FRAME_MIN ? FRAME_MIN : len_bytes/len_bytes/'
lt at_once 's/bits_tick(l, len_bytes) + l->flight_tick/bits_tick(l, len_bytes)/'
lt shared 's/start_tick = tick_later(cable_idle_at(l, end), not/start_tick = tick_later(cable_idle_at(l, 0), not/'
lt impatient 's/start_tick = tick_later(cable_idle_at(l, end), not_before_tick)/start_tick = cable_idle_at(l, end)/'
lt overlapping 's/start_tick = tick_later(cable_idle_at(l, end), not_before_tick)/start_tick = not_before_tick/'
lt one_speed 's/(TICK_PER_S \/ rate_bps)/12/'
lt safe_wire 's/^		drop_all(&l->dir\[i\]);//'
lt still_busy 's/^		l->dir\[i\].idle_tick = 0;//'
lt chatty 's/^	if (l->up == up)$/	if (false)/'
lt same_end 's/&l->dir\[end ^ 1\];$/\&l->dir[end];/'
rt() { twin "$1" wire/replay.c wire/test_replay "$2"; }
rt all_at_once 's/t > idle_tick ? t : idle_tick/idle_tick/'
rt on_a_busy_wire 's/t > idle_tick ? t : idle_tick/t/'
rt adds_errors 's/t = pace_tick(r->counts.frames, TICK_PER_S, o->value);/t = r->counts.frames * (TICK_PER_S * PACE_ONE \/ o->value);/'
rt slower 's/o->value);$/o->value \/ PACE_ONE * PACE_ONE);/'
rt from_zero 's/return t == TICK_NEVER ? t : t + r->round_tick;/return t;/'
rt no_fcs_time 's/r->counts.bytes \* 8, TICK/(r->counts.bytes + 4) * 8, TICK/'
rt same_round 's|r->round_tick = next_round_tick(r);|;|'
rt for_ever 's/++r->round == o->loop || //;s/r->counts.frames == o->limit/r->counts.frames == 40/;s/o->limit != 0/true/'
rt no_limit 's/r->counts.frames == o->limit/r->counts.frames == o->limit + 1/'
rt no_zeros 's/memset(f->data + c->cap_bytes, 0, f->len_bytes - c->cap_bytes);/;/;s/frame_get(FRAME_FROM_SOURCE);/frame_get(FRAME_FROM_SOURCE); memset(f->data, 85, FRAME_MAX);/'
rt no_padding 's/c->len_bytes < FRAME_MIN ? FRAME_MIN : c->len_bytes/c->len_bytes/'
rt one_way 's/be32(a) > be32(b)/false/'
rt unchecked_sum 's/sub32(b, n);/;/'
rt no_borrow 's/v - n - (v < n)/v - n/'
rt any_speed 's/o->pace != PACE_TOP \&\& o->value == 0/false/'
rt patient 's/t == TICK_NEVER || (unsigned __int128)t \* rounds > PACE_TOO_LONG/false/'
rt unplugged_hurry 's/return idle_tick > r->busy_tick ? idle_tick : r->busy_tick;/return idle_tick;/'
rt no_number 's/f->id = r->counts.frames + 1;/f->id = r->counts.frames;/'
rt endless_total 's/^	if (o->limit != 0 \&\& o->limit < n)/	if (false)/'
rt rounds_past_the_limit 's/return o->loop != 0 \&\& o->loop < most ? o->loop : most;/return o->loop == 0 ? UINT64_MAX : o->loop;/'
rt time_has_no_end 's/sent \* limit_tick \/ now_tick;/sent * limit_tick;/'
twin half_a_capture wire/sides.c wire/test_sides 's/n += st->frames;/n = st->frames;/'
twin out_of_step wire/replay.c wire/test_sides 's/r->opts.take == NULL || r->opts.pace != PACE_STAMPS/true/'
twin senderless wire/sides.c wire/test_sides 's/side == 1 ? s->nobodys : 0;/0;/'
twin no_base wire/record.c wire/test_replay 's/r->base_ns + tick_to_ns_down(now)/tick_to_ns_down(now)/'
twin in_us wire/record.c wire/test_replay 's/PCAP_TSTAMP_PRECISION_NANO/PCAP_TSTAMP_PRECISION_MICRO/'
twin never_full wire/record.c wire/test_replay 's/pcap_dump_flush(r->out) != 0 || //'
twin sees_pauses wire/record.c wire/test_replay 's/f->from == FRAME_FROM_MAC/false/'
st() { twin "$1" wire/search.c wire/test_search "$2"; }
st never_long 's/\[SEARCH_CONFIRM\] = s->o.long_ns/[SEARCH_CONFIRM] = s->o.short_ns/'
st no_top 's/pass \&\& s->phase == SEARCH_TOP)/false)/;s/^	if (pass) {$/	if (false) {/'
st buffers_count 's/(1 - s->o.slack)/0/'
st small_steps 's/fmin(2 \* s->step, 0.5)/s->o.resolution/'
st no_loss_allowed 's/(double)seen->lost <= s->o.loss \* (double)seen->sent/seen->lost == 0/'
st guess_forgotten 's/s->o.guess_pps > 0 &&/false \&\&/'
st no_final 's/s->o.final_ns == 0)$/true)/'
st tireless 's/s->trials >= s->o.most/false/'
bt() { twin "$1" wire/burst.c wire/test_burst "$2"; }
bt a_frame_less 's/return b->lo;$/return b->lo - (b->lo > 9);/'
bt never_down 's/b->lo == 0)$/false)/'
bt one_step_up 's/^	b->step \*= 2;//'
bt steps_past 's/at_most(b->lo + b->step, b->o.max_frames)/b->lo + b->step/'
bt coarse 's/(double)b->hi \* b->o.resolution/(double)b->hi \/ 64/'
bt exact_always 's/step > 1 ? step : 1/1/'
bt no_guess 's/guess \/ 16 + 1 : guess/guess : guess/'
bt tireless 's/b->trials >= b->o.most/false/'
ct() { twin "$1" wire/seqcheck.c wire/test_seqcheck "$2"; }
ct all_came 's/popcountll(~\*bits)/popcountll(0 * *bits)/'
ct dirty_word 's/^	\*bits = 0;//'
ct from_highest 's/^	if (n >= 0)/	if (n > (int64_t)s->last)/'
ct no_tail 's/~s->bits\[w % SEQCHECK_WORDS\] & sent/0 * sent/'
ct short_numbers 's/return (int64_t)s->last + .*/return (int64_t)number;/'
ft2() { twin "$1" wire/flows.c wire/test_flows "$2"; }
ft2 another_key 's/0x6d, 0x5a/0x6d, 0x5b/'
ft2 any_port 's/v == 0 || //'
ft2 too_many 's/fs->n > FLOWS_MAX)/false)/;s/fs->n <= FLOWS_MAX/true/'
ft2 half_back 's/f->dst, f->src, f->dport, f->sport/f->dst, f->src, f->sport, f->dport/'
ht() { twin "$1" wire/schedule.c wire/test_schedule "$2"; }
ts() { twin "$1" wire/tester.c wire/test_schedule "$2"; }
tt() { twin "$1" wire/tester.c wire/test_tester "$2"; }
ts same_phase 's/rng_seed(&rng, o->seed, o->number)/rng_seed(\&rng, o->seed, 0)/'
ht adds_errors 's/pace_tick(k, TICK_PER_S, rate)/k * pace_tick(1, TICK_PER_S, rate)/'
ht no_end 's/first + after >= s->step_end_tick/first + after >= s->step_end_tick + 1000000/'
ht no_underrun 's/^	for (;; s->underrun++) {/	for (;;) {/'
ht all_in_a_burst 's/until_burst(s, rate, s->burst + 1) -$/until_burst(s, rate, s->burst + 2) -/'
ht one_rate 's/s->opts.step\[s->step\].rate/s->opts.step[0].rate/'
ht rates_go_on 's/s->due = s->burst = s->burst_sent = 0;/;/'
ts endless 's/t->counts.tx == t->opts.frames/false/'
tt twice_come 's/(\*sent & CAME) != 0/false/'
ts all_lost_alike 's/^				c->step\[i\].lost++;/				c->step[0].lost++;/'
tt one_flow 's/t->next + 1 == t->nlane ? 0 : t->next + 1/t->next/'
tt no_pseudo_length 's/2u \* udp_bytes(t)/udp_bytes(t)/'
tt zero_sum 's/sum == 0 ? 0xffff : sum/sum/'
tt counts_learning 's/if (magic == MAGIC_LEARN)/if (false)/;s/magic != MAGIC ||/false ||/'
tt any_flow 's/be32(p + 6) >= t->nlane/false/;s/t->lane\[be32(p + 6)\]/t->lane[be32(p + 6) % t->nlane]/'
tt bits_in_latency 's/^	    cable_arrival_tick(from->cable, f->len_bytes) -/	    0 -/'
tt never_late 's/!tester_in_time(from, sc_now_tick())/false/'
tt unstoppable 's/^	if (t->stopped) {/	if (false) {/'
tt by_number 's/t->counts.hashed\[l->hashed\]++/t->counts.hashed[t->next % 4]++/'
tt always_forwarded 's/now <= from->deadline_tick - from->opts.drain_tick/true/'
tt cold_counts 's/^	if (t->warming)$/	if (false)/'
tt no_rest 's/t->end_tick + QUIET_TICK/t->end_tick/'
tt restless 's/!rested(t)/false/'
at() { twin "$1" wire/capture.c wire/test_capture "$2"; }
at with_fcs 's/^	h->len -= .*;/	;/'
at coarse 's/PCAP_TSTAMP_PRECISION_NANO/PCAP_TSTAMP_PRECISION_MICRO/'
at any_link 's/pcap_datalink(c->pcap) != DLT_EN10MB/false/'
at empty_frames 's/h->len == 0/false/'
at giants 's/h->len > FRAME_MAX/false/'
at too_many_bytes 's/h->caplen > h->len/false/'
at any_time 's/(uint64_t)h->ts.tv_usec >= NS_PER_S/false/'
at cut_short 's/^	if (rc == -1)/	if (false)/'
at empty_file 's/c->info.frames == 0/false/'
at once_only 's/lseek(own, 0, SEEK_SET) != 0/false/'
at no_truncated 's/i->truncated += h->caplen < h->len;/;/'
at forward 's/i->backward += /0 + /;s/i->frames > 0 && t < \*before;/0;/'
ct early 's/s->word >= SEQCHECK_WORDS/s->word + 1 >= SEQCHECK_WORDS/'
ct once_a_dup 's/s->dup++;/;/'
ct wide 's|(uint64_t)n / 64 + SEQCHECK_WORDS <= s->word|(uint64_t)n / 64 + SEQCHECK_WORDS < s->word|'
ct too_long_a_tail 's/(UINT64_C(1) << here) - 1/UINT64_MAX/'
ft2 short_key 's/k < i + 32/k < i + 31/'
ft2 a_port_less 's/p <= LAST_PORT/p < LAST_PORT/'
ft2 any_end 's/strtok_r(NULL, space, &save) != NULL/false/'
ft2 any_byte 's/good = strlen(line) == (size_t)len;//'
ht no_phase 's/s->step_tick + s->phase_tick/s->step_tick/'
ts one_phase 's/rng_seed(&rng, o->seed, o->number)/rng_seed(\&rng, 1, 0)/'
tt same_way 's/t->opts.back ? flow_back(f) : \*f/*f/'
tt any_number 's/be32(p + 2) >= from->counts.tx/false/;s/from->sent\[be32(p + 2)\]/from->sent[be32(p + 2) % from->counts.tx]/'
ts first_lost 's/c->last_lost_tick = from->sent/if (c->last_lost_tick == TICK_NEVER) &/'
tt half_folded 's/(uint16_t)~halves(halves(sum))/(uint16_t)~sum/'
tt any_address 's/memcmp(p, mac, sizeof(mac)) != 0/false/'
tt own_cable 's/cable_arrival_tick(from->cable/cable_arrival_tick(t->cable/'
tt long_drain 's/t->stopped ? sc_now_tick() : t->end_tick/t->end_tick/'
tt no_quiet 's/opts->learn \* LEARN_TICK + QUIET_TICK/opts->learn * LEARN_TICK/'
tt no_tail 's/seqcheck_end(&c.rx, from->counts.tx);//'
exit $rc

#!/bin/sh
# Twins of sim/mem/io.c and sim/probe/probe.c: each is the file with one line
# changed, and the named test must fail with it.  The unchanged file, built the
# same way, must pass, so that a failure is the twin's doing.  Uses the library
# and the tests' objects of the build.
set -u
: "${B:=build}"
. tests/twin.subr
dir=$B/tests/sim/mem/twins
rm -rf "$dir" && mkdir -p "$dir"
cc=$(cat "$B/flags.sim")
san=$(printf '%s\n' "$cc" | grep -o -e '-fsanitize=[a-z,]*' | tr '\n' ' ')

build() {	# name test source: link a test with another source file
	$cc -O0 -w -c "$3" -o "$dir/$1.o" && g++ $san "$B/tests/sim/$2.o" \
	    "$dir/$1.o" "$B/librangeley.a" -o "$dir/$1" \
	    $(pkg-config --libs check) -lsystemc
}

twin() {	# name source test sed-script: what, where, who notices, how
	sed "$4" "sim/$2" >"$dir/$1.c"
	judge "$1" "$3" "sim/$2" "$dir/$1.c" build "$1" "$3" "$dir/$1.c"
}

same() {	# source test...: no twin, no failure
	src=$1
	shift
	for t in "$@"; do
		passes "$t" build same "$t" "sim/$src"
	done
}

io=mem/io.c
same $io mem/test_io mem/test_io_dma mem/test_io_random

# Who answers.
twin overlapping $io mem/test_io 's/ || last < d->base ||$/ || true ||/'
twin distant $io mem/test_io 's/dev->base > d->base + (d->bytes - 1)/false/'
twin hanging_over $io mem/test_io 's/size <= d->bytes - .*;/true;/'
twin one_space $io mem/test_io 's/io->dev\[i\].ports == ports &&//'
# Ports.
twin parallel $io mem/test_io 's/start_clk = tick_later(t, p->free_clk)/start_clk = t/'
twin one_port $io mem/test_io 's/return &io->port\[module\];/return io->port;/'
twin impatient $io mem/test_io 's/issue(p, a, address, tick_later(t, p->free_clk))/issue(p, a, address, t)/'
twin greedy $io mem/test_io '/issue(p, a, address, tick_later/s/$/ p->free_clk = tick_later(t, p->free_clk) + 200;/'
twin overtaking $io mem/test_io 's/tick_later(tick_to_clk(tick), p->arrival_clk)/tick_to_clk(tick)/'
twin forgetful $io mem/test_io_random 's/^	p->arrival_clk = a.arrival_clk;//'
twin early $io mem/test_io 's/clk_to_tick_up(start_clk/clk_to_tick_down(start_clk/'
twin instant $io mem/test_io 's/start_clk + par->flight_clk/start_clk/'
twin one_way $io mem/test_io 's/(total_clk - par->flight_clk)/total_clk/'
twin like_memory $io mem/test_io 's/a.dev->ports ? par->port_clk/false ? 0/'
twin free_write $io mem/test_io 's/start_clk + io->par.write_clk/start_clk/'
twin shuffled $io mem/test_io 's/(p->first + i) & (p->len - 1)/i/'
twin wide $io mem/test_io 's/^	a.value = low_bytes.*//'
twin wide_answer $io mem/test_io_random 's/answer->value = low_bytes(value, a->size)/answer->value = value/'
twin asleep $io mem/test_io 's/--p->n > 0/--p->n > 1000/'
twin lingering $io mem/test_io 's/must(sc_ev_cancel.*//'
twin second_read $io mem/test_io 's/io->waiting |= .*//'
twin let_go $io mem/test_io 's/io->held |= .*//'
twin held_early $io mem/test_io 's/a->leave_clk = tick_later(a->leave_clk, at);//'
twin held_on $io mem/test_io 's/io->held &= .*//'
twin twice $io mem/test_io 's/if (cpu != io->reader)/if (true)/'
twin nobody $io mem/test_io 's/p->io->arriving = a.cpu;//'
twin optimist $io mem/test_io 's/q > par->msi_clk/false/'
# Memory.
twin wide_dma $io mem/test_io_dma 's/start_clk = tick_later(at, io->dma_free_clk)/start_clk = at/'
twin whole_lines $io mem/test_io_dma 's/LINE_BYTES - (pa + i) % LINE_BYTES/LINE_BYTES/'
twin last_line $io mem/test_io_dma 's/done_clk = tick_later(done_clk, end_clk)/done_clk = end_clk/'
twin wrapping $io mem/test_io_dma 's/pa + n < pa || //;s/io->m.arg, pa, n)/io->m.arg, pa \& 0xffffffff, 1)/'
twin always_read $io mem/test_io_dma 's/^		    from != NULL, start_clk/0, start_clk/'
twin racing $io mem/test_io_dma 's/^	    io->dma_done_clk);/	    0);/'
twin careless $io mem/test_io_random 's/io->dma_done_clk = tick_later(.*/io->dma_done_clk = done_clk;/'
twin no_window $io mem/test_io_dma 's/address >= IO_MSI_BASE && //'
twin long_window $io mem/test_io_dma 's/address < IO_MSI_END/address <= IO_MSI_END/'
twin lost $io mem/test_io_dma 's/(void)io_dma_write(io, address.*/;/'

probe=probe/probe.c
same $probe probe/test_probe probe/test_probe_timer
pt() { twin "$1" $probe probe/test_probe "$2"; }
tt() { twin "$1" $probe probe/test_probe_timer "$2"; }
pt no_halves 's/ >> 8 \* (off - r->reg.off);/;/'
pt low_half 's/ + (off - r->reg.off), &value/, \&value/'
pt any_width 's/size < 4 || off % size != 0 || //'
pt two_at_once 's/ || size > r->reg.bytes//'
pt writable 's/return strchr(r->reg.access, access) != NULL ? r : NULL;/return r;/'
pt uncounted '/^reg_write/,/^}/s/p->count++;//'
pt uncounted_port '/^port_read/,/^}/s/p->count++;//'
pt unseen_out '/^port_write/,/^}/s/p->last_arrival_cyc = .*//'
pt ticks_for_cycles 's/tick_to_cyc_down(sc_now_tick())/sc_now_tick()/'
pt first_port 's/memcpy(&p->port\[off\]/memcpy(\&p->port[0]/'
pt flat_pattern 's/i % 4 \* 8/0/'
pt done_early 's/ || now_clk() < p->done_clk//'
pt done_late 's/now_clk() < p->done_clk/now_clk() <= p->done_clk/'
pt sums_on 's/^	p->next_sum = 0;//'
pt too_long 's/p->dma_len <= PROBE_DMA_MAX/p->dma_len <= PROBE_DMA_MAX + 1/'
pt never_refused 's/p->next_done = PROBE_DMA_REFUSED/p->next_done = PROBE_DMA_OK/'
pt two_transfers 's/^	if (p->next_done != PROBE_DMA_NOT ||$/	if (/'
pt any_go 's/ ||$/) return; if (false \&\&/;/^	    (p->go != PROBE_DMA_WRITE/s/))/))/'
pt sends_always 's/(p->go & PROBE_MSI_SEND) == 0/false/'
pt sends_now 's/^		at_clk = p->done_clk;/;/'
pt stale_wait 's/ && p->next_done != PROBE_DMA_NOT)/)/'
tt once 's/^	timer_set(p);//'
tt unstoppable 's/(void)sc_ev_cancel(p->timer_ev);/;/'
tt no_alarm 's/sc_ev_after(p->alarm_ev.*/0;/'
tt alarm_for_good 's/(void)sc_ev_cancel(p->alarm_ev);/;/'
tt alarm_forgets 's/^\tp->alarm_ns = 0;//'
tt slow_timer 's/ns_to_tick(p->period_ns)/p->period_ns/'
tt no_ticks 's/p->ticks++;//'
exit $rc

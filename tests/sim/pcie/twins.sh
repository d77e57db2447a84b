#!/bin/sh
# Twins of sim/pcie: each is a file with one line changed, and the named test
# must fail with it.  The unchanged files, built the same way, must pass.  Uses
# the library and the tests' objects of the build.
set -u
: "${B:=build}" "${TWINS:=10}"
. tests/twin.subr
dir=$B/tests/sim/pcie/twins
rm -rf "$dir" && mkdir -p "$dir"
cc=$(cat "$B/flags.sim")
libs="$(pkg-config --libs check inih jansson) -lsystemc"
san=$(printf '%s\n' "$cc" | grep -o -e '-fsanitize=[a-z,]*' | tr '\n' ' ')

build() {	# name test source: link a test with another source file
	$cc -O0 -w -c "$3" -o "$dir/$1.o" && g++ $san \
	    "$B/tests/sim/pcie/test_$2.o" "$dir/$1.o" "$B/librangeley.a" \
	    -o "$dir/$1" $libs
}

twin() {	# name source test sed-script: what, where, who notices, how
	sed "$4" "sim/pcie/$2.c" >"$dir/$1.c"
	judge "$1" "$3" "sim/pcie/$2.c" "$dir/$1.c" build "$1" "$3" "$dir/$1.c"
}

# The same for sim/cpu and its test of the IOAPIC's messages.
build_cpu() {	# name source
	$cc -O0 -w -c "$2" -o "$dir/$1.o" && g++ $san \
	    "$B/tests/sim/cpu/test_smp_intr.o" "$dir/$1.o" \
	    "$B/librangeley.a" -o "$dir/$1" $libs
}

cpu() {	# name source sed-script
	sed "$3" "sim/cpu/$2.c" >"$dir/$1.c"
	judge "$1" smp_intr "sim/cpu/$2.c" "$dir/$1.c" build_cpu "$1" \
	    "$dir/$1.c"
}

# All unchanged files at once.
mkdir "$dir/as_is"
for src in root config caps bar msix msi intx tlp requester link land print \
    ioapic; do
	$cc -O0 -w -c "sim/pcie/$src.c" -o "$dir/as_is/$src.o" || exit 1
done
build_as_is() {	# test
	g++ $san "$B/tests/sim/pcie/test_$1.o" "$dir"/as_is/*.o \
	    "$B/librangeley.a" -o "$dir/same" $libs
}
for t in config dma order msix pins random print ioapic; do
	passes "$t" build_as_is "$t"
done

# How one gets there.
twin always_on root config 's/ || (p->address & CF8_ON) == 0//'
twin writes_always_on root config 's/off >= 4 && (p->address & CF8_ON) != 0/off >= 4/'
twin byte_address root config 's/if (off == 0 && size == 4)$/if (off == 0)/'
twin reserved root config 's/(uint32_t)v & (CF8_ON | 0xfffffc)/(uint32_t)v/'
twin word_only root config 's/ | (off & 3);/;/'
twin zeros root config 's/return size == 8 ? ~UINT64_C(0) : .*/return 0;/'
twin across root config 's/ && off % 4 + size <= 4;/;/'
twin any_bus root config 's/p->fn\[i\]->bdf == bdf/(p->fn[i]->bdf \& 255) == (bdf \& 255)/'
twin bridgeless root config 's/(void)pcie_add(p, 0, 0, 0, &d, &none);/;/'
twin lonely root config 's/f->init\[CFG_HEADER\] |= 0x80;//'
twin first_alone root config 's/p->fn\[i\]->cfg\[CFG_HEADER\] |= 0x80;//'
twin unaligned root config 's/(\*next + bytes - 1) & ~(bytes - 1)/*next/'
twin switched_on root config 's/cfg_write(f, CFG_COMMAND, 2, 0)/cfg_write(f, CFG_COMMAND, 2, 7)/'
twin no_line root config 's/pcie_intx_gsi(f));/f->pcie->par.gsi_first);/'
twin no_sizes root config 's/v |= (log2_of(par->mps_bytes) - 7) << 5;//'
twin own_table root msix 's/if (msix_holds(w->fn, w->bar, off))/if (false)/'
twin a_link_each root order 's/l = p->fn\[i\]->link;//'
twin not_pushed root order '/^bar_read/,/^}/s/requester_answer(f, size);//'
twin config_not_pushed root order '/^config_read/,/^}/s/requester_answer(f, 4);//'
# What is there, and what may change.
twin endless caps config 's/at = off + 1;/at = CFG_CAPS;/'
twin no_list caps config 's/f->init\[CFG_STATUS\] |= STS_CAPS;/;/'
twin fixed_size caps config 's/~(b->bytes - 1), 0);/~0u, 0);/'
twin narrow caps config 's/b->wide ? 4u : 0u/0u/'
twin all_bars caps config 's/(mem ? CMD_MEM : 0u)/0u/'
twin msix_size caps config 's/d->nmsix - 1, MSIX_ON/d->nmsix, MSIX_ON/'
twin serial_order caps config 's/(uint32_t)(f->d.serial >> 32)/(uint32_t)f->d.serial/'
twin no_serial caps config 's/f->d.serial != 0 ? CFG_SERIAL << 20 : 0u/0u/'
twin wrong_lanes caps config 's/>= par->byte_x1000_tick)/> par->byte_x1000_tick)/'
twin all_writable config config 's/mask = f->mask\[off + i\]/mask = 0xff/'
twin no_w1c config dma 's/\*p &= (uint8_t) \?~(b & f->w1c.*;//'
twin first_byte config config 's/(uint8_t)(v >> 8 \* i);$/(uint8_t)v;/'
twin d1 config config 's/^		power_written(f, old_power);/;/'
twin no_reset config config 's/^		function_reset(f);/;/'
twin forgets_payload config config 's/CFG_EXP + EXP_CONTROL\] |= mps;/CFG_EXP + EXP_CONTROL] |= 0;/'
twin silent_reset config config 's/f->ops.reset(f->ops.arg);/;/'
twin always_master config dma 's/(command(f) & CMD_MASTER) != 0 && //'
twin awake config dma 's/(command(f) & CMD_MASTER) != 0 && cfg_in_d0(f)/(command(f) \& CMD_MASTER) != 0/'
twin big_payload config dma 's/code > EXP_MPS_MAX_CODE)/code > 7)/'
twin never_pending config dma 's/f->reads != 0 ||/false \&\&/'
twin no_intx_bit config pins 's/word == CFG_COMMAND && f->intx/false/'
twin spoilt config order 's/f->write_bad = f->read_bad = false;//'
twin off_answers bar config 's/(command & on) == 0 ||/false ||/'
twin asleep_answers bar config 's/!cfg_in_d0(f))/false)/'
twin short_way bar config 's/a |= (uint64_t).*<< 32;//'
twin hanging_over bar config 's/size <= w->bytes - .*/true)/'
twin one_space bar config 's/w->io == io &&/true \&\&/'
# Interrupts.
twin unmasked_table msix msix 's/entry(f, v)\[CONTROL\] = 1;//'
twin odd_address msix msix 's/{ ~3u, ~0u, ~0u, 1 }/{ ~0u, ~0u, ~0u, 1 }/'
twin wide_control msix msix 's/{ ~3u, ~0u, ~0u, 1 }/{ ~3u, ~0u, ~0u, ~0u }/'
twin narrow_table msix msix 's/return size >= 4 && off % size == 0;/return off % size == 0;/'
twin vector_unmasked msix msix 's/(entry(f, v)\[CONTROL\] & 1) != 0 ||/false ||/'
twin function_unmasked msix msix 's/return (control(f) & MSIX_MASKED) != 0 ||/return false ||/'
twin unmastered msix msix 's/ || !cfg_may_master(f);/;/'
twin not_kept msix msix 's/f->pba\[v \/ 64\] |= UINT64_C(1) << v % 64;//'
twin kept_twice msix msix '/^msix_changed/,/^}/s/pcie_msix_clear(f, v);//'
twin sent_masked msix msix 's/pcie_msix_pending(f, v) && !blocked(f, v)/pcie_msix_pending(f, v)/'
twin off_sends msix msix '/^pcie_msix(/,/^}/s/!pcie_msix_enabled(f)/false/'
twin off_keeps msix msix 's/memset(f->pba, 0, n \* sizeof(\*f->pba));//'
twin one_word msix msix 's/return (f->d.nmsix + 63) \/ 64;/return f->d.nmsix > 0;/'
twin low_half msix msix 's/f->pba\[at \/ 8\] >> 8 \* (at % 8)/f->pba[at \/ 8]/'
twin below_4gb msix msix 's/(uint64_t)e\[ADDR_HIGH\] << 32 |//'
twin write_half msix msix 's/write_word(f, off + 4, (uint32_t)(v >> 32));//'
twin all_one msi pins '/^data_of/,/^}/s/ & ~(enabled(f) - 1)) | v;/);/'
twin as_asked msi pins 's/return n < f->d.msi ? n : f->d.msi;/return n;/'
twin msi_unmasked msi pins 's/return (cfg_get(f->cfg, CFG_MSI + MSI_MASK, 4) >> v & 1) != 0 ||/return false ||/'
twin msi_unmastered msi pins 's/!cfg_may_master(f);/false;/'
twin msi_off_sends msi pins 's/if (!pcie_msi_enabled(f))/if (false)/'
twin msi_lost msi pins '/^msi_changed/,/^}/s/if (on)/if (false)/'
twin msi_flat msi pins 's/high << 32 | low/low/'
twin intx_always intx pins 's/f->intx && !off && /f->intx \&\& /'
twin intx_with_msi intx pins 's/!pcie_msi_enabled(f) &&/true \&\&/'
twin intx_with_msix intx pins 's/!pcie_msix_enabled(f) &&/true \&\&/'
twin intx_asleep intx pins 's/ && cfg_in_d0(f);/;/'
twin intx_repeats intx pins 's/if (level == f->intx_told)/if (false)/'
twin intx_alone intx pins 's/\*held == (level ? 1 : 0)/true/'
twin intx_one_pin intx pins 's/pcie_intx_gsi(f), level/p->par.gsi_first, level/'
# Packets.
twin across_pages tlp dma 's/piece > page/false/'
twin long_words tlp dma 's/ - pa % 4)$/)/;s/max_bytes - (uint32_t)(pa % 4)/max_bytes/'
twin bytes_count tlp dma 's/return ((uint32_t)(pa % 4) + n + 3) & ~3u;/return n;/'
twin short_header tlp dma 's/pa >> 32 != 0 ? HEADER4_BYTES : HEADER3_BYTES/HEADER3_BYTES/'
twin long_header tlp dma 's/pa >> 32 != 0 ? HEADER4_BYTES : HEADER3_BYTES/HEADER4_BYTES/'
twin whole_answers tlp dma 's/return ((uint32_t)(pa \& .*/return (n + rcb_bytes - 1) \/ rcb_bytes;/'
twin bare_answers tlp dma 's/^	    tlp_completions(pa, n, rcb_bytes) \*/0 */'
twin short_message tlp pins 's/^	return FRAME_BYTES + HEADER4_BYTES;/return FRAME_BYTES + HEADER3_BYTES;/'
twin cheap_data tlp order 's/ + PD_CREDIT_BYTES - 1) \//) \//'
twin read_sizes requester dma 's/cfg_exp_size(f, SHIFT_MRRS)/cfg_exp_size(f, SHIFT_MPS)/'
twin write_sizes requester dma 's/cfg_exp_size(f, SHIFT_MPS)/cfg_exp_size(f, SHIFT_MRRS)/'
twin bold requester dma '/^request/,/^}/s/!cfg_may_master(f)/r->kind == TLP_READ \&\& !cfg_may_master(f)/'
twin one_buffer requester dma 's/t->buf = r->to + i;/t->buf = r->to;/'
twin uncopied requester dma 's/r->from + i, n/r->from, n/'
twin every_part requester dma 's/^	if (t->last) {/	if (true) {/'
# Link time, credits, order.
twin no_queue link dma 's/start = tick_later(\*free_mtick, from_tick \* MTICKS)/start = from_tick * MTICKS/'
twin no_fractions link dma 's/\*free_mtick = start + \(.*\);/*free_mtick = pcie_link_tick_up(start + \1) * MTICKS;/'
twin rounds_down link dma 's/(mtick + MTICKS - 1) \/ MTICKS/mtick \/ MTICKS/'
twin no_flight link dma 's/t->tick = pcie_link_tick_up(l->up_mtick) + l->pcie->par.flight_tick;/t->tick = pcie_link_tick_up(l->up_mtick);/'
twin free_mmio link dma '/^pcie_link_charge_down/,/^}/s/pcie_link_down(l, sc_now_tick(), bytes);//'
twin generous link order 's/(l->ph > 0 && /(/'
twin data_free link order 's/ && l->pd >= tlp_data_credits(t))/)/'
twin read_free link order 's/ && l->nph > 0)$/)/;s/l->pcie->par.reads_max && l->nph > 0/l->pcie->par.reads_max/'
twin tags_free link order 's/t->fn->reads < l->pcie->par.reads_max && //'
twin kept_credit link order 's/^			l->ph++;//'
twin kept_data link order 's/l->pd += tlp_data_credits(t);//'
twin kept_read link order 's/l->nph += t->credit;//'
twin early_credit link order 's/^	    t->back_tick <= now) {/	    true) {/'
twin never_looks link order 's/pcie_must(sc_ev_at(l->pump_ev, tick));/;/'
twin overtakes link order 's/posted != NULL && posted->seq < t->seq/false/'
twin blocked_writes link order 's/^	if (has_credits(l, p)) {/	if (has_credits(l, p) \&\& l->nph == l->pcie->par.credit_nph) {/'
twin youngest link order 's/t->seq < best->seq/t->seq > best->seq/'
twin unkilled link order 's/^		t->dead = true;//'
twin posted_unkilled link order 's/^			t->dead = true;/;/'
twin kills_all link order 's/t->fn == f && t->kind == TLP_WRITE/t->kind == TLP_WRITE/'
# The root.
twin flies_twice land dma 's/data, now_clk() - flight_clk)/data, now_clk())/'
twin any_message land dma 's/t->n != sizeof(data) || //'
twin odd_message land dma 's/ || t->pa % sizeof(data) != 0//'
twin no_window land dma 's/t->pa >= IO_MSI_BASE && t->pa < IO_MSI_END/false/'
twin visible_early land order 's/l->visible_tick = tick_later(l->visible_tick, tick)/l->visible_tick = tick/'
twin arrives_done land dma 's/return t->ok ? clk_to_tick_up(done_clk) : sc_now_tick();/return sc_now_tick();/'
twin all_well land dma 's/f->write_bad |= !t->ok;//'
twin reads_well land dma 's/f->read_bad |= !t->ok;//'
twin bad_for_ever land dma 's/f->write_bad &= !t->last;//'
twin reads_bad land dma 's/f->read_bad &= !t->last;//'
twin no_status land dma 's/f->cfg\[CFG_STATUS + 1\] |= .*/;/'
twin no_turn land dma 's/tick_later(clk_to_tick_up(done_clk), now) + par->read_tick/tick_later(clk_to_tick_up(done_clk), now)/'
twin one_way land dma 's/pcie_link_tick_up(l->down_mtick) + par->flight_tick/pcie_link_tick_up(l->down_mtick)/'
twin data_anyway land dma 's/bytes = tlp_completion_bytes(.*/;/'
twin no_ack land dma '/^pcie_link_arrive/,/^}/s/par.dllp_bytes != 0/par.dllp_bytes == 0/'
twin no_write_ack root dma '/^bar_write/,/^}/s/pcie_link_ack(.*;//'
twin no_read_ack root dma '/^bar_read/,/^}/s/pcie_link_ack(.*;//'
twin no_config_ack root dma '/^config_read/,/^}/s/pcie_link_ack(.*;//'
twin no_config_write_ack root dma '/^config_write/,/^}/s/pcie_link_ack(.*;//'
twin ack_first link dma '/^pcie_link_charge_down/,/^}/s/pcie_link_down(l, sc_now_tick(), bytes);/&pcie_link_ack(l);/'
twin no_up_ack land dma 's/(void)pcie_link_up(l, t->arg .*/;/'
twin stale land order 's/t->ok && t->epoch == t->fn->epoch);/t->ok);/'
twin stale_read land order 's/const bool ours = t->epoch == f->epoch;/const bool ours = true;/;s/t->ok = done_clk != 0 && .*/t->ok = done_clk != 0;/'
twin into_nowhere land order 's/if (t->epoch == t->fn->epoch)$/if (true)/'
twin still_pending land dma 's/f->pending -= t->last && t->done == NULL;//'
# The I/O APIC.
io() { twin "$1" ioapic ioapic "$2"; }
io version 's/0x20u | (IOAPIC_INPUTS - 1) << 16/0x20u/'
io unmasked 's/a->low\[n\] = MASKED;/a->low[n] = 0;/'
io writable 's/\*w = (\*w & ~LOW_WRITABLE) | (v & LOW_WRITABLE);/*w = v;/'
io all_high 's/\*w = v & 0xff000000;/*w = v;/'
io any_size '/^reg_write/,/^}/s/size != 4/false/'
io any_size_read '/^reg_read/,/^}/s/size != 4/false/'
io wide_select 's/a->select = v & 0xff;/a->select = v;/'
io no_polarity 's/return wire != .*/return wire;/'
io all_active_high 's/!= (n >= IOAPIC_PCI)/!= false/'
io masked_sends 's/(\*low & MASKED) != 0 || //'
io edge_repeats 's/^		if (!was)/		if (true)/'
io level_repeats 's/} else if ((\*low & REMOTE_IRR) == 0) {/} else if (true) {/'
io irr_stays 's/^		a->low\[n\] &= ~(uint32_t)REMOTE_IRR;//'
io edge_irr 's/^		\*low &= ~(uint32_t)REMOTE_IRR;/;/'
io no_resend '/^end_of/,/^}/s/judge(a, n, true);//'
io any_vector 's/(a->low\[n\] & 0xff) != vector/false/'
io one_entry '/^end_of/,/^}/s/judge(a, n, true);/{ judge(a, n, true); return; }/'
io no_trigger 's/ | (low & LEVEL) | DATA_ASSERT/ | DATA_ASSERT/'
io no_mode 's/(low & 0x7ff) |/(low \& 0xff) |/'
io physical 's/(low & LOGICAL) != 0 ? 4u : 0u/0u/'
io eoi_at_once 's/ + a->eoi_tick;/;/'
io eoi_order 's/a->eoi\[i - 1\].tick > tick/false/'
io one_eoi '/^eoi_arrives/,/^}/s/if (a->neoi != 0)/if (false)/'
io no_eoi_register 's/else if (off == EOI)/else if (false)/'
io no_unmask '/^put/,/^}/s/judge(a, n, was);//'
cpu level_lost smp 's/lapic_message(&c->lapic, vector, level, at)/lapic_message(\&c->lapic, vector, false, at)/'
cpu all_level smp_create 's/(data >> 15 & 1) != 0/true/'
cpu unheard smp_create 's/cpu->lapic.eoi = eoi;//'
cpu deaf smp_create 's/^	if (smp->eoi != NULL)/	if (false)/'
cpu nobody smp_create 's/^	if (smp->eoi != NULL)/	if (true)/'
# Words.
twin sign print print "s/? '+' : '-'/? '-' : '+'/"
twin no_extended print print 's/f->d.pcie_cap ? PCIE_CFG_BYTES : 256/256/'
exit $rc

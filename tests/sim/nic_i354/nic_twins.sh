#!/bin/sh
# Twins of sim/nic_i354: each is a file with one line changed, and the named
# test must fail with it (tests/twin.subr).
set -u
: "${B:=build}" "${TWINS:=10}"
. tests/twin.subr
dir=$B/tests/sim/nic_i354/twins
rm -rf "$dir" && mkdir -p "$dir"
cc=$(cat "$B/flags.sim")
san=$(printf '%s\n' "$cc" | grep -o -e '-fsanitize=[a-z,]*' | tr '\n' ' ')

build() {	# name test source: link a test with another source file
	$cc -O0 -w -c "$3" -o "$dir/$1.o" && g++ $san \
	    "$B/tests/sim/nic_i354/$2.o" "$dir/$1.o" "$B/librangeley.a" \
	    -o "$dir/$1" $(pkg-config --libs check inih jansson libpcap) -lsystemc
}

twin() {	# name source test sed-script: what, where, who notices, how
	sed "$4" "sim/nic_i354/$2" >"$dir/$1.c"
	judge "$1" "$3" "sim/nic_i354/$2" "$dir/$1.c" build "$1" "$3" \
	    "$dir/$1.c"
}

passes test_rx build same test_rx sim/nic_i354/rx_dma.c
passes test_rx_wait build same test_rx_wait sim/nic_i354/rx_ring.c
passes test_filter build same test_filter sim/nic_i354/rss.c
passes test_cause build same test_cause sim/nic_i354/cause.c
passes test_tx build same test_tx sim/nic_i354/tx_mac.c
passes test_tx_load build same test_tx_load sim/nic_i354/tx_dma.c
passes test_regs build same test_regs sim/nic_i354/reset.c
passes test_mac build same test_mac sim/nic_i354/stats.c

# Filters.
ft() { twin "$1" rx_mac.c test_filter "$2"; }
ft half_table 's/i < 32; i++) {/i < 16; i++) {/'
ft not_valid 's/(rah & (RAH_AV | RAH_AS | 0xffff)) == high/(rah \& 0xffff) == (high \& 0xffff)/'
ft four_bytes 's/(rah & (RAH_AV | RAH_AS | 0xffff)) == high/(rah \& RAH_AV) != 0/'
ft big_endian 's/(uint32_t)a\[5\] << 8 | a\[4\]/(uint32_t)a[4] << 8 | a[5]/'
ft one_offset 's/v >> shift\[.*\] &$/v >> 4 \&/'
ft always_broadcast 's/ && (rctl & RCTL_BAM) != 0)/)/'
ft one_promiscuity 's/group ? (rctl & RCTL_MPE) != 0 : (rctl & RCTL_UPE) != 0/(rctl \& RCTL_UPE) != 0/'
ft one_hash_table 's/group ? I354_MTA(0) : I354_UTA(0)/I354_MTA(0)/'
ft exact_all 's/own_of(f)->inexact = true;//'
ft no_vlan_filter 's/^	if ((rctl & RCTL_VFE) == 0 ||$/	if (true ||/'
ft priority_too 's/^	tag &= 0xfff;//'
ft no_cfi 's/(rctl & RCTL_CFIEN) != 0/false/'
ft no_tag_room 's/most += 4;/;/'
ft any_length 's/bytes <= most/true/'
ft off_by_fcs 's/bytes = f->len_bytes + FRAME_FCS;/bytes = f->len_bytes;/'
ft runts_too 's/f->len_bytes < FRAME_MIN/false/'
ft always_on 's/(REG(p, I354_RCTL) & RCTL_EN) == 0/false/'
# RSS.
ht() { twin "$1" "$2" test_filter "$3"; }
ht short_key rss.c 's/i + 8 < 40 ? key\[i + 8\] : 0/0/'
ht ports_always rss.c 's/^	\*ports = false;//'
ht no_fallback rss.c 's/return (mrqc & MRQC_IP4) != 0 ? 2 : 0;/return 0;/'
ht byte_order rss.c 's/^	memcpy(key.*/	for (int i = 0; i < 10; i++) memcpy(key + 4 * i, \&(uint32_t){ __builtin_bswap32(REG(p, I354_RSSRK(i))) }, 4);/'
ht no_pcsd rss.c 's/(REG(p, I354_RXCSUM) & RXCSUM_PCSD) == 0/false/'
ht always_rss rss.c 's/(mrqc & MRQC_MODE) != MRQC_RSS/false/'
ht queue_zero rss.c 's/o->queue = mrqc >> MRQC_DEF_SHIFT & 7/o->queue = 0/'
ht reversed_table rss.c 's/8 \* (o->hash & 3)/8 * (3 - (o->hash \& 3))/'
ht first_fragment parse.c 's/& 0x3fff) != 0/\& 0x1fff) != 0/'
ht later_fragment parse.c 's/& 0x3fff) != 0/\& 0x2000) != 0/'
ht no_options6 parse.c 's/ || next == 60//'
ht whole_fragment6 parse.c 's/k->fragment = true;//'
ht untagged parse.c 's/^		off += 4;//'
# Rings.
rt() { twin "$1" "$2" test_rx "$3"; }
rt no_prefetch rx_ring.c 's/if (!wanted && (c->n >= pthresh || host < hthresh))/if (!wanted)/'
rt eager rx_ring.c 's/ || host < hthresh//'
rt whole_ring rx_ring.c 's/n = least(n, par->desc_fetch);//'
rt past_the_end rx_ring.c 's/n = least(n, size - c->next);//'
rt early_tail rx_ring.c 's/^	if ((REG(p, I354_RCTL) & RCTL_EN) == 0 || !enabled(&p->rxq\[q\]))/	if (false)/'
rt always_enabled rx_ring.c 's/^	if (!enabled(q) || k > .*/	if (false)/'
rt no_flush rx_ring.c 's/(v & XDCTL_SWFLSH) != 0 || //'
rt at_once rx_dma.c 's/wthresh <= 1 || q->nheld >= wthresh/true/'
rt never_flushed rx_dma.c 's/^		at(q->flush_ev, .*/		;/'
rt head_stays rx_dma.c 's/^	REG(p, I354_RDH(q->q)) = head;//'
rt always_drops rx_dma.c 's/(REG(p, I354_SRRCTL(o->queue)) & SRRCTL_DROP_EN) != 0/true/'
rt never_drops rx_dma.c 's/(REG(p, I354_SRRCTL(o->queue)) & SRRCTL_DROP_EN) != 0/false/'
rt eop_all rx_dma.c 's/(last ? status : 0)/status/'
rt one_buffer rx_dma.c 's/bytes - done < bsize ? bytes - done : bsize/bytes - done/'
rt no_sum rx_dma.c 's/second |= sum << 16;/;/'
twin sum_of_tagged rx_dma.c test_filter 's/packet_sum(p, from, bytes)/packet_sum(p, f->data, bytes)/'
rt no_few rx_dma.c 's/before > few && ring_free(q) <= few/false/'
rt few_always rx_dma.c 's/before > few && ring_free(q) <= few/ring_free(q) <= few/'
rt lost_ones rx_dma.c 's/^	if (!ok)$/	if (false)/'
rt cause_first rx_dma.c 's/sc_now_tick() + p->nic->par.cause_tick/sc_now_tick()/'
rt endless_buffer rx_mac.c 's/p->fifo_bytes + f->len_bytes + FRAME_FCS <= buffer_bytes(p)/true/'
rt no_overrun rx_mac.c 's/cause_other(p, ICR_RXO);//'
rt odd_byte parse.c 's/s += (uint32_t)b\[0\] << 8;/;/'
rt udp_zero parse.c 's/k->proto == UDP && be16(f->data + k->l4 + 6) == 0/false/'
rt no_pseudo parse.c 's/parse_sum(h + 12, 8, sum) : /sum : /'
qt() { twin "$1" "$2" test_rx_wait "$3"; }
qt off_for_ever regs.c '/^rctl(/,/^}/s/rx_pump(p);/;/'
qt never_master i354.c 's/^	rx_pump(port);/	;/'
qt late_drop regs.c '/^srrctl(/,/^}/s/rx_pump(p);/;/'
rt dpc_stays regs.c 's/^	REG(p, I354_RQDPC(q)) = 0;//'
# Causes.
ct() { twin "$1" cause.c test_cause "$2"; }
ct invalid_entry 's/(e & IVAR_VALID) != 0 ?/true ?/'
ct layout_82576 's/REG(p, I354_IVAR(q \/ 2)) >> 16 \* (q & 1));/REG(p, I354_IVAR(q \& 7)));/'
ct scale_256ns 's/UINT64_C(1000) \* us/UINT64_C(256) * us/'
ct no_throttle 's/sc_now_tick() < p->eitr\[v\].until_tick/false/'
ct forgets 's/^		at(p->eitr\[v\].ev, p->eitr\[v\].until_tick);//'
ct never_again 's/(void)look(t->port, t->v);/;/'
ct unthrottled 's/^	p->eitr\[v\].until_tick = sc_now_tick() + interval.*//'
ct masked_too 's/(REG(p, I354_EICR) & REG(p, I354_EIMS) & bit) == 0/(REG(p, I354_EICR) \& bit) == 0/'
ct no_eiac 's/(REG(p, I354_EIAC) & bit) != 0/false/'
ct eiac_always 's/(REG(p, I354_EIAC) & bit) != 0/true/'
ct eiam_always 's/(REG(p, I354_GPIE) & GPIE_EIAME) != 0/true/'
ct no_eiam 's/(REG(p, I354_GPIE) & GPIE_EIAME) != 0/false/'
ct enabled_once '/^cause_eims(/,/^}/s/look_all(p, v);//'
ct mask_clears '/^cause_eimc(/,/^}/s/REG(p, I354_EIMS) &= ~v;/& REG(p, I354_EICR) \&= ~v;/'
ct soft_nothing '/^cause_eics(/,/^}/s/look_all(p, v);//'
ct no_gain 's/bits & ~REG(p, I354_ICR) & REG(p, I354_IMS)/bits \& REG(p, I354_IMS)/'
ct unmasked_other 's/bits & ~REG(p, I354_ICR) & REG(p, I354_IMS)/bits \& ~REG(p, I354_ICR)/'
ct late_mask 's/^	const uint32_t gained = REG(p, I354_ICR) & v.*/	const uint32_t gained = 0;/'
ct always_clears 's/(REG(p, I354_GPIE) & GPIE_NSICR) == 0 &&/false \&\&/'
ct never_clears 's/(v & ICR_ASSERTED) == 0)/true)/'
ct never_polled 's/msix_mode(p) && (REG(p, I354_GPIE)/(REG(p, I354_GPIE)/'
ct no_iame 's/(REG(p, I354_CTRL_EXT) & CTRL_EXT_IAME) != 0/true/'
ct any_order 's/^	if (msix_mode(p))$/	if (true)/'
ct eicr_stays '/^cause_eicr_read(/,/^}/s/REG(p, I354_EICR) = 0;//'
ct sticky_line 's/pcie_intx(p->fn, false);/;/'
ct free_line 's/!p->asserted && sc_now_tick() < p->eitr\[0\].until_tick/false/'
ct line_waits '/^ended(/,/^}/s/(void)line(t->port, false);/;/'
ct deaf_msi 's/(REG(p, I354_ICR) & v) != 0 && pcie_msi_enabled(p->fn));/false);/'
ct old_counter 's/(value & EITR_CNT_IGNR) != 0/false/'
ct counter_runs 's/(value & EITR_CNT_IGNR) != 0/true/'
ct itr_wraps 's/us < most ? us : most/us/'
ct itr_in_us 's/(value & 0xffff) \* 256 \/ 1000/value \& 0xffff/'
# Transmit.
tt() { twin "$1" "$2" test_tx "$3"; }
tt early_bell tx_ring.c 's/sc_now_tick() + p->nic->par.doorbell_tick/sc_now_tick()/'
tt no_bell_stamp tx_ring.c 's/t->bell_tick\[i % BELLS\] = sc_now_tick();/;/'
tt always_reports tx_ring.c 's/(d->w\[2\] & TXD_RS) != 0/true/'
tt no_dd tx_ring.c 's/back.w\[3\] |= TXD_DD;/;/'
tt dd_with_head tx_ring.c 's/(low & TDWBAL_ENABLE) != 0/false/'
tt no_cause tx_ring.c 's/cause_tx(p, q);/;/'
twin off_too tx_ring.c test_tx_load 's/^	    (REG(q->port, I354_TCTL) & TCTL_EN) != 0;/	    true;/'
tt head_stays tx_ring.c 's/REG(p, I354_TDH(q->q)) = (index + 1) % size;/;/'
twin no_turns tx_dma.c test_tx_load 's/p->turn = (q->q + 1) % I354_NQ/p->turn = 0/'
tt no_null tx_dma.c 's/bool bytes = pa != 0 && n != 0;/bool bytes = n != 0;/'
twin segments tx_dma.c test_tx_load 's/ && (o->cmd & TXD_TSE) != 0)/ \&\& false)/'
twin too_long tx_dma.c test_tx_load 's/before + n > FRAME_MAX || before + n > par->txpb_bytes ||/false ||/'
tt one_context tx_dma.c 's/slot = d.w\[3\] >> TXD_CTX_SHIFT & (NCONTEXT - 1);/slot = 0;/'
tt no_turn_kept tx_dma.c 's/^	if (p->open != NULL)$/	if (false)/'
twin bad_ones tx_dma.c test_tx_load '/^read_done/,/^}/s/^	if (!ok)$/	if (false)/'
mt() { twin "$1" tx_mac.c test_tx "$2"; }
mt no_padding 's/memset(f->data + f->len_bytes, 0, FRAME_MIN - f->len_bytes);/;/'
mt pads_always 's/(REG(p, I354_TCTL) & TCTL_PSP) != 0/true/'
mt keeps_fcs 's/(o->cmd & TXD_IFCS) == 0 &&/false \&\&/'
mt plain_sum 's/(uint16_t)~parse_fold/(uint16_t)parse_fold/'
mt udp_zero 's/sum == 0 && udp/false/'
mt tcp_zero 's/sum == 0 && udp/sum == 0/'
mt old_ip_sum 's/memset(f->data + l3 + 10, 0, 2);/;/'
mt ip_always 's/(o->olinfo & TXD_IXSM) != 0 &&/true \&\&/'
mt l4_always 's/(o->olinfo & TXD_TXSM) == 0/false/'
mt udp_place 's/l4 + 6, true/l4 + 16, true/'
mt legacy_always 's/(o->cmd & TXD_IC) != 0/true/'
mt no_vme 's/ && (REG(p, I354_CTRL) & CTRL_VME) != 0)/)/'
mt tag_behind 's/memmove(f->data + 16, f->data + 12, f->len_bytes - 12);/;/'
mt in_a_hurry 's/f->at_tick > now || p->paused/p->paused/'
twin through_all tx_mac.c test_tx_load 's/p->out.send != NULL && phy_up(p)/p->out.send != NULL/'
mt crc_seed 's/uint32_t crc = UINT32_MAX;/uint32_t crc = 0;/'
# The rest.
xt() { twin "$1" "$2" test_regs "$3"; }
xt soft_is_cold reset.c 's/reset_port(p, false);/reset_port(p, true);/'
xt one_port reset.c 's/i < I354_NPORT; i++) {/i < 1; i++) {/'
xt forgets_device reset.c 's/REG(p, I354_STATUS) |= STATUS_DEV_RST;/;/'
xt sticky_device reset.c 's/STATUS_PHYRA | (v & STATUS_DEV_RST)/STATUS_PHYRA/'
xt same_lan reset.c 's/p->n << STATUS_LAN_SHIFT/0/'
xt bad_sum nvm.c 's/(uint16_t)(NVM_SUM - sum)/NVM_SUM/'
xt one_image nvm.c 's/port == 0 ? 0 : 0x40 + 0x40 \* port/0x40 * port/'
xt instant_word nvm.c 's/sc_now_tick() + p->nic->par.eerd_tick/sc_now_tick()/'
xt no_address nvm.c 's/I354_RAL(0)) = m/I354_RAL(5)) = m/'
xt free_semaphore nvm.c 's/SHARED(p, I354_SWSM) |= SWSM_SMBI;/;/'
xt own_semaphore nvm.c 's/REG(&(p)->nic->port\[0\], off)/REG(p, off)/'
xt instant_link phy.c 's/sc_now_tick() + p->nic->par.an_tick/sc_now_tick()/'
xt instant_mdic phy.c 's/sc_now_tick() + p->nic->par.mdic_tick/sc_now_tick()/'
xt not_latched phy.c '/^set_link/,/^}/s/p->phy\[BMSR\] &= (uint16_t)~BMSR_LINK;/;/'
xt no_slu phy.c 's/p->phy_link && (REG(p, I354_CTRL) & CTRL_SLU) != 0/p->phy_link/'
xt powered phy.c 's/(c & (BMCR_POWER | BMCR_ISOLATE)) == 0/true/'
xt one_page phy.c 's/} else if (p->phy\[PAGE\] == 0 || reg == PAGE) {/} else {/'
xt silent_link phy.c 's/^	cause_other(p, ICR_LSC);//'
xt no_alias regs.c 's/if (r->canon != 0) {/if (false) {/'
xt narrow_write regs.c 's/size < 4 || off % 4 != 0/false/'
xt leaks rx_dma.c 's/^		if (o->refs == 0)$/		if (false)/'
xt leaks_tx tx_dma.c 's/^			tx_drop(p, f, DROP_TX_RESET);/			;/'
xt old_reads tx_dma.c 's/^	if (o->gen != p->gen) {/	if (false) {/'
st() { twin "$1" "$2" test_mac "$3"; }
st stays stats.c 's/^	REG(p, off) = 0;//'
st half_clears stats.c 's/low_half(off - 4)/false/'
st low_clears stats.c '/^stat_read/,/^}/s/if (low_half(off))/if (false)/'
st sizes stats.c 's/bytes > top/bytes >= top/'
st good_ones stats.c 's/^	if (!good) {/	if (false) {/'
st no_fcs stats.c 's/bytes = f->len_bytes + FRAME_FCS/bytes = f->len_bytes/'
st deaf rx_mac.c 's/tx_mac_paused(p, quanta);/;/'
st pause_always rx_mac.c 's/(REG(p, I354_CTRL) & CTRL_RFCE) == 0/false/'
st never_pauses rx_mac.c 's/^	tx_mac_pause(p, (uint16_t)REG(p, I354_FCTTV));//'
st pauses_on rx_mac.c 's/p->xoff_sent && now < p->xoff_tick + pause_tick \/ 2/false/'
st silent_when_full rx_mac.c 's/(d == DROP_RX_FIFO)$/(false)/'
st no_xon rx_mac.c 's/^		tx_mac_pause(p, 0);/		;/'
st quantum tx_mac.c 's/(512 \* 12)/(512 * 24)/'
st masters rx_dma.c 's/(REG(p, I354_CTRL) & CTRL_GIO_DISABLE) != 0)$/false)/'
# What onlookers are told.
twin no_moves rx_dma.c test_cause 's/o->refs != 0 && p->nic->watch.moves != NULL/false/'
twin other_vector i354.c test_cause 's/v = cause_rx_vector(p, queue)/v = cause_tx_vector(p, queue)/'
st every_pause tx_mac.c 's/if (f != NULL) {/if (false) {/'
twin endless_tx tx_dma.c test_tx_load 's/p->tx_n >= par->txpb_bytes/p->tx_n > 100 * par->txpb_bytes/'
# Software that has lost its mind.
passes test_fuzz build same test_fuzz sim/nic_i354/rx_ring.c
zt() { twin "$1" "$2" test_fuzz "$3"; }
zt beside_the_ring rx_ring.c 's/c->next >= size || tail >= size/size == 0/'
rt held_anywhere rx_dma.c 's/inside = head < size;/inside = size > 0;/'
zt reports_anywhere tx_ring.c 's/} else if (index < size_of(q)) {/} else {/'
xt silent_bits regs.c 's/watch->lacking != NULL/false/'
xt all_bits regs.c 's/ & r->mask & ~r->live;/ \& r->mask;/'
xt reset_bits regs.c 's/lacking = (v ^ r->reset) & /lacking = /'
xt held_bits regs.c 's/(v ^ \*word) & r->mask/r->mask/'
xt own_bar regs.c 's/bar == 3/false/'
zt late_phy reset.c 's/i354_must(sc_ev_cancel(p->mdic_ev));//'
zt late_word reset.c 's/i354_must(sc_ev_cancel(p->eerd_ev));//'
xt counts_on rx_dma.c 's/if (o->gen == p->gen) {/if (true) {/'
zt read_too_far tx_dma.c 's/before + n > FRAME_MAX || before + n > par->txpb_bytes ||/false ||/'
zt stale_reads tx_dma.c 's/^	if (o->gen != p->gen) {/	if (false) {/'
zt stale_writes rx_dma.c 's/^	if (o->gen != p->gen) {/	if (false) {/'
zt ends_twice rx_dma.c 's/^		if (o->refs == 0)$/		if (true)/'
zt no_limbo rx_dma.c 's/^	p->limbo_n += p->dma_n;//'
zt past_the_table cause.c 's/^	if (v >= p->nic->par.nmsix)$/	if (false)/'
zt line_stays cause.c '/^cause_reset(/,/^}/s/pcie_intx(p->fn, false);/;/'
# From wire to wire.
passes test_through build same test_through sim/nic_i354/rx_dma.c
wt() { twin "$1" "$2" test_through "$3"; }
wt same_bytes rx_dma.c 's/pcie_dma_write(p->fn, pa, from + done, n/pcie_dma_write(p->fn, pa, f->own, n/'
wt uncounted rx_mac.c 's/^	p->fifo_n++;//'
wt keeps_room rx_dma.c 's/^	p->fifo_bytes -= o->fifo_bytes;//'
wt keeps_tx_room tx_mac.c 's/^	p->txpb_used -= own_of(f)->fifo_bytes;//'
wt forgets_frames rx_dma.c 's/^	frame_put(f, FRAME_TO_MEMORY);//'
exit $rc

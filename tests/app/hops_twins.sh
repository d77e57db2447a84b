#!/bin/sh
# Twins of the hops' stamps: `rangeley' with one line changed, and a part of
# hops_test.sh must fail with it, at the line named.
#
#	hops_twins.sh [NAME...]
set -u
: "${B:=build}"
prog=hops_twins test=hops_test.sh
. tests/app/twins.subr
all='each frame has all hops'
k=app/khops.c o=app/origin.c

# Whose frame it is.
twin next_buffer $k golden '60 bytes: all hops' 's/data - off - SEAM_RAM_VA/data + 2048 - off - SEAM_RAM_VA/'
twin stale_stamps $o many "$all" 's/memcpy(o->stamp_tick, f->stamp_tick, .*/;/'
twin late_frame $o many 'busy' 's/h <= HOP_MSIX/h < HOP_COUNT/'
# Which hop, and when.
twin no_softint $k golden '60 bytes: all hops' 's/{ "pktq_enqueue", queued },//'
twin exchanged $k golden '60 bytes: all hops' 's/(c, 1, HOP_BRIDGE_IN)/(c, 1, HOP_SOFTINT)/;t
	s/(c, 1, HOP_SOFTINT)/(c, 1, HOP_BRIDGE_IN)/'
twin before_dma $k golden '60 bytes: all hops' 's/BUS_DMASYNC_POSTREAD 0x02u/BUS_DMASYNC_POSTREAD 0x01u/'
twin event_time $k golden 'one frame' 's/clk_to_tick_down(watch_now_clk(c->cpu))/clk_to_tick_down(c->cpu->pos)/'
# Whose interrupt.
twin next_vector $k golden '60 bytes: all hops' 's/\*vector = (uint8_t)data/&+ 1/'
twin first_queue $k many "$all" 's/o->port, o->queue, &address/o->port, 0, \&address/'
twin any_handler $k many "$all" 's/k->cpu\[c->cpu->id\].handler_tick);/k->cpu[0].handler_tick);/'
twin any_dequeue $k many "$all" 's/k->cpu\[c->cpu->id\].dequeue_tick;/k->cpu[0].dequeue_tick;/'
# What the table says.
twin one_way app/hops.c golden '60 bytes: the times' 's/ \&\& !hop_beside(i)//'
# DMA that does not take the latency that the machine file says.
twin own_latency sim/pcie/params.c double 'pcie.completion doubled, 60' \
    's/\.read_tick = .*/.read_tick = 2400,/'
twin half_flight sim/pcie/params.c double 'pcie.flight doubled, 60' \
    's/\.flight_tick = .*/.flight_tick = 900 + (uint32_t)clk_to_tick_up(m->pcie_flight_clk) \/ 2,/'

# A program that watches nothing: all is the same but the hops that it lacks.
if variant unwatched $k 's/^	k->watch = /	n = 0;\
&/'; then
	"$B/captool" udp 2000 1000 "$dir/udp"
	for p in "$B" "$dir"; do
		"$p/rangeley" replay scenarios/mpsafe-8cores.ini --quiet --results "$dir/r" \
		    --in "wm0,wm2=$dir/udp" --pps 200000 >"$dir/log" 2>&1 &&
		    jq 'del(.hops_ns)' "$dir/r/stats.json" >"$dir/$(basename "$p").json"
		jq '.hops_ns | length' "$dir/r/stats.json"
	done >"$dir/n"
	[ "$(tr '\n' ' ' <"$dir/n")" = '20 12 ' ] &&
	    cmp "$dir/$(basename "$B").json" "$dir/$(basename "$dir").json" >"$dir/log"
	say $? 'unwatched: the same run, without these hops'
fi
exit $bad

#!/bin/sh
# Twins of `rangeley explain': the program with one line changed, and a part of
# explain_test.sh must fail with it, at the line named.
#
#	explain_twins.sh [NAME...]
set -u
: "${B:=build}"
prog=explain_twins test=explain_test.sh
. tests/app/twins.subr
c=sim/cpu/cycles.c s=app/explain_seen.c

# Cycles are lost.
twin lost $c sum "each CPU's cycles" 's/	s->stats = cpu->stats;/	s->mark += 20;\
&/'
twin asleep $c sum "each CPU's cycles" 's/ && at > s->mark)/ \&\& at == 0)/'
# Looking on costs time.
twin heavy $c same 'the machine does the same' 's/^	the_cycles->was.fence(cpu, site);/&\
	cpu->hot.clock++;/'
# The wrong kind.
twin memory_is_work $c dram 'a memory that takes twice' \
    's/\[COH_FROM_MEMORY\] = CYCLES_DRAM,/[COH_FROM_MEMORY] = CYCLES_ISSUE,/'
twin other_is_memory sim/mem/coh.c transfer 'a dearer transfer' \
    's/	*COH_FROM_OTHER };/COH_FROM_MEMORY };/'
twin own_lines $c sum 'most of which two CPUs' 's/had != 0 ? (unsigned)__builtin_ctz(had) : own/own/'
# The wrong place.
twin another_line $s lines 'members. reference' 's/m->ea = (uint32_t)s->ea;/m->ea = (uint32_t)s->ea + 64;/'
# A pointer leads to one of them; a lock is what the caller had last.
twin one_of_many app/names.c lines 'locks are those of queues' 's/return memory_u32.*offset);/return 1;/'
twin another_lock app/explain_hops.c lines 'locks are those' 's/regs->gpr\[RDI\]/e->kernel_lock/'
# Hops: the time of some is nobody's; they never end; one has begun before the stack did.
h=app/explain_hops.c
twin hop_lost $s hops 'hops add up' 's/^	count(of\[at\].n, s);/	of[at].clk[0] \&= ~7ul;\
&/'
twin hop_stays $h hops 'the receive ring.s tail' 's/sp > k->call/sp < 1 \&\& &/'
twin hop_again $h hops 'the transmit ring.s' 's/c->lwp, sp + 1)/c->lwp, sp)/'
# Instructions of blocks that call out twice count twice.
twin twice_counted $c insns 'instructions are counted, at most' 's/^	s->insns = cpu->hot.insns;//'
# A look at an instant of its own; a run again without its options, or unchecked.
twin own_event $s same 'and from any time on' 's/^#include "sc.sc.h"/&\
static struct sc_ev *own;\
static void look(void *e) { if (((struct explain *)e)->end_clk == 0) sc_ev_after(own, 120000); }/
s/^	e->begun = true;/&\
	sc_ev_create(look, e, \&own), sc_ev_after(own, 5001);/'
twin forgetful app/rerun.c run 'and is the same' 's/^		r->argv\[r->argc++\] = line + .*/		{ if (strstr(line, "pps") == NULL) &; }/'
twin unchecked app/rerun.c run 'another capture' 's/rep->trace != r->trace/false/'
twin endless app/trial.c run 'of the time while frames are sent' 's/^	o.sent = sent;/	o.sent = NULL;/'
# L2: all are one queue's; all are one CPU's; counted twice; of the buffer behind.
l=app/explain_l2.c
twin one_queue $l l2 'of 8 queues' 's/o->port, o->queue,/o->port, 0u,/'
twin one_cpu $l l2 'of wm0 by CPU4' 's/|= COH_BIT(cpu)/|= COH_BIT(0)/'
twin twice $l l2 "owners. bytes" 's/^				e->l2_all.in_l2\[m\]++;/				e->l2_all.in_l2[m] += 2;/'
twin another_buffer $l l2 "each frame's buffer" 's/data + at - SEAM_RAM_VA/data + at + 2048 - SEAM_RAM_VA/'
exit $bad

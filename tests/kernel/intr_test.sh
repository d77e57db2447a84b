#!/bin/sh
# intr_test.sh: errors in moving interrupts, and in taking handlers away, that the
# program intr_move must notice (bugs.subr).  Unbroken: suites_test.sh.
set -u
. tests/kernel/bugs.subr

# 1: the pin is not masked during a move.  2: it is unmasked before it has its new
# route.  3: only the first handler of a shared pin is told where it is now.
# 4: a CPU that is to have no interrupts is moved to all the same.  5: the slot is
# left to the old CPU, too, so that two CPUs have it.
change port/machdep/intr_move.c \
    '/^intr_move/,/^}/s/^	(\*pic->pic_hwmask)/	if (crew_bug != 1)\
	&/' \
    '/^intr_move/,/^}/s/^	(\*pic->pic_addroute).*/	if (crew_bug == 2) {\
		(*pic->pic_hwunmask)(pic, isp->is_pin);\
		delay(20);\
	}\
&/' \
    '/^move_handlers/,/^}/s/^		ih->ih_slot = slot;/&\
		if (crew_bug == 3)\
			break;/' \
    's/(ci->ci_schedstate.spc_flags & SPCF_NOINTR) == 0/(crew_bug == 4 || &)/' \
    '/^intr_deactivate/,/^}/s/^	ci->ci_isources\[slot\] = NULL/	if (crew_bug != 5)\
	&/'
# 6: the last handler goes in two steps, and between them a message finds a
# source that has none.
change port/machdep/intr.c \
    '/^intr_disestablish_xcall/,/^}/s/^		ci->ci_isources/		if (crew_bug != 6)\
	&/' \
    '/^intr_calculatemasks/,/^}/s/^		isp->is_maxlevel = IPL_NONE/		if (crew_bug != 6)\
	&/'
# 7: the device forgets what it was asked for while it was masked.
change port/machdep/probe.c \
    '/^probe_assert/,/^}/s/|| pins\[pin\].masked/|| (crew_bug != 7 \&\& pins[pin].masked)/'
overlay
bugs intr_move 1 7
exit $bad

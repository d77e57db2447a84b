#!/bin/sh
# Twins of `rangeley rfc2544': the program with one line changed, and a part of
# rfc2544_test.sh must fail with it, at the line named.  Those of the searches are in
# tests/sim/wire/wire_twins.sh.
#
#	rfc2544_twins.sh [NAME...]
set -u
: "${B:=build}"
prog=rfc2544_twins test=rfc2544_test.sh
. tests/app/twins.subr
x=app/rfc2544_tests.c p=app/rfc2544_repeats.c

twin uncorrected $p bursts 'implied and corrected' 's/return s - s \* c->pps .*/return s;/'
twin easy_load $x recovery 'recovery: overloaded' 's/define OVERLOAD  .*/define OVERLOAD 0.9/'
twin since_the_start $x recovery 'recovery: from the change' 's/(double)o->overload_ns;.*/0;/'
exit $bad

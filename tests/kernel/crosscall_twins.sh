#!/bin/sh
# crosscall_twins.sh: errors in softints, pserialize, cross calls and their
# like which the programs of that name (prog/) must notice, each built as an
# overlay of the kernel ktest and run on the timed machine.
#
#	crosscall_twins.sh [name...]	those only
#
# An overlay takes the objects of ktest that it does not change.
set -u
: "${B:=build}"
. tests/twin.subr
dir=$B/tests/kernel/crosscall_twins
rm -rf "$dir" && mkdir -p "$dir"
trap 'rm -rf "$B"/images/ktest-x_*' EXIT
only=" $* "

# build name program
build() {
	out=$B/images/ktest-$1
	rm -rf "$out" && cp -a "$B/images/ktest" "$out"
	make -s B="$B" IMAGE=ktest OVERLAY="$dir/src/$1" "$out/image.elf" \
	    >"$dir/$1.make" 2>&1 || {
		cat "$dir/$1.make"
		return 1
	}
	printf '#!/bin/sh\nexec %s run --image %s run=%s\n' "$B/rangeley" \
	    "$out/image.elf" "$2" >"$dir/$1"
	chmod +x "$dir/$1"
}
twin() {	# name sed-script; of $file, for $program
	[ "$only" = "  " ] || case $only in *" $1 "*) ;; *) return ;; esac
	mkdir -p "$dir/src/x_$1/${file%/*}"
	sed "$2" "kernel/$file" >"$dir/src/x_$1/$file"
	judge "x_$1" $program "kernel/$file" "$dir/src/x_$1/$file" \
	    build "x_$1" $program
	rm -rf "$B/images/ktest-x_$1"
}

file=kern/kern_softint.c program=softint
# PENDING until the handler has returned: a schedule meanwhile is lost.
twin late_pending '/^softint_execute/,/^}/{
	s/sh_flags ^= SOFTINT_PENDING | SOFTINT_ACTIVE/sh_flags |= SOFTINT_ACTIVE/
	s/sh_flags ^= SOFTINT_ACTIVE/sh_flags \&= ~(SOFTINT_PENDING | SOFTINT_ACTIVE)/
}'
twin last_first '/^softint_schedule(/,/^}/s/SIMPLEQ_INSERT_TAIL/SIMPLEQ_INSERT_HEAD/'
twin wrong_level 's/&sc->sc_int\[level\];/\&sc->sc_int[level ^ 1];/'
twin lock_dropped '/^softint_call/,/^}/s/^	(\*sh->sh_func)(sh->sh_arg);/&\
	if (*havelock) {\
		KERNEL_UNLOCK_ONE(l);\
		*havelock = false;\
	}/'
twin no_wait '/^softint_disestablish/,/^}/s/^	while (.*/	while (0)/'
twin always_here '/^softint_schedule_cpu/,/^}/s/if (curcpu() != ci)/if (0)/'
twin not_active '/^softint_execute/,/^}/s/^	while (/	si->si_active = 0;\
&/'

file=kern/subr_pserialize.c program=pserialize
twin one_round '/^pserialize_perform/,/^}/s/while (!kcpuset_iszero.*/while (0);/'
twin any_cpu '/^psz_pass_queue/,/^}/s/if (!kcpuset_match.*/if (0)/'
twin low_readers 's/return splsoftserial();/return splsoftclock();/'
twin one_checkpoint '/^psz_pass_queue/,/^}/s/^		kcpuset_zero.*//'

file=kern/subr_xcall.c program=xcall
# The next call is let in before the last is through: bug 35.
twin let_in '/^xc_enter/,/^}/s/while (.*/while (0)/'
twin not_all '/^xc_wait/,/^}/s/xc->xc_donep \([<>]=*\) where/xc->xc_donep + 1 \1 where/'

file=kern/subr_ipi.c program=ipi
twin no_self '/^ipi_multicast/,/^}/s/if (local)/if (0)/'
twin no_answer '/^ipi_wait/,/^}/s/while (.*/while (0) {/'
twin no_drain '/^ipi_unregister/,/^}/s/^	ipi_broadcast.*\|^	ipi_wait.*//'

file=kern/subr_percpu.c program=percpu
twin from_afar '/^percpu_cpu_swap/,/^}/s/^	KASSERT.*//
/^percpu_cpu_enlarge/,/^}/s/if (!mp_online)/if (1)/'
twin not_copied 's/if (pcc->pcc_size > 0)/if (0)/'
twin not_zeroed '/^percpu_alloc/,/^}/s/^	percpu_foreach.*//'

file=kern/subr_workqueue.c program=workqueue
twin out_of_order '/^workqueue_enqueue/,/^}/s/SIMPLEQ_INSERT_TAIL/SIMPLEQ_INSERT_HEAD/'
twin first_only '/^workqueue_runlist/,/^}/s/wk = next)/wk = NULL)/'
twin gone_at_once '/^workqueue_worker/,/^}/s/if (SIMPLEQ_EMPTY.*/if (q->q_exit)/'

file=net/pktqueue.c program=pktqueue
twin all_to_0 '/^pktq_enqueue/,/^}/s/hash % (u_int)ncpu/0/'
twin no_barrier 's/while (pq->pq_barrier != pending)/while (0)/'

exit $rc

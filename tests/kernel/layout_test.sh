#!/bin/sh
# layout_test.sh: what shares a cache line is asserted (port/machdep/layout.c, headers
# of the network, and files of kernel/kern and kernel/net for their own structs): they
# compile, with LOCKDEBUG and NET_MPSAFE too; and with a header or a struct changed by
# one line they do not.
set -u
: "${B:=build}"
. "$B/kernel.env"
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen=$t/out

compiles() {	# source option...
	f=$1
	shift
	# shellcheck disable=SC2086 # lists
	$KCC $KCFLAGS "$@" $KERNEL_INC $KERNEL_DEFS -Werror -fsyntax-only \
	    "$f" >"$t/out" 2>&1
}
for o in -DGENERIC -DLOCKDEBUG -DNET_MPSAFE; do
	for f in port/machdep/layout.c kernel/kern/subr_pcq.c \
	    kernel/kern/kern_timeout.c kernel/kern/kern_softint.c \
	    kernel/net/pktqueue.c kernel/net/if_bridge.c; do
		compiles $f $o
		say $? "$f, $o"
	done
done

# A header that another includes by its path in NetBSD is found in $t/inc first.
twin() {	# header path-in-NetBSD source sed-script
	rm -rf "$t/inc" && mkdir -p "$t/inc/${2%/*}"
	sed "$4" "$1" >"$t/inc/$2"
	cmp -s "$1" "$t/inc/$2"
	[ $? -eq 1 ] && ! compiles "$3" -I"$t/inc" &&
	    grep -q 'static assertion failed' "$t/out"
	say $? "$2, $4: $(grep -c 'static assertion' "$t/out") assertions fail"
}
own() {	# source sed-script
	sed "$2" "$1" >"$t/own.c"
	! cmp -s "$1" "$t/own.c" && ! compiles "$t/own.c" -Ikernel &&
	    grep -q 'static assertion failed' "$t/out"
	say $? "$1, $2"
}
l=port/machdep/layout.c
twin kernel/sys/lwp.h sys/lwp.h $l '/l_runq;/s/^/int l_new;/'
twin kernel/sys/lwp.h sys/lwp.h $l '/l_pi_lenders;/s/^/int l_new[2];/'
twin kernel/sys/cpu_data.h sys/cpu_data.h $l '/cpu_biglock_wanted;/s/^/long cpu_new;/'
twin kernel/sys/cpu_data.h sys/cpu_data.h $l '/cpu_idlelwp;/s/^/long cpu_new;/'
twin kernel/arch/x86/include/cpu.h x86/cpu.h $l '/ci_want_resched/s/__aligned(64)//'
twin kernel/arch/x86/include/cpu.h x86/cpu.h $l '/ci_mtx_count;/s/^/long ci_new;/'
twin kernel/arch/x86/include/mutex.h x86/mutex.h $l '/mtxs_flags;/s/^/int mtxs_new;/'
twin kernel/sys/condvar.h sys/condvar.h $l 's/\(void \*cv_opaque\[\)3/\14/'
twin kernel/sys/callout.h sys/callout.h $l 's/_c_store\[10\]/_c_store[11]/'
twin kernel/sys/pool.h sys/pool.h $l '/pc_cpu0/s/__aligned(CACHE_LINE_SIZE)//'
twin kernel/sys/pool.h sys/pool.h $l '/cc_hits;/s/^/long cc_new;/'
twin kernel/arch/x86/include/bus_defs.h x86/bus_defs.h $l '/dm_mapsize;/s/^/long dm_new;/'
twin kernel/sys/sleepq.h sys/sleepq.h $l '/ts_obj;/s/^/long ts_new;/'
twin kernel/sys/evcnt.h sys/evcnt.h $l '/ev_count;/s/^/long ev_new;/'
n=kernel/net/if_bridge.c
twin kernel/net/if.h net/if.h $n '/if_bpf;/s/^/void *if_new;/'
twin kernel/net/if.h net/if.h $n '/ifi_obytes;/s/^/u_long ifi_new;/'
twin kernel/net/if_bridgevar.h net/if_bridgevar.h $n '/bif_refs;/s/^/u_int bif_new;/'
twin kernel/net/if_bridgevar.h net/if_bridgevar.h $n '/sc_brtcnt;/s/^/long sc_new;/'
twin kernel/net/if_bridgevar.h net/if_bridgevar.h $n '/brt_ifp;/s/^/long brt_new;/'
twin kernel/sys/mbuf.h sys/mbuf.h $n '/mh_len;/s/^/long mh_new;/'
twin kernel/sys/mbuf.h sys/mbuf.h $n '/ext_refcnt;/s/^/long ext_new[2];/'
own kernel/net/pktqueue.c '/_pad.COHERENCY_UNIT/d'
own kernel/kern/subr_pcq.c '/pcq_pad2/d'
own kernel/kern/kern_timeout.c '/cc_lock;/s/^/long cc_new[9];/'
own kernel/kern/kern_softint.c '/sh_ipi_id;/s/^/long sh_new;/'
exit $bad

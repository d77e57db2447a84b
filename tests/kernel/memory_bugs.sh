#!/bin/sh
# memory_bugs.sh: errors in memory, printf and sysctl that the programs of
# memory_test.sh must notice.
#
#	memory_bugs.sh [N...]	bugs.subr says how
set -u
. tests/kernel/bugs.subr
limit=4s
ask='int sysctl_bootprop_int(const char *, int);
#define BUG(n) (sysctl_bootprop_int("bug", 0) == (n))'

change kernel/kern/pool_page.h \
    '/^pool_do_put/,/^}/s/pp->pr_flags & PR_WANTED/!BUG(1) \&\& (&)/' \
    's/!(flags & PR_LIMITFAIL)/(BUG(2) || &)/' \
    '/^pool_prime_page/,/^}/s/n \* pp->pr_size/n * (pp->pr_size - 8 * BUG(4))/' \
    '/^pool_catchup/,/^}/s/pp->pr_nitems < pp->pr_minitems/!BUG(5) \&\& &/'
change kernel/kern/subr_pool.c \
    '/^pool_get(/,/^}/s/pp->pr_nout >= pp->pr_hardlimit/pp->pr_nout >= pp->pr_hardlimit + BUG(3)/' \
    '/^pool_cache_invalidate/,/^}/s/!mp_online/(!mp_online || BUG(6))/' \
    '/^pool_cache_invalidate/,/^}/s/^	pool_cache_invalidate_groups(pc, part)/	if (!BUG(26))\
	&/' \
    '/^pool_cache_get_paddr/,/^}/s/s = splvm();/s = BUG(8) ? 0 : splvm();/' \
    '/^pool_cache_get_paddr/,/^}/s/^		object = pcg->/		if (BUG(8))\
			DELAY(3);\
&/'
change kernel/kern/pool_group.h \
    '/^pool_cache_get_slow/,/^}/s/if ((pcg = pc->pc_fullgroups)/if (!BUG(25) \&\& (pcg = pc->pc_fullgroups)/' \
    '/^pool_cache_get_slow/,/^}/s/pool_get(&pc->pc_pool, flags)/pool_get(\&pc->pc_pool, BUG(27) ? flags \& ~PR_LIMITFAIL : flags)/' \
    '/^pool_cache_transfer/,/^}/s/^	cc->cc_current = .*/	if (!BUG(7))\
	&/'
change kernel/kern/subr_kmem.c 's/if (psz != sz)/if (psz != sz \&\& !BUG(9))/' \
    '/^kmem_intr_zalloc/,/^}/s/memset(p, 0, size)/memset(p, 0, size - BUG(10))/' \
    '/^kmem_alloc(/,/^}/s/!cpu_softintr_p()/(BUG(11) || &)/'
change kernel/kern/vmem_seg.h \
    '/^vmem_absorb/,/^}/s/bt == NULL/BUG(12) || &/' \
    '/^vmem_fit/,/^}/s/if (nocross != 0/if (!BUG(13) \&\& nocross != 0/' \
    '/^vmem_fit/,/^}/s/const vmem_addr_t end = .*/const vmem_addr_t end = BUG(14) ? maxaddr : MIN(BT_END(bt), maxaddr);/'
change kernel/kern/subr_vmem.c \
    '/^vmem_xfree/,/^}/s/^	cv_broadcast/	if (!BUG(15))\
	&/' \
    '/^vmem_xfree/,/^}/s/vm->vm_releasefn != NULL/!BUG(16) \&\& &/'
change kernel/kern/sysctl_node.h \
    '/^child_moved/,/^}/s/if (SYSCTL_TYPE/if (!BUG(17) \&\& SYSCTL_TYPE/' \
    '/^child_insert/,/^}/s/sysctl_num > new->sysctl_num/sysctl_num > new->sysctl_num || BUG(18)/'
change kernel/kern/kern_sysctl.c \
    '/^value_set/,/^}/s/if ((node->sysctl_flags/if (!BUG(19) \&\& (node->sysctl_flags/' \
    '/^sysctl_teardown/,/^}/s/(void)node_destroy/if (!BUG(20))\
			(void)node_destroy/'
change kernel/kern/subr_prf.c \
    '/^kprintf_mine/,/^}/s/return /return BUG(21) || /' \
    '/^panic_claim/,/^}/s/if (oci != NULL/if (!BUG(22) \&\& oci != NULL/'
change kernel/kern/prf_format.h 's/if (f->zero && !f->left/if (!BUG(23) \&\& f->zero \&\& !f->left/' \
    '/^prf_putchar/,/^}/s/k->room != 0/k->room != 0 || BUG(24)/'

overlay
# Where memory_test.sh looks at the output.
lacks() {	# bug what program text [times]
	chosen "$1" || return 0
	run_bug "$1" "$3"
	[ "$(grep -oE "$4" "$seen" | wc -l)" -ne "${5:-1}" ]
	say $? "bug=$1, $2: $3: not '$4'"
}
fine 0 none pool,poolcache,kmem,kmem_intr,vmem,lowmem,sysctl,prf
wrong 1 'put wakes nobody' pool
wrong 2 'LIMITFAIL sleeps' pool
wrong 3 'one more than the limit' pool
wrong 4 'items overlap' pool
wrong 5 'low water not kept' pool
wrong 6 'caches of other CPUs not emptied' poolcache
wrong 7 'groups put down and kept' poolcache
wrong 8 'cache not at splvm' poolcache
lacks 9 'size not compared' p_kmem_size 'panic: kmem_free'
wrong 10 'last byte not zeroed' kmem
lacks 11 'allowed in a softint' p_kmem_softint 'kmem.9. should not be used'
wrong 12 'neighbours not joined' vmem
wrong 13 'boundary crossed' vmem
wrong 14 'end of the segment not looked at' vmem
wrong 15 'free wakes nobody' lowmem
wrong 16 'span not given back' vmem
wrong 17 'children of a node that moved lose it' sysctl
wrong 18 'children not sorted' sysctl
wrong 19 'read-only node written' sysctl
wrong 20 'nothing taken away' sysctl
lacks 21 'lines not kept together' prf \
    '^line of CPU [0-7]: 0123456789abcdefghijklmnopqrstuvwxyz [0-4]\.$' 40
lacks 22 'all CPUs panic' p_panic_all 'panic: '
wrong 23 'zeros are blanks' prf
wrong 24 'strings not cut' prf
foretold 25 "nobody gets another CPU's full groups" 'F: 0 from another' poolcache
foretold 26 'a flush leaves groups that are not full' 'F: .* out' poolcache
wrong 27 'a cache at its limit sleeps though LIMITFAIL' poolcache
exit $bad

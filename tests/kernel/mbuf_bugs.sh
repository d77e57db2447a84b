#!/bin/sh
# mbuf_bugs.sh: errors in mbufs, bpf, pfil and what else the network stands on that
# the programs mbuf, bpf, pfil and netbase must notice.
#
#	mbuf_bugs.sh [N...]	bugs.subr says how
set -u
. tests/kernel/bugs.subr
limit=10s
ask='extern volatile int crew_bug; int sysctl_bootprop_int(const char *, int);
#define BUG(n) (crew_bug == (n))
#define EARLY(n) (sysctl_bootprop_int("bug", 0) == (n))
#define bug_dec(p) ({ unsigned v_ = *(p); for (volatile int i_ = 0; i_ < 99; i_++) continue; *(p) = v_ - 1; })'

change kernel/kern/uipc_mbuf.c \
    '/^m_ext_free(/,/^}/s/atomic_dec_uint_nv(&ref->m_ext.ext_refcnt)/(BUG(1) ? bug_dec(\&ref->m_ext.ext_refcnt) : &)/' \
    '/^m_ext_free(/,/^}/s/ref->m_ext.ext_refcnt == 1/(BUG(2) || &)/' \
    '/^	m_ext_gone(ref);/,/^}/s/if (ref != m)/if (ref != m \&\& !BUG(3))/' \
    '/^m_free(/,/^}/s/^	mbstat_type_add/	if (!BUG(4))\
	&/' \
    '/^mbinit/,/^}/s/^	pool_cache_sethardlimit/	if (!EARLY(5))\
	&/' \
    '/^mbinit/,/^}/s/^	pool_cache_set_drain_hook(mcl_cache/	if (!EARLY(6))\
	&/' \
    '/^mb_ctor/,/^}/s/vtophys((vaddr_t)m)/& + (EARLY(7) ? 8 : 0)/' \
    's,"\(mbuf_c[a-z]*.h\)",<kern/\1>,'
change kernel/sys/mbuf.h \
    's/((m)->m_ext.ext_refcnt > 1)/(!BUG(8) \&\& &)/' \
    's/(m)->m_pkthdr.len += (plen);/(m)->m_pkthdr.len += BUG(9) ? 0 : (plen);/'
change kernel/kern/mbuf_copy.h \
    '/^m_copym0/,/^}/s/n->m_pkthdr.len = len;/n->m_pkthdr.len = BUG(10) ? n->m_pkthdr.len : len;/' \
    '/^m_copy_piece/,/^}/s/m->m_data + off;/m->m_data + (BUG(11) ? 0 : off);/' \
    '/^m_makewritable/,/^}/s/M_READONLY/!BUG(12) \&\& &/' \
    '/^m_copyback_grow/,/^}/s/^		memset/		if (!BUG(13))\
	&/'
change kernel/kern/mbuf_cut.h \
    '/^m_adj_tail/,/^}/s/mp->m_pkthdr.len = left;/mp->m_pkthdr.len = BUG(14) ? mp->m_pkthdr.len : left;/' \
    '/^m_fill/,/^}/s/n->m_data += count/n->m_data += BUG(15) ? 0 : count/' \
    '/^m_split(/,/^}/s/m0->m_pkthdr.len - len0/& + BUG(16)/' \
    '/^m_cat/,/^}/s/M_TRAILINGSPACE(m)/(BUG(17) ? _M_TRAILINGSPACE(m) : &)/' \
    '/^m_prepend/,/^}/s/^		M_MOVE_PKTHDR(mn, m);/		if (BUG(18))\
			M_COPY_PKTHDR(mn, m);\
		else\
	&/'
change kernel/kern/uipc_mbuf2.c \
    '/^m_tag_copy_chain/,/^}/s/if (last == NULL)/if (last == NULL || BUG(19))/' \
    '/^pulldown_gather/,/^}/s/pulldown_tail(n, off + len)/pulldown_tail(n, off + (BUG(20) ? 0 : len))/' \
    '/^m_tag_find/,/^}/s/t != NULL ? m_tag_next/t != NULL \&\& !BUG(21) ? m_tag_next/'
change kernel/net/bpf_tap.h \
    's/d->bd_dcount++;/d->bd_dcount += !BUG(22);/' \
    's/if (wake)/if (wake \&\& !BUG(24))/' \
    '/^bpf_rotate/,/^}/s/d->bd_fbuf = NULL;/d->bd_fbuf = BUG(25) ? d->bd_hbuf : NULL;/' \
    '/^bpf_catch/,/^}/s/hp->bh_caplen = caplen/hp->bh_caplen = BUG(26) ? p->bp_len : caplen/'
change kernel/net/bpf.c \
    '/^bpf_detachd/,/^}/s/^		\*bp->bif_driverp = NULL;/		*bp->bif_driverp = BUG(23) ? bp : NULL;/' \
    's,"\(bpf_[a-z]*.h\)",<net/\1>,'
change kernel/net/bpf_filter.c \
    's/pc += jump(/pc += BUG(27) ^ jump(/' \
    '/^bpf_validate/,/^}/s/(uint32_t)(len - i - 1)/& + (BUG(28) ? 9 : 0)/'
change kernel/net/pfil.c \
    '/^pfil_wait/,/^}/s/if (mp_online)/if (mp_online \&\& !BUG(29))/' \
    's/bit == PFIL_IN)/bit == PFIL_IN \&\& !BUG(30))/' \
    '/^pfil_add_hook/,/^}/s/where != NULL \&\& \*where != NULL/& \&\& !BUG(31)/' \
    '/^pfil_run_hooks/,/^}/s/if (ret != 0 ||/if ((ret != 0 \&\& !BUG(32)) ||/'
change kernel/kern/kern_auth.c '/^kauth_is_root/,/^}/s/return /return BUG(33) || /'
change kernel/kern/uipc_domain.c \
    '/^sockaddr_cmp/,/^}/s/len - ofs);/len - ofs - (size_t)BUG(34));/'
change kernel/kern/kern_rndq.c 's/rnd_process != NULL/& \&\& !BUG(35)/'
change kernel/kern/kern_descrip.c 's/last = --fp->f_count == 0/& || BUG(36)/'
change kernel/kern/kern_subr.c 's/iov->iov_len -= cnt/iov->iov_len -= BUG(37) ? 0 : cnt/'
overlay

fine 0 none mbuf,bpf,pfil,netbase
wrong 1 'references not counted by an atomic operation' mbuf
wrong 2 'data freed that others refer to' mbuf
wrong 3 'a copy stays behind' mbuf
wrong 4 'frees not counted' mbuf
wrong 5 'no limit of clusters' mbuf
wrong 6 'nobody is asked to let go' mbuf
wrong 7 'another physical address' mbuf
wrong 8 'shared data are written' mbuf
wrong 9 'M_PREPEND: length of the packet' mbuf
wrong 10 'm_copym: length of the packet' mbuf
wrong 11 'm_copym: shares from the beginning' mbuf
wrong 12 'm_makewritable: does nothing' mbuf
wrong 13 'm_copyback: what was there before' mbuf
wrong 14 'm_adj: length of the packet' mbuf
wrong 15 'm_pullup: bytes twice' mbuf
wrong 16 'm_split: length of the rest' mbuf
wrong 17 'm_cat: writes to shared data' mbuf
wrong 18 'm_prepend: two headers' mbuf
wrong 19 'tags in another order' mbuf
wrong 20 'm_pulldown: the tail' mbuf
wrong 21 'm_tag_find: the same once more' mbuf
wrong 22 'drops not counted' bpf
wrong 23 'the tap stays on' bpf
wrong 24 'nobody is woken' bpf
wrong 25 'a buffer is free and being read' bpf
wrong 26 'lengths: more than there is' bpf
wrong 27 'the filter jumps the other way' bpf
wrong 28 'jumps beyond the end are allowed' bpf
wrong 29 'a hook may run still' pfil
wrong 30 'the same order both ways' pfil
wrong 31 'a hook twice' pfil
wrong 32 'a verdict is not heeded' pfil
wrong 33 'everybody is root' netbase
wrong 34 'sockaddr_cmp: the last byte' netbase
wrong 35 'samples are not processed' netbase
wrong 36 'closed while it is used' netbase
wrong 37 'uiomove: pieces do not end' netbase
exit $bad

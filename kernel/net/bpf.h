/*
 * bpf.h: captures, bpf(4): what a program asks for and reads, and where a
 * driver lets packets be looked at.
 *
 * A driver calls bpf_mtap(ifp, m) for each packet.  Nobody listens: that is one
 * test of ifp->if_bpf.  Otherwise bpf_ops says who does the work: nobody
 * (bpf_stub.c), until bpf.c has been attached.
 *
 * A read gives a buffer of packets, each with a header in front whose bh_hdrlen
 * says where the packet begins, at the next multiple of BPF_ALIGNMENT:
 *
 *	bpf_hdr, packet (bh_caplen), pad; bpf_hdr, packet, pad; ...
 */
#ifndef _NET_BPF_H_
#define _NET_BPF_H_

#include <sys/ioccom.h>
#include <sys/time.h>
#include <net/if.h>
#include <net/dlt.h>

typedef int bpf_int32;
typedef u_int bpf_u_int32;

#define BPF_ALIGNMENT    sizeof(long)
#define BPF_ALIGNMENT32  sizeof(int)
#define BPF_WORDALIGN(x) (((x) + (BPF_ALIGNMENT - 1)) & ~(BPF_ALIGNMENT - 1))
#define BPF_WORDALIGN32(x) \
	(((x) + (BPF_ALIGNMENT32 - 1)) & ~(BPF_ALIGNMENT32 - 1))

#define BPF_MAXINSNS    512
#define BPF_DFLTBUFSIZE (1024 * 1024)
#define BPF_MAXBUFSIZE  (1024 * 1024 * 16)
#define BPF_MINBUFSIZE  32

/* A filter: a program that says how many bytes of a packet are wanted. */
struct bpf_insn {
	uint16_t code;
	u_char jt;
	u_char jf;
	uint32_t k;
};
struct bpf_program {
	u_int bf_len;
	struct bpf_insn *bf_insns;
};

struct bpf_stat {
	uint64_t bs_recv; /* packets seen */
	uint64_t bs_drop; /* wanted, and no room */
	uint64_t bs_capt; /* wanted */
	uint64_t bs_padding[13];
};
struct bpf_stat_old {
	u_int bs_recv;
	u_int bs_drop;
};

struct bpf_version {
	u_short bv_major;
	u_short bv_minor;
};
#define BPF_MAJOR_VERSION 1
#define BPF_MINOR_VERSION 1

struct bpf_timeval {
	long tv_sec;
	long tv_usec;
};

struct bpf_hdr {
	struct bpf_timeval bh_tstamp; /* when it was seen */
	uint32_t bh_caplen;           /* bytes of it that follow */
	uint32_t bh_datalen;          /* bytes it had */
	uint16_t bh_hdrlen;           /* of this header, with its padding */
};
#ifdef _KERNEL
#define SIZEOF_BPF_HDR sizeof(struct bpf_hdr)
#endif

struct bpf_dltlist {
	u_int bfl_len;
	u_int *bfl_list;
};

/* clang-format off */
#define BIOCGBLEN	_IOR('B', 102, u_int)
#define BIOCSBLEN	_IOWR('B', 102, u_int)
#define BIOCSETF	_IOW('B', 103, struct bpf_program)
#define BIOCFLUSH	_IO('B', 104)
#define BIOCPROMISC	_IO('B', 105)
#define BIOCGDLT	_IOR('B', 106, u_int)
#define BIOCGETIF	_IOR('B', 107, struct ifreq)
#define BIOCSETIF	_IOW('B', 108, struct ifreq)
#define BIOCSRTIMEOUT	_IOW('B', 122, struct timeval)
#define BIOCGRTIMEOUT	_IOR('B', 123, struct timeval)
#define BIOCGSTATS	_IOR('B', 111, struct bpf_stat)
#define BIOCIMMEDIATE	_IOW('B', 112, u_int)
#define BIOCVERSION	_IOR('B', 113, struct bpf_version)
#define BIOCSTCPF	_IOW('B', 114, struct bpf_program)
#define BIOCSUDPF	_IOW('B', 115, struct bpf_program)
#define BIOCGHDRCMPLT	_IOR('B', 116, u_int)
#define BIOCSHDRCMPLT	_IOW('B', 117, u_int)
#define BIOCSDLT	_IOW('B', 118, u_int)
#define BIOCGDLTLIST	_IOWR('B', 119, struct bpf_dltlist)
#define BIOCGSEESENT	_IOR('B', 120, u_int)
#define BIOCSSEESENT	_IOW('B', 121, u_int)
#define BIOCGFEEDBACK	_IOR('B', 124, u_int)
#define BIOCSFEEDBACK	_IOW('B', 125, u_int)
#define BIOCFEEDBACK	BIOCSFEEDBACK

/* An instruction: class, size and mode, or operation and source. */
#define BPF_CLASS(code)	((code) & 0x07)
#define BPF_LD		0x00
#define BPF_LDX		0x01
#define BPF_ST		0x02
#define BPF_STX		0x03
#define BPF_ALU		0x04
#define BPF_JMP		0x05
#define BPF_RET		0x06
#define BPF_MISC	0x07

#define BPF_SIZE(code)	((code) & 0x18)
#define BPF_W		0x00
#define BPF_H		0x08
#define BPF_B		0x10
#define BPF_MODE(code)	((code) & 0xe0)
#define BPF_IMM		0x00
#define BPF_ABS		0x20
#define BPF_IND		0x40
#define BPF_MEM		0x60
#define BPF_LEN		0x80
#define BPF_MSH		0xa0

#define BPF_OP(code)	((code) & 0xf0)
#define BPF_ADD		0x00
#define BPF_SUB		0x10
#define BPF_MUL		0x20
#define BPF_DIV		0x30
#define BPF_OR		0x40
#define BPF_AND		0x50
#define BPF_LSH		0x60
#define BPF_RSH		0x70
#define BPF_NEG		0x80
#define BPF_MOD		0x90
#define BPF_XOR		0xa0
#define BPF_JA		0x00
#define BPF_JEQ		0x10
#define BPF_JGT		0x20
#define BPF_JGE		0x30
#define BPF_JSET	0x40
#define BPF_SRC(code)	((code) & 0x08)
#define BPF_K		0x00
#define BPF_X		0x08

#define BPF_RVAL(code)	((code) & 0x18)
#define BPF_A		0x10

#define BPF_MISCOP(code) ((code) & 0xf8)
#define BPF_TAX		0x00
#define BPF_COP		0x20
#define BPF_COPX	0x40
#define BPF_TXA		0x80

#define BPF_STMT(code, k)	{ (uint16_t)(code), 0, 0, k }
#define BPF_JUMP(code, k, jt, jf) { (uint16_t)(code), jt, jf, k }
/* clang-format on */

#define BPF_MEMWORDS 16 /* scratch memory, in words */

#ifdef _KERNEL

struct bpf_if;
struct mbuf;

struct bpf_ops {
	void (*bpf_attach)(struct ifnet *, u_int, u_int, struct bpf_if **);
	void (*bpf_detach)(struct ifnet *);
	void (*bpf_change_type)(struct ifnet *, u_int, u_int);

	void (*bpf_tap)(struct bpf_if *, u_char *, u_int);
	void (*bpf_mtap)(struct bpf_if *, struct mbuf *);
	void (*bpf_mtap2)(struct bpf_if *, void *, u_int, struct mbuf *);
	void (*bpf_mtap_af)(struct bpf_if *, uint32_t, struct mbuf *);
	void (*bpf_mtap_sl_in)(struct bpf_if *, u_char *, struct mbuf **);
	void (*bpf_mtap_sl_out)(struct bpf_if *, u_char *, struct mbuf *);
};

extern struct bpf_ops *bpf_ops; /* never NULL */

/* An interface can be captured, with link headers of that kind and length. */
static __inline void
bpf_attach(struct ifnet *_ifp, u_int _dlt, u_int _hdrlen)
{
	bpf_ops->bpf_attach(_ifp, _dlt, _hdrlen, &_ifp->if_bpf);
}

static __inline void
bpf_attach2(struct ifnet *_ifp, u_int _dlt, u_int _hdrlen, struct bpf_if **_dp)
{
	bpf_ops->bpf_attach(_ifp, _dlt, _hdrlen, _dp);
}

static __inline void
bpf_detach(struct ifnet *_ifp)
{
	bpf_ops->bpf_detach(_ifp);
}

static __inline void
bpf_change_type(struct ifnet *_ifp, u_int _dlt, u_int _hdrlen)
{
	bpf_ops->bpf_change_type(_ifp, _dlt, _hdrlen);
}

/* A packet passes: as bytes, as an mbuf, or with something in front of it. */
static __inline void
bpf_tap(struct ifnet *_ifp, u_char *_pkt, u_int _len)
{
	if (_ifp->if_bpf)
		bpf_ops->bpf_tap(_ifp->if_bpf, _pkt, _len);
}

static __inline void
bpf_mtap(struct ifnet *_ifp, struct mbuf *_m)
{
	if (_ifp->if_bpf)
		bpf_ops->bpf_mtap(_ifp->if_bpf, _m);
}

static __inline void
bpf_mtap2(struct bpf_if *_bpf, void *_data, u_int _dlen, struct mbuf *_m)
{
	bpf_ops->bpf_mtap2(_bpf, _data, _dlen, _m);
}

static __inline void
bpf_mtap3(struct bpf_if *_bpf, struct mbuf *_m)
{
	if (_bpf)
		bpf_ops->bpf_mtap(_bpf, _m);
}

static __inline void
bpf_mtap_af(struct ifnet *_ifp, uint32_t _af, struct mbuf *_m)
{
	if (_ifp->if_bpf)
		bpf_ops->bpf_mtap_af(_ifp->if_bpf, _af, _m);
}

static __inline void
bpf_mtap_sl_in(struct ifnet *_ifp, u_char *_hdr, struct mbuf **_m)
{
	bpf_ops->bpf_mtap_sl_in(_ifp->if_bpf, _hdr, _m);
}

static __inline void
bpf_mtap_sl_out(struct ifnet *_ifp, u_char *_hdr, struct mbuf *_m)
{
	if (_ifp->if_bpf)
		bpf_ops->bpf_mtap_sl_out(_ifp->if_bpf, _hdr, _m);
}

void bpf_setops(void);
void bpf_ops_handover_enter(struct bpf_ops *);
void bpf_ops_handover_exit(void);

void bpfilterattach(int);

/* net/bpf_filter.c. */
int bpf_validate(const struct bpf_insn *, int);

#endif /* _KERNEL */

u_int bpf_filter(const struct bpf_insn *, const u_char *, u_int, u_int);

#endif /* !_NET_BPF_H_ */

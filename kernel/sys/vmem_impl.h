/*
 * vmem_impl.h: what an arena looks like inside, for subr_vmem.c and for who
 * needs one before memory can be allocated (uvm/uvm_km.c).
 */
#ifndef _SYS_VMEM_IMPL_H_
#define _SYS_VMEM_IMPL_H_

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/mutex.h>
#include <sys/condvar.h>
#include <sys/vmem.h>

#define VMEM_MAXORDER  (sizeof(vmem_size_t) * 8)
#define VMEM_HASH_INIT 512 /* buckets an arena begins with, power of 2 */

/*
 * A boundary tag: a piece of an arena, or a span, which is what was added or
 * imported at once.  Letter as below.
 */
typedef struct vmem_btag {
	TAILQ_ENTRY(vmem_btag) bt_seglist; /* l: by address, a span first */
	union {
		LIST_ENTRY(vmem_btag) u_freelist; /* l: BT_TYPE_FREE */
		LIST_ENTRY(vmem_btag) u_hashlist; /* l: BT_TYPE_BUSY */
	} bt_u;
#define bt_hashlist bt_u.u_hashlist
#define bt_freelist bt_u.u_freelist
	vmem_addr_t bt_start;
	vmem_size_t bt_size;
	int bt_type;
} bt_t;

TAILQ_HEAD(vmem_seglist, vmem_btag);
LIST_HEAD(vmem_freelist, vmem_btag);
LIST_HEAD(vmem_hashlist, vmem_btag);

/*
 * Letters: i set by vmem_init and constant; l vm_lock; g the list's lock
 */
struct vmem {
	kmutex_t vm_lock;
	kcondvar_t vm_cv;             /* l: wants room */
	int vm_flags;                 /* i */
	int vm_waiters;               /* l: asleep on vm_cv */
	vmem_import_t *vm_importfn;   /* i */
	vmem_release_t *vm_releasefn; /* i */
	vmem_t *vm_arg;               /* i: source, first argument of both */
	size_t vm_size;               /* l: of all spans */
	size_t vm_inuse;              /* l: given out */
	struct vmem_freelist vm_freetags; /* l: VM_PRIVTAGS: spare tags */
	int vm_nfreetags;                 /* l */
	struct vmem_seglist vm_seglist;   /* l */
	struct vmem_freelist vm_freelist[VMEM_MAXORDER]; /* l: by log2 size */
	size_t vm_hashsize;                              /* l: buckets */
	size_t vm_nbusytag;                              /* l */
	struct vmem_hashlist *vm_hashlist; /* l: busy tags by address */
	struct vmem_hashlist vm_hash0[VMEM_HASH_INIT];
	size_t vm_quantum_mask;      /* i: all sizes are multiples */
	int vm_quantum_shift;        /* i */
	const char *vm_name;         /* i */
	LIST_ENTRY(vmem) vm_alllist; /* g */
};

/*
 * vmem_create with an arena of the caller's; then as there.
 */
vmem_t *vmem_init(vmem_t *, const char *, vmem_addr_t, vmem_size_t, vmem_size_t,
    vmem_import_t *, vmem_release_t *, vmem_t *, vmem_size_t, vm_flag_t, int);

#endif /* _SYS_VMEM_IMPL_H_ */

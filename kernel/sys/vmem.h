/*
 * vmem.h: arenas of numbers.  kern/subr_vmem.c says how they work.
 */
#ifndef _SYS_VMEM_H_
#define _SYS_VMEM_H_

#include <sys/types.h>

typedef struct vmem vmem_t;
typedef unsigned int vm_flag_t;

typedef uintptr_t vmem_addr_t;
typedef size_t vmem_size_t;

#define VMEM_ADDR_MIN 0
#define VMEM_ADDR_MAX (~(vmem_addr_t)0)

/*
 * Import: source, size, flags, out address.  Ximport: source, size wanted, out
 * size given (no less), flags, out address.  0 or an errno.
 */
typedef int(vmem_import_t)(vmem_t *, vmem_size_t, vm_flag_t, vmem_addr_t *);
typedef void(vmem_release_t)(vmem_t *, vmem_addr_t, vmem_size_t);
typedef int(vmem_ximport_t)(vmem_t *, vmem_size_t, vmem_size_t *, vm_flag_t,
    vmem_addr_t *);

/* Where kmem(9) and pools have their pages from, and their tables. */
extern vmem_t *kmem_arena;
extern vmem_t *kmem_meta_arena;
extern vmem_t *kmem_va_arena;

void vmem_subsystem_init(vmem_t *);
void vmem_rehash_start(void);

/* name, base, size, quantum, import, release, source, qcache_max, flags, ipl */
vmem_t *vmem_create(const char *, vmem_addr_t, vmem_size_t, vmem_size_t,
    vmem_import_t *, vmem_release_t *, vmem_t *, vmem_size_t, vm_flag_t, int);
vmem_t *vmem_xcreate(const char *, vmem_addr_t, vmem_size_t, vmem_size_t,
    vmem_ximport_t *, vmem_release_t *, vmem_t *, vmem_size_t, vm_flag_t, int);
void vmem_destroy(vmem_t *);

int vmem_alloc(vmem_t *, vmem_size_t, vm_flag_t, vmem_addr_t *);
void vmem_free(vmem_t *, vmem_addr_t, vmem_size_t);
/* size, align, phase, nocross, minaddr, maxaddr */
int vmem_xalloc(vmem_t *, vmem_size_t, vmem_size_t, vmem_size_t, vmem_size_t,
    vmem_addr_t, vmem_addr_t, vm_flag_t, vmem_addr_t *);
void vmem_xfree(vmem_t *, vmem_addr_t, vmem_size_t);
int vmem_add(vmem_t *, vmem_addr_t, vmem_size_t, vm_flag_t);
vmem_size_t vmem_roundup_size(vmem_t *, vmem_size_t);
vmem_size_t vmem_size(vmem_t *, int);

void vmem_whatis(uintptr_t, void (*)(const char *, ...));
void vmem_print(uintptr_t, const char *, void (*)(const char *, ...));
void vmem_printall(const char *, void (*)(const char *, ...));

/* vm_flag_t */
#define VM_SLEEP       0x00000001 /* until there is room */
#define VM_NOSLEEP     0x00000002
#define VM_INSTANTFIT  0x00001000 /* the first that must fit */
#define VM_BESTFIT     0x00002000 /* the smallest that fits */
#define VM_BOOTSTRAP   0x00004000 /* no tags of the common pool yet */
#define VM_POPULATING  0x00008000 /* this call makes tags */
#define VM_LARGEIMPORT 0x00010000 /* import more than is wanted */
#define VM_XIMPORT     0x00020000 /* its import function is an ximport */
#define VM_PRIVTAGS    0x00040000 /* tags of its own */

/* What vmem_size counts. */
#define VMEM_ALLOC 0x01
#define VMEM_FREE  0x02

#endif /* _SYS_VMEM_H_ */

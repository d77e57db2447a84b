/*
 * sysctl.h: a tree of named values.  kern/kern_sysctl.c says how it works.
 *
 * A name is a path of numbers; sysctl_createv gives out numbers, and names
 * like "kern.hz" are for people.  A node is a value (type and size), a node
 * with children, or a function that does what it likes.
 */
#ifndef _SYS_SYSCTL_H_
#define _SYS_SYSCTL_H_

#include <sys/param.h>
#include <sys/types.h>
#include <sys/cdefs.h>

struct sysctlnode;
struct sysctllog;
struct sysctldesc;
struct lwp;

#define CTL_MAXNAME    12 /* length of a path */
#define SYSCTL_NAMELEN 32 /* of one name, NUL included */

#define CREATE_BASE    1024 /* numbers given out start here */
#define SYSCTL_DEFSIZE 8

/* Types. */
#define CTLTYPE_NODE   1
#define CTLTYPE_INT    2
#define CTLTYPE_STRING 3
#define CTLTYPE_QUAD   4
#define CTLTYPE_STRUCT 5
#define CTLTYPE_BOOL   6
#define CTLTYPE_LONG   CTLTYPE_QUAD /* LP64 */

/* Flags. */
#define CTLFLAG_READONLY  0x00000000
#define CTLFLAG_READWRITE 0x00000070
#define CTLFLAG_ANYWRITE  0x00000080
#define CTLFLAG_PRIVATE   0x00000100
#define CTLFLAG_PERMANENT 0x00000200 /* cannot be destroyed */
#define CTLFLAG_OWNDATA   0x00000400 /* its data were allocated for it */
#define CTLFLAG_IMMEDIATE 0x00000800 /* its value is in the node */
#define CTLFLAG_HEX       0x00001000 /* print it in hexadecimal */
#define CTLFLAG_ROOT      0x00002000
#define CTLFLAG_ANYNUMBER 0x00004000 /* any number below is this node */
#define CTLFLAG_HIDDEN    0x00008000
#define CTLFLAG_ALIAS     0x00010000
#define CTLFLAG_MMAP      0x00020000
#define CTLFLAG_OWNDESC   0x00040000 /* its description too */
#define CTLFLAG_UNSIGNED  0x00080000

#define SYSCTL_VERS_0   0x00000000
#define SYSCTL_VERS_1   0x01000000
#define SYSCTL_VERSION  SYSCTL_VERS_1
#define SYSCTL_VERSMASK 0xff000000
#define SYSCTL_VERS(f)  ((f)&SYSCTL_VERSMASK)
#define SYSCTL_USERFLAGS                                          \
	(CTLFLAG_READWRITE | CTLFLAG_ANYWRITE | CTLFLAG_PRIVATE | \
	    CTLFLAG_OWNDATA | CTLFLAG_IMMEDIATE | CTLFLAG_HEX |   \
	    CTLFLAG_HIDDEN)
#define SYSCTL_TYPEMASK 0x0000000f
#define SYSCTL_TYPE(x)  ((x)&SYSCTL_TYPEMASK)
#define SYSCTL_FLAGMASK 0x00fffff0
#define SYSCTL_FLAGS(x) ((x)&SYSCTL_FLAGMASK)

/* Operations in place of a number; the end of a list of numbers. */
#define CTL_EOL       (-1)
#define CTL_QUERY     (-2)
#define CTL_CREATE    (-3)
#define CTL_CREATESYM (-4)
#define CTL_DESTROY   (-5)
#define CTL_MMAP      (-6)
#define CTL_DESCRIBE  (-7)

/* The first number. */
#define CTL_UNSPEC   0
#define CTL_KERN     1
#define CTL_VM       2
#define CTL_VFS      3
#define CTL_NET      4
#define CTL_DEBUG    5
#define CTL_HW       6
#define CTL_MACHDEP  7
#define CTL_USER     8
#define CTL_DDB      9
#define CTL_PROC     10
#define CTL_VENDOR   11
#define CTL_EMUL     12
#define CTL_SECURITY 13
#define CTL_MAXID    14

/* Below CTL_KERN, as far as this kernel has them. */
#define KERN_OSTYPE    1
#define KERN_OSRELEASE 2
#define KERN_OSREV     3
#define KERN_VERSION   4
#define KERN_HOSTNAME  10
#define KERN_MBUF      39
#define KERN_CLOCKRATE 12
#define KERN_BOOTTIME  83
#define KERN_EVCNT     85

/* Below CTL_HW. */
#define HW_MACHINE      1
#define HW_MODEL        2
#define HW_NCPU         3
#define HW_BYTEORDER    4
#define HW_PAGESIZE     7
#define HW_MACHINE_ARCH 10
#define HW_ALIGNBYTES   11
#define HW_NCPUONLINE   16

/* Arguments of a node's function. */
#define SYSCTLFN_PROTO                                              \
	const int *, u_int, void *, size_t *, const void *, size_t, \
	    const int *, struct lwp *, const struct sysctlnode *
#define SYSCTLFN_ARGS                                                         \
	const int *name, u_int namelen, void *oldp, size_t *oldlenp,          \
	    const void *newp, size_t newlen, const int *oname, struct lwp *l, \
	    const struct sysctlnode *rnode
#define SYSCTLFN_CALL(node) \
	name, namelen, oldp, oldlenp, newp, newlen, oname, l, node

typedef int (*sysctlfn)(SYSCTLFN_PROTO);

/*
 * Letters: i set when it is made; s sysctl_lock, for writing.
 */
struct sysctlnode {
	uint32_t sysctl_flags;            /* i: flags, type, version */
	int32_t sysctl_num;               /* i: its number */
	char sysctl_name[SYSCTL_NAMELEN]; /* i */
	uint32_t sysctl_ver;              /* s: grows with each change below */
	uint32_t __rsvd;
	union {
		struct {
			uint32_t suc_csize; /* s: places for children */
			uint32_t suc_clen;  /* s: children */
			struct sysctlnode *suc_child; /* s: by number */
		} scu_child;
		struct {
			void *sud_data;    /* i: the value */
			size_t sud_offset; /* i */
		} scu_data;
		int32_t scu_alias; /* i: number of whom it stands for */
		bool scu_bdata;    /* s: the value itself, IMMEDIATE */
		int32_t scu_idata;
		u_quad_t scu_qdata;
	} sysctl_un;
	size_t _sysctl_size;               /* i: bytes of the value */
	sysctlfn _sysctl_func;             /* i: or NULL */
	struct sysctlnode *_sysctl_parent; /* s: NULL: a root */
	const char *_sysctl_desc;          /* i: for people */
};
#define sysctl_csize  sysctl_un.scu_child.suc_csize
#define sysctl_clen   sysctl_un.scu_child.suc_clen
#define sysctl_child  sysctl_un.scu_child.suc_child
#define sysctl_data   sysctl_un.scu_data.sud_data
#define sysctl_offset sysctl_un.scu_data.sud_offset
#define sysctl_alias  sysctl_un.scu_alias
#define sysctl_bdata  sysctl_un.scu_bdata
#define sysctl_idata  sysctl_un.scu_idata
#define sysctl_qdata  sysctl_un.scu_qdata
#define sysctl_size   _sysctl_size
#define sysctl_func   _sysctl_func
#define sysctl_parent _sysctl_parent
#define sysctl_desc   _sysctl_desc

struct sysctldesc {
	int32_t descr_num;
	uint32_t descr_ver;
	uint32_t descr_len; /* NUL included */
	char descr_str[1];  /* longer than it says */
};

#define SYSCTL_DESCR(s) s

#ifdef _KERNEL
/*
 * SYSCTL_SETUP(name, "what it adds") { body } makes a function of the link
 * set sysctl_funcs: sysctl_init calls them all with a clog of NULL.
 */
#define SYSCTL_SETUP_PROTO(name) void name(struct sysctllog **)
#define SYSCTL_SETUP(name, desc)                 \
	static void name(struct sysctllog **);   \
	__link_set_add_text(sysctl_funcs, name); \
	static void name(struct sysctllog **clog __unused)
typedef void (*sysctl_setup_func)(struct sysctllog **);

void sysctl_init(void);
void sysctl_basenode_init(void);
void sysctl_finalize(void);

/* false: to read the tree, true: to change it. */
void sysctl_lock(bool);
void sysctl_relock(void);
void sysctl_unlock(void);

int sysctl_dispatch(SYSCTLFN_PROTO);
int sysctl_lookup(SYSCTLFN_PROTO);
int sysctl_query(SYSCTLFN_PROTO);
int sysctl_needfunc(SYSCTLFN_PROTO);
int sysctl_notavail(SYSCTLFN_PROTO);
int sysctl_null(SYSCTLFN_PROTO);

int sysctl_locate(struct lwp *, const int *, u_int, const struct sysctlnode **,
    int *);
/*
 * log, flags of this call, root, out: node, flags, type, name, description,
 * function, immediate value, data, size, numbers to it, CTL_EOL
 */
int sysctl_createv(struct sysctllog **, int, const struct sysctlnode **,
    const struct sysctlnode **, int, int, const char *, const char *, sysctlfn,
    u_quad_t, void *, size_t, ...);
int sysctl_destroyv(struct sysctlnode *, ...);
void sysctl_teardown(struct sysctllog **);

int sysctl_copyin(struct lwp *, const void *, void *, size_t);
int sysctl_copyout(struct lwp *, const void *, void *, size_t);
int sysctl_copyinstr(struct lwp *, const void *, void *, size_t, size_t *);

/* What a system call would do: name, its length, old, its size, new. */
int old_sysctl(int *, u_int, void *, size_t *, void *, size_t, struct lwp *);

extern struct sysctlnode sysctl_root;
#endif /* _KERNEL */

#endif /* _SYS_SYSCTL_H_ */

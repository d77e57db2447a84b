/*
 * mallocvar.h: types of malloc(9), which say what memory is for.  They are
 * only names: kern_malloc counts nothing by type.
 */
#ifndef _SYS_MALLOCVAR_H_
#define _SYS_MALLOCVAR_H_

#include <sys/types.h>

#define M_MAGIC 877983977

struct malloc_type {
	struct malloc_type *ks_next;
	u_long ks_magic;
	const char *ks_shortdesc;
	const char *ks_longdesc;
};

#ifdef _KERNEL
#define MALLOC_JUSTDEFINE_LIMIT(type, shortdesc, longdesc, limit) \
	struct malloc_type type[1] = {                            \
		{ .ks_magic = M_MAGIC,                            \
		    .ks_shortdesc = shortdesc,                    \
		    .ks_longdesc = longdesc },                    \
	}
#define MALLOC_JUSTDEFINE(type, shortdesc, longdesc) \
	MALLOC_JUSTDEFINE_LIMIT(type, shortdesc, longdesc, 0)
#define MALLOC_DEFINE_LIMIT(type, shortdesc, longdesc, limit) \
	MALLOC_JUSTDEFINE_LIMIT(type, shortdesc, longdesc, limit)
#define MALLOC_DEFINE(type, shortdesc, longdesc) \
	MALLOC_DEFINE_LIMIT(type, shortdesc, longdesc, 0)
#define MALLOC_DECLARE(type) extern struct malloc_type type[1]

#define malloc_type_attach(t)      ((void)0)
#define malloc_type_detach(t)      ((void)0)
#define malloc_type_setlimit(t, l) ((void)0)
#endif

#endif /* _SYS_MALLOCVAR_H_ */

/*
 * kern_sysctl.c: sysctl(9), a tree of named values.
 *
 * kern/sysctl_node.h has nodes and how they are stored: a node moves when a
 * sibling is added, so who keeps a pointer to one holds the lock, or keeps its
 * numbers and asks sysctl_locate.
 *
 *	sysctl_root
 *	  1 kern	1 ostype	2 osrelease	1024 ...
 *	  4 net		2 inet		1024 bridge ...
 *
 * Numbers below CREATE_BASE are well known; CTL_CREATE gives out the next one
 * above.  sysctl_createv makes nodes and writes in a log which, so that
 * sysctl_teardown can take them away again, the latest first.  One that is there
 * already, a node with children and of the same name, is no error.
 *
 * sysctl_treelock is held by readers during a node's function and by a writer
 * that changes the tree or a value: sysctl_lock(true).
 *
 * There are no user processes here.  What comes in and goes out is the
 * kernel's, whatever lwp the caller names; nobody is refused for who he is.
 * CTL_CREATE and CTL_DESTROY by name (not by sysctl_createv) are not here, nor
 * is CTL_MMAP.
 *
 * Contexts: threads.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/rwlock.h>
#include <sys/stdarg.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <kern/sysctl_node.h>

/* Of one node that was created; the latest comes first. */
struct sysctllog {
	struct sysctllog *log_next;
	u_int log_len;
	int log_num[CTL_MAXNAME]; /* the path to it */
};

struct sysctlnode sysctl_root = {
	.sysctl_flags = SYSCTL_VERSION | CTLFLAG_ROOT | CTLFLAG_READWRITE |
	    CTLTYPE_NODE,
	.sysctl_num = 0,
	.sysctl_name = "(root)",
};

static krwlock_t sysctl_treelock;

/* ---- the lock, and starting ------------------------------------------------ */

void
sysctl_lock(bool write)
{
	rw_enter(&sysctl_treelock, write ? RW_WRITER : RW_READER);
}

/* After sysctl_unlock() inside of a node's function. */
void
sysctl_relock(void)
{
	rw_enter(&sysctl_treelock, RW_READER);
}

void
sysctl_unlock(void)
{
	rw_exit(&sysctl_treelock);
}

/*
 * sysctl_init: the base, and what the kernel's files add (SYSCTL_SETUP).
 */
void
sysctl_init(void)
{
	__link_set_decl(sysctl_funcs, void);
	void *const *fn;

	rw_init(&sysctl_treelock);
	sysctl_basenode_init();
	__link_set_foreach(fn, sysctl_funcs)((sysctl_setup_func)*fn)(NULL);
}

/*
 * sysctl_basenode_init: the first names.
 */
void
sysctl_basenode_init(void)
{
	static const char *const base[CTL_MAXID] = { NULL, "kern", "vm", "vfs",
		"net", "debug", "hw", "machdep", "user", "ddb", "proc",
		"vendor", "emul", "security" };
	int i;

	for (i = 1; i < CTL_MAXID; i++)
		sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT,
		    CTLTYPE_NODE, base[i], NULL, NULL, 0, NULL, 0, i, CTL_EOL);
}

/*
 * sysctl_finalize: what is permanent now stays as it is.
 */
void
sysctl_finalize(void)
{
	sysctl_root.sysctl_flags |= CTLFLAG_PERMANENT;
}

/* ---- finding --------------------------------------------------------------- */

/*
 * sysctl_locate: follow a path as far as there are nodes; *rnode is where it
 * begins (NULL: the root) and becomes the last, *nip how many numbers were
 * used.  0; ENOENT: there is no child of the next number; ENOTDIR: no children.
 */
int
sysctl_locate(struct lwp *l, const int *name, u_int namelen,
    const struct sysctlnode **rnode, int *nip)
{
	const struct sysctlnode *node = *rnode, *child;
	u_int ni;
	int error = 0;

	if (node == NULL)
		node = &sysctl_root;
	for (ni = 0; ni < namelen; ni++) {
		if (SYSCTL_TYPE(node->sysctl_flags) != CTLTYPE_NODE) {
			error = ENOTDIR;
			break;
		}
		/* The rest is the function's. */
		if (node->sysctl_func != NULL || name[ni] < 0)
			break;
		child = child_by_num(node, name[ni]);
		if (child == NULL && node->sysctl_clen == 1 &&
		    (node->sysctl_child[0].sysctl_flags & CTLFLAG_ANYNUMBER))
			child = &node->sysctl_child[0];
		if (child == NULL) {
			error = ENOENT;
			break;
		}
		if (child->sysctl_flags & CTLFLAG_ALIAS)
			child = child_by_num(node, child->sysctl_alias);
		node = child;
	}
	*rnode = node;
	if (nip != NULL)
		*nip = ni;
	return error;
}

/* ---- asking ---------------------------------------------------------------- */

int
sysctl_copyin(struct lwp *l, const void *uaddr, void *kaddr, size_t len)
{
	memcpy(kaddr, uaddr, len);
	return 0;
}

int
sysctl_copyout(struct lwp *l, const void *kaddr, void *uaddr, size_t len)
{
	memcpy(uaddr, kaddr, len);
	return 0;
}

int
sysctl_copyinstr(struct lwp *l, const void *uaddr, void *kaddr, size_t len,
    size_t *done)
{
	const size_t n = strlcpy(kaddr, uaddr, len) + 1;

	if (done != NULL)
		*done = MIN(n, len);
	return n > len ? ENAMETOOLONG : 0;
}

/* Where a node's value is. */
static void *
value_of(const struct sysctlnode *node)
{
	if ((node->sysctl_flags & CTLFLAG_IMMEDIATE) == 0)
		return node->sysctl_data;
	switch (SYSCTL_TYPE(node->sysctl_flags)) {
	case CTLTYPE_BOOL:
		return __UNCONST(&node->sysctl_bdata);
	case CTLTYPE_INT:
		return __UNCONST(&node->sysctl_idata);
	case CTLTYPE_QUAD:
		return __UNCONST(&node->sysctl_qdata);
	default:
		return NULL;
	}
}

/* Give a node the new value. */
static int
value_set(const struct sysctlnode *node, void *d, const void *newp,
    size_t newlen)
{
	size_t n;

	if ((node->sysctl_flags & CTLFLAG_READWRITE) != CTLFLAG_READWRITE)
		return EPERM;
	switch (SYSCTL_TYPE(node->sysctl_flags)) {
	case CTLTYPE_BOOL:
	case CTLTYPE_INT:
	case CTLTYPE_QUAD:
	case CTLTYPE_STRUCT:
		if (newlen != node->sysctl_size)
			return EINVAL;
		memcpy(d, newp, newlen);
		return 0;
	case CTLTYPE_STRING:
		n = strnlen(newp, newlen);
		if (n >= node->sysctl_size)
			return EINVAL;
		memcpy(d, newp, n);
		((char *)d)[n] = '\0';
		return 0;
	default:
		return EINVAL;
	}
}

/*
 * sysctl_lookup: what a node without a function does: the value goes to oldp
 * (*oldlenp: room there; becomes the value's size), and the one at newp takes
 * its place.  Either may be NULL.  0; ENOMEM: no room for all of it; EPERM: it
 * may only be read; EINVAL: wrong size; ENOTDIR, EISDIR: no value.
 */
int
sysctl_lookup(SYSCTLFN_ARGS)
{
	size_t sz;
	void *d;
	int error = 0;

	if (rnode == NULL)
		return ENOENT;
	if (namelen != 0)
		return ENOTDIR;
	if (SYSCTL_TYPE(rnode->sysctl_flags) == CTLTYPE_NODE)
		return EISDIR;
	if ((d = value_of(rnode)) == NULL)
		return EOPNOTSUPP;

	sz = rnode->sysctl_size;
	if (SYSCTL_TYPE(rnode->sysctl_flags) == CTLTYPE_STRING)
		sz = strlen(d) + 1;
	if (oldp != NULL && oldlenp != NULL) {
		error = sysctl_copyout(l, d, oldp, MIN(sz, *oldlenp));
		if (error == 0 && *oldlenp < sz)
			error = ENOMEM;
	}
	if (oldlenp != NULL)
		*oldlenp = sz;
	if (error == 0 && newp != NULL)
		error = value_set(rnode, d, newp, newlen);
	return error;
}

/*
 * sysctl_query: the children of a node, as an array of struct sysctlnode.
 */
int
sysctl_query(SYSCTLFN_ARGS)
{
	size_t sz;
	int error = 0;

	if (SYSCTL_TYPE(rnode->sysctl_flags) != CTLTYPE_NODE)
		return ENOTDIR;
	if (namelen != 1 || name[0] != CTL_QUERY)
		return EINVAL;
	sz = rnode->sysctl_clen * sizeof(*rnode);
	if (oldp != NULL && oldlenp != NULL) {
		error = sysctl_copyout(l, rnode->sysctl_child, oldp,
		    MIN(sz, *oldlenp));
		if (error == 0 && *oldlenp < sz)
			error = ENOMEM;
	}
	if (oldlenp != NULL)
		*oldlenp = sz;
	return error;
}

/* Functions of nodes that are only there. */
int
sysctl_needfunc(SYSCTLFN_ARGS)
{
	printf("!!SYSCTL_NEEDFUNC!!\n");
	return EOPNOTSUPP;
}

int
sysctl_notavail(SYSCTLFN_ARGS)
{
	return EOPNOTSUPP;
}

int
sysctl_null(SYSCTLFN_ARGS)
{
	return 0;
}

/*
 * sysctl_dispatch: find the node and ask it.  sysctl_lock is held.
 */
int
sysctl_dispatch(SYSCTLFN_ARGS)
{
	sysctlfn fn;
	int error, ni;

	KASSERT(rw_lock_held(&sysctl_treelock));

	error = sysctl_locate(l, name, namelen, &rnode, &ni);
	if (error != 0)
		return error;
	name += ni;
	namelen -= ni;
	if (namelen != 0 && name[0] < 0)
		fn = name[0] == CTL_QUERY ? sysctl_query : sysctl_notavail;
	else
		fn = rnode->sysctl_func != NULL ? rnode->sysctl_func
						: sysctl_lookup;
	return (*fn)(name, namelen, oldp, oldlenp, newp, newlen, oname, l,
	    rnode);
}

/*
 * old_sysctl: as the system call, from inside the kernel.
 */
int
old_sysctl(int *name, u_int namelen, void *oldp, size_t *oldlenp, void *newp,
    size_t newlen, struct lwp *l)
{
	int error;

	sysctl_lock(newp != NULL);
	error = sysctl_dispatch(name, namelen, oldp, oldlenp, newp, newlen,
	    name, l, NULL);
	sysctl_unlock();
	return error;
}

/* ---- making and destroying --------------------------------------------------- */

/* Write down how to find a node again, from the root. */
static void
log_add(struct sysctllog **logp, const struct sysctlnode *n)
{
	struct sysctllog *log = kmem_zalloc(sizeof(*log), KM_SLEEP);
	u_int at = CTL_MAXNAME;

	for (; n->sysctl_parent != NULL; n = n->sysctl_parent)
		log->log_num[--at] = n->sysctl_num;
	log->log_len = CTL_MAXNAME - at;
	memmove(log->log_num, log->log_num + at, log->log_len * sizeof(int));
	log->log_next = *logp;
	*logp = log;
}

/* The node is there already: fine if it is one like it. */
static int
node_exists(const struct sysctlnode *n, int type, const char *namep)
{
	return type == CTLTYPE_NODE &&
		SYSCTL_TYPE(n->sysctl_flags) == CTLTYPE_NODE &&
		strcmp(n->sysctl_name, namep) == 0
	    ? 0
	    : EEXIST;
}

/* sysctl_createv without its variable arguments; locked. */
static int
node_create(struct sysctllog **logp, const struct sysctlnode *root, int *path,
    u_int len, struct sysctlnode *new, u_quad_t qv, void *newp, size_t newlen,
    const struct sysctlnode **cnode)
{
	const struct sysctlnode *pnode = root;
	struct sysctlnode *parent, *n;
	int error, ni;

	error = sysctl_locate(NULL, path, len - 1, &pnode, &ni);
	if (error != 0 || ni != (int)len - 1)
		return error != 0 ? error : ENOENT;
	parent = __UNCONST(pnode);
	if (SYSCTL_TYPE(parent->sysctl_flags) != CTLTYPE_NODE)
		return ENOTDIR;
	if ((n = child_by_name(parent, new->sysctl_name)) != NULL ||
	    (path[len - 1] >= 0 &&
		(n = child_by_num(parent, path[len - 1])) != NULL)) {
		*cnode = n;
		return node_exists(n, SYSCTL_TYPE(new->sysctl_flags),
		    new->sysctl_name);
	}
	if (path[len - 1] == CTL_CREATE)
		path[len - 1] = number_new(parent);
	if (path[len - 1] < 0)
		return EINVAL;
	new->sysctl_num = path[len - 1];
	node_value(new, qv, newp, newlen);
	*cnode = child_insert(parent, new);
	if (logp != NULL)
		log_add(logp, *cnode);
	return 0;
}

/*
 * sysctl_createv: a node; the numbers at the end are the path to it from
 * rnode (NULL: the root), its own the last, then CTL_EOL; or CTL_CREATE is the
 * last, and what follows is not looked at.  Of a log nothing is permanent.
 * 0 and *cnode, or an errno; a failure is reported.
 */
int
sysctl_createv(struct sysctllog **log, int cflags,
    const struct sysctlnode **rnode, const struct sysctlnode **cnode, int flags,
    int type, const char *namep, const char *descr, sysctlfn func, u_quad_t qv,
    void *newp, size_t newlen, ...)
{
	struct sysctlnode new;
	const struct sysctlnode *made = NULL;
	int path[CTL_MAXNAME], error;
	u_int len;
	va_list ap;

	if (log != NULL)
		flags &= ~CTLFLAG_PERMANENT;
	memset(&new, 0, sizeof(new));
	new.sysctl_flags = SYSCTL_VERSION | flags | type;
	new.sysctl_func = func;
	new.sysctl_desc = descr;

	va_start(ap, newlen);
	for (len = 0; len < CTL_MAXNAME; len++) {
		path[len] = va_arg(ap, int);
		if (path[len] == CTL_EOL)
			break;
		if (path[len] == CTL_CREATE) {
			len++;
			break;
		}
	}
	va_end(ap);
	if (len == 0 || len == CTL_MAXNAME)
		return EINVAL;
	if (strlcpy(new.sysctl_name, namep, SYSCTL_NAMELEN) >= SYSCTL_NAMELEN)
		return ENAMETOOLONG;

	sysctl_lock(true);
	error = node_create(log, rnode != NULL ? *rnode : NULL, path, len, &new,
	    qv, newp, newlen, &made);
	if (cnode != NULL)
		*cnode = made;
	sysctl_unlock();
	if (error != 0)
		printf("sysctl_createv: sysctl_create(%s) returned %d\n", namep,
		    error);
	return error;
}

/* Take a node away, if it is nobody's parent and not permanent. */
static int
node_destroy(const struct sysctlnode *root, const int *path, u_int len)
{
	const struct sysctlnode *node = root;
	int error;

	error = sysctl_locate(NULL, path, len, &node, NULL);
	if (error != 0)
		return error;
	if (SYSCTL_TYPE(node->sysctl_flags) == CTLTYPE_NODE &&
	    node->sysctl_clen != 0)
		return ENOTEMPTY;
	if (node->sysctl_parent == NULL ||
	    (node->sysctl_flags & CTLFLAG_PERMANENT))
		return EPERM;
	child_remove(__UNCONST(node));
	return 0;
}

/*
 * sysctl_destroyv: the node of this path from rnode (NULL: the root).
 */
int
sysctl_destroyv(struct sysctlnode *rnode, ...)
{
	int path[CTL_MAXNAME], error;
	u_int len;
	va_list ap;

	va_start(ap, rnode);
	for (len = 0; len < CTL_MAXNAME; len++)
		if ((path[len] = va_arg(ap, int)) == CTL_EOL)
			break;
	va_end(ap);
	if (len == 0 || len == CTL_MAXNAME)
		return EINVAL;
	sysctl_lock(true);
	error = node_destroy(rnode, path, len);
	sysctl_unlock();
	return error;
}

/*
 * sysctl_teardown: take away what the log has, the latest first.  A node that
 * others have put children into stays.
 */
void
sysctl_teardown(struct sysctllog **logp)
{
	struct sysctllog *log;

	sysctl_lock(true);
	while ((log = *logp) != NULL) {
		*logp = log->log_next;
		(void)node_destroy(NULL, log->log_num, log->log_len);
		kmem_free(log, sizeof(*log));
	}
	sysctl_unlock();
}

/*
 * subr_sysctlname.c: sysctl(9) by dotted names, and boot properties that are
 * such names.  This file is ours: names are otherwise a matter of user
 * processes.
 *
 *	hw.ncpu		net.bridge0.fwdq.maxlen
 *
 * Contexts: threads.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/bootprop.h>
#include <sys/errno.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

/*
 * The numbers of a name.  Lock held.  ENOENT, ENOTDIR; ENAMETOOLONG: more
 * than CTL_MAXNAME parts.
 */
static int
name_to_mib(const char *name, int *mib, u_int *lenp, int *typep)
{
	const struct sysctlnode *node = &sysctl_root;
	size_t n;
	u_int i;

	*lenp = 0;
	for (;; name += n + 1) {
		if (*lenp == CTL_MAXNAME)
			return ENAMETOOLONG;
		if (SYSCTL_TYPE(node->sysctl_flags) != CTLTYPE_NODE)
			return ENOTDIR;
		n = strcspn(name, ".");
		for (i = 0; i < node->sysctl_clen; i++)
			if (strncmp(node->sysctl_child[i].sysctl_name, name,
				n) == 0 &&
			    node->sysctl_child[i].sysctl_name[n] == '\0')
				break;
		if (n == 0 || i == node->sysctl_clen)
			return ENOENT;
		node = &node->sysctl_child[i];
		mib[(*lenp)++] = node->sysctl_num;
		if (name[n] == '\0')
			break;
	}
	*typep = SYSCTL_TYPE(node->sysctl_flags);
	return 0;
}

static int
byname_locked(const char *name, void *oldp, size_t *oldlenp, const void *newp,
    size_t newlen)
{
	int mib[CTL_MAXNAME], error, type;
	u_int len;

	error = name_to_mib(name, mib, &len, &type);
	if (error != 0)
		return error;
	return sysctl_dispatch(mib, len, oldp, oldlenp, newp, newlen, mib, NULL,
	    NULL);
}

int
sysctl_byname(const char *name, void *oldp, size_t *oldlenp, const void *newp,
    size_t newlen)
{
	int error;

	sysctl_lock(newp != NULL);
	error = byname_locked(name, oldp, oldlenp, newp, newlen);
	sysctl_unlock();
	return error;
}

int
sysctl_setstring(const char *name, const char *value)
{
	int mib[CTL_MAXNAME], error, type, i;
	char *end = NULL;
	u_int len;
	int64_t q;
	bool b;

	sysctl_lock(true);
	error = name_to_mib(name, mib, &len, &type);
	if (error == 0 && type != CTLTYPE_STRING) {
		q = strtoll(value, &end, 0);
		if (end == value || *end != '\0')
			error = EINVAL;
	}
	if (error == 0)
		switch (type) {
		case CTLTYPE_STRING:
			error = byname_locked(name, NULL, NULL, value,
			    strlen(value) + 1);
			break;
		case CTLTYPE_BOOL:
			b = q != 0;
			error = byname_locked(name, NULL, NULL, &b, sizeof(b));
			break;
		case CTLTYPE_INT:
			i = (int)q;
			error = i != q
			    ? EINVAL
			    : byname_locked(name, NULL, NULL, &i, sizeof(i));
			break;
		case CTLTYPE_QUAD:
			error = byname_locked(name, NULL, NULL, &q, sizeof(q));
			break;
		default:
			error = EINVAL;
			break;
		}
	sysctl_unlock();
	return error;
}

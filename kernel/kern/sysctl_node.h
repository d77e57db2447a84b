/*
 * sysctl_node.h: nodes of the sysctl tree; a part of kern_sysctl.c.
 *
 * A node with children keeps them in an array sorted by number, which is
 * twice as large whenever it is full.  So a node moves when a sibling is added,
 * and its children's sysctl_parent is put right.
 *
 * All that changes something wants sysctl_lock held for writing.  Threads.
 */
#ifndef _KERN_SYSCTL_NODE_H_
#define _KERN_SYSCTL_NODE_H_

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#define SYSCTL_CHILDREN 8 /* places a node begins with */

static struct sysctlnode *
child_by_num(const struct sysctlnode *parent, int num)
{
	u_int i;

	for (i = 0; i < parent->sysctl_clen; i++)
		if (parent->sysctl_child[i].sysctl_num == num)
			return &parent->sysctl_child[i];
	return NULL;
}

static struct sysctlnode *
child_by_name(const struct sysctlnode *parent, const char *name)
{
	u_int i;

	for (i = 0; i < parent->sysctl_clen; i++)
		if (strcmp(parent->sysctl_child[i].sysctl_name, name) == 0)
			return &parent->sysctl_child[i];
	return NULL;
}

/* Places for more children; they move, and theirs must find them. */
static void
children_grow(struct sysctlnode *parent)
{
	const u_int old = parent->sysctl_csize;
	const u_int new = old != 0 ? 2 * old : SYSCTL_CHILDREN;
	struct sysctlnode *child;
	u_int i, j;

	child = kmem_zalloc(new * sizeof(*child), KM_SLEEP);
	for (i = 0; i < parent->sysctl_clen; i++) {
		child[i] = parent->sysctl_child[i];
		if (SYSCTL_TYPE(child[i].sysctl_flags) != CTLTYPE_NODE)
			continue;
		for (j = 0; j < child[i].sysctl_clen; j++)
			child[i].sysctl_child[j].sysctl_parent = &child[i];
	}
	if (old != 0)
		kmem_free(parent->sysctl_child, old * sizeof(*child));
	parent->sysctl_child = child;
	parent->sysctl_csize = new;
}

/* Children of child moved with it. */
static void
child_moved(struct sysctlnode *child)
{
	u_int i;

	if (SYSCTL_TYPE(child->sysctl_flags) == CTLTYPE_NODE)
		for (i = 0; i < child->sysctl_clen; i++)
			child->sysctl_child[i].sysctl_parent = child;
}

/* Put a node at its place by number. */
static struct sysctlnode *
child_insert(struct sysctlnode *parent, const struct sysctlnode *new)
{
	struct sysctlnode *child;
	u_int at, i;

	if (parent->sysctl_clen == parent->sysctl_csize)
		children_grow(parent);
	child = parent->sysctl_child;
	for (at = 0; at < parent->sysctl_clen; at++)
		if (child[at].sysctl_num > new->sysctl_num)
			break;
	for (i = parent->sysctl_clen; i > at; i--) {
		child[i] = child[i - 1];
		child_moved(&child[i]);
	}
	child[at] = *new;
	child[at].sysctl_parent = parent;
	parent->sysctl_clen++;
	parent->sysctl_ver++;
	return &child[at];
}

static void
child_remove(struct sysctlnode *node)
{
	struct sysctlnode *const parent = node->sysctl_parent;
	struct sysctlnode *const child = parent->sysctl_child;
	u_int i;

	if (SYSCTL_TYPE(node->sysctl_flags) == CTLTYPE_NODE &&
	    node->sysctl_csize != 0)
		kmem_free(node->sysctl_child,
		    node->sysctl_csize * sizeof(*node));
	if (node->sysctl_flags & CTLFLAG_OWNDATA)
		kmem_free(node->sysctl_data, node->sysctl_size);
	parent->sysctl_clen--;
	parent->sysctl_ver++;
	for (i = node - child; i < parent->sysctl_clen; i++) {
		child[i] = child[i + 1];
		child_moved(&child[i]);
	}
}

/* A number for CTL_CREATE. */
static int
number_new(const struct sysctlnode *parent)
{
	int num = CREATE_BASE;
	u_int i;

	for (i = 0; i < parent->sysctl_clen; i++)
		if (parent->sysctl_child[i].sysctl_num >= num)
			num = parent->sysctl_child[i].sysctl_num + 1;
	return num;
}

static size_t
size_of_type(const struct sysctlnode *n, size_t given)
{
	switch (SYSCTL_TYPE(n->sysctl_flags)) {
	case CTLTYPE_NODE:
		return 0;
	case CTLTYPE_BOOL:
		return sizeof(bool);
	case CTLTYPE_INT:
		return sizeof(int);
	case CTLTYPE_QUAD:
		return sizeof(u_quad_t);
	case CTLTYPE_STRING:
		return given != 0 || n->sysctl_data == NULL
		    ? given
		    : strlen(n->sysctl_data) + 1;
	default:
		return given;
	}
}

/* The value of a new node: in it, the caller's, or memory of its own. */
static void
node_value(struct sysctlnode *n, u_quad_t qv, void *newp, size_t newlen)
{
	if (n->sysctl_flags & CTLFLAG_IMMEDIATE) {
		switch (SYSCTL_TYPE(n->sysctl_flags)) {
		case CTLTYPE_BOOL:
			n->sysctl_bdata = (bool)qv;
			break;
		case CTLTYPE_INT:
			n->sysctl_idata = (int)qv;
			break;
		default:
			n->sysctl_qdata = qv;
			break;
		}
	} else if (SYSCTL_TYPE(n->sysctl_flags) != CTLTYPE_NODE)
		n->sysctl_data = newp;
	n->sysctl_size = size_of_type(n, newlen);
	if ((n->sysctl_flags & CTLFLAG_OWNDATA) && n->sysctl_size != 0) {
		n->sysctl_data = kmem_zalloc(n->sysctl_size, KM_SLEEP);
		if (newp != NULL)
			memcpy(n->sysctl_data, newp, n->sysctl_size);
	}
}

#endif /* _KERN_SYSCTL_NODE_H_ */

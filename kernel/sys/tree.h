/*
 * tree.h: splay trees (Sleator and Tarjan, 1985).
 *
 * A lookup moves what it found to the root, so that what is used often is
 * near it; n operations take O(n log n) together, a single one may take O(n).
 * A lookup writes: readers exclude one another.
 *
 * The splay is top-down.  Walking from the root to the key, whatever lies to
 * the key's left is hung into a left tree, at its right-most place, and
 * whatever lies to the right into a right tree, at its left-most; two steps
 * the same way are first rotated into one.  In the end the two trees become
 * the children of where the walk stopped.
 *
 *	SPLAY_HEAD(name, type)		the root
 *	SPLAY_ENTRY(type)		a member of each element
 *	SPLAY_PROTOTYPE(name, type, field, cmp)
 *	SPLAY_GENERATE(name, type, field, cmp)	the functions
 *
 * cmp(a, b) is negative, 0 or positive.  Red-black trees (RB_) are not here.
 */
#ifndef _SYS_TREE_H_
#define _SYS_TREE_H_

#include <sys/cdefs.h>

/* clang-format off */

#define SPLAY_HEAD(name, type)						\
struct name {								\
	struct type *sph_root;						\
}
#define SPLAY_INITIALIZER(root)		{ NULL }
#define SPLAY_ENTRY(type)						\
struct {								\
	struct type *spe_left;						\
	struct type *spe_right;						\
}

#define SPLAY_INIT(root) do {						\
	(root)->sph_root = NULL;					\
} while (/* CONSTCOND */ 0)
#define SPLAY_LEFT(elm, field)		(elm)->field.spe_left
#define SPLAY_RIGHT(elm, field)		(elm)->field.spe_right
#define SPLAY_ROOT(head)		(head)->sph_root
#define SPLAY_EMPTY(head)		(SPLAY_ROOT(head) == NULL)

#define SPLAY_PROTOTYPE(name, type, field, cmp)				\
	static __inline void name##_SPLAY(struct name *, struct type *);	\
	static __inline struct type *name##_SPLAY_INSERT(struct name *,	\
	    struct type *);						\
	static __inline struct type *name##_SPLAY_REMOVE(struct name *,	\
	    struct type *);						\
	static __inline struct type *name##_SPLAY_FIND(struct name *,	\
	    struct type *);

#define SPLAY_GENERATE(name, type, field, cmp)				\
static __inline void __unused						\
name##_SPLAY(struct name *head, struct type *elm)			\
{									\
	struct type *t = head->sph_root, *u;				\
	struct type *l_tree = NULL, *r_tree = NULL;			\
	struct type **l_hook = &l_tree, **r_hook = &r_tree;		\
	int c;								\
									\
	while ((c = (cmp)(elm, t)) != 0) {				\
		if (c < 0) {						\
			if ((u = SPLAY_LEFT(t, field)) == NULL)		\
				break;					\
			if ((cmp)(elm, u) < 0) {			\
				SPLAY_LEFT(t, field) =			\
				    SPLAY_RIGHT(u, field);		\
				SPLAY_RIGHT(u, field) = t;		\
				t = u;					\
				if (SPLAY_LEFT(t, field) == NULL)	\
					break;				\
			}						\
			*r_hook = t;					\
			r_hook = &SPLAY_LEFT(t, field);			\
			t = SPLAY_LEFT(t, field);			\
		} else {						\
			if ((u = SPLAY_RIGHT(t, field)) == NULL)	\
				break;					\
			if ((cmp)(elm, u) > 0) {			\
				SPLAY_RIGHT(t, field) =			\
				    SPLAY_LEFT(u, field);		\
				SPLAY_LEFT(u, field) = t;		\
				t = u;					\
				if (SPLAY_RIGHT(t, field) == NULL)	\
					break;				\
			}						\
			*l_hook = t;					\
			l_hook = &SPLAY_RIGHT(t, field);		\
			t = SPLAY_RIGHT(t, field);			\
		}							\
	}								\
	*l_hook = SPLAY_LEFT(t, field);					\
	*r_hook = SPLAY_RIGHT(t, field);				\
	SPLAY_LEFT(t, field) = l_tree;					\
	SPLAY_RIGHT(t, field) = r_tree;					\
	head->sph_root = t;						\
}									\
									\
/* NULL, or the element that was there and stays. */			\
static __inline struct type * __unused					\
name##_SPLAY_INSERT(struct name *head, struct type *elm)		\
{									\
	struct type *t;							\
	int c;								\
									\
	SPLAY_LEFT(elm, field) = SPLAY_RIGHT(elm, field) = NULL;	\
	if (!SPLAY_EMPTY(head)) {					\
		name##_SPLAY(head, elm);				\
		t = head->sph_root;					\
		c = (cmp)(elm, t);					\
		if (c == 0)						\
			return t;					\
		if (c < 0) {						\
			SPLAY_LEFT(elm, field) = SPLAY_LEFT(t, field);	\
			SPLAY_RIGHT(elm, field) = t;			\
			SPLAY_LEFT(t, field) = NULL;			\
		} else {						\
			SPLAY_RIGHT(elm, field) = SPLAY_RIGHT(t, field); \
			SPLAY_LEFT(elm, field) = t;			\
			SPLAY_RIGHT(t, field) = NULL;			\
		}							\
	}								\
	head->sph_root = elm;						\
	return NULL;							\
}									\
									\
/* What was taken out, or NULL. */					\
static __inline struct type * __unused					\
name##_SPLAY_REMOVE(struct name *head, struct type *elm)		\
{									\
	struct type *found, *right;					\
									\
	if (SPLAY_EMPTY(head))						\
		return NULL;						\
	name##_SPLAY(head, elm);					\
	found = head->sph_root;						\
	if ((cmp)(elm, found) != 0)					\
		return NULL;						\
	right = SPLAY_RIGHT(found, field);				\
	head->sph_root = SPLAY_LEFT(found, field);			\
	if (head->sph_root == NULL)					\
		head->sph_root = right;					\
	else {								\
		name##_SPLAY(head, elm); /* its greatest comes up */	\
		SPLAY_RIGHT(head->sph_root, field) = right;		\
	}								\
	return found;							\
}									\
									\
static __inline struct type * __unused					\
name##_SPLAY_FIND(struct name *head, struct type *elm)			\
{									\
	if (SPLAY_EMPTY(head))						\
		return NULL;						\
	name##_SPLAY(head, elm);					\
	return (cmp)(elm, head->sph_root) == 0 ? head->sph_root : NULL;	\
}									\
									\
static __inline struct type * __unused					\
name##_SPLAY_MIN_MAX(struct name *head, int c)				\
{									\
	struct type *t = head->sph_root;				\
									\
	if (t == NULL)							\
		return NULL;						\
	while ((c < 0 ? SPLAY_LEFT(t, field) : SPLAY_RIGHT(t, field)) != NULL) \
		t = c < 0 ? SPLAY_LEFT(t, field) : SPLAY_RIGHT(t, field); \
	return t;							\
}									\
									\
static __inline struct type * __unused					\
name##_SPLAY_NEXT(struct name *head, struct type *elm)			\
{									\
	name##_SPLAY(head, elm);					\
	elm = SPLAY_RIGHT(elm, field);					\
	while (elm != NULL && SPLAY_LEFT(elm, field) != NULL)		\
		elm = SPLAY_LEFT(elm, field);				\
	return elm;							\
}

#define SPLAY_INSERT(name, x, y)	name##_SPLAY_INSERT(x, y)
#define SPLAY_REMOVE(name, x, y)	name##_SPLAY_REMOVE(x, y)
#define SPLAY_FIND(name, x, y)		name##_SPLAY_FIND(x, y)
#define SPLAY_NEXT(name, x, y)		name##_SPLAY_NEXT(x, y)
#define SPLAY_MIN(name, x)		name##_SPLAY_MIN_MAX(x, -1)
#define SPLAY_MAX(name, x)		name##_SPLAY_MIN_MAX(x, 1)
#define SPLAY_FOREACH(x, name, head)					\
	for ((x) = SPLAY_MIN(name, head); (x) != NULL;			\
	    (x) = SPLAY_NEXT(name, head, x))

/* clang-format on */

#endif /* _SYS_TREE_H_ */

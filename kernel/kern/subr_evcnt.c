/*
 * subr_evcnt.c: the list of event counters.
 *
 * Each counter is its owner's, who counts without us; here is only the list,
 * in the order of attachment, for those who want to read them all.  Those of
 * the link set "evcnts" are on it from the beginning.
 *
 * Contexts.  Thread; evcnt_init once, early, without memory or other LWPs.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/evcnt.h>
#include <sys/intr.h>
#include <sys/mutex.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

/* Locked by evcnt_lock. */
struct evcntlist allevents = TAILQ_HEAD_INITIALIZER(allevents);

static kmutex_t evcnt_lock __cacheline_aligned;
static bool evcnt_ready; /* constant once set */

/* The set's two ends exist only if it has a member. */
static struct evcnt dummy_static_evcnt;
__link_set_add_bss(evcnts, dummy_static_evcnt);

/*
 * evcnt_init: attach the static counters.
 */
void
evcnt_init(void)
{
	__link_set_decl(evcnts, struct evcnt);
	struct evcnt *const *evp;

	KASSERT(!evcnt_ready);

	mutex_init(&evcnt_lock, MUTEX_DEFAULT, IPL_NONE);
	evcnt_ready = true;

	__link_set_foreach(evp, evcnts)
	{
		if (*evp != &dummy_static_evcnt)
			evcnt_attach_static(*evp);
	}
}

/* A string's length, which is to fit. */
static unsigned char
evcnt_strlen(const char *what, const char *s)
{
	const size_t len = strlen(s);

	if (len == 0 || len >= EVCNT_STRING_MAX)
		panic("evcnt_attach: length of %s (%s)", what, s);
	return (unsigned char)len;
}

/*
 * evcnt_attach_static: attach one whose type and names are filled in.
 */
void
evcnt_attach_static(struct evcnt *ev)
{
	KASSERTMSG(evcnt_ready, "evcnt_attach: %s %s before evcnt_init",
	    ev->ev_group, ev->ev_name);

	ev->ev_grouplen = evcnt_strlen("group", ev->ev_group);
	ev->ev_namelen = evcnt_strlen("name", ev->ev_name);

	mutex_enter(&evcnt_lock);
	TAILQ_INSERT_TAIL(&allevents, ev, ev_list);
	mutex_exit(&evcnt_lock);
}

/*
 * evcnt_attach_dynamic_nozero: fill those in and attach it; it keeps its
 * count.  The strings are kept, not copied.
 */
void
evcnt_attach_dynamic_nozero(struct evcnt *ev, int type,
    const struct evcnt *parent, const char *group, const char *name)
{
	ev->ev_type = type;
	ev->ev_parent = parent;
	ev->ev_group = group;
	ev->ev_name = name;
	evcnt_attach_static(ev);
}

/*
 * evcnt_attach_dynamic: the same, and it starts from 0.
 */
void
evcnt_attach_dynamic(struct evcnt *ev, int type, const struct evcnt *parent,
    const char *group, const char *name)
{
	memset(ev, 0, sizeof(*ev));
	evcnt_attach_dynamic_nozero(ev, type, parent, group, name);
}

/*
 * evcnt_detach: take it off the list; its memory is the caller's again.
 */
void
evcnt_detach(struct evcnt *ev)
{
	mutex_enter(&evcnt_lock);
	TAILQ_REMOVE(&allevents, ev, ev_list);
	mutex_exit(&evcnt_lock);
}

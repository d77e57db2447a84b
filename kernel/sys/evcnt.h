/*
 * evcnt.h: counters of events, with names, in one list.
 *
 * The owner of a counter adds to ev_count as it likes; nothing here makes that
 * atomic.  Attach and detach in thread context.
 */
#ifndef _SYS_EVCNT_H_
#define _SYS_EVCNT_H_

#include <sys/types.h>
#include <sys/queue.h>

struct evcnt {
	uint64_t ev_count;
	TAILQ_ENTRY(evcnt) ev_list;
	unsigned char ev_type;
	unsigned char ev_grouplen; /* strlen(ev_group) */
	unsigned char ev_namelen;
	char ev_pad1;
	const struct evcnt *ev_parent;
	const char *ev_group; /* the caller's strings, kept */
	const char *ev_name;
};
TAILQ_HEAD(evcntlist, evcnt);

#define EVCNT_STRING_MAX 255 /* with the NUL */

#define EVCNT_TYPE_ANY  (-1)
#define EVCNT_TYPE_MISC 0
#define EVCNT_TYPE_INTR 1
#define EVCNT_TYPE_TRAP 2

#define EVCNT_INITIALIZER(type, parent, group, name)                           \
	{                                                                      \
		.ev_type = (type), .ev_parent = (parent), .ev_group = (group), \
		.ev_name = (name),                                             \
	}

/* ev is the counter's name, not its address. */
#define EVCNT_ATTACH_STATIC(ev)     __link_set_add_data(evcnts, ev)
#define EVCNT_ATTACH_STATIC2(ev, n) __link_set_add_data2(evcnts, ev, n)

#ifdef _KERNEL

extern struct evcntlist allevents;

void evcnt_init(void);
void evcnt_attach_static(struct evcnt *);
void evcnt_attach_dynamic_nozero(struct evcnt *, int, const struct evcnt *,
    const char *, const char *);
void evcnt_attach_dynamic(struct evcnt *, int, const struct evcnt *,
    const char *, const char *);
void evcnt_detach(struct evcnt *);

#endif /* _KERNEL */

#endif /* _SYS_EVCNT_H_ */

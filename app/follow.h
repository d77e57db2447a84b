/*
 * follow.h: what CPUs work on, told by the functions that they enter (--each).
 */
#ifndef APP_FOLLOW_H
#define APP_FOLLOW_H

#include "kview.h"

#define FOLLOW_STEPS 32

struct follow_step {
	unsigned fn; /* as kview_add() returned */
	enum profile_work work;
	unsigned arg; /* the function's, that is the object */
};

struct follow {
	struct follow_step step[FOLLOW_STEPS];
	unsigned n;
};

/*
 * Steps from a list as the manual has it (run, --each), whose functions are added
 * to the kview.  EX_INPUT and what is wrong.
 */
enum exit_code follow_parse(struct follow *, struct kview *,
    const struct types *, const char *list, struct err *);

/* A function is entered: tells the profile. */
void follow_seen(const struct follow *, const struct kview_seen *);

#endif

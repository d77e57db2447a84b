/*
 * user.h: what the kernel has in place of a shell.
 *
 * A command is a function in the kernel, registered with COMMAND() and called
 * by name with its words, as main() would be.  Boot properties hold no blanks, so
 * in them words are separated by commas and commands by semicolons:
 *
 *	run=command command='brconfig,bridge0,add,tst0,add,tst1;brconfig,-a'
 *	events='2ms,brconfig,bridge0,flush;3ms+1ms,intrctl,list'
 */
#ifndef PORT_USER_H
#define PORT_USER_H

#include <sys/cdefs.h>
#include <sys/types.h>

#define COMMAND_WORDS 64 /* of one command */

struct command {
	const char *c_name;
	/* As main(): 0 done, 1 refused (and why is printed), 2 usage. */
	int (*c_main)(int argc, char **argv);
};

#define COMMAND(name, fn)                                             \
	static const struct command command_##name = { #name, (fn) }; \
	static const struct command *const command_link_##name        \
	    __section("link_set_commands") __used = &command_##name

/*
 * command.c: run one command, taken apart at its commas, which become NULs.  Threads
 * that may sleep.
 */
int command_run(char *words);
/* Run those that a boot property holds: the largest code; -1: there are none. */
int command_property(const char *name);
/* Tell the machine that the n-th command of a property has ended with code. */
void command_refused(const char *property, u_int n, int code);

/* "EEXIST", or "errno 99".  The text may be in a static buffer. */
const char *command_errno(int);

/* A whole number of at most `most' after all else; false: it is none. */
bool command_number(const char *, uint64_t most, uint64_t *);

/*
 * intrctl.c: each device's interrupt as a result of the program, counted from
 * intrctl_begin() on, which is called once.  Threads.
 */
void intrctl_begin(void);
void intrctl_results(void);

/*
 * events.c: commands at their times (boot property `events'), counted from
 * events_start().  events_wait() comes back when all are over, with the largest
 * code; those that repeat are over when nothing else is left.  Each once, from "init".
 */
void events_start(void);
int events_wait(void);

#endif /* PORT_USER_H */

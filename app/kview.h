/*
 * kview.h: what a kernel with NetBSD's interface is doing, seen from outside as it
 * enters functions: in which context, at which IPL, with which locks.
 *
 * All is read from the machine's memory and registers, by the names and types in
 * the image (types.h); the kernel has no part in it.  A bare image has no struct
 * cpu_info; of that, only functions and times are known.
 */
#ifndef APP_KVIEW_H
#define APP_KVIEW_H

#include "thunk/run.h"
#include "types.h"

#define KVIEW_HELD 8 /* locks that are told */
#define KVIEW_ARGS 3 /* arguments, likewise */

struct kview_context {
	bool known;
	bool hard; /* in a hard interrupt handler */
	bool soft; /* in a softint's LWP */
	int depth; /* of interrupt handlers, -1 none */
	int ipl;
	uint64_t lwp;
	char lwp_name[20];
	unsigned biglock; /* times that this CPU has kernel_lock */
};

struct kview_seen {
	uint64_t clk;
	uint64_t seq; /* its user's */
	unsigned cpu;
	unsigned fn; /* as kview_add() returned */
	uint64_t arg[KVIEW_ARGS];
	struct kview_context context;
	uint64_t held[KVIEW_HELD]; /* locks of this context, first one first */
	unsigned nheld;            /* may be more than that */
};

struct kview;

/*
 * seen(): a function of kview_add() is entered.  taken(): a lock is going to be
 * taken that this context has not.  Either may be NULL.
 */
struct kview *kview_create(const struct types *,
    void (*seen)(void *, const struct kview_seen *),
    void (*taken)(void *, uint64_t lock), void *arg);
void kview_destroy(struct kview *);

/*
 * The function of this symbol; its number.  One whose entry cannot be seen is left
 * out, or with `must' makes the run fail.
 */
unsigned kview_add(struct kview *, const struct types_symbol *, bool must);
const char *kview_function(const struct kview *, unsigned fn);
/*
 * Argument i below KVIEW_ARGS, as wide as its type; false: the function has none, or
 * it is not known.  (Registers without one have what they had, the host's too.)
 */
bool kview_argument(const struct kview *, const struct kview_seen *, unsigned i,
    uint64_t *value);
/* Is its first argument a lock?  Of _kernel_lock, kernel_lock itself. */
bool kview_is_lock(const struct kview *, unsigned fn);
uint64_t kview_lock(const struct kview *, const struct kview_seen *);

/*
 * For run_config.context, arg a kview: how deep a CPU is in handlers of interrupts,
 * or else which LWP it runs.
 */
uint64_t kview_thread(void *arg, const struct cpu *);

/* What a CPU is doing, at any time between two instructions. */
void kview_look(const struct kview *, const struct cpu *,
    struct kview_context *);

/* For run_config.watch; after the last kview_add(). */
const struct run_watch *kview_watch(struct kview *);

const char *kview_ipl(int ipl); /* "VM" */

#endif

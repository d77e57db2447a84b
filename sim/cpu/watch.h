/*
 * watch.h: somebody looks on as the image enters functions.
 *
 * A function's entry is a poll point, so it needs no other code in the image to
 * be seen: the poll points of watched functions call out each time, and those that
 * would not have come by themselves go back having changed nothing.  Clock,
 * counters and trace hash are the same with and without, and functions that nobody
 * watches run as they do without.
 *
 * A poll point is known by where it comes back to (hk_regs.rip); whoever sets up
 * a watch finds out which one belongs to which function and makes it call out
 * (image_poll_always() of port/thunk/).  One at a function's entry that is the head
 * of a loop, too, is seen in each turn of the loop.
 */
#ifndef CPU_WATCH_H
#define CPU_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cpu;
struct hk_regs;

/*
 * CPU enters function `which'; its registers are as at the entry, %rsp and the
 * stack too.  On the CPU's host stack; may read the machine's memory, and may
 * neither change the machine nor end the run.
 */
typedef void (*watch_fn)(void *arg, struct cpu *, const struct hk_regs *,
    unsigned which);

struct watch;

/* Aborts when memory is short. */
struct watch *watch_create(watch_fn, void *arg);
void watch_destroy(struct watch *);

/* Polls that come back to `site' are the entry of `which', below 65535. */
void watch_add(struct watch *, uint64_t site, unsigned which);

/* From now on, before the run. */
void watch_cpu(struct cpu *, const struct watch *);

/* The time at which the CPU is; changes nothing, as cpu_now() might. */
uint64_t watch_now_clk(const struct cpu *);

#endif

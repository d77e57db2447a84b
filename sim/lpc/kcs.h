/*
 * kcs.h: a keyboard controller style interface of IPMI 2.0, chapter 9: two ports
 * by which software and a management controller hand each other single bytes.
 *
 *	port	write			read
 *	+0	a byte of data		a byte of data
 *	+1	a control code		status
 *
 * A write sets IBF, "the input buffer is full", until the firmware has taken the
 * byte; what it gives sets OBF until that is read.  It may take its time for each
 * byte, and software can do nothing but look at status again:
 *
 *	software		status		firmware
 *	WRITE_START		IBF	WRITE
 *				 --	WRITE	takes it
 *	byte, byte, ...		IBF, --	WRITE	takes each
 *	WRITE_END, last byte	IBF	WRITE
 *				 --	READ	has the request, answers
 *				OBF	READ	first byte of the answer
 *	reads it, writes READ	IBF	READ
 *				OBF	READ	the next; after the last one
 *				OBF	IDLE	and a byte that says nothing
 *
 * What does not belong there makes it ERROR.  GET_STATUS, from any state, a byte
 * of 0 and READ end that: the answer is the code of what was wrong.  Bytes that
 * mean nothing are 0, and set OBF; SMS_ATN and the OEM bits are never set.
 *
 * A second write before IBF is clear takes the place of the first.
 *
 * All but creation runs in callbacks of the event kernel.  One host thread.
 */
#ifndef LPC_KCS_H
#define LPC_KCS_H

#include <stddef.h>
#include <stdint.h>

#include "mem/io.h"

#define KCS_PORTS 2

/* Status. */
#define KCS_OBF     0x01u
#define KCS_IBF     0x02u
#define KCS_SMS_ATN 0x04u
#define KCS_CD      0x08u /* the last write was a control code */
#define KCS_STATE   0xc0u
#define KCS_IDLE    0x00u
#define KCS_READ    0x40u
#define KCS_WRITE   0x80u
#define KCS_ERROR   0xc0u

/* Control codes; the last one goes where data go. */
#define KCS_GET_STATUS  0x60u
#define KCS_WRITE_START 0x61u
#define KCS_WRITE_END   0x62u
#define KCS_READ_NEXT   0x68u

/* What was wrong. */
#define KCS_NO_ERROR 0x00u
#define KCS_ABORTED  0x01u
#define KCS_ILLEGAL  0x02u /* a code or a byte, out of turn */
#define KCS_LENGTH   0x06u /* of the request */

#define KCS_MSG_BYTES 64 /* the longest request, and answer */

/*
 * How long the firmware takes for a byte: never less than the first, after that
 * an exponential tail of this mean, cut off at the last (which wins).
 *
 * Why this shape: the way of a byte through the firmware is the same each time,
 * which is the minimum.  What comes before it, other interrupts and a CPU that
 * serves network, video and sensors, is many short things, and what is left of
 * them at any time does not depend on what has passed.  Its own time slices and
 * timers see to it that this ends.  The tail is counted in sixteenths of its
 * mean, so that it is exact and the same on each host.
 */
struct kcs_times {
	uint64_t byte_tick, tail_tick, max_tick;
	uint64_t seed;
};

/*
 * The answer to a request of n bytes, n > 0, into rsp, KCS_MSG_BYTES long: its
 * length, or 0: too short a request to answer.
 */
typedef size_t kcs_answer_fn(void *arg, const uint8_t *req, size_t n,
    uint8_t *rsp);

struct kcs;

/* At ports base and base + 1; destroyed before sc_fini(). */
struct kcs *kcs_create(struct io *, uint16_t base, const struct kcs_times *,
    kcs_answer_fn *, void *arg);
void kcs_destroy(struct kcs *);

#endif

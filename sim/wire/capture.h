/*
 * capture.h: a capture file, checked from end to end before anything of it is
 * used.
 *
 * pcap with microseconds or nanoseconds, in either byte order, or pcapng, as
 * libpcap reads them; "-" is the standard input, which as a pipe is kept in a
 * temporary file.  A capture must have the link type Ethernet, at least one frame, and
 * frames of 1 to FRAME_MAX bytes with time stamps that are times.  A frame that
 * was captured in part has its length on the wire; the bytes not known are 0.
 * An FCS that pcap's header says is there is left out (that of pcapng libpcap does not tell).
 * A file that ends within a record is refused: what is missing is not known.
 *
 * Outside of sc_run() or in callbacks; reads files, allocates in capture_open
 * and capture_rewind only.  Errors have the file's name, the record's number
 * and a remedy; EX_INPUT.
 */
#ifndef WIRE_CAPTURE_H
#define WIRE_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

struct capture;

struct capture_info {
	uint64_t frames;
	uint64_t bytes;     /* on the wire, without FCS */
	uint64_t truncated; /* frames that were captured in part */
	uint64_t
	    backward; /* frames with a stamp before that of the one before */
	uint64_t first_ns,
	    last_ns;        /* the earliest and latest stamp, Unix time */
	uint64_t begin_ns;  /* the stamp of the first frame */
	uint32_t fcs_bytes; /* of each frame's FCS, which is left out */
};

struct capture_frame {
	uint64_t stamp_ns;
	uint32_t len_bytes, cap_bytes; /* on the wire; known: at data */
	const uint8_t *data;           /* until the next call */
};

/* On failure *out is NULL. */
enum exit_code capture_open(struct capture **out, const char *path,
    struct err *);
/* The same one, which has been checked, from its beginning, also of a pipe. */
enum exit_code capture_again(struct capture **out, const struct capture *,
    struct err *);
void capture_close(struct capture *);
const struct capture_info *capture_info(const struct capture *);

/* The next frame; false at the end. */
bool capture_next(struct capture *, struct capture_frame *);
/* Begin anew.  False: the file cannot be read again. */
bool capture_rewind(struct capture *);

#endif

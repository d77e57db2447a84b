/*
 * names.h: what the image's programmers would call an address of its memory:
 * `bridge_iflist(tst0).bif_refs', `kernel_lock[0]', `softnet_lock->mtx_owner'.
 *
 * After a run, in the same process: pointers are followed in the machine's memory
 * as the run left it.
 */
#ifndef APP_NAMES_H
#define APP_NAMES_H

#include "thunk/run.h"
#include "types.h"

struct names;

/*
 * Both must live as long as the result.  Memory of ram_bytes (0: what a run has
 * without saying so) is mapped.
 */
struct names *names_create(const struct types *, const struct run_report *,
    uint64_t ram_bytes);
void names_destroy(struct names *);

struct name {
	char
	    object[200]; /* "ifnet(tst0)", "kernel_lock"; "" nothing is known */
	const char *type;      /* of the object, if it is a struct; else NULL */
	char field[160];       /* "if_opackets"; "" the object is no struct */
	uint64_t va, bytes;    /* of the field, or of the object; or 8 bytes */
	uint64_t offset_bytes; /* in the object */
};

void names_find(const struct names *, uint64_t va, struct name *);

/* "object.field", or 0x and the address. */
void names_text(const struct name *, char *buf, size_t size);

/* The same of a lock's first byte, without the fields of the lock's own. */
void names_lock(const struct names *, uint64_t va, char *buf, size_t size);

#endif

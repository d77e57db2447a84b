/*
 * json_out.h: JSON that is equal byte for byte when the data are equal.
 *
 * Keys are sorted, numbers have a stated number of decimals, 64-bit
 * values that are not quantities are hexadecimal strings.  References follow
 * jansson: functions that return json_t * give the caller a new one.
 */
#ifndef CORE_JSON_OUT_H
#define CORE_JSON_OUT_H

#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "core/err.h"

/*
 * v rounded to so many decimals (0..9), prints with no more than these;
 * null when v is not finite, -0 is 0.
 */
json_t *json_fixed(double v, int decimals);

/* j[name] = n; v as json_fixed(); ns in seconds. */
void json_put(json_t *j, const char *name, uint64_t n);
void json_put_fixed(json_t *j, const char *name, double v, int decimals);
void json_put_seconds(json_t *j, const char *name, uint64_t ns);

/* "0123456789abcdef": hashes, addresses. */
json_t *json_hex64(uint64_t);

/* Both write indented text with a newline at its end.  EX_INPUT: disk. */
enum exit_code json_print(const json_t *, FILE *, const char *name,
    struct err *);
enum exit_code json_save(const json_t *, const char *path, struct err *);

#endif

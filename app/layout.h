/*
 * layout.h: where the fields of an image's structs lie.
 */
#ifndef APP_LAYOUT_H
#define APP_LAYOUT_H

#include <stdbool.h>

#include "core/err.h"

/* Print one struct by cache lines, or (name NULL) the names and sizes of all. */
enum exit_code layout_print(const char *elf, const char *name, bool json);

/*
 * Are the structs that both images have the same: fields, types, places?  Prints
 * each that is not; EX_FINDING then.
 */
enum exit_code layout_compare(const char *elf, const char *other);

#endif

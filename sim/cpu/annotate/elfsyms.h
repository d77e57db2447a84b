/*
 * elfsyms.h: read symbol tables of ELF64 files made by our own build.
 */
#ifndef ANNOTATE_ELFSYMS_H
#define ANNOTATE_ELFSYMS_H

#include <stddef.h>

#include "cpu/annotate/annotate.h"

/*
 * Append the names of the undefined symbols of an object file to *names.
 * Returns the number of errors reported.
 */
int elfsyms_undefined(const char *path, const char ***names, size_t *n);

/*
 * Fill plain_addr, plain_size and nnop of every block of the unit from the
 * labels that emit_plain() left in the plain image.
 */
int elfsyms_plain(struct unit *, const char *path);

#endif

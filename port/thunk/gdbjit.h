/*
 * gdbjit.h: announce an image to a debugger.
 */
#ifndef THUNK_GDBJIT_H
#define THUNK_GDBJIT_H

#include "image.h"

/*
 * Tell gdb, attached now or later, about the image's symbols.  im->file must
 * live as long as the process.  Once in a process.
 */
void gdbjit_register(const struct image *im);

#endif

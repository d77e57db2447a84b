/*
 * version.c: what this program was made of.  GIT_ID comes from the build.
 */
#include <stdio.h>

#include <jansson.h>

#include "app.h"

void
version_print(FILE *f, struct argp_state *state)
{
	(void)state;
	fprintf(f, "rangeley %s\n", GIT_ID);
	fprintf(f, "jansson %s\n", JANSSON_VERSION);
	fprintf(f, "compiler %s\n", __VERSION__);
}

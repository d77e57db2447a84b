/*
 * vers.c: which kernel this is.  config(1)'s would have a date; ours is the same
 * in each build.
 */
#include <sys/param.h>
#include <sys/systm.h>

const char ostype[] = "Rangeley";
const char osrelease[] = "7.99.4";
const char version[] = "Rangeley 7.99.4\n";
const char copyright[] =
    "Rangeley: a kernel to NetBSD 7.99.4's interface, on a modelled "
    "Atom C2758\n";

/* machine/mutex.h: amd64 and i386 have the same. */
#include <x86/mutex.h>

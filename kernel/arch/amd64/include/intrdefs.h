#include <x86/intrdefs.h>

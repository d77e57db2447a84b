#include <x86/bus_defs.h>

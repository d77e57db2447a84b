#include <x86/bus_funcs.h>

#include <x86/cpu_counter.h>

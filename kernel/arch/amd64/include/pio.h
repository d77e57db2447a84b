#include <x86/pio.h>

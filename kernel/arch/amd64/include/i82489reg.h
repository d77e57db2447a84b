#include <x86/i82489reg.h>

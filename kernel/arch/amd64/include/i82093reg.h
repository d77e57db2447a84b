#include <x86/i82093reg.h>

#include <x86/specialreg.h>

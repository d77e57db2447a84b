#include <x86/psl.h>

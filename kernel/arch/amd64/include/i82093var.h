#include <x86/i82093var.h>

#include <x86/i82489var.h>

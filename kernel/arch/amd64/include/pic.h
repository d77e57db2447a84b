#include <x86/pic.h>

#include <x86/cpufunc.h>

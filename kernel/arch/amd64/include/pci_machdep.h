#include <x86/pci_machdep_common.h>

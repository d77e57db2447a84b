# arch/x86/x86/intr.c 1.77
include <sys/cdefs.h>
include "opt_intrdebug.h"
include "opt_multiprocessor.h"
include "opt_acpi.h"
include <sys/param.h>
include <sys/systm.h>
include <sys/kernel.h>
include <sys/syslog.h>
include <sys/device.h>
include <sys/kmem.h>
include <sys/proc.h>
include <sys/errno.h>
include <sys/intr.h>
include <sys/cpu.h>
include <sys/atomic.h>
include <sys/xcall.h>
include <uvm/uvm_extern.h>
include <machine/i8259.h>
include <machine/pio.h>
include "ioapic.h"
include "lapic.h"
include "pci.h"
include "acpica.h"
include <machine/i82093var.h> if NIOAPIC > 0 || NACPICA > 0
include <machine/mpbiosvar.h> if NIOAPIC > 0 || NACPICA > 0
include <machine/mpacpi.h> if NIOAPIC > 0 || NACPICA > 0
include <machine/i82489var.h> if NLAPIC > 0
include <dev/pci/ppbreg.h> if NPCI > 0
include <ddb/db_output.h> if DDB
call APIC_IRQ_APIC APIC_IRQ_PIN APIC_LEVEL CPU_INFO_FOREACH CPU_IS_PRIMARY
call DELAY GSEL KASSERT KERNEL_LOCK KERNEL_UNLOCK_ONE LIST_ENTRY LIST_FOREACH
call LIST_HEAD_INITIALIZER LIST_INSERT_HEAD atomic_and_32 curcpu device_xname
call evcnt_attach_dynamic evcnt_detach i8259_default_setup idt_vec_alloc
call idt_vec_free idt_vec_reserve ioapic_find ioapic_find_bybase kmem_alloc
call kmem_free kmem_zalloc kpause log mpacpi_findintr_linkdev mstohz
call mutex_enter mutex_exit mutex_owned panic pci_decompose_tag pmap_kernel
call pmap_kremove pmap_update printf setgate snprintf uvm_km_alloc
call x86_disable_intr x86_read_psl x86_write_psl xc_unicast xc_wait

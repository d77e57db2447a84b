/*
 * x86/pic.h: an interrupt controller as intr.c sees it.
 *
 * A pin of a controller is routed to a slot of a CPU by pic_addroute, masked
 * and unmasked by pic_hwmask and pic_hwunmask.  The last three arguments of
 * the route functions are pin, vector and type (IST_*).
 */
#ifndef _X86_PIC_H_
#define _X86_PIC_H_

#include <sys/types.h>

struct cpu_info;
struct intrstub;
struct ioapic_softc;

struct pic {
	const char *pic_name;
	int pic_type;    /* PIC_* */
	int pic_vecbase; /* IOAPIC: interrupt number of pin 0; MSI: the IDT vector
			    of pin 0 where those of all pins are in a row, or 0 */
	int pic_apicid;
	__cpu_simple_lock_t pic_lock; /* held with interrupts off */
	void (*pic_hwmask)(struct pic *, int);
	void (*pic_hwunmask)(struct pic *, int);
	void (*pic_addroute)(struct pic *, struct cpu_info *, int, int, int);
	void (*pic_delroute)(struct pic *, struct cpu_info *, int, int, int);
	bool (*pic_trymask)(struct pic *, int);
	struct intrstub *pic_level_stubs;
	struct intrstub *pic_edge_stubs;
	struct ioapic_softc *pic_ioapic; /* of PIC_IOAPIC */
};

#define PIC_I8259  0
#define PIC_IOAPIC 1
#define PIC_LAPIC  2
#define PIC_MSI    3
#define PIC_MSIX   4
#define PIC_SOFT   5

#ifdef _KERNEL
static inline bool
pic_has_row(const struct pic *pic)
{
	return pic->pic_type == PIC_MSI && pic->pic_vecbase != 0;
}

extern struct pic local_pic;    /* slots of timer and IPIs */
extern struct pic softintr_pic; /* slots of softints */
#endif

#endif /* _X86_PIC_H_ */

/*
 * machine/segments.h: selectors, gates and the IDT.
 *
 * There is one IDT for all CPUs, so a vector means the same everywhere.
 */
#ifndef _AMD64_SEGMENTS_H_
#define _AMD64_SEGMENTS_H_

#define SEL_KPL    0
#define SEL_UPL    3
#define GSEL(s, r) (((s) << 3) | (r))
#define GCODE_SEL  1
#define GDATA_SEL  2

#define SDT_SYS386IGT 14 /* interrupt gate: interrupts off on entry */

#define NIDT 256

#ifndef _LOCORE
#include <sys/types.h>

struct gate_descriptor {
	uint64_t gd_looffset : 16;
	uint64_t gd_selector : 16;
	uint64_t gd_ist : 3;
	uint64_t gd_xx1 : 5;
	uint64_t gd_type : 5;
	uint64_t gd_dpl : 2;
	uint64_t gd_p : 1;
	uint64_t gd_hioffset : 48;
	uint64_t gd_xx2 : 8;
	uint64_t gd_zero : 5;
	uint64_t gd_xx3 : 19;
} __packed;

struct region_descriptor {
	uint16_t rd_limit;
	uint64_t rd_base;
} __packed;

#ifdef _KERNEL
extern struct gate_descriptor *idt;

void setgate(struct gate_descriptor *, void *, int, int, int, int);
void unsetgate(struct gate_descriptor *);
void setregion(struct region_descriptor *, void *, uint16_t);
void idt_init(void);
void cpu_init_idt(void);
void idt_vec_reserve(int);
#define IDT_INTR_HIGH 0xef /* of those that devices may have */
int idt_vec_alloc(int, int);
int idt_vec_alloc_row(int, int, int);
void idt_vec_set(int, void (*)(void));
void idt_vec_free(int);
#endif
#endif /* !_LOCORE */

#endif /* _AMD64_SEGMENTS_H_ */

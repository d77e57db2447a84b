/*
 * x86/pio.h: I/O ports.  The names are `in' or `out' and b, w or l for a
 * width of 1, 2 or 4 bytes; in front of the width s for a string of them.
 */
#ifndef _X86_PIO_H_
#define _X86_PIO_H_

#include <sys/types.h>

#ifdef _KERNEL
uint8_t inb(unsigned);
uint16_t inw(unsigned);
uint32_t inl(unsigned);
void outb(unsigned, uint8_t);
void outw(unsigned, uint16_t);
void outl(unsigned, uint32_t);

void insb(unsigned, uint8_t *, int);
void insw(unsigned, uint16_t *, int);
void insl(unsigned, uint32_t *, int);
void outsb(unsigned, const uint8_t *, int);
void outsw(unsigned, const uint16_t *, int);
void outsl(unsigned, const uint32_t *, int);
#endif

#endif /* _X86_PIO_H_ */

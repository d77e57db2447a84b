/*
 * popcount32.c: how many bits are set.
 */
#include <sys/types.h>
#include <lib/libkern/libkern.h>

unsigned int
popcount32(uint32_t v)
{
	v -= (v >> 1) & 0x55555555;
	v = (v & 0x33333333) + ((v >> 2) & 0x33333333);
	v = (v + (v >> 4)) & 0x0f0f0f0f;
	return (v * 0x01010101) >> 24;
}

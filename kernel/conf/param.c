/*
 * param.c: numbers that a kernel configuration may set, by `options'.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>

#ifndef HZ
#define HZ 100
#endif
#ifndef RTC_OFFSET
#define RTC_OFFSET 0
#endif

int hz = HZ;
int tick = 1000000 / HZ; /* us */
int tickadj = 240000 / (60 * HZ) ? 240000 / (60 * HZ) : 1;
int rtc_offset = RTC_OFFSET;

/* For modules: files of the kernel know COHERENCY_UNIT. */
size_t coherency_unit = COHERENCY_UNIT;

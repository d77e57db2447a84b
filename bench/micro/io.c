/*
 * io.c: uncached accesses: a device's registers, the local APIC, ports, and
 * memory that a device has written.
 *
 * The device is the probe (sim/probe/probe.h).
 */
#include <hw.h>
#include <micro.h>

static uint64_t
mmio_read(uint64_t n)
{
	uint64_t t = tsc();

	do {
		R10((void)*probe32(PROBE_SCRATCH);)
	} while (--n != 0);
	return tsc() - t;
}

/* Long enough for the port to be free again. */
static inline void
work(void)
{
	__asm__ volatile(R100("imul %%rax, %%rax\n\t") : : : "rax");
}

static uint64_t
only_work(uint64_t n)
{
	uint64_t t = tsc();

	do
		work();
	while (--n != 0);
	return tsc() - t;
}

static uint64_t
mmio_write_isolated(uint64_t n)
{
	uint64_t t = tsc(), rounds = n;

	do {
		*probe32(PROBE_SCRATCH) = 1;
		work();
	} while (--n != 0);
	t = tsc() - t;
	return t - only_work(rounds);
}

static uint64_t
mmio_write_burst(uint64_t n)
{
	uint64_t t = tsc();

	do {
		R10(*probe32(PROBE_SCRATCH) = 1;)
	} while (--n != 0);
	return tsc() - t;
}

/* From the store to its arrival, by the device's own clock. */
static uint64_t
mmio_flight(uint64_t n)
{
	uint64_t total = 0, t;

	do {
		t = tsc();
		*probe32(PROBE_SCRATCH) = 1;
		total += *probe64(PROBE_LAST_ARRIVAL) - t;
	} while (--n != 0);
	return total;
}

/* A locked operation waits until the port has taken the write. */
static uint64_t
mmio_write_lock(uint64_t n)
{
	static uint64_t word __attribute__((aligned(64)));
	uint64_t t = tsc();

	do {
		*probe32(PROBE_SCRATCH) = 1;
		__asm__ volatile("lock incq %0" : "+m"(word));
	} while (--n != 0);
	return tsc() - t;
}

static uint64_t
port_io(uint64_t n)
{
	uint64_t t = tsc();
	uint8_t v = 0;

	do {
		__asm__ volatile("outb %0, %1"
				 :
				 : "a"(v), "Nd"((uint16_t)SEAM_PROBE_PORT));
		__asm__ volatile("inb %1, %0"
				 : "=a"(v)
				 : "Nd"((uint16_t)SEAM_PROBE_PORT));
	} while (--n != 0);
	return tsc() - t;
}

/* ---- two CPUs at their ports ----------------------------------------------- */

static struct barrier gate;

static void
write_many(void *arg)
{
	uint64_t n = (uint64_t)(uintptr_t)arg;
	uint32_t turn = 0;

	barrier_wait(&gate, 2, &turn);
	do
		*probe32(PROBE_SCRATCH) = 1;
	while (--n != 0);
}

static uint64_t
write_with(unsigned cpu, uint64_t n)
{
	uint64_t t = tsc();

	gate.come = 0;
	cpu_run(cpu, write_many, (void *)(uintptr_t)n);
	write_many((void *)(uintptr_t)n);
	cpu_wait(cpu);
	return tsc() - t;
}

static uint64_t
mmio_write_one_module(uint64_t n)
{
	return write_with(1, n);
}

static uint64_t
mmio_write_two_modules(uint64_t n)
{
	return write_with(2, n);
}

/* ---- the local APIC ----------------------------------------------------------- */

static uint64_t
lapic_read(uint64_t n)
{
	uint64_t t = tsc();

	do {
		R10((void)*lapic(LAPIC_ID);)
	} while (--n != 0);
	return tsc() - t;
}

static uint64_t
lapic_write(uint64_t n)
{
	uint64_t t = tsc();

	do {
		R10(*lapic(LAPIC_TPR) = 0;)
	} while (--n != 0);
	return tsc() - t;
}

/* ---- DMA ------------------------------------------------------------------------ */

#define DMA_BYTES 4096u

/* The device writes a page; how long that took it, by its clock. */
static uint64_t
device_writes(const void *to)
{
	uint64_t start;

	*probe64(PROBE_DMA_ADDR) = (uint64_t)(uintptr_t)to - SEAM_RAM_VA;
	*probe32(PROBE_DMA_LEN) = DMA_BYTES;
	*probe32(PROBE_DMA_PATTERN) = 0x01020304;
	*probe32(PROBE_DMA_GO) = PROBE_DMA_WRITE;
	start = *probe64(PROBE_LAST_ARRIVAL);
	while (*probe32(PROBE_DMA_DONE) == PROBE_DMA_NOT)
		continue;
	return *probe64(PROBE_DMA_TIME) - start;
}

/* Each line of the page once, in an order no prefetcher knows. */
static uint64_t
dma_first_touch(uint64_t n)
{
	unsigned char *page = micro_ram;
	uint64_t total = 0, t, i;

	for (; n > 0; n--) {
		for (i = 0; i < DMA_BYTES; i += 64)
			page[i] = 0;
		(void)device_writes(page);
		t = tsc();
		for (i = 0; i < DMA_BYTES / 64; i++) {
			uint64_t at = i * 37 % 64 * 64;
			__asm__ volatile("lfence; movb (%0), %%al; lfence"
					 :
					 : "r"(page + at)
					 : "rax");
		}
		total += tsc() - t;
	}
	return total;
}

/* What the two LFENCEs and the loop cost when the lines are there. */
static uint64_t
dma_first_touch_net(uint64_t n)
{
	unsigned char *page = micro_ram;
	uint64_t total = dma_first_touch(n), t = tsc(), i, m;

	for (m = 0; m < n; m++)
		for (i = 0; i < DMA_BYTES / 64; i++) {
			uint64_t at = i * 37 % 64 * 64;
			__asm__ volatile("lfence; movb (%0), %%al; lfence"
					 :
					 : "r"(page + at)
					 : "rax");
		}
	return total - (tsc() - t);
}

static uint64_t
dma_line(uint64_t n)
{
	uint64_t total = 0;

	for (; n > 0; n--)
		total += device_writes(micro_ram);
	return total;
}

const struct bench io_group[] = {
	{ "mmio-read", mmio_read, 1000, 10, false, 0 },
	{ "mmio-write-isolated", mmio_write_isolated, 10000, 1, true, 0 },
	{ "mmio-write-burst", mmio_write_burst, 1000, 10, false, 0 },
	{ "mmio-flight", mmio_flight, 10000, 1, true, 0 },
	{ "mmio-write-lock", mmio_write_lock, 10000, 1, false, 0 },
	{ "mmio-write-one-module", mmio_write_one_module, 10000, 2, true, 1 },
	{ "mmio-write-two-modules", mmio_write_two_modules, 10000, 2, true, 2 },
	{ "port-io", port_io, 5000, 2, false, 0 },
	{ "lapic-read", lapic_read, 1000, 10, false, 0 },
	{ "lapic-write", lapic_write, 1000, 10, false, 0 },
	{ "dma-first-touch", dma_first_touch_net, 160, 64, true, 0 },
	{ "dma-line", dma_line, 160, 64, true, 0 },
	{ 0 },
};

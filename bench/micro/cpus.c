/*
 * cpus.c: other CPUs of the machine, one function at a time.
 */
#include <micro.h>

#define STACK_BYTES 8192

static struct cpu_job {
	void (*fn)(void *);
	void *arg;
	volatile uint32_t done;
} __attribute__((aligned(64))) job[8];
static unsigned char stack[8][STACK_BYTES] __attribute__((aligned(64)));

static void
start(void *arg)
{
	struct cpu_job *j = arg;

	j->fn(j->arg);
	j->done = 1;
}

void
cpu_run(unsigned cpu, void (*fn)(void *), void *arg)
{
	static const char failed[] = "micro: a CPU cannot be started\n";

	job[cpu].fn = fn;
	job[cpu].arg = arg;
	job[cpu].done = 0;
	/* The last job's CPU may still be on its way out. */
	for (int i = 0; seam_cpu_start(cpu, start, &job[cpu],
			    stack[cpu] + STACK_BYTES) != 0;
	     i++) {
		__asm__ volatile("pause");
		if (i == 100)
			micro_fail(2, failed);
	}
}

void
cpu_wait(unsigned cpu)
{
	while (job[cpu].done == 0)
		__asm__ volatile("pause");
}

void
barrier_wait(struct barrier *b, uint32_t n, uint32_t *turn)
{
	*turn += n;
	__asm__ volatile("lock incl %0" : "+m"(b->come));
	while ((int32_t)(b->come - *turn) < 0)
		__asm__ volatile("pause");
}

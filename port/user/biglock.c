/*
 * biglock.c: somebody who keeps KERNEL_LOCK, for what that does to the others.
 *
 *	biglock,-c,3,2400	an LWP on CPU 3 has it for 2400 us
 *
 * It is a kthread that is not MPSAFE, as drivers' are: it has the lock from its first
 * instruction on, and does not sleep.  The command does not wait for it.
 *
 * Threads.
 */
#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/kthread.h>
#include <sys/systm.h>

#include <user.h>

#define MOST_US 1000000

static void
biglock_thread(void *arg)
{
	delay((u_int)(uintptr_t)arg);
	kthread_exit(0);
}

static int
biglock_main(int argc, char **argv)
{
	uint64_t cpu, us;

	if (argc != 4 || strcmp(argv[1], "-c") != 0 ||
	    !command_number(argv[2], MAXCPUS - 1, &cpu) ||
	    !command_number(argv[3], MOST_US, &us)) {
		printf("usage: biglock -c cpu us, up to %d us\n", MOST_US);
		return 2;
	}
	if (cpu >= (uint64_t)ncpu) {
		printf("biglock: -c %u: there are CPUs 0 to %d\n", (u_int)cpu,
		    ncpu - 1);
		return 2;
	}
	return kthread_create(PRI_NONE, 0, cpu_lookup((u_int)cpu),
		   biglock_thread, (void *)(uintptr_t)us, NULL, "biglock/%u",
		   (u_int)cpu) != 0;
}
COMMAND(biglock, biglock_main);

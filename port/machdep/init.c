/*
 * init.c: what the LWP "init" does: runs programs and powers off.
 *
 * It stands for /sbin/init.  Boot properties:
 *
 *	run=a,b,c	programs to run, in this order (program.h)
 *	idle=N		ticks to do nothing before them (default 3: every CPU
 *			is seen to reach its idle loop)
 *	programs=1	print the programs there are
 *	events=...	commands at their times (port/user/events.c); the run
 *			ends when programs and events are over
 *
 * The exit code of the machine is the largest of the programs' codes, 1 if a
 * check failed, 2 if a program does not exist or a property was not used.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/bootprop.h>
#include <sys/kernel.h>
#include <sys/proc.h>
#include <sys/reboot.h>
#include <sys/systm.h>
#include <machine/cpu.h>

#include <program.h>
#include <seam.h>
#include <user.h>

#define MOST_PRINTED 20

/* The linker's: what PROGRAM() has registered. */
extern const struct program *const __start_link_set_programs[];
extern const struct program *const __stop_link_set_programs[];

static const struct program *current;
static volatile u_int failed;

/* ---- for programs -------------------------------------------------------- */

int64_t
program_arg(const char *name, int64_t dflt)
{
	return sysctl_bootprop_quad(name, dflt);
}

const char *
program_arg_string(const char *name, const char *dflt)
{
	return sysctl_bootprop_string(name, dflt);
}

void
program_check(bool holds, const char *fmt, ...)
{
	char text[160];
	va_list ap;

	if (holds || atomic_inc_uint_nv(&failed) > MOST_PRINTED)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	printf("%s: F: %s\n", current->p_name, text);
}

uint64_t
program_random(uint64_t *state)
{
	uint64_t s = *state;

	s ^= s << 13;
	s ^= s >> 7;
	s ^= s << 17;
	*state = s;
	return s >> 11;
}

void
program_result(const char *name, uint64_t n, uint64_t total_cyc)
{
	seam_result(name, n, total_cyc);
}

void
program_measure_begin(const char *name)
{
	seam_measure(name, 0);
}

void
program_measure_end(const char *name, uint64_t n)
{
	seam_measure(name, n == 0 ? 1 : n);
}

void
program_object(const void *addr, size_t size, const char *type,
    const char *name)
{
	seam_object(addr, size, type, name);
}

/* ---- running them ---------------------------------------------------------- */

static const struct program *
find(const char *name, size_t len)
{
	const struct program *const *p;

	for (p = __start_link_set_programs; p < __stop_link_set_programs; p++)
		if (strncmp((*p)->p_name, name, len) == 0 &&
		    (*p)->p_name[len] == '\0')
			return *p;
	return NULL;
}

static void
list(void)
{
	const struct program *const *p;

	for (p = __start_link_set_programs; p < __stop_link_set_programs; p++)
		printf("%-16s %s\n", (*p)->p_name, (*p)->p_what);
}

static int
run_one(const struct program *p)
{
	u_int before = failed;
	int code;

	current = p;
	printf("init: %s: %s\n", p->p_name, p->p_what);
	code = p->p_main();
	if (failed != before) {
		printf("init: %s: %u checks failed\n", p->p_name,
		    failed - before);
		code = MAX(code, 1);
	}
	return code;
}

static int
run_all(const char *names)
{
	int code = 0, result;

	while (*names != '\0') {
		size_t len = 0;
		const struct program *p;

		while (names[len] != '\0' && names[len] != ',')
			len++;
		p = find(names, len);
		if (p == NULL) {
			printf("init: run=%s: no such program; programs=1 "
			       "lists them\n",
			    names);
			return 2;
		}
		result = run_one(p);
		code = MAX(code, result);
		names += names[len] == ',' ? len + 1 : len;
	}
	return code;
}

void
cpu_startinit(void *arg)
{
	const char *names = program_arg_string("run", "");
	int idle_ticks = (int)program_arg("idle", 3);
	int code, bad;

	bad = bootprop_sysctl();
	if (idle_ticks > 0)
		(void)kpause("init", false, idle_ticks, NULL);
	if (program_arg("programs", 0) != 0)
		list();
	seam_ready();
	events_start();
	code = run_all(names);
	code = MAX(code, events_wait());
	if (bootprop_check() > 0 || bad > 0)
		code = MAX(code, 2);
	if (code != 0)
		seam_exit(code);
	cpu_reboot(RB_POWERDOWN, NULL);
}

/*
 * prf.c: formats of printf(9), and what panic(9) says.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/mutex.h>
#include <sys/syslog.h>
#include <sys/systm.h>

#include <crew.h>
#include <program.h>

static void __printflike(2, 3) want(const char *text, const char *fmt, ...)
{
	char buf[128];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	program_check(strcmp(buf, text) == 0, "`%s', not `%s'", buf, text);
	program_check(n == (int)strlen(text), "`%s': length %d", text, n);
}

/* The right-hand sides are C99's, 7.19.6.1. */
static void
formats(void)
{
	want("0 -7 2147483647", "%d %i %d", 0, -7, INT_MAX);
	want("4294967295 ff FF 377", "%u %x %X %o", UINT_MAX, 255, 255, 255);
	want("0xff 0377 0", "%#x %#o %#x", 255, 255, 0);
	want("-9223372036854775808", "%ld", LONG_MIN);
	want("18446744073709551615 1", "%lu %ju", ULONG_MAX, (uintmax_t)1);
	want("18446744073709551615 -1", "%zu %jd", SIZE_MAX, (intmax_t)-1);
	want("255 -1 65535", "%hhu %hhd %hu", (u_char)255, (signed char)-1,
	    (u_short)65535);
	want("    5|5    |00005", "%5d|%-5d|%05d", 5, 5, 5);
	want("   +5| 5|  005", "%+5d|% d|%5.3d", 5, 5, 5);
	want("    7|7    |007", "%*d|%*d|%.*d", 5, 7, -5, 7, 3, 7);
	want("abc|  abc|abc  |ab", "%s|%5s|%-5s|%.2s", "abc", "abc", "abc",
	    "abc");
	want("x|  x|x  |%", "%c|%3c|%-3c|%%", 'x', 'x', 'x');
	want("0x1234abcd 0x0", "%p %p", (void *)0x1234abcdUL, (void *)0);
	want("0x0000beef", "%#010x", 0xbeef);
}

static void
strings(void)
{
	char buf[8];

	memset(buf, 'z', sizeof(buf));
	program_check(snprintf(buf, 4, "hello") == 5, "length if it is cut");
	program_check(strcmp(buf, "hel") == 0 && buf[4] == 'z',
	    "cut at 4: `%s'", buf);
	program_check(snprintf(NULL, 0, "%d", 12345) == 5, "no room at all");
	program_check(snprintf(buf, 1, "x") == 1 && buf[0] == '\0', "NUL only");
}

/* One call's text stays in one piece: the script looks for broken lines. */
static void
lines(void *arg)
{
	int i;

	for (i = 0; i < 5; i++)
		printf("line of CPU %u: %s %d.\n", crew_cpu(),
		    "0123456789abcdefghijklmnopqrstuvwxyz", i);
}

static void
prf_all(void)
{
	formats();
	strings();
	crew_all(lines, NULL);
	log(LOG_WARNING, "log: %d\n", 42);
	aprint_normal("aprint_normal: %d\n", 43);
	aprint_verbose("aprint_verbose: not seen\n");
	aprint_error("aprint_error: %d\n", 44);
	program_check(aprint_get_error_count() == 1, "one error");
	program_check(aprint_get_error_count() == 0, "no error more");
}

static int
prf_main(void)
{
	return crew_main(prf_all);
}
PROGRAM(prf, "printf(9): formats, lines of 8 CPUs, log, aprint", prf_main);

/* ---- panics ---------------------------------------------------------------- */

static kmutex_t spin;

static void __noinline
prf_panics(int n)
{
	panic("message %d of %s", n, "a test");
}

static int
panic_main(void)
{
	mutex_init(&spin, MUTEX_DEFAULT, IPL_VM);
	KERNEL_LOCK(2, NULL);
	mutex_enter(&spin);
	prf_panics(42);
	return 1;
}
PROGRAM(p_panic_held, "panic at IPL_VM with KERNEL_LOCK and a spin mutex",
    panic_main);

/* All CPUs at once: one says why, the others wait for the end. */
static volatile u_int ready;

static void
panic_together(void *arg)
{
	atomic_inc_uint(&ready);
	while (ready < (u_int)ncpu)
		continue;
	panic("CPU %u is the first", crew_cpu());
}

static int
panic_all_main(void)
{
	crew_all(panic_together, NULL);
	return 1;
}
PROGRAM(p_panic_all, "panic on all CPUs at once", panic_all_main);

static int
kassert_main(void)
{
	int two = 2;

	KASSERTMSG(two + two == 5, "it is %d", two + two);
	return 1;
}
PROGRAM(p_kassert, "an assertion that does not hold", kassert_main);

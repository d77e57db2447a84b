/*
 * lib.c: checks, and what printf(9) and the like are here (ipl.h).
 */
#include <ipl.h>

#include <sys/atomic.h>

#include <seam.h>

const char *check_where = "";
u_int checks, failures;

/* ---- output and checks --------------------------------------------------------- */

static void
put(const char *s)
{
	seam_cons_write(s, strlen(s));
}

static void
put_number(long v)
{
	char text[24], *p = text + sizeof(text) - 1;
	u_long n = v < 0 ? 0 - (u_long)v : (u_long)v;

	*p = '\0';
	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	if (v < 0)
		*--p = '-';
	put(p);
}

void
check(bool holds, const char *what, long a, long b)
{
	atomic_inc_uint(&checks);
	if (holds || atomic_inc_uint_nv(&failures) > 20)
		return;
	put("ipl:F: ");
	put(check_where);
	put(": ");
	put(what);
	put(": ");
	put_number(a);
	put(" ");
	put_number(b);
	put("\n");
}

size_t
strlen(const char *s)
{
	size_t n = 0;

	while (s[n] != '\0')
		n++;
	return n;
}

void
die(const char *s)
{
	put(s);
	put("\n");
	cpu_backtrace(printf);
	seam_exit(1);
	for (;;)
		continue;
}

void
panic(const char *fmt, ...)
{
	die(fmt);
}

void
kern_assert(const char *fmt, ...)
{
	die(fmt);
}

void
printf(const char *fmt, ...)
{
	put(fmt);
}

void
aprint_verbose(const char *fmt, ...)
{
}

void
cpu_backtrace(void (*pr)(const char *, ...))
{
}

int
snprintf(char *buf, size_t n, const char *fmt, ...)
{
	buf[0] = '\0';
	return 0;
}

void *
memset(void *p, int c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((unsigned char *)p)[i] = (unsigned char)c;
	return p;
}

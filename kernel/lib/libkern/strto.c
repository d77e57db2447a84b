/*
 * strto.c: numbers from strings, as C has them: blanks, a sign, 0x or 0 with
 * base 0 (or 0x with 16), digits; *end (if end is not NULL) is where they
 * stop, the string's begin if there is no digit.  A number that is too large
 * becomes the greatest there is; nobody sets errno in a kernel.  Any context.
 */
#include <sys/param.h>

#include <lib/libkern/libkern.h>

static int
digit_value(int ch)
{
	if (isdigit(ch))
		return ch - '0';
	return isalpha(ch) ? tolower(ch) - 'a' + 10 : 99;
}

/* The digits' value, no more than max; *neg: there was a minus. */
static uint64_t
parse(const char *s, char **end, int base, uint64_t max, bool *neg)
{
	const char *p = s, *digits;
	uint64_t v = 0;
	int d;

	while (isspace((unsigned char)*p))
		p++;
	*neg = *p == '-';
	if (*p == '-' || *p == '+')
		p++;
	if ((base == 0 || base == 16) && p[0] == '0' &&
	    (p[1] == 'x' || p[1] == 'X') && isxdigit((unsigned char)p[2])) {
		p += 2;
		base = 16;
	} else if (base == 0)
		base = *p == '0' ? 8 : 10;

	for (digits = p; (d = digit_value((unsigned char)*p)) < base; p++)
		v = v > (max - d) / base ? max : v * base + d;
	if (end != NULL)
		*end = __UNCONST(p != digits ? p : s);
	return v;
}

unsigned long long
strtoull(const char *s, char **end, int base)
{
	bool neg;
	const uint64_t v = parse(s, end, base, UINT64_MAX, &neg);

	return neg && v != UINT64_MAX ? -v : v;
}

long long
strtoll(const char *s, char **end, int base)
{
	const char *p = s;
	uint64_t v;
	bool neg;

	while (isspace((unsigned char)*p))
		p++;
	/* There is one negative number more. */
	v = parse(s, end, base, (uint64_t)INT64_MAX + (*p == '-'), &neg);
	return (long long)(neg ? -v : v);
}

unsigned long
strtoul(const char *s, char **end, int base)
{
	return strtoull(s, end, base);
}

intmax_t
strtoimax(const char *s, char **end, int base)
{
	return strtoll(s, end, base);
}

uintmax_t
strtoumax(const char *s, char **end, int base)
{
	return strtoull(s, end, base);
}

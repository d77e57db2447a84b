/*
 * subr_humanize.c: numbers of bytes, for people.
 */
#include <sys/param.h>
#include <sys/systm.h>

/*
 * humanize_number: bytes as a number of the largest unit that leaves it within
 * len characters, with suffix behind the unit.  The length, or -1: no room.
 */
int
humanize_number(char *buf, size_t len, uint64_t bytes, const char *suffix,
    int divisor)
{
	static const char units[] = " KMGTPE";
	const size_t room = len - strlen(suffix) - 3; /* blank, unit, NUL */
	uint64_t max = 1;
	size_t i;
	int u;

	if (len < strlen(suffix) + 4)
		return -1;
	for (i = 0; i < room && max < UINT64_MAX / 10; i++)
		max *= 10;
	for (u = 0; bytes >= max && units[u + 1] != '\0'; u++)
		bytes /= (uint64_t)divisor;
	if (u == 0)
		return snprintf(buf, len, "%lu%s", bytes, suffix);
	return snprintf(buf, len, "%lu %c%s", bytes, units[u], suffix);
}

/* format_bytes: .. in units of 1024. */
int
format_bytes(char *buf, size_t len, uint64_t bytes)
{
	const int rv = humanize_number(buf, len, bytes, "B", 1024);

	if (rv != -1) {
		size_t n = strlen(buf);

		/* "128 MB", "12 B" */
		if (n >= 2 && buf[n - 2] >= '0' && buf[n - 2] <= '9' &&
		    n + 1 < len) {
			buf[n - 1] = ' ';
			buf[n] = 'B';
			buf[n + 1] = '\0';
		}
	}
	return rv;
}

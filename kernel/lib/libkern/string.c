/*
 * string.c: strings, and memory byte by byte.  C's own, so the standard says
 * what they do; strlcpy and strlcat are OpenBSD's.  Any context.
 */
#include <sys/param.h>

#include <lib/libkern/libkern.h>

size_t
strlen(const char *s)
{
	const char *p = s;

	while (*p != '\0')
		p++;
	return p - s;
}

size_t
strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n] != '\0')
		n++;
	return n;
}

char *
strcpy(char *dst, const char *src)
{
	char *p = dst;

	while ((*p++ = *src++) != '\0')
		continue;
	return dst;
}

char *
strncpy(char *dst, const char *src, size_t n)
{
	size_t i = 0;

	for (; i < n && src[i] != '\0'; i++)
		dst[i] = src[i];
	for (; i < n; i++)
		dst[i] = '\0';
	return dst;
}

char *
strcat(char *dst, const char *src)
{
	strcpy(dst + strlen(dst), src);
	return dst;
}

char *
strncat(char *dst, const char *src, size_t n)
{
	char *p = dst + strlen(dst);

	while (n-- != 0 && *src != '\0')
		*p++ = *src++;
	*p = '\0';
	return dst;
}

size_t
strlcpy(char *dst, const char *src, size_t size)
{
	size_t i = 0;

	if (size != 0) {
		for (; i < size - 1 && src[i] != '\0'; i++)
			dst[i] = src[i];
		dst[i] = '\0';
	}
	return i + strlen(src + i);
}

size_t
strlcat(char *dst, const char *src, size_t size)
{
	const size_t n = strnlen(dst, size);

	return n + (n == size ? strlen(src) : strlcpy(dst + n, src, size - n));
}

int
strcmp(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

int
strncmp(const char *a, const char *b, size_t n)
{
	for (; n != 0; n--, a++, b++)
		if (*a == '\0' || *a != *b)
			return (unsigned char)*a - (unsigned char)*b;
	return 0;
}

int
strncasecmp(const char *a, const char *b, size_t n)
{
	int d;

	for (; n != 0; n--, a++, b++) {
		d = tolower((unsigned char)*a) - tolower((unsigned char)*b);
		if (d != 0 || *a == '\0')
			return d;
	}
	return 0;
}

int
strcasecmp(const char *a, const char *b)
{
	return strncasecmp(a, b, SIZE_T_MAX);
}

char *
strchr(const char *s, int ch)
{
	for (;; s++) {
		if (*s == (char)ch)
			return __UNCONST(s);
		if (*s == '\0')
			return NULL;
	}
}

char *
strrchr(const char *s, int ch)
{
	const char *last = NULL;

	for (;; s++) {
		if (*s == (char)ch)
			last = s;
		if (*s == '\0')
			return __UNCONST(last);
	}
}

char *
strstr(const char *big, const char *little)
{
	const size_t n = strlen(little);

	for (; strncmp(big, little, n) != 0; big++)
		if (*big == '\0')
			return NULL;
	return __UNCONST(big);
}

size_t
strcspn(const char *s, const char *stops)
{
	size_t n = 0;

	while (s[n] != '\0' && strchr(stops, s[n]) == NULL)
		n++;
	return n;
}

size_t
strspn(const char *s, const char *set)
{
	size_t n = 0;

	while (s[n] != '\0' && strchr(set, s[n]) != NULL)
		n++;
	return n;
}

char *
strpbrk(const char *s, const char *stops)
{
	s += strcspn(s, stops);
	return *s != '\0' ? __UNCONST(s) : NULL;
}

char *
strsep(char **sp, const char *delims)
{
	char *s = *sp;

	if (s == NULL)
		return NULL;
	*sp = s + strcspn(s, delims);
	if (**sp == '\0')
		*sp = NULL;
	else
		*(*sp)++ = '\0';
	return s;
}

void *
memchr(const void *mem, int ch, size_t n)
{
	const unsigned char *p = mem;

	for (; n != 0; n--, p++)
		if (*p == (unsigned char)ch)
			return __UNCONST(p);
	return NULL;
}

void *
memmem(const void *big, size_t nbig, const void *little, size_t n)
{
	const char *p = big;

	for (; nbig >= n; nbig--, p++)
		if (memcmp(p, little, n) == 0)
			return __UNCONST(p);
	return NULL;
}

/*
 * copy.c: copies between the kernel and a process, where there is no process.
 *
 * A program (program.h) is a kernel thread, and its addresses are the kernel's.
 * So a copy is memcpy, but for one thing: a pointer into the first page, what
 * becomes of NULL, is refused as it would be on the machine, so that the paths
 * for EFAULT can be walked.
 *
 * Contexts: threads, as copyin(9).
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/errno.h>
#include <sys/systm.h>

static bool
bad_address(const void *uaddr)
{
	return (uintptr_t)uaddr < PAGE_SIZE;
}

int
kcopy(const void *from, void *to, size_t len)
{
	if (len > 0 && (bad_address(from) || bad_address(to)))
		return EFAULT;
	memmove(to, from, len);
	return 0;
}

int
copyin(const void *uaddr, void *kaddr, size_t len)
{
	if (len > 0 && bad_address(uaddr))
		return EFAULT;
	memcpy(kaddr, uaddr, len);
	return 0;
}

int
copyout(const void *kaddr, void *uaddr, size_t len)
{
	if (len > 0 && bad_address(uaddr))
		return EFAULT;
	memcpy(uaddr, kaddr, len);
	return 0;
}

/*
 * copystr: a string of at most len bytes, its NUL included; *done is how many
 * were copied.
 */
int
copystr(const void *from, void *to, size_t len, size_t *done)
{
	const char *const s = from;
	char *const d = to;
	size_t i;

	for (i = 0; i < len; i++) {
		d[i] = s[i];
		if (s[i] == '\0')
			break;
	}
	if (done != NULL)
		*done = i < len ? i + 1 : len;
	return i < len ? 0 : ENAMETOOLONG;
}

int
copyinstr(const void *uaddr, void *kaddr, size_t len, size_t *done)
{
	return bad_address(uaddr) ? EFAULT : copystr(uaddr, kaddr, len, done);
}

int
copyoutstr(const void *kaddr, void *uaddr, size_t len, size_t *done)
{
	return bad_address(uaddr) ? EFAULT : copystr(kaddr, uaddr, len, done);
}

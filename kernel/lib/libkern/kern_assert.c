/*
 * kern_assert.c: what an assertion that fails calls.  Any context.
 */
#include <sys/param.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

/*
 * kern_assert: panics.  In a kernel that has panicked already it returns, so
 * that the panic itself gets through.
 */
void
kern_assert(const char *fmt, ...)
{
	va_list ap;

	if (panicstr != NULL)
		return;
	va_start(ap, fmt);
	vpanic(fmt, ap);
	va_end(ap);
}

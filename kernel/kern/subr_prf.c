/*
 * subr_prf.c: messages: printf and its kin, log, aprint, panic.
 *
 * All text is made by kprintf, character by character, for a sink: the
 * console, or a string.  The console is one for all CPUs.  kprintf_mtx makes
 * the text of one call stay together; it is a spin mutex at IPL_HIGH, so that
 * any context may print.  A CPU that has panicked does not take it: it may be
 * the one that holds it.
 *
 * Panic.  The first CPU to panic becomes paniccpu, says why, where and what is
 * held, and stops the machine.  Another one that panics meanwhile waits for
 * that; the same one may panic once more, and then only says so and stops.
 *
 *	CPU 0				CPU 1
 *	panic: cas paniccpu, it is ours
 *	prints				panic: cas: it is CPU 0's
 *	cpu_reboot: the others stop	waits, interrupts can get in
 *
 * aprint_*(9) is for drivers as they attach; how much of it reaches the
 * console depends on boothowto (AB_*):
 *
 *		normal	naive	verbose	error	debug
 *	-	x			x
 *	QUIET		x		x
 *	SILENT
 *	VERBOSE	x		x	x
 *	DEBUG	x			x	x
 *
 * Contexts: any, unless it says something else.
 */
#ifdef _KERNEL_OPT
#include "opt_lockdebug.h"
#endif

#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/stdarg.h>
#include <sys/systm.h>
#include <sys/reboot.h>
#include <sys/kernel.h>
#include <sys/kprintf.h>
#include <sys/proc.h>
#include <sys/lockdebug.h>
#include <sys/lwp.h>
#include <sys/cpu.h>
#include <sys/sched.h>
#include <sys/device.h>
#include <sys/syslog.h>
#include <sys/atomic.h>
#include <sys/intr.h>

#include <dev/cons.h>

#include <kern/prf_format.h>

#define CPUINFO_NONE ((struct cpu_info *)NULL)

const char hexdigits[] = "0123456789abcdef";
const char HEXDIGITS[] = "0123456789ABCDEF";

int doing_shutdown;   /* the system goes down */
const char *panicstr; /* why, once it has panicked; never NULL again */
static struct cpu_info *paniccpu; /* a: who has */

static kmutex_t kprintf_mtx;
static bool kprintf_inited; /* set once, early in main() */
static u_int aprint_error_count;

/* ---- the console ----------------------------------------------------------- */

/*
 * kprintf_init: from now on several CPUs may print.
 */
void
kprintf_init(void)
{
	KASSERT(!kprintf_inited);
	mutex_init(&kprintf_mtx, MUTEX_DEFAULT, IPL_HIGH);
	kprintf_inited = true;
}

static bool
kprintf_mine(void)
{
	return !kprintf_inited || paniccpu == curcpu();
}

void
kprintf_lock(void)
{
	if (__predict_true(!kprintf_mine()))
		mutex_enter(&kprintf_mtx);
}

void
kprintf_unlock(void)
{
	/* Whoever became paniccpu in between leaves it locked. */
	if (__predict_true(!kprintf_mine()))
		mutex_exit(&kprintf_mtx);
}

/*
 * kprintf: to the sinks of flags: TOCONS, TOLOG; or TOBUFONLY: to sbuf, whose
 * end is *(char **)vp (vp NULL: none).  The number of characters.
 */
int
kprintf(const char *fmt, int oflags, void *vp, char *sbuf, va_list ap)
{
	struct prf_sink sink = { .flags = oflags,
		.buf = sbuf,
		.room = vp != NULL ? (size_t)(*(char **)vp - sbuf) : SIZE_MAX };

	prf_format(&sink, fmt, ap);
	return sink.len;
}

static void
vprintf_flags(int flags, const char *fmt, va_list ap)
{
	kprintf_lock();
	kprintf(fmt, flags, NULL, NULL, ap);
	kprintf_unlock();
}

#define PRINTF_TO(flags, fmt)                       \
	do {                                        \
		va_list ap_;                        \
                                                    \
		va_start(ap_, fmt);                 \
		vprintf_flags((flags), (fmt), ap_); \
		va_end(ap_);                        \
	} while (/* CONSTCOND */ 0)

void
printf(const char *fmt, ...)
{
	PRINTF_TO(TOCONS | TOLOG, fmt);
}

void
vprintf(const char *fmt, va_list ap)
{
	vprintf_flags(TOCONS | TOLOG, fmt, ap);
}

/* Not to the log. */
void
printf_nolog(const char *fmt, ...)
{
	PRINTF_TO(TOCONS, fmt);
}

/* Nor here to the console. */
void
printf_tolog(const char *fmt, ...)
{
	PRINTF_TO(TOLOG, fmt);
}

/* To the process's terminal; there is one for all. */
void
uprintf(const char *fmt, ...)
{
	PRINTF_TO(TOCONS, fmt);
}

void
uprintf_locked(const char *fmt, ...)
{
	PRINTF_TO(TOCONS, fmt);
}

/* ---- strings --------------------------------------------------------------- */

/*
 * vsnprintf: at most n bytes with the NUL; n may be 0.  How many it would have
 * been without.
 */
int
vsnprintf(char *bf, size_t n, const char *fmt, va_list ap)
{
	struct prf_sink sink = {
		.flags = TOBUFONLY, .buf = bf, .room = n != 0 ? n - 1 : 0
	};

	prf_format(&sink, fmt, ap);
	if (n != 0)
		*sink.buf = '\0';
	return sink.len;
}

int
snprintf(char *bf, size_t n, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(bf, n, fmt, ap);
	va_end(ap);
	return len;
}

/* ---- log(9) ---------------------------------------------------------------- */

/* Nobody reads the log, so it goes to the console, without its priority. */
void
vlog(int level, const char *fmt, va_list ap)
{
	vprintf_flags(TOCONS | TOLOG, fmt, ap);
}

void
log(int level, const char *fmt, ...)
{
	PRINTF_TO(TOCONS | TOLOG, fmt);
}

/* More of the message before. */
void
addlog(const char *fmt, ...)
{
	PRINTF_TO(TOCONS | TOLOG, fmt);
}

void
logpri(int level)
{
}

/* ---- panic ----------------------------------------------------------------- */

/* Become the CPU that panics, or wait for the machine to be stopped. */
static void
panic_claim(void)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci, *oci;

	kpreempt_disable();
	ci = curcpu();
	oci = atomic_cas_ptr(&paniccpu, CPUINFO_NONE, ci);
	if (oci != NULL && oci != ci)
		for (;;)
			DELAY(10);

	/* Nothing else is to run: not here, nor what could run elsewhere. */
	curlwp->l_pflag |= LP_BOUND;
	for (CPU_INFO_FOREACH(cii, ci))
		ci->ci_schedstate.spc_flags |= SPCF_OFFLINE;
}

/* Where it was, and what is held there. */
static void
panic_where(void)
{
	const struct cpu_info *ci = curcpu();
	const struct lwp *l = curlwp;

	printf("cpu%u: lwp %p (%s) ipl %d%s%s\n", cpu_index(ci), l,
	    l == NULL               ? "none"
		: l->l_name != NULL ? l->l_name
				    : "?",
	    ci->ci_ilevel, cpu_intr_p() ? ", in an interrupt" : "",
	    l != NULL && (l->l_pflag & LP_INTR) != 0 ? ", softint" : "");
	printf("cpu%u: kernel_lock held %u times, spin mutexes %d\n",
	    cpu_index(ci), ci->ci_biglock_count, -ci->ci_mtx_count);
#ifdef LOCKDEBUG
	printf("cpu%u: locks held:\n", cpu_index(ci));
	lockdebug_lock_print(NULL, printf);
#endif
	printf("cpu%u: Begin traceback...\n", cpu_index(ci));
	cpu_backtrace(printf);
	printf("cpu%u: End traceback...\n", cpu_index(ci));
}

/*
 * vpanic: the kernel cannot go on.
 */
void
vpanic(const char *fmt, va_list ap)
{
	static char scratchstr[256]; /* paniccpu: the message */
	bool again;

	if (curlwp != NULL)
		panic_claim();
	again = panicstr != NULL;
	if (!again) {
		panicstr = fmt; /* in case that the next line panics */
		vsnprintf(scratchstr, sizeof(scratchstr), fmt, ap);
		panicstr = scratchstr;
		printf("panic: %s\n", panicstr);
		panic_where();
	} else {
		printf("panic: ");
		vprintf(fmt, ap);
		printf("\n");
	}
	cpu_reboot(RB_AUTOBOOT | RB_NOSYNC, NULL);
}

void
panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vpanic(fmt, ap);
	va_end(ap);
}

/* ---- aprint(9) ------------------------------------------------------------- */

enum aprint_kind { AP_NORMAL, AP_NAIVE, AP_VERBOSE, AP_ERROR, AP_DEBUG };

/* Where a message of this kind goes, as the table above has it. */
static int
aprint_flags(enum aprint_kind kind)
{
	const bool quiet = (boothowto & (AB_QUIET | AB_SILENT)) != 0;

	switch (kind) {
	case AP_NAIVE:
		return (boothowto & (AB_QUIET | AB_SILENT | AB_VERBOSE)) ==
			AB_QUIET
		    ? TOCONS
		    : 0;
	case AP_VERBOSE:
		return TOLOG | (boothowto & AB_VERBOSE ? TOCONS : 0);
	case AP_ERROR:
		return TOLOG | (boothowto & AB_SILENT ? 0 : TOCONS);
	case AP_DEBUG:
		return boothowto & AB_DEBUG ? TOCONS | TOLOG : 0;
	default:
		return TOLOG | (quiet ? 0 : TOCONS);
	}
}

static void
aprint(enum aprint_kind kind, const char *prefix, const char *fmt, va_list ap)
{
	const int flags = aprint_flags(kind);
	va_list none;

	kprintf_lock();
	if (kind == AP_ERROR)
		aprint_error_count++;
	if (flags != 0) {
		if (prefix != NULL) {
			memset(&none, 0, sizeof(none));
			kprintf(prefix, flags, NULL, NULL, none);
			kprintf(": ", flags, NULL, NULL, none);
		}
		kprintf(fmt, flags, NULL, NULL, ap);
	}
	kprintf_unlock();
}

/* aprint_normal and aprint_normal_dev, and so for each kind. */
#define APRINT_DEFINE(name, kind)                                   \
	void aprint_##name(const char *fmt, ...)                    \
	{                                                           \
		va_list ap;                                         \
                                                                    \
		va_start(ap, fmt);                                  \
		aprint(kind, NULL, fmt, ap);                        \
		va_end(ap);                                         \
	}                                                           \
	void aprint_##name##_dev(device_t dv, const char *fmt, ...) \
	{                                                           \
		va_list ap;                                         \
                                                                    \
		va_start(ap, fmt);                                  \
		aprint(kind, device_xname(dv), fmt, ap);            \
		va_end(ap);                                         \
	}

APRINT_DEFINE(normal, AP_NORMAL)
APRINT_DEFINE(naive, AP_NAIVE)
APRINT_DEFINE(verbose, AP_VERBOSE)
APRINT_DEFINE(error, AP_ERROR)
APRINT_DEFINE(debug, AP_DEBUG)

/*
 * aprint_get_error_count: errors since the last time this was asked.
 */
int
aprint_get_error_count(void)
{
	int n;

	kprintf_lock();
	n = aprint_error_count;
	aprint_error_count = 0;
	kprintf_unlock();
	return n;
}

void
device_printf(device_t dv, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	aprint(AP_ERROR, device_xname(dv), fmt, ap);
	va_end(ap);
}

/*
 * tablefull: a table of fixed size cannot take one more.
 */
void
tablefull(const char *tab, const char *hint)
{
	if (hint != NULL)
		log(LOG_ERR, "%s: table is full - %s\n", tab, hint);
	else
		log(LOG_ERR, "%s: table is full\n", tab);
}

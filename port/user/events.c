/*
 * events.c: commands at their times.
 *
 * An operator acts on a running machine.  He is an LWP of his own, "events", woken by an
 * alarm clock: the kernel's own timers know only ticks of 10 ms, and events are
 * given in microseconds.  So an event disturbs the machine as an operator does,
 * by one interrupt and by what its command costs.
 *
 *	events='2ms,brconfig,bridge0,flush;2500us,ifconfig,tst0,down'
 *
 * Times count from events_start().  They must not decrease.  An event whose
 * time has passed while the one before it ran comes at once.
 *
 *	e	ev_lock (spin, IPL_VM: the alarm is an interrupt)
 *	-	only the LWP "events", or constant before it starts
 */
#include <sys/param.h>
#include <sys/bootprop.h>
#include <sys/condvar.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/mutex.h>
#include <sys/systm.h>
#include <machine/cpu_counter.h>

#include <probe.h>
#include <program.h>
#include <user.h>

/* The last of the probe's, which tests of interrupts leave alone. */
#define EVENTS_PIN    (PROBE_LEVEL0 + PROBE_PINS - 1)
#define EVENTS_MOST   256
#define ALARM_MOST_NS 1000000000u /* the alarm has 32 bits */

static struct {
	kmutex_t ev_lock;
	kcondvar_t ev_cv;
	bool ev_rung;          /* e */
	bool ev_over;          /* e: the LWP has ended */
	int ev_code;           /* e: the largest so far */
	char *ev_text;         /* -: of the property, taken apart */
	size_t ev_size;        /* - */
	uint64_t ev_start_cyc; /* - */
	u_int ev_n;            /* - */
	struct event {
		uint64_t at_ns;
		char *words;
	} ev_list[EVENTS_MOST]; /* - */
} ev;

/* ---- reading them ---------------------------------------------------------- */

static bool
time_ns(const char *s, uint64_t *ns)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = { { "ns", 1 }, { "us", 1000 }, { "ms", 1000000 },
		{ "s", 1000000000 } };
	const size_t digits = strspn(s, "0123456789");
	char number[16];
	uint64_t n;

	if (digits == 0 || digits >= sizeof(number))
		return false;
	memcpy(number, s, digits);
	number[digits] = '\0';
	for (size_t i = 0; i < __arraycount(units); i++) {
		if (strcmp(s + digits, units[i].name) != 0)
			continue;
		if (!command_number(number, UINT64_MAX / units[i].ns, &n))
			return false;
		*ns = n * units[i].ns;
		return true;
	}
	return false;
}

/* "2ms,brconfig,bridge0,flush"; false, and why has been printed: it is none. */
static bool
read_one(char *text)
{
	struct event *e = &ev.ev_list[ev.ev_n];
	char *words = strchr(text, ',');

	if (ev.ev_n == EVENTS_MOST) {
		printf("events: more than %d\n", EVENTS_MOST);
		return false;
	}
	if (words != NULL)
		*words++ = '\0';
	if (!time_ns(text, &e->at_ns)) {
		printf("events: '%s' is no time; write 2ms, 500us, 1s\n", text);
		return false;
	}
	if (words == NULL || *words == '\0') {
		printf("events: nothing to do at %s\n", text);
		return false;
	}
	if (ev.ev_n > 0 && e->at_ns < e[-1].at_ns) {
		printf("events: %s is before the event in front of it\n", text);
		return false;
	}
	e->words = words;
	ev.ev_n++;
	return true;
}

static bool
read_all(char *text)
{
	char *next;

	for (; text != NULL; text = next) {
		next = strchr(text, ';');
		if (next != NULL)
			*next++ = '\0';
		if (!read_one(text))
			return false;
	}
	return true;
}

/* ---- waiting ---------------------------------------------------------------- */

static int
events_intr(void *arg)
{
	mutex_spin_enter(&ev.ev_lock);
	ev.ev_rung = true;
	cv_broadcast(&ev.ev_cv);
	mutex_spin_exit(&ev.ev_lock);
	return 1;
}

static uint64_t
since_start_ns(void)
{
	const uint64_t cyc = cpu_counter() - ev.ev_start_cyc;
	const uint64_t hz = cpu_frequency(curcpu());

	return cyc / hz * 1000000000 + cyc % hz * 1000000000 / hz;
}

static void
wait_until(uint64_t at_ns)
{
	uint64_t now_ns;

	while ((now_ns = since_start_ns()) < at_ns) {
		mutex_spin_enter(&ev.ev_lock);
		ev.ev_rung = false;
		probe_alarm(EVENTS_PIN,
		    (uint32_t)MIN(at_ns - now_ns, ALARM_MOST_NS));
		while (!ev.ev_rung)
			cv_wait(&ev.ev_cv, &ev.ev_lock);
		mutex_spin_exit(&ev.ev_lock);
	}
}

static void
events_thread(void *arg)
{
	for (u_int i = 0; i < ev.ev_n; i++) {
		struct event *e = &ev.ev_list[i];
		uint64_t began_ns;
		int code;

		wait_until(e->at_ns);
		began_ns = since_start_ns();
		printf("events: %ju us: %s\n", (uintmax_t)(began_ns / 1000),
		    e->words);
		code = command_run(e->words);
		printf("events: took %ju ns\n",
		    (uintmax_t)(since_start_ns() - began_ns));
		mutex_spin_enter(&ev.ev_lock);
		ev.ev_code = MAX(ev.ev_code, code);
		mutex_spin_exit(&ev.ev_lock);
	}
	mutex_spin_enter(&ev.ev_lock);
	ev.ev_over = true;
	cv_broadcast(&ev.ev_cv);
	mutex_spin_exit(&ev.ev_lock);
	kthread_exit(0);
}

/* ---- interface -------------------------------------------------------------- */

void
events_start(void)
{
	const char *given = program_arg_string("events", "");

	ev.ev_over = true;
	mutex_init(&ev.ev_lock, MUTEX_DEFAULT, IPL_VM);
	cv_init(&ev.ev_cv, "events");
	if (*given == '\0')
		return;
	ev.ev_size = strlen(given) + 1;
	ev.ev_text = kmem_alloc(ev.ev_size, KM_SLEEP);
	memcpy(ev.ev_text, given, ev.ev_size);
	if (!read_all(ev.ev_text)) {
		ev.ev_code = 2;
		return;
	}
	(void)probe_establish(EVENTS_PIN, IPL_VM, events_intr, NULL, true);
	ev.ev_over = false;
	ev.ev_start_cyc = cpu_counter();
	if (kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, events_thread, NULL,
		NULL, "events") != 0)
		panic("events: no LWP");
}

int
events_wait(void)
{
	int code;

	mutex_spin_enter(&ev.ev_lock);
	while (!ev.ev_over)
		cv_wait(&ev.ev_cv, &ev.ev_lock);
	code = ev.ev_code;
	mutex_spin_exit(&ev.ev_lock);
	if (ev.ev_text != NULL)
		kmem_free(ev.ev_text, ev.ev_size);
	return code;
}

/*
 * events.c: commands at their times.
 *
 * An operator acts on a running machine.  He is an LWP of his own, "events", woken by an
 * alarm clock: the kernel's own timers know only ticks of 10 ms, and events are
 * given in microseconds.  So an event disturbs the machine as an operator does,
 * by one interrupt and by what its command costs.
 *
 *	events='2ms,brconfig,bridge0,flush;2500us,ifconfig,tst0,down;3ms+1ms,intrctl,list'
 *
 * Times count from events_start().  They must not decrease.  An event whose
 * time has passed while the one before it ran comes at once.  3ms+1ms: at 3 ms, and
 * each millisecond from then on until programs and other events are over.
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
	bool ev_waited_for;    /* e: the programs have ended */
	int ev_code;           /* e: the largest so far */
	char *ev_text;         /* -: of the property, taken apart */
	size_t ev_size;        /* - */
	uint64_t ev_start_cyc; /* - */
	u_int ev_n;            /* - */
	struct event {
		uint64_t at_ns;    /* the next time */
		uint64_t every_ns; /* 0: once */
		bool over;
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
	char *words = strchr(text, ','), *every;

	if (ev.ev_n == EVENTS_MOST) {
		printf("events: more than %d\n", EVENTS_MOST);
		return false;
	}
	if (words != NULL)
		*words++ = '\0';
	every = strchr(text, '+');
	if (every != NULL)
		*every++ = '\0';
	if (!time_ns(text, &e->at_ns) ||
	    (every != NULL && !time_ns(every, &e->every_ns))) {
		printf("events: '%s%s%s' is no time; write 2ms, 500us, 1s, or "
		       "2ms+1s for one that repeats\n",
		    text, every != NULL ? "+" : "", every != NULL ? every : "");
		return false;
	}
	if (every != NULL && e->every_ns == 0) {
		printf("events: %s+%s: it would never end\n", text, every);
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

/* False: the programs have ended before, and `optional' is set. */
static bool
wait_until(uint64_t at_ns, bool optional)
{
	uint64_t now_ns;
	bool ended;

	mutex_spin_enter(&ev.ev_lock);
	ended = optional && ev.ev_waited_for;
	mutex_spin_exit(&ev.ev_lock);
	while (!ended && (now_ns = since_start_ns()) < at_ns) {
		mutex_spin_enter(&ev.ev_lock);
		ev.ev_rung = false;
		probe_alarm(EVENTS_PIN,
		    (uint32_t)MIN(at_ns - now_ns, ALARM_MOST_NS));
		while (!ev.ev_rung && !(optional && ev.ev_waited_for))
			cv_wait(&ev.ev_cv, &ev.ev_lock);
		ended = optional && ev.ev_waited_for;
		mutex_spin_exit(&ev.ev_lock);
	}
	return !ended;
}

/* ---- what is next ------------------------------------------------------------- */

/* The first of those that are left, by time and then as given; NULL: none. */
static struct event *
next_event(void)
{
	struct event *e, *first = NULL;

	for (e = ev.ev_list; e < ev.ev_list + ev.ev_n; e++)
		if (!e->over && (first == NULL || e->at_ns < first->at_ns))
			first = e;
	return first;
}

/* Nothing is left but events that repeat. */
static bool
only_repeat(void)
{
	for (u_int i = 0; i < ev.ev_n; i++)
		if (!ev.ev_list[i].over && ev.ev_list[i].every_ns == 0)
			return false;
	return true;
}

static void
run_event(const struct event *e)
{
	const size_t size = strlen(e->words) + 1;
	const uint64_t began_ns = since_start_ns();
	char *words = kmem_alloc(size, KM_SLEEP);
	int code;

	memcpy(words, e->words, size);
	printf("events: %ju us: %s\n", (uintmax_t)(began_ns / 1000), words);
	code = command_run(words);
	printf("events: took %ju ns\n",
	    (uintmax_t)(since_start_ns() - began_ns));
	kmem_free(words, size);
	if (code != 0)
		command_refused("events", (u_int)(e - ev.ev_list), code);
	mutex_spin_enter(&ev.ev_lock);
	ev.ev_code = MAX(ev.ev_code, code);
	mutex_spin_exit(&ev.ev_lock);
}

static void
events_thread(void *arg)
{
	struct event *e;

	while ((e = next_event()) != NULL &&
	    wait_until(e->at_ns, only_repeat())) {
		run_event(e);
		e->at_ns += e->every_ns;
		e->over = e->every_ns == 0;
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
	ev.ev_waited_for = true;
	cv_broadcast(&ev.ev_cv);
	while (!ev.ev_over)
		cv_wait(&ev.ev_cv, &ev.ev_lock);
	code = ev.ev_code;
	mutex_spin_exit(&ev.ev_lock);
	if (ev.ev_text != NULL)
		kmem_free(ev.ev_text, ev.ev_size);
	return code;
}

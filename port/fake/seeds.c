/*
 * seeds.c: many schedules of one machine.
 *
 * The machine is brought to where schedules begin, and its state is kept
 * (snap.c).  Each seed begins with that state; what it did to the machine does
 * not matter to the next one.
 *
 * Several workers, copies of the process, take every n-th seed each and tell
 * the outcomes through a pipe each, in their order; the parent reads the pipes
 * in turn.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "snap.h"

#define MAX_JOBS 64

/* ---- where schedules begin ------------------------------------------------ */

/* Boot in one order, whatever the seed; true: the image says it is ready. */
static bool
boot(struct fake *f)
{
	fake_seed(f, 0);
	f->policy = FAKE_ROUND;
	f->mean = 32;
	return fake_run(f, 0) == FAKE_READY;
}

/*
 * To where the image says seam_ready(), or not at all when it never does.
 * What it prints and does before is not part of a schedule.
 */
static void
go_to_start(struct fake *f, bool from_boot, struct snap *s)
{
	const struct fake_config *config = f->config;
	struct fake_config quiet = *config;

	snap_take(s, f);
	if (from_boot)
		return;
	quiet.console = quiet.schedule = NULL;
	f->config = &quiet;
	if (boot(f)) {
		fake_kick(f->running);
		f->running->granted = 0;
		snap_free(s);
		snap_take(s, f);
	} else
		snap_restore(s, f);
	f->config = config;
	s->f.config = config;
}

void
fake_prepare(struct fake *f, uint64_t seed, bool from_boot)
{
	static struct snap s;

	go_to_start(f, from_boot, &s);
	snap_free(&s);
	fake_seed(f, seed);
}

/* ---- one seed --------------------------------------------------------------- */

static const char *
find_line(const char *console, const char *word)
{
	const char *p = strstr(console, word);

	while (p != NULL && p > console && p[-1] != '\n')
		p--;
	return p;
}

/*
 * What the console says of a verdict: the first line with "panic" or
 * "assertion", else the last line.
 */
static void
console_text(const char *console, char *text, size_t size)
{
	const char *p = find_line(console, "panic"), *end;

	if (p == NULL)
		p = find_line(console, "assertion");
	if (p == NULL) {
		end = console + strlen(console);
		while (end > console && end[-1] == '\n')
			end--;
		for (p = end; p > console && p[-1] != '\n'; p--)
			continue;
	}
	snprintf(text, size, "%.*s", (int)strcspn(p, "\n"), p);
}

static void
fill_outcome(struct fake_outcome *out, struct fake *f, const char *console)
{
	const struct fake_report *rep = fake_report(f);

	memset(out, 0, sizeof(*out));
	out->seed = f->seed;
	out->trace = rep->trace;
	out->steps = rep->steps;
	out->turns = rep->turns;
	out->verdict = rep->verdict;
	snprintf(out->policy, sizeof(out->policy), "%s", fake_seed_text(f));
	if (rep->message[0] != '\0')
		snprintf(out->text, sizeof(out->text), "%.*s",
		    (int)sizeof(out->text) - 1, rep->message);
	else if (rep->verdict != EX_GOOD)
		console_text(console, out->text, sizeof(out->text));
}

static void
run_seed(struct fake *f, const struct snap *s, uint64_t seed,
    struct fake_outcome *out)
{
	struct fake_config config = *s->f.config;
	char *console = NULL;
	size_t len;

	config.schedule = NULL;
	config.console = open_memstream(&console, &len);
	if (config.console == NULL)
		abort();
	snap_restore(s, f);
	f->config = &config;
	fake_seed(f, seed);
	while (fake_run(f, 0) != FAKE_ENDED)
		continue;
	fclose(config.console);
	fill_outcome(out, f, console);
	free(console);
	f->config = s->f.config;
}

static void
run_twice(struct fake *f, const struct snap *s, uint64_t seed,
    struct fake_outcome *out)
{
	struct fake_outcome again;

	run_seed(f, s, seed, out);
	run_seed(f, s, seed, &again);
	if (again.trace == out->trace)
		return;
	out->verdict = EX_NONDET;
	snprintf(out->text, sizeof(out->text),
	    "the same seed gave two schedules");
}

/* ---- workers ------------------------------------------------------------------ */

struct worker {
	pid_t pid;
	int fd; /* where its outcomes come from */
};

static bool
transfer(ssize_t (*move)(int, void *, size_t), int fd, void *p, size_t n)
{
	for (size_t done = 0; done < n;) {
		ssize_t k = move(fd, (char *)p + done, n - done);

		if (k == -1 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		done += (size_t)k;
	}
	return true;
}

static ssize_t
put(int fd, void *p, size_t n)
{
	return write(fd, p, n);
}

static _Noreturn void
work(struct fake *f, const struct fake_seeds *s, const struct snap *snap,
    unsigned k, unsigned jobs, int fd)
{
	struct fake_outcome out;

	for (uint64_t seed = s->from + k; seed <= s->to; seed += jobs) {
		(s->twice ? run_twice : run_seed)(f, snap, seed, &out);
		if (!transfer(put, fd, &out, sizeof(out)))
			break;
	}
	_exit(0);
}

static enum exit_code
start(struct worker *w, struct fake *f, const struct fake_seeds *s,
    const struct snap *snap, unsigned k, unsigned jobs, struct err *err)
{
	int fd[2];

	if (pipe(fd) != 0 || (w->pid = fork()) == -1)
		return err_set(err, EX_BUG, "cannot start a worker: %s",
		    strerror(errno));
	if (w->pid == 0) {
		/* Or those before would not see that nobody reads. */
		for (unsigned i = 0; i < k; i++)
			close(w[(int)i - (int)k].fd);
		close(fd[0]);
		signal(SIGPIPE, SIG_IGN);
		work(f, s, snap, k, jobs, fd[1]);
	}
	close(fd[1]);
	w->fd = fd[0];
	return EX_GOOD;
}

/* In the order of seeds. */
static enum exit_code
collect(const struct worker *w, unsigned jobs, const struct fake_seeds *s,
    struct err *err)
{
	struct fake_outcome out;

	for (uint64_t seed = s->from; seed <= s->to; seed++) {
		if (!transfer(read, w[(seed - s->from) % jobs].fd, &out,
			sizeof(out)))
			return err_set(err, EX_BUG,
			    "the worker with seed %llu died; run it alone",
			    (unsigned long long)seed);
		if (!s->fn(&out, s->arg))
			break;
	}
	return EX_GOOD;
}

enum exit_code
fake_seeds(struct fake *f, const struct fake_seeds *s, struct err *err)
{
	static struct snap snap;
	struct worker w[MAX_JOBS];
	unsigned jobs = s->jobs == 0 ? 1
	    : s->jobs > MAX_JOBS     ? MAX_JOBS
				     : s->jobs;
	enum exit_code code = EX_GOOD;
	unsigned n = 0;

	go_to_start(f, s->from_boot, &snap);
	if (s->to - s->from < jobs)
		jobs = (unsigned)(s->to - s->from) + 1;
	fflush(NULL);
	while (n < jobs && code == EX_GOOD) {
		code = start(&w[n], f, s, &snap, n, jobs, err);
		n += code == EX_GOOD;
	}
	if (code == EX_GOOD)
		code = collect(w, jobs, s, err);
	for (unsigned i = 0; i < n; i++) {
		close(w[i].fd); /* which ends it, if it still runs */
		(void)waitpid(w[i].pid, NULL, 0);
	}
	snap_free(&snap);
	return code;
}

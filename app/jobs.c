/*
 * jobs.c: many runs, each a process of its own, some at a time.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/progress.h"
#include "jobs.h"

struct slot {
	struct job *job; /* NULL: free */
	pid_t pid;
	int fd;
};

struct crew {
	struct slot *slot;
	struct pollfd *poll;
	unsigned nslot, running;
	const struct jobs_source *source;
};

/* A list of them, and how far it is. */
struct list {
	struct job *job;
	size_t n, next, done;
	struct progress progress;
};

static volatile sig_atomic_t interrupted;

static void
on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

/* The child: this program again, its output into fd. */
static void
become(const struct job *j, int fd)
{
	size_t n = 0;
	char **argv;

	while (j->argv[n] != NULL)
		n++;
	argv = calloc(n + 2, sizeof(*argv));
	if (argv == NULL || dup2(fd, STDOUT_FILENO) == -1 ||
	    (j->hushed && dup2(fd, STDERR_FILENO) == -1))
		_exit(EX_BUG);
	argv[0] = (char *)"rangeley";
	memcpy(argv + 1, j->argv, n * sizeof(*argv));
	execv("/proc/self/exe", argv);
	_exit(EX_BUG);
}

static enum exit_code
begin(struct slot *s, struct job *j, struct err *err)
{
	int end[2];

	if (pipe2(end, O_CLOEXEC) == -1)
		return err_set(err, EX_BUG, "jobs: pipe: %s", strerror(errno));
	fflush(NULL);
	s->pid = fork();
	if (s->pid == 0) {
		close(end[0]);
		become(j, end[1]);
	}
	close(end[1]);
	if (s->pid == -1) {
		close(end[0]);
		return err_set(err, EX_BUG, "jobs: fork: %s", strerror(errno));
	}
	s->fd = end[0];
	s->job = j;
	return EX_GOOD;
}

/* Some of its output; at its end the job is over. */
static void
take(struct crew *c, struct slot *s)
{
	struct job *j = s->job;
	char buf[65536];
	ssize_t n = read(s->fd, buf, sizeof(buf));
	int status;

	if (n > 0) {
		j->out = realloc(j->out, j->len + (size_t)n + 1);
		if (j->out == NULL)
			abort();
		memcpy(j->out + j->len, buf, (size_t)n);
		j->len += (size_t)n;
		j->out[j->len] = '\0';
		return;
	}
	if (n == -1 && errno == EINTR)
		return;
	close(s->fd);
	while (waitpid(s->pid, &status, 0) == -1 && errno == EINTR)
		continue;
	j->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	j->code = WIFEXITED(status) ? WEXITSTATUS(status)
	    : j->signal == SIGINT   ? EX_SIGINT
				    : EX_BUG;
	s->job = NULL;
	c->running--;
	c->source->done(c->source->arg, j);
}

static void
wait_for_some(struct crew *c)
{
	nfds_t n = 0;

	for (unsigned i = 0; i < c->nslot; i++)
		if (c->slot[i].job != NULL)
			c->poll[n++] = (struct pollfd){ .fd = c->slot[i].fd,
				.events = POLLIN };
	if (n == 0 || poll(c->poll, n, -1) == -1)
		return;
	for (unsigned i = 0; i < c->nslot; i++)
		for (nfds_t k = 0; k < n; k++)
			if (c->slot[i].job != NULL &&
			    c->slot[i].fd == c->poll[k].fd &&
			    c->poll[k].revents != 0) {
				take(c, &c->slot[i]);
				break;
			}
}

/* As many as there is room for. */
static enum exit_code
begin_some(struct crew *c, struct err *err)
{
	const struct jobs_source *from = c->source;
	enum exit_code rc = EX_GOOD;

	for (unsigned i = 0; i < c->nslot && rc == EX_GOOD; i++) {
		struct job *j;

		if (c->slot[i].job != NULL)
			continue;
		j = from->next(from->arg);
		if (j == NULL)
			break;
		rc = begin(&c->slot[i], j, err);
		c->running += rc == EX_GOOD;
	}
	return rc;
}

static enum exit_code
run_all(struct crew *c, struct err *err)
{
	enum exit_code rc = EX_GOOD;

	for (;;) {
		if (rc == EX_GOOD && !interrupted)
			rc = begin_some(c, err);
		if (interrupted && rc == EX_GOOD) {
			rc = EX_SIGINT;
			for (unsigned i = 0; i < c->nslot; i++)
				if (c->slot[i].job != NULL)
					kill(c->slot[i].pid, SIGINT);
		}
		if (c->running == 0)
			return rc;
		wait_for_some(c);
	}
}

enum exit_code
jobs_serve(const struct jobs_source *source, unsigned most, struct err *err)
{
	struct sigaction sa = { .sa_handler = on_interrupt }, old;
	struct crew c = { .source = source };
	enum exit_code rc;

	if (most == 0)
		most = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	c.nslot = most;
	c.slot = calloc(most, sizeof(*c.slot));
	c.poll = calloc(most, sizeof(*c.poll));
	if (c.slot == NULL || c.poll == NULL)
		abort();
	sigaction(SIGINT, &sa, &old);
	rc = run_all(&c, err);
	sigaction(SIGINT, &old, NULL);
	free(c.slot);
	free(c.poll);
	return rc;
}

/* ---- a list ------------------------------------------------------------------------ */

static struct job *
list_next(void *arg)
{
	struct list *l = arg;

	return l->next < l->n ? &l->job[l->next++] : NULL;
}

static void
list_done(void *arg, struct job *j)
{
	struct list *l = arg;

	(void)j;
	progress_step(&l->progress, ++l->done);
}

enum exit_code
jobs_run(struct job *job, size_t n, unsigned most, const char *what,
    struct err *err)
{
	struct list l = { .job = job, .n = n };
	struct jobs_source source = { &l, list_next, list_done };
	enum exit_code rc;

	progress_start(&l.progress, stderr, what, n, false);
	rc = jobs_serve(&source, most, err);
	progress_end(&l.progress);
	return rc;
}

void
jobs_free(struct job *job, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(job[i].out);
}

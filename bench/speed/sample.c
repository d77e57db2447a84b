/*
 * sample.c: run a command and see every millisecond where it is.
 *
 *	sample FILE COMMAND [ARGUMENT...]
 *
 * FILE gets a line for each place seen, `OBJECT OFFSET TIMES', the offset being one
 * of the object's file, as addr2line wants it; a place in no file, such as code that
 * was loaded to a fixed address, is `- ADDRESS TIMES'.  Of the command's first thread
 * alone, which with the simulator is all.  The exit code is the command's; 2 when it
 * cannot be run, 1 when a signal ended it.
 *
 * It stops the command by ptrace(2), so it needs neither rights nor perf(1), and the
 * command is slower by a few per cent.  It looks on only once the command has used
 * START_NS of processor time: until then it loads and builds what it needs, and the
 * simulator asks whether somebody traces it (cpu/gsbase.c).
 */
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <uthash.h>

#define PERIOD_NS 1000000
#define START_NS  300000000

struct place {
	uint64_t rip, times;
	UT_hash_handle hh;
};

static struct place *places;

static void
count(uint64_t rip)
{
	struct place *p;

	HASH_FIND(hh, places, &rip, sizeof(rip), p);
	if (p == NULL) {
		p = calloc(1, sizeof(*p));
		if (p == NULL)
			abort();
		p->rip = rip;
		HASH_ADD(hh, places, rip, sizeof(p->rip), p);
	}
	p->times++;
}

/*
 * Write down what has been counted in [from, to), a mapping of FILE, and forget it;
 * with FILE NULL all that is left.
 */
static void
put(FILE *out, uint64_t from, uint64_t to, uint64_t offset, const char *file)
{
	struct place *p, *next;

	HASH_ITER (hh, places, p, next) {
		if (p->rip < from || p->rip >= to)
			continue;
		fprintf(out, "%s %#" PRIx64 " %" PRIu64 "\n",
		    file != NULL ? file : "-",
		    file != NULL ? p->rip - from + offset : p->rip, p->times);
		HASH_DEL(places, p);
		free(p);
	}
}

/* While the command still has its mappings. */
static void
put_all(FILE *out, pid_t pid)
{
	char name[32], line[PATH_MAX + 128], file[PATH_MAX];
	uint64_t from, to, offset;
	FILE *maps;

	snprintf(name, sizeof(name), "/proc/%d/maps", (int)pid);
	maps = fopen(name, "r");
	while (maps != NULL && fgets(line, sizeof(line), maps) != NULL)
		if (sscanf(line,
			"%" SCNx64 "-%" SCNx64 " %*4s %" SCNx64
			" %*s %*s %4095s",
			&from, &to, &offset, file) == 4 &&
		    file[0] == '/' && strncmp(file, "/memfd:", 7) != 0)
			put(out, from, to, offset, file);
	if (maps != NULL)
		fclose(maps);
	put(out, 0, UINT64_MAX, 0, NULL);
}

/* What waitpid() said of the command; true: it goes on. */
static bool
goes_on(FILE *out, pid_t pid, int status)
{
	struct user_regs_struct regs;
	int sig = 0;

	if (!WIFSTOPPED(status))
		return false;
	if (status >> 16 == PTRACE_EVENT_EXIT)
		put_all(out, pid);
	else if (status >> 16 == PTRACE_EVENT_STOP) {
		if (ptrace(PTRACE_GETREGS, pid, NULL, &regs) == 0)
			count(regs.rip);
	} else if (status >> 16 == 0)
		sig = WSTOPSIG(status);
	ptrace(PTRACE_CONT, pid, NULL, (void *)(long)sig);
	return true;
}

static const struct timespec period = { .tv_nsec = PERIOD_NS };

static int
code_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* Has the command used START_NS?  False when it ended first, with *status. */
static bool
is_under_way(pid_t pid, int *status)
{
	struct timespec used = { 0 };
	clockid_t clock;

	while (used.tv_sec == 0 && used.tv_nsec < START_NS) {
		nanosleep(&period, NULL);
		if (waitpid(pid, status, WNOHANG) != 0)
			return false;
		if (clock_getcpuclockid(pid, &clock) != 0 ||
		    clock_gettime(clock, &used) != 0)
			abort(); /* a child that has not been waited for */
	}
	return true;
}

static int
watch(FILE *out, pid_t pid)
{
	sigset_t child;
	int status;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	if (!is_under_way(pid, &status))
		return code_of(status);
	if (ptrace(PTRACE_SEIZE, pid, NULL,
		(void *)(long)(PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL)) != 0) {
		perror("ptrace");
		return 2;
	}
	for (;;) {
		pid_t got = waitpid(pid, &status, WNOHANG);

		if (got < 0)
			return 2;
		if (got > 0 && !goes_on(out, pid, status))
			break;
		/* A signal of its own must not wait for the next look. */
		if (got == 0 && sigtimedwait(&child, NULL, &period) < 0)
			ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
	}
	return code_of(status);
}

int
main(int argc, char **argv)
{
	FILE *out;
	pid_t pid;
	int rc;

	if (argc < 3) {
		fputs("usage: sample FILE COMMAND [ARGUMENT...]\n", stderr);
		return 2;
	}
	out = fopen(argv[1], "w");
	if (out == NULL || (pid = fork()) < 0) {
		perror(argv[1]);
		return 2;
	}
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(2);
	}
	rc = watch(out, pid);
	return fclose(out) == 0 ? rc : 2;
}

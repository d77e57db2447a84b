/*
 * cputime.c: run a command and write the processor time it took.
 *
 *	cputime FILE COMMAND [ARGUMENT...]
 *
 * FILE gets one line, user plus system time in nanoseconds.  The exit code is
 * the command's; 2 when it cannot be run or FILE not be written, 1 when a signal
 * ended it.
 */
#include <sys/resource.h>
#include <sys/wait.h>

#include <stdio.h>
#include <unistd.h>

static long long
ns(struct timeval t)
{
	return t.tv_sec * 1000000000LL + t.tv_usec * 1000LL;
}

int
main(int argc, char **argv)
{
	struct rusage ru;
	int status;
	pid_t pid;
	FILE *f;

	if (argc < 3) {
		fputs("usage: cputime FILE COMMAND [ARGUMENT...]\n", stderr);
		return 2;
	}
	f = fopen(argv[1], "w");
	if (f == NULL || (pid = fork()) < 0) {
		perror(argv[1]);
		return 2;
	}
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(2);
	}
	if (wait4(pid, &status, 0, &ru) != pid) {
		perror("wait4");
		return 2;
	}
	fprintf(f, "%lld\n", ns(ru.ru_utime) + ns(ru.ru_stime));
	if (fclose(f) != 0) {
		perror(argv[1]);
		return 2;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/*
 * command.c: takes commands apart and runs them.
 *
 * Contexts: threads that may sleep.  The table is the linker's, so there is
 * nothing to lock.
 */
#include <sys/param.h>
#include <sys/bootprop.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/systm.h>

#include <program.h>
#include <user.h>

extern const struct command *const __start_link_set_commands[];
extern const struct command *const __stop_link_set_commands[];

static const struct command *
find(const char *name)
{
	const struct command *const *c;

	for (c = __start_link_set_commands; c < __stop_link_set_commands; c++)
		if (strcmp((*c)->c_name, name) == 0)
			return *c;
	return NULL;
}

/* Ends the text before the first c; what is behind it, or NULL. */
static char *
cut(char *s, int c)
{
	char *at = strchr(s, c);

	if (at == NULL)
		return NULL;
	*at = '\0';
	return at + 1;
}

int
command_run(char *words)
{
	char *argv[COMMAND_WORDS + 1], *next;
	const struct command *c;
	int argc = 0;

	for (; words != NULL; words = next) {
		next = cut(words, ',');
		if (argc == COMMAND_WORDS) {
			printf("%s: more than %d words\n", argv[0],
			    COMMAND_WORDS);
			return 2;
		}
		argv[argc++] = words;
	}
	argv[argc] = NULL;
	c = find(argv[0]);
	if (c == NULL) {
		printf("%s: no such command; there are:", argv[0]);
		for (const struct command *const *p = __start_link_set_commands;
		     p < __stop_link_set_commands; p++)
			printf(" %s", (*p)->c_name);
		printf("\n");
		return 2;
	}
	return c->c_main(argc, argv);
}

void
command_refused(const char *property, u_int n, int code)
{
	char name[64];

	snprintf(name, sizeof(name), "refused %s", property);
	program_result(name, n, (uint64_t)code);
}

const char *
command_errno(int error)
{
	static const struct {
		int error;
		const char *name;
	} names[] = { { EPERM, "EPERM" }, { ENOENT, "ENOENT" },
		{ ESRCH, "ESRCH" }, { ENXIO, "ENXIO" }, { E2BIG, "E2BIG" },
		{ ENOMEM, "ENOMEM" }, { EFAULT, "EFAULT" }, { EBUSY, "EBUSY" },
		{ EEXIST, "EEXIST" }, { ENODEV, "ENODEV" },
		{ EINVAL, "EINVAL" }, { ENOTTY, "ENOTTY" },
		{ ENOSPC, "ENOSPC" }, { EOPNOTSUPP, "EOPNOTSUPP" },
		{ EAFNOSUPPORT, "EAFNOSUPPORT" } };
	static char other[16];

	for (size_t i = 0; i < __arraycount(names); i++)
		if (names[i].error == error)
			return names[i].name;
	snprintf(other, sizeof(other), "errno %d", error);
	return other;
}

bool
command_number(const char *s, uint64_t most, uint64_t *v)
{
	uint64_t n = 0;

	if (*s == '\0')
		return false;
	for (; *s >= '0' && *s <= '9'; s++) {
		if (n > (most - (uint64_t)(*s - '0')) / 10)
			return false;
		n = n * 10 + (uint64_t)(*s - '0');
	}
	*v = n;
	return *s == '\0';
}

/* ---- commands of no subject -------------------------------------------------- */

static int
echo_main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		printf("%s%s", argv[i], i + 1 < argc ? " " : "");
	printf("\n");
	return 0;
}
COMMAND(echo, echo_main);

/* ---- of a property --------------------------------------------------------- */

int
command_property(const char *name)
{
	const char *given = program_arg_string(name, "");
	const size_t size = strlen(given) + 1;
	char *text, *at, *next;
	int code = 0, result;
	u_int n = 0;

	if (*given == '\0')
		return -1;
	text = kmem_alloc(size, KM_SLEEP);
	memcpy(text, given, size);
	for (at = text; at != NULL; at = next, n++) {
		next = cut(at, ';');
		result = command_run(at);
		code = MAX(code, result);
		if (result != 0)
			command_refused(name, n, result);
	}
	kmem_free(text, size);
	return code;
}

static int
command_main(void)
{
	const int code = command_property("command");

	if (code >= 0)
		return code;
	printf("command: nothing to run; give command=brconfig,bridge0,...\n");
	return 2;
}
PROGRAM(command, "the commands of the property `command'", command_main);

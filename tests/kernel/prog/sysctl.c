/*
 * sysctl.c: sysctl(9): a tree that grows and shrinks, values, functions, names.
 */
#include <sys/param.h>
#include <sys/bootprop.h>
#include <sys/errno.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <crew.h>
#include <program.h>

#define NODES 40

static int counted, level = 3;
static int64_t large = -1;
static char text[16] = "before";

/* A node with a range: what pktq_maxlen does. */
static int
level_function(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int error, v = level;

	node.sysctl_data = &v;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	counted++;
	if (error != 0 || newp == NULL)
		return error;
	if (v < 0 || v > 10)
		return EINVAL;
	level = v;
	return 0;
}

static int
get_int(const char *name)
{
	int v = -12345;
	size_t len = sizeof(v);
	const int error = sysctl_byname(name, &v, &len, NULL, 0);

	program_check(error == 0 && len == sizeof(v), "%s: error %d, %zu bytes",
	    name, error, len);
	return v;
}

/* net.test, with NODES values and as many nodes beside it. */
static int
grow(struct sysctllog **log)
{
	const struct sysctlnode *node;
	char name[8];
	int num, i;

	program_check(sysctl_createv(log, 0, NULL, &node, 0, CTLTYPE_NODE,
			  "test", NULL, NULL, 0, NULL, 0, CTL_NET, CTL_CREATE,
			  CTL_EOL) == 0,
	    "net.test");
	num = node->sysctl_num;
	for (i = 0; i < NODES; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		sysctl_createv(log, 0, NULL, NULL, CTLFLAG_IMMEDIATE,
		    CTLTYPE_INT, name, NULL, NULL, (u_quad_t)i, NULL, 0,
		    CTL_NET, num, CTL_CREATE, CTL_EOL);
		sysctl_createv(log, 0, NULL, NULL, 0, CTLTYPE_NODE, name, NULL,
		    NULL, 0, NULL, 0, CTL_NET, CTL_CREATE, CTL_EOL);
	}
	sysctl_createv(log, 0, NULL, NULL, CTLFLAG_READWRITE, CTLTYPE_INT,
	    "level", NULL, level_function, 0, NULL, 0, CTL_NET, num, CTL_CREATE,
	    CTL_EOL);
	/* CTL_CREATE is the end, as where NetBSD's if.c says IFQCTL_LEN after it. */
	sysctl_createv(log, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_INT,
	    "ends", NULL, NULL, 0, &level, 0, CTL_NET, num, CTL_CREATE, 77,
	    CTL_EOL);
	sysctl_createv(log, 0, NULL, NULL, CTLFLAG_READWRITE, CTLTYPE_QUAD,
	    "large", NULL, NULL, 0, &large, 0, CTL_NET, num, CTL_CREATE,
	    CTL_EOL);
	sysctl_createv(log, 0, NULL, NULL, CTLFLAG_READWRITE, CTLTYPE_STRING,
	    "text", NULL, NULL, 0, text, sizeof(text), CTL_NET, num, CTL_CREATE,
	    CTL_EOL);
	/* In front of net.test, which moves; its children have to follow. */
	sysctl_createv(log, 0, NULL, NULL, 0, CTLTYPE_NODE, "first", NULL, NULL,
	    0, NULL, 0, CTL_NET, 500, CTL_EOL);
	return num;
}

static void
values(void)
{
	char buf[16], name[16];
	size_t len;
	int i, v = 7;

	for (i = 0; i < NODES; i++) {
		snprintf(name, sizeof(name), "net.test.n%d", i);
		program_check(get_int(name) == i, "%s", name);
	}
	program_check(sysctl_byname(name, NULL, NULL, &v, sizeof(v)) == EPERM,
	    "%s may be written", name);
	program_check(sysctl_byname("net.test.x", NULL, NULL, NULL, 0) ==
		ENOENT,
	    "no such name");
	program_check(sysctl_byname("net.test", NULL, NULL, NULL, 0) == EISDIR,
	    "a node with children");

	program_check(get_int("net.test.level") == 3, "level");
	program_check(get_int("net.test.ends") == 3, "ends");
	program_check(sysctl_setstring("net.test.level", "9") == 0 &&
		level == 9,
	    "level %d", level);
	program_check(sysctl_setstring("net.test.level", "11") == EINVAL &&
		level == 9,
	    "level %d, of 10", level);
	program_check(counted == 3, "function called %d times", counted);
	program_check(sysctl_setstring("net.test.large",
			  "0x123456789abcdef0") == 0 &&
		large == 0x123456789abcdef0L,
	    "large %#lx", large);

	len = 4;
	program_check(sysctl_byname("net.test.text", buf, &len, NULL, 0) ==
		    ENOMEM &&
		len == sizeof("before"),
	    "text: %zu", len);
	program_check(sysctl_setstring("net.test.text", "after") == 0 &&
		strcmp(text, "after") == 0,
	    "text `%s'", text);
	program_check(sysctl_setstring("net.test.text",
			  "more than its sixteen bytes") == EINVAL,
	    "too long");
}

/* By numbers, as a system call would. */
static void
numbers(int num)
{
	int mib[2] = { CTL_HW, HW_NCPU }, v = 0;
	struct sysctlnode child[NODES + 4];
	size_t len = sizeof(v);
	u_int i;
	int query[3] = { CTL_NET, num, CTL_QUERY };

	program_check(old_sysctl(mib, 2, &v, &len, NULL, 0, NULL) == 0 &&
		v == ncpu,
	    "hw.ncpu %d", v);
	len = sizeof(child);
	program_check(old_sysctl(query, 3, child, &len, NULL, 0, NULL) == 0 &&
		len == sizeof(child),
	    "query: %zu", len);
	for (i = 1; i < NODES + 4; i++)
		program_check(child[i].sysctl_num > child[i - 1].sysctl_num,
		    "children are not sorted");
}

static void
sysctl_all(void)
{
	struct sysctllog *log = NULL;
	int num;

	num = grow(&log);
	values();
	numbers(num);
	program_check(sysctl_destroyv(NULL, CTL_NET, num, CREATE_BASE,
			  CTL_EOL) == 0 &&
		sysctl_byname("net.test.n0", NULL, NULL, NULL, 0) == ENOENT &&
		get_int("net.test.n1") == 1,
	    "n0 destroyed by its numbers");
	program_check(sysctl_destroyv(NULL, CTL_HW, HW_NCPU, CTL_EOL) == EPERM,
	    "hw.ncpu is no permanent node");
	/* Of a log nothing is permanent. */
	sysctl_teardown(&log);
	program_check(log == NULL, "a log is left");
	program_check(sysctl_byname("net.test", NULL, NULL, NULL, 0) == ENOENT,
	    "net.test is still there");
	program_check(sysctl_byname("net.n39", NULL, NULL, NULL, 0) == ENOENT,
	    "net.n39 is still there");
	program_check(sysctl_byname("net.first", NULL, NULL, NULL, 0) == ENOENT,
	    "net.first is still there");
	program_check(sysctl_byname("net", NULL, NULL, NULL, 0) == EISDIR,
	    "net is gone");
	program_check(get_int("hw.pagesize") == PAGE_SIZE, "hw.pagesize");

	level = 3;
	counted = 0;
	program_check(sysctl_bootprop_int("number", 5) == 5 ||
		sysctl_bootprop_int("number", 5) == 17,
	    "boot property number");
}

static int
sysctl_main(void)
{
	return crew_main(sysctl_all);
}
PROGRAM(sysctl, "sysctl(9): nodes, values, functions, names", sysctl_main);

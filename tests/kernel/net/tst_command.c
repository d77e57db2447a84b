/*
 * tst_command.c: `tst n': test interfaces tst0 to tst<n - 1> without anybody at the
 * other end, for rangeley brconfig and for scenarios: nothing comes in, and what
 * goes out is gone.
 */
#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <if_tst.h>
#include <user.h>

static struct mbuf *
idle_receive(u_int unit, u_int queue)
{
	return NULL;
}

static bool
idle_waiting(u_int unit, u_int queue)
{
	return false;
}

static void
idle_sent(u_int unit, struct mbuf *m)
{
	m_freem(m);
}

static const struct tst_wire idle = { idle_receive, idle_waiting, idle_sent };

static int
tst_main(int argc, char **argv)
{
	struct tst_conf conf;
	uint64_t n;

	if (argc != 2 || !command_number(argv[1], TST_UNITS, &n)) {
		printf("usage: tst 1..%d\n", TST_UNITS);
		return 2;
	}
	tst_conf_default(&conf);
	for (u_int unit = 0; unit < n; unit++)
		if (tst_attach(unit, &conf, &idle) == NULL) {
			printf("tst: tst%u does not attach: no interrupt is "
			       "left\n",
			    unit);
			return 1;
		}
	return 0;
}
COMMAND(tst, tst_main);

/*
 * bridge_where.c: which CPU forwards a frame: net.bridge.fwdcpu.
 *
 * bridge_where	frames come in on each CPU.  0: all are forwarded by CPU 0; 1: each
 *		by the CPU it came in on, which GENERIC refuses.  Any other value is
 *		an error.  And net.interfaces.bridge0.fwdq, with a longer queue.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/bootprop.h>
#include <sys/errno.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_bridgevar.h>

#include <crew.h>
#include <port.h>
#include <program.h>

static volatile u_int sent, sent_by[MAXCPUS];

static void
where_sent(u_int unit, struct mbuf *m)
{
	sent_by[crew_cpu()]++;
	atomic_inc_uint(&sent);
	m_freem(m);
}

static void
where_input(void *arg)
{
	uint8_t to[ETHER_ADDR_LEN], from[ETHER_ADDR_LEN];

	port_station(to, 1);
	port_station(from, 2);
	(void)port_input(0, to, from);
}

static int
where_set(int value)
{
	return sysctl_byname("net.bridge.fwdcpu", NULL, NULL, &value,
	    sizeof(value));
}

static int
where_get(void)
{
	int value = -1;
	size_t size = sizeof(value);

	(void)sysctl_byname("net.bridge.fwdcpu", &value, &size, NULL, 0);
	return value;
}

/* A frame comes in on each CPU, one after the other. */
static void
where_check(bool own)
{
	u_int cpu;

	for (cpu = 0; cpu < (u_int)ncpu; cpu++) {
		const u_int by = own ? cpu : 0, before = sent_by[by];

		sent = 0;
		crew_join(crew_start(cpu, PRI_NONE, where_input, NULL));
		program_check(crew_await(&sent, 1, 20), "CPU %u: not sent",
		    cpu);
		program_check(sent_by[by] == before + 1,
		    "what came in on CPU %u was not forwarded by CPU %u", cpu,
		    by);
	}
}

/* net.interfaces.bridge0.fwdq: its packet queue. */
static int64_t
where_queue(const char *node)
{
	int64_t value = 0;
	size_t size = sizeof(value);

	if (sysctl_byname(node, &value, &size, NULL, 0) != 0)
		return -1;
	return value;
}

static void
where_sysctl(void)
{
	int more = 512;

	program_check(where_queue("net.interfaces.bridge0.fwdq.maxlen") == 256,
	    "maxlen");
	program_check(sysctl_byname("net.interfaces.bridge0.fwdq.maxlen", NULL,
			  NULL, &more, sizeof(more)) == 0,
	    "longer");
	program_check(where_queue("net.interfaces.bridge0.fwdq.maxlen") == 512,
	    "maxlen");
	program_check(where_queue("net.interfaces.bridge0.fwdq.len") == 0,
	    "len");
	program_check(where_queue("net.interfaces.bridge0.fwdq.drops") == 0,
	    "drops");
}

static void
where_main(void)
{
	const int was = where_get();

	program_check(was == port_mpsafe, "net.bridge.fwdcpu is %d", was);
	port_open(2, where_sent);
	port_bridge("bridge0", 0, 2);
	where_check(was != 0);
	program_check(where_set(2) == EINVAL, "2");
	program_check(where_set(-1) == EINVAL, "-1");
	program_check(where_set(0) == 0 && where_get() == 0, "0");
	where_check(false);
	program_check(where_set(1) == (port_mpsafe ? 0 : EOPNOTSUPP), "1");
	program_check(where_get() == port_mpsafe, "net.bridge.fwdcpu is %d",
	    where_get());
	where_check(port_mpsafe);
	program_check(where_set(was) == 0, "back");
	where_sysctl();
	where_check(was != 0);
	port_bridge_gone("bridge0");
	program_check(where_queue("net.interfaces.bridge0.fwdq.len") == -1,
	    "its nodes are still there");
	port_close();
}

static int
bridge_where(void)
{
	return crew_main(where_main);
}

PROGRAM(bridge_where, "bridge: which CPU forwards a frame", bridge_where);

/*
 * bench_plain.cc: the ping-pong of bench_capi.c in plain
 * SystemC, written as a SystemC user would: the yardstick of the C interface.
 *
 *	sc_pingpong_plain N
 *
 * prints on stdout the nanoseconds of process CPU time that N events took.
 */
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include <systemc>

namespace {

unsigned long left;
const int PERIOD_PS = 10000;

struct player : sc_core::sc_module {
	sc_core::sc_event served;
	player *other = nullptr;
	const sc_core::sc_time period{ PERIOD_PS, sc_core::SC_PS };

	explicit player(sc_core::sc_module_name name) : sc_module(name)
	{
		SC_HAS_PROCESS(player);
		SC_METHOD(strike);
		sensitive << served;
		dont_initialize();
	}

	void
	strike()
	{
		if (left > 0) {
			left--;
			other->served.notify(period);
		}
	}
};

double
cpu_ns()
{
	timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

} // namespace

int
sc_main(int argc, char **argv)
{
	player a("a"), b("b");

	if (argc != 2) {
		fprintf(stderr, "usage: sc_pingpong_plain N\n");
		return 2;
	}
	left = strtoul(argv[1], nullptr, 10);
	a.other = &b;
	b.other = &a;
	a.served.notify(a.period);
	const double start = cpu_ns();
	sc_core::sc_start();
	printf("%.0f\n", cpu_ns() - start);
	return 0;
}

/*
 * fault.cc: have SystemC report an error, as a fault in the kernel would.
 *
 * For tests of sc.h's promise that no exception leaves it.  In the library,
 * linked only where it is called.
 */
#define SC_INCLUDE_DYNAMIC_PROCESSES /* sc_spawn() */
#include "sc/guard.h"
#include "sc/sc_fault.h"

sc_result
sc_fault(enum sc_fault_kind kind)
{
	return guarded([=] {
		sc_core::sc_spawn_options opt;
		static sc_core::sc_event later;

		switch (kind) {
		case SC_FAULT_WARNING:
			SC_REPORT_WARNING("fault", "a warning");
			break;
		case SC_FAULT_ERROR:
			SC_REPORT_ERROR("fault", "an error");
			break;
		case SC_FAULT_FATAL:
			SC_REPORT_FATAL("fault", "a fatal error");
			break;
		case SC_FAULT_LATER:
			later.notify(sc_core::sc_time::
				from_value(SC_FAULT_TICK));
			opt.dont_initialize();
			opt.set_sensitivity(&later);
			/* FALLTHROUGH */
		case SC_FAULT_KERNEL:
			opt.spawn_method();
			sc_core::sc_spawn(
			    [] { SC_REPORT_ERROR("fault", "in a process"); },
			    nullptr, &opt);
			break;
		}
		return SC_OK;
	});
}

uint64_t
sc_fault_clock_tick(void)
{
	return sc_core::sc_time_stamp().value();
}

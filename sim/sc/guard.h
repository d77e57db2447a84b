/*
 * guard.h: where C++ ends.  Only for the .cc files of this folder.
 */
#ifndef SC_GUARD_H
#define SC_GUARD_H

#include <exception>

#include <systemc>

#include "sc/sc.h"

/* Keep the words, stop a run that is active, return result. */
sc_result sc_fail(sc_result result, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* f(), with exceptions (SystemC throws its reports) made SC_EKERNEL. */
template <typename F>
inline sc_result
guarded(F f)
{
	try {
		return f();
	} catch (const sc_core::sc_report &r) {
		return sc_fail(SC_EKERNEL, "SystemC: %s: %s (%s:%d)",
		    r.get_msg_type(), r.get_msg(), r.get_file_name(),
		    r.get_line_number());
	} catch (const std::exception &e) {
		return sc_fail(SC_EKERNEL, "C++: %s", e.what());
	}
}

#endif

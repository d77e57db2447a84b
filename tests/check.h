/*
 * check.h: Check's, without a system call for each assertion that holds.
 *
 * Check writes down where it was last, so that it can say so of a test that
 * crashes.  Tests here assert millions of times, and that was half of their time.
 * A failed assertion says its place as ever; of a crash, gdb does.  Found by
 * -Itests before the system's.
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include_next <check.h>

#define _mark_point(file, line) ((void)0)

#endif

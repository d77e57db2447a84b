/*
 * json_out.c: JSON in one form only (json_out.h).
 *
 * jansson prints a real with 15 significant digits, which gives back any
 * decimal fraction of that length: rounding the value is enough to fix its
 * decimals.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_out.h"

#define FLAGS (JSON_INDENT(2) | JSON_SORT_KEYS | JSON_REAL_PRECISION(15))

json_t *
json_fixed(double v, int decimals)
{
	char buf[400]; /* DBL_MAX has 309 digits */

	if (!isfinite(v))
		return json_null();
	snprintf(buf, sizeof(buf), "%.*f", decimals, v);
	v = strtod(buf, NULL);
	return json_real(v == 0 ? 0 : v);
}

void
json_put(json_t *j, const char *name, uint64_t n)
{
	json_object_set_new(j, name, json_integer((json_int_t)n));
}

void
json_put_fixed(json_t *j, const char *name, double v, int decimals)
{
	json_object_set_new(j, name, json_fixed(v, decimals));
}

void
json_put_seconds(json_t *j, const char *name, uint64_t ns)
{
	json_put_fixed(j, name, (double)ns / 1e9, 9);
}

json_t *
json_hex64(uint64_t v)
{
	return json_sprintf("%016" PRIx64, v);
}

enum exit_code
json_print(const json_t *j, FILE *f, const char *name, struct err *err)
{
	if (json_dumpf(j, f, FLAGS) == 0 && fputc('\n', f) != EOF &&
	    fflush(f) == 0)
		return EX_GOOD;
	return err_at(err, EX_INPUT, name, 0,
	    "cannot write: %s; make room or choose another file",
	    strerror(errno));
}

enum exit_code
json_save(const json_t *j, const char *path, struct err *err)
{
	FILE *f = fopen(path, "w");
	enum exit_code ec;

	if (f == NULL)
		return err_at(err, EX_INPUT, path, 0,
		    "cannot create: %s; choose another file", strerror(errno));
	ec = json_print(j, f, path, err);
	if (fclose(f) != 0 && ec == EX_GOOD)
		ec = err_at(err, EX_INPUT, path, 0,
		    "cannot write: %s; make room or choose another file",
		    strerror(errno));
	return ec;
}

/*
 * units.c: quantities from text to integers and back (units.h).
 *
 * A number is read as a decimal fraction, digits / 10^places, and multiplied
 * by what its unit holds; 18 digits times the largest unit fit in 128 bits,
 * so that the one division at the end decides exactly.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/units.h"

__extension__ typedef unsigned __int128 wide;

struct suffix {
	enum unit kind;
	const char *name;
	uint64_t holds; /* of what the kind is held in */
};

#define NS ((uint64_t)CLK_PER_NS)
/* Of a kind, the smallest first. */
static const struct suffix suffixes[] = {
	{ UNIT_TIME, "cyc", CLK_PER_CYC },
	{ UNIT_TIME, "ns", NS },
	{ UNIT_TIME, "us", NS * 1000 },
	{ UNIT_TIME, "ms", NS * 1000000 },
	{ UNIT_TIME, "s", NS * 1000000000 },
	{ UNIT_SIZE, "B", 1 },
	{ UNIT_SIZE, "KiB", UINT64_C(1) << 10 },
	{ UNIT_SIZE, "MiB", UINT64_C(1) << 20 },
	{ UNIT_SIZE, "GiB", UINT64_C(1) << 30 },
	{ UNIT_FREQ, "Hz", 1 },
	{ UNIT_FREQ, "kHz", 1000 },
	{ UNIT_FREQ, "MHz", 1000000 },
	{ UNIT_FREQ, "GHz", 1000000000 },
	{ UNIT_RATE, "B/cyc", 10 },
	{ UNIT_BANDWIDTH, "B/s", 1 },
	{ UNIT_BANDWIDTH, "kB/s", 1000 },
	{ UNIT_BANDWIDTH, "MB/s", 1000000 },
	{ UNIT_BANDWIDTH, "GB/s", 1000000000 },
};
#define NSUFFIX (sizeof(suffixes) / sizeof(suffixes[0]))

static const struct {
	const char *what, *how;
} kinds[UNIT_KINDS] = {
	[UNIT_COUNT] = { "a plain number", "write a plain number such as 8" },
	[UNIT_TIME] = { "a time",
	    "write a time such as 20cyc or 200ns (units cyc ns us ms s)" },
	[UNIT_SIZE] = { "a size",
	    "write a size such as 24KiB (units B KiB MiB GiB)" },
	[UNIT_FREQ] = { "a frequency",
	    "write a frequency such as 2.4GHz (units Hz kHz MHz GHz)" },
	[UNIT_RATE] = { "a rate", "write a rate such as 13.6B/cyc" },
	[UNIT_BANDWIDTH] = { "a bandwidth",
	    "write a bandwidth such as 2GB/s (units B/s kB/s MB/s GB/s)" },
	[UNIT_PCI_ID] = { "the name of a PCI function",
	    "write vendor and device in hexadecimal, such as 8086:1f08" },
};

#define DIGITS_MAX 18

struct number {
	uint64_t digits;
	unsigned places; /* of them behind the point */
	const char *end; /* what follows the number */
	bool valid, toolong;
};

static bool
isdig(char c)
{
	return c >= '0' && c <= '9';
}

/* digits [ "." digits ] */
static struct number
number_read(const char *s)
{
	struct number n = { 0, 0, s, isdig(*s), false };
	bool point = false;

	for (; isdig(*s) || (*s == '.' && !point && isdig(s[1])); s++) {
		if (*s == '.') {
			point = true;
			continue;
		}
		if (n.digits >= UINT64_C(100000000000000000))
			n.toolong = true;
		else
			n.digits = n.digits * 10 + (uint64_t)(*s - '0');
		n.places += point;
	}
	n.end = s;
	if (n.places > DIGITS_MAX)
		n.toolong = true;
	return n;
}

static const struct suffix *
suffix_find(const char *name)
{
	for (size_t i = 0; i < NSUFFIX; i++)
		if (strcmp(suffixes[i].name, name) == 0)
			return &suffixes[i];
	return NULL;
}

/* Which unit text has, or why it cannot be one of this kind. */
static enum exit_code
suffix_read(enum unit kind, const char *text, const char *name, uint64_t *holds,
    struct err *err)
{
	const struct suffix *sf = suffix_find(name);

	if (*name == '\0' && kind == UNIT_COUNT)
		*holds = 1;
	else if (*name == '\0')
		return err_set(err, EX_INPUT, "'%.60s' has no unit; %s", text,
		    kinds[kind].how);
	else if (sf == NULL)
		return err_set(err, EX_INPUT,
		    "'%.60s' is not %s: no unit '%.20s'; %s", text,
		    kinds[kind].what, name, kinds[kind].how);
	else if (sf->kind != kind)
		return err_set(err, EX_INPUT, "'%.60s' is %s, not %s; %s", text,
		    kinds[sf->kind].what, kinds[kind].what, kinds[kind].how);
	else
		*holds = sf->holds;
	return EX_GOOD;
}

static enum exit_code
scale(enum unit kind, const char *text, struct number n, uint64_t holds,
    uint64_t *val, struct err *err)
{
	wide div = 1, num = (wide)n.digits * holds, q, rest;

	for (unsigned i = 0; i < n.places; i++)
		div *= 10;
	q = num / div;
	rest = num % div;
	if (kind == UNIT_TIME)
		q += rest * 2 >= div;
	else if (rest != 0)
		return err_set(err, EX_INPUT,
		    "'%.60s' is too fine; whole numbers, bytes and Hz only, "
		    "rates in steps of 0.1B/cyc",
		    text);
	if (q == 0 && num != 0)
		return err_set(err, EX_INPUT,
		    "'%.60s' is shorter than 1/20 cycle; write 0cyc or a "
		    "longer time",
		    text);
	if (q > INT64_MAX)
		return err_set(err, EX_INPUT,
		    "'%.60s' is too large; it must be below 2^63 %s", text,
		    kind == UNIT_TIME ? "tenths of a cycle" : "units");
	*val = (uint64_t)q;
	return EX_GOOD;
}

/* "8086:1f08": two times four hexadecimal digits. */
static enum exit_code
id_read(const char *text, uint64_t *val, struct err *err)
{
	static const char hex[] = "0123456789abcdef";
	uint64_t id = 0;
	size_t i;

	for (i = 0; i < 9 && text[i] != '\0'; i++) {
		const char *digit = strchr(hex, text[i]);

		if ((i == 4) != (text[i] == ':') || (i != 4 && digit == NULL))
			break;
		if (i != 4)
			id = id << 4 | (uint64_t)(digit - hex);
	}
	if (i != 9 || text[9] != '\0')
		return err_set(err, EX_INPUT, "'%.60s' is not %s; %s", text,
		    kinds[UNIT_PCI_ID].what, kinds[UNIT_PCI_ID].how);
	*val = id;
	return EX_GOOD;
}

enum exit_code
unit_parse(enum unit kind, const char *text, uint64_t *val, struct err *err)
{
	struct number n = number_read(text);
	enum exit_code ec;
	uint64_t holds = 1;

	if (kind == UNIT_PCI_ID)
		return id_read(text, val, err);
	if (!n.valid)
		return err_set(err, EX_INPUT, "'%.60s' is not %s; %s", text,
		    kinds[kind].what, kinds[kind].how);
	ec = suffix_read(kind, text, n.end, &holds, err);
	if (ec != EX_GOOD)
		return ec;
	if (n.toolong)
		return err_set(err, EX_INPUT,
		    "'%.60s' has too many digits; at most %d are read", text,
		    DIGITS_MAX);
	return scale(kind, text, n, holds, val, err);
}

const char *
unit_format(enum unit kind, uint64_t val, char buf[UNIT_TEXT])
{
	const struct suffix *best = NULL;

	if (kind == UNIT_PCI_ID) {
		snprintf(buf, UNIT_TEXT, "%04" PRIx64 ":%04" PRIx64,
		    val >> 16 & 0xffff, val & 0xffff);
		return buf;
	}
	if (kind == UNIT_TIME || kind == UNIT_RATE) {
		snprintf(buf, UNIT_TEXT, "%" PRIu64 "%.*s%.*s%s", val / 10,
		    val % 10 != 0, ".", val % 10 != 0, &"0123456789"[val % 10],
		    kind == UNIT_TIME ? "cyc" : "B/cyc");
		return buf;
	}
	for (size_t i = 0; i < NSUFFIX; i++)
		if (suffixes[i].kind == kind &&
		    (best == NULL ||
			(val != 0 && val % suffixes[i].holds == 0)))
			best = &suffixes[i];
	snprintf(buf, UNIT_TEXT, "%" PRIu64 "%s",
	    best == NULL ? val : val / best->holds,
	    best == NULL ? "" : best->name);
	return buf;
}

const char *
unit_format_ns(uint64_t clk, char buf[UNIT_TEXT])
{
	uint64_t ps = clk / CLK_PER_NS * 1000 +
	    (clk % CLK_PER_NS * 1000 + CLK_PER_NS / 2) / CLK_PER_NS;

	snprintf(buf, UNIT_TEXT, "%" PRIu64 ".%03" PRIu64 "ns", ps / 1000,
	    ps % 1000);
	return buf;
}

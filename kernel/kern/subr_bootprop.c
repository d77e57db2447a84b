/*
 * subr_bootprop.c: boot properties, the "name=value" words a kernel is started
 * with.  This file is ours; NetBSD has boot(8)'s flags and userconf(4).
 *
 * The words are read when there is no memory to be had yet, so the table has a
 * fixed size and points into a copy of the string.  Each property must be
 * asked for by somebody in the course of a run: one that nobody asks for is a
 * typing error, which bootprop_check reports by name at the end.
 *
 *	hz=100 run=mutex,softint seed=7
 *
 * The table is constant after bootprop_init but for bp_used, which only ever
 * becomes true, so no lock is needed.  Contexts: any.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/bootprop.h>
#include <sys/systm.h>

#define BOOTPROP_MAX   64   /* properties */
#define BOOTPROP_BYTES 4096 /* of the string */

static struct bootprop {
	const char *bp_name;
	const char *bp_value; /* NULL: there was no = */
	bool bp_used;         /* somebody has asked */
	bool bp_bad;          /* .. for what it is not */
} bootprops[BOOTPROP_MAX];
static u_int nbootprops;
static const char *bootprop_toomuch; /* did not fit, from here on */

/* The next word of *sp, ended by a NUL; NULL: none. */
static char *
next_word(char **sp)
{
	char *s = *sp + strspn(*sp, " \t\n");

	if (*s == '\0')
		return NULL;
	*sp = s + strcspn(s, " \t\n");
	if (**sp != '\0')
		*(*sp)++ = '\0';
	return s;
}

/*
 * bootprop_init: take the words apart.  Of a name that is given twice the last
 * counts.
 */
void
bootprop_init(const char *args)
{
	static char text[BOOTPROP_BYTES];
	char *s = text, *word, *eq;

	if (strlcpy(text, args, sizeof(text)) >= sizeof(text))
		bootprop_toomuch = args + sizeof(text) - 1;
	nbootprops = 0;
	while ((word = next_word(&s)) != NULL) {
		if (nbootprops == BOOTPROP_MAX) {
			bootprop_toomuch = word;
			break;
		}
		if ((eq = strchr(word, '=')) != NULL)
			*eq++ = '\0';
		bootprops[nbootprops].bp_name = word;
		bootprops[nbootprops].bp_value = eq;
		nbootprops++;
	}
}

/* The last of the name; all of it count as used. */
static struct bootprop *
lookup(const char *name)
{
	struct bootprop *bp, *found = NULL;

	for (bp = bootprops; bp < bootprops + nbootprops; bp++)
		if (strcmp(bp->bp_name, name) == 0) {
			bp->bp_used = true;
			found = bp;
		}
	return found;
}

int64_t
sysctl_bootprop_quad(const char *name, int64_t dflt)
{
	struct bootprop *bp = lookup(name);
	char *end;
	int64_t v;

	if (bp == NULL)
		return dflt;
	v = bp->bp_value != NULL ? strtoll(bp->bp_value, &end, 0) : 0;
	if (bp->bp_value == NULL || end == bp->bp_value || *end != '\0') {
		bp->bp_bad = true;
		return dflt;
	}
	return v;
}

int
sysctl_bootprop_int(const char *name, int dflt)
{
	const int64_t v = sysctl_bootprop_quad(name, dflt);

	if (v < INT_MIN || v > INT_MAX) {
		lookup(name)->bp_bad = true;
		return dflt;
	}
	return (int)v;
}

bool
sysctl_bootprop_bool(const char *name, bool dflt)
{
	const int64_t v = sysctl_bootprop_quad(name, dflt);

	if (v != 0 && v != 1)
		lookup(name)->bp_bad = true;
	return v != 0;
}

/* "" if it was given without a value. */
const char *
sysctl_bootprop_string(const char *name, const char *dflt)
{
	const struct bootprop *bp = lookup(name);

	if (bp == NULL)
		return dflt;
	return bp->bp_value != NULL ? bp->bp_value : "";
}

void
bootprop_refuse(const char *name)
{
	struct bootprop *const bp = lookup(name);

	if (bp != NULL)
		bp->bp_bad = true;
}

u_int
sysctl_bootprop_choice(const char *name, const char *const *words, u_int n)
{
	const char *const given = sysctl_bootprop_string(name, words[0]);

	for (u_int i = 0; i < n; i++)
		if (strcmp(given, words[i]) == 0)
			return i;
	bootprop_refuse(name);
	return 0;
}

/*
 * bootprop_sysctl: a property with a dot in its name is a sysctl node.  One
 * that cannot be set is reported, and bootprop_check counts it as unused.
 */
int
bootprop_sysctl(void)
{
	struct bootprop *bp;
	int error, n = 0;

	for (bp = bootprops; bp < bootprops + nbootprops; bp++) {
		if (strchr(bp->bp_name, '.') == NULL || bp->bp_value == NULL)
			continue;
		error = sysctl_setstring(bp->bp_name, bp->bp_value);
		if (error == 0)
			bp->bp_used = true;
		else {
			printf("boot property %s: error %d\n", bp->bp_name,
			    error);
			n++;
		}
	}
	return n;
}

int
bootprop_check(void)
{
	const struct bootprop *bp;
	int n = 0;

	for (bp = bootprops; bp < bootprops + nbootprops; bp++) {
		if (bp->bp_used && !bp->bp_bad)
			continue;
		n++;
		if (bp->bp_bad)
			printf("boot property %s: it cannot be `%s'\n",
			    bp->bp_name,
			    bp->bp_value != NULL ? bp->bp_value : "");
		else
			printf("boot property %s: nobody knows it; is it "
			       "spelled right?\n",
			    bp->bp_name);
	}
	if (bootprop_toomuch != NULL) {
		n++;
		printf("boot properties: there is no room from `%s' on\n",
		    bootprop_toomuch);
	}
	return n;
}

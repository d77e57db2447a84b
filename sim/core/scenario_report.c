/*
 * scenario_report.c: what is said of a scenario that has been read: what is wrong with it
 * when the machine is known, or the image has spoken; and the whole of it, as a file.
 *
 * Of commands, which are the image's own affair, only intrctl's -c is known here:
 * it can be told from the file alone that there is no such CPU.
 */
#include <stdlib.h>
#include <string.h>

#include "core/json_out.h"
#include "core/scenario.h"
#include "core/tick.h"
#include "core/units.h"

/* `intrctl ... -c 9': is CPU 9 there? */
static enum exit_code
check_cpu(const struct scenario_list *l, size_t k, const char *cpu,
    uint64_t ncpu, struct err *err)
{
	char *end;

	if (*cpu < '0' || *cpu > '9' || strtoull(cpu, &end, 10) < ncpu)
		return EX_GOOD; /* what is no number is refused by the command */
	return err_at(err, EX_INPUT, l->path[k], l->line[k],
	    "%s = %s: there are CPUs 0 to %llu; [scenario] cpus says how many",
	    l->key[k], l->value[k], (unsigned long long)ncpu - 1);
}

static enum exit_code
check_commands(const struct scenario_list *l, uint64_t ncpu, struct err *err)
{
	enum exit_code rc = EX_GOOD;

	for (size_t k = 0; k < l->n && rc == EX_GOOD; k++) {
		const char *c = strstr(l->value[k], " -c ");

		if (strncmp(l->value[k], "intrctl ", 8) == 0 && c != NULL)
			rc = check_cpu(l, k, c + 4 + strspn(c + 4, " \t"), ncpu,
			    err);
	}
	return rc;
}

enum exit_code
scenario_check_cpus(const struct scenario *s, uint64_t ncpu, struct err *err)
{
	for (size_t k = 0; k < s->affinity.n; k++)
		if (check_cpu(&s->affinity, k, s->affinity.value[k], ncpu,
			err) != EX_GOOD)
			return err->code;
	if (check_commands(&s->setup, ncpu, err) != EX_GOOD)
		return err->code;
	return check_commands(&s->events, ncpu, err);
}

bool
scenario_refused(const struct scenario *s, const char *property, size_t n,
    int code, struct err *err)
{
	const struct scenario_list *l = &s->events;

	if (strcmp(property, "setup") == 0) { /* as make_setup() has made it */
		l = n < s->affinity.n ? &s->affinity : &s->setup;
		n -= n < s->affinity.n ? 0 : s->affinity.n;
	} else if (strcmp(property, "events") != 0)
		return false;
	if (n >= l->n)
		return false;
	err_at(err, EX_INPUT, l->path[n], l->line[n],
	    "%s = %s: refused with %d; what the kernel printed says why",
	    l->key[n], l->value[n], code);
	return true;
}

static void
print_list(const char *section, const struct scenario_list *l, FILE *fp)
{
	if (l->n == 0)
		return;
	fprintf(fp, "\n[%s]\n", section);
	for (size_t k = 0; k < l->n; k++)
		fprintf(fp, "%s = %s\n", l->key[k], l->value[k]);
}

void
scenario_print(const struct scenario *s, FILE *fp)
{
	char text[UNIT_TEXT];

	fprintf(fp, "[scenario]\nimage = %s\n", s->image);
	if (s->cpus != 0)
		fprintf(fp, "cpus = %llu\n", (unsigned long long)s->cpus);
	if (s->limit_clk != 0 && s->limit_clk % CLK_PER_NS == 0)
		fprintf(fp, "limit = %lluns\n",
		    (unsigned long long)s->limit_clk / CLK_PER_NS);
	else if (s->limit_clk != 0)
		fprintf(fp, "limit = %s\n",
		    unit_format(UNIT_TIME, s->limit_clk, text));
	if (s->ram_bytes != 0)
		fprintf(fp, "ram = %s\n",
		    unit_format(UNIT_SIZE, s->ram_bytes, text));
	fprintf(fp, "order = %s\nmodules = %s\n", s->exact ? "exact" : "epochs",
	    s->modules[0] != '\0' ? s->modules : "00112233");
	if (s->nsets != 0)
		fputs("\n[set]\n", fp);
	for (size_t k = 0; k < s->nsets; k++) {
		const char *eq = strchr(s->sets[k], '=');

		fprintf(fp, "%.*s = %s\n", (int)(eq - s->sets[k]), s->sets[k],
		    eq + 1);
	}
	print_list("boot", &s->boot, fp);
	print_list("affinity", &s->affinity, fp);
	print_list("setup", &s->setup, fp);
	print_list("events", &s->events, fp);
}

static json_t *
object_of(const struct scenario_list *l)
{
	json_t *j = json_object();

	for (size_t k = 0; k < l->n; k++)
		json_object_set_new(j, l->key[k], json_string(l->value[k]));
	return j;
}

static json_t *
list_of(const struct scenario_list *l)
{
	json_t *all = json_array();

	for (size_t k = 0; k < l->n; k++)
		json_array_append_new(all,
		    json_pack("{s:s s:s}", "key", l->key[k], "command",
			l->value[k]));
	return all;
}

json_t *
scenario_json(const struct scenario *s)
{
	json_t *head = json_pack("{s:s s:s s:s}", "image", s->image, "order",
	    s->exact ? "exact" : "epochs", "modules",
	    s->modules[0] != '\0' ? s->modules : "00112233");
	json_t *set = json_object();

	if (s->cpus != 0)
		json_put(head, "cpus", s->cpus);
	if (s->limit_clk != 0)
		json_put(head, "limit_ns", s->limit_clk / CLK_PER_NS);
	if (s->ram_bytes != 0)
		json_put(head, "ram_bytes", s->ram_bytes);
	for (size_t k = 0; k < s->nsets; k++) {
		const char *eq = strchr(s->sets[k], '=');

		json_object_setn_new(set, s->sets[k], (size_t)(eq - s->sets[k]),
		    json_string(eq + 1));
	}
	return json_pack("{s:o s:o s:o s:o s:o s:o}", "scenario", head, "set",
	    set, "boot", object_of(&s->boot), "affinity",
	    object_of(&s->affinity), "setup", list_of(&s->setup), "events",
	    list_of(&s->events));
}

/*
 * show.c: `rangeley show': print what the program would work with.
 *
 *	show machine	every constant, as a machine file
 *	show image X	what an image says of itself
 *	show layout X	structs of an image (layout.c)
 *	show config F	a scenario with all that it inherits
 *	show hops	the hops of a frame, as docs/life-of-a-packet.md has them
 *	show registers	of the Ethernet controller: what the model has of each
 *	show nic F	.. msix, rss, pci, ioapic, txmap: devices as F's kernel sets them up
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "core/hop.h"
#include "core/json_out.h"
#include "core/scenario.h"
#include "layout.h"
#include "nic_i354/i354.h"
#include "show_board.h"
#include "thunk/image.h"

struct show {
	struct opts opts;
	const char *thing;
	const char *image;   /* or a scenario */
	const char *name;    /* of a struct; NULL: all */
	const char *same_as; /* another image, or NULL */
	bool hex;
};

static enum exit_code
print_json(json_t *j)
{
	struct err err = ERR_NONE;

	json_print(j, stdout, "standard output", &err);
	json_decref(j);
	return fail(&err);
}

static enum exit_code
show_machine(const struct show *s)
{
	struct machine m;
	enum exit_code rc = opts_machine(&s->opts, &m);

	if (rc != EX_GOOD)
		return rc;
	if (!s->opts.json) {
		machine_print(&m, stdout);
		return EX_GOOD;
	}
	return print_json(machine_json(&m));
}

static const char *
rights(const struct image_seg *seg)
{
	return seg->exec ? "r-x" : seg->write ? "rw-" : "r--";
}

static enum exit_code
image_as_json(const struct image *im)
{
	json_t *segs = json_array(), *j;

	for (unsigned i = 0; i < im->nseg; i++) {
		const struct image_seg *seg = &im->seg[i];
		json_array_append_new(segs,
		    json_pack("{s:o s:I s:s}", "va", json_hex64(seg->va),
			"bytes", (json_int_t)(seg->va_end - seg->va), "rights",
			rights(seg)));
	}
	j = json_pack("{s:s s:i s:b s:I s:o}", "name", im->name, "seam_version",
	    (int)im->desc.si_version, "annotated",
	    (int)(im->desc.si_flags & SEAM_IMG_ANNOTATED), "branches",
	    (json_int_t)im->bp_bytes, "segments", segs);
	return print_json(j);
}

static void
image_as_text(const struct image *im)
{
	printf("name          %s\n", im->name);
	printf("seam version  %u\n", (unsigned)im->desc.si_version);
	printf("annotated     %s\n",
	    im->desc.si_flags & SEAM_IMG_ANNOTATED ? "yes" : "no");
	printf("branches      %zu\n", im->bp_bytes);
	for (unsigned i = 0; i < im->nseg; i++) {
		const struct image_seg *seg = &im->seg[i];
		printf("segment       %s 0x%08" PRIx64 " %" PRIu64 " bytes\n",
		    rights(seg), seg->va, seg->va_end - seg->va);
	}
}

static enum exit_code
show_image(const struct show *s)
{
	char *path = where_image(s->image);
	struct image im;
	struct err err = ERR_NONE;
	enum exit_code rc = image_load(&im, path, 0, 0, &err);

	fail(&err);
	if (rc == EX_GOOD) {
		if (s->opts.json)
			rc = image_as_json(&im);
		else
			image_as_text(&im);
		image_free(&im);
	}
	free(path);
	return rc;
}

static enum exit_code
show_layout(const struct show *s)
{
	char *path = where_image(s->image), *other;
	enum exit_code rc;

	if (s->same_as == NULL) {
		rc = layout_print(path, s->name, s->opts.json);
	} else {
		other = where_image(s->same_as);
		rc = layout_compare(path, other);
		free(other);
	}
	free(path);
	return rc;
}

static enum exit_code
show_config(const struct show *s)
{
	static struct scenario sc;
	struct err err = ERR_NONE;
	enum exit_code rc;

	scenario_load(&sc, s->image, &err);
	rc = fail(&err);
	if (rc == EX_GOOD && s->opts.json)
		rc = print_json(scenario_json(&sc));
	else if (rc == EX_GOOD)
		scenario_print(&sc, stdout);
	scenario_free(&sc);
	return rc;
}

static json_t *
hops_json(void)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < HOP_COUNT; i++)
		json_array_append_new(all,
		    json_pack("{s:s s:s s:s}", "hop", hop_name(i), "where",
			hop_side(i) == HOP_SIDE_HW ? "machine" : "kernel",
			"what", hop_text(i)));
	return all;
}

static enum exit_code
show_hops(const struct show *s)
{
	if (s->opts.json)
		return print_json(hops_json());
	printf(
	    "# The life of a packet\n\n"
	    "From wire to wire, in this order; the list is `sim/core/hop.h`, from "
	    "which\n`rangeley show hops` prints this page. `rangeley replay "
	    "--hops FILE` writes when\neach frame passed each hop.\n\n"
	    "| hop | where | what has happened |\n|---|---|---|\n");
	for (unsigned i = 0; i < HOP_COUNT; i++)
		printf("| %s | %s | %s |\n", hop_name(i),
		    hop_side(i) == HOP_SIDE_HW ? "machine" : "kernel",
		    hop_text(i));
	return EX_GOOD;
}

enum { KEY_SAME_AS = 512 };

static const struct argp_option options[] = {
	{ "same-as", KEY_SAME_AS, "IMAGE", 0,
	    "layout: compare with the structs of this image", 0 },
	{ "hex", 'x', NULL, 0, "pci: the bytes of configuration space, too",
	    0 },
	{ 0 }
};

/* Of an image; else of a scenario, if of anything. */
static bool
is_of_image(const struct show *s)
{
	return strcmp(s->thing, "image") == 0 ||
	    strcmp(s->thing, "layout") == 0;
}

static bool
wants_name(const struct show *s)
{
	return is_of_image(s) || strcmp(s->thing, "config") == 0 ||
	    show_board_knows(s->thing);
}

/* --set and --machine change what is shown; of what is unknown something else is said. */
static bool
has_constants(const struct show *s)
{
	return !is_of_image(s) && strcmp(s->thing, "config") != 0 &&
	    strcmp(s->thing, "hops") != 0 && strcmp(s->thing, "registers") != 0;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct show *s = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &s->opts;
		return 0;
	case KEY_SAME_AS:
		s->same_as = arg;
		return 0;
	case 'x':
		s->hex = true;
		return 0;
	case ARGP_KEY_ARG:
		if (s->thing == NULL)
			s->thing = arg;
		else if (s->image == NULL && wants_name(s))
			s->image = arg;
		else if (s->name == NULL && strcmp(s->thing, "layout") == 0)
			s->name = arg;
		else
			argp_error(state, "too many arguments: '%s'", arg);
		return 0;
	case ARGP_KEY_END:
		if (s->thing == NULL)
			argp_error(state,
			    "show what? machine, or image NAME, or layout IMAGE");
		else if (s->same_as != NULL && s->opts.json)
			argp_error(state,
			    "of --same-as there is no JSON; leave out --json");
		else if ((s->opts.nsets != 0 || s->opts.machine != NULL) &&
		    !has_constants(s))
			argp_error(state,
			    "'%s' has no constants of the machine; leave out "
			    "--set and --machine, a scenario has [set]",
			    s->thing);
		else if (wants_name(s) && s->image == NULL)
			argp_error(state,
			    is_of_image(s) ? "which image? e.g. micro"
					   : "which scenario? e.g. "
					     "scenarios/mpsafe-8cores.ini");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static enum exit_code
show_main(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{ &opts_argp, 0, NULL, 0 }, { 0 }
	};
	static const struct argp argp = { .options = options,
		.parser = parse,
		.args_doc = "machine\nimage IMAGE\nlayout IMAGE [STRUCT]\n"
			    "config SCENARIO\nhops\nregisters\n"
			    "nic SCENARIO\nmsix SCENARIO\nrss SCENARIO\n"
			    "pci SCENARIO\nioapic SCENARIO\ntxmap SCENARIO",
		.doc =
		    "Print the machine's constants as a machine file, or "
		    "what an image says of itself, or how its structs lie in "
		    "memory, or a scenario with all that it inherits, or the "
		    "hops of a frame, or the Ethernet controller's registers and "
		    "what the model has of each, or the state of devices as a scenario's "
		    "kernel sets them up.",
		.children = children };
	struct show s = { 0 };

	argp_parse(&argp, argc, argv, 0, NULL, &s);
	if (strcmp(s.thing, "machine") == 0)
		return show_machine(&s);
	if (strcmp(s.thing, "image") == 0)
		return show_image(&s);
	if (strcmp(s.thing, "layout") == 0)
		return show_layout(&s);
	if (strcmp(s.thing, "config") == 0)
		return show_config(&s);
	if (strcmp(s.thing, "hops") == 0)
		return show_hops(&s);
	if (strcmp(s.thing, "registers") == 0) {
		if (s.opts.json)
			return print_json(i354_regs_json());
		i354_regs_print(stdout);
		return EX_GOOD;
	}
	if (show_board_knows(s.thing))
		return show_board(s.thing, s.image, s.hex, &s.opts);
	fprintf(stderr,
	    "rangeley: cannot show '%s'; there are machine, image NAME, layout "
	    "IMAGE, config, nic, msix, rss, pci, ioapic and txmap SCENARIO, hops and registers\n",
	    s.thing);
	return EX_INPUT;
}

const struct command cmd_show = { "show",
	"the machine's constants, or what is in an image", show_main };

/*
 * native-run: run a plain image as an ordinary program of this host.
 *
 * This is "native" wherever Rangeley prints a ratio, and what callgrind and
 * cachegrind measure.  The image finds RAM, stack and boot arguments at the
 * addresses it has in the simulator; seam_call() reaches native_call() below.
 * It runs in user mode: privileged instructions end it with a signal.
 *
 *	native-run [--ram MB] [--time[=FILE]] plain.elf [name=value ...]
 *
 * Under valgrind --tool=callgrind --collect-atstart=no only the image's own
 * instructions are counted.
 */
#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <valgrind/callgrind.h>

#include "thunk/image.h"

uint64_t native_enter(void (*)(const struct seam_boot *),
    const struct seam_boot *, uint64_t sp_va);
void native_leave(uint64_t code) __attribute__((noreturn));
void native_seam(void);
uint64_t native_call(uint64_t nr, uint64_t a0, uint64_t a1, uint64_t a2,
    uint64_t a3);

static struct image image;
static uint64_t ram_bytes = RAM_DEFAULT_BYTES;

struct options {
	const char *image;
	const char *time_file; /* "" = stderr, NULL = do not print */
	char args[4096];
};

/* A down-call pointed at memory the image does not have. */
static void
check_range(const char *call, uint64_t va, uint64_t n)
{
	if (image_range_ok(&image, ram_bytes, va, n))
		return;
	fflush(stdout);
	fprintf(stderr,
	    "native-run: %s: %s of %" PRIu64 " bytes at 0x%" PRIx64
	    ": outside the image and its RAM; correct the image\n",
	    image.path, call, n, va);
	exit(EX_INPUT);
}

static uint64_t
symbol(uint64_t va, uint64_t buf, uint64_t n)
{
	uint64_t offset_bytes = 0;
	const char *name = image_is_code(&image, va)
	    ? image_symbol(&image, va, &offset_bytes)
	    : "?";

	check_range("seam_symbol", buf, n);
	if (n != 0)
		snprintf((char *)(uintptr_t)buf, n, "%s", name);
	return offset_bytes;
}

static uint64_t
do_call(uint64_t nr, uint64_t a0, uint64_t a1, uint64_t a2)
{
	switch (nr) {
	case SEAM_CONS_WRITE:
		check_range("seam_cons_write", a0, a1);
		fwrite((const char *)(uintptr_t)a0, 1, a1, stdout);
		return 0;
	case SEAM_EXIT:
		CALLGRIND_TOGGLE_COLLECT; /* as if it returned */
		native_leave(a0);
	case SEAM_RESULT:
		check_range("seam_result", a0, 1);
		printf("result %.63s %" PRIu64 " %" PRIu64 "\n",
		    (const char *)(uintptr_t)a0, a1, a2);
		return 0;
	case SEAM_CPU_START:
		return UINT64_MAX; /* there is one CPU */
	case SEAM_SMALL_PAGES:
	case SEAM_READY:
	case SEAM_OBJECT:
	case SEAM_MEASURE:
	case SEAM_OPEN:
		return 0;
	case SEAM_OVER:
		return 1;
	case SEAM_GUARD:
		return (uint64_t)ram_guard(a0, a1 != 0);
	case SEAM_SYMBOL:
		return symbol(a0, a1, a2);
	default:
		fprintf(stderr,
		    "native-run: %s: unknown seam call %" PRIu64
		    "; seam version %u has 1 to %u\n",
		    image.path, nr, SEAM_VERSION, SEAM_NCALLS - 1);
		CALLGRIND_TOGGLE_COLLECT;
		native_leave(EX_INPUT);
	}
}

/*
 * All down-calls of the image, on the runner's own stack.  What they execute
 * is not the image's and is not collected.
 */
uint64_t
native_call(uint64_t nr, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3)
{
	uint64_t r;

	(void)a3;
	CALLGRIND_TOGGLE_COLLECT;
	r = do_call(nr, a0, a1, a2);
	CALLGRIND_TOGGLE_COLLECT;
	return r;
}

static uint64_t
cpu_time_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static int
print_time(const char *path, uint64_t ns)
{
	FILE *f = path[0] == '\0' ? stderr : fopen(path, "w");

	if (f == NULL) {
		fprintf(stderr, "native-run: cannot write %s\n", path);
		return -1;
	}
	fprintf(f, "boot_cpu_ns %" PRIu64 "\n", ns);
	if (f != stderr)
		fclose(f);
	return 0;
}

static error_t
add_arg(struct options *o, const char *arg, struct argp_state *st)
{
	size_t len = strlen(o->args);

	if (strchr(arg, '=') == NULL)
		argp_error(st, "argument `%s': expected name=value", arg);
	if (len + strlen(arg) + 2 > sizeof(o->args))
		argp_error(st, "more than %zu bytes of arguments",
		    sizeof(o->args) - 1);
	snprintf(o->args + len, sizeof(o->args) - len, "%s%s",
	    len != 0 ? " " : "", arg);
	return 0;
}

static error_t
parse_opt(int key, char *arg, struct argp_state *st)
{
	struct options *o = st->input;
	char *end;

	switch (key) {
	case 'm':
		ram_bytes = strtoull(arg, &end, 10) << 20;
		if (*end != '\0' || ram_bytes == 0)
			argp_error(st, "--ram `%s': expected megabytes", arg);
		return 0;
	case 't':
		o->time_file = arg != NULL ? arg : "";
		return 0;
	case ARGP_KEY_ARG:
		if (o->image != NULL)
			return add_arg(o, arg, st);
		o->image = arg;
		return 0;
	case ARGP_KEY_END:
		if (o->image == NULL)
			argp_error(st,
			    "no image; e.g. "
			    "build/images/micro/plain.elf");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option opts[] = {
	{ "ram", 'm', "MB", 0, "RAM of the machine (default 256)", 0 },
	{ "time", 't', "FILE", OPTION_ARG_OPTIONAL,
	    "print the process CPU time of boot() to FILE or stderr", 0 },
	{ 0 }
};
static const struct argp argp = { .options = opts,
	.parser = parse_opt,
	.args_doc = "plain.elf [name=value ...]",
	.doc = "Run a plain image natively, without the simulator." };

static uint64_t
run_boot(const struct seam_boot *sb)
{
	uint64_t code;

	CALLGRIND_TOGGLE_COLLECT;
	code = native_enter(image.desc.si_up.boot, sb, SEAM_STACK_TOP);
	CALLGRIND_TOGGLE_COLLECT;
	return code;
}

/* It does what only the machine can, as privileged instructions. */
static bool
is_kernel(struct err *err)
{
	return strcmp(image.name, "kernel") == 0 &&
	    err_at(err, EX_INPUT, image.path, 0,
		"a kernel needs the simulator (rangeley run --image)") != 0;
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	struct err err = ERR_NONE;
	const struct seam_boot *sb;
	uint64_t code, ns;

	argp_err_exit_status = EX_INPUT;
	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (image_load(&image, o.image, 0, SEAM_IMG_ANNOTATED, &err) != 0 ||
	    is_kernel(&err) ||
	    (sb = ram_map(ram_bytes, 1, 2400000000u, o.args, &err)) == NULL) {
		fprintf(stderr, "native-run: %s\n", err.text);
		return err.code;
	}
	if (map_at(SEAM_PLAIN_VA, 4096) != 0) {
		fprintf(stderr, "native-run: address 0x%x is in use\n",
		    SEAM_PLAIN_VA);
		return EX_BUG;
	}
	*(void (**)(void))(uintptr_t)SEAM_PLAIN_VA = native_seam;

	ns = cpu_time_ns();
	code = run_boot(sb);
	ns = cpu_time_ns() - ns;
	image_free(&image);
	if (o.time_file != NULL && print_time(o.time_file, ns) != 0)
		return EX_INPUT;
	return (int)(code & 0xff);
}

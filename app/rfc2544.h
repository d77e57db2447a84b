/*
 * rfc2544.h: what `rangeley rfc2544' (rfc2544.c), its trials (rfc2544_run.c,
 * rfc2544_memo.c) and its report (rfc2544_report.c) share.
 *
 * A column is a scenario with a seed; its cells, one for each frame size, are found one
 * after the other, since what was found for a size is a good guess for the next.
 * Columns know nothing of each other, so it does not matter how many trials run at a
 * time.
 */
#ifndef APP_RFC2544_H
#define APP_RFC2544_H

#include "core/progress.h"
#include "jobs.h"
#include "run_opts.h"
#include "wire/search.h"

#define RFC2544_SIZES 64

enum rfc2544_test { TEST_THROUGHPUT, TEST_LOSS };

struct rfc2544_opts {
	struct opts opts; /* --json, --machine, --set */
	const char *image;
	bool exact, one_way;
	const char *modules;
	char args[SCENARIO_ARGS];
	const char *scenario[32];
	size_t nscenario;
	unsigned size[RFC2544_SIZES], nsize; /* with FCS */
	enum rfc2544_test test;
	uint64_t short_ns, long_ns, final_ns, repeat_ns, drain_ns, warm_ns;
	double resolution, loss; /* parts of 1 */
	unsigned seed, repeats, jobs, most;
	const char *pace;
	const char *folder;
	bool quiet;
};

/* What was found for a frame size; rates of all directions together. */
struct rfc2544_cell {
	unsigned size;
	double theoretical_fps, fps;
	double pps, failed_pps; /* of a direction; 0: none */
	unsigned trials;
	uint64_t trial_ns; /* of the trial that decided */
	json_t *trial;     /* what it said; NULL: none passed */
	json_t *points;    /* frame loss rate: [{ offered, lost }] */
};

struct rfc2544_column {
	struct rfc2544 *of;
	size_t scenario;
	unsigned repeat, at; /* number of the size that is sought */
	struct rfc2544_cell cell[RFC2544_SIZES];
	/* The trial that runs or is next. */
	bool wanted, busy;
	struct search search;
	struct search_trial trial;
	struct job job;
	char **argv;
	unsigned tenths; /* frame loss rate: offered, of the maximum */
	bool lossless;   /* .. and the one before lost nothing */
};

struct memo;

struct rfc2544 {
	struct rfc2544_opts o;
	char *name[32];  /* of scenarios: the file's without .ini */
	uint64_t id[32]; /* of all that decides what a scenario's trials give */
	struct rfc2544_column *column;
	size_t ncolumn;
	struct memo *memo;
	struct progress progress;
	size_t cells; /* found */
	enum exit_code rc;
	struct err err;
};

/* Frames a second of one direction, back to back. */
double rfc2544_max_pps(unsigned size);

/* rfc2544_run.c: all cells.  A failure has been printed. */
enum exit_code rfc2544_run(struct rfc2544 *);
unsigned rfc2544_directions(const struct rfc2544_opts *);

/* rfc2544_report.c: on stdout, and into the folder. */
enum exit_code rfc2544_report(const struct rfc2544 *, const char *form);

/*
 * rfc2544_memo.c: what trials said, in a file, so that a search that was interrupted
 * goes on where it was.  A trial is known by its command and the id of its scenario.
 */
enum exit_code memo_open(struct memo **, const char *folder, struct err *);
/* A new reference, or NULL. */
json_t *memo_find(const struct memo *, uint64_t id, char *const *argv);
void memo_add(struct memo *, uint64_t id, char *const *argv, json_t *said);
/* EX_INPUT when not all could be written. */
enum exit_code memo_close(struct memo *, struct err *);

#endif

/*
 * rfc2544.h: what `rangeley rfc2544' (rfc2544.c), its tests (rfc2544_tests.c), their
 * trials (rfc2544_run.c, rfc2544_memo.c) and its reports (rfc2544_report.c,
 * rfc2544_repeats.c) share.
 *
 * A subject is a scenario with a loss criterion; a column is a subject with a seed.  Its
 * cells, one for each frame size, are found one after the other, since what was found
 * for a size is a good guess for the next.
 *
 * It does not matter how many trials run at a time: columns know nothing of each other,
 * but one thing, for which they wait: the throughput that the first column of the subject
 * has found for a size.  Bursts and recovery need it, and repeats of throughput begin
 * their search there.
 */
#ifndef APP_RFC2544_H
#define APP_RFC2544_H

#include "core/progress.h"
#include "jobs.h"
#include "run_opts.h"
#include "wire/burst.h"
#include "wire/search.h"

#define RFC2544_SIZES  64
#define RFC2544_LOSSES 4

enum rfc2544_test {
	TEST_THROUGHPUT,
	TEST_LOSS,
	TEST_BACK_TO_BACK,
	TEST_RECOVERY
};
#define RFC2544_TESTS 4

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
	uint64_t burst_ns; /* of the longest burst */
	uint64_t overload_ns,
	    recover_ns;              /* of recovery: 110 %, and then 55 % */
	double resolution;           /* a part of 1 */
	double loss[RFC2544_LOSSES]; /* parts of 1 */
	unsigned nloss;
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
	bool rated;             /* the throughput is known, or not needed */
	unsigned trials;
	uint64_t trial_ns; /* of the trial that decided */
	json_t *trial;     /* what it said; NULL: none passed */
	json_t *points;    /* frame loss rate: [{ offered, lost }] */
	/* Back-to-back: of each direction. */
	uint64_t frames;
	bool at_limit; /* no burst was too long */
	/* Recovery: the rate of a direction; what was lost at it, and after it. */
	double overload_pps;
	uint64_t overload_lost, after_lost;
	uint64_t
	    recovery_ns; /* until the last frame that was lost had been sent */
	bool recovered;
};

/* A trial, of one step or two. */
struct rfc2544_trial {
	double pps[2];
	uint64_t duration_ns[2];
	unsigned nstep;
	uint64_t frames; /* 0: as many as there is time for */
	bool stop_at_loss;
};

struct rfc2544_column {
	struct rfc2544 *of;
	size_t scenario;
	unsigned loss;       /* number of its criterion */
	unsigned repeat, at; /* number of the size that is sought */
	struct rfc2544_cell cell[RFC2544_SIZES];
	/* The trial that runs or is next. */
	bool wanted, busy;
	struct search search;
	struct burst burst;
	struct rfc2544_trial trial;
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
	size_t ncolumn, nsubject;
	struct memo *memo;
	struct progress progress;
	size_t cells; /* found */
	enum exit_code rc;
	struct err err;
};

/*
 * rfc2544_tests.c: what is to be found, and by which trials.
 *
 * rfc2544_want() says whether there is another trial of a column now, which is then in
 * `trial'; it goes on to the next size.  rfc2544_seen() is told what the trial said.
 */
const char *rfc2544_test_name(enum rfc2544_test);
void rfc2544_begin_cell(struct rfc2544_column *);
bool rfc2544_want(struct rfc2544_column *);
void rfc2544_seen(struct rfc2544_column *, json_t *said);
/* Frames a second of one direction, back to back. */
double rfc2544_max_pps(unsigned size);
unsigned rfc2544_directions(const struct rfc2544_opts *);
/* Can the machine be overloaded with this size?  Not if it forwards all there is. */
bool rfc2544_applies(const struct rfc2544_cell *);
/* The column of a subject with the first seed; the nth one. */
struct rfc2544_column *rfc2544_first(const struct rfc2544 *, size_t subject);
struct rfc2544_column *rfc2544_nth(const struct rfc2544 *, size_t subject,
    unsigned nth);

/* rfc2544_run.c: all cells.  A failure has been printed. */
enum exit_code rfc2544_run(struct rfc2544 *);

/* rfc2544_report.c: on stdout, and into the folder. */
enum exit_code rfc2544_report(const struct rfc2544 *, const char *form);
/* The scenario's name, with the criterion if there are several; the caller's. */
char *rfc2544_subject(const struct rfc2544 *, size_t subject);

/*
 * rfc2544_repeats.c: tests that are only repeats together, back-to-back and recovery.
 * What a cell adds to its JSON; tables, and what the first line says of the test.
 */
void repeats_json(const struct rfc2544 *, size_t subject, unsigned size,
    json_t *);
void repeats_csv(const struct rfc2544 *, FILE *);
void repeats_text(const struct rfc2544 *, FILE *);

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

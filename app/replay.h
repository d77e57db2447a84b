/*
 * replay.h: what `rangeley replay' (replay.c) and its report (replay_report.c) share.
 */
#ifndef APP_REPLAY_H
#define APP_REPLAY_H

#include "board.h"
#include "core/progress.h"
#include "core/tick.h"
#include "cpustates.h"
#include "explain.h"
#include "hops.h"
#include "irqs.h"
#include "khops.h"
#include "latency.h"
#include "rerun.h"
#include "run_opts.h"
#include "wire/record.h"
#include "wire/replay.h"
#include "wire/sides.h"

struct replay_port {
	struct replay_cmd *cmd;
	unsigned number;
	const char *in_path, *out_path;
	unsigned side;           /* of the capture, 0: all of it */
	struct capture *capture; /* the replay's, once there is one */
	struct sides *sides;     /* NULL: all of the capture */
	uint64_t first_ns;       /* the stamp from which its times count */
	struct replay *replay;
	struct record *record;
	/* At the end. */
	uint64_t sent;
	char *rate; /* as replay_print() says it, or NULL */
};

struct replay_drop {
	uint32_t source; /* of the frame, and its number there; 0: has none */
	uint64_t id;
	uint32_t len_bytes;
	uint64_t at_tick;
	const char *place; /* drop_name() or one of khops_place */
	const char *why;
};

/* Who sends instead of captures, if not NULL; arg is that of struct replay_cmd. */
struct replay_sender {
	/* Of each port: frames may be sent on its cable from a tick on. */
	void (*ready)(void *arg, unsigned port, struct cable *, uint64_t tick);
	bool (*done)(void *arg); /* it sends no more */
	void (*came_out)(void *arg, unsigned port, const struct frame *);
	void (*dropped)(void *arg, const struct replay_drop *);
	/* The run has ended, but devices are there still. */
	void (*note)(void *arg);
};

struct replay_cmd {
	struct run_opts run;
	struct run_report rep;
	struct board *board;
	struct types *types;
	struct cpustates *states;
	struct explain *explain; /* or NULL: not `explained' */
	uint64_t explain_after_tick, explain_tick; /* 0: nothing begins yet */
	const struct rerun *again; /* it must be this run, or NULL */
	const char *command;       /* and its options, for the folder */
	struct rerun_said said;
	struct khops *khops;
	struct replay_port port[I354_NPORT];
	struct replay_opts opts; /* but source and start_tick */
	const struct replay_sender *sender;
	/* What becomes of it, once it has ended: replay_report(), or another's. */
	enum exit_code (*report)(struct replay_cmd *);
	void *arg; /* of sender, and for report */
	struct err err;
	bool paced, quiet, strict, explained;
	bool insns;        /* explained, with instructions */
	bool stdout_taken; /* by a file: all else goes to stderr */
	const char *drops_path, *hops_path, *folder;
	FILE *drop_log, *hop_log;
	uint64_t start_tick, out;
	uint64_t freed[KHOPS_PLACES + 1]; /* frames, by the kernel */
	uint64_t sent, total;   /* of captures: frames so far, and in all */
	struct latency latency; /* first bit in to last bit out */
	struct hops hops;
	struct progress progress;
	/* As of the end, while the devices are there: replay_note(). */
	struct frame_ledger ledger;
	uint64_t made; /* board_made() */
	uint64_t
	    reading; /* frames on the way from memory, which made may lack */
	struct i354_counts counts[I354_NPORT];
	struct irqs irqs;
	json_t *ports; /* where frames were lost, or are */
};

/*
 * replay.c, for other commands that let frames into a machine: its options, which want a
 * struct replay_cmd that replay_init() has made; and the run, after
 * run_opts_ready() and with run.config.console set.  No capture: nothing comes in.
 */
extern const struct argp replay_argp;
void replay_init(struct replay_cmd *);
enum exit_code replay_run(struct replay_cmd *);

/*
 * The command, with its arguments and name.  change(), or NULL: what is other than they
 * say, before it runs.
 */
enum exit_code replay_command(int argc, char **argv,
    void (*change)(struct replay_cmd *, void *), void *arg);

/* The first option that says what is run or what is written of it, NULL: there is none. */
const char *replay_given(const struct replay_cmd *);

/* If it is explained, from a device's event: it is time to, but for --after.  At the end
 * figures get names. */
void replay_explain(struct replay_cmd *);
enum exit_code replay_explained(struct replay_cmd *);

/*
 * replay_files.c.  Before any is opened: EX_INPUT when what is to be written is read, or
 * written twice; sets stdout_taken.  Then a port's capture, if there is one, which adds to
 * total; and --drops and --hops, whose path may be NULL, as a log; closing says when not
 * all could be written.  Failures have been printed.
 */
enum exit_code replay_files_check(struct replay_cmd *);
enum exit_code replay_open_capture(struct replay_cmd *, struct replay_port *);
enum exit_code replay_log_open(FILE **log, const char *path);
enum exit_code replay_log_close(FILE *log, const char *path);

/* replay_report.c */
#define REPLAY_FOLDER 5 /* files of the folder */
extern const char *const replay_folder[REPLAY_FOLDER];
void replay_note(void *replay);
/* Prints it and writes the folder, and then replay_verdict(). */
enum exit_code replay_report(struct replay_cmd *);

/* The file MANIFEST of a folder. */
void replay_print_manifest(const struct replay_cmd *, FILE *);
/* EX_FINDING: frames are not accounted for, which has been said. */
enum exit_code replay_verdict(const struct replay_cmd *);

#endif

/*
 * nobody.c: a board without an outside, or with a capture for one (nobody.h).
 */
#include <stdlib.h>
#include <string.h>

#include "nobody.h"
#include "wire/capture.h"
#include "wire/record.h"
#include "wire/replay.h"

struct nobody {
	struct board *board;
	struct record *sink;
	void (*ready)(void *arg, struct board *);
	void *arg;
	/* What is played, NULL: nothing; the replay's, once there is one. */
	struct capture *capture;
	unsigned port;
	struct replay *replay;
	struct err err;
};

static void
play(struct nobody *n, uint64_t at_tick)
{
	struct replay_opts o;

	replay_opts_default(&o);
	o.source = n->port;
	o.start_tick = at_tick + BOARD_START_TICK;
	(void)replay_create(&n->replay, n->capture,
	    board_cable(n->board, n->port), BOARD_OUTSIDE, &o, &n->err);
	n->capture = NULL;
}

/* Of each port that is open; the first one counts. */
static void
port_ready(void *arg, uint64_t at_tick)
{
	struct nobody *n = arg;

	if (n->ready != NULL)
		n->ready(n->arg, n->board);
	n->ready = NULL;
	if (n->capture != NULL)
		play(n, at_tick);
}

static bool
port_done(void *arg)
{
	const struct nobody *n = arg;

	return n->capture == NULL &&
	    (n->replay == NULL || replay_done(n->replay));
}

/* The run has ended, devices are there. */
static void
ended(void *arg)
{
	struct nobody *n = arg;

	replay_destroy(n->replay);
	n->replay = NULL;
}

struct nobody *
nobody_create(struct run_config *config,
    void (*ready)(void *arg, struct board *), void *arg)
{
	struct nobody *n = calloc(1, sizeof(*n));
	struct board_outside outside = {
		.arg = n, .ready = port_ready, .done = port_done
	};
	struct err err = ERR_NONE;

	/* Without a file, nothing can fail. */
	if (n == NULL || record_create(&n->sink, NULL, 0, &err) != EX_GOOD)
		abort();
	n->ready = ready;
	n->arg = arg;
	n->board = board_create(config->machine);
	outside.port = record_port(n->sink);
	for (unsigned p = 0; p < I354_NPORT; p++)
		board_connect(n->board, p, &outside);
	board_on_end(n->board, ended, n);
	config->devices = board_devices(n->board);
	return n;
}

void
nobody_destroy(struct nobody *n)
{
	struct err err = ERR_NONE;

	if (n == NULL)
		return;
	(void)record_close(n->sink, &err);
	(void)fail(&n->err);
	if (n->capture != NULL)
		capture_close(n->capture);
	board_destroy(n->board);
	free(n);
}

struct nobody *
nobody_if_served(struct run_opts *o)
{
	static const char serve[] = "run=serve";
	const char *at = strstr(o->args, serve);

	/* A word of its own. */
	if (at == NULL || (at != o->args && at[-1] != ' ') ||
	    (at[sizeof(serve) - 1] != ' ' && at[sizeof(serve) - 1] != '\0'))
		return NULL;
	return nobody_create(&o->config, NULL, NULL);
}

enum exit_code
nobody_plays(struct nobody *n, const char *port_and_file, struct err *err)
{
	const char *const s = port_and_file;
	const int port = board_port(s);

	if (n == NULL)
		return err_set(err, EX_INPUT,
		    "'%s': the run has no ports; give a scenario with [boot] "
		    "run = serve",
		    s);
	if (n->capture != NULL)
		return err_set(err, EX_INPUT,
		    "'%s': a second capture; one is played here, `rangeley "
		    "replay' plays several",
		    s);
	if (port == -1 || s[3] != '=')
		return err_set(err, EX_INPUT,
		    "'%s': write a port, wm0 to wm3, and a file: wm0=a.pcap",
		    s);
	n->port = (unsigned)port;
	return capture_open(&n->capture, s + 4, err);
}

/*
 * nobody.c: a board without an outside (nobody.h).
 */
#include <stdlib.h>
#include <string.h>

#include "nobody.h"
#include "wire/record.h"

struct nobody {
	struct board *board;
	struct record *sink;
	void (*ready)(void *arg, struct board *);
	void *arg;
};

static void
port_ready(void *arg, uint64_t at_tick)
{
	struct nobody *n = arg;

	(void)at_tick;
	if (n->ready != NULL)
		n->ready(n->arg, n->board);
	n->ready = NULL;
}

static bool
port_done(void *arg)
{
	(void)arg;
	return true;
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

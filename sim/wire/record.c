/*
 * record.c: capture files by libpcap (record.h).
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pcap/pcap.h>

#include "core/tick.h"
#include "sc/sc.h"
#include "wire/record.h"

#define NS_PER_S UINT64_C(1000000000)
#define BUFFER   65536 /* a system call for hundreds of frames, not for dozens */

struct record {
	char *name;
	pcap_t *pcap;
	pcap_dumper_t *out; /* NULL: no file */
	int why; /* errno of the first frame that could not be written */
	uint64_t base_ns;
	struct record_counts counts;
	void (*seen)(void *, const struct frame *);
	void *arg;
	char buffer[BUFFER]; /* of the file's stream */
};

static FILE *
open_file(struct record *r, const char *path)
{
	FILE *f;
	int fd;

	if (strcmp(path, "-") != 0)
		f = fopen(path, "wb");
	else {
		fd = dup(STDOUT_FILENO);
		f = fd < 0 ? NULL : fdopen(fd, "wb");
	}
	if (f != NULL)
		setvbuf(f, r->buffer, _IOFBF, sizeof(r->buffer));
	return f;
}

enum exit_code
record_create(struct record **out, const char *path, uint64_t base_ns,
    struct err *err)
{
	struct record *r = calloc(1, sizeof(*r));
	FILE *f;

	assert(r != NULL);
	*out = NULL;
	r->base_ns = base_ns;
	if (path != NULL) {
		r->name = strdup(strcmp(path, "-") == 0 ? "(standard output)"
							: path);
		f = open_file(r, path);
		r->pcap = pcap_open_dead_with_tstamp_precision(DLT_EN10MB,
		    FRAME_MAX, PCAP_TSTAMP_PRECISION_NANO);
		if (f != NULL && r->pcap != NULL)
			r->out = pcap_dump_fopen(r->pcap, f);
		if (r->out == NULL) {
			err_set(err, EX_INPUT,
			    "%s: %s; name a file that can be written", r->name,
			    strerror(errno));
			(void)record_close(r, NULL);
			return EX_INPUT;
		}
	}
	*out = r;
	return EX_GOOD;
}

static void
write_frame(struct record *r, const struct pcap_pkthdr *h, const uint8_t *data)
{
	pcap_dump((u_char *)r->out, h, data);
	if (r->why == 0 && ferror(pcap_dump_file(r->out)))
		r->why = errno;
}

static void
arrived(void *arg, struct frame *f)
{
	struct record *r = arg;
	const uint64_t now = sc_now_tick();
	const uint64_t ns = r->base_ns + tick_to_ns_down(now);
	const struct pcap_pkthdr h = {
		.ts = { .tv_sec = (time_t)(ns / NS_PER_S),
		    .tv_usec = (suseconds_t)(ns % NS_PER_S) },
		.caplen = f->len_bytes,
		.len = f->len_bytes,
	};

	f->stamp_tick[HOP_WIRE_TX] = now;
	if (f->from == FRAME_FROM_MAC) {
		r->counts.pauses++;
		frame_put(f, FRAME_TO_MAC);
		return;
	}
	if (r->counts.frames++ == 0)
		r->counts.first_tick = now;
	r->counts.last_tick = now;
	r->counts.bytes += f->len_bytes;
	if (r->out != NULL)
		write_frame(r, &h, f->data);
	if (r->seen != NULL)
		r->seen(r->arg, f);
	frame_put(f, FRAME_TO_SINK);
}

static void
link_changed(void *arg, bool up)
{
	(void)arg;
	(void)up;
}

void
record_base(struct record *r, uint64_t base_ns)
{
	r->base_ns = base_ns;
}

struct wire_port
record_port(struct record *r)
{
	return (struct wire_port){ r, arrived, link_changed };
}

void
record_watch(struct record *r, void (*seen)(void *, const struct frame *),
    void *arg)
{
	r->seen = seen;
	r->arg = arg;
}

const struct record_counts *
record_counts(const struct record *r)
{
	return &r->counts;
}

enum exit_code
record_close(struct record *r, struct err *err)
{
	enum exit_code rc = EX_GOOD;

	if (r == NULL)
		return rc;
	if (r->out != NULL &&
	    (pcap_dump_flush(r->out) != 0 || ferror(pcap_dump_file(r->out))))
		rc = err_set(err, EX_INPUT,
		    "%s: not all frames could be written: %s; make room",
		    r->name, strerror(r->why != 0 ? r->why : errno));
	if (r->out != NULL)
		pcap_dump_close(r->out);
	if (r->pcap != NULL)
		pcap_close(r->pcap);
	free(r->name);
	free(r);
	return rc;
}

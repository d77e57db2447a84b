/*
 * capture.c: captures by libpcap (capture.h).
 *
 * The file is read twice: to check it, and to use it.  Both times, and for each
 * loop of a replay, libpcap gets a stream of its own on the same descriptor; all
 * of these read by our buffer, since a system call for every 4 KB that stdio asks
 * for costs more than what libpcap does with them.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pcap/pcap.h>

#include "core/frame.h"
#include "wire/capture.h"

#define NS_PER_S UINT64_C(1000000000)
#define LATEST_S (UINT64_C(1) << 33) /* the year 2242 */
#define BUFFER   65536

struct capture {
	char *name;
	int fd;
	pcap_t *pcap;
	struct capture_info info;
	char buffer[BUFFER]; /* of pcap's stream */
};

/* In TMPDIR, which tmpfile() does not ask for. */
static FILE *
nameless(void)
{
	const char *dir = getenv("TMPDIR");
	char path[4096];
	FILE *f = NULL;
	int fd;

	snprintf(path, sizeof(path), "%s/rangeley-XXXXXX",
	    dir != NULL && *dir != '\0' ? dir : "/tmp");
	fd = mkstemp(path);
	if (fd >= 0) {
		(void)unlink(path);
		f = fdopen(fd, "w+b");
	}
	return f;
}

/* All of a stream in a file without a name. */
static int
spool(FILE *in, const char *name, struct err *err)
{
	FILE *f = nameless();
	char buf[65536];
	size_t n;
	int fd;

	if (f == NULL) {
		err_set(err, EX_INPUT,
		    "%s: no temporary file: %s; set TMPDIR, or give a file",
		    name, strerror(errno));
		return -1;
	}
	while ((n = fread(buf, 1, sizeof(buf), in)) > 0)
		if (fwrite(buf, 1, n, f) != n)
			break;
	if (ferror(in)) {
		err_set(err, EX_INPUT, "%s: %s; give a file", name,
		    strerror(errno));
		fd = -1;
	} else if (fflush(f) != 0 || ferror(f) || (fd = dup(fileno(f))) < 0) {
		err_set(err, EX_INPUT,
		    "%s: %s; see that TMPDIR has room, or give a file", name,
		    strerror(errno));
		fd = -1;
	}
	fclose(f);
	return fd;
}

static int
open_file(const char *path, const char *name, struct err *err)
{
	FILE *f;
	int fd;

	if (strcmp(path, "-") == 0)
		return spool(stdin, name, err);
	f = fopen(path, "rb");
	if (f != NULL && lseek(fileno(f), 0, SEEK_CUR) < 0) { /* a pipe */
		fd = spool(f, name, err);
		fclose(f);
		return fd;
	}
	fd = f == NULL ? -1 : dup(fileno(f));
	if (fd < 0)
		err_set(err, EX_INPUT, "%s: %s; give a capture file, or -",
		    name, strerror(errno));
	if (f != NULL)
		fclose(f);
	return fd;
}

/* What to do with a file that libpcap does not know. */
static const char *
remedy(int fd)
{
	uint8_t b[2] = { 0, 0 };

	if (pread(fd, b, sizeof(b), 0) == 2 && b[0] == 0x1f && b[1] == 0x8b)
		return "it is compressed, give what zcat makes of it";
	return "give a capture in pcap or pcapng format";
}

/* libpcap on a stream from the beginning; NULL with errbuf. */
static pcap_t *
start(struct capture *c, char *errbuf)
{
	const int own = dup(c->fd);
	FILE *f = own < 0 || lseek(own, 0, SEEK_SET) != 0 ? NULL
							  : fdopen(own, "rb");
	pcap_t *p;

	if (f == NULL) {
		snprintf(errbuf, PCAP_ERRBUF_SIZE, "%s", strerror(errno));
		if (own >= 0)
			close(own);
		return NULL;
	}
	setvbuf(f, c->buffer, _IOFBF, sizeof(c->buffer));
	p = pcap_fopen_offline_with_tstamp_precision(f,
	    PCAP_TSTAMP_PRECISION_NANO, errbuf);
	if (p == NULL)
		fclose(f);
	return p;
}

bool
capture_rewind(struct capture *c)
{
	char errbuf[PCAP_ERRBUF_SIZE] = "";

	if (c->pcap != NULL)
		pcap_close(c->pcap);
	c->pcap = start(c, errbuf);
	return c->pcap != NULL;
}

/* What is wrong with a record, or NULL. */
static const char *
wrong(const struct pcap_pkthdr *h)
{
	if (h->len == 0)
		return "has no bytes; delete it with editcap";
	if (h->len > FRAME_MAX)
		return "is longer than the 16384 bytes that a frame may have; "
		       "capture without segmentation offload, or delete it "
		       "with editcap";
	if (h->caplen > h->len)
		return "has more bytes than were on the wire; the file is "
		       "damaged";
	if (h->ts.tv_sec < 0 || (uint64_t)h->ts.tv_sec >= LATEST_S ||
	    h->ts.tv_usec < 0 || (uint64_t)h->ts.tv_usec >= NS_PER_S)
		return "has a time stamp that is no time; the file is damaged";
	return NULL;
}

/* As pcap_next_ex(), but without the FCS, if it was captured; a MAC makes its own. */
static int
next(const struct capture *c, struct pcap_pkthdr *h, const u_char **data)
{
	struct pcap_pkthdr *all;
	const int rc = pcap_next_ex(c->pcap, &all, data);

	if (rc != 1)
		return rc;
	*h = *all;
	h->len -= h->len < c->info.fcs_bytes ? h->len : c->info.fcs_bytes;
	if (h->caplen > h->len && h->caplen <= all->len)
		h->caplen = h->len;
	return rc;
}

static uint64_t
stamp(const struct pcap_pkthdr *h)
{
	return (uint64_t)h->ts.tv_sec * NS_PER_S + (uint64_t)h->ts.tv_usec;
}

static void
count(struct capture_info *i, const struct pcap_pkthdr *h, uint64_t *before)
{
	const uint64_t t = stamp(h);

	if (i->frames == 0)
		i->begin_ns = t;
	if (i->frames == 0 || t < i->first_ns)
		i->first_ns = t;
	if (t > i->last_ns)
		i->last_ns = t;
	i->backward += i->frames > 0 && t < *before;
	i->truncated += h->caplen < h->len;
	i->bytes += h->len;
	i->frames++;
	*before = t;
}

/* Bytes of FCS that the file's header says each frame ends with. */
static uint32_t
fcs_bytes(pcap_t *p)
{
	const uint32_t type = (uint32_t)pcap_datalink_ext(p);

	/* In 16-bit words. */
	return LT_FCS_LENGTH_PRESENT(type) ? 2 * LT_FCS_LENGTH(type) : 0;
}

/* Read it all. */
static enum exit_code
check(struct capture *c, struct err *err)
{
	struct pcap_pkthdr h;
	const u_char *data;
	uint64_t before = 0;
	int rc;

	if (pcap_datalink(c->pcap) != DLT_EN10MB) {
		const int dlt = pcap_datalink(c->pcap);
		const char *name = pcap_datalink_val_to_name(dlt);

		return err_set(err, EX_INPUT,
		    "%s: its link type is %s (%d), not Ethernet; capture on an "
		    "Ethernet interface",
		    c->name, name != NULL ? name : "unknown", dlt);
	}
	c->info.fcs_bytes = fcs_bytes(c->pcap);
	while ((rc = next(c, &h, &data)) == 1) {
		const char *what = wrong(&h);

		if (what != NULL)
			return err_set(err, EX_INPUT, "%s: frame %ju %s",
			    c->name, (uintmax_t)c->info.frames + 1, what);
		count(&c->info, &h, &before);
	}
	if (rc == -1)
		return err_set(err, EX_INPUT,
		    "%s: after frame %ju: %s; repair it with editcap or "
		    "pcapfix",
		    c->name, (uintmax_t)c->info.frames, pcap_geterr(c->pcap));
	if (c->info.frames == 0)
		return err_set(err, EX_INPUT,
		    "%s: there are no frames in it; capture some", c->name);
	return EX_GOOD;
}

enum exit_code
capture_open(struct capture **out, const char *path, struct err *err)
{
	const char *name = strcmp(path, "-") == 0 ? "(standard input)" : path;
	char errbuf[PCAP_ERRBUF_SIZE] = "";
	struct capture *c;
	enum exit_code rc;
	int fd = open_file(path, name, err);

	*out = NULL;
	if (fd < 0)
		return EX_INPUT;
	c = calloc(1, sizeof(*c));
	assert(c != NULL);
	c->name = strdup(name);
	c->fd = fd;
	c->pcap = start(c, errbuf);
	if (c->pcap == NULL)
		rc = err_set(err, EX_INPUT, "%s: %s; %s", name, errbuf,
		    remedy(fd));
	else
		rc = check(c, err);
	if (rc == EX_GOOD && !capture_rewind(c))
		rc = err_set(err, EX_INPUT, "%s: cannot be read twice", name);
	if (rc == EX_GOOD)
		*out = c;
	else
		capture_close(c);
	return rc;
}

enum exit_code
capture_again(struct capture **out, const struct capture *of, struct err *err)
{
	struct capture *c = calloc(1, sizeof(*c));
	char path[64];

	assert(c != NULL);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", of->fd);
	c->fd = open(path, O_RDONLY | O_CLOEXEC);
	c->name = strdup(of->name);
	c->info = of->info;
	*out = c;
	if (c->fd >= 0 && capture_rewind(c))
		return EX_GOOD;
	*out = NULL;
	err_set(err, EX_INPUT, "%s: cannot be read twice: %s", of->name,
	    strerror(errno));
	capture_close(c);
	return EX_INPUT;
}

void
capture_close(struct capture *c)
{
	if (c == NULL)
		return;
	if (c->pcap != NULL)
		pcap_close(c->pcap);
	if (c->fd >= 0)
		close(c->fd);
	free(c->name);
	free(c);
}

const struct capture_info *
capture_info(const struct capture *c)
{
	return &c->info;
}

bool
capture_next(struct capture *c, struct capture_frame *f)
{
	struct pcap_pkthdr h;
	const u_char *data;

	/* It was good before; a file that changes meanwhile ends here. */
	if (c->pcap == NULL || next(c, &h, &data) != 1 || wrong(&h) != NULL)
		return false;
	*f = (struct capture_frame){ stamp(&h), h.len, h.caplen, data };
	return true;
}

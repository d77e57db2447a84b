/*
 * flows.c: lists of flows, and which queue a flow goes to (flows.h).
 *
 * The hash is Toeplitz's: a product of the input, a row of 96 bits, with a matrix of
 * bits that is the same along each diagonal.  The diagonals are the key's bits, so row
 * i is bits i to i + 31 of the key.  This is who tests: it shares nothing with the
 * controller's hash (sim/nic_i354/rss.c), which goes the other way about it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/flows.h"

#define FIRST_PORT 8000
#define LAST_PORT  9000

/* The key of the verification suite for RSS; its first 16 bytes do for IPv4. */
static const uint8_t key[] = { 0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2,
	0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0 };

static struct flow *
add(struct flows *fs)
{
	/* Room for a power of two. */
	if ((fs->n & (fs->n - 1)) == 0) {
		fs->flow = reallocarray(fs->flow, fs->n == 0 ? 1 : 2 * fs->n,
		    sizeof(*fs->flow));
		if (fs->flow == NULL)
			abort();
	}
	return &fs->flow[fs->n++];
}

void
flows_default(struct flows *fs)
{
	*fs = (struct flows){ 0 };
	for (unsigned p = FIRST_PORT; p <= LAST_PORT; p++)
		*add(fs) = (struct flow){ 0xc6120001, 0xc6130001, (uint16_t)p,
			(uint16_t)p };
}

void
flows_free(struct flows *fs)
{
	free(fs->flow);
	*fs = (struct flows){ 0 };
}

/* 1.2.3.4:80 */
static bool
endpoint(char *word, uint32_t *addr, uint16_t *port)
{
	char *colon = strchr(word, ':');
	unsigned long v = 0;
	struct in_addr a;

	if (colon == NULL || strlen(colon + 1) > 5)
		return false;
	*colon = '\0';
	for (const char *p = colon + 1; *p != '\0'; p++) {
		if (*p < '0' || *p > '9')
			return false;
		v = 10 * v + (unsigned long)(*p - '0');
	}
	if (v == 0 || v > UINT16_MAX || inet_pton(AF_INET, word, &a) != 1)
		return false;
	*addr = ntohl(a.s_addr);
	*port = (uint16_t)v;
	return true;
}

/* Of a line without its comment: a flow, or nothing; false: something else. */
static bool
parse(struct flows *fs, char *line)
{
	static const char space[] = " \t\r\n";
	char *save, *src = strtok_r(line, space, &save);
	char *dst = strtok_r(NULL, space, &save);
	struct flow f;

	if (src == NULL)
		return true;
	if (dst == NULL || strtok_r(NULL, space, &save) != NULL ||
	    !endpoint(src, &f.src, &f.sport) ||
	    !endpoint(dst, &f.dst, &f.dport))
		return false;
	*add(fs) = f;
	return true;
}

static enum exit_code
load(struct flows *fs, FILE *fp, const char *path, struct err *err)
{
	unsigned number = 0;
	size_t room = 0;
	char *line = NULL;
	ssize_t len;
	bool good = true;

	while (good && fs->n <= FLOWS_MAX &&
	    (len = getline(&line, &room, fp)) != -1) {
		number++;
		good = strlen(line) == (size_t)len;
		line[strcspn(line, "#")] = '\0';
		good = good && parse(fs, line);
	}
	free(line);
	if (!good)
		return err_at(err, EX_INPUT, path, number,
		    "this is no flow; write e.g. 198.18.0.1:8000 "
		    "198.19.0.1:8000");
	if (ferror(fp))
		return err_at(err, EX_INPUT, path, 0,
		    "%s; give a file that can be read", strerror(errno));
	if (fs->n == 0)
		return err_at(err, EX_INPUT, path, 0,
		    "there are no flows in it; write a line for each, e.g. "
		    "198.18.0.1:8000 198.19.0.1:8000");
	if (fs->n > FLOWS_MAX)
		return err_at(err, EX_INPUT, path, number,
		    "more than %u flows; leave the rest away", FLOWS_MAX);
	return EX_GOOD;
}

enum exit_code
flows_load(struct flows *fs, const char *path, struct err *err)
{
	FILE *fp = fopen(path, "r");
	enum exit_code rc;

	*fs = (struct flows){ 0 };
	if (fp == NULL)
		return err_at(err, EX_INPUT, path, 0,
		    "%s; give a file with a flow on each line",
		    strerror(errno));
	rc = load(fs, fp, path, err);
	fclose(fp);
	if (rc != EX_GOOD)
		flows_free(fs);
	return rc;
}

struct flow
flow_back(const struct flow *f)
{
	return (struct flow){ f->dst, f->src, f->dport, f->sport };
}

/* Row i of the matrix. */
static uint32_t
row(unsigned i)
{
	uint32_t bits = 0;

	for (unsigned k = i; k < i + 32; k++)
		bits = bits << 1 | (key[k / 8] >> (7 - k % 8) & 1u);
	return bits;
}

uint32_t
flow_hash(const struct flow *f)
{
	const uint32_t input[] = { f->src, f->dst,
		(uint32_t)f->sport << 16 | f->dport };
	uint32_t hash = 0;

	for (unsigned i = 0; i < 96; i++)
		if ((input[i / 32] >> (31 - i % 32) & 1) != 0)
			hash ^= row(i);
	return hash;
}

/*
 * in_cksum.c: the Internet checksum (RFC 1071): the complement of the ones'
 * complement sum of 16-bit words, over mbufs of any length and alignment.
 *
 * The sum does not care for byte order, but for which byte of a word a byte is.
 * So a mbuf that begins at an odd place is summed as if even and turned round.
 *
 * Contexts.  Any; all that is asked for is in the packet.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mbuf.h>

#include <netinet/in.h>

/* Sum of n bytes, as the host reads words. */
static uint32_t
cksum_bytes(const uint8_t *p, int n)
{
	uint64_t sum = 0;
	uint16_t word;

	for (; n > 1; n -= 2, p += 2) {
		memcpy(&word, p, sizeof(word));
		sum += word;
	}
	if (n > 0)
		sum += *p; /* little endian: the word's first byte */
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint32_t)sum;
}

/*
 * cpu_in_cksum: over len bytes from off on, to which initial_sum is added.
 */
int
cpu_in_cksum(struct mbuf *m, int len, int off, uint32_t initial_sum)
{
	uint32_t sum = initial_sum, part;
	int n, done = 0;

	for (; m != NULL && len > 0; m = m->m_next) {
		if (off >= m->m_len) {
			off -= m->m_len;
			continue;
		}
		n = MIN(m->m_len - off, len);
		part = cksum_bytes(mtod(m, const uint8_t *) + off, n);
		if (done & 1)
			part = ((part & 0xff) << 8) | (part >> 8);
		sum = (sum & 0xffff) + (sum >> 16) + part;
		off = 0;
		len -= n;
		done += n;
	}
	if (len > 0)
		panic("in_cksum: the packet lacks %d bytes", len);
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (int)(~sum & 0xffff);
}

int
in_cksum(struct mbuf *m, int len)
{
	return cpu_in_cksum(m, len, 0, 0);
}

/*
 * ether_text.h: the part of if_ethersubr.c that knows addresses as text, and
 * checksums.  Any context.
 */

/*
 * ether_snprintf: an address as text: 00:00:5e:00:53:01.  buf, of len bytes, 18
 * of which are needed.
 */
char *
ether_snprintf(char *buf, size_t len, const u_char *ap)
{
	char *cp = buf;
	size_t i;

	for (i = 0; i < len / 3 && i < ETHER_ADDR_LEN; i++) {
		*cp++ = hexdigits[ap[i] >> 4];
		*cp++ = hexdigits[ap[i] & 0xf];
		*cp++ = ':';
	}
	if (cp != buf)
		*--cp = '\0';
	return buf;
}

/*
 * ether_sprintf: the same in one buffer for all, for messages at boot.
 */
char *
ether_sprintf(const u_char *ap)
{
	static char buf[3 * ETHER_ADDR_LEN];

	return ether_snprintf(buf, sizeof(buf), ap);
}

/* The value of a hexadecimal digit; -1: it is none. */
static int
ether_hexdigit(char c)
{
	const char *p;
	const char low = c >= 'A' && c <= 'F' ? (char)(c - 'A' + 'a') : c;

	for (p = hexdigits; *p != '\0'; p++) {
		if (*p == low)
			return (int)(p - hexdigits);
	}
	return -1;
}

/*
 * ether_aton_r: text as an address.  Digits in ones or twos, apart by : - or .,
 * or twelve in a row.  0; EINVAL: something else; ENAMETOOLONG, ENOBUFS: more or
 * fewer than six bytes; ENOSPC: dest has fewer.
 */
int
ether_aton_r(u_char *dest, size_t len, const char *str)
{
	int high, low;
	size_t n = 0;

	if (len < ETHER_ADDR_LEN)
		return ENOSPC;
	while (*str != '\0') {
		high = ether_hexdigit(*str++);
		if (high < 0)
			return EINVAL;
		low = ether_hexdigit(*str);
		if (low >= 0)
			str++;
		dest[n++] = (u_char)(low >= 0 ? high << 4 | low : high);
		if (n == ETHER_ADDR_LEN)
			return *str == '\0' ? 0 : ENAMETOOLONG;
		if (*str == ':' || *str == '-' || *str == '.')
			str++;
	}
	return ENOBUFS;
}

/*
 * ether_crc32_le: CRC of len bytes, least significant bit first, as it is on the
 * wire; not complemented.  Four bits a step.
 */
uint32_t
ether_crc32_le(const uint8_t *buf, size_t len)
{
	uint32_t table[16], crc;
	size_t i;
	int bit;

	for (i = 0; i < __arraycount(table); i++) {
		crc = (uint32_t)i;
		for (bit = 0; bit < 4; bit++)
			crc = (crc >> 1) ^
			    ((crc & 1) != 0 ? ETHER_CRC_POLY_LE : 0);
		table[i] = crc;
	}
	crc = 0xffffffffU;
	for (i = 0; i < len; i++) {
		crc ^= buf[i];
		crc = (crc >> 4) ^ table[crc & 0xf];
		crc = (crc >> 4) ^ table[crc & 0xf];
	}
	return crc;
}

/*
 * ether_crc32_be: the same with the most significant bit of the result first, as
 * hash filters of some devices want it.  Bits of the data come in the same order.
 */
uint32_t
ether_crc32_be(const uint8_t *buf, size_t len)
{
	uint32_t crc = 0xffffffffU;
	size_t i;
	int bit;

	for (i = 0; i < len; i++) {
		for (bit = 0; bit < 8; bit++) {
			const uint32_t one = (crc >> 31) ^
			    ((buf[i] >> bit) & 1U);

			crc = (crc << 1) ^
			    (one != 0 ? ETHER_CRC_POLY_BE | 1 : 0);
		}
	}
	return crc;
}

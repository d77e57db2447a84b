/*
 * table.c: a bridge's table of addresses, through brconfig(8)'s ioctls (table.h).
 */
#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/systm.h>

#include <net/if_bridgevar.h>

#include <lab.h>
#include <program.h>
#include <table.h>

#define ROOM 128

extern int bridge_rtable_prune_period; /* if_bridge.c */

/* All of it; the caller frees ROOM entries. */
static struct ifbareq *
table_get(u_int *n)
{
	struct ifbareq *const reqs = kmem_zalloc(ROOM * sizeof(*reqs),
	    KM_SLEEP);
	struct ifbaconf conf = { .ifbac_len = ROOM * sizeof(*reqs) };
	int error;

	conf.ifbac_req = reqs;
	error = lab_bridge("bridge0", BRDGRTS, &conf, sizeof(conf));
	program_check(error == 0, "list of addresses: error %d", error);
	*n = conf.ifbac_len / (u_int)sizeof(*reqs);
	return reqs;
}

static void
table_put(struct ifbareq *reqs)
{
	kmem_free(reqs, ROOM * sizeof(*reqs));
}

u_int
table_size(void)
{
	u_int n;

	table_put(table_get(&n));
	return n;
}

int
table_find(const uint8_t *mac, uint8_t *flags, time_t *expire)
{
	u_int n;
	struct ifbareq *const reqs = table_get(&n);
	int unit = -1;

	for (u_int i = 0; i < n; i++) {
		if (memcmp(reqs[i].ifba_dst, mac, ETHER_ADDR_LEN) != 0)
			continue;
		program_check(unit == -1, "an address is there twice");
		unit = reqs[i].ifba_ifsname[3] - '0';
		if (flags != NULL)
			*flags = reqs[i].ifba_flags;
		if (expire != NULL)
			*expire = reqs[i].ifba_expire;
	}
	table_put(reqs);
	return unit;
}

int
table_set(const uint8_t *mac, u_int unit, uint8_t flags)
{
	struct ifbareq req = { .ifba_flags = flags };

	strlcpy(req.ifba_ifsname, lab_name(unit), sizeof(req.ifba_ifsname));
	memcpy(req.ifba_dst, mac, ETHER_ADDR_LEN);
	return lab_bridge("bridge0", BRDGSADDR, &req, sizeof(req));
}

int
table_static(const uint8_t *mac, u_int unit)
{
	return table_set(mac, unit, IFBAF_STATIC);
}

int
table_delete(const uint8_t *mac)
{
	struct ifbareq req = { .ifba_flags = 0 };

	memcpy(req.ifba_dst, mac, ETHER_ADDR_LEN);
	return lab_bridge("bridge0", BRDGDADDR, &req, sizeof(req));
}

int
table_flush(bool all)
{
	struct ifbreq req = { .ifbr_ifsflags = all ? IFBF_FLUSHALL
						   : IFBF_FLUSHDYN };

	return lab_bridge("bridge0", BRDGFLUSH, &req, sizeof(req));
}

int
table_limit(uint32_t addresses)
{
	struct ifbrparam p = { .ifbrp_csize = addresses };

	return lab_bridge("bridge0", BRDGSCACHE, &p, sizeof(p));
}

int
table_timeout(uint32_t seconds)
{
	struct ifbrparam p = { .ifbrp_ctime = seconds };

	return lab_bridge("bridge0", BRDGSTO, &p, sizeof(p));
}

int
table_prune_period(int seconds)
{
	const int was = bridge_rtable_prune_period;

	bridge_rtable_prune_period = seconds;
	return was;
}

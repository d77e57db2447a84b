/*
 * pp_route.c: routes, next hops, and accounting by source address.
 *
 * Routes lie in a path-compressed binary trie: an inner node names the bit to
 * test, a leaf holds the prefix.  The walk looks at no masks on its way down
 * and checks the one leaf it reaches; all prefixes here are disjoint, so
 * there is nothing to back up to but the default route.
 */
#include <pp.h>

#define LEAF 32u

/* The next hop towards dst (host order). */
NOINLINE struct neigh *
route_find(struct cpu *c, uint32_t dst)
{
	struct rnode *n = c->c_routes;

	while (n->n_bit != LEAF)
		n = n->n_child[(dst >> (31 - n->n_bit)) & 1];
	if ((dst & n->n_mask) != n->n_key)
		return c->c_gate;
	n->n_use++;
	return n->n_gate;
}

static struct rnode *
leaf_new(uint32_t key, uint32_t mask, struct neigh *g)
{
	struct rnode *n = carve(1, sizeof(*n));

	n->n_bit = LEAF;
	n->n_key = key;
	n->n_mask = mask;
	n->n_gate = g;
	return n;
}

static void
route_add(struct cpu *c, uint32_t key, uint32_t mask, struct neigh *g)
{
	struct rnode **pp = &c->c_routes, *n = *pp, *in;
	uint32_t bit;

	if (n == NULL) {
		*pp = leaf_new(key, mask, g);
		return;
	}
	while (n->n_bit != LEAF)
		n = n->n_child[(key >> (31 - n->n_bit)) & 1];
	if (n->n_key == key)
		return;
	bit = (uint32_t)__builtin_clz(n->n_key ^ key);
	while ((*pp)->n_bit < bit)
		pp = &(*pp)->n_child[(key >> (31 - (*pp)->n_bit)) & 1];
	in = carve(1, sizeof(*in));
	in->n_bit = bit;
	in->n_child[(key >> (31 - bit)) & 1] = leaf_new(key, mask, g);
	in->n_child[~(key >> (31 - bit)) & 1] = *pp;
	*pp = in;
}

/* Add a packet to the account of its sender; an unknown one's goes upward. */
NOINLINE void
source_account(struct cpu *c, uint32_t addr, uint32_t bytes)
{
	uint32_t key = addr * 0x9e3779b1u;
	struct source *s = c->c_sources, *last = s;

	while (s != NULL && s->s_key != key) {
		last = s;
		s = s->s_kid[key > s->s_key];
	}
	if (s == NULL)
		s = last;
	s->s_pkts++;
	s->s_bytes += bytes;
	s->s_last = c->c_now;
}

static void
source_add(struct cpu *c, uint32_t addr)
{
	struct source *s = carve(1, sizeof(*s)), **pp = &c->c_sources;

	s->s_key = addr * 0x9e3779b1u;
	while (*pp != NULL)
		pp = &(*pp)->s_kid[s->s_key > (*pp)->s_key];
	*pp = s;
}

static struct neigh *
neigh_new(struct cpu *c, uint32_t i)
{
	struct neigh *g = carve(1, sizeof(*g));

	g->g_mac[0] = 6;
	g->g_mac[4] = (uint8_t)(i >> 8);
	g->g_mac[5] = (uint8_t)i;
	g->g_mtu = 1500;
	g->g_port = &c->c_port[i & 1];
	return g;
}

/*
 * 256 prefixes of 24 bits on each side: 10.0.x.0 behind port 0, 172.16.x.0
 * behind port 1; eight gateways on each side.  The order of insertion is
 * scrambled so that neighbours in the trie are not neighbours in memory.
 */
void
route_setup(struct cpu *c)
{
	struct neigh *g[16];
	uint32_t i, x;

	for (i = 0; i < 16; i++)
		g[i] = neigh_new(c, i);
	c->c_gate = g[0];
	for (i = 0; i < 512; i++) {
		x = (i * 181 + 77) & 511;
		route_add(c, (x & 1 ? 0xac100000 : 0x0a000000) | x >> 1 << 8,
		    0xffffff00, g[(x * 5 & 14) | (x & 1)]);
	}
	for (i = 0; i < NSOURCE; i++) {
		x = (i * 421 + 13) & (NSOURCE - 1);
		source_add(c,
		    (x & 1 ? 0xac100000 : 0x0a000000) | (x >> 1 & 255) << 8 |
			(10 + (x >> 9)));
	}
}

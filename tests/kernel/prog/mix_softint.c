/*
 * mix_softint.c: a softint whose runs are accounted for.
 *
 * To schedule a softint that is pending does nothing: one run is for both.  So
 * each CPU keeps for itself whether the handler is still to come, which it knows
 * from its own scheduling and running, and counts both kinds:
 *
 *	LWP				softint, same CPU
 *	scheduled 1, pending
 *	scheduled 2, again 1
 *					ran 1, not pending; blocks
 *	scheduled 3, pending
 *					returns, is called once more
 *					ran 2, not pending
 *
 * An LWP that may be interrupted by the softint finds it pending only while an
 * earlier call of the handler is blocked; else it has been lost, which the next
 * schedule would hide.
 *
 * A CPU's figures are its own, changed at splhigh.
 */
#include <sys/param.h>
#include <sys/intr.h>
#include <sys/percpu.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <mix_softint.h>

static void *cookie;
static percpu_t *count; /* struct softs */
static void (*call)(void);

static void
soft_handler(void *arg)
{
	struct softs *sf = percpu_getref(count);
	int s = splhigh();

	sf->sf_pending = false;
	sf->sf_active = true;
	sf->sf_ran++;
	splx(s);
	percpu_putref(count);

	(*call)();

	sf = percpu_getref(count);
	s = splhigh();
	sf->sf_active = false;
	splx(s);
	percpu_putref(count);
}

void
mix_softint_schedule(void)
{
	struct softs *sf = percpu_getref(count);
	const int s = splhigh();

	sf->sf_scheduled++;
	if (sf->sf_pending) {
		sf->sf_again++;
		sf->sf_lost += !sf->sf_active;
	}
	sf->sf_pending = true;
	softint_schedule(cookie);
	splx(s);
	percpu_putref(count);
}

static void
count_softints(void *p, void *arg, struct cpu_info *ci)
{
	const struct softs *sf = p;
	struct softs *all = arg;

	all->sf_scheduled += sf->sf_scheduled;
	all->sf_again += sf->sf_again;
	all->sf_ran += sf->sf_ran;
	all->sf_lost += sf->sf_lost;
	all->sf_pending |= sf->sf_pending;
}

struct softs
mix_softint_totals(int ticks)
{
	struct softs all = { .sf_pending = true };

	for (int i = 0; i < ticks && all.sf_pending; i++) {
		if (i > 0)
			(void)kpause("mixsoft", false, 1, NULL);
		memset(&all, 0, sizeof(all));
		percpu_foreach(count, count_softints, &all);
	}
	return all;
}

void
mix_softint_init(void (*fn)(void))
{
	call = fn;
	count = percpu_alloc(sizeof(struct softs));
	cookie = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, soft_handler,
	    NULL);
}

void
mix_softint_fini(void)
{
	softint_disestablish(cookie);
	percpu_free(count, sizeof(struct softs));
}

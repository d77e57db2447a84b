/*
 * subr_autoconf.c: finding drivers for devices (sys/device.h).
 *
 * Autoconfiguration runs while the system starts: one CPU, nobody else attaches
 * or detaches.  Later calls are under KERNEL_LOCK.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/queue.h>

static TAILQ_HEAD(, device) alldevs = TAILQ_HEAD_INITIALIZER(alldevs);

/* A device, and which line made it. */
struct attached {
	struct device at_dev; /* first */
	const struct cfattach *at_ca;
	struct cfdata *at_cf;
};

/* The best line for what is there; NULL: none. */
static struct cfdata *
best_match(device_t parent, const char *iattr, void *aux)
{
	struct cfdata *best = NULL;
	int score = 0;

	for (struct cfdata *cf = cfdata; cf->cf_name != NULL; cf++) {
		int n;

		if (cf->cf_fstate == FSTATE_FOUND ||
		    strcmp(cf->cf_iattr, iattr) != 0)
			continue;
		n = (*cf->cf_ca->ca_match)(parent, cf, aux);
		if (n > score) {
			score = n;
			best = cf;
		}
	}
	return best;
}

static device_t
config_attach(device_t parent, struct cfdata *cf, void *aux, cfprint_t print)
{
	struct attached *const at = kmem_zalloc(sizeof(*at), KM_SLEEP);
	const device_t dev = &at->at_dev;

	at->at_ca = cf->cf_ca;
	at->at_cf = cf;
	dev->dv_unit = cf->cf_unit;
	if (cf->cf_fstate == FSTATE_STAR)
		cf->cf_unit++;
	else
		cf->cf_fstate = FSTATE_FOUND;
	snprintf(dev->dv_xname, sizeof(dev->dv_xname), "%s%d", cf->cf_name,
	    dev->dv_unit);
	dev->dv_parent = parent;
	dev->dv_flags = DVF_ACTIVE;
	if (cf->cf_ca->ca_devsize > 0)
		dev->dv_private = kmem_zalloc(cf->cf_ca->ca_devsize, KM_SLEEP);
	TAILQ_INSERT_TAIL(&alldevs, dev, dv_list);

	if (parent == NULL)
		aprint_normal("%s (root)", dev->dv_xname);
	else {
		aprint_normal("%s at %s", dev->dv_xname, parent->dv_xname);
		if (print != NULL)
			(void)(*print)(aux, NULL);
	}
	(*cf->cf_ca->ca_attach)(parent, dev, aux);
	return dev;
}

/*
 * config_found_ia: parent has found something, of the kind iattr, which aux
 * describes.
 */
device_t
config_found_ia(device_t parent, const char *iattr, void *aux, cfprint_t print)
{
	struct cfdata *const cf = best_match(parent, iattr, aux);

	if (cf != NULL)
		return config_attach(parent, cf, aux, print);
	if (print != NULL && (*print)(aux, parent->dv_xname) == UNCONF)
		aprint_normal(" not configured\n");
	return NULL;
}

/* config_rootfound: where the tree begins. */
device_t
config_rootfound(const char *name, void *aux)
{
	struct cfdata *const cf = best_match(NULL, "root", aux);

	if (cf == NULL || strcmp(cf->cf_name, name) != 0)
		return NULL;
	return config_attach(NULL, cf, aux, NULL);
}

int
config_detach(device_t dev, int flags)
{
	struct attached *const at = (struct attached *)dev;
	int error;

	if (at->at_ca->ca_detach == NULL)
		return EOPNOTSUPP;
	error = (*at->at_ca->ca_detach)(dev, flags);
	if (error != 0)
		return error;
	TAILQ_REMOVE(&alldevs, dev, dv_list);
	if (at->at_cf->cf_fstate == FSTATE_FOUND)
		at->at_cf->cf_fstate = FSTATE_NOTFOUND;
	if (at->at_ca->ca_devsize > 0)
		kmem_free(dev->dv_private, at->at_ca->ca_devsize);
	kmem_free(at, sizeof(*at));
	return 0;
}

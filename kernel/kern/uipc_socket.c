/*
 * uipc_socket.c: the lock of the network's softints, and no sockets yet.
 *
 * softnet_lock is an adaptive mutex.  In GENERIC whatever the network does in a
 * softint is done with it, and KERNEL_LOCK, held; sockets of most families have
 * it as their lock.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/mutex.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

kmutex_t *softnet_lock;

/*
 * soinit: once, before the first interface.
 */
void
soinit(void)
{
	softnet_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
}

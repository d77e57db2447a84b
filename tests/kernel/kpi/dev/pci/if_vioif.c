# dev/pci/if_vioif.c 1.14, 2014/12/25
include <sys/cdefs.h>
include <sys/param.h>
include <sys/systm.h>
include <sys/kernel.h>
include <sys/bus.h>
include <sys/condvar.h>
include <sys/device.h>
include <sys/intr.h>
include <sys/kmem.h>
include <sys/mbuf.h>
include <sys/mutex.h>
include <sys/sockio.h>
include <sys/cpu.h>
include <dev/pci/pcidevs.h>
include <dev/pci/pcireg.h>
include <dev/pci/pcivar.h>
include <dev/pci/virtioreg.h>
include <dev/pci/virtiovar.h>
include <net/if.h>
include <net/if_media.h>
include <net/if_ether.h>
include <net/bpf.h>
call ETHER_FIRST_MULTI ETHER_NEXT_MULTI IFQ_DEQUEUE KASSERT MCLGET MGETHDR
call aprint_error_dev aprint_naive aprint_normal bpf_mtap bus_dmamap_create
call bus_dmamap_destroy bus_dmamap_load bus_dmamap_load_mbuf bus_dmamap_sync
call bus_dmamap_unload bus_dmamem_alloc bus_dmamem_free bus_dmamem_map
call bus_dmamem_unmap cpu_intr_p cv_destroy cv_init cv_signal cv_wait
call device_private device_xname ether_ifattach ether_ioctl ether_sprintf
call getmicrouptime if_attach kmem_free kmem_zalloc m_freem memcmp memcpy
call memset mutex_destroy mutex_enter mutex_exit mutex_init mutex_obj_alloc
call mutex_obj_free mutex_owned panic printf softint_establish
call softint_schedule splnet splx strlcpy virtio_alloc_vq virtio_dequeue
call virtio_dequeue_commit virtio_enqueue virtio_enqueue_abort
call virtio_enqueue_commit virtio_enqueue_prep virtio_enqueue_reserve
call virtio_free_vq virtio_negotiate_features virtio_read_device_config_1
call virtio_reinit_end virtio_reinit_start virtio_reset virtio_start_vq_intr
call virtio_stop_vq_intr virtio_write_device_config_1
const BUS_DMASYNC_POSTREAD BUS_DMASYNC_POSTWRITE BUS_DMASYNC_PREREAD
const BUS_DMASYNC_PREWRITE BUS_DMA_ALLOCNOW BUS_DMA_NOWAIT BUS_DMA_READ
const BUS_DMA_WRITE EAGAIN EIO ENETRESET ENOBUFS ENODEV ENOENT ENOTSUP
const ETHERCAP_VLAN_MTU ETHER_ADDR_LEN ETHER_HDR_LEN ETHER_MAX_LEN
const IFF_BROADCAST IFF_MULTICAST IFF_OACTIVE IFF_PROMISC IFF_RUNNING
const IFF_SIMPLEX IFNAMSIZ IPL_NET KM_SLEEP MCLBYTES MT_DATA MUTEX_DEFAULT
const M_DONTWAIT M_EXT NBPG NULL PCI_PRODUCT_VIRTIO_NETWORK SIOCADDMULTI
const SIOCDELMULTI SIOCSIFFLAGS SOFTINT_MPSAFE SOFTINT_NET
const VIRTIO_F_NOTIFY_ON_EMPTY VIRTIO_F_PCI_INTR_MPSAFE
const VIRTIO_F_PCI_INTR_SOFTINT
tag ether_multi ether_multistep ethercom ifnet mbuf timeval vioif_softc
tag virtio_net_ctrl_cmd virtio_net_ctrl_mac_tbl virtio_net_ctrl_rx
tag virtio_net_ctrl_status virtio_net_ctrl_vlan virtio_net_hdr virtio_softc
tag virtqueue
type bus_dma_segment_t bus_dmamap_t cfdata_t device_t intptr_t kcondvar_t
type kmutex_t uint16_t uint32_t uint8_t
field ether_multi enm_addrhi enm_addrlo
field ethercom ec_capabilities ec_if
field ifnet if_capabilities if_flags if_init if_input if_ioctl if_snd if_softc
field ifnet if_start if_stop if_timer if_xname
field timeval tv_sec tv_usec
field virtio_softc sc_child sc_childdevid sc_config_change sc_dev sc_dmat
field virtio_softc sc_features sc_flags sc_intrhand sc_ipl sc_nvqs sc_vqs
field virtqueue vq_done vq_num vq_owner
field ifnet if_ipackets if_opackets if_watchdog
field mbuf m_ext m_flags m_len m_pkthdr
field pkthdr rcvif

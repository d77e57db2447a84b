#!/bin/sh
# twin_kernel.sh KERNEL: makes $B/images/KERNEL-twins/image.elf, the kernel with the
# errors that tests of this folder, and boot_test.sh, must notice.  One build serves them
# all: the boot property bug=N asks for one, and with bug=0 the kernel is as it is.  Who
# comes first builds it.
#
# The errors are in no header, since all that include it would be compiled anew: what
# if_wm.c and if_bridge.c alone include is put into them.
set -u
: "${B:=build}"
. tests/overlay.subr
bugs_of=$1
dir=$B/tests/app/twins.$1 src=$B/tests/app/twins.$1/twins
image=$B/images/$1-twins/image.elf
mkdir -p "$dir"
exec 9>"$dir/lock" && flock 9
[ ! -f "$image" ] || [ -n "$(find kernel port mk tests/overlay.subr "$0" \
    tests/app/fallback "$B/annotate" "$B/images/$1/image.elf" -newer "$image" |
    head -n 1)" ] || exit 0
rm -rf "$src"

ask='int sysctl_bootprop_int(const char *, int);
static inline __attribute__((unused)) int
twin(void)
{
	static int n = -1;

	if (n < 0)
		n = sysctl_bootprop_int("bug", 0);
	return n;
}
#define bug twin()'

# intrctl_test.sh: a pin is not masked (1); it is before its route is new (2); counts
# are forgotten (3); nointr leaves interrupts where they are (4).
change port/machdep/intr_move.c \
    '/^intr_move/,/^}/s/^	(\*pic->pic_hwmask)/	if (bug != 1)\n	&/' \
    '/^intr_move/,/^}/s/^	(\*pic->pic_addroute).*/	if (bug == 2) {\n		(*pic->pic_hwunmask)(pic, isp->is_pin);\n		DELAY(20);\n	}\n&/' \
    's/^	isp->is_counts\[cpu_index(oldci)\] +=/	if (bug != 3)\n	&/' \
    's/(ci->ci_schedstate.spc_flags & SPCF_NOINTR) != 0)$/bug != 4 \&\& &/'

# fallback_test.sh: the C2758's own bridge is on the list: no MSI-X (6), no MSI (7);
# nobody looks at the list (8).
change kernel/arch/x86/pci/pci_machdep.c \
    's/^} pci_msi_quirks\[\] = {/&\n	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_C2000_TROUTER, PCI_QUIRK_DISABLE_MSIX },\n	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_C2000_TROUTER, PCI_QUIRK_DISABLE_MSI },/' \
    's/if (\(PCI_VENDOR(id) == q->vendor\)/if ((q > pci_msi_quirks + 1 || q - pci_msi_quirks == bug - 6) \&\& \1/' \
    's/return pci_msi_quirk_of(/return bug == 8 ? 0 : pci_msi_quirk_of(/'

# fallback_test.sh: no driver, but questions (5); what the limit leaves is not raised
# again (9); the next kind is not tried (10).
# strict_test.sh: a register that is absent (11), one that is unknown (12), a bit (13).
# txmap_test.sh: CPUs are counted from 1 (14).
# replay_test.sh: frames are lost in silence (15).
# wait_test.sh: a way of 3000 cycles without a poll (17).
change kernel/dev/pci/if_wm.c \
    '/<dev\/pci\/wm_intx.h>/{r kernel/dev/pci/wm_intx.h
	d
    }' '/<dev\/pci\/wm_rx.h>/{r kernel/dev/pci/wm_rx.h
	d
    }' \
    '/^wm_attach(/,/^}/s/^	sc->sc_dev = self;/	extern void ask(const struct pci_attach_args *);\n	if (bug == 5) {\n		ask(pa);\n		return;\n	}\n&/' \
    's/CSR_WRITE(sc, WMREG_ICS, again)/if (bug != 9) &/' \
    's/for (; i < __arraycount(types); i++) {/for (u_int last = i; i < __arraycount(types) \&\& (bug != 10 || i == last); i++) {/' \
    's/^	CSR_WRITE(sc, WMREG_VET, .*/&\n	if (bug == 11) (void)CSR_READ(sc, 0x1608);/' \
    's/^	CSR_WRITE(sc, WMREG_VET, .*/&\n	for (int i = 0; bug == 12 \&\& i < 3; i++) CSR_WRITE(sc, 0x5f00, 1);/' \
    's/^	CSR_WRITE(sc, WMREG_VET, .*/&\n	if (bug == 13) CSR_WRITE(sc, 0x0e00, 0x0f061302);/' \
    's/int q = cpu % sc->sc_ntxqueues;/int q = (cpu + (bug == 14)) % sc->sc_ntxqueues;/' \
    's/^	rxq->rxq_len += len;/	static u_int n; if (bug == 15 \&\& ++n % 100 == 0) { m_freem(m); return true; }\n&/' \
    's/^	rxq->rxq_len += len;/	if (bug == 17) {\n		uint64_t x = len;\n#define T(s) s s s s s s s s s s\n		__asm__ volatile(T(T(T("imulq $3, %0, %0\\n\\t"))) : "+r"(x));\n	}\n&/'
cp tests/app/fallback/ask.c "$src/dev/pci"
echo dev/pci/ask.c >"$src/FILES"

# generic_test.sh: a queue of 1024 (16).
change kernel/net/if_bridge.c \
    '/<net\/bridge_clone.h>/{r kernel/net/bridge_clone.h
	d
    }' 's/pktq_create(IFQ_MAXLEN/pktq_create((bug == 16 ? 4 : 1) * IFQ_MAXLEN/'

# ipmi_test.sh: it is MPSAFE (21); never sleeps for a byte (22); looks 5000 times (23);
# reads four times a second (24); leaves no time to answer (25); does not heed ipmi_cpu
# (26) and ipmi=off (27).
change kernel/arch/x86/x86/ipmi.c \
    's/^#define SENSOR_REFRESH_RATE (hz \/ 2)/#define SENSOR_REFRESH_RATE (hz \/ (bug == 24 ? 4 : 2))/' \
    's/kthread_create(PRI_NONE, 0,/kthread_create(PRI_NONE, bug == 21 ? KTHREAD_MPSAFE : 0,/' \
    's/n < BMC_SPIN;/bug == 22 || n < (bug == 23 ? 10 : 1) * BMC_SPIN;/' \
    's/mstohz(ms)/mstohz(bug == 25 ? 5 : ms)/' \
    's/cpu_lookup(cpu)/cpu_lookup(bug == 26 ? 3 : cpu)/' \
    's/strcmp(want, "off") == 0/& \&\& bug != 27/'

# boot_test.sh: an idle CPU spins (31).
change port/machdep/idle.c 's/^	x86_mwait(0, 0);/	if (bug == 31)\n		x86_pause();\n	else\n	&/'

overlay

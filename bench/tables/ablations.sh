#!/bin/sh
# ablations.sh: makes $B/images/GENERIC-ablations/image.elf, GENERIC with parts that can be
# taken away, so that a table shows what each does.  The boot property ablate=N asks for one:
#
#	1	the bridge's queue has 512 slots, of which 511 are used, instead of 256
#	2	wm_tick() does nothing: no registers, no PHY
#	3	what was held is made up for from the lowest bit: devices before softints
#	0	none
set -eu
. bench/tables/tables.subr
. tests/overlay.subr
bugs_of=GENERIC dir=$B/tables/ablations src=$B/tables/ablations/ablations
image=$B/images/GENERIC-ablations/image.elf
mkdir -p "$dir"
[ ! -f "$image" ] || [ -n "$(find kernel port mk tests/overlay.subr "$0" "$B/annotate" \
    "$B/images/GENERIC/image.elf" -newer "$image" | head -n 1)" ] || exit 0
rm -rf "$src"

ask='extern int ablation;'
change kernel/dev/pci/if_wm.c \
    '/^wm_tick(/,/^}/s/^		wm_update_stats(sc);/		if (ablation == 2)\n			goto next;\n&/' \
    '/^wm_tick(/,/^}/s/^		callout_schedule/	next:\n&/' \
    '/^wm_properties(/,/^}/s/^	sc->sc_rxlimit/	ablation = sysctl_bootprop_int("ablate", 0);\n&/'
change kernel/net/if_bridge.c \
    '/<net\/bridge_clone.h>/{r kernel/net/bridge_clone.h
	d
    }' 's/pktq_create(IFQ_MAXLEN/pktq_create((ablation == 1 ? 2 : 1) * IFQ_MAXLEN/' \
    's/^#include <sys\/param.h>/&\nint ablation;/'
change port/machdep/spl.S 's/^	bsrl	%eax, %eax$/	cmpl	$3, ablation\n	jne	11f\n	bsfl	%eax, %eax\n	jmp	12f\n11:	bsrl	%eax, %eax\n12:/'
overlay

/*
 * boot.c: from the machine's boot() to main(), and the other way: cpu_reboot().
 *
 * boot() runs on CPU 0, on the machine's boot stack, which lwp0 keeps.  It makes
 * this CPU one that can be asked for curcpu() and can be interrupted, says
 * where memory is, and calls main().  Until cpu_configure() the level is
 * IPL_HIGH.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bootprop.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/reboot.h>
#include <uvm/uvm_extern.h>
#include <dev/cons.h>
#include <machine/cpufunc.h>
#include <machine/frame.h>
#include <machine/i82489var.h>
#include <machine/pcb.h>
#include <machine/segments.h>

#include <machdep.h>
#include <seam.h>

#define MOST_FRAMES  32
#define SYMBOL_BYTES 64

int main(void);

const struct seam_boot *machdep_boot;
const char *bootargs = "";
struct pcb *lwp0pcb;

/* ---- console --------------------------------------------------------------- */

void
consinit(void)
{
}

void
cnputc(int c)
{
	const char ch = (char)c;

	seam_cons_write(&ch, 1);
}

/* Nobody types. */
int
cngetc(void)
{
	return -1;
}

void
cnflush(void)
{
}

void
cnpollc(int on)
{
}

/* ---- backtrace -------------------------------------------------------------- */

static bool
is_frame(uintptr_t rbp)
{
	return rbp % sizeof(uintptr_t) == 0 && rbp >= SEAM_RAM_VA &&
	    rbp < machdep_boot->sb_ram_va + machdep_boot->sb_ram_bytes - 16;
}

/* One line; `name' becomes that of rip's function. */
static void
print_frame(void (*pr)(const char *, ...), uintptr_t rip, char *name)
{
	/* The call, not what comes after it. */
	const uint64_t off = seam_symbol(rip - 1, name, SYMBOL_BYTES);

	(*pr)("%s() at netbsd:%s+%#lx\n", name, name, off + 1);
}

/*
 * cpu_backtrace: who called us, by pr, one a line.  It follows frame pointers:
 * a softint's callers are followed by those of what it interrupted.
 *
 * An interrupt's stub (vector.S) has no frame of its own, so the frame that
 * follows the handler's is the interrupted function's, whose name is in none.
 * But the handler was called with the stack at the struct intrframe.
 */
void
cpu_backtrace(void (*pr)(const char *, ...))
{
	const uintptr_t *rbp = __builtin_frame_address(0);
	const struct intrframe *intr;
	char name[SYMBOL_BYTES];

	for (int i = 0; i < MOST_FRAMES && is_frame((uintptr_t)rbp); i++) {
		if (rbp[1] == 0)
			break;
		print_frame(pr, rbp[1], name);
		if (strncmp(name, "Xintr_", 6) == 0) {
			(*pr)("--- interrupt ---\n");
			intr = (const struct intrframe *)&rbp[2];
			print_frame(pr, intr->if_tf.tf_rip + 1, name);
		}
		rbp = (const uintptr_t *)rbp[0];
	}
}

/* ---- the end ---------------------------------------------------------------- */

/*
 * cpu_reboot: the other CPUs stop, the machine is off.  Any context: a panic may
 * come from anywhere.
 */
void
cpu_reboot(int howto, char *bootstr)
{
	static volatile bool stopping;
	const bool again = stopping;

	x86_disable_intr();
	stopping = true;
	if (!again)
		x86_broadcast_ipi(X86_IPI_HALT);
	if (panicstr == NULL)
		printf("The operating system has halted.\n");
	seam_exit(panicstr != NULL ? 1 : 0);
	cpu_stop();
}

/* ---- the beginning ------------------------------------------------------------ */

/* lwp0's pcb takes the first page of RAM; uvm has the rest. */
static void
hand_over_memory(const struct seam_boot *sb)
{
	const paddr_t from = PMAP_DIRECT_UNMAP(sb->sb_ram_va) + NBPG;
	const paddr_t to = PMAP_DIRECT_UNMAP(sb->sb_ram_va) + sb->sb_ram_bytes;

	lwp0pcb = (struct pcb *)sb->sb_ram_va;
	lwp0pcb->pcb_rsp0 = SEAM_STACK_TOP;
	lwp0.l_addr = lwp0pcb;
	physmem = btop(to);
	uvm_setpagesize();
	uvm_page_physload(btop(from), btop(to), btop(from), btop(to),
	    VM_FREELIST_DEFAULT);
}

static void
machdep_start(const struct seam_boot *sb)
{
	struct cpu_info *ci = &cpu_info_primary;

	machdep_boot = sb;
	bootargs = sb->sb_args;
	tsc_freq = sb->sb_tsc_hz;

	idt_init();
	lapic_boot_vectors();
	cpu_init_self(ci);
	cpu_intr_init(ci);
	ci->ci_ilevel = IPL_HIGH;
	x86_enable_intr();

	bootprop_init(bootargs);
	hand_over_memory(sb);
	(void)main();
	panic("main returned");
}

SEAM_IMAGE("kernel", .boot = machdep_start);

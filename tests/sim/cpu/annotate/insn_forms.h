/*
 * insn_forms.h: instructions that test_insn_exec.c runs.
 *
 * The second column names the flags that the instruction leaves undefined:
 * c p a z s o.  Target 1f exists.  Registers used as addresses get one; a
 * register that holds a bit or repeat count gets a small number.
 */
#ifndef TESTS_INSN_FORMS_H
#define TESTS_INSN_FORMS_H

struct form {
	const char *text, *undefined;
};

/* clang-format off */
static const struct form forms[] = {
	/* moves */
	{ "movb %bl, %al", "" }, { "movb %ah, %bl", "" },
	{ "movb %bl, %dh", "" }, { "movw %bx, %ax", "" },
	{ "movl %ebx, %eax", "" }, { "movq %rbx, %r9", "" },
	{ "mov %r8d, %r9d", "" }, { "movb $5, %cl", "" },
	{ "movw $5, %r10w", "" }, { "movl $5, %eax", "" },
	{ "movq $-5, %rax", "" }, { "movabsq $0x123456789abcdef, %rax", "" },
	{ "movb (%rdi), %al", "" }, { "movw (%rdi), %ax", "" },
	{ "movl 4(%rdi,%rcx,4), %eax", "" }, { "movq -8(%rdi,%r8), %rdi", "" },
	{ "movb %sil, (%rdi)", "" }, { "movw %ax, 2(%rdi)", "" },
	{ "movl %eax, (%rdi,%rbx,8)", "" }, { "movq %rdi, (%rdi)", "" },
	{ "movl $77, (%r12)", "" }, { "movq $-1, 8(%r13,%r15,2)", "" },
	{ "movb $1, 3(%rsp)", "" }, { "movq %rsp, %rbp", "" },
	{ "movzbl %al, %ebx", "" }, { "movzbl %ah, %ebx", "" },
	{ "movzbw %al, %bx", "" }, { "movzbq (%rdi), %rax", "" },
	{ "movzwl (%rdi), %eax", "" }, { "movzwl %ax, %eax", "" },
	{ "movsbl (%rdi), %ecx", "" }, { "movsbw %cl, %cx", "" },
	{ "movswq 6(%rdi), %rcx", "" }, { "movslq %ecx, %rdx", "" },
	{ "movslq (%rdi), %rdx", "" }, { "movsbq %r8b, %r8", "" },
	{ "movzx %bl, %eax", "" }, { "movsx %bx, %rax", "" },
	{ "movzb %bl, %eax", "" }, { "movsxd %ebx, %rax", "" },
	{ "movbew (%rdi), %ax", "" }, { "movbel (%rdi), %eax", "" },
	{ "movbe %rax, (%rdi)", "" }, { "movbe %ax, (%rdi)", "" },
	{ "cmovel %ebx, %eax", "" }, { "cmovb %rbx, %rax", "" },
	{ "cmovgew (%rdi), %ax", "" }, { "cmovsq (%rdi), %rax", "" },
	{ "cmovpl 4(%rdi), %r15d", "" },
	{ "sete %al", "" }, { "setg %ah", "" }, { "setnob (%rdi)", "" },
	{ "xchgl %eax, %ebx", "" }, { "xchgb %ah, %bl", "" },
	{ "xchgw %ax, %ax", "" }, { "xchgq %rax, (%rdi)", "" },
	{ "xchg (%rdi), %cl", "" }, { "bswapl %eax", "" },
	{ "bswap %r11", "" }, { "leaq 8(%rdi,%rcx,4), %rax", "" },
	{ "leal (%rdi,%rdi), %eax", "" }, { "leaw 3(%rbx), %ax", "" },
	{ "lea (,%rcx,8), %rcx", "" },

	/* arithmetic and logic */
	{ "addb %bl, %al", "" }, { "addb %dh, %bh", "" },
	{ "addw %bx, %ax", "" }, { "addl %ebx, %eax", "" },
	{ "addq $9, %rax", "" }, { "addl (%rdi), %eax", "" },
	{ "addb %al, (%rdi)", "" }, { "addw $300, (%rdi)", "" },
	{ "addl $1, 4(%rdi)", "" }, { "addq %rax, (%rdi,%rcx,8)", "" },
	{ "lock addl $1, (%rdi)", "" }, { "lock addq %rax, 8(%rdi)", "" },
	{ "orl %ebx, %eax", "a" }, { "orb $1, (%rdi)", "a" },
	{ "orq $0, (%rsp)", "a" }, { "andw %bx, %ax", "a" },
	{ "andl $15, %r9d", "a" }, { "andq (%rdi), %rax", "a" },
	{ "lock andb %bl, (%rdi)", "a" }, { "adcb %bl, %al", "" },
	{ "adcl (%rdi), %eax", "" }, { "adcq $0, (%rdi)", "" },
	{ "sbbl %ebx, %eax", "" }, { "sbbq %rax, %rax", "" },
	{ "sbbw %ax, (%rdi)", "" }, { "subl %ebx, %eax", "" },
	{ "subq %rax, %rax", "" }, { "subl %ecx, %ecx", "" },
	{ "subw %cx, %cx", "" }, { "subb %cl, (%rdi)", "" },
	{ "subq $64, %rsp", "" }, { "xorl %eax, %eax", "a" },
	{ "xorq %r15, %r15", "a" }, { "xorw %ax, %ax", "a" },
	{ "xorb %al, %ah", "a" }, { "xorl %ebx, %eax", "a" },
	{ "xorq (%rdi), %rdi", "a" }, { "lock xorl %eax, (%rdi)", "a" },
	{ "cmpb %bl, %al", "" }, { "cmpw $7, (%rdi)", "" },
	{ "cmpl %eax, %eax", "" }, { "cmpq (%rdi), %rax", "" },
	{ "cmpl %eax, (%rdi)", "" }, { "cmp $-1, %rbx", "" },
	{ "testb $4, (%rdi)", "a" }, { "testl %eax, %eax", "a" },
	{ "testq %rax, (%rdi)", "a" }, { "testw %ax, %bx", "a" },
	{ "test %ah, %al", "a" }, { "incb %al", "" }, { "incw (%rdi)", "" },
	{ "incl %eax", "" }, { "incq (%rdi)", "" }, { "decb %bh", "" },
	{ "decl (%rdi)", "" }, { "decq %rax", "" },
	{ "lock decl (%rdi)", "" }, { "lock incq (%rdi)", "" },
	{ "negb (%rdi)", "" }, { "negl %eax", "" }, { "negq %rax", "" },
	{ "negw %ax", "" }, { "notb %al", "" }, { "notl %eax", "" },
	{ "notq (%rdi)", "" }, { "lock notw (%rdi)", "" },
	{ "mulb %bl", "szap" }, { "mulw %bx", "szap" },
	{ "mull %ebx", "szap" }, { "mulq %rbx", "szap" },
	{ "mulb (%rdi)", "szap" }, { "mulq (%rdi)", "szap" },
	{ "imulb %cl", "szap" }, { "imulw (%rdi)", "szap" },
	{ "imull %ecx", "szap" }, { "imulq %rcx", "szap" },
	{ "imull %ebx, %eax", "szap" }, { "imulw (%rdi), %ax", "szap" },
	{ "imulq (%rdi), %rax", "szap" }, { "imull $3, %ebx, %eax", "szap" },
	{ "imulw $3, %bx, %ax", "szap" }, { "imulq $7, (%rdi), %rax", "szap" },
	{ "imull $5, %eax", "szap" },
	{ "divb %bl", "cpazso" }, { "divw %bx", "cpazso" },
	{ "divl %ebx", "cpazso" }, { "divq %rbx", "cpazso" },
	{ "divl (%rdi)", "cpazso" }, { "divq 8(%rdi)", "cpazso" },
	{ "idivb (%rdi)", "cpazso" }, { "idivw %cx", "cpazso" },
	{ "idivl %r9d", "cpazso" }, { "idivq (%rdi)", "cpazso" },
	{ "xaddl %ebx, %eax", "" }, { "xaddb %bl, (%rdi)", "" },
	{ "lock xaddq %rbx, (%rdi)", "" }, { "xaddw %bx, %ax", "" },
	{ "cmpxchgl %ebx, %ecx", "" }, { "cmpxchgq %rbx, (%rdi)", "" },
	{ "lock cmpxchgb %bl, (%rdi)", "" }, { "cmpxchgw %bx, (%rdi)", "" },
	{ "lock cmpxchg %ebx, (%rdi)", "" }, { "cmpxchgb %bl, %cl", "" },
	{ "cmpxchg8b (%rdi)", "" }, { "lock cmpxchg16b (%r8)", "" },

	/* shifts and rotates */
	{ "shlb %al", "a" }, { "shlw %ax", "a" }, { "shll %eax", "a" },
	{ "shlq (%rdi)", "a" }, { "sall $3, %eax", "ao" },
	{ "shrl $32, %eax", "" }, { "shrl $31, %eax", "ao" },
	{ "shrq $32, %rax", "ao" }, { "sarw $3, (%rdi)", "ao" },
	{ "sarb $0, %al", "" }, { "shll %cl, %eax", "ao" },
	{ "shlb %cl, %al", "aoc" }, { "sarq %cl, %rax", "ao" },
	{ "shrw %cl, (%rdi)", "aoc" }, { "shrl %cl, %ecx", "ao" },
	{ "sarl %cl, (%rdi)", "ao" },
	{ "roll %eax", "" }, { "roll $5, %eax", "o" },
	{ "rorw $8, %ax", "o" }, { "rolq %cl, %rax", "o" },
	{ "rorb %cl, (%rdi)", "o" }, { "rolw (%rdi)", "" },
	{ "rcll %eax", "" }, { "rcrq $3, %rax", "o" },
	{ "rcrl %cl, %eax", "o" }, { "rclb (%rdi)", "" },
	{ "shldl $3, %ebx, %eax", "ao" }, { "shrdq $9, %rbx, (%rdi)", "ao" },
	{ "shldw $3, %bx, %ax", "ao" }, { "shrdl %cl, %ebx, %eax", "ao" },
	{ "shldq %cl, %rbx, (%rdi)", "ao" }, { "shldl %ebx, %eax", "ao" },
	{ "shrdw %cl, %bx, (%rdi)", "ao" },

	/* bits */
	{ "btl $5, %eax", "opas" }, { "btq %rbx, %rax", "opas" },
	{ "btw %bx, %ax", "opas" }, { "btl $31, (%rdi)", "opas" },
	{ "bt %eax, (%rdi)", "opas" }, { "btq %rax, (%rdi)", "opas" },
	{ "btw %ax, 2(%rdi)", "opas" }, { "btsl %eax, (%rdi)", "opas" },
	{ "btrq %rax, (%rdi,%rcx,8)", "opas" }, { "btcw %ax, (%rdi)", "opas" },
	{ "lock btsq %rax, (%rdi)", "opas" }, { "btsl $3, %eax", "opas" },
	{ "btrq $63, (%rdi)", "opas" }, { "btcl %ebx, %eax", "opas" },
	{ "lock btrl $7, (%rdi)", "opas" },
	{ "bsfl %ebx, %eax", "cpaso" }, { "bsrq (%rdi), %rax", "cpaso" },
	{ "bsfw %bx, %ax", "cpaso" }, { "bsrl %eax, %eax", "cpaso" },
	{ "rep bsfl %ebx, %eax", "paso" },
	{ "popcntl %ebx, %eax", "" }, { "popcntq (%rdi), %rax", "" },
	{ "popcntw (%rdi), %ax", "" }, { "crc32b %bl, %eax", "" },
	{ "crc32b (%rdi), %rax", "" }, { "crc32w (%rdi), %eax", "" },
	{ "crc32l (%rdi), %eax", "" }, { "crc32q %rbx, %rax", "" },
	{ "crc32q (%rdi), %rax", "" },

	/* accumulator and flags */
	{ "cbtw", "" }, { "cwtl", "" }, { "cltq", "" }, { "cwtd", "" },
	{ "cltd", "" }, { "cqto", "" }, { "lahf", "" }, { "sahf", "" },
	{ "stc", "" }, { "clc", "" }, { "cmc", "" }, { "cld", "" },
	{ "std", "" },

	/* stack and jumps */
	{ "pushq %rbx", "" }, { "push %rsp", "" }, { "pushq $-3", "" },
	{ "pushq (%rdi)", "" }, { "push 8(%rsp)", "" }, { "popq %rbx", "" },
	{ "pop %rsp", "" }, { "popq (%rdi)", "" }, { "leave", "" },
	{ "pushfq", "" }, { "jmp 1f", "" }, { "jne 1f", "" },
	{ "jb 1f", "" }, { "jg 1f", "" }, { "js 1f", "" }, { "jo 1f", "" },
	{ "jpe 1f", "" }, { "loop 1f", "" }, { "loope 1f", "" },
	{ "loopne 1f", "" }, { "jrcxz 1f", "" }, { "jecxz 1f", "" },

	/* nothing */
	{ "nop", "" }, { "nopw 0(%rax,%rax)", "" }, { "nopl (%rax)", "" },
	{ "endbr64", "" }, { "pause", "" }, { "rep nop", "" },
	{ "prefetcht0 (%rdi)", "" }, { "prefetchnta 64(%rax)", "" },
	{ "prefetchw (%rdi)", "" }, { "mfence", "" }, { "lfence", "" },
	{ "sfence", "" },

	/* strings */
	{ "movsb", "" }, { "movsw", "" }, { "movsl", "" }, { "movsq", "" },
	{ "movsq (%rsi), (%rdi)", "" }, { "rep movsb", "" },
	{ "rep movsq", "" }, { "stosb", "" }, { "stosl", "" },
	{ "stosq %rax, (%rdi)", "" }, { "stosw %ax, %es:(%rdi)", "" },
	{ "rep stosq", "" }, { "rep stosb", "" }, { "lodsb", "" },
	{ "lodsw", "" }, { "lodsl", "" }, { "lodsq", "" },
	{ "lodsl (%rsi), %eax", "" }, { "rep lodsl", "" }, { "scasb", "" },
	{ "scasq", "" }, { "repnz scasb", "" }, { "repz scasl", "" },
	{ "cmpsb", "" }, { "cmpsl", "" }, { "repz cmpsb", "" },
	{ "repne cmpsw", "" },
};
/* clang-format on */
#define NFORMS (sizeof forms / sizeof forms[0])

#endif

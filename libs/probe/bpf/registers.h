/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Go's internal calling convention in the registers that the kernel hands over (go/src/cmd/compile/abi-internal.md).
 * Arguments and results use the same registers. No kernel headers of the target are needed.
 */
#ifndef MAPSCOPE_REGISTERS_H
#define MAPSCOPE_REGISTERS_H

#if defined(__TARGET_ARCH_x86)

#include <linux/ptrace.h>
/* "amd64 architecture": integers in AX BX CX DI SI R8 …, the running g in R14, the closure in DX */
#define ARG0(ctx) ((ctx)->rax)
#define ARG1(ctx) ((ctx)->rbx)
#define ARG2(ctx) ((ctx)->rcx)
#define ARG3(ctx) ((ctx)->rdi)
#define CURRENT_G(ctx) ((ctx)->r14)
#define CLOSURE(ctx) ((ctx)->rdx)
#define INSTRUCTION_POINTER(ctx) ((ctx)->rip)
#define STACK_POINTER(ctx) ((ctx)->rsp)
#define FRAME_POINTER(ctx) ((ctx)->rbp)
/* The stack check's `jbe` is taken with CF or ZF set (Intel SDM vol. 2, Jcc). */
#define FLAG_CARRY 0x01
#define FLAG_ZERO 0x40
#define STACK_CHECK_FAILS(ctx) ((ctx)->eflags & (FLAG_CARRY | FLAG_ZERO))

#elif defined(__TARGET_ARCH_arm64)

/* struct user_pt_regs, arch/arm64/include/uapi/asm/ptrace.h */
struct pt_regs {
	unsigned long long regs[31], sp, pc, pstate;
};
/* "arm64 architecture": integers in R0 … R15, the running g in R28, the closure in R26 */
#define ARG0(ctx) ((ctx)->regs[0])
#define ARG1(ctx) ((ctx)->regs[1])
#define ARG2(ctx) ((ctx)->regs[2])
#define ARG3(ctx) ((ctx)->regs[3])
#define CURRENT_G(ctx) ((ctx)->regs[28])
#define CLOSURE(ctx) ((ctx)->regs[26])
#define INSTRUCTION_POINTER(ctx) ((ctx)->pc)
#define STACK_POINTER(ctx) ((ctx)->sp)
#define FRAME_POINTER(ctx) ((ctx)->regs[29])
#define LINK_REGISTER(ctx) ((ctx)->regs[30])
/* The stack check's `b.ls` falls through only with C = 1 and Z = 0; N Z C V are bits 31 … 28 of PSTATE. */
#define STACK_CHECK_FAILS(ctx) (((ctx)->pstate >> 29 & 3) != 1)

#else
#error "no register map for this architecture"
#endif

/* All code that calls ours lies below 4 GiB: a program that is not position independent, and loads no plugins. */
const volatile unsigned int callers_are_low = 0;

/* Before a function has pushed anything, and at its RET: where it returns to.
 *
 * The helper for strings is asked first: it takes 20 to 30 of 130 ns less, as it copies no bytes but moves a word. It stops at
 * a byte that is zero and leaves zeros behind it. So what it read is the address if all six bytes are there that one of user
 * space has (arch/x86: below 2^47), or three where it has no more than four: with the fourth byte zero too it has only three. */
static __attribute__((always_inline)) inline unsigned long long return_address(struct pt_regs *ctx)
{
#ifdef LINK_REGISTER
	return LINK_REGISTER(ctx);
#else
	unsigned long long address = 0;
	long bytes = bpf_probe_read_user_str(&address, sizeof(address), (void *)STACK_POINTER(ctx)) - 1;

	if (bytes >= 6 || (callers_are_low && bytes >= 3))
		return address;
	bpf_probe_read_user(&address, sizeof(address), (void *)STACK_POINTER(ctx));
	return address;
#endif
}

/* Before a function has set up its frame the frame pointer is its caller's: where the caller returns to. Go keeps the
 * return address right above the saved frame pointer on both architectures. */
static __attribute__((always_inline)) inline unsigned long long caller_return_address(struct pt_regs *ctx)
{
	unsigned long long address = 0;

	bpf_probe_read_user(&address, sizeof(address), (void *)(FRAME_POINTER(ctx) + 8));
	return address;
}

#endif

/**
 * What one hit costs the probed program before our program does anything, by the instruction that is probed. Measured
 * with an empty BPF program in a loop of C, uprobe-multi link, Linux 6.18, x86-64 under nested virtualisation (2 vCPU of
 * an AMD EPYC). The kernel executes push and branches itself (arch/x86/kernel/uprobes.c: push_setup_xol_ops,
 * branch_setup_xol_ops); everything else, RET too, it single-steps in a copy, and on a virtual machine that second trap
 * is what costs. On bare metal the second number is several times smaller; the order stays.
 *
 *   push 477   jcc 440   call 490   |   ret 9 162   cmp 9 115   mov 9 126     nanoseconds a hit
 *
 * The programs of the families add 0.1 … 0.3 µs to it, a stack walk 1 … 2 µs.
 *
 * On arm64 the kernel executes a RET itself too (arch/arm64/kernel/probes/decode-insn.c: b, bl, b.cond, cbz, tbz, br, blr,
 * ret, adr). No arm64 hardware was measured: what it executes itself is priced as here, and so is what it steps over.
 */
import type { GoBinary } from '@mapscope/golang';

export type Instruction = 'push' | 'branch' | 'call' | 'other' | 'return';

type Prices = Readonly<Record<Instruction, number>>;
const AMD64: Prices = { push: 480, branch: 440, call: 490, other: 9100, return: 9200 };
const NANOS: Readonly<Record<GoBinary['arch'], Prices>> = { amd64: AMD64, arm64: { ...AMD64, return: AMD64.branch } };

export const expectedNanos = (instruction: Instruction, arch: GoBinary['arch'] = 'amd64'): number =>
  NANOS[arch][instruction];

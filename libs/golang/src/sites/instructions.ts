/**
 * A function's machine code as plain facts about each instruction: only what choosing a probe site needs.
 */
import {
  Decoder,
  FlowControl,
  Instruction,
  InstructionInfoFactory,
  Mnemonic,
  OpAccess,
  OpKind,
  Register,
  RegisterExt,
} from 'iced-x86';

export type InstructionKind = 'nop' | 'push' | 'branch' | 'jump' | 'call' | 'return' | 'padding' | 'invalid' | 'other';

export interface CodeInstruction {
  /** from the function's entry */
  readonly offset: number;
  readonly length: number;
  readonly kind: InstructionKind;
  /** always goes on to the next instruction, and calls nothing on the way */
  readonly sequential: boolean;
  /** the kernel executes it in software instead of single-stepping it */
  readonly emulated: boolean;
  /** of a direct branch, jump or call: where it goes, from the function's entry */
  readonly target: number | undefined;
  /** cmp 16(%r14) or 24(%r14): stackguard0 and stackguard1 of g (cmd/internal/obj/x86/obj6.go stacksplit) */
  readonly comparesStackGuard: boolean;
}

const OPERAND_SIZE_PREFIX = 0x66;
const PREFIXES: readonly number[] = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3];
const STACK_GUARDS: readonly bigint[] = [16n, 24n];
const WRITING: readonly OpAccess[] = [OpAccess.Write, OpAccess.CondWrite, OpAccess.ReadWrite, OpAccess.ReadCondWrite];

/** Decodes amd64 code from its start; `address` is where it runs. Bytes that are no instruction get the kind "invalid". */
export function decodeInstructions(code: Uint8Array, address: number): readonly CodeInstruction[] {
  const decoded: CodeInstruction[] = [];
  forEachInstruction(code, address, (instruction, offset) => {
    const bytes = code.subarray(offset, offset + instruction.length);
    decoded.push(describe(instruction, bytes, offset, address));
  });
  return decoded;
}

/** The 64-bit registers that the code may write, from its start to its end. */
export function writtenRegisters(code: Uint8Array, address: number): ReadonlySet<Register> {
  const written = new Set<Register>();
  const infos = new InstructionInfoFactory();
  try {
    forEachInstruction(code, address, (instruction) => {
      const info = infos.info(instruction);
      for (const used of info.usedRegisters()) {
        if (WRITING.includes(used.access)) written.add(RegisterExt.fullRegister(used.register));
        used.free();
      }
      info.free();
    });
  } finally {
    infos.free();
  }
  return written;
}

/** Instructions live in WebAssembly memory, which the garbage collector does not see: one is reused and then freed. */
function forEachInstruction(
  code: Uint8Array,
  address: number,
  visit: (instruction: Instruction, offset: number) => void,
): void {
  const decoder = new Decoder(64, code, 0);
  const instruction = new Instruction();
  decoder.ip = BigInt(address);
  try {
    while (decoder.canDecode) {
      decoder.decodeOut(instruction);
      visit(instruction, Number(instruction.ip) - address);
    }
  } finally {
    instruction.free();
    decoder.free();
  }
}

function describe(instruction: Instruction, bytes: Uint8Array, offset: number, address: number): CodeInstruction {
  const kind = kindOf(instruction);
  const direct = kind === 'branch' || kind === 'jump' || kind === 'call';
  return {
    offset,
    length: instruction.length,
    kind,
    sequential: instruction.flowControl === FlowControl.Next,
    emulated: isEmulated(kind, instruction, bytes),
    target: direct ? Number(instruction.nearBranchTarget) - address : undefined,
    comparesStackGuard:
      instruction.mnemonic === Mnemonic.Cmp &&
      instruction.memoryBase === Register.R14 &&
      STACK_GUARDS.includes(instruction.memoryDisplacement),
  };
}

function kindOf(instruction: Instruction): InstructionKind {
  if (instruction.isJccShortOrNear) return 'branch';
  if (instruction.isJmpShortOrNear) return 'jump';
  if (instruction.isCallNear) return 'call';
  if (instruction.mnemonic === Mnemonic.Int3) return 'padding';
  if (instruction.mnemonic === Mnemonic.Nop) return 'nop';
  if (instruction.mnemonic === Mnemonic.Push && instruction.op0Kind === OpKind.Register) return 'push';
  if (instruction.isInvalid) return 'invalid';
  return instruction.flowControl === FlowControl.Return ? 'return' : 'other';
}

/**
 * Linux arch/x86/kernel/uprobes.c, branch_setup_xol_ops and push_setup_xol_ops: jmp, jcc and call with relative
 * target and no 0x66 prefix, one-byte nop, push of a 64-bit register in at most two bytes. Longer nops are emulated by
 * recent kernels only, so they do not count.
 */
function isEmulated(kind: InstructionKind, instruction: Instruction, bytes: Uint8Array): boolean {
  if (kind === 'branch' || kind === 'jump' || kind === 'call') return !hasOperandSizePrefix(bytes);
  if (kind === 'push') return bytes.length <= 2 && RegisterExt.isGPR64(instruction.op0Register);
  return kind === 'nop' && bytes.length === 1;
}

/** Legacy prefixes and REX (Intel SDM volume 2, 2.1.1 and 2.2.1), which stand before the opcode. */
function hasOperandSizePrefix(bytes: Uint8Array): boolean {
  const opcode = bytes.findIndex((byte) => !PREFIXES.includes(byte) && (byte & 0xf0) !== 0x40);
  return bytes.subarray(0, opcode).includes(OPERAND_SIZE_PREFIX);
}

/**
 * Stack id → what is to be known of that stack, worked out once and kept. The kernel's map is read once per id: ids
 * are never re-used while it lives (no BPF_F_REUSE_STACKID). Bound: 16 384 ids, the map's size, times few callers.
 */
import type { Frame } from '@mapscope/golang';
import { lockOf } from './lock-of.ts';
import type { LockShape } from './lock-of.ts';
import { stackHash } from './stack-hash.ts';
import { NO_SITE, userSite } from './user-site.ts';

export interface Stack {
  /** 0n: unknown */
  readonly hash: bigint;
  readonly frames: readonly Frame[];
  readonly site: Frame;
  readonly lock: LockShape;
}

export const NO_STACK: Stack = { hash: 0n, frames: [], site: NO_SITE, lock: { kind: 'other', semaOffset: 0 } };

export interface StackSource {
  /** runtime addresses, innermost first; undefined: the kernel does not know the id */
  readonly addresses: (stackId: number) => readonly bigint[] | undefined;
  /** frames at an address of the file */
  readonly frames: (address: number) => readonly Frame[];
  readonly loadBias: bigint;
  readonly buildId: string;
  /**
   * Whether an address of the file is a probed instruction. The kernel keeps one stack per hash: of another with the same
   * hash take_stack (bpf/common.h) keeps all but the first address, so that the stack begins with a return address.
   * Left out where every stack is whole.
   */
  readonly isProbed?: (address: number) => boolean;
}

export interface StackTable {
  readonly find: (stackId: number) => Stack;
  /** With the direct caller put in behind the probed function, where the kernel's walk misses it (see below). */
  readonly findWithCaller: (stackId: number, callerPc: bigint) => Stack;
  /** Of addresses that a record brought itself, innermost first; the direct caller is put in where it is missing. */
  readonly findAddresses: (addresses: readonly bigint[], callerPc: bigint) => Stack;
  /** the line that called, by a return address alone */
  readonly siteOf: (returnAddress: bigint) => Frame;
  /** Stacks seen for the first time since the last call. */
  readonly takeNew: () => readonly Stack[];
}

export function createStackTable(source: StackSource): StackTable {
  const known = new Map<string, Stack>();
  const hashes = new Set<bigint>();
  // Bound: the program's call instructions.
  const sites = new Map<bigint, Frame>();
  let fresh: Stack[] = [];
  const resolve = (key: string, addresses: () => readonly bigint[] | undefined): Stack => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = addresses();
    const stack = found === undefined ? NO_STACK : describe(source, found);
    known.set(key, stack);
    if (stack.hash !== 0n && !hashes.has(stack.hash)) {
      hashes.add(stack.hash);
      fresh.push(stack);
    }
    return stack;
  };
  return {
    find: (stackId) => (stackId < 0 ? NO_STACK : resolve(String(stackId), () => source.addresses(stackId))),
    findWithCaller: (stackId, callerPc) =>
      stackId < 0
        ? NO_STACK
        : resolve(`${stackId}@${callerPc}`, () => insertCaller(source, source.addresses(stackId), callerPc)),
    findAddresses: (addresses, callerPc) => {
      const key = `from ${callerPc}: ${addresses.join()}`;
      return addresses.length === 0 ? NO_STACK : resolve(key, () => insertCaller(source, addresses, callerPc));
    },
    siteOf: (returnAddress) => {
      const site = sites.get(returnAddress) ?? userSite(source.frames(Number(returnAddress - source.loadBias) - 1));
      sites.set(returnAddress, site);
      return site;
    },
    takeNew: () => {
      const taken = fresh;
      fresh = [];
      return taken;
    },
  };
}

/**
 * The kernel follows frame pointers. Before a function has pushed its own, the walk begins at its caller's, so the
 * caller itself is missing, unless the probed instruction is `push %rbp`, which the kernel knows as a function's entry
 * (arch/x86/kernel/uprobes.c, is_uprobe_at_func_entry). A return address is never the same in two frames next to each
 * other: one returns into the probed function's caller, the next into that one's.
 */
function insertCaller(
  source: StackSource,
  addresses: readonly bigint[] | undefined,
  callerPc: bigint,
): readonly bigint[] | undefined {
  const [first] = addresses ?? [];
  if (addresses === undefined || first === undefined) return undefined;
  const above = beginsProbed(source, first) ? [first] : [];
  const rest = addresses.slice(above.length);
  return rest[0] === callerPc ? addresses : [...above, callerPc, ...rest];
}

const beginsProbed = ({ isProbed, loadBias }: StackSource, first: bigint): boolean =>
  isProbed === undefined || isProbed(Number(first - loadBias));

function describe(source: StackSource, addresses: readonly bigint[]): Stack {
  // The first address is the probed instruction; all others are return addresses, which may be the first of the next
  // line or function: one byte back lies within the call.
  const frames = addresses.flatMap((address, index) =>
    source.frames(Number(address - source.loadBias) - (index === 0 && beginsProbed(source, address) ? 0 : 1)),
  );
  return { hash: stackHash(source.buildId, frames), frames, site: userSite(frames), lock: lockOf(frames) };
}

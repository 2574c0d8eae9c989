/** For integration tests: a program under load that checks its own answers (testdata/soak), and sessions on it. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { readGoBinary } from '@mapscope/golang';
import type { GoBinary } from '@mapscope/golang';
import { FAMILY_NAMES } from './families/families.ts';
import type { TalkingTarget } from './families/goroutine/test-program.ts';
import { createFamilyLinks } from './family-links.ts';
import { gateOf } from './groups.ts';
import type { Manifest } from './manifest.ts';
import { openTestSession } from './test-session.ts';
import type { Probes } from './probes.ts';

/** type report of testdata/soak/main.go */
export interface Report {
  readonly Right: Readonly<Record<string, number>>;
  readonly Wrong: readonly string[] | null;
}

export async function reportOf(target: TalkingTarget): Promise<Report> {
  // The program is ours.
  return JSON.parse(await target.ask('report')) as Report;
}

export interface Soaked {
  readonly pid: number;
  readonly executable: string;
  readonly binary: GoBinary;
}

export const soaked = (pid: number, executable: string): Soaked => ({
  pid,
  executable,
  binary: readGoBinary(readFileSync(executable)),
});

export const SIZES = { ringBytes: 1 << 20, flightBytes: 1 << 20 };

/** All families. */
export function openEverything({ pid, executable, binary }: Soaked, onProblem: (error: Error) => void) {
  return openTestSession(
    { pid, executable, binary, families: FAMILY_NAMES, ...SIZES, onColumns: () => undefined, onProblem },
    { batches: [], problems: [] },
  );
}

/** What can be attached and detached again and again. */
export interface Attached {
  readonly detach: () => Promise<void>;
}

/** How often it did. Each time takes as long as it takes, but no turn is shorter than `everyMillis`. */
export async function attachAndDetach(
  attach: () => Promise<Attached>,
  onAttached: () => void,
  options: { readonly untilMillis: number; readonly everyMillis: number },
): Promise<number> {
  let turns = 0;
  for (; performance.now() < options.untilMillis; turns++) {
    const next = performance.now() + options.everyMillis;
    const attached = await attach();
    onAttached();
    await sleepUntil(next - options.everyMillis / 2);
    await attached.detach();
    await sleepUntil(next);
  }
  return turns;
}

/** The links alone, of programs that stay loaded: what a gray release does, and much cheaper than a whole session. */
export async function attachLinks({ pid, executable }: Soaked, manifest: Manifest, probes: Probes): Promise<Attached> {
  const links = createFamilyLinks(probes, manifest, { executablePath: executable, pid });
  const gates = FAMILY_NAMES.map(gateOf);
  await links.attach(manifest.families);
  probes.gates.set(gates, true);
  return {
    detach: async () => {
      probes.gates.set(gates, false);
      await links.detach(manifest.families);
    },
  };
}

const sleepUntil = (at: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, at - performance.now())));

/** Descriptors of this process by what they are. */
export const openDescriptors = (): number => readdirSync('/proc/self/fd').length;

/** Mappings of BPF maps in this process: a ring's pages keep the ring. */
export const mappedRings = (): number =>
  readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .filter((line) => line.includes('bpf')).length;

/** Probed instructions that are not what the file says: a breakpoint was left behind. */
export function changedSites({ pid, executable, binary }: Soaked, manifest: Manifest): readonly string[] {
  const file = readFileSync(executable);
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const byte = Buffer.alloc(1);
  try {
    return manifest.hooks.flatMap(({ function: name, fileOffset }) => {
      const segment = binary.loadSegments.find(
        ({ fileOffset: begin, size }) => fileOffset >= begin && fileOffset < begin + size,
      );
      // The program is built at a fixed address.
      const address = fileOffset + (segment?.vaddr ?? NaN) - (segment?.fileOffset ?? NaN);
      readSync(memory, byte, 0, 1, address);
      return byte[0] === file[fileOffset] ? [] : [`${name}: ${byte[0]} at ${address}`];
    });
  } finally {
    closeSync(memory);
  }
}

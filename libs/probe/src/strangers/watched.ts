/** One program of somebody else with all families attached: what it did then, and what was left of us in it. For tests. */
import { closeSync, openSync, readFileSync, readSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import type { Columns } from '@mapscope/events';
import { readGoBinary } from '@mapscope/golang';
import type { GoBinary } from '@mapscope/golang';
import { FAMILY_NAMES } from '../families/families.ts';
import { openTestSession } from '../test-session.ts';
import type { ProbeSession } from '../session.ts';
import { loadBias } from '../symbols/load-bias.ts';
import { rowsOf } from '../test-target.ts';
import type { Row } from '../test-target.ts';

export interface Watched {
  readonly binary: GoBinary;
  readonly session: ProbeSession;
  readonly problems: readonly Error[];
  /** to be asked once all has come */
  readonly rows: (kind: Columns['kind']) => readonly Row[];
}

export async function watch(pid: number, executable: string): Promise<Watched> {
  const binary = readGoBinary(readFileSync(executable));
  const batches: Columns[] = [];
  const problems: Error[] = [];
  const session = await openTestSession(
    { pid, executable, binary, families: FAMILY_NAMES, mapSampleEvery: 1, ringBytes: 1 << 24 },
    { batches, problems },
  );
  const known = new Map<Columns['kind'], readonly Row[]>();
  const rows = (kind: Columns['kind']): readonly Row[] => {
    const found = known.get(kind) ?? rowsOf(batches, kind);
    known.set(kind, found);
    return found;
  };
  return { binary, session, problems, rows };
}

/** The first byte of every probed instruction, in the process and in the file: 0xcc (int3) while a probe is there. */
export function probedBytes(
  pid: number,
  { binary, session }: Watched,
): { readonly now: number[]; readonly file: number[] } {
  const bias = loadBias(binary, readFileSync(`/proc/${pid}/maps`, 'utf8'), statSync(`/proc/${pid}/exe`).ino);
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const executable = openSync(`/proc/${pid}/exe`, 'r');
  try {
    const offsets = session.manifest.hooks.map(({ fileOffset }) => fileOffset);
    return {
      now: offsets.map((offset) => byteAt(memory, Number(bias) + addressOf(binary, offset))),
      file: offsets.map((offset) => byteAt(executable, offset)),
    };
  } finally {
    for (const file of [memory, executable]) closeSync(file);
  }
}

function byteAt(file: number, position: number): number {
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, position);
  return byte[0] ?? 0;
}

function addressOf({ loadSegments }: GoBinary, offset: number): number {
  const segment = loadSegments.find(({ fileOffset, size }) => offset >= fileOffset && offset < fileOffset + size);
  return segment === undefined ? 0 : segment.vaddr + offset - segment.fileOffset;
}

/** Programs, maps and links that this process holds open (proc(5), anon_inode:bpf-prog …): the kernel keeps no others. */
export function bpfDescriptors(): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const name = readlinkSync(`/proc/self/fd/${fd}`);
      return name.includes('bpf') ? [name] : [];
    } catch {
      // The descriptor of the listing itself.
      return [];
    }
  });
}

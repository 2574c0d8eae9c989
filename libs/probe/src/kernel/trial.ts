/**
 * Does this kernel, with these rights, do what probes need? Asked by doing it, on this very process: a ring buffer, a
 * program, a uprobe-multi link, and each family's program through the verifier. Leaves nothing behind.
 */
import { readFileSync } from 'node:fs';
import { MapscopeError } from '@mapscope/events';
import { FAMILIES, FAMILY_NAMES } from '../families/families.ts';
import type { FamilyName } from '../families/families.ts';
import { openBpfSyscall } from './bpf-syscall.ts';
import type { BpfSyscall } from './bpf-syscall.ts';
import { parseBpfObject } from './elf-object.ts';
import { openLibc } from './libc.ts';
import type { Libc } from './libc.ts';
import { loadObject } from './loader.ts';
import { objectArch, objectFile } from './object-file.ts';

export interface Trial {
  readonly what: 'ring buffer' | 'program' | 'uprobe-multi link' | FamilyName;
  /** undefined: it works */
  readonly error: MapscopeError | undefined;
}

const RING = { name: 'trial', type: 27, keyBytes: 0, valueBytes: 0, maxEntries: 64 * 1024, flags: 0 };
/** r0 = 0; exit */
const NOTHING = Uint8Array.of(0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);

export function tryKernel(): readonly Trial[] {
  const libc = openLibc();
  const bpf = openBpfSyscall(libc);
  try {
    return [
      attempt('ring buffer', () => libc.close(bpf.createMap(RING))),
      attempt('program', () => libc.close(bpf.loadProgram('trial', NOTHING, 'GPL'))),
      attempt('uprobe-multi link', () => tryLink(bpf, libc)),
      ...FAMILY_NAMES.map((family) => attempt(family, () => tryFamily(bpf, libc, family))),
    ];
  } finally {
    bpf.close();
  }
}

/** At the first instruction of our own program, which ran long ago and will not again. */
function tryLink(bpf: BpfSyscall, libc: Libc): void {
  const programFd = bpf.loadProgram('trial', NOTHING, 'GPL');
  const path = '/proc/self/exe';
  try {
    const sites = [{ fileOffset: entryOffset(readFileSync(path)), cookie: 0 }];
    libc.close(bpf.linkUprobes({ programFd, path, pid: process.pid, sites }));
  } finally {
    libc.close(programFd);
  }
}

/** The constants stay zero: the verifier looks at every branch whichever is taken later. */
function tryFamily(bpf: BpfSyscall, libc: Libc, family: FamilyName): void {
  const object = parseBpfObject(readFileSync(objectFile(objectArch(process.arch) ?? 'amd64')));
  const programs = [FAMILIES[family].program];
  const entries = { ring: RING.maxEntries };
  loadObject(bpf, libc, { object, programs, constants: {}, alwaysMaps: ['ring'], entries }).close();
}

/**
 * ELF64 (elf(5)): 24 e_entry  32 e_phoff  54 e_phentsize u16  56 e_phnum u16;
 * program header: 0 p_type u32 (PT_LOAD 1)  8 p_offset  16 p_vaddr  32 p_filesz
 */
function entryOffset(elf: Uint8Array): number {
  const view = new DataView(elf.buffer, elf.byteOffset, elf.byteLength);
  const number = (at: number): number => Number(view.getBigUint64(at, true));
  const entry = number(24);
  for (let i = 0; i < view.getUint16(56, true); i++) {
    const at = number(32) + i * view.getUint16(54, true);
    const within = entry - number(at + 16);
    if (view.getUint32(at, true) === 1 && within >= 0 && within < number(at + 32)) return number(at + 8) + within;
  }
  throw new MapscopeError('INTERNAL', 'our own program has no entry in its file: report this');
}

function attempt(what: Trial['what'], work: () => void): Trial {
  try {
    work();
    return { what, error: undefined };
  } catch (error) {
    if (error instanceof MapscopeError) return { what, error };
    throw error;
  }
}

/**
 * Spec → kernel: creates the maps that the wanted programs use, patches and freezes the constants, loads the programs.
 * All or nothing.
 */
import { MapscopeError } from '@mapscope/events';
import { READ_ONLY_FOR_PROGRAMS } from './bpf-syscall.ts';
import type { BpfSyscall, MapSpec } from './bpf-syscall.ts';
import type { BpfObject, ProgramSpec } from './elf-object.ts';
import type { Libc } from './libc.ts';

export interface LoadOptions {
  readonly object: BpfObject;
  readonly programs: readonly string[];
  /** u32 each, or as many bytes as the variable has */
  readonly constants: Readonly<Record<string, number | Uint8Array>>;
  /** maps that are created whether a wanted program uses them or not */
  readonly alwaysMaps: readonly string[];
  /** sets max_entries of these maps */
  readonly entries: Readonly<Record<string, number>>;
}

export interface LoadedObject {
  readonly mapFd: (name: string) => number;
  /** undefined: no wanted program uses it */
  readonly findMap: (name: string) => number | undefined;
  /** as in the object; max_entries may be another */
  readonly mapSpec: (name: string) => MapSpec;
  readonly programFd: (name: string) => number;
  readonly close: () => void;
}

const MAP_TYPE_ARRAY = 2;
/** linux/bpf.h: src_reg of a 64-bit load that names a map, or a place inside a map's value */
const PSEUDO_MAP_FD = 1;
const PSEUDO_MAP_VALUE = 2;

export function loadObject(bpf: BpfSyscall, libc: Libc, options: LoadOptions): LoadedObject {
  const maps = new Map<string, number>();
  const programs = new Map<string, number>();
  const close = (): void => {
    for (const fd of [...programs.values(), ...maps.values()]) libc.close(fd);
  };
  try {
    for (const spec of mapsOf(options)) {
      maps.set(spec.name, bpf.createMap({ ...spec, maxEntries: options.entries[spec.name] ?? spec.maxEntries }));
    }
    maps.set('.rodata', createConstants(bpf, options));
    for (const name of options.programs) {
      const spec = options.object.programs.find((program) => program.name === name);
      if (spec === undefined) throw missing('program', name);
      programs.set(name, bpf.loadProgram(name, relocate(spec, maps), options.object.license));
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    mapFd: (name) => fdOf('map', maps, name),
    findMap: (name) => maps.get(name),
    mapSpec: (name) => specOf(options.object, name),
    programFd: (name) => fdOf('program', programs, name),
    close,
  };
}

/** A family that is off costs no memory: only what some wanted program names, and what the session itself uses. */
function mapsOf({ object, programs, alwaysMaps }: LoadOptions): readonly MapSpec[] {
  const wanted = object.programs.filter((program) => programs.includes(program.name));
  const targets = wanted.flatMap((program) => program.relocations.map(({ target }) => target));
  const used = new Set([...alwaysMaps, ...targets.map((target) => (target.kind === 'map' ? target.map : ''))]);
  return object.maps.filter((spec) => used.has(spec.name));
}

function createConstants(bpf: BpfSyscall, options: LoadOptions): number {
  const { object, constants } = options;
  const image = object.constants.slice();
  const view = new DataView(image.buffer);
  for (const [name, value] of Object.entries(constants)) {
    const offset = object.constantOffsets.get(name);
    if (offset === undefined) throw missing('constant', name);
    if (typeof value === 'number') view.setUint32(offset, value, true);
    else image.set(value, offset);
  }
  const flags = READ_ONLY_FOR_PROGRAMS;
  const spec = { name: '.rodata', type: MAP_TYPE_ARRAY, keyBytes: 4, valueBytes: image.length, maxEntries: 1, flags };
  const fd = bpf.createMap(spec);
  bpf.update(fd, new Uint8Array(4), image);
  bpf.freeze(fd);
  return fd;
}

/** struct bpf_insn: 0 code, 1 dst_reg | src_reg << 4, 2 off, 4 imm. */
function relocate(spec: ProgramSpec, maps: ReadonlyMap<string, number>): Uint8Array {
  const code = spec.code.slice();
  const view = new DataView(code.buffer);
  for (const { offset, target } of spec.relocations) {
    const inside = target.kind === 'constants';
    const registers = view.getUint8(offset + 1) & 15;
    view.setUint8(offset + 1, registers | ((inside ? PSEUDO_MAP_VALUE : PSEUDO_MAP_FD) << 4));
    view.setInt32(offset + 4, fdOf('map', maps, inside ? '.rodata' : target.map), true);
  }
  return code;
}

function specOf({ maps }: BpfObject, name: string): MapSpec {
  const spec = maps.find((map) => map.name === name);
  if (spec === undefined) throw missing('map', name);
  return spec;
}

function fdOf(what: string, fds: ReadonlyMap<string, number>, name: string): number {
  const fd = fds.get(name);
  if (fd === undefined) throw missing(what, name);
  return fd;
}

function missing(what: string, name: string): MapscopeError {
  return new MapscopeError('BPF_FAILED', `the BPF object has no ${what} ${name}: build it again: node bpf/build.mjs`);
}

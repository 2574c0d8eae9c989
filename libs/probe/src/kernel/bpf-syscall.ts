/**
 * bpf(2), command by command. Field offsets are those of `union bpf_attr` in include/uapi/linux/bpf.h (ABI: they never
 * change). Every failure is a MapscopeError BPF_FAILED with errno's name and what usually mends it.
 */
import { MapscopeError } from '@mapscope/events';
import { openArena } from './arena.ts';
import type { Arena, Piece } from './arena.ts';
import type { Libc } from './libc.ts';
import { drainMap } from './map-drain.ts';
import type { DrainedMap } from './map-drain.ts';

const COMMAND = {
  mapCreate: 0,
  mapLookup: 1,
  mapUpdate: 2,
  programLoad: 5,
  mapFreeze: 22,
  mapReadBatch: 24,
  mapTakeBatch: 25,
  linkCreate: 28,
} as const;
const PROGRAM_KPROBE = 2;
const ATTACH_UPROBE_MULTI = 48;
const ATTRIBUTE_BYTES = 128;
const LOG_BYTES = 1 << 20;
const ARENA_BYTES = 2 << 20;
/** libbpf gives up after 5 (PROG_LOAD_ATTEMPTS); a machine that starts many processes deserves more */
const LOAD_ATTEMPTS = 50;
/** BPF_OBJ_NAME_LEN with its final zero */
const NAME_BYTES = 15;
/** BPF_F_RDONLY_PROG: programs may only read it, so the verifier knows its values once it is frozen */
export const READ_ONLY_FOR_PROGRAMS = 1 << 7;

export interface MapSpec {
  readonly name: string;
  readonly type: number;
  readonly keyBytes: number;
  readonly valueBytes: number;
  readonly maxEntries: number;
  readonly flags: number;
}

export interface UprobeSite {
  readonly fileOffset: number;
  readonly cookie: number;
}

export interface UprobeMulti {
  readonly programFd: number;
  readonly path: string;
  readonly pid: number;
  readonly sites: readonly UprobeSite[];
}

export interface BpfSyscall {
  readonly createMap: (spec: MapSpec) => number;
  /** a copy of the value; undefined: no such key */
  readonly lookup: (mapFd: number, key: Uint8Array, valueBytes: number) => Uint8Array | undefined;
  readonly update: (mapFd: number, key: Uint8Array, value: Uint8Array) => void;
  /** every key and value of a hash map, which is empty then; the programs must not use it meanwhile */
  readonly takeAll: (mapFd: number, keyBytes: number, valueBytes: number) => DrainedMap;
  /** the same without emptying it; what is added meanwhile may be seen or not */
  readonly readAll: (mapFd: number, keyBytes: number, valueBytes: number) => DrainedMap;
  readonly freeze: (mapFd: number) => void;
  readonly loadProgram: (name: string, code: Uint8Array, license: string) => number;
  readonly linkUprobes: (uprobes: UprobeMulti) => number;
  readonly close: () => void;
}

export function openBpfSyscall(libc: Libc): BpfSyscall {
  const arena = openArena(libc, ARENA_BYTES);
  const call: Call = (command, attribute) => libc.bpf(COMMAND[command], attribute.address, attribute.bytes.length);
  const fail = (what: string): MapscopeError => bpfFailed(what, libc.lastError());
  const readBatches =
    (takeBatch: (attribute: Piece) => number) =>
    (mapFd: number, keyBytes: number, valueBytes: number): DrainedMap =>
      drainMap({ arena, takeBatch, lastError: libc.lastError, fail }, mapFd, keyBytes, valueBytes);
  const caller: Caller = { arena, call, fail, libc };
  return {
    ...mapCommands(caller),
    takeAll: readBatches((attribute) => call('mapTakeBatch', attribute)),
    readAll: readBatches((attribute) => call('mapReadBatch', attribute)),
    loadProgram: (name, code, license) => loadProgram(caller, name, code, license),
    linkUprobes: (uprobes) => {
      arena.reset();
      const fd = call('linkCreate', linkAttribute(arena, uprobes));
      if (fd < 0) throw fail(`attaching ${uprobes.sites.length} probes to ${uprobes.path} of process ${uprobes.pid}`);
      return fd;
    },
    close: () => arena.close(),
  };
}

function mapCommands({ arena, call, fail }: Caller): Pick<BpfSyscall, 'createMap' | 'lookup' | 'update' | 'freeze'> {
  const element = (mapFd: number, key: Uint8Array, value: Piece): Piece => {
    const attribute = arena.take(32);
    attribute.view.setUint32(0, mapFd, true);
    attribute.view.setBigUint64(8, arena.put(key).address, true);
    attribute.view.setBigUint64(16, value.address, true);
    return attribute;
  };
  return {
    createMap: (spec) => {
      arena.reset();
      const fd = call('mapCreate', mapAttribute(arena, spec));
      if (fd < 0) throw fail(`creating the map ${spec.name} (${spec.maxEntries} entries)`);
      return fd;
    },
    lookup: (mapFd, key, valueBytes) => {
      arena.reset();
      const value = arena.take(valueBytes);
      return call('mapLookup', element(mapFd, key, value)) < 0 ? undefined : value.bytes.slice();
    },
    update: (mapFd, key, value) => {
      arena.reset();
      if (call('mapUpdate', element(mapFd, key, arena.put(value))) < 0) throw fail('writing to a map');
    },
    freeze: (mapFd) => {
      arena.reset();
      const attribute = arena.take(8);
      attribute.view.setUint32(0, mapFd, true);
      if (call('mapFreeze', attribute) < 0) throw fail('freezing the constants');
    },
  };
}

type Call = (command: keyof typeof COMMAND, attribute: Piece) => number;

interface Caller {
  readonly arena: Arena;
  readonly call: Call;
  readonly fail: (what: string) => MapscopeError;
  readonly libc: Libc;
}

/**
 *    0 map_type  4 key_size  8 value_size  12 max_entries  16 map_flags  20 inner_map_fd  24 numa_node  28 map_name[16]
 */
function mapAttribute(arena: Arena, spec: MapSpec): Piece {
  const attribute = arena.take(80);
  attribute.view.setUint32(0, spec.type, true);
  attribute.view.setUint32(4, spec.keyBytes, true);
  attribute.view.setUint32(8, spec.valueBytes, true);
  attribute.view.setUint32(12, spec.maxEntries, true);
  attribute.view.setUint32(16, spec.flags, true);
  attribute.bytes.set(objectName(spec.name), 28);
  return attribute;
}

/**
 *    0 prog_type  4 insn_cnt  8 insns  16 license  24 log_level  28 log_size  32 log_buf  40 kern_version
 *    44 prog_flags  48 prog_name[16]  64 prog_ifindex  68 expected_attach_type
 */
function loadProgram(caller: Caller, name: string, code: Uint8Array, license: string): number {
  const { arena, call, fail, libc } = caller;
  arena.reset();
  const attribute = arena.take(ATTRIBUTE_BYTES);
  const { view } = attribute;
  view.setUint32(0, PROGRAM_KPROBE, true);
  view.setUint32(4, code.length / 8, true);
  view.setBigUint64(8, arena.put(code).address, true);
  view.setBigUint64(16, arena.put(cString(license)).address, true);
  attribute.bytes.set(objectName(name), 48);
  view.setUint32(68, ATTACH_UPROBE_MULTI, true);
  const fd = loadUnlessInterrupted(call, attribute, libc);
  if (fd >= 0) return fd;
  const failed = fail(`loading the program ${name}`);
  const log = arena.take(LOG_BYTES);
  view.setUint32(24, 1, true);
  view.setUint32(28, LOG_BYTES, true);
  view.setBigUint64(32, log.address, true);
  loadUnlessInterrupted(call, attribute, libc);
  const text = new TextDecoder().decode(log.bytes.subarray(0, log.bytes.indexOf(0)));
  throw new MapscopeError('BPF_FAILED', `${failed.message}\nthe verifier says:\n${text.slice(-4000)}`, {
    facts: failed.facts,
  });
}

/**
 * The verifier gives up with EAGAIN when a signal waits for this thread (kernel/bpf/verifier.c, do_check), and one may
 * come with every child process that ends. Nothing is wrong with the program then: asked again, it goes on.
 */
function loadUnlessInterrupted(call: Call, attribute: Piece, libc: Libc): number {
  let fd = call('programLoad', attribute);
  for (let attempt = 1; fd < 0 && libc.lastError() === 'EAGAIN' && attempt < LOAD_ATTEMPTS; attempt++) {
    fd = call('programLoad', attribute);
  }
  return fd;
}

/**
 *    0 prog_fd  4 target  8 attach_type  12 flags  16 path  24 offsets  32 ref_ctr_offsets  40 cookies  48 cnt
 *    52 flags  56 pid
 */
function linkAttribute(arena: Arena, uprobes: UprobeMulti): Piece {
  const attribute = arena.take(ATTRIBUTE_BYTES);
  const count = uprobes.sites.length;
  const offsets = arena.take(8 * count);
  const cookies = arena.take(8 * count);
  for (const [index, site] of uprobes.sites.entries()) {
    offsets.view.setBigUint64(8 * index, BigInt(site.fileOffset), true);
    cookies.view.setBigUint64(8 * index, BigInt(site.cookie), true);
  }
  attribute.view.setUint32(0, uprobes.programFd, true);
  attribute.view.setUint32(8, ATTACH_UPROBE_MULTI, true);
  attribute.view.setBigUint64(16, arena.put(cString(uprobes.path)).address, true);
  attribute.view.setBigUint64(24, offsets.address, true);
  attribute.view.setBigUint64(40, cookies.address, true);
  attribute.view.setUint32(48, count, true);
  attribute.view.setUint32(56, uprobes.pid, true);
  return attribute;
}

const cString = (text: string): Uint8Array => new TextEncoder().encode(`${text}\0`);
const objectName = (name: string): Uint8Array => cString(name.replace(/[^\w.]/g, '_').slice(0, NAME_BYTES));

const MENDS: Readonly<Record<string, string>> = {
  EPERM:
    'run as root, or with CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE; containers also need the bpf system call allowed',
  ESRCH: 'the process is gone: start it and attach again',
  ENOENT: 'the file is gone: was the service deployed anew? attach again',
  ENOMEM: 'too little memory for BPF maps: make the ring smaller or raise the memory limit',
  E2BIG: 'too large: make the ring smaller',
  EINVAL: 'the kernel refused the arguments: it must be 6.6 or newer',
};

export function bpfFailed(what: string, errno: string): MapscopeError {
  const mend = MENDS[errno] ?? 'see the kernel log (dmesg)';
  return new MapscopeError('BPF_FAILED', `${what} failed with ${errno}: ${mend}`, { facts: { errno } });
}

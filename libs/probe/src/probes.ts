/** The kernel objects of one session, behind the few things the session does with them. */
import { readFileSync } from 'node:fs';
import { MapscopeError } from '@mapscope/events';
import type { CountSource } from './counting/count-ticker.ts';
import { possibleCpus, sumCounters } from './counters.ts';
import type { KernelCounts } from './counters.ts';
import { FAMILIES } from './families/families.ts';
import type { FamilyName } from './families/families.ts';
import { flightSlots, openRecorder } from './families/goroutine/recorder.ts';
import type { FlightRecorder } from './families/goroutine/recorder.ts';
import { createMapCountReader } from './families/map/count-reader.ts';
import { createSyncmapCounts } from './families/syncmap/count-source.ts';
import { labelKeyBytes, TRACE_LABELS } from './families/trace/label-keys.ts';
import { gateOf } from './groups.ts';
import type { SwitchedGroup } from './groups.ts';
import { openBpfSyscall } from './kernel/bpf-syscall.ts';
import type { BpfSyscall } from './kernel/bpf-syscall.ts';
import { parseBpfObject } from './kernel/elf-object.ts';
import { openGates } from './kernel/gates.ts';
import type { Gates } from './kernel/gates.ts';
import { openLibc } from './kernel/libc.ts';
import type { Libc } from './kernel/libc.ts';
import { loadObject } from './kernel/loader.ts';
import type { LoadedObject } from './kernel/loader.ts';
import { objectFile } from './kernel/object-file.ts';
import { countRuns, runTimeOf } from './kernel/run-stats.ts';
import type { RunTime } from './kernel/run-stats.ts';
import type { Manifest, ManifestHook } from './manifest.ts';
import { COUNTERS } from './ring/record-layout.ts';

export interface Probes {
  readonly ringFd: number;
  readonly gates: Gates;
  /** after its links are closed: a write or a Range that was under way leaves an entry that nobody would take away */
  readonly empty: (group: SwitchedGroup) => void;
  /** by family, since it was loaded; grows only while somebody counts runs */
  readonly runTime: (family: FamilyName) => RunTime;
  /** Until it is disposed. */
  readonly countRuns: () => Disposable;
  readonly counts: () => KernelCounts;
  /** of the families that count in the kernel instead of writing to the ring */
  readonly countSources: readonly CountSource[];
  /** undefined: family goroutine is off */
  readonly recorder: FlightRecorder | undefined;
  /** runtime addresses of a stack, innermost first */
  readonly stackAddresses: (stackId: number) => readonly bigint[] | undefined;
  /** one uprobe-multi link: attaches all hooks of one family at once; its file descriptor */
  readonly attach: (hooks: readonly ManifestHook[], path: string, pid: number) => number;
  /** off this thread: it waits 30–60 ms until no program can be running any more */
  readonly detach: (linkFd: number) => Promise<void>;
  readonly close: () => void;
}

/** bpf/maps.h, STACK_FRAMES × 8 */
const STACK_BYTES = 48 * 8;
/** bpf/maps.h: what this file and the reader use, whatever the families */
const SESSION_MAPS = ['gate', 'ring', 'counts', 'stacks'];
const SMALLEST_RING_BYTES = 64 * 1024;
const LARGEST_RING_BYTES = 1 << 30;

export interface ProbesOptions {
  readonly ringBytes: number;
  /** of the flight recorder, all CPUs together */
  readonly flightBytes?: number;
  /** see ProbeSessionOptions */
  readonly traceLabels?: readonly string[];
}

export function openProbes(manifest: Manifest, options: ProbesOptions): Probes {
  checkRingBytes(options.ringBytes);
  const cpus = possibleCpus(readFileSync('/sys/devices/system/cpu/possible', 'utf8'));
  const hasRecorder = manifest.families.includes('goroutine');
  const slots = hasRecorder ? flightSlots(options.flightBytes, cpus) : 1;
  const libc = openLibc();
  const bpf = openBpfSyscall(libc);
  const loaded = load({ libc, bpf, cpus, slots }, manifest, options);
  const gates = openGates(bpf, loaded.mapFd('gate'), cpus);
  const epoch = (): number => gates.epochOf(gateOf('trace'));
  const recorder = hasRecorder ? openRecorder({ libc, bpf, loaded, cpus, slots, epoch }) : undefined;
  return {
    ringFd: loaded.mapFd('ring'),
    gates,
    empty: (group) => emptyMaps(bpf, loaded, group),
    runTime: (family) => runTimeOf(loaded.programFd(FAMILIES[family].program)),
    countRuns: () => countRuns(libc),
    recorder,
    counts: () => sumCounters(bpf.lookup(loaded.mapFd('counts'), u32Key(0), cpus * COUNTERS.sizeBytes) ?? NOTHING),
    countSources: countSources(bpf, loaded, manifest, cpus),
    stackAddresses: (stackId) => stackAddresses(bpf, loaded.mapFd('stacks'), stackId),
    attach: (hooks, path, pid) => attach(bpf, loaded, { hooks, path, pid }),
    detach: (linkFd) => libc.closeAsync(linkFd),
    close: () => {
      recorder?.close();
      loaded.close();
      bpf.close();
    },
  };
}

interface Loading {
  readonly libc: Libc;
  readonly bpf: BpfSyscall;
  readonly cpus: number;
  readonly slots: number;
}

function load({ libc, bpf, cpus, slots }: Loading, manifest: Manifest, options: ProbesOptions): LoadedObject {
  const labels = labelKeyBytes(options.traceLabels ?? TRACE_LABELS);
  try {
    return loadObject(bpf, libc, {
      object: parseBpfObject(readFileSync(objectFile(manifest.arch))),
      programs: manifest.families.map((family) => FAMILIES[family].program),
      constants: { ...manifest.constants, flight_slots: slots, label_keys: labels },
      alwaysMaps: SESSION_MAPS,
      entries: { ring: options.ringBytes, flight_heads: cpus, flight: cpus * slots, ...spanEntries(manifest) },
    });
  } catch (error) {
    bpf.close();
    throw error;
  }
}

function countSources(bpf: BpfSyscall, { mapFd }: LoadedObject, manifest: Manifest, cpus: number): CountSource[] {
  const sources: CountSource[] = [];
  if (manifest.families.includes('map')) {
    const counts = [mapFd('map_counts_0'), mapFd('map_counts_1')] as const;
    const [side, inside, uncounted] = [mapFd('map_side'), mapFd('map_inside'), mapFd('map_uncounted')];
    sources.push(createMapCountReader(bpf, { side, inside, counts, uncounted }, cpus));
  }
  if (manifest.families.includes('syncmap')) {
    const files = { counts: mapFd('syncmap_counts'), uncounted: mapFd('syncmap_uncounted') };
    sources.push(createSyncmapCounts(bpf, files));
  }
  return sources;
}

/** Without an SDK and labels that map stays empty. */
const spanEntries = ({ constants }: Manifest): Readonly<Record<string, number>> =>
  constants.span_context_offset === 0 && constants.labels_offset === 0 ? { goroutine_spans: 1 } : {};

const NOTHING = new Uint8Array(0);

function attach(
  bpf: BpfSyscall,
  loaded: LoadedObject,
  wanted: { readonly hooks: readonly ManifestHook[]; readonly path: string; readonly pid: number },
): number {
  const { hooks, path, pid } = wanted;
  const sites = hooks.map((hook) => ({ fileOffset: hook.fileOffset, cookie: cookieOf(hook) }));
  return bpf.linkUprobes({ programFd: loaded.programFd(hooks[0]?.program ?? ''), path, pid, sites });
}

/** bpf/records.h, COOKIE_GATE_SHIFT */
const cookieOf = ({ family, hook, reentrant }: ManifestHook): number =>
  (gateOf(family) << 16) | (hook << 1) | (reentrant ? 1 : 0);

/** Entries that a probe takes away which is no longer there. The others are of goroutines, and valid in their epoch only. */
const LEFT_BEHIND: Readonly<Partial<Record<SwitchedGroup, readonly string[]>>> = {
  map: ['map_windows', 'map_open'],
  syncmap: ['syncmap_ranges'],
};

function emptyMaps(bpf: BpfSyscall, { findMap, mapSpec }: LoadedObject, group: SwitchedGroup): void {
  for (const name of LEFT_BEHIND[group] ?? []) {
    const fd = findMap(name);
    const { keyBytes, valueBytes } = mapSpec(name);
    if (fd !== undefined) bpf.takeAll(fd, keyBytes, valueBytes);
  }
  const open = group === 'map' ? findMap('map_writes_open') : undefined;
  if (open !== undefined) bpf.update(open, u32Key(0), new Uint8Array(8));
}

function stackAddresses(bpf: BpfSyscall, mapFd: number, stackId: number): readonly bigint[] | undefined {
  const bytes = bpf.lookup(mapFd, u32Key(stackId), STACK_BYTES);
  if (bytes === undefined) return undefined;
  const addresses = new BigUint64Array(bytes.buffer, bytes.byteOffset, STACK_BYTES / 8);
  const end = addresses.indexOf(0n);
  return Array.from(addresses.subarray(0, end < 0 ? addresses.length : end));
}

const u32Key = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);

function checkRingBytes(ringBytes: number): void {
  const isPowerOfTwo = Number.isInteger(ringBytes) && (ringBytes & (ringBytes - 1)) === 0;
  if (isPowerOfTwo && ringBytes >= SMALLEST_RING_BYTES && ringBytes <= LARGEST_RING_BYTES) return;
  const message = `a ring of ${ringBytes} bytes is not possible: give a power of two from ${SMALLEST_RING_BYTES} to ${LARGEST_RING_BYTES}, such as 4194304`;
  throw new MapscopeError('CONFIG_INVALID', message, { facts: { ringBytes } });
}

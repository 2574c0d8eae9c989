/** The flight recorder's kernel memory, mapped. Impure and thin: snapshot.ts and context.ts do the thinking. */
import { MapscopeError } from '@mapscope/events';
import type { BpfSyscall } from '../../kernel/bpf-syscall.ts';
import type { Libc } from '../../kernel/libc.ts';
import type { LoadedObject } from '../../kernel/loader.ts';
import { type GoroutineContext, readContext } from './context.ts';
import { type FlightCrash, readCrash } from './crash.ts';
import { FLIGHT_CRASH, FLIGHT_ENTRY, FLIGHT_HEAD, GOROUTINE_CONTEXT } from './layout.ts';
import { type FlightSnapshot, takeSnapshot } from './snapshot.ts';

export interface FlightRecorder {
  readonly snapshot: () => FlightSnapshot;
  /** undefined: the process has not crashed */
  readonly crash: () => FlightCrash | undefined;
  readonly contextOf: (g: bigint) => GoroutineContext | undefined;
  readonly close: () => void;
}

export interface RecorderNeeds {
  readonly libc: Libc;
  readonly bpf: BpfSyscall;
  readonly loaded: LoadedObject;
  readonly cpus: number;
  readonly slots: number;
  readonly epoch: () => number;
}

/** 64 bytes an entry: 262 144 of them on all CPUs together, 13 s of a service with 20 000 state changes a second. */
const DEFAULT_FLIGHT_BYTES = 16 << 20;
const LARGEST_FLIGHT_BYTES = 1 << 30;
const FEWEST_SLOTS = 256;

/** Slots of each CPU's ring: the largest power of two that fits. */
export function flightSlots(wantedBytes: number | undefined, cpus: number): number {
  const least = FEWEST_SLOTS * FLIGHT_ENTRY.sizeBytes * cpus;
  const sizeBytes = wantedBytes ?? Math.max(DEFAULT_FLIGHT_BYTES, least);
  const fitting = 2 ** Math.floor(Math.log2(sizeBytes / FLIGHT_ENTRY.sizeBytes / cpus));
  if (fitting >= FEWEST_SLOTS && sizeBytes <= LARGEST_FLIGHT_BYTES) return fitting;
  const message = `a flight recorder of ${sizeBytes} bytes is not possible on ${cpus} CPUs: give ${least} to ${LARGEST_FLIGHT_BYTES}, such as ${DEFAULT_FLIGHT_BYTES}`;
  throw new MapscopeError('CONFIG_INVALID', message, { facts: { sizeBytes, cpus } });
}

export function openRecorder(needs: RecorderNeeds): FlightRecorder {
  const { bpf, loaded, cpus, slots, epoch } = needs;
  const heads = mapped(needs, 'flight_heads', cpus * FLIGHT_HEAD.sizeBytes);
  const entries = mapped(needs, 'flight', cpus * slots * FLIGHT_ENTRY.sizeBytes);
  const memory = { heads: new BigUint64Array(heads.buffer), entries: new Uint8Array(entries.buffer), cpus, slots };
  // There where family trace or http is on too.
  const goroutines = loaded.findMap('goroutines');
  return {
    snapshot: () => takeSnapshot(memory, process.hrtime.bigint()),
    crash: () => {
      const value = bpf.lookup(loaded.mapFd('flight_crash'), new Uint8Array(4), FLIGHT_CRASH.sizeBytes);
      return value === undefined ? undefined : readCrash(value);
    },
    contextOf: (g) => {
      if (goroutines === undefined) return undefined;
      const value = bpf.lookup(goroutines, new Uint8Array(BigUint64Array.of(g).buffer), GOROUTINE_CONTEXT.sizeBytes);
      return value === undefined ? undefined : readContext(value, epoch());
    },
    close: () => {
      heads.close();
      entries.close();
    },
  };
}

/** An array map made with BPF_F_MMAPABLE: values side by side, from the mapping's first byte (kernel/bpf/arraymap.c). */
function mapped({ libc, loaded }: RecorderNeeds, name: string, sizeBytes: number) {
  const pages = Math.ceil(sizeBytes / libc.pageBytes) * libc.pageBytes;
  const address = libc.map(loaded.mapFd(name), 0, pages, 'read');
  if (address === undefined) {
    const message = `mapping ${sizeBytes} bytes of the flight recorder failed with ${libc.lastError()}: make it smaller or free memory`;
    throw new MapscopeError('BPF_FAILED', message, { facts: { sizeBytes } });
  }
  return { buffer: libc.view(address, sizeBytes), close: () => libc.unmap(address, pages) };
}

/**
 * Takes what the flight recorder holds at a moment, while programs may be writing to it, and says exactly what is there:
 *
 *     written = kept + overwritten + torn
 *
 * An entry was not touched while it was copied if its sequence number was the same before and after, and not 0. Pure over
 * the mapped memory.
 */
import { FLIGHT_ENTRY, FLIGHT_HEAD } from './layout.ts';

/** The mapped maps `flight_heads` and `flight`. */
export interface FlightMemory {
  readonly heads: BigUint64Array;
  readonly entries: Uint8Array;
  readonly cpus: number;
  /** of one CPU; a power of two */
  readonly slots: number;
}

/** Entries in the order of their time, one array per field. */
export interface FlightEntries {
  readonly rows: number;
  readonly ts: BigUint64Array;
  readonly g: BigUint64Array;
  readonly goid: BigUint64Array;
  readonly callerPc: BigUint64Array;
  readonly stack: Int32Array;
  readonly tid: Uint32Array;
  readonly hook: Uint8Array;
  readonly reason: Uint8Array;
  readonly oldState: Uint8Array;
  readonly newState: Uint8Array;
}

export interface FlightAccounting {
  /** entries the programs began, from the start until the snapshot's moment */
  readonly written: number;
  readonly kept: number;
  readonly overwritten: number;
  /** begun but not finished, or overwritten, while the snapshot was taken */
  readonly torn: number;
}

export interface FlightSnapshot {
  readonly entries: FlightEntries;
  readonly accounting: FlightAccounting;
  /** monotonic; from here on no entry of any CPU was overwritten. 0n: none ever was */
  readonly completeFrom: bigint;
}

/** Places of the words of an entry, in arrays of 8, 4 and 1 byte. */
const QUAD = FLIGHT_ENTRY.sizeBytes / 8;
const WORD = FLIGHT_ENTRY.sizeBytes / 4;

/**
 * @param now monotonic, read before the call. The CPUs' heads are read one after the other: what came after `now` may be
 * there on one CPU while what it followed is not yet counted on another, so it belongs to the next snapshot.
 */
export function takeSnapshot(memory: FlightMemory, now: bigint): FlightSnapshot {
  const { cpus, slots } = memory;
  const live = new Uint32Array(memory.entries.buffer, memory.entries.byteOffset, memory.entries.byteLength / 4);
  const written = Array.from({ length: cpus }, (_, cpu) => writtenBy(memory, cpu));
  const before = sequencesOf(live);
  finishLoads();
  const bytes = memory.entries.slice();
  finishLoads();
  const after = sequencesOf(live);
  const times = new BigUint64Array(bytes.buffer);
  const timeOf = (slot: number): bigint => times[slot * QUAD + FLIGHT_ENTRY.ts / 8] ?? 0n;
  const kept: number[] = [];
  let completeFrom = 0n;
  let later = 0;
  for (const [cpu, count] of written.entries()) {
    const start = kept.length;
    for (let number = Math.max(1, count - slots + 1); number <= count; number++) {
      const slot = cpu * slots + ((number - 1) & (slots - 1));
      if (before[slot] !== number || after[slot] !== number) continue;
      if (timeOf(slot) > now) later++;
      else kept.push(slot);
    }
    const oldest = kept[start];
    if (oldest !== undefined && after[oldest] !== 1) completeFrom = maximum(completeFrom, timeOf(oldest));
  }
  const total = written.reduce((sum, count) => sum + count, 0) - later;
  const overwritten = written.reduce((sum, count) => sum + Math.max(0, count - slots), 0);
  const accounting = { written: total, kept: kept.length, overwritten, torn: total - overwritten - kept.length };
  return { entries: columnsOf(bytes, inTime(kept, timeOf)), accounting, completeFrom };
}

function writtenBy({ heads }: FlightMemory, cpu: number): number {
  return Number(Atomics.load(heads, (cpu * FLIGHT_HEAD.sizeBytes + FLIGHT_HEAD.written) / 8));
}

const FENCE = new Int32Array(1);

/** arm64 may move a load before an older one, but not over an atomic operation that reads and writes. */
const finishLoads = (): number => Atomics.add(FENCE, 0, 0);

/** As numbers: 2^53 entries are more than any CPU writes in its life. */
function sequencesOf(live: Uint32Array): Float64Array {
  const found = new Float64Array(live.length / WORD);
  for (let slot = 0; slot < found.length; slot++) {
    found[slot] = (live[slot * WORD + 1] ?? 0) * 2 ** 32 + (live[slot * WORD] ?? 0);
  }
  return found;
}

/** The clock is one for all CPUs. Entries of a CPU are nearly in order already, and the sort is stable. */
function inTime(slots: readonly number[], timeOf: (slot: number) => bigint): Uint32Array {
  const newest = slots.reduce((latest, slot) => maximum(latest, timeOf(slot)), 0n);
  // As numbers, because comparing those is fast: differences stay far below 2^53.
  const ages = Float64Array.from(slots, (slot) => Number(newest - timeOf(slot)));
  const order = Uint32Array.from(slots, (_, at) => at).sort((a, b) => (ages[b] ?? 0) - (ages[a] ?? 0));
  return order.map((at) => slots[at] ?? 0);
}

const maximum = (a: bigint, b: bigint): bigint => (a > b ? a : b);

function columnsOf(bytes: Uint8Array<ArrayBuffer>, slots: Uint32Array): FlightEntries {
  const quads = new BigUint64Array(bytes.buffer);
  const words = new Uint32Array(bytes.buffer);
  const quad = (field: number): BigUint64Array =>
    BigUint64Array.from(slots, (slot) => quads[slot * QUAD + field / 8] ?? 0n);
  const word = (field: number): Uint32Array => slots.map((slot) => words[slot * WORD + field / 4] ?? 0);
  const byte = (field: number): Uint8Array =>
    Uint8Array.from(slots, (slot) => bytes[slot * FLIGHT_ENTRY.sizeBytes + field] ?? 0);
  return {
    rows: slots.length,
    ts: quad(FLIGHT_ENTRY.ts),
    g: quad(FLIGHT_ENTRY.g),
    goid: quad(FLIGHT_ENTRY.goid),
    callerPc: quad(FLIGHT_ENTRY.caller_pc),
    stack: new Int32Array(word(FLIGHT_ENTRY.stack).buffer),
    tid: word(FLIGHT_ENTRY.tid),
    hook: byte(FLIGHT_ENTRY.hook),
    reason: byte(FLIGHT_ENTRY.reason),
    oldState: byte(FLIGHT_ENTRY.old_state),
    newState: byte(FLIGHT_ENTRY.new_state),
  };
}

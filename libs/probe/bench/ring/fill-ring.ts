/**
 * Memory as a ring of the kernel has it, full of records of one kind (or several in turn): lock waits, map writes,
 * requests, collections. Plausible: 60 places in the code, 16 locks or maps, some hundred goroutines, five events of six
 * within a trace. A stack and the line that called are of one place, a map and its type of one object.
 */
import type { RecordBytes } from '../../src/ring/run.ts';
import { RECORD_HEADER_BYTES } from '../../src/ring/cursor.ts';
import { LAYOUTS } from '../../src/families/layouts.ts';
import type { RingKind } from '../../src/families/layouts.ts';
import { recordBytes } from '../../src/ring/record-layout.ts';
import type { FieldLayout } from '../../src/ring/record-layout.ts';

export interface FilledRing extends RecordBytes {
  readonly sizeBytes: number;
  readonly records: number;
  /** where the last record ends */
  readonly producer: number;
}

export type Random = () => number;

/** Marsaglia, "Xorshift RNGs" (2003): 32 bits, the same numbers each run. */
export function seeded(seed: number): Random {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

export function fillRing(kinds: readonly RingKind[], sizeBytes: number): FilledRing {
  const bytes = new Uint8Array(2 * sizeBytes);
  const view = new DataView(bytes.buffer);
  const random = seeded(7);
  const trace = traces(random);
  let at = 0;
  let records = 0;
  for (;;) {
    const kind = kinds[records % kinds.length] ?? 'lock_waits';
    const layout = LAYOUTS[kind];
    const next = at + RECORD_HEADER_BYTES + layout.sizeBytes;
    if (next > sizeBytes) break;
    const start = at + RECORD_HEADER_BYTES;
    view.setUint16(start, layout.kind, true);
    const drawn = { row: records, random, trace, place: random() % PLACES, object: random() % OBJECTS };
    for (const [name, field] of Object.entries<FieldLayout>(layout.fields)) {
      put(view, bytes, start + field.offset, { name, field, ...drawn });
    }
    const written = recordBytes(layout, bytes.subarray(start));
    view.setUint32(at, written, true);
    at = start + written;
    records++;
  }
  return { bytes, words: new Int32Array(bytes.buffer), sizeBytes, records, producer: at };
}

interface Wanted {
  readonly name: string;
  readonly field: FieldLayout;
  readonly row: number;
  readonly random: Random;
  readonly trace: (row: number) => Uint8Array;
  readonly place: number;
  readonly object: number;
}

const PATHS = ['/cart/17', '/orders/4711/items', '/search', '/login', '/static/app.js', '/checkout', '/', '/healthz'];
const SMALL: Readonly<Record<string, number>> = {
  event: 3,
  kind: 2,
  op: 3,
  binding: 1,
  end: 1,
  trace_source: 1,
  key_function: 1,
  reason: 1,
  cycle: 3,
};
const PLACES = 60;
const OBJECTS = 16;

/** Field by field, by what its name says. */
function put(view: DataView, bytes: Uint8Array, at: number, wanted: Wanted): void {
  const { name, field, row, random, trace, place } = wanted;
  const nanos = 200 + (random() % 50_000);
  if (field.storage === 'bytes16') bytes.set(trace(row + name.length), at);
  else if (name === 'path') bytes.set(encoder.encode(PATHS[row % PATHS.length]), at);
  else if (name === 'path_length') bytes[at] = PATHS[row % PATHS.length]?.length ?? 0;
  else if (name === 'method') bytes.set(encoder.encode('GET'), at);
  else if (name === 'method_length') bytes[at] = 3;
  else if (field.storage.startsWith('bytes')) bytes.set(trace(row + 1).subarray(0, name === 'span_id' ? 8 : 0), at);
  else if (field.storage === 'u8') bytes[at] = SMALL[name] ?? 0;
  else if (field.storage === 'u16') view.setUint16(at, SMALL[name] ?? 0, true);
  else if (field.storage === 'i32') view.setInt32(at, name === 'holder_stack' ? random() % PLACES : place, true);
  else if (field.storage === 'u32') view.setUint32(at, SMALL[name] ?? 1, true);
  else view.setBigUint64(at, wide(wanted, nanos), true);
}

function wide({ name, row, random, place, object }: Wanted, nanos: number): bigint {
  if (name === 'ts') return 1_000_000_000_000n + BigInt(row * 50 + (nanos & 31));
  if (name.endsWith('goid')) return BigInt(18 + (random() % 400));
  if (name.endsWith('_ns')) return BigInt(nanos);
  if (name.endsWith('address') || name === 'map') return 0xc000_1000_00n + BigInt(object * 64);
  if (name === 'type') return 0x6a_0000n + BigInt(object * 64);
  if (name === 'caller_pc') return 0x4a_0000n + BigInt(place * 32);
  return 1n;
}

/** A request's id serves some ten events; every sixth event has none. */
function traces(random: Random): (row: number) => Uint8Array {
  const ids = Array.from({ length: 3000 }, () => new Uint8Array(Uint32Array.from({ length: 4 }, random).buffer));
  const none = new Uint8Array(16);
  return (row) => (row % 6 === 0 ? none : (ids[Math.floor(row / 10) % ids.length] ?? none));
}

const encoder = new TextEncoder();

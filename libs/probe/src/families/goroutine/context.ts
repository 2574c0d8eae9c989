/**
 * Which request a goroutine works for, looked up when a dump is made: asking at every state change would cost each of them
 * a hash lookup. What the map says holds now, so it is told only of changes since it began to hold:
 *
 *   inherited  since the goroutine's birth, so of all changes under its goid
 *   exact      since its request began, and only while that is open (family http): before, the same goroutine served others
 */
import { BINDINGS } from '@mapscope/events';
import { GOROUTINE_CONTEXT } from './layout.ts';
import type { Changes } from './timeline.ts';
import type { ChangeOfGoroutine } from './rows.ts';
import type { FlightEntries } from './snapshot.ts';

export interface GoroutineContext {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly binding: number;
  /** monotonic */
  readonly since: bigint;
}

/** @param value of the map `goroutines`; @param epoch of families http and trace: what was stored in another is no longer true; 0: they are detached */
export function readContext(value: Uint8Array, epoch: number): GoroutineContext | undefined {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  if (epoch === 0 || view.getUint32(GOROUTINE_CONTEXT.epoch, true) !== epoch) return undefined;
  const { trace_id, span_id } = GOROUTINE_CONTEXT;
  const binding = value[GOROUTINE_CONTEXT.binding] ?? 0;
  const since = binding === BINDINGS.inherited ? 0n : requestStart(view, epoch);
  if (since === undefined) return undefined;
  const traceId = value.slice(trace_id, trace_id + 16);
  return { traceId, spanId: value.slice(span_id, span_id + 8), binding, since };
}

function requestStart(view: DataView, epoch: number): bigint | undefined {
  const started = view.getBigUint64(GOROUTINE_CONTEXT.started_ns, true);
  return started !== 0n && view.getUint32(GOROUTINE_CONTEXT.request_epoch, true) === epoch ? started : undefined;
}

/** Asks once for each g. Structures are used again after a goroutine's end: only its last user is meant. */
export function contextFinder(
  entries: FlightEntries,
  changes: Changes,
  read: (g: bigint) => GoroutineContext | undefined,
): (change: ChangeOfGoroutine) => GoroutineContext | undefined {
  const lastGoid = new Map(changes.entry.map((entry, row) => [entries.g[entry] ?? 0n, changes.goid[row] ?? 0n]));
  const known = new Map<bigint, GoroutineContext | undefined>();
  return ({ g, goid, at }) => {
    if (goid === 0n || lastGoid.get(g) !== goid) return undefined;
    if (!known.has(g)) known.set(g, read(g));
    const found = known.get(g);
    return found !== undefined && at >= found.since ? found : undefined;
  };
}

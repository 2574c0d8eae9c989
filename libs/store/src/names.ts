/** The numbers that tables carry, back to the words of @mapscope/events. A number of a newer agent falls back, it never throws. Pure. */
import {
  type Binding,
  BINDINGS,
  LOCK_KINDS,
  type LockKind,
  MAP_OPS,
  type MapOp,
  PROBE_EVENT_KINDS,
  type ProbeEventKind,
  REQUEST_ENDS,
  type RequestEnd,
  SYNCMAP_OPS,
  type SyncmapOp,
  TRACE_SOURCES,
  type TraceSource,
} from '@mapscope/events';

const byNumber = <Name extends string>(table: Readonly<Record<Name, number>>): ReadonlyMap<number, Name> =>
  // Object.entries widens keys to string; they are the keys of the table given.
  new Map((Object.entries(table) as [Name, number][]).map(([name, number]) => [number, name]));

const lockKinds = byNumber<LockKind>(LOCK_KINDS);
const bindings = byNumber<Binding>(BINDINGS);
const traceSources = byNumber<TraceSource>(TRACE_SOURCES);
const requestEnds = byNumber<RequestEnd>(REQUEST_ENDS);
const mapOps = byNumber<MapOp>(MAP_OPS);
const syncmapOps = byNumber<SyncmapOp>(SYNCMAP_OPS);
const probeEventKinds = byNumber<ProbeEventKind>(PROBE_EVENT_KINDS);

export const lockKindOf = (number: number): LockKind => lockKinds.get(number) ?? 'other';
export const bindingOf = (number: number): Binding => bindings.get(number) ?? 'none';
export const traceSourceOf = (number: number): TraceSource => traceSources.get(number) ?? 'none';
export const requestEndOf = (number: number): RequestEnd => requestEnds.get(number) ?? 'finished';
export const mapOpOf = (number: number): MapOp => mapOps.get(number) ?? 'none';
export const syncmapOpOf = (number: number): SyncmapOp => syncmapOps.get(number) ?? 'none';
export const probeEventKindOf = (number: number): ProbeEventKind => probeEventKinds.get(number) ?? 'fatal';

/** 0x and 16 hex digits, as Go prints pointers in full width. */
export const addressText = (address: bigint): string => `0x${address.toString(16).padStart(16, '0')}`;

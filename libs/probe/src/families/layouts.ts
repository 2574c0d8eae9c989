/** Every record that comes from the ring, by the batch kind it becomes; and the types that follow from it. */
import type { FieldStorage, RecordLayout } from '../ring/record-layout.ts';
import { CLIENT_REQUEST } from './client/layout.ts';
import { PROBE_EVENT } from './fatal/layout.ts';
import { GC_EVENT } from './gc/layout.ts';
import { HTTP_REQUEST } from './http/layout.ts';
import { LOCK_WAIT } from './lock/layout.ts';
import { MAP_EVENT } from './map/layout.ts';
import { SYNCMAP_EVENT } from './syncmap/layout.ts';

export const LAYOUTS = {
  http_requests: HTTP_REQUEST,
  lock_waits: LOCK_WAIT,
  probe_events: PROBE_EVENT,
  client_requests: CLIENT_REQUEST,
  map_events: MAP_EVENT,
  syncmap_events: SYNCMAP_EVENT,
  gc_events: GC_EVENT,
} as const satisfies Record<string, RecordLayout>;

/** Names of the batch kinds that come from the ring. */
export type RingKind = keyof typeof LAYOUTS;
// Object.keys gives string[]; these are the keys of the table above.
export const RING_KINDS = Object.keys(LAYOUTS) as readonly RingKind[];

/** A value for each of them. */
export function byRingKind<V>(make: (kind: RingKind) => V): Readonly<Record<RingKind, V>> {
  // One entry for every key of LAYOUTS, by construction.
  return Object.fromEntries(RING_KINDS.map((kind) => [kind, make(kind)])) as Record<RingKind, V>;
}

interface Arrays {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly u64: BigUint64Array;
}
type ArrayOf<S extends FieldStorage> = S extends keyof Arrays ? Arrays[S] : Uint8Array;

/** Decoded records of one kind: fields as they were in the ring, one array per field. Times are still monotonic. */
export interface RawBatch<K extends RingKind = RingKind> {
  readonly kind: K;
  readonly rows: number;
  readonly columns: RawColumns<K>;
}

export type RawColumns<K extends RingKind> = {
  readonly [F in keyof (typeof LAYOUTS)[K]['fields']]: (typeof LAYOUTS)[K]['fields'][F] extends {
    readonly storage: infer S extends FieldStorage;
  }
    ? ArrayOf<S>
    : never;
};

/** Any of them, told apart by `kind`. */
export type AnyRawBatch = { readonly [K in RingKind]: RawBatch<K> }[RingKind];

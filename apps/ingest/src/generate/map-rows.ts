/**
 * What is done to maps, in the shares the agent sends it: operations counted per line and window (most rows), writes
 * that were picked out, and which lock guards a map. Conflicts and growth are rare. Pure.
 */
import { BINDINGS, type ColumnData, MAP_EVENT_KINDS, MAP_OPS } from '@mapscope/events';
import { type Chance, below, logNormal } from './chance.ts';
import { fixed, names, nanos, same, u32, u64, u8 } from './columns.ts';
import { type Drawn, pickFrom } from './drawn.ts';
import type { Request, Requests } from './requests.ts';
import type { MapSite, ServiceModel } from './service-model.ts';

export const EVENTS_A_REQUEST = 8;
/** up to this share of chance: that kind */
const SHARES = [
  [0.7, MAP_EVENT_KINDS.count],
  [0.949, MAP_EVENT_KINDS.write],
  [0.999, MAP_EVENT_KINDS.guard],
  [0.9995, MAP_EVENT_KINDS.growth],
  [1, MAP_EVENT_KINDS.conflict],
] as const;
const OPS = [MAP_OPS.access, MAP_OPS.access2, MAP_OPS.access, MAP_OPS.assign, MAP_OPS.delete] as const;
const WINDOW_NANOS = 1_000_000_000n;
const NO_TRACE = new Uint8Array(16);
const NO_SPAN = new Uint8Array(8);

interface MapRow {
  readonly ts: bigint;
  readonly kind: number;
  readonly op: number;
  readonly site: MapSite;
  readonly address: bigint;
  readonly stack: bigint;
  readonly count: bigint;
  /** undefined: counted over all of them */
  readonly request: Request | undefined;
  readonly other: Request | undefined;
  readonly slots: number;
}

function draw(chance: Chance, service: ServiceModel, requests: Requests, ts: bigint): MapRow {
  const share = chance();
  const kind = SHARES.find(([upTo]) => share < upTo)?.[1] ?? MAP_EVENT_KINDS.count;
  const site = pickFrom(service.maps, service.map(chance));
  const isCounted = kind === MAP_EVENT_KINDS.count || kind === MAP_EVENT_KINDS.guard;
  return {
    ts,
    kind,
    site,
    op: kind === MAP_EVENT_KINDS.write ? MAP_OPS.assign : pickFrom(OPS, below(chance, OPS.length)),
    address: pickFrom(site.addresses, below(chance, site.addresses.length)),
    stack: pickFrom(site.stacks, below(chance, site.stacks.length)),
    count: isCounted ? BigInt(1 + logNormal(chance, 300, 1.5)) : 64n,
    request: isCounted ? undefined : requests.next(),
    other: kind === MAP_EVENT_KINDS.conflict ? requests.other() : undefined,
    slots: kind === MAP_EVENT_KINDS.growth ? 2 ** (3 + below(chance, 12)) : 0,
  };
}

const isCounted = ({ request }: MapRow): boolean => request === undefined;

export function mapColumns({ chance, service, requests, times }: Drawn): Readonly<Record<string, ColumnData>> {
  const rows = times.map((ts) => draw(chance, service, requests, ts));
  return {
    ts: nanos(rows, ({ ts }) => ts),
    service: same(rows, service.name),
    platform: same(rows, service.platform),
    kind: u8(rows, ({ kind }) => kind),
    op: u8(rows, ({ op }) => op),
    map_addr: u64(rows, ({ address }) => address),
    map_type: names(rows, ({ site }) => site.type),
    key_class: names(rows, ({ site }) => site.keyClass),
    count: u64(rows, ({ count }) => count),
    maps: u32(rows, () => 1),
    window_ns: u64(rows, (row) => (isCounted(row) ? WINDOW_NANOS : 0n)),
    function: names(rows, ({ site }) => site.function),
    file: names(rows, ({ site }) => site.file),
    line: u32(rows, ({ site }) => site.line),
    stack: u64(rows, ({ stack }) => stack),
    trace_id: fixed(16, rows, ({ request }) => request?.traceId ?? NO_TRACE),
    span_id: fixed(8, rows, ({ request }) => request?.spanId ?? NO_SPAN),
    binding: u8(rows, (row) => (isCounted(row) ? BINDINGS.none : BINDINGS.exact)),
    pid: u32(rows, () => service.pid),
    goid: u64(rows, ({ request }) => request?.goid ?? 0n),
    ...conflictColumns(rows),
    ...guardColumns(rows),
    entries: u64(rows, ({ slots }) => BigInt(Math.floor((slots * 7) / 8))),
    old_slots: u32(rows, ({ slots }) => slots),
    new_slots: u32(rows, ({ slots }) => slots * 2),
  };
}

function conflictColumns(rows: readonly MapRow[]): Readonly<Record<string, ColumnData>> {
  const of = ({ other, site }: MapRow): MapSite | undefined => (other === undefined ? undefined : site);
  return {
    flag_seen: u8(rows, ({ other }) => (other === undefined ? 0 : 1)),
    other_op: u8(rows, ({ other }) => (other === undefined ? MAP_OPS.none : MAP_OPS.assign)),
    other_goid: u64(rows, ({ other }) => other?.goid ?? 0n),
    other_trace_id: fixed(16, rows, ({ other }) => other?.traceId ?? NO_TRACE),
    other_stack: u64(rows, (row) => (row.other === undefined ? 0n : row.stack)),
    other_function: names(rows, (row) => of(row)?.function ?? ''),
    other_file: names(rows, (row) => of(row)?.file ?? ''),
    other_line: u32(rows, (row) => of(row)?.line ?? 0),
  };
}

function guardColumns(rows: readonly MapRow[]): Readonly<Record<string, ColumnData>> {
  const of = ({ kind, site }: MapRow): MapSite['lock'] | undefined =>
    kind === MAP_EVENT_KINDS.guard ? site.lock : undefined;
  return {
    lock_kind: u8(rows, (row) => of(row)?.kind ?? 0),
    lock_addr: u64(rows, (row) => of(row)?.addresses[0] ?? 0n),
    lock_function: names(rows, (row) => of(row)?.function ?? ''),
    lock_file: names(rows, (row) => of(row)?.file ?? ''),
    lock_line: u32(rows, (row) => of(row)?.line ?? 0),
  };
}

/** Raw map events → the columns of table map_events (without the proof columns). Pure. */
import { LOCK_KINDS, MAP_EVENT_KINDS } from '@mapscope/events';
import type { ColumnData, Columns } from '@mapscope/events';
import type { Frame } from '@mapscope/golang';
import { bytes16, bytes8, constantText, constantU32, dictionaryOf, i64, u32, u64, u8 } from '../../rows/column-data.ts';
import type { RowContext } from '../../rows/row-context.ts';
import { NO_STACK } from '../../symbols/stack-table.ts';
import type { Stack } from '../../symbols/stack-table.ts';
import { NO_SITE } from '../../symbols/user-site.ts';
import type { RawBatch } from '../layouts.ts';
import { keyClass, mapTypeName } from './key-class.ts';

type Raw = RawBatch<'map_events'>['columns'];
const OTHER_FRAMES = 20;

/** What one row needs of the program: the line that called the map, the other one's, and the lock's. */
interface Sites {
  readonly stack: Stack;
  readonly site: Frame;
  readonly other: Stack;
  readonly lock: Stack;
}

export function mapRows(batch: RawBatch<'map_events'>, context: RowContext): Columns<'map_events'> {
  const { rows, columns: raw } = batch;
  const { origin, toUnix } = context;
  const sites = Array.from({ length: rows }, (_, row) => sitesOf(raw, row, context));
  return {
    kind: 'map_events',
    rows,
    columns: {
      ts: i64(toUnix(raw.ts)),
      service: constantText(origin.service, rows),
      platform: constantText(origin.platform, rows),
      ...operation(raw, rows, context),
      ...frames(
        '',
        sites.map(({ site }) => site),
      ),
      stack: hashes(sites.map(({ stack }) => stack)),
      trace_id: bytes16(raw.trace_id),
      span_id: bytes8(raw.span_id),
      binding: u8(raw.binding),
      pid: constantU32(origin.pid, rows),
      goid: u64(raw.goid),
      flag_seen: u8(raw.flag_seen),
      ...otherGoroutine(raw, sites),
      ...guardingLock(raw, sites),
      entries: u64(raw.entries),
      old_slots: u32(raw.old_slots),
      new_slots: u32(raw.new_slots),
    },
  };
}

function operation(raw: Raw, rows: number, { mapType }: RowContext): Part {
  const types = Array.from(raw.type, mapType);
  return {
    kind: u8(raw.kind),
    op: u8(raw.op),
    map_addr: u64(raw.map),
    map_type: dictionaryOf(rows, (row) => mapTypeName(types[row])),
    key_class: dictionaryOf(rows, (row) =>
      keyClass(types[row], raw.key_function[row] ?? 0, raw.length_class[row] ?? 0),
    ),
    count: u64(raw.count),
    maps: u32(raw.maps),
    window_ns: u64(raw.window_ns),
  };
}

type Part = Readonly<Record<string, ColumnData>>;

const otherGoroutine = (raw: Raw, sites: readonly Sites[]): Part => ({
  other_op: u8(raw.other_op),
  other_goid: u64(raw.other_goid),
  other_trace_id: bytes16(raw.other_trace_id),
  other_stack: hashes(sites.map(({ other }) => other)),
  ...frames(
    'other_',
    sites.map(({ other }) => other.site),
  ),
});

const guardingLock = (raw: Raw, sites: readonly Sites[]): Part => ({
  lock_kind: u8(Uint8Array.from(sites, ({ lock }) => LOCK_KINDS[lock.lock.kind])),
  lock_addr: u64(raw.sema_address.map((address, row) => address - BigInt(sites[row]?.lock.lock.semaOffset ?? 0))),
  ...frames(
    'lock_',
    sites.map(({ lock }) => lock.site),
  ),
});

/** Counts know their caller only; of a guard the stack is the lock's. */
function sitesOf(raw: Raw, row: number, { stackOfCall, stackOfAddresses, siteOf, stack }: RowContext): Sites {
  const kind = raw.kind[row];
  const callerPc = raw.caller_pc[row] ?? 0n;
  const stackId = raw.stack[row] ?? -1;
  const isCounted = kind === MAP_EVENT_KINDS.count || kind === MAP_EVENT_KINDS.guard;
  const own = isCounted ? NO_STACK : stackOfCall(stackId, callerPc);
  const other = kind === MAP_EVENT_KINDS.conflict ? otherAddresses(raw.other_stack, row) : [];
  const known = callerPc === 0n ? NO_SITE : siteOf(callerPc);
  return {
    stack: own,
    site: own === NO_STACK ? known : own.site,
    other: stackOfAddresses(other, raw.other_caller_pc[row] ?? 0n),
    lock: kind === MAP_EVENT_KINDS.guard ? stack(stackId) : NO_STACK,
  };
}

function otherAddresses(bytes: Uint8Array, row: number): readonly bigint[] {
  const from = row * OTHER_FRAMES * 8;
  const view = new DataView(bytes.buffer, bytes.byteOffset + from, OTHER_FRAMES * 8);
  const all = Array.from({ length: OTHER_FRAMES }, (_, frame) => view.getBigUint64(8 * frame, true));
  const end = all.indexOf(0n);
  return end < 0 ? all : all.slice(0, end);
}

const hashes = (stacks: readonly Stack[]): ColumnData => u64(BigUint64Array.from(stacks, (stack) => stack.hash));

function frames(prefix: '' | 'other_' | 'lock_', sites: readonly Frame[]): Readonly<Record<string, ColumnData>> {
  return {
    [`${prefix}function`]: dictionaryOf(sites.length, (row) => sites[row]?.function ?? ''),
    [`${prefix}file`]: dictionaryOf(sites.length, (row) => sites[row]?.file ?? ''),
    [`${prefix}line`]: u32(Uint32Array.from(sites, (site) => site.line)),
  };
}

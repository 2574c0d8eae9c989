/**
 * What every column of a table is to be, one record at a time and as plainly as it can be said: the yardstick that the
 * fast path is held against (plain-rows.test.ts). Slow, and of no use elsewhere.
 */
import { GC_EVENT_KINDS, LOCK_KINDS, MAP_EVENT_KINDS, RW_STATES, SYNCMAP_OPS } from '@mapscope/events';
import { NO_STACK } from '../symbols/stack-table.ts';
import type { Stack, StackTable } from '../symbols/stack-table.ts';
import { NO_SITE } from '../symbols/user-site.ts';
import { keyClass, mapTypeName } from '../families/map/key-class.ts';
import { clientMethodOf, methodOf } from '../families/http/method.ts';
import type { RingKind } from '../families/layouts.ts';
import { LAYOUTS } from '../families/layouts.ts';
import type { FieldLayout } from '../ring/record-layout.ts';
import type { RowContext } from './row-context.ts';

export interface Plain {
  readonly context: RowContext;
  readonly stacks: StackTable;
  readonly unixOffset: bigint;
}

/** The value of a field, and the bytes of those that are bytes. */
export type Read = (name: string) => bigint;
type ReadBytes = (name: string) => Uint8Array;

type Cell = bigint | string;
type PlainRow = Readonly<Record<string, Cell>>;

/** The first of runtime/proc.go, stwReasonStrings: those that the test draws. */
const STOP_REASONS = [
  'unknown',
  'GC mark termination',
  'GC sweep termination',
  'write heap dump',
  'goroutine profile',
  'goroutine profile cleanup',
  'all goroutines stack trace',
];

const NUMBERS = { u8: 1, u16: 2, u32: 4, i32: 4, u64: 8 } as const;

export function plainRow(kind: RingKind, record: Uint8Array, plain: Plain): PlainRow {
  const fields: Readonly<Record<string, FieldLayout>> = LAYOUTS[kind].fields;
  const bytes: ReadBytes = (name) => {
    const { offset, storage } = fields[name] ?? { offset: 0, storage: 'u8' };
    const width = storage in NUMBERS ? NUMBERS[storage as keyof typeof NUMBERS] : Number(storage.slice(5));
    return record.subarray(offset, offset + width);
  };
  const read: Read = (name) => {
    const value = bytes(name).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
    return fields[name]?.storage === 'i32' ? BigInt.asIntN(32, value) : value;
  };
  const same = Object.keys(fields).map((name) => [
    name,
    fields[name]?.storage.startsWith('bytes') ? hex(bytes(name)) : read(name),
  ]);
  return { ...Object.fromEntries(same), ts: read('ts') + plain.unixOffset, ...OWN[kind](read, bytes, plain) };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What is not the field of the same name. */
const OWN: Readonly<Record<RingKind, (read: Read, bytes: ReadBytes, plain: Plain) => PlainRow>> = {
  lock_waits: (read, _, { stacks }) => {
    const waiter = stacks.find(Number(read('waiter_stack')));
    const { kind, semaOffset } = waiter.lock;
    return {
      lock_kind: BigInt(LOCK_KINDS[kind]),
      lock_addr: BigInt.asUintN(64, read('sema_address') - BigInt(semaOffset)),
      ...siteOf('waiter_', waiter),
      ...siteOf('holder_', stacks.find(Number(read('holder_stack')))),
      rw_state: rwState(read, kind, semaOffset),
    };
  },
  map_events: (read, bytes, { stacks, context }) => {
    const kind = Number(read('kind'));
    const [id, callerPc] = [Number(read('stack')), read('caller_pc')];
    const isCounted = kind === MAP_EVENT_KINDS.count || kind === MAP_EVENT_KINDS.guard;
    const stack = isCounted ? NO_STACK : stacks.findWithCaller(id, callerPc);
    const called = callerPc === 0n ? NO_SITE : stacks.siteOf(callerPc);
    const others = kind === MAP_EVENT_KINDS.conflict ? addresses(bytes('other_stack')) : [];
    const lock = kind === MAP_EVENT_KINDS.guard ? stacks.find(id) : NO_STACK;
    const type = context.mapType(read('type'));
    return {
      map_addr: read('map'),
      map_type: mapTypeName(type),
      key_class: keyClass(type, Number(read('key_function')), Number(read('length_class'))),
      ...siteOf('', { ...stack, site: stack === NO_STACK ? called : stack.site }),
      ...siteOf('other_', stacks.findAddresses(others, read('other_caller_pc'))),
      lock_kind: BigInt(LOCK_KINDS[lock.lock.kind]),
      lock_addr: BigInt.asUintN(64, read('sema_address') - BigInt(lock.lock.semaOffset)),
      ...siteOf('lock_', lock),
    };
  },
  syncmap_events: (read, _, { stacks }) => {
    const callerPc = read('caller_pc');
    const stack = stacks.findWithCaller(Number(read('stack')), callerPc);
    const op = Number(read('op'));
    const called = callerPc === 0n ? NO_SITE : stacks.siteOf(callerPc);
    const site = op === SYNCMAP_OPS.miss || op === SYNCMAP_OPS.copy ? stack.site : called;
    return { kind: read('event'), map_addr: read('map_address'), ...siteOf('', { ...stack, site }) };
  },
  http_requests: (read, bytes, { context }) => {
    const [path, pattern] = [seen(read, bytes, 'path'), seen(read, bytes, 'pattern')];
    const { route, source } = context.route({
      path: path.text,
      cut: path.cut,
      pattern: pattern.cut ? '' : pattern.text,
    });
    return { method: methodOf(seen(read, bytes, 'method').text), route, route_source: BigInt(source) };
  },
  client_requests: (read, bytes, { context }) => ({
    method: clientMethodOf(seen(read, bytes, 'method').text),
    host: context.host(seen(read, bytes, 'host')),
  }),
  gc_events: (read) => ({
    kind: read('event'),
    reason:
      Number(read('event')) === GC_EVENT_KINDS.stop_the_world ? (STOP_REASONS[Number(read('reason'))] ?? '?') : '',
  }),
  probe_events: (read, bytes, { context }) => ({
    kind: read('event'),
    message: context.eventMessage(Number(read('event')), seen(read, bytes, 'message').text, read('type_address')),
    stack: context.eventStack(Number(read('stack')), Number(read('event')), read('caller_pc')).hash,
  }),
};

const siteOf = (prefix: string, { hash, site }: Pick<Stack, 'hash' | 'site'>): PlainRow => ({
  [`${prefix}stack`]: hash,
  [`${prefix}function`]: site.function,
  [`${prefix}file`]: site.file,
  [`${prefix}line`]: BigInt(site.line),
});

function rwState(read: Read, kind: string, semaOffset: number): bigint {
  if (kind === 'rwmutex_read') return read('rw_as_reader');
  if (kind !== 'rwmutex_write') return BigInt(RW_STATES.none);
  return semaOffset === 4 ? read('rw_as_writer') : BigInt(RW_STATES.readers_holding);
}

function addresses(bytes: Uint8Array): readonly bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const all = Array.from({ length: bytes.length / 8 }, (_, index) => view.getBigUint64(8 * index, true));
  return all.includes(0n) ? all.slice(0, all.indexOf(0n)) : all;
}

function seen(read: Read, bytes: ReadBytes, name: string): { readonly text: string; readonly cut: boolean } {
  const [place, length] = [bytes(name), Number(read(`${name}_length`))];
  return { text: new TextDecoder().decode(place.subarray(0, length)), cut: length > place.length };
}

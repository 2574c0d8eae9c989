/** Raw map events → the columns of table map_events (without the proof columns). Pure. */
import { LOCK_KINDS } from '@mapscope/events';
import type { ColumnData, Columns } from '@mapscope/events';
import type { Frame } from '@mapscope/golang';
import { u8 } from '../../rows/column-data.ts';
import { beginning, goroutineOf, traced } from '../../rows/common-columns.ts';
import { lockAddresses } from '../../rows/lock-addresses.ts';
import { addresses, numbers, rareBytes, rareIds16, words } from '../../rows/narrow.ts';
import type { RowContext } from '../../rows/row-context.ts';
import { pairUp, spreadBytes, spreadLongs } from '../../rows/spread-ids.ts';
import { spreadLong, spreadText, spreadU32, spreadU8 } from '../../rows/spread.ts';
import type { Spread } from '../../rows/spread.ts';
import type { RawBatch } from '../layouts.ts';
import { keyClass, mapTypeName } from './key-class.ts';
import { othersOf, placesOf } from './places.ts';
import type { Place } from './places.ts';

type Raw = RawBatch<'map_events'>['columns'];
type Part = Readonly<Record<string, ColumnData>>;

export function mapRows(batch: RawBatch<'map_events'>, context: RowContext): Columns<'map_events'> {
  const { rows, columns: raw } = batch;
  const places = placesOf(raw, context);
  return {
    kind: 'map_events',
    rows,
    columns: {
      ...beginning(raw.ts, context),
      ...operation(raw, context),
      ...frames('', places, ({ site }) => site),
      stack: spreadLong(places, ({ stack }) => stack.hash),
      ...traced(raw),
      ...goroutineOf(raw.goid, context),
      flag_seen: rareBytes(raw.flag_seen),
      ...otherGoroutine(raw, context),
      ...guardingLock(raw, places),
      entries: numbers(raw.entries, context.memory),
      old_slots: words(raw.old_slots, context.memory),
      new_slots: words(raw.new_slots, context.memory),
    },
  };
}

function operation(raw: Raw, { mapType, memory }: RowContext): Part {
  const types = spreadLongs(raw.type, mapType, memory);
  const functions = spreadBytes(raw.key_function, (byte) => byte, memory);
  const lengths = spreadBytes(raw.length_class, (byte) => byte, memory);
  const accesses = pairUp(functions, lengths, (keyFunction, lengthClass) => ({ keyFunction, lengthClass }));
  const keys = pairUp(types, accesses, (type, one) => keyClass(type, one.keyFunction, one.lengthClass));
  return {
    kind: u8(raw.kind),
    op: u8(raw.op),
    map_addr: addresses(raw.map, memory),
    map_type: spreadText(types, mapTypeName),
    key_class: spreadText(keys, (text) => text),
    count: numbers(raw.count, memory),
    maps: words(raw.maps, memory),
    window_ns: numbers(raw.window_ns, memory),
  };
}

function otherGoroutine(raw: Raw, context: RowContext): Part {
  const others = othersOf(raw, context);
  return {
    other_op: rareBytes(raw.other_op),
    other_goid: numbers(raw.other_goid, context.memory),
    other_trace_id: rareIds16(raw.other_trace_id),
    other_stack: spreadLong(others, ({ hash }) => hash),
    ...frames('other_', others, ({ site }) => site),
  };
}

const guardingLock = (raw: Raw, places: Spread<Place>): Part => ({
  lock_kind: rareBytes(spreadU8(places, ({ lock }) => LOCK_KINDS[lock.lock.kind])),
  lock_addr: addresses(
    lockAddresses(raw.sema_address, places, ({ lock }) => lock.lock),
    places.memory,
  ),
  ...frames('lock_', places, ({ lock }) => lock.site),
});

const frames = <T>(prefix: '' | 'other_' | 'lock_', places: Spread<T>, siteOf: (place: T) => Frame): Part => ({
  [`${prefix}function`]: spreadText(places, (place) => siteOf(place).function),
  [`${prefix}file`]: spreadText(places, (place) => siteOf(place).file),
  [`${prefix}line`]: spreadU32(places, (place) => siteOf(place).line),
});

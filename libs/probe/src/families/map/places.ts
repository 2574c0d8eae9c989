/** Where in the program the goroutines of map events were, each place worked out once a batch. */
import { MAP_EVENT_KINDS } from '@mapscope/events';
import type { Frame } from '@mapscope/golang';
import { placeTexts } from '../../rows/place-texts.ts';
import type { RowContext } from '../../rows/row-context.ts';
import { pairUp, spreadBy, spreadBytes, spreadLongs } from '../../rows/spread-ids.ts';
import { spreadOf, spreadOne } from '../../rows/spread.ts';
import type { Spread } from '../../rows/spread.ts';
import { NO_STACK } from '../../symbols/stack-table.ts';
import type { Stack } from '../../symbols/stack-table.ts';
import { NO_SITE } from '../../symbols/user-site.ts';
import type { RawBatch } from '../layouts.ts';

type Raw = RawBatch<'map_events'>['columns'];

/** bpf/records.h, map_event.other_stack: 20 addresses, 0 behind the last */
const OTHER_FRAMES = 20;
const OTHER_BYTES = 8 * OTHER_FRAMES;

/** What a row needs of the program: the line that called the map, and the lock's. */
export interface Place {
  readonly stack: Stack;
  readonly site: Frame;
  readonly lock: Stack;
}

export function placesOf(raw: Raw, context: RowContext): Spread<Place> {
  const { memory } = context;
  const kinds = spreadBytes(raw.kind, (kind) => kind, memory);
  const stackIds = spreadBy(raw.stack, (id) => id, memory);
  const callers = spreadLongs(raw.caller_pc, (callerPc) => callerPc, memory);
  const calls = pairUp(stackIds, callers, (stackId, callerPc) => ({ stackId, callerPc }));
  return pairUp(kinds, calls, (kind, { stackId, callerPc }) => placeOf(kind, stackId, callerPc, context));
}

/** Counts know their caller only; of a guard the stack is the lock's. */
function placeOf(kind: number, stackId: number, callerPc: bigint, context: RowContext): Place {
  const isCounted = kind === MAP_EVENT_KINDS.count || kind === MAP_EVENT_KINDS.guard;
  const own = isCounted ? NO_STACK : context.stackOfCall(stackId, callerPc);
  const known = callerPc === 0n ? NO_SITE : context.siteOf(callerPc);
  return {
    stack: own,
    site: own === NO_STACK ? known : own.site,
    lock: kind === MAP_EVENT_KINDS.guard ? context.stack(stackId) : NO_STACK,
  };
}

/** Only conflicts have another goroutine; of other events its field holds anything (layout.ts). */
export function othersOf(raw: Raw, { stackOfAddresses, memory }: RowContext): Spread<Stack> {
  const rows = raw.kind.length;
  if (!raw.kind.includes(MAP_EVENT_KINDS.conflict)) return spreadOne(NO_STACK, rows, memory);
  const lengths = memory.u8(rows);
  for (let row = 0; row < lengths.length; row++) {
    lengths[row] = raw.kind[row] === MAP_EVENT_KINDS.conflict ? OTHER_BYTES : 0;
  }
  const { firsts, places } = placeTexts(raw.other_stack, OTHER_BYTES, lengths, memory);
  const values = firsts.map((row) => (lengths[row] === 0 ? [] : otherAddresses(raw.other_stack, row)));
  const callers = spreadLongs(raw.other_caller_pc, (callerPc) => callerPc, memory);
  return pairUp(spreadOf(values, places, memory), callers, stackOfAddresses);
}

function otherAddresses(bytes: Uint8Array, row: number): readonly bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset + row * OTHER_BYTES, OTHER_BYTES);
  const all = Array.from({ length: OTHER_FRAMES }, (_, frame) => view.getBigUint64(8 * frame, true));
  const end = all.indexOf(0n);
  return end < 0 ? all : all.slice(0, end);
}

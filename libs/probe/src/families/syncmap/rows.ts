/** Raw events of sync.Maps → the columns of table syncmap_events (without the proof columns). Pure. */
import { SYNCMAP_OPS } from '@mapscope/events';
import type { Columns } from '@mapscope/events';
import type { Frame } from '@mapscope/golang';
import { u8 } from '../../rows/column-data.ts';
import { beginning, goroutineOf, traced } from '../../rows/common-columns.ts';
import { addresses, numbers } from '../../rows/narrow.ts';
import type { RowContext } from '../../rows/row-context.ts';
import { pairUp, spreadBy, spreadBytes, spreadLongs } from '../../rows/spread-ids.ts';
import { spreadLong, spreadText, spreadU32 } from '../../rows/spread.ts';
import type { Spread } from '../../rows/spread.ts';
import { NO_STACK } from '../../symbols/stack-table.ts';
import type { Stack } from '../../symbols/stack-table.ts';
import { NO_SITE } from '../../symbols/user-site.ts';
import type { RawBatch } from '../layouts.ts';

export function syncmapRows(batch: RawBatch<'syncmap_events'>, context: RowContext): Columns<'syncmap_events'> {
  const { rows, columns: raw } = batch;
  const places = placesOf(raw, context);
  return {
    kind: 'syncmap_events',
    rows,
    columns: {
      ...beginning(raw.ts, context),
      kind: u8(raw.event),
      op: u8(raw.op),
      map_addr: addresses(raw.map_address, context.memory),
      count: numbers(raw.count, context.memory),
      entries: numbers(raw.entries, context.memory),
      duration_ns: numbers(raw.duration_ns, context.memory),
      function: spreadText(places, ({ site }) => site.function),
      file: spreadText(places, ({ site }) => site.file),
      line: spreadU32(places, ({ site }) => site.line),
      stack: spreadLong(places, ({ stack }) => stack.hash),
      ...traced(raw),
      ...goroutineOf(raw.goid, context),
    },
  };
}

interface Place {
  readonly stack: Stack;
  readonly site: Frame;
}

/** Each worked out once a batch. */
function placesOf(raw: RawBatch<'syncmap_events'>['columns'], context: RowContext): Spread<Place> {
  const { memory, stackOfCall } = context;
  const ops = spreadBytes(raw.op, (op) => op, memory);
  const stackIds = spreadBy(raw.stack, (id) => id, memory);
  const callers = spreadLongs(raw.caller_pc, (callerPc) => callerPc, memory);
  const calls = pairUp(stackIds, callers, (stackId, callerPc) => ({ callerPc, stack: stackOfCall(stackId, callerPc) }));
  return pairUp(ops, calls, (op, { callerPc, stack }) => ({ stack, site: siteOf(op, callerPc, stack, context) }));
}

/** sync.Map itself calls the functions of a miss and of a copy: there the stack says who called sync.Map. */
function siteOf(op: number, callerPc: bigint, stack: Stack, context: RowContext): Frame {
  if (op === SYNCMAP_OPS.miss || op === SYNCMAP_OPS.copy) return stack === NO_STACK ? NO_SITE : stack.site;
  return callerPc === 0n ? NO_SITE : context.siteOf(callerPc);
}

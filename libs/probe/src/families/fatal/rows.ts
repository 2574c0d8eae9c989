/** Raw fatal errors, throws and panics → the columns of table probe_events (without the proof columns). Pure. */
import type { Columns } from '@mapscope/events';
import { textAt, u64, u8 } from '../../rows/column-data.ts';
import { beginning, goroutineOf, traced } from '../../rows/common-columns.ts';
import type { RowContext } from '../../rows/row-context.ts';
import type { RawBatch } from '../layouts.ts';

const MESSAGE_BYTES = 96;

export function eventRows(batch: RawBatch<'probe_events'>, context: RowContext): Columns<'probe_events'> {
  const { rows, columns: raw } = batch;
  const { eventStack, eventMessage } = context;
  const stack = (row: number): bigint =>
    eventStack(raw.stack[row] ?? -1, raw.event[row] ?? 0, raw.caller_pc[row] ?? 0n).hash;
  return {
    kind: 'probe_events',
    rows,
    columns: {
      ...beginning(raw.ts, context),
      kind: u8(raw.event),
      message: {
        storage: 'strings',
        values: Array.from({ length: rows }, (_, row) =>
          eventMessage(
            raw.event[row] ?? 0,
            textAt(raw.message, row, MESSAGE_BYTES, raw.message_length[row] ?? 0),
            raw.type_address[row] ?? 0n,
          ),
        ),
      },
      ...traced(raw),
      ...goroutineOf(raw.goid, context),
      stack: u64(BigUint64Array.from({ length: rows }, (_, row) => stack(row))),
    },
  };
}

/** Raw fatal errors, throws and panics → the columns of table probe_events (without the proof columns). Pure. */
import type { Columns } from '@mapscope/events';
import { bytes16, bytes8, constantText, constantU32, i64, textAt, u64, u8 } from '../../rows/column-data.ts';
import type { RowContext } from '../../rows/row-context.ts';
import type { RawBatch } from '../layouts.ts';

const MESSAGE_BYTES = 96;

export function eventRows(
  batch: RawBatch<'probe_events'>,
  { origin, toUnix, eventStack, eventMessage }: RowContext,
): Columns<'probe_events'> {
  const { rows, columns: raw } = batch;
  const stack = (row: number): bigint =>
    eventStack(raw.stack[row] ?? -1, raw.event[row] ?? 0, raw.caller_pc[row] ?? 0n).hash;
  return {
    kind: 'probe_events',
    rows,
    columns: {
      ts: i64(toUnix(raw.ts)),
      service: constantText(origin.service, rows),
      platform: constantText(origin.platform, rows),
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
      trace_id: bytes16(raw.trace_id),
      span_id: bytes8(raw.span_id),
      binding: u8(raw.binding),
      pid: constantU32(origin.pid, rows),
      goid: u64(raw.goid),
      stack: u64(BigUint64Array.from({ length: rows }, (_, row) => stack(row))),
    },
  };
}

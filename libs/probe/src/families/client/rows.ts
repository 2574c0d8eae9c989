/** Raw round trips → the columns of table client_requests (without the proof columns). Pure. */
import type { Columns } from '@mapscope/events';
import { bytes16, bytes8, constantText, constantU32, i64, u16, u64, u8 } from '../../rows/column-data.ts';
import type { RowContext } from '../../rows/row-context.ts';
import { spreadText } from '../../rows/spread.ts';
import { spreadTexts } from '../../rows/spread-texts.ts';
import { clientMethodOf } from '../http/method.ts';
import type { RawBatch } from '../layouts.ts';

const METHOD_BYTES = 8;
const HOST_BYTES = 64;

export function clientRows(
  batch: RawBatch<'client_requests'>,
  { origin, toUnix, host }: RowContext,
): Columns<'client_requests'> {
  const { rows, columns: raw } = batch;
  const methods = spreadTexts(raw.method, METHOD_BYTES, raw.method_length);
  return {
    kind: 'client_requests',
    rows,
    columns: {
      ts: i64(toUnix(raw.ts)),
      service: constantText(origin.service, rows),
      platform: constantText(origin.platform, rows),
      method: spreadText(methods, ({ text }) => clientMethodOf(text)),
      host: spreadText(spreadTexts(raw.host, HOST_BYTES, raw.host_length), host),
      status: u16(raw.status),
      error: u8(raw.error),
      duration_ns: u64(raw.duration_ns),
      trace_id: bytes16(raw.trace_id),
      span_id: bytes8(raw.span_id),
      binding: u8(raw.binding),
      pid: constantU32(origin.pid, rows),
      goid: u64(raw.goid),
    },
  };
}

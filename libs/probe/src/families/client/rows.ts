/** Raw round trips → the columns of table client_requests (without the proof columns). Pure. */
import type { Columns } from '@mapscope/events';
import { u16, u8 } from '../../rows/column-data.ts';
import { beginning, goroutineOf, traced } from '../../rows/common-columns.ts';
import { numbers } from '../../rows/narrow.ts';
import type { RowContext } from '../../rows/row-context.ts';
import { spreadText } from '../../rows/spread.ts';
import { spreadTexts } from '../../rows/spread-texts.ts';
import { clientMethodOf } from '../http/method.ts';
import type { RawBatch } from '../layouts.ts';

const METHOD_BYTES = 8;
const HOST_BYTES = 64;

export function clientRows(batch: RawBatch<'client_requests'>, context: RowContext): Columns<'client_requests'> {
  const { rows, columns: raw } = batch;
  const { host, memory } = context;
  const methods = spreadTexts(raw.method, METHOD_BYTES, raw.method_length, memory);
  return {
    kind: 'client_requests',
    rows,
    columns: {
      ...beginning(raw.ts, context),
      method: spreadText(methods, ({ text }) => clientMethodOf(text)),
      host: spreadText(spreadTexts(raw.host, HOST_BYTES, raw.host_length, memory), host),
      status: u16(raw.status),
      error: u8(raw.error),
      duration_ns: numbers(raw.duration_ns, memory),
      ...traced(raw),
      ...goroutineOf(raw.goid, context),
    },
  };
}

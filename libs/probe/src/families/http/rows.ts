/** Raw request records → the columns of table http_requests (without the proof columns, which the agent adds). Pure. */
import type { Columns } from '@mapscope/events';
import type { RawBatch } from '../layouts.ts';
import {
  bytes16,
  bytes8,
  constantText,
  constantU32,
  dictionaryOf,
  i64,
  textAt,
  u64,
  u8,
} from '../../rows/column-data.ts';
import type { RowContext } from '../../rows/row-context.ts';
import { methodOf } from './method.ts';

const METHOD_BYTES = 8;
const PATH_BYTES = 64;
const PATTERN_BYTES = 96;

export function httpRows(
  batch: RawBatch<'http_requests'>,
  { origin, toUnix, route }: RowContext,
): Columns<'http_requests'> {
  const { rows, columns: raw } = batch;
  const method = (row: number): string => methodOf(textAt(raw.method, row, METHOD_BYTES, raw.method_length[row] ?? 0));
  const routes = Array.from({ length: rows }, (_, row) => {
    const lengthBytes = raw.path_length[row] ?? 0;
    const path = textAt(raw.path, row, PATH_BYTES, lengthBytes);
    return route({ path, cut: lengthBytes > PATH_BYTES, pattern: patternOf(raw, row) });
  });
  return {
    kind: 'http_requests',
    rows,
    columns: {
      ts: i64(toUnix(raw.ts)),
      service: constantText(origin.service, rows),
      platform: constantText(origin.platform, rows),
      method: dictionaryOf(rows, method),
      route: dictionaryOf(rows, (row) => routes[row]?.route ?? ''),
      duration_ns: u64(raw.duration_ns),
      trace_id: bytes16(raw.trace_id),
      span_id: bytes8(raw.span_id),
      parent_span_id: bytes8(raw.parent_span_id),
      trace_source: u8(raw.trace_source),
      end: u8(raw.end),
      pid: constantU32(origin.pid, rows),
      goid: u64(raw.goid),
      route_source: u8(Uint8Array.from(routes, ({ source }) => source)),
    },
  };
}

/** A pattern that was cut is none: two routes must not become one. */
function patternOf(raw: RawBatch<'http_requests'>['columns'], row: number): string {
  const lengthBytes = raw.pattern_length[row] ?? 0;
  return lengthBytes > PATTERN_BYTES ? '' : textAt(raw.pattern, row, PATTERN_BYTES, lengthBytes);
}

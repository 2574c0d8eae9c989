/** Raw request records → the columns of table http_requests (without the proof columns, which the agent adds). Pure. */
import type { Columns } from '@mapscope/events';
import type { RawBatch } from '../layouts.ts';
import { bytes16, bytes8, u8 } from '../../rows/column-data.ts';
import { beginning, goroutineOf } from '../../rows/common-columns.ts';
import { numbers, rareIds8 } from '../../rows/narrow.ts';
import type { RowContext } from '../../rows/row-context.ts';
import { spreadText, spreadU8 } from '../../rows/spread.ts';
import type { Spread } from '../../rows/spread.ts';
import { pairUp } from '../../rows/spread-ids.ts';
import { spreadTexts } from '../../rows/spread-texts.ts';
import { methodOf } from './method.ts';
import type { Route } from './route.ts';

const METHOD_BYTES = 8;
const PATH_BYTES = 64;
const PATTERN_BYTES = 96;

export function httpRows(batch: RawBatch<'http_requests'>, context: RowContext): Columns<'http_requests'> {
  const { rows, columns: raw } = batch;
  const routes = routesOf(raw, context);
  const methods = spreadTexts(raw.method, METHOD_BYTES, raw.method_length, context.memory);
  return {
    kind: 'http_requests',
    rows,
    columns: {
      ...beginning(raw.ts, context),
      method: spreadText(methods, ({ text }) => methodOf(text)),
      route: spreadText(routes, (each) => each.route),
      duration_ns: numbers(raw.duration_ns, context.memory),
      trace_id: bytes16(raw.trace_id),
      span_id: bytes8(raw.span_id),
      parent_span_id: rareIds8(raw.parent_span_id),
      trace_source: u8(raw.trace_source),
      end: u8(raw.end),
      ...goroutineOf(raw.goid, context),
      route_source: u8(spreadU8(routes, ({ source }) => source)),
    },
  };
}

/** Once for each pair of pattern and path. A pattern that was cut is none: two routes must not become one. */
function routesOf(raw: RawBatch<'http_requests'>['columns'], { route, memory }: RowContext): Spread<Route> {
  const paths = spreadTexts(raw.path, PATH_BYTES, raw.path_length, memory);
  const patterns = spreadTexts(raw.pattern, PATTERN_BYTES, raw.pattern_length, memory);
  return pairUp(paths, patterns, (path, pattern) =>
    route({ path: path.text, cut: path.cut, pattern: pattern.cut ? '' : pattern.text }),
  );
}

/** A request's body → columns, or what is wrong with it. The door to the decoders. */
import { MapscopeError } from '@mapscope/events';
import { decodeJson, type JsonNames, type ReadJsonItem } from './json-envelope.ts';
import { jsonSpanReader } from './json-span.ts';
import { isTooLarge, type ItemBudget, itemBudget, malformed } from './limits.ts';
import { jsonLogReader } from './logs/json-log.ts';
import { logSink } from './logs/log-columns.ts';
import { logReader } from './logs/protobuf-log.ts';
import { jsonMetricReader } from './metrics/json-metric.ts';
import { metricSink } from './metrics/metric-columns.ts';
import { metricReader } from './metrics/protobuf-metric.ts';
import { decodeProtobuf, type ReadItem } from './protobuf-envelope.ts';
import { spanReader } from './protobuf-span.ts';
import { type RowBatches, rowBatches, type Totals } from './row-batches.ts';
import { spanSink } from './span-columns.ts';

export type Encoding = 'protobuf' | 'json';
export type Signal = 'traces' | 'metrics' | 'logs';

export type Decoded =
  | ({ readonly outcome: 'decoded' } & Totals)
  /** the same bytes will never do */
  | { readonly outcome: 'malformed'; readonly problem: string }
  /** smaller batches will do */
  | { readonly outcome: 'too-large'; readonly problem: string };

export function decodeRequest(signal: Signal, body: Uint8Array, encoding: Encoding, nowUnixNanos: bigint): Decoded {
  const batches = rowBatches();
  const budget = itemBudget();
  const { names, message, readers } = SIGNALS[signal];
  try {
    const { protobuf, json } = readers(budget, batches, nowUnixNanos);
    if (encoding === 'json') decodeJson(body, names, budget, json);
    else withNamedFaults(message, () => decodeProtobuf(body, budget, protobuf));
    return { outcome: 'decoded', ...batches.finish() };
  } catch (error) {
    if (!(error instanceof MapscopeError)) throw error;
    return { outcome: isTooLarge(error) ? 'too-large' : 'malformed', problem: error.message };
  }
}

interface Readers {
  readonly protobuf: ReadItem;
  readonly json: ReadJsonItem;
}

interface SignalSpec {
  readonly message: string;
  readonly names: JsonNames;
  readonly readers: (budget: ItemBudget, batches: RowBatches, nowUnixNanos: bigint) => Readers;
}

const SIGNALS: Readonly<Record<Signal, SignalSpec>> = {
  traces: {
    message: 'ExportTraceServiceRequest',
    names: { resources: 'resourceSpans', scopes: 'scopeSpans', items: 'spans' },
    readers: (budget, batches, now) => {
      const sink = spanSink(batches, now);
      return { protobuf: spanReader(budget, sink), json: jsonSpanReader(budget, sink) };
    },
  },
  metrics: {
    message: 'ExportMetricsServiceRequest',
    names: { resources: 'resourceMetrics', scopes: 'scopeMetrics', items: 'metrics' },
    readers: (budget, batches, now) => {
      const sink = metricSink(batches, now);
      return { protobuf: metricReader(budget, sink), json: jsonMetricReader(budget, sink) };
    },
  },
  logs: {
    message: 'ExportLogsServiceRequest',
    names: { resources: 'resourceLogs', scopes: 'scopeLogs', items: 'logRecords' },
    readers: (budget, batches, now) => {
      const sink = logSink(batches, now);
      return { protobuf: logReader(budget, sink), json: jsonLogReader(budget, sink) };
    },
  },
};

/** protobufjs throws Error and RangeError for bytes that are no protobuf; both mean the body. */
function withNamedFaults(message: string, decode: () => void): void {
  try {
    decode();
  } catch (error) {
    if (error instanceof MapscopeError || !(error instanceof Error) || error instanceof TypeError) throw error;
    throw malformed(`the body is no ${message} in protobuf: ${error.message}`);
  }
}

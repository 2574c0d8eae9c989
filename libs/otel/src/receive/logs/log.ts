/** One log record as both encodings give it, on its way into columns. Ids are lower-case hex of whatever was sent. Pure. */
import { type Attributes, emptyAttributes, type Origin } from '../origin.ts';

export interface LogRecord {
  unixNanos: bigint;
  observedUnixNanos: bigint;
  severityNumber: number;
  severityText: string;
  /** any value, as text (any-value.ts) */
  body: string;
  readonly attributes: Attributes;
  flags: number;
  traceId: string;
  spanId: string;
  eventName: string;
}

export interface LogSink {
  readonly add: (origin: Origin, record: LogRecord) => void;
}

export const emptyLogRecord = (): LogRecord => ({
  unixNanos: 0n,
  observedUnixNanos: 0n,
  severityNumber: 0,
  severityText: '',
  body: '',
  attributes: emptyAttributes(),
  flags: 0,
  traceId: '',
  spanId: '',
  eventName: '',
});

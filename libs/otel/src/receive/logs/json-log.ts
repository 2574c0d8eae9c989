/** A log record in JSON: names are those of logs.proto in lowerCamelCase. */
import { anyText, attributesOf } from '../json-attribute.ts';
import type { ReadJsonItem } from '../json-envelope.ts';
import { enumOf, type JsonObject, textOf, u32Of, u64Of } from '../json-reader.ts';
import type { ItemBudget } from '../limits.ts';
import type { LogRecord, LogSink } from './log.ts';

export const jsonLogReader =
  (budget: ItemBudget, sink: LogSink): ReadJsonItem =>
  (item, at, origin) =>
    sink.add(origin, readLog(item, at, budget));

const readLog = (record: JsonObject, at: string, budget: ItemBudget): LogRecord => ({
  unixNanos: u64Of(record, 'timeUnixNano', at),
  observedUnixNanos: u64Of(record, 'observedTimeUnixNano', at),
  severityNumber: enumOf(record, 'severityNumber', at),
  severityText: textOf(record, 'severityText', at),
  body: anyText(record, 'body', at),
  attributes: attributesOf(record, at, budget),
  flags: u32Of(record, 'flags', at),
  traceId: textOf(record, 'traceId', at).toLowerCase(),
  spanId: textOf(record, 'spanId', at).toLowerCase(),
  eventName: textOf(record, 'eventName', at),
});

/** A log record in protobuf (opentelemetry/proto/logs/v1/logs.proto). */
import { type Descriptor, descriptor, field, readMessage } from '../descriptor.ts';
import type { ItemBudget } from '../limits.ts';
import { attributesField, readText } from '../protobuf-attribute.ts';
import type { ReadItem } from '../protobuf-envelope.ts';
import { emptyLogRecord, type LogRecord, type LogSink } from './log.ts';

export function logReader(budget: ItemBudget, sink: LogSink): ReadItem {
  const fields = makeLogFields(budget);
  return (reader, end, origin) => sink.add(origin, readMessage(reader, end, fields, emptyLogRecord()));
}

const makeLogFields = (budget: ItemBudget): Descriptor<LogRecord> =>
  descriptor<LogRecord>({
    1: field.fixed64((into, nanos) => void (into.unixNanos = nanos)),
    2: field.enumeration((into, severity) => void (into.severityNumber = severity)),
    3: field.text((into, text) => void (into.severityText = text)),
    5: field.message((reader, into) => void (into.body = readText(reader, budget))),
    6: attributesField((into) => into.attributes, budget),
    8: field.fixed32((into, flags) => void (into.flags = flags)),
    9: field.hex((into, id) => void (into.traceId = id)),
    10: field.hex((into, id) => void (into.spanId = id)),
    11: field.fixed64((into, nanos) => void (into.observedUnixNanos = nanos)),
    12: field.text((into, text) => void (into.eventName = text)),
  });

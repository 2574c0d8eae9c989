/** What a dead letter says about itself, in headers: the value stays as it came. Pure. */
import type { StreamMessage } from './message.ts';
import type { PublishRecord } from './publisher.ts';

export interface DeadLetterReason {
  /** an error code, e.g. BATCH_MALFORMED */
  readonly code: string;
  readonly message: string;
}

/** Headers are for people: a reason is cut here, the log has all of it. */
const MAX_REASON_CHARS = 2_000;

export function deadLetterRecord(message: StreamMessage, reason: DeadLetterReason): PublishRecord {
  return {
    topic: 'deadLetter',
    orderKey: message.key ?? '',
    value: message.value,
    headers: {
      ...message.headers,
      'reason-code': reason.code,
      'reason-message': reason.message.slice(0, MAX_REASON_CHARS),
      'origin-topic': message.topic,
      'origin-partition': String(message.partition),
      'origin-offset': message.offset,
      'origin-timestamp-ms': String(message.timestampMillis),
    },
  };
}

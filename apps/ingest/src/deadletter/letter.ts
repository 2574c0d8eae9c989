/** A dead letter as people ask for it, and as it goes back where it came from. Pure. */
import type { PublishRecord, StreamMessage, TopicId } from '@mapscope/stream';
import { TOPICS } from '@mapscope/stream';

export interface Letter {
  /** on the topic of the dead letters: its name for `replay --offsets` */
  readonly offset: number;
  readonly code: string;
  readonly reason: string;
  readonly origin: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: string;
    readonly unixMillis: number;
  };
  readonly sizeBytes: number;
}

export interface Choice {
  /** undefined: any */
  readonly offsets: readonly number[] | undefined;
  readonly code: string | undefined;
}

export function letterOf(message: StreamMessage): Letter {
  const header = (name: string): string => message.headers[name] ?? '';
  return {
    offset: Number(message.offset),
    code: header('reason-code'),
    reason: header('reason-message'),
    origin: {
      topic: header('origin-topic'),
      partition: Number(header('origin-partition')),
      offset: header('origin-offset'),
      unixMillis: Number(header('origin-timestamp-ms')),
    },
    sizeBytes: message.value?.byteLength ?? 0,
  };
}

export function isChosen({ offset, code }: Letter, choice: Choice): boolean {
  return (choice.offsets?.includes(offset) ?? true) && (choice.code === undefined || choice.code === code);
}

/** Topics whose batches the writer reads: nothing else can have died there. */
const ORIGINS = ['probe', 'otlp'] as const satisfies readonly TopicId[];

/**
 * The same bytes to the same topic: a batch keeps its identity, so one that was stored meanwhile is not stored again.
 * undefined: the letter does not say where it came from, or carries nothing.
 */
export function recordOf(message: StreamMessage): PublishRecord | undefined {
  const topic = ORIGINS.find((id) => message.headers['origin-topic']?.endsWith(TOPICS[id].name));
  if (topic === undefined || message.value === null) return undefined;
  const headers = { ...message.headers, 'replayed-from-offset': message.offset };
  return { topic, orderKey: message.key ?? '', value: message.value, headers };
}

/** A message as our code sees it: kafkajs' shape stays inside this library. Pure. */
export interface StreamMessage {
  readonly topic: string;
  readonly partition: number;
  /** decimal text: offsets are 64 bit */
  readonly offset: string;
  readonly key: string | null;
  /** null: a tombstone */
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly timestampMillis: number;
}

/** The part of a kafkajs message that is used. */
export interface RawMessage {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestamp: string;
  readonly headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>> | undefined;
}

export function streamMessage(topic: string, partition: number, raw: RawMessage): StreamMessage {
  const headers = Object.entries(raw.headers ?? {}).flatMap(([name, value]) => {
    const first = Array.isArray(value) ? value[0] : value;
    return first === undefined ? [] : [[name, first.toString()] as const];
  });
  return {
    topic,
    partition,
    offset: raw.offset,
    key: raw.key?.toString() ?? null,
    value: raw.value,
    headers: Object.fromEntries(headers),
    timestampMillis: Number(raw.timestamp),
  };
}

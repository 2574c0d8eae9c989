/**
 * The topics, stated once: everybody creates the same ones. Pure.
 *
 *   mapscope.probe.v1        columnar batches of probe rows, agent → writer
 *   mapscope.otlp.v1         columnar batches of OpenTelemetry spans, otlp → writer
 *   mapscope.wanted.v1       what should run where, api → agents; compacted: the last word per service stays
 *   mapscope.dead-letter.v1  batches the writer could not use, with the reason in headers
 */
const MIB = 1024 * 1024;
const HOUR_MILLIS = 3_600_000;

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly cleanup: 'delete' | 'compact';
  /** absent for compacted topics: they keep the last value per key for ever */
  readonly retentionMillis?: number;
  /** per partition */
  readonly retentionBytes?: number;
  readonly maxMessageBytes: number;
}

/** Largest value a publisher takes, before compression. Batches above are to be split by the sender. */
export const MAX_VALUE_BYTES = 8 * MIB;

export const TOPICS = {
  /** A day, and at most 8 × 1 GiB: a buffer for a store that is down, not an archive. */
  probe: {
    name: 'mapscope.probe.v1',
    partitions: 8,
    cleanup: 'delete',
    retentionMillis: 24 * HOUR_MILLIS,
    retentionBytes: 1024 * MIB,
    // Room for the record's own header around the largest value, should it not compress at all.
    maxMessageBytes: MAX_VALUE_BYTES + MIB,
  },
  /** As probe: its batches differ in kind only. */
  otlp: {
    name: 'mapscope.otlp.v1',
    partitions: 8,
    cleanup: 'delete',
    retentionMillis: 24 * HOUR_MILLIS,
    retentionBytes: 1024 * MIB,
    maxMessageBytes: MAX_VALUE_BYTES + MIB,
  },
  /** One partition: a few words per service, and one order for all of them. */
  wanted: { name: 'mapscope.wanted.v1', partitions: 1, cleanup: 'compact', maxMessageBytes: MIB },
  /** A week for people to look; 512 MiB so that a flood of bad batches cannot fill the disk. */
  deadLetter: {
    name: 'mapscope.dead-letter.v1',
    partitions: 1,
    cleanup: 'delete',
    retentionMillis: 7 * 24 * HOUR_MILLIS,
    retentionBytes: 512 * MIB,
    // The original value, and the reason beside it.
    maxMessageBytes: MAX_VALUE_BYTES + 2 * MIB,
  },
} as const satisfies Record<string, TopicSpec>;

export type TopicId = keyof typeof TOPICS;
export const TOPIC_IDS = ['probe', 'otlp', 'wanted', 'deadLetter'] as const satisfies readonly TopicId[];

/** Tests and tenants share a broker under prefixes: `t1.mapscope.probe.v1`. */
export function topicName(id: TopicId, prefix: string): string {
  return `${prefix}${TOPICS[id].name}`;
}

/** Kafka's own names: https://kafka.apache.org/documentation/#topicconfigs */
export function topicConfig(spec: TopicSpec): { readonly name: string; readonly value: string }[] {
  const entries: [string, string | number | undefined][] = [
    ['cleanup.policy', spec.cleanup],
    ['retention.ms', spec.retentionMillis],
    ['retention.bytes', spec.retentionBytes],
    ['max.message.bytes', spec.maxMessageBytes],
    // Producers compress; the broker keeps their bytes instead of compressing again.
    ['compression.type', 'producer'],
  ];
  return entries.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value: String(value) }]));
}

/** Three copies where there are brokers for them; acknowledged by all in sync, at least two. */
export function replication(brokerCount: number): { readonly factor: number; readonly minInSync: number } {
  const factor = Math.max(1, Math.min(3, brokerCount));
  return { factor, minInSync: Math.min(2, factor) };
}

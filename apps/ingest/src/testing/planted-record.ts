/** A journal record for tests. */
import { parseAgentId } from '@mapscope/events';
import type { JournalRecord } from '../agent/journal/record.ts';

interface Planted {
  readonly service?: string;
  readonly readUnixNanos?: bigint;
  readonly agent?: string;
}

export function plantedRecord({
  service = 'order',
  readUnixNanos = 1_000n,
  agent = 'a'.repeat(32),
}: Planted = {}): JournalRecord {
  return {
    identity: { agent: parseAgentId(agent), boot: 5n, service, platform: 'arch=amd64' },
    machine: { bootId: 'boot', pidNamespace: 'pid:[1]' },
    self: { pid: 10, startTicks: '100' },
    target: { pid: 20, startTicks: '200', buildId: 'b', probes: 9, attachNanos: 7n },
    destination: '127.0.0.1:9092 ',
    readUnixNanos,
    counts: [
      { kind: 'http_requests', submitted: 50n, lost: 1n, handed: 40, published: 30, publishedBatches: 3 },
      { kind: 'lock_waits', submitted: 0n, lost: 0n, handed: 0, published: 0, publishedBatches: 0 },
    ],
  };
}

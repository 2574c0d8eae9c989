/** What every alert of infra/prometheus is for, as rows and incidents; for tests. */
import { randomUUID } from 'node:crypto';
import { type BatchKind, MAP_EVENT_KINDS, PROBE_EVENT_KINDS, SYNCMAP_EVENT_KINDS, SYNCMAP_OPS } from '@mapscope/events';
import type { IncidentRecord, Store } from '@mapscope/store';
import { realNow } from './engine-world.ts';
import { block, type PlantedRow, proof, requestRow, waitRow } from './planted-rows.ts';

export const TRACE = 'c0ffee'.padStart(32, '0');

let sequence = 1n;
/** as the writer does: the block, then its line in the ledger */
export async function insert(store: Store, kind: BatchKind, rows: readonly PlantedRow[]): Promise<void> {
  sequence += 1n;
  const token = `${kind}-${sequence}-${randomUUID()}`;
  await store.insertBlocks(
    kind,
    [
      block(
        kind,
        rows.map((row) => ({ ...proof, ...row, batch_seq: sequence })),
      ),
    ],
    token,
  );
  const times = rows.map(({ ts }) => BigInt(ts ?? 0)).toSorted((a, b) => (a < b ? -1 : 1));
  const identity = { agent: proof.agent, boot: 1n, family: kind, kind, sequence, topic: 't', partition: 0 };
  const bounds = { firstUnixNanos: times[0] ?? 0n, lastUnixNanos: times.at(-1) ?? 0n };
  await store.recordBatches([{ ...identity, ...bounds, offset: String(sequence), rows: rows.length }], token);
}

export const statusRow = (lost: bigint): PlantedRow => ({
  ts: realNow(),
  family: 'lock_waits',
  state: 'attached',
  probes: 3,
  attach_ns: 10_000_000n,
  ring_submitted: 100n + lost,
  ring_lost: lost,
  published_rows: 100n,
  build_id: 'b',
});

/** Slow requests that wait most of their time, a crash, a conflict, misses, and lost events. */
export async function plantTrouble(store: Store): Promise<void> {
  const start = realNow() - 20_000_000_000n;
  const slow = Array.from({ length: 40 }, (_, i) => ({
    startUnixNanos: start + BigInt(i) * 100_000_000n,
    durationNanos: 9e8,
    waitNanos: 8e8,
    traceId: TRACE,
  }));
  await insert(
    store,
    'http_requests',
    slow.map((one) => requestRow(one)),
  );
  await insert(
    store,
    'lock_waits',
    slow.map((one) => waitRow(one)),
  );
  const at = { ts: start };
  await insert(store, 'map_events', [{ ...at, kind: MAP_EVENT_KINDS.conflict, key_class: 'int', count: 1n }]);
  const counted = { ...at, kind: SYNCMAP_EVENT_KINDS.count, map_addr: 0xc0n };
  await insert(store, 'syncmap_events', [
    { ...counted, op: SYNCMAP_OPS.load, count: 100n },
    { ...counted, op: SYNCMAP_OPS.miss, count: 95n },
  ]);
  await insert(store, 'probe_events', [{ ...at, kind: PROBE_EVENT_KINDS.fatal, message: 'concurrent map writes' }]);
  await insert(store, 'agent_status', [statusRow(50n)]);
}

/** of an id it never changes */
const BEGAN = realNow() - 60_000_000_000n;

export const incidentOf = (state: 'open' | 'resolved', version: number): IncidentRecord => ({
  id: 'a'.repeat(16),
  service: 'order',
  route: '',
  platform: '',
  kind: 'latency',
  state,
  version,
  startUnixNanos: BEGAN,
  endUnixNanos: realNow(),
  baselineFromUnixNanos: BEGAN - 600_000_000_000n,
  baselineP99Nanos: 4e7,
  peakP99Nanos: 9e8,
  requests: 40,
  routes: [],
  platforms: [],
  message: '',
  verdict: 'contention',
  sentence: 's',
  confidence: 'high',
  explainedUntilUnixNanos: 1n,
  detectedUnixMillis: 1,
});

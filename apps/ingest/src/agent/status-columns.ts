/** What an agent says of itself: one agent_status row per kind that comes from the ring. Pure. */
import {
  AGENT_DIED,
  SHED_STATES,
  type BatchKind,
  type ColumnData,
  type Columns,
  type ShedState,
} from '@mapscope/events';
import type { RingCount } from './batcher.ts';
import type { Tally } from './tally.ts';

/** attached: probes are on; the others say why they are off. AGENT_DIED is said by a successor (journal/). */
export const AGENT_STATES = ['attached', 'detached', 'killed', 'ttl-expired', AGENT_DIED] as const;
export type AgentState = (typeof AGENT_STATES)[number];

/** A family that was detached because of what it costs. */
export interface Shed {
  readonly offNanos: bigint;
  readonly state: ShedState;
}

export interface AgentReport {
  readonly unixNanos: bigint;
  readonly service: string;
  readonly platform: string;
  readonly state: AgentState;
  readonly pid: number;
  readonly buildId: string;
  /** what the target was built from; absent: not known to who writes this */
  readonly build?: string | undefined;
  /** CPU time of the target; absent: not known */
  readonly cpuNanos?: number | undefined;
  readonly probes: number;
  readonly attachNanos: bigint;
  readonly ring: ReadonlyMap<BatchKind, RingCount>;
  readonly published: Tally;
  /** of the families that may be shed */
  readonly shed: ReadonlyMap<BatchKind, Shed>;
  /** the last word of this agent: everything before it is acknowledged or dropped */
  readonly final: boolean;
  /** of one that died: when its target was watched again */
  readonly gapEndUnixNanos?: bigint;
}

export function statusColumns(report: AgentReport): Columns<'agent_status'> {
  const kinds = [...report.ring.keys()];
  const rows = kinds.length;
  const same = (text: string): ColumnData => ({ storage: 'dictionary', keys: [text], indexes: new Uint32Array(rows) });
  const u32 = (value: number): ColumnData => ({ storage: 'u32', values: new Uint32Array(rows).fill(value) });
  const u64 = (of: (kind: BatchKind) => bigint): ColumnData => ({
    storage: 'u64',
    values: BigUint64Array.from(kinds, of),
  });
  const { ring, published, shed } = report;
  const states = ['', ...SHED_STATES];
  const stateOf = (kind: BatchKind): number => states.indexOf(shed.get(kind)?.state ?? '');
  return {
    kind: 'agent_status',
    rows,
    columns: {
      ts: { storage: 'i64', values: new BigInt64Array(rows).fill(report.unixNanos) },
      service: same(report.service),
      platform: same(report.platform),
      family: { storage: 'dictionary', keys: kinds, indexes: Uint32Array.from(kinds, (_, i) => i) },
      state: same(report.state),
      pid: u32(report.pid),
      build_id: same(report.buildId),
      probes: u32(report.probes),
      attach_ns: u64(() => report.attachNanos),
      ring_submitted: u64((kind) => ring.get(kind)?.submitted ?? 0n),
      ring_lost: u64((kind) => ring.get(kind)?.lost ?? 0n),
      published_rows: u64((kind) => BigInt(published[kind].rows)),
      published_batches: u64((kind) => BigInt(published[kind].batches)),
      final: { storage: 'u8', values: new Uint8Array(rows).fill(report.final ? 1 : 0) },
      gap_end: { storage: 'i64', values: new BigInt64Array(rows).fill(report.gapEndUnixNanos ?? 0n) },
      shed_ns: u64((kind) => shed.get(kind)?.offNanos ?? 0n),
      build: same(report.build ?? ''),
      cpu_ns: u64(() => BigInt(Math.round(report.cpuNanos ?? 0))),
      shed_state: { storage: 'dictionary', keys: states, indexes: Uint32Array.from(kinds, stateOf) },
    },
  };
}

/** Several families may fill one kind: a kind's counts are the sum over them. */
export function ringByKind(
  counters: readonly { readonly kind: BatchKind; readonly submitted: bigint; readonly lost: bigint }[],
): ReadonlyMap<BatchKind, RingCount> {
  const sums = new Map<BatchKind, RingCount>();
  for (const { kind, submitted, lost } of counters) {
    const before = sums.get(kind) ?? { submitted: 0n, lost: 0n };
    sums.set(kind, { submitted: before.submitted + submitted, lost: before.lost + lost });
  }
  return sums;
}

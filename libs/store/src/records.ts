/** What the store takes and gives beside evidence: plain records, times in unix nanoseconds. */
import type { BatchKind, Binding, LockKind, RequestEnd, ShedState, TraceSource } from '@mapscope/events';
import type { CodeSite } from '@mapscope/rootcause';

/** One batch that was inserted, and where it came from. */
export interface BatchLedgerEntry {
  readonly agent: string;
  readonly boot: bigint;
  readonly family: string;
  readonly kind: BatchKind;
  readonly sequence: bigint;
  readonly topic: string;
  readonly partition: number;
  /** Kafka offsets are 64-bit; kafkajs gives text */
  readonly offset: string;
  readonly rows: number;
  /** of its rows; absent for batches recorded before 2026-11 */
  readonly firstUnixNanos?: bigint;
  readonly lastUnixNanos?: bigint;
}

/** What counts the sequences of batches. */
export interface BatchStream {
  readonly agent: string;
  readonly boot: bigint;
  readonly family: string;
  readonly kind: BatchKind;
}

/** All sequences from first to last, both included. */
export interface SequenceRange {
  readonly first: bigint;
  readonly last: bigint;
}

export interface ServiceSummary {
  readonly service: string;
  readonly platforms: readonly string[];
  readonly requests: number;
  readonly firstUnixNanos: bigint;
  readonly lastUnixNanos: bigint;
}

export interface ContentionRow {
  readonly waiter: CodeSite;
  readonly holder: CodeSite;
  readonly lockKind: LockKind;
  readonly platform: string;
  readonly waits: number;
  readonly waitNanos: number;
  readonly schedNanos: number;
  readonly maxWaitNanos: number;
  /** distinct lock addresses; approximate (±2 %) in windows over six hours */
  readonly locks: number;
  /** Σ wait ÷ Σ wall time of the requests on this platform; 0 when there were none */
  readonly ratio: number;
}

export interface TraceRequest {
  readonly service: string;
  readonly route: string;
  readonly method: string;
  readonly platform: string;
  readonly startUnixNanos: bigint;
  readonly durationNanos: number;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly goid: number;
  readonly traceSource: TraceSource;
  readonly end: RequestEnd;
}

export interface TraceWait {
  readonly startUnixNanos: bigint;
  readonly waitNanos: number;
  readonly schedNanos: number;
  readonly lockKind: LockKind;
  readonly lockAddress: string;
  readonly binding: Binding;
  readonly waiter: CodeSite;
  readonly holder: CodeSite;
  /** null: the holder carried no trace */
  readonly holderTraceId: string | null;
  /** innermost frame first; empty when the stack was never sent */
  readonly waiterStack: readonly CodeSite[];
  readonly holderStack: readonly CodeSite[];
  readonly waiterGoid: number;
  readonly holderGoid: number;
}

/** A span that an OpenTelemetry SDK sent. */
export interface TraceSpan {
  readonly spanId: string;
  /** empty: no parent */
  readonly parentSpanId: string;
  readonly name: string;
  /** Server, Client, Internal, Producer, Consumer, Unspecified */
  readonly kind: string;
  readonly service: string;
  readonly startUnixNanos: bigint;
  readonly durationNanos: number;
  /** Ok, Error, Unset */
  readonly statusCode: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface TraceRecord {
  readonly traceId: string;
  readonly requests: readonly TraceRequest[];
  readonly waits: readonly TraceWait[];
  readonly spans: readonly TraceSpan[];
}

/** The latest word of an agent about one batch kind; counts are since its start. */
export interface AgentStatus {
  readonly agent: string;
  readonly service: string;
  readonly platform: string;
  readonly family: string;
  readonly state: string;
  readonly pid: number;
  readonly buildId: string;
  readonly probes: number;
  readonly attachNanos: number;
  readonly ringSubmitted: number;
  readonly ringLost: number;
  readonly publishedRows: number;
  readonly publishedBatches: number;
  readonly final: boolean;
  /** of an agent that died: from its last reading on nobody watched, until another attached; null there: not yet */
  readonly gap: { readonly fromUnixNanos: bigint; readonly toUnixNanos: bigint | null } | null;
  /** of a family that may be detached because of what it costs: nobody watched it so long; null: it may not, or none said */
  readonly shed: { readonly offNanos: number; readonly state: ShedState } | null;
  readonly ts: bigint;
}

/** How many events of a kind came how far; batches counted apart. */
export interface PipelineCount {
  readonly agent: string;
  readonly service: string;
  readonly kind: BatchKind;
  readonly ringSubmitted: number;
  readonly ringLost: number;
  readonly published: number;
  readonly publishedBatches: number;
  readonly inserted: number;
  readonly insertedBatches: number;
  /**
   * Rows that died with their agent: submitted, neither acknowledged nor stored. Exact when the writer has written all
   * that was published; before, rows whose acknowledgement the agent did not live to see are among them.
   */
  readonly lostWithAgent: number;
}

/** Whether the tables hold what the ledger says was inserted in the last hour. All differences zero: everything, once. */
export interface StoreHealth {
  readonly batches: number;
  readonly expectedRows: number;
  readonly foundRows: number;
  readonly missingRows: number;
  readonly doubledRows: number;
  /** where they differ, the worst first, a hundred at most */
  readonly differences: readonly HealthDifference[];
  /** of events of the last hour */
  readonly rollups: readonly RollupHealth[];
}

export interface HealthDifference {
  readonly kind: BatchKind;
  readonly topic: string;
  readonly partition: number;
  /** of insertion */
  readonly minuteUnixNanos: bigint;
  readonly expectedRows: number;
  readonly foundRows: number;
  readonly missingRows: number;
  readonly doubledRows: number;
}

export interface RollupHealth {
  readonly table: string;
  readonly rawRows: number;
  readonly rolledRows: number;
}

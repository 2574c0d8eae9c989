import type { Binding, BatchKind, LockKind, RequestEnd, TimeWindow, TraceId, TraceSource } from '@mapscope/events';
import type { CodeSite, EvidenceQuery, EvidenceSource } from '@mapscope/rootcause';

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
  readonly locks: number;
  readonly ratio: number;
}
export interface TraceRecord {
  readonly traceId: string;
  readonly requests: readonly {
    service: string;
    route: string;
    method: string;
    platform: string;
    startUnixNanos: bigint;
    durationNanos: number;
    spanId: string;
    parentSpanId: string;
    goid: number;
    traceSource: TraceSource;
    end: RequestEnd;
  }[];
  readonly waits: readonly {
    startUnixNanos: bigint;
    waitNanos: number;
    schedNanos: number;
    lockKind: LockKind;
    lockAddress: string;
    binding: Binding;
    waiter: CodeSite;
    holder: CodeSite;
    holderTraceId: string | null;
    waiterStack: readonly CodeSite[];
    holderStack: readonly CodeSite[];
    waiterGoid: number;
    holderGoid: number;
  }[];
}
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
  readonly ts: bigint;
}
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
}
export interface Store {
  ping(): Promise<void>;
  readonly evidence: EvidenceSource;
  services(window: TimeWindow): Promise<readonly ServiceSummary[]>;
  contention(query: EvidenceQuery, limit: number): Promise<readonly ContentionRow[]>;
  trace(traceId: TraceId): Promise<TraceRecord | undefined>;
  agents(): Promise<readonly AgentStatus[]>;
  pipeline(agent?: string): Promise<readonly PipelineCount[]>;
  close(): Promise<void>;
}

/** What pages draw beside evidence and details: plain records, times in unix nanoseconds. */
import type { Binding, GoroutineDumpReason, GoroutineState, ProbeEventKind, TimeWindow } from '@mapscope/events';
import type { CodeSite, EvidenceQuery } from '@mapscope/rootcause';

/** Requests by time and latency: bucket b holds 2^(b/n) … 2^((b+1)/n) ns, n = bucketsPerOctave. Columns. */
export interface LatencyHeatmap {
  readonly stepNanos: bigint;
  readonly bucketsPerOctave: number;
  /** rollup: ten-second sums were read, no single request */
  readonly source: 'requests' | 'rollup';
  /** steps that have requests, in time order */
  readonly startUnixNanos: readonly bigint[];
  readonly requests: readonly number[];
  readonly p50Nanos: readonly number[];
  readonly p99Nanos: readonly number[];
  /** one entry per cell that holds a request */
  readonly cells: {
    /** index of startUnixNanos */
    readonly steps: readonly number[];
    readonly buckets: readonly number[];
    readonly requests: readonly number[];
  };
}

/** One of the slowest requests of its time. */
export interface SlowRequest {
  readonly startUnixNanos: bigint;
  readonly durationNanos: number;
  readonly traceId: string;
  readonly route: string;
}

/** Waits that were seen on one stack. */
export interface WaitStack {
  /** innermost frame first; empty: the stack was never sent */
  readonly frames: readonly CodeSite[];
  readonly waits: number;
  readonly waitNanos: number;
  /** the same of the baseline */
  readonly baselineWaits: number;
  readonly baselineWaitNanos: number;
}

export interface WaitStacksAsked {
  /** whose stack: of the goroutine that waited, or of the one that let go */
  readonly role: 'waiter' | 'holder';
  readonly lock?: bigint | undefined;
  readonly baseline?: TimeWindow | undefined;
  readonly limit: number;
}

export interface WaitStacks {
  /** most waited first */
  readonly stacks: readonly WaitStack[];
  /** all of the window, those beyond the limit too */
  readonly totalWaitNanos: number;
  readonly baselineTotalWaitNanos: number;
}

/** What the goroutine flight recorder held at one moment. */
export interface DumpSummary {
  readonly service: string;
  readonly pid: number;
  readonly platform: string;
  readonly dumpUnixNanos: bigint;
  readonly reason: GoroutineDumpReason;
  /** from here to the dump no change is missing */
  readonly completeFromUnixNanos: bigint;
  readonly changes: number;
  readonly goroutines: number;
  /** of a crash: whose stacks are known, and whose are not; else empty */
  readonly note: string;
}

export interface DumpAsked {
  readonly service: string;
  readonly pid: number;
  readonly dumpUnixNanos: bigint;
  /** how much before the dump is read */
  readonly lastNanos: bigint;
}

/** One change of state of one goroutine, until the next one or the dump. */
export interface GoroutineChange {
  readonly unixNanos: bigint;
  readonly goid: string;
  readonly state: GoroutineState;
  /** where it was, not what it became: the end of the process */
  readonly isCrash: boolean;
  readonly waitReason: string;
  /** the thread that made the change: whoever ran there woke the goroutine */
  readonly tid: number;
  readonly site: CodeSite;
  /** zeros: none */
  readonly traceId: string;
  readonly binding: Binding;
}

export interface DumpTimeline {
  readonly summary: DumpSummary;
  /** in time order; the first of a goroutine may lie before what was asked for */
  readonly changes: readonly GoroutineChange[];
  /** older ones were left out */
  readonly isCut: boolean;
}

export interface MapNode {
  readonly service: string;
  readonly requests: number;
  readonly durationNanos: number;
  readonly p99Nanos: number;
  readonly waitNanos: number;
}

/** Calls of one service to one host. */
export interface MapEdge {
  readonly service: string;
  readonly host: string;
  /** the service that served them, told by the traces of some of them; undefined: nobody watches it */
  readonly target: string | undefined;
  readonly calls: number;
  /** no response, or a status of 500 and more */
  readonly failed: number;
  readonly durationNanos: number;
  readonly p99Nanos: number;
}

export interface ServiceMap {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
}

export interface CrashEvent {
  readonly unixNanos: bigint;
  readonly service: string;
  readonly platform: string;
  readonly kind: ProbeEventKind;
  readonly message: string;
  readonly pid: number;
  readonly goid: string;
  /** zeros: none */
  readonly traceId: string;
  /** innermost frame first */
  readonly stack: readonly CodeSite[];
  /** what the flight recorder held then; undefined: it was off, or saw nothing */
  readonly dumpUnixNanos: bigint | undefined;
}

export interface ViewSource {
  readonly heatmap: (query: EvidenceQuery, stepSeconds: number) => Promise<LatencyHeatmap>;
  readonly slowest: (query: EvidenceQuery, limit: number) => Promise<readonly SlowRequest[]>;
  readonly waitStacks: (query: EvidenceQuery, asked: WaitStacksAsked) => Promise<WaitStacks>;
  readonly dumps: (service: string | undefined, window: TimeWindow, limit: number) => Promise<readonly DumpSummary[]>;
  /** undefined: there is no such dump */
  readonly dump: (asked: DumpAsked) => Promise<DumpTimeline | undefined>;
  readonly serviceMap: (window: TimeWindow) => Promise<ServiceMap>;
  readonly crashes: (service: string | undefined, window: TimeWindow, limit: number) => Promise<readonly CrashEvent[]>;
}

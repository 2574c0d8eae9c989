/** The door to ClickHouse, a server or the embedded engine behind the same HTTP interface. */
import type { BatchKind, TimeWindow, TraceId } from '@mapscope/events';
import type { EvidenceQuery, EvidenceSource, PlatformSource } from '@mapscope/rootcause';
import { type Clickhouse, type ClickhouseOptions, connectClickhouse } from './connection/clickhouse.ts';
import { detailsOver } from './details/details.ts';
import type { DetailSource } from './details/records.ts';
import { sharing } from './connection/share.ts';
import { readCoverage } from './evidence/coverage.ts';
import { readFindings } from './evidence/findings.ts';
import { readLatency } from './evidence/latency.ts';
import { readRequests } from './evidence/requests.ts';
import { readStretches } from './evidence/stretches.ts';
import { readSpanAttributes } from './evidence/span-attributes.ts';
import { readUnboundWaits } from './evidence/unbound-waits.ts';
import { readWatched } from './evidence/watched.ts';
import { readWaits } from './evidence/waits.ts';
import { deliveriesOver, type DeliveryBook } from './alerts/deliveries.ts';
import { type PolicyBook, policyBookOver } from './policies/policy-book.ts';
import { growthOver } from './growth/growth.ts';
import type { ReadGrowth } from './growth/records.ts';
import { incidentsOver } from './incidents/incident-store.ts';
import type { IncidentStore } from './incidents/records.ts';
import { insertBlocks, recordBatches } from './insert.ts';
import { migrate, quotedDatabase } from './migrations/migrate.ts';
import { readAgents } from './queries/agents.ts';
import { readContention } from './queries/contention.ts';
import { readHealth } from './queries/health-check.ts';
import { readPipeline } from './queries/pipeline.ts';
import { platformsOver } from './queries/platforms.ts';
import { readServices } from './queries/services.ts';
import { readStacks, rememberingStacks } from './queries/stacks.ts';
import { readStoredSequences } from './queries/stored-sequences.ts';
import { tailOver } from './queries/tail.ts';
import type { TailSource } from './queries/tail-records.ts';
import { type TraceSearchSource, traceSearchOver } from './queries/search-traces.ts';
import { readTrace } from './queries/trace.ts';
import type { ViewSource } from './queries/views/records.ts';
import { viewsOver } from './queries/views/views.ts';
import type {
  AgentStatus,
  BatchLedgerEntry,
  BatchStream,
  ContentionRow,
  PipelineCount,
  SequenceRange,
  ServiceSummary,
  StoreHealth,
  TraceRecord,
} from './records.ts';

export type StoreOptions = ClickhouseOptions;

export interface Store {
  readonly ping: () => Promise<void>;
  /** resolves to the names applied now */
  readonly migrate: () => Promise<readonly string[]>;
  /** several blocks in one insert: all of them or none */
  readonly insertBlocks: (kind: BatchKind, blocks: readonly Uint8Array[], token: string) => Promise<void>;
  /** one insert: all of them are in the ledger, or none */
  readonly recordBatches: (entries: readonly BatchLedgerEntry[], token: string) => Promise<void>;
  /** sequences of a stream from `from` on that the ledger holds, ascending; it remembers seven days */
  readonly storedSequences: (stream: BatchStream, from: bigint) => Promise<readonly SequenceRange[]>;
  readonly evidence: EvidenceSource;
  /** what is counted of platforms, for comparing them */
  readonly platforms: PlatformSource;
  readonly services: (window: TimeWindow) => Promise<readonly ServiceSummary[]>;
  readonly contention: (query: EvidenceQuery, limit: number) => Promise<readonly ContentionRow[]>;
  readonly trace: (traceId: TraceId) => Promise<TraceRecord | undefined>;
  /** for the live tail */
  readonly tail: TailSource;
  /** found by the api, kept here */
  readonly incidents: IncidentStore;
  /** traces by what they are made of */
  readonly traceSearch: TraceSearchSource;
  /** probe policies, as they were written */
  readonly policies: PolicyBook;
  /** what alert sinks were told */
  readonly deliveries: DeliveryBook;
  /** of one lock, map or platform, and contention over time */
  readonly details: DetailSource;
  /** what pages draw beside those: cells of latency, stacks, goroutines, who calls whom, crashes */
  readonly views: ViewSource;
  readonly agents: () => Promise<readonly AgentStatus[]>;
  readonly pipeline: (agent?: string) => Promise<readonly PipelineCount[]>;
  /** reads what was inserted in the last hour: for now and then, not for every page */
  readonly healthCheck: () => Promise<StoreHealth>;
  /** what was stored between two moments of insertion, for counters */
  readonly growth: ReadGrowth;
  readonly close: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** Resolves when the server has answered a query; the database need not exist yet, see migrate. */
export async function openStore(options: StoreOptions): Promise<Store> {
  quotedDatabase(options.database);
  const clickhouse = sharing(connectClickhouse(options));
  try {
    await clickhouse.ping();
  } catch (error) {
    await clickhouse.close();
    throw error;
  }
  return storeOver(clickhouse, options.database);
}

function storeOver(clickhouse: Clickhouse, database: string): Store {
  const tail = tailOver(clickhouse);
  const stacks = rememberingStacks((hashes) => readStacks(clickhouse, hashes));
  return {
    ping: () => clickhouse.ping(),
    migrate: () => migrate(clickhouse, database),
    insertBlocks: async (kind, blocks, token) => insertBlocks(clickhouse, kind, blocks, token),
    recordBatches: async (entries, token) => recordBatches(clickhouse, entries, token),
    storedSequences: (stream, from) => readStoredSequences(clickhouse, stream, from),
    evidence: {
      latencySeries: (query, stepSeconds) => readLatency(clickhouse, query, stepSeconds),
      requests: (query) => readRequests(clickhouse, query),
      waits: (query) => readWaits(clickhouse, query),
      stretches: (query) => readStretches(clickhouse, query),
      findings: (query) => readFindings(clickhouse, query),
      coverage: (query) => readCoverage(clickhouse, query),
      spanAttributes: (query) => readSpanAttributes(clickhouse, query),
      unboundWaits: (query) => readUnboundWaits(clickhouse, query),
      watched: (query) => readWatched(clickhouse, query),
    },
    platforms: platformsOver(clickhouse),
    services: (window) => readServices(clickhouse, window),
    contention: (query, limit) => readContention(clickhouse, query, limit),
    trace: (traceId) => readTrace(clickhouse, traceId, stacks),
    tail,
    traceSearch: traceSearchOver(clickhouse),
    policies: policyBookOver(clickhouse),
    deliveries: deliveriesOver(clickhouse),
    incidents: incidentsOver(clickhouse, tail.nowUnixMillis),
    details: detailsOver(clickhouse),
    views: viewsOver(clickhouse),
    agents: () => readAgents(clickhouse),
    pipeline: (agent) => readPipeline(clickhouse, agent),
    healthCheck: () => readHealth(clickhouse),
    growth: growthOver(clickhouse),
    close: () => clickhouse.close(),
    [Symbol.asyncDispose]: () => clickhouse.close(),
  };
}

export { openStore } from './store.ts';
export { CLICKHOUSE_OPTIONS, storeOptionsOf } from './options.ts';
export type { ClickhouseSettings } from './options.ts';
export { schemaStatements } from './migrations/migrate.ts';
export type { Store, StoreOptions } from './store.ts';
export { mergeHistograms, quantileOf } from './evidence/histogram.ts';
export type { Histogram } from './evidence/histogram.ts';
export type { Operation, TraceSearch, TraceSearchSource } from './queries/search-traces.ts';
export type { PolicyAction, PolicyBook, PolicyEntry, StoredPolicyEntry } from './policies/policy-book.ts';
export type { Delivery, DeliveryBook } from './alerts/deliveries.ts';
export type {
  Crash,
  IncidentRecord,
  IncidentSelection,
  IncidentStore,
  ScopeInterval,
  StoredIncident,
} from './incidents/records.ts';
export type {
  ContentionSeries,
  DetailSource,
  LockRecord,
  LockRow,
  MapRecord,
  MapRow,
  PageEnd,
  Paged,
  PlatformWaits,
  SeriesAsked,
} from './details/records.ts';
export type {
  CrashGrowth,
  Durations,
  Growth,
  GrowthBounds,
  InsertedWindow,
  MapGrowth,
  ReadGrowth,
  RequestGrowth,
  Slowest,
  SyncmapGrowth,
  WaitGrowth,
} from './growth/records.ts';
export type {
  CrashEvent,
  DumpAsked,
  DumpSummary,
  DumpTimeline,
  GoroutineChange,
  LatencyHeatmap,
  MapEdge,
  MapNode,
  ServiceMap,
  SlowRequest,
  ViewSource,
  WaitStack,
  WaitStacks,
  WaitStacksAsked,
} from './queries/views/records.ts';
export { TAILED_KINDS } from './queries/tail-records.ts';
export type { TailedKind } from './queries/tail-records.ts';
export { laneOf } from './queries/tail-records.ts';
export type { LanePoint, TailBatch, TailRange, TailRow, TailSelection, TailSource } from './queries/tail-records.ts';
export type {
  AgentStatus,
  BatchLedgerEntry,
  BatchStream,
  ContentionRow,
  HealthDifference,
  PipelineCount,
  RollupHealth,
  SequenceRange,
  ServiceSummary,
  StoreHealth,
  TraceRecord,
  TraceRequest,
  TraceSpan,
  TraceWait,
} from './records.ts';

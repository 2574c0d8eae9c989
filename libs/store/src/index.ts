export { openStore } from './store.ts';
export { CLICKHOUSE_OPTIONS, storeOptionsOf } from './options.ts';
export type { ClickhouseSettings } from './options.ts';
export { schemaStatements } from './migrations/migrate.ts';
export type { Store, StoreOptions } from './store.ts';
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

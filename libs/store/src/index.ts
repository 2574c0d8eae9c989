export { openStore } from './store.ts';
export { CLICKHOUSE_OPTIONS, storeOptionsOf } from './options.ts';
export type { ClickhouseSettings } from './options.ts';
export type { Store, StoreOptions } from './store.ts';
export { RING_KINDS } from './queries/pipeline.ts';
export type { RingKind } from './queries/pipeline.ts';
export { laneOf } from './queries/tail-records.ts';
export type { LanePoint, TailBatch, TailRange, TailRow, TailSelection, TailSource } from './queries/tail-records.ts';
export type {
  AgentStatus,
  BatchLedgerEntry,
  ContentionRow,
  PipelineCount,
  ServiceSummary,
  TraceRecord,
  TraceRequest,
  TraceSpan,
  TraceWait,
} from './records.ts';

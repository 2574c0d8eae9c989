export { openStore } from './store.ts';
export type { Store, StoreOptions } from './store.ts';
export { RING_KINDS } from './queries/pipeline.ts';
export type { RingKind } from './queries/pipeline.ts';
export type {
  AgentStatus,
  BatchLedgerEntry,
  ContentionRow,
  PipelineCount,
  ServiceSummary,
  TraceRecord,
  TraceRequest,
  TraceWait,
} from './records.ts';

export { ERROR_CODES, MapscopeError } from './errors.ts';
export type { ErrorCode, ErrorFacts } from './errors.ts';
export { parseAgentId, parseSpanId, parseTraceId } from './ids.ts';
export type { AgentId, SpanId, TraceId } from './ids.ts';
export { NANOS_PER_MILLI, NANOS_PER_SECOND } from './time.ts';
export type { Clock, TimeWindow } from './time.ts';
export { EMULATIONS, parsePlatform, PLATFORM_VERSION, platformTag, UNKNOWN_PLATFORM } from './platform.ts';
export type { Emulation, Platform } from './platform.ts';
export { platformAttributes, platformOfResource } from './platform-attributes.ts';
export { COLUMN_TYPES } from './tables/column.ts';
export type {
  ColumnData,
  ColumnSpec,
  ColumnStorage,
  ColumnType,
  PlainData,
  SpreadData,
  TextMap,
} from './tables/column.ts';
export { MAP_EVENT_KINDS, MAP_OPS } from './tables/map-events.ts';
export type { MapEventKind, MapOp } from './tables/map-events.ts';
export { SYNCMAP_EVENT_KINDS, SYNCMAP_OPS } from './tables/syncmap-events.ts';
export type { SyncmapEventKind, SyncmapOp } from './tables/syncmap-events.ts';
export { BINDINGS, TRACE_SOURCES } from './tables/bindings.ts';
export type { Binding, TraceSource } from './tables/bindings.ts';
export { RW_STATES } from './tables/rw-states.ts';
export type { RwState } from './tables/rw-states.ts';
export { GC_EVENT_KINDS } from './tables/gc-events.ts';
export type { GcEventKind } from './tables/gc-events.ts';
export {
  AGENT_DIED,
  SHED_STATES,
  BATCH_KINDS,
  COLLAPSING_KINDS,
  COUNTED_KINDS,
  LOCK_KINDS,
  PROBE_EVENT_KINDS,
  REQUEST_ENDS,
  ROUTE_SOURCES,
  TABLES,
} from './tables/tables.ts';
export type {
  BatchKind,
  CountedKind,
  ColumnName,
  Columns,
  LockKind,
  ProbeEventKind,
  RequestEnd,
  ShedState,
  RouteSource,
} from './tables/tables.ts';
export { GIVEN, VALUE_KINDS } from './tables/otel-tables.ts';
export { GOROUTINE_DUMPS, GOROUTINE_EVENT_KINDS, GOROUTINE_STATES } from './tables/goroutine-events.ts';
export type { GoroutineDumpReason, GoroutineEventKind, GoroutineState } from './tables/goroutine-events.ts';
export { crc32c } from './crc32c.ts';
export { instantiate, signed, unsigned, WASM_PAGE_BYTES, wasmModule } from './bytes/wasm-module.ts';
export type { Code, WasmFunction, WasmMemory } from './bytes/wasm-module.ts';
export { createBlockEncoder, decodeNativeBlock, decodeNativeBlocks, encodeNativeBlock } from './native/native-block.ts';
export { holds } from './native/wire-type.ts';
export type { NativeBlock, NativeColumn } from './native/native-block.ts';
export { batchToken, decodeBatch, encodeBatch } from './batch/batch.ts';
export type { Batch, BatchHeader } from './batch/batch.ts';
export {
  booleanOption,
  choiceOption,
  integerOption,
  listOption,
  portOption,
  positionals,
  textOption,
  urlOption,
} from './config/options.ts';
export { describeOptions } from './config/describe-options.ts';
export { readConfig, wantsHelp } from './config/read-config.ts';
export type { ConfigOption, ConfigOptions, ConfigValues, OptionSpec } from './config/option.ts';
export type { ConfigFile, ConfigSources } from './config/read-config.ts';
export { SCOPES, formatKey, keyPrefix, presentedKey } from './access/key.ts';
export type { RequestHeaders, Scope } from './access/key.ts';
export { NO_KEYS, formatKeyFile, isScope, parseKeyFile } from './access/key-file.ts';
export type { KeyEntry, KeyFile } from './access/key-file.ts';
export { allows, authorize, wrongScope } from './access/authorize.ts';
export type { Allowed, Refused, Sha256 } from './access/authorize.ts';
export { accessPolicy, isLoopbackHost } from './access/policy.ts';
export type { AccessPolicy, PolicyNeeds } from './access/policy.ts';
export { createGuard, guardRequest } from './access/guard.ts';
export type { Guard, GuardNeeds, GuardedRequest } from './access/guard.ts';
export { ACCESS_DEFAULTS, ACCESS_OPTIONS } from './access/options.ts';

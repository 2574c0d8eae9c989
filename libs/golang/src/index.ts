/** The door: what each of these does stands above it in its own file, and in short in README.md. */
export { readGoBinary } from './binary.ts';
export type { GoBinary, LoadSegment, ReadOptions } from './binary.ts';
export { buildText } from './buildinfo/build-text.ts';
export type { GoVersion } from './buildinfo/go-version.ts';
export type { GoModule, ModuleInfo } from './buildinfo/module-info.ts';
export type { Inflate } from './dwarf/debug-section.ts';
export type { StructType } from './dwarf/go-types.ts';
export type { FieldLayout, StructLayout } from './dwarf/struct-layout.ts';
export type { Arch } from './elf/elf-file.ts';
export type { GoFunction } from './pclntab/function-table.ts';
export type { Frame } from './pclntab/frames.ts';
export { findCallSites } from './sites/call-site.ts';
export { findCallers } from './sites/caller-site.ts';
export { costlyEntrySite, findEntrySite } from './sites/entry-site.ts';
export { findReturnSites } from './sites/return-site.ts';
export type { CallSite, CodeSource, EntrySite, ReturnSite } from './sites/site.ts';
export type { GrpcStreamOffsets } from './offsets/grpc-stream.ts';
export type { OtelSpanOffsets } from './offsets/otel-span.ts';
export { structOffsets } from './offsets/struct-offsets.ts';
export type { PatternField, StructOffsets } from './offsets/struct-offsets.ts';
export { mapKind, mapLayout } from './offsets/map-layout.ts';
export type {
  BuildSettings,
  ClassicMapLayout,
  MapKind,
  MapLayout,
  MapSlots,
  SwissMapLayout,
} from './offsets/map-layout.ts';
export { waitReasons } from './offsets/wait-reason.ts';
export type { MapType, TypeKind } from './types/map-type.ts';
export { groupGoroutines } from './dumps/groups.ts';
export type { GoroutineGroup } from './dumps/groups.ts';
export { parseGoroutineDump } from './dumps/goroutine-dump.ts';
export type { DumpedGoroutine, DumpFrame, GoroutineDump } from './dumps/goroutine-dump.ts';
export { lockWaits } from './dumps/lock-waits.ts';
export type { HolderGuess, LockWaitSite } from './dumps/lock-waits.ts';
export { contentionSites } from './profiles/contention-sites.ts';
export type { ContentionSite, ContentionSites } from './profiles/contention-sites.ts';
export { readProfile } from './profiles/profile.ts';
export type { Profile, ProfileFrame, ProfileSample } from './profiles/profile.ts';

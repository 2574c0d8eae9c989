/**
 * A Go program from its bytes: what the probes and the symboliser need to know of it, and nothing of the machine it
 * runs on. Used by libs/probe (sites, offsets) and by the agent (frames). Whatever would have to be guessed is refused.
 */
import { MapscopeError } from '@mapscope/events';
import { readBuildId } from './buildinfo/build-id.ts';
import { readBuildInfo } from './buildinfo/build-info.ts';
import { parseGoVersion, type GoVersion } from './buildinfo/go-version.ts';
import { NO_MODULES, type ModuleInfo } from './buildinfo/module-info.ts';
import { versionString } from './buildinfo/version-string.ts';
import type { Inflate } from './dwarf/debug-section.ts';
import { readGoTypes, type GoTypes, type StructType } from './dwarf/go-types.ts';
import { readStructLayout, type StructLayout } from './dwarf/struct-layout.ts';
import { malformed } from './elf/byte-view.ts';
import { PT_LOAD, readElf, type Arch, type ElfFile } from './elf/elf-file.ts';
import { notGo, requireElf64 } from './elf/format.ts';
import { checkedMapLayout, type MapLayout } from './offsets/map-layout.ts';
import { grpcStreamOffsets, type GrpcStreamOffsets } from './offsets/grpc-stream.ts';
import { otelSpanOffsets, type OtelSpanOffsets } from './offsets/otel-span.ts';
import { resolveStructOffsets } from './offsets/resolve-offsets.ts';
import type { StructOffsets } from './offsets/struct-offsets.ts';
import { framesAt, type Frame } from './pclntab/frames.ts';
import { functionTable, type GoFunction } from './pclntab/function-table.ts';
import { findHeaders, hasFunctionTableSection, hasOldHeader, type PclnHeader } from './pclntab/header.ts';
import { dwarfLayout } from './pclntab/dwarf-layout.ts';
import { knownLayout, pclnLayout, type PclnLayout } from './pclntab/layout.ts';
import { findModuleData, type ModuleData } from './pclntab/module-data.ts';
import { pointerReader } from './elf/relocations.ts';
import { mapTypeAt, type MapType } from './types/map-type.ts';
import { typeNameAt } from './types/type-name.ts';

export interface LoadSegment {
  readonly vaddr: number;
  readonly fileOffset: number;
  /** bytes present in the file */
  readonly size: number;
  readonly executable: boolean;
}

export interface GoBinary {
  readonly arch: Arch;
  /** position independent: loaded at any base; addresses here count from base 0 */
  readonly pie: boolean;
  readonly goVersion: GoVersion;
  /** of the build information: modules and build settings; empty where that was stripped */
  readonly modules: ModuleInfo;
  /** one name per build: Go's own build id, or "pclntab-fnv1a-…" where the program was linked without one */
  readonly buildId: string;
  /** from the table of known versions and the program's DWARF; TARGET_UNSUPPORTED where they disagree or neither knows */
  structOffsets(): StructOffsets;
  /** by version, build settings and the functions in the program; TARGET_UNSUPPORTED where they contradict each other */
  mapLayout(): MapLayout;
  /** of the OpenTelemetry SDK that is linked in; TARGET_UNSUPPORTED where neither DWARF nor its version tells */
  otelSpanOffsets(): OtelSpanOffsets;
  /** the same of gRPC-Go's server */
  grpcStreamOffsets(): GrpcStreamOffsets;
  /** any struct by its name in DWARF, "go.opentelemetry.io/otel/sdk/trace.recordingSpan"; undefined without readable DWARF */
  structType(name: string): StructType | undefined;
  /** the same with the fields by place and the names of their types */
  structLayout(name: string): StructLayout | undefined;
  readonly functionCount: number;
  readonly loadSegments: readonly LoadSegment[];
  /** by full name, "main.(*Cache).Get"; of two with one name the larger */
  lookup(name: string): GoFunction | undefined;
  functionAt(address: number): GoFunction | undefined;
  fileOffset(address: number): number | undefined;
  code(fn: GoFunction): Uint8Array;
  /** innermost first, inlined calls expanded, [] outside Go code; for a return address pass pc − 1 */
  frames(address: number): readonly Frame[];
  /** of the type descriptor at an address, "*errors.errorString"; undefined where none can be read there */
  typeName(address: number): string | undefined;
  /** of a map's type descriptor, the first argument of runtime.map* functions; undefined where there is none */
  mapType(address: number): MapType | undefined;
}

export interface ReadOptions {
  /**
   * Decompresses zlib; node:zlib's inflateSync will do. Without it the DWARF of most programs, which is compressed, is not
   * read, and only known Go versions are supported.
   */
  readonly inflate?: Inflate;
}

/** Throws TARGET_NOT_GO, TARGET_UNSUPPORTED or BINARY_MALFORMED, each with how to mend it. */
export function readGoBinary(bytes: Uint8Array, { inflate }: ReadOptions = {}): GoBinary {
  requireElf64(bytes);
  const elf = readElf(bytes);
  const headers = findHeaders(elf);
  const buildInfo = readBuildInfo(elf);
  const goVersion = readVersion(elf, headers, buildInfo?.version);
  const types = once(() => readGoTypes(elf, inflate));
  const layout = chooseLayout(goVersion, types);
  const { header, module } = chooseModule(elf, headers, layout, goVersion);
  const table = functionTable(elf.view, header, module.text);
  const tables = { elf, header, layout, table, gofunc: module.gofunc };
  const modules = buildInfo?.modules ?? NO_MODULES;
  const structType = (name: string): StructType | undefined => types()?.structs.get(name);
  const pointer = pointerReader(elf);
  return {
    arch: elf.arch,
    pie: elf.pie,
    goVersion,
    modules,
    buildId: readBuildId(elf, header),
    structOffsets: once(() => resolveStructOffsets(goVersion, elf.arch, types())),
    mapLayout: () => checkedMapLayout(goVersion, modules.settings, (name) => table.lookup(name) !== undefined),
    otelSpanOffsets: once(() => otelSpanOffsets({ structType, dependencies: modules.dependencies })),
    grpcStreamOffsets: once(() => grpcStreamOffsets({ structType, dependencies: modules.dependencies })),
    structType,
    structLayout: (name) => layoutOf(types(), name),
    functionCount: table.count,
    loadSegments: loadSegments(elf),
    lookup: (name) => table.lookup(name),
    functionAt: (address) => table.at(address),
    fileOffset: (address) => elf.fileOffset(address),
    code: (fn) => codeOf(elf, fn),
    frames: (address) => framesAt(tables, address),
    typeName: (address) => typeNameAt(elf, module.types, address),
    mapType: (address) => mapTypeAt(elf, module.types, pointer, address),
  };
}

/** Of a version that is not known here, only what its own DWARF says counts. */
function chooseLayout(version: GoVersion, types: () => GoTypes | undefined): PclnLayout {
  const own = knownLayout(version) === undefined && version.major === 1 && version.minor > 27 ? types() : undefined;
  return own === undefined ? pclnLayout(version) : dwarfLayout(own, version);
}

function layoutOf(types: GoTypes | undefined, name: string): StructLayout | undefined {
  const place = types?.places.get(name);
  return place && readStructLayout(place);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function readVersion(elf: ElfFile, headers: readonly PclnHeader[], fromBuildInfo: string | undefined): GoVersion {
  const text = fromBuildInfo ?? (headers.length > 0 ? versionString(elf) : undefined);
  const version = text === undefined ? undefined : parseGoVersion(text);
  if (version !== undefined) return version;
  if (hasOldHeader(elf)) throw unsupported('it was built with Go 1.17 or older', 'build it with Go 1.19 or newer');
  if (!hasFunctionTableSection(elf)) throw notGo("an ELF program without Go's function table");
  throw unsupported(
    text === undefined ? 'it does not say which Go built it' : `its Go version reads "${text}"`,
    'rebuild it without stripping .go.buildinfo',
  );
}

interface ChosenModule {
  readonly header: PclnHeader;
  readonly module: ModuleData;
}

function chooseModule(
  elf: ElfFile,
  headers: readonly PclnHeader[],
  layout: PclnLayout,
  version: GoVersion,
): ChosenModule {
  for (const header of headers) {
    const module = header.magic === layout.magic ? findModuleData(elf, header, layout) : undefined;
    if (module !== undefined) return { header, module };
  }
  if (hasOldHeader(elf)) throw unsupported(`it was built with ${version.text}`, 'build it with Go 1.19 or newer');
  const reason =
    headers.length === 0
      ? `${version.text}'s function table is not in the file (a packed program?)`
      : `no module data fits the function table of ${version.text}`;
  throw unsupported(
    `${reason}, so the start of its code would be a guess`,
    'give the program as the Go linker wrote it',
  );
}

function unsupported(reason: string, mend: string): MapscopeError {
  return new MapscopeError('TARGET_UNSUPPORTED', `the Go program cannot be read: ${reason}; ${mend}`, {
    facts: { reason },
  });
}

function loadSegments(elf: ElfFile): readonly LoadSegment[] {
  return elf.segments
    .filter((segment) => segment.type === PT_LOAD)
    .map(({ vaddr, fileOffset, size, executable }) => ({ vaddr, fileOffset, size, executable }));
}

function codeOf(elf: ElfFile, fn: GoFunction): Uint8Array {
  const offset = elf.fileOffset(fn.entry);
  if (offset === undefined) throw malformed(`${fn.name} outside the loaded segments`, 0);
  return elf.view.slice(offset, fn.size);
}

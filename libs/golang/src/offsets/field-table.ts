/**
 * Byte offsets of the fields that probes read in a live program, by Go version and by the name that DWARF gives a field.
 * The same on amd64 and arm64 (compared for all versions listed). Source: DWARF of programs built with Go 1.19.8, 1.21.13,
 * 1.22.12, 1.23.5, 1.24.4, 1.25.12, 1.26.11 and 1.27.4; the structs are in src/runtime/runtime2.go (g, m, sudog),
 * src/net/http/{request,response,server}.go and src/net/url/url.go.
 * struct-offsets.integration.test.ts repeats the comparison with every toolchain it finds, for both architectures.
 */
import type { GoVersion } from '../buildinfo/go-version.ts';

/** The columns. Go 1.20 could not be obtained, so nothing is claimed of it. */
const MINORS = [19, 21, 22, 23, 24, 25, 26, 27] as const;

/** undefined: the version has no such field. */
type Row = readonly (number | undefined)[];
const same = (offset: number): Row => MINORS.map(() => offset);
const none = undefined;

/**
 * Go 1.23 added g.syscallbp before atomicstatus; Go 1.25 dropped gobuf.ret, which is part of g.sched and m.morebuf;
 * Go 1.26 made sudog.elem two words long, maybeTraceablePtr, of which only `vu` always holds the address.
 */
const TABLE = {
  //                               1.19 1.21 1.22 1.23 1.24 1.25 1.26 1.27
  'runtime.g.m': same(48),
  'runtime.g.sched': same(56),
  'runtime.g.atomicstatus': [144, 144, 144, 152, 152, 144, 144, 144],
  'runtime.g.goid': [152, 152, 152, 160, 160, 152, 152, 152],
  'runtime.g.waitsince': [168, 168, 168, 176, 176, 168, 168, 168],
  'runtime.g.waitreason': [176, 176, 176, 184, 184, 176, 176, 176],
  'runtime.g.parentGoid': [none, 272, 272, 280, 280, 272, 280, 280],
  'runtime.g.gopc': [296, 280, 280, 288, 288, 280, 288, 288],
  'runtime.g.startpc': [312, 296, 296, 304, 304, 296, 304, 304],
  'runtime.g.labels': [360, 344, 344, 352, 352, 344, 352, 352],
  'runtime.m.curg': [192, 192, 192, 192, 192, 184, 184, 184],
  'runtime.sudog.g': same(0),
  'runtime.sudog.elem': same(24),
  'runtime.maybeTraceablePtr.vu': [none, none, none, none, none, none, 8, 8],
  'net/http.Request.Method': same(0),
  'net/http.Request.URL': same(16),
  'net/http.Request.Header': same(56),
  'net/http.Request.RequestURI': same(192),
  'net/http.Request.ctx': [232, 232, 232, 248, 248, 248, 248, 248],
  'net/http.Request.Pattern': [none, none, none, 232, 232, 232, 232, 232],
  'net/http.Request.pat': [none, none, 248, 264, 264, 264, 264, 264],
  'net/http.Response.StatusCode': same(16),
  'net/http.response.req': same(8),
  'net/http.response.status': [120, 120, 120, 120, 120, 120, 128, 128],
  'net/url.URL.Scheme': same(0),
  'net/url.URL.Opaque': same(16),
  'net/url.URL.User': same(32),
  'net/url.URL.Host': same(40),
  'net/url.URL.Path': same(56),
} as const satisfies Record<string, Row>;

/** As DWARF names it: package path, struct, field. */
export type FieldName = keyof typeof TABLE;

// Object.keys forgets the literal keys of the object it was given.
export const FIELD_NAMES = Object.keys(TABLE) as readonly FieldName[];
export const SUPPORTED_VERSIONS: readonly string[] = MINORS.map((minor) => `1.${minor}`);

export type FieldOffsets = Readonly<Record<FieldName, number | undefined>>;

/** undefined for a Go version that was not looked at. */
export function tableOffsets({ major, minor }: GoVersion): FieldOffsets | undefined {
  const column = MINORS.findIndex((known) => known === minor);
  return major === 1 && column >= 0 ? columnOf(column) : undefined;
}

export function newestTableOffsets(): FieldOffsets {
  return columnOf(MINORS.length - 1);
}

function columnOf(column: number): FieldOffsets {
  const entries = FIELD_NAMES.map((name): readonly [FieldName, number | undefined] => [name, TABLE[name][column]]);
  // fromEntries forgets which keys it was given: these are all of FIELD_NAMES.
  return Object.fromEntries(entries) as FieldOffsets;
}

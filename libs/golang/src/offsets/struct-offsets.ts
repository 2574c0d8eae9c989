/**
 * The fields that probes read, by what they are for. Used by libs/probe to tell the BPF programs where to look.
 * Where the numbers come from: field-table.ts, and DWARF beside it (resolve-offsets.ts).
 */
import { MapscopeError } from '@mapscope/events';
import type { GoVersion } from '../buildinfo/go-version.ts';
import type { Arch } from '../elf/elf-file.ts';
import { type FieldName, type FieldOffsets, SUPPORTED_VERSIONS, tableOffsets } from './field-table.ts';

export interface StructOffsets {
  /** runtime.g */
  readonly g: {
    readonly goid: number;
    /** uint32; 2 = running at a probe in Go code, so it tests the table for free */
    readonly atomicstatus: number;
    /** uint8, see waitReasons */
    readonly waitreason: number;
    /** int64, nanotime at which a garbage collection first saw it blocked; 0 before */
    readonly waitsince: number;
    readonly m: number;
    /** struct gobuf, within g: whoever has a pointer to it has the g */
    readonly sched: number;
    /** absent before Go 1.21, which does not record the parent */
    readonly parentGoid: number | undefined;
    /** pc of the go statement */
    readonly gopc: number;
    /** pc of the goroutine's function */
    readonly startpc: number;
    /** pointer, nil without pprof labels; see labelsHold */
    readonly labels: number;
    /** what g.labels points to: until Go 1.23 a map[string]string, since 1.24 a slice of {key, value string} */
    readonly labelsHold: 'map' | 'slice';
  };
  /** runtime.m; curg is the goroutine while the runtime works on the system stack */
  readonly m: { readonly curg: number };
  /** runtime.sudog; elem is the semaphore's address for lock waits */
  readonly sudog: { readonly g: number; readonly elem: number };
  /** net/http.Request: method and requestUri are strings, url is a pointer, header a map, ctx an interface */
  readonly httpRequest: {
    readonly method: number;
    readonly url: number;
    readonly header: number;
    readonly requestUri: number;
    readonly ctx: number;
    readonly pattern: PatternField | undefined;
  };
  /** net/http.Response, what a client gets: an int */
  readonly httpResponse: { readonly statusCode: number };
  /** net/http.response, what a server writes (HTTP/1): status is an int, req a pointer to Request */
  readonly httpServerResponse: { readonly status: number; readonly request: number };
  /** net/url.URL: strings, except the pointer `user` */
  readonly url: {
    readonly scheme: number;
    readonly opaque: number;
    readonly user: number;
    readonly host: number;
    readonly path: number;
  };
}

/**
 * Where net/http.Request keeps the pattern that ServeMux matched. Go 1.23 added `Pattern string`; Go 1.22 has only
 * `pat *pattern`, whose first field is `str string`; before that no pattern is kept (nor with GODEBUG=httpmuxgo121=1).
 */
export interface PatternField {
  readonly offset: number;
  /** a string, or a pointer to a struct that begins with it */
  readonly holds: 'string' | 'pointer';
}

/** From the table alone. TARGET_UNSUPPORTED for a version that is not in it. */
export function structOffsets(version: GoVersion, arch: Arch): StructOffsets {
  const offsets = tableOffsets(version);
  if (offsets !== undefined) return arrangeOffsets(offsets, version);
  const message = `the field offsets of ${version.text} on ${arch} are not known; supported are Go ${SUPPORTED_VERSIONS.join(', ')}: build the program with one of these`;
  throw new MapscopeError('TARGET_UNSUPPORTED', message, { facts: { goVersion: version.text, arch } });
}

/** Throws where a field that every version has is missing. */
export function arrangeOffsets(offsets: FieldOffsets, version: GoVersion): StructOffsets {
  const at = (field: FieldName): number => offsets[field] ?? missing(field, version);
  return {
    g: goroutineFields(offsets, version, at),
    m: { curg: at('runtime.m.curg') },
    sudog: {
      g: at('runtime.sudog.g'),
      elem: at('runtime.sudog.elem') + (offsets['runtime.maybeTraceablePtr.vu'] ?? 0),
    },
    httpRequest: {
      method: at('net/http.Request.Method'),
      url: at('net/http.Request.URL'),
      header: at('net/http.Request.Header'),
      requestUri: at('net/http.Request.RequestURI'),
      ctx: at('net/http.Request.ctx'),
      pattern: patternField(offsets),
    },
    httpResponse: { statusCode: at('net/http.Response.StatusCode') },
    httpServerResponse: { status: at('net/http.response.status'), request: at('net/http.response.req') },
    url: {
      scheme: at('net/url.URL.Scheme'),
      opaque: at('net/url.URL.Opaque'),
      user: at('net/url.URL.User'),
      host: at('net/url.URL.Host'),
      path: at('net/url.URL.Path'),
    },
  };
}

function goroutineFields(
  offsets: FieldOffsets,
  version: GoVersion,
  at: (field: FieldName) => number,
): StructOffsets['g'] {
  return {
    goid: at('runtime.g.goid'),
    atomicstatus: at('runtime.g.atomicstatus'),
    waitreason: at('runtime.g.waitreason'),
    waitsince: at('runtime.g.waitsince'),
    m: at('runtime.g.m'),
    sched: at('runtime.g.sched'),
    parentGoid: offsets['runtime.g.parentGoid'],
    gopc: at('runtime.g.gopc'),
    startpc: at('runtime.g.startpc'),
    labels: at('runtime.g.labels'),
    // src/runtime/pprof/label.go: `type labelMap map[string]string`, since 1.24 `struct { LabelSet }`.
    labelsHold: version.minor < 24 ? 'map' : 'slice',
  };
}

function patternField(offsets: FieldOffsets): PatternField | undefined {
  const text = offsets['net/http.Request.Pattern'];
  if (text !== undefined) return { offset: text, holds: 'string' };
  const pointer = offsets['net/http.Request.pat'];
  return pointer === undefined ? undefined : { offset: pointer, holds: 'pointer' };
}

function missing(field: FieldName, version: GoVersion): never {
  const message = `${field} is not known for ${version.text}, neither in the table nor in the program's DWARF; build the program with Go ${SUPPORTED_VERSIONS.join(', ')}, or use a newer Mapscope`;
  throw new MapscopeError('TARGET_UNSUPPORTED', message, { facts: { goVersion: version.text, field } });
}

/**
 * Byte offsets of the fields that probes read in a live program, by Go version. The same on amd64 and arm64: every
 * field is a word, a string (two words) or an int32 before them (compared for all versions listed, from DWARF).
 * Source: DWARF of programs built with Go 1.19.8, 1.21.13, 1.22.12, 1.23.5, 1.24.4, 1.25.12, 1.26.11 and 1.27.4; the
 * structs are in src/runtime/runtime2.go (g, sudog), src/net/http/request.go and src/net/url/url.go.
 * struct-offsets.integration.test.ts repeats the comparison with every toolchain it finds.
 */
import { MapscopeError } from '@mapscope/events';
import type { GoVersion } from '../buildinfo/go-version.ts';
import type { Arch } from '../elf/elf-file.ts';

export interface StructOffsets {
  /** runtime.g */
  readonly g: {
    readonly goid: number;
    /** uint32; 2 = running at a probe in Go code, so it tests the table for free */
    readonly atomicstatus: number;
    readonly m: number;
    /** struct gobuf, within g: whoever has a pointer to it has the g */
    readonly sched: number;
    /** absent before Go 1.21, which does not record the parent */
    readonly parentGoid: number | undefined;
  };
  /** runtime.sudog */
  readonly sudog: { readonly g: number };
  /** net/http.Request: method and requestUri are strings, url is a pointer */
  readonly httpRequest: {
    readonly method: number;
    readonly url: number;
    readonly requestUri: number;
    readonly pattern: PatternField | undefined;
  };
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

const COMMON = {
  sudog: { g: 0 },
  httpRequest: { method: 0, url: 16, requestUri: 192 },
  url: { scheme: 0, opaque: 16, user: 32, host: 40, path: 56 },
} as const;
const G_M = 48;
const G_SCHED = 56;

/** Go 1.23 added g.syscallbp before atomicstatus; Go 1.25 dropped gobuf.ret, which is part of g.sched. */
const BY_MINOR: Readonly<Record<number, Omit<StructOffsets['g'], 'm' | 'sched'>>> = {
  19: { atomicstatus: 144, goid: 152, parentGoid: undefined },
  21: { atomicstatus: 144, goid: 152, parentGoid: 272 },
  22: { atomicstatus: 144, goid: 152, parentGoid: 272 },
  23: { atomicstatus: 152, goid: 160, parentGoid: 280 },
  24: { atomicstatus: 152, goid: 160, parentGoid: 280 },
  25: { atomicstatus: 144, goid: 152, parentGoid: 272 },
  26: { atomicstatus: 144, goid: 152, parentGoid: 280 },
  27: { atomicstatus: 144, goid: 152, parentGoid: 280 },
};

export function structOffsets(version: GoVersion, arch: Arch): StructOffsets {
  const g = version.major === 1 ? BY_MINOR[version.minor] : undefined;
  if (g !== undefined) {
    const { httpRequest, ...rest } = COMMON;
    const pattern = patternField(version.minor);
    return { g: { ...g, m: G_M, sched: G_SCHED }, httpRequest: { ...httpRequest, pattern }, ...rest };
  }
  const supported = Object.keys(BY_MINOR).map((minor) => `1.${minor}`);
  const message = `the field offsets of ${version.text} on ${arch} are not known; supported are Go ${supported.join(', ')}: build the program with one of these`;
  throw new MapscopeError('TARGET_UNSUPPORTED', message, { facts: { goVersion: version.text, arch } });
}

function patternField(minor: number): PatternField | undefined {
  if (minor < 22) return undefined;
  return minor === 22 ? { offset: 248, holds: 'pointer' } : { offset: 232, holds: 'string' };
}

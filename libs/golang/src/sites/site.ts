import type { GoBinary } from '../binary.ts';

/** The part of a GoBinary that is needed here. */
export type CodeSource = Pick<GoBinary, 'arch' | 'code' | 'fileOffset'>;

/** Where in a function, before it is known where that function stands in the file. */
export interface SiteChoice {
  /** from the function's entry */
  readonly offset: number;
  readonly instruction: 'push' | 'branch' | 'other';
  /**
   * A stack-check branch, which may come twice for one call: where it is taken, runtime.morestack runs and the function
   * starts again. Count a hit only where it is not taken:
   *   amd64 jbe    not taken with CF = 0 and ZF = 0
   *   arm64 b.ls   not taken with C = 1 and Z = 0, ((pstate >> 29) & 3) == 1
   */
  readonly reentrant: boolean;
}

export interface EntrySite extends SiteChoice {
  readonly fileOffset: number;
}

/** A direct call. */
export interface CallSite {
  readonly fileOffset: number;
  /** from the caller's entry */
  readonly offset: number;
}

export interface ReturnSite {
  readonly fileOffset: number;
  /** from the function's entry */
  readonly offset: number;
}

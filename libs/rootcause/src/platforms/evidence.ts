/**
 * The port: what a comparison of platforms asks of a store beside the requests and waits of `EvidenceSource`. Owned here,
 * implemented by libs/store.
 */
import type { CodeSite, EvidenceQuery } from '../evidence.ts';

/** Of one platform in one window, counted by the store: exact, also where requests were cut. */
export interface PlatformFacts {
  readonly platform: string;
  readonly requests: number;
  /** processes that served them; 0: not known (spans of an SDK) */
  readonly processes: number;
  /** what its programs were built from (libs/golang, buildText); empty: nobody said */
  readonly builds: readonly string[];
  /** CPU time of its processes between two reports, and the requests they served meanwhile; absent: not reported twice */
  readonly cpu?: { readonly nanos: number; readonly requests: number } | undefined;
  /** operations on maps that were counted, and those that met another's write; 0, 0: maps were not watched */
  readonly mapOperations: number;
  readonly mapConflicts: number;
}

/** Two locks or more of one process in one 64-byte line, each waited for. */
export interface SharedLine {
  readonly platform: string;
  /** 16 hex digits behind 0x */
  readonly lineAddress: string;
  readonly locks: readonly { readonly address: string; readonly waiter: CodeSite; readonly waits: number }[];
  readonly waitNanos: number;
}

/** One field of a struct, in order of its place. */
export interface FieldPlace {
  readonly name: string;
  readonly type: string;
  readonly offsetBytes: number;
}

/** As the DWARF of a program of this architecture says. */
export interface StructLayout {
  /** "main.Cache" */
  readonly name: string;
  readonly arch: string;
  readonly sizeBytes: number;
  readonly fields: readonly FieldPlace[];
}

export interface PlatformSource {
  /** most requests first, at most 100 */
  readonly platformFacts: (query: EvidenceQuery) => Promise<readonly PlatformFacts[]>;
  /** most waited first, at most 100 */
  readonly sharedLines: (query: EvidenceQuery) => Promise<readonly SharedLine[]>;
  /** of these names, those that an agent of the service could read */
  readonly structLayouts: (query: EvidenceQuery, names: readonly string[]) => Promise<readonly StructLayout[]>;
}

/** What a family is, as data. The manifest resolves it against a binary; nothing here looks at one. */
import type { CountedKind } from '@mapscope/events';

export interface HookSpec {
  readonly function: string;
  /** other names of the same function, by Go version; the first that the binary has is taken */
  readonly orElse?: readonly string[];
  /** of bpf/records.h (compared by a test); the C function states the Go signature it relies on */
  readonly hook: number;
  /**
   * entry: the cheap instruction right behind the stack check. return: every RET, 20 times as costly on amd64, so only
   * where nothing else marks the end. A function that leaves by a panic passes none of them.
   */
  readonly at?: 'entry' | 'return';
  /**
   * Only calls by this function matter: its call instructions are probed instead, where it has some, and calls by others
   * cost nothing. Arguments are in place there too; the stack begins with the caller.
   */
  readonly inCaller?: string;
  /** Where its entry has no cheap instruction (arm64, without stack check): at every direct call of it instead. */
  readonly orAtCalls?: boolean;
  /** Only for binaries with this function: of two implementations the other has no such hook, and lacks nothing. */
  readonly onlyWith?: string;
  /** Only for binaries without it. */
  readonly onlyWithout?: string;
  /** Without a required hook the family is off. Hooks of one group work only together. */
  readonly required: boolean;
  readonly group?: string;
  /** Function → its callers: where it is inlined into one, the hook would miss those calls, so it finds no site. */
  readonly calledBy?: Readonly<Record<string, readonly string[]>>;
  /** What does its work where it finds no site; all of it or nothing. */
  readonly fallback?: Fallback;
  /** Left out where this family hooks the same function too: its program does what this hook would. */
  readonly coveredBy?: string;
  /** Its program reads structs of a module that this binary may have in a version whose fields are not known. */
  readonly reads?: 'otelSpan' | 'grpcStream';
  /** happens so seldom that the costly first instruction will do where there is no cheap one */
  readonly rare?: boolean;
  /** What is lost where the binary lacks this function. */
  readonly effect: string;
}

export interface Fallback {
  readonly hooks: readonly HookSpec[];
  /** what is lost all the same */
  readonly effect: string;
}

/** Something a program may contain that the family does not cover: where this function is, the manifest says so. */
export interface Blind {
  readonly function: string;
  /** what is not seen, and why */
  readonly effect: string;
}

export interface FamilySpec {
  /** name of the BPF program; it tells its hooks apart by the attach cookie */
  readonly program: string;
  /** batch kind of the family's ring records; undefined: it writes none itself */
  readonly kind: CountedKind | undefined;
  readonly hooks: readonly HookSpec[];
  readonly blind?: readonly Blind[];
}

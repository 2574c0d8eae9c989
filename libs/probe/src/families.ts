/**
 * What each family hooks, as data. The manifest resolves it against a binary; nothing here looks at one.
 * Hook numbers are those of bpf/records.h (compared by a test); each C function states the Go signature it relies on.
 */
import type { BatchKind } from '@mapscope/events';

export const FAMILY_NAMES = ['trace', 'http', 'lock', 'fatal'] as const;
export type FamilyName = (typeof FAMILY_NAMES)[number];

export interface HookSpec {
  readonly function: string;
  readonly hook: number;
  /** Without a required hook the family is off. Hooks of one group work only together. */
  readonly required: boolean;
  readonly group?: string;
  /** Left out where this family hooks the same function too: its program does what this hook would. */
  readonly coveredBy?: FamilyName;
  /** happens so seldom that the costly first instruction will do where there is no cheap one */
  readonly rare?: boolean;
  /** What is lost where the binary lacks this function. */
  readonly effect: string;
}

export interface FamilySpec {
  /** name of the BPF program; it tells its hooks apart by the attach cookie */
  readonly program: string;
  /** batch kind of the family's ring records; undefined: it writes none itself */
  readonly kind: BatchKind | undefined;
  readonly hooks: readonly HookSpec[];
}

const NO_WAITS = 'no lock waits are seen';
const NO_REQUESTS = 'no requests are seen';
const NO_HEADERS = 'no trace ids are read from requests';
const NO_INHERITANCE = 'goroutines started by a request do not carry its trace id';
const LATE_END = 'a request whose handler panics or hijacks is never reported';

export const FAMILIES: Readonly<Record<FamilyName, FamilySpec>> = {
  trace: {
    program: 'family_trace',
    kind: undefined,
    hooks: [
      { function: 'net/textproto.canonicalMIMEHeaderKey', hook: 4, required: true, effect: NO_HEADERS },
      { function: 'net/http.(*conn).readRequest', hook: 5, required: true, coveredBy: 'http', effect: NO_HEADERS },
      { function: 'runtime.newproc1', hook: 6, required: false, group: 'inheritance', effect: NO_INHERITANCE },
      { function: 'runtime.gostartcallfn', hook: 7, required: false, group: 'inheritance', effect: NO_INHERITANCE },
      { function: 'runtime.goexit1', hook: 8, required: true, coveredBy: 'http', effect: NO_HEADERS },
    ],
  },
  http: {
    program: 'family_http',
    kind: 'http_requests',
    hooks: [
      { function: 'net/http.serverHandler.ServeHTTP', hook: 9, required: true, effect: NO_REQUESTS },
      { function: 'net/http.(*response).finishRequest', hook: 10, required: true, effect: NO_REQUESTS },
      { function: 'net/http.(*conn).readRequest', hook: 11, required: false, effect: LATE_END },
      { function: 'runtime.goexit1', hook: 12, required: false, effect: LATE_END },
    ],
  },
  lock: {
    program: 'family_lock',
    kind: 'lock_waits',
    hooks: [
      { function: 'runtime.(*semaRoot).queue', hook: 1, required: true, effect: NO_WAITS },
      { function: 'runtime.readyWithTime', hook: 2, required: true, effect: NO_WAITS },
      { function: 'runtime.releaseSudog', hook: 3, required: true, effect: NO_WAITS },
    ],
  },
  fatal: {
    program: 'family_fatal',
    kind: 'probe_events',
    hooks: [
      { function: 'runtime.fatal', hook: 13, required: false, rare: true, effect: 'fatal errors are not reported' },
      { function: 'runtime.throw', hook: 14, required: false, rare: true, effect: 'throws are not reported' },
      { function: 'runtime.gopanic', hook: 15, required: false, rare: true, effect: 'panics are not reported' },
    ],
  },
};

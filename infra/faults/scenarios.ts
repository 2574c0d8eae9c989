/**
 * The planted truths and the planted lies: which service is slow in which way, what watches it, what must be said of it. The lines
 * are marks of the service's own sources (`// mark: NAME`), read by the service itself.
 */
import type { Verdict } from '@mapscope/rootcause';

/** What is measured inside of the service for each request: see service/visit.go. */
export type TruthCause = 'fault' | 'second' | 'marking';

export interface Scenario {
  readonly name: string;
  /** of the Go service */
  readonly mode: string;
  /** requests a second */
  readonly rate: number;
  /** path → weight; absent: all to one path */
  readonly paths?: Readonly<Record<string, number>>;
  /** absent: the agent's own choice (lock, http, trace, client, fatal, gc) */
  readonly families?: readonly string[];
  /** its times are a CPU's: it runs alone */
  readonly needsCpu?: boolean;
  /** the service sends spans of its requests, as an SDK does */
  readonly sendsSpans?: boolean;
  /** false: nothing is broken in the second run either */
  readonly isBroken?: boolean;
  readonly expected: Expected;
}

export interface Expected {
  readonly verdict: Verdict;
  /** marks */
  readonly waiter?: string | undefined;
  readonly release?: string | undefined;
  /** the reader that a pending writer waits for */
  readonly slowReader?: string;
  /** of downstream: it must be the host that the service calls */
  readonly isStock?: boolean;
  /** mark of the line that waits for a channel */
  readonly channelLine?: string;
  /** what the service measured for the blamed one; absent: nobody is blamed */
  readonly truth?: TruthCause | undefined;
  /** the service knows no better than that it lies between this and `truth` */
  readonly truthLeast?: TruthCause;
  /** points by which the share may differ from the service's own; 5 unless the service cannot measure it better */
  readonly sharePoints?: number;
  /** 0.1 unless the service cannot measure it better */
  readonly p99Tolerance?: number;
  /** another cause, told beside the blamed one: with its own share */
  readonly also?: { readonly kind: 'downstream' | 'lock'; readonly truth: TruthCause; readonly waiter?: string };
  /** false: other causes go on when this one is mended, so the run without the fault is not what it would be */
  readonly isOnlyCause?: boolean;
  /** marks that must not be blamed */
  readonly innocent?: readonly string[];
  /** the service does not get slow: it crashes, and the conflicts before it are told */
  readonly conflict?: ExpectedConflict;
  /** words that the sentence or the reasons must hold */
  readonly says?: readonly RegExp[];
  /** false: it is no spike, or too quiet a service to see one in half a minute */
  readonly isIncident?: boolean;
}

/** Marks: the two that meet in the map, and a line that the runtime ends the process at. */
export interface ExpectedConflict {
  readonly reader: string;
  readonly writer: string;
  readonly crash: string;
}

const RATE = 60;
/** What the agent takes by itself. */
const DEFAULTS = ['lock', 'http', 'trace', 'client', 'fatal', 'gc'];
/** And the goroutine flight recorder, which it writes out every ten seconds. */
const RECORDED = [...DEFAULTS, 'goroutine'];
const ACME = '/tenants/acme';

export const SCENARIOS: readonly Scenario[] = [
  lock('lock', 'contention'),
  lock('rebuild', 'contention'),
  lock('convoy', 'contention'),
  lock('hot-shard', 'hot-shard'),
  {
    ...lock('pending', 'rw-writer-pending'),
    expected: { ...lock('pending', 'rw-writer-pending').expected, slowReader: 'pending-reader' },
  },
  {
    ...lock('tenant', 'contention'),
    paths: { [ACME]: 1, '/tenants/bolt': 2, '/tenants/crane': 2 },
    expected: { ...lock('tenant', 'contention').expected, says: [/of the slow requests are of the route .*acme/] },
  },
  {
    ...lock('fan-out', 'contention'),
    expected: { verdict: 'contention', waiter: 'fan-out-waiter', release: 'rebuild-release', truth: 'fault' },
  },
  {
    ...lock('chain', 'contention'),
    expected: {
      ...lock('chain', 'contention').expected,
      isOnlyCause: false,
      also: { kind: 'lock', truth: 'second', waiter: 'chain-second-waiter' },
      says: [/waited itself/],
    },
  },
  { name: 'downstream', mode: 'downstream', rate: RATE, expected: slowStock() },
  {
    name: 'two-causes',
    mode: 'two-causes',
    rate: RATE,
    expected: {
      verdict: 'contention',
      waiter: 'rebuild-waiter',
      release: 'rebuild-release',
      truth: 'fault',
      isOnlyCause: false,
      also: { kind: 'downstream', truth: 'second' },
    },
  },
  {
    name: 'decoy',
    mode: 'decoy',
    rate: RATE,
    expected: { ...slowStock(), innocent: ['decoy-waiter', 'decoy-release'] },
  },
  {
    name: 'nap',
    mode: 'nap',
    rate: RATE,
    expected: {
      verdict: 'unexplained',
      innocent: ['decoy-waiter', 'decoy-release'],
      says: [/no single lock explains it/],
    },
  },
  {
    name: 'channel',
    mode: 'channel',
    rate: RATE,
    families: RECORDED,
    expected: { verdict: 'channel', channelLine: 'channel-waiter', truth: 'fault' },
  },
  {
    name: 'channel-unseen',
    mode: 'channel',
    rate: RATE,
    expected: { verdict: 'unexplained', says: [/channels, sockets, files or CPU/] },
  },
  {
    name: 'cpu',
    mode: 'cpu',
    rate: 20,
    families: RECORDED,
    needsCpu: true,
    expected: { verdict: 'cpu', truth: 'fault' },
  },
  {
    name: 'gc',
    mode: 'gc',
    rate: 20,
    needsCpu: true,
    // Between what the runtime counts as marking, and how much longer allocating took, beside the collector's workers.
    expected: { verdict: 'gc', truth: 'fault', truthLeast: 'marking', p99Tolerance: 0.25 },
  },
  {
    name: 'map-conflict',
    mode: 'racy',
    rate: RATE,
    families: [...DEFAULTS, 'map'],
    expected: {
      verdict: 'map-conflict',
      conflict: { reader: 'racy-reader', writer: 'racy-writer', crash: 'racy-crash' },
    },
  },
  {
    name: 'no-traces',
    mode: 'rebuild',
    rate: RATE,
    families: ['lock'],
    sendsSpans: true,
    expected: { verdict: 'unexplained', says: [/[Ww]indow correlation only/, /catalog\)\.find/] },
  },
  {
    name: 'no-fault',
    mode: 'rebuild',
    rate: RATE,
    isBroken: false,
    expected: { verdict: 'too-little-evidence', isIncident: false, says: [/did not rise/] },
  },
  {
    name: 'too-few',
    mode: 'rebuild',
    rate: 1.5,
    expected: { verdict: 'too-little-evidence', isIncident: false, says: [/requests \(\d+ needed\)/] },
  },
];

function lock(name: string, verdict: Verdict): Scenario {
  const expected = { verdict, waiter: `${name}-waiter`, release: `${name}-release`, truth: 'fault' } as const;
  return { name, mode: name, rate: RATE, expected };
}

function slowStock(): Expected {
  return { verdict: 'downstream', isStock: true, truth: 'fault' };
}

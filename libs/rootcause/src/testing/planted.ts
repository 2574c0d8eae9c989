/**
 * Evidence with a known truth, for tests: a service is a function from a request to what happened to it.
 * Seeded, so a test that fails fails again. Two windows of `seconds` each, at `perSecond` requests.
 */
import { RW_STATES } from '@mapscope/events';
import type { LockKind, RwState, TimeWindow } from '@mapscope/events';
import { NO_FINDINGS, STRETCH_KINDS } from '../evidence.ts';
import type {
  CodeSite,
  Coverage,
  Findings,
  RequestColumns,
  StretchColumns,
  StretchKind,
  WaitColumns,
} from '../evidence.ts';
import type { Evidence } from '../judge.ts';
import { normal, seededRng } from '../statistics/rng.ts';
import type { Rng } from '../statistics/rng.ts';

export const MS = 1e6;
export const ORIGIN = 1_790_000_000_000_000_000n;

export const site = (name: string, line: number): CodeSite => ({
  function: `github.com/shop/order/${name}`,
  file: `/src/github.com/shop/order/${name.split('.')[0]}.go`,
  line,
});

export const GET = site('cache.(*Cache).Get', 42);
export const PUT = site('cache.(*Cache).Put', 57);
export const REBUILD = site('cache.(*Cache).Rebuild', 88);
export const LOG = site('log.(*Logger).Log', 12);
export const SESSION = site('session.(*Map).Load', 31);

export interface PlantedWait {
  readonly at: CodeSite;
  readonly by?: CodeSite;
  readonly lock?: string;
  readonly kind?: LockKind;
  readonly binding?: 'exact' | 'inherited';
  /** from the start of the request; may be negative */
  readonly offsetNanos: number;
  readonly waitNanos: number;
  readonly schedNanos?: number;
  readonly rwState?: RwState;
}

export interface PlantedStretch {
  readonly kind: StretchKind;
  readonly host?: string;
  readonly site?: CodeSite;
  readonly binding?: 'exact' | 'inherited';
  readonly offsetNanos: number;
  readonly durationNanos: number;
}

export interface PlantedRequest {
  readonly durationNanos: number;
  readonly route?: string;
  readonly platform?: string;
  readonly traceId?: string;
  readonly waits?: readonly PlantedWait[];
  readonly stretches?: readonly PlantedStretch[];
}

/** `time` runs from 0 to 1 over the window. */
export type Service = (context: { readonly rng: Rng; readonly time: number }) => PlantedRequest;

export interface Planted {
  readonly requests: RequestColumns;
  readonly waits: WaitColumns;
  readonly stretches: StretchColumns;
}

/** All planted requests are of this process. */
export const PROCESS = 7;

export interface Span {
  readonly fromUnixNanos: bigint;
  readonly seconds: number;
  readonly perSecond: number;
  readonly seed: number;
}

export function plant(service: Service, span: Span): Planted {
  const rng = seededRng(span.seed);
  const n = Math.round(span.seconds * span.perSecond);
  const rows = Array.from({ length: n }, (_, i) => ({
    start: span.fromUnixNanos + BigInt(Math.floor((i / n) * span.seconds * 1e9)),
    ...service({ rng, time: i / n }),
    id: `${hex(rng)}${hex(rng)}${hex(rng)}${hex(rng)}`,
  }));
  const requests: RequestColumns = {
    count: n,
    total: n,
    startUnixNanos: BigInt64Array.from(rows, (row) => row.start),
    durationNanos: Float64Array.from(rows, (row) => row.durationNanos),
    traceIds: rows.map((row) => row.traceId ?? row.id),
    routes: rows.map((row) => row.route ?? 'GET /order'),
    platforms: rows.map((row) => row.platform ?? 'arch=amd64'),
    processes: new Uint32Array(n).fill(PROCESS),
  };
  const waits = rows.flatMap((row) =>
    (row.waits ?? []).map((wait) => ({ ...wait, start: row.start, id: row.traceId ?? row.id })),
  );
  const stretches = rows.flatMap((row) =>
    (row.stretches ?? []).map((stretch) => ({ ...stretch, start: row.start, id: row.traceId ?? row.id })),
  );
  return { requests, waits: waitColumns(waits), stretches: stretchColumns(stretches) };
}

type Placed<T> = T & { readonly start: bigint; readonly id: string };

export function stretchColumns(stretches: readonly Placed<PlantedStretch>[]): StretchColumns {
  const hosts = [...new Set(stretches.flatMap(({ host }) => host ?? []))];
  const sites = [...new Set(stretches.flatMap(({ site: line }) => line ?? []))];
  return {
    count: stretches.length,
    kinds: Uint8Array.from(stretches, ({ kind }) => STRETCH_KINDS.indexOf(kind)),
    names: Uint32Array.from(stretches, ({ host, site: line }) =>
      Math.max(0, line === undefined ? hosts.indexOf(host ?? '') : sites.indexOf(line)),
    ),
    traceIds: stretches.map(({ id }) => id),
    startUnixNanos: BigInt64Array.from(stretches, (one) => one.start + BigInt(Math.round(one.offsetNanos))),
    durationNanos: Float64Array.from(stretches, ({ durationNanos }) => durationNanos),
    exact: Uint8Array.from(stretches, ({ binding }) => (binding === 'inherited' ? 0 : 1)),
    hosts,
    sites,
  };
}

const hex = (rng: Rng): string =>
  Math.floor(rng() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');

export function waitColumns(waits: readonly Placed<PlantedWait>[]): WaitColumns {
  const sites: CodeSite[] = [];
  const known = new Map<CodeSite, number>();
  const number = (place: CodeSite): number => {
    const id = known.get(place) ?? sites.push(place) - 1;
    known.set(place, id);
    return id;
  };
  return {
    count: waits.length,
    traceIds: waits.map((wait) => wait.id),
    startUnixNanos: BigInt64Array.from(waits, (wait) => wait.start + BigInt(Math.round(wait.offsetNanos))),
    waitNanos: Float64Array.from(waits, (wait) => wait.waitNanos),
    schedNanos: Float64Array.from(waits, (wait) => wait.schedNanos ?? 0),
    lockAddresses: waits.map((wait) => wait.lock ?? `0x${(wait.at.line * 0xc000).toString(16).padStart(16, '0')}`),
    waiterSites: Uint32Array.from(waits, (wait) => number(wait.at)),
    holderSites: Uint32Array.from(waits, (wait) => number(wait.by ?? REBUILD)),
    lockKinds: waits.map((wait) => wait.kind ?? 'mutex'),
    bindings: waits.map((wait) => wait.binding ?? 'exact'),
    sites,
    rwStates: Uint8Array.from(waits, (wait) => RW_STATES[wait.rwState ?? 'none']),
  };
}

/** A lognormal latency with its median at `medianNanos`; spread 0.25 puts p99 at 1.8 × the median. */
export const usualNanos = (rng: Rng, medianNanos: number, spread = 0.25): number =>
  medianNanos * Math.exp(spread * normal(rng));

export const WHOLE: Coverage = { ringSubmitted: 1_000_000, ringLost: 0, published: 1_000_000, inserted: 1_000_000 };

export interface Comparison {
  readonly before: Service;
  readonly during: Service;
  readonly seconds?: number;
  readonly perSecond?: number;
  readonly seed?: number;
  readonly coverage?: Coverage;
  readonly threshold?: number;
  readonly findings?: { readonly before?: Partial<Findings>; readonly during?: Partial<Findings> };
}

/** The two windows of a comparison of `seconds` each. */
export const windowsOf = (seconds: number): readonly [TimeWindow, TimeWindow] => {
  const middle = ORIGIN + BigInt(seconds * 1e9);
  return [window(ORIGIN, middle), window(middle, middle + BigInt(seconds * 1e9))];
};

const window = (from: bigint, to: bigint): TimeWindow => ({ fromUnixNanos: from, toUnixNanos: to });

/** A baseline of `before`, right behind it a window of `during`. */
export function compared(plan: Comparison): Evidence {
  const { seconds = 60, perSecond = 100, seed = 1 } = plan;
  const [before, during] = windowsOf(seconds);
  const middle = during.fromUnixNanos;
  return {
    service: 'order',
    baseline: {
      window: before,
      findings: { ...NO_FINDINGS, ...plan.findings?.before },
      ...plant(plan.before, { fromUnixNanos: ORIGIN, seconds, perSecond, seed }),
    },
    spike: {
      window: during,
      findings: { ...NO_FINDINGS, ...plan.findings?.during },
      ...plant(plan.during, { fromUnixNanos: middle, seconds, perSecond, seed: seed + 1 }),
    },
    windowSource: 'question',
    coverage: plan.coverage ?? WHOLE,
    threshold: plan.threshold,
    rng: seededRng(seed + 2),
  };
}

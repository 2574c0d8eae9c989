/**
 * Evidence with a known truth, for tests: a service is a function from a request to what happened to it.
 * Seeded, so a test that fails fails again. Two windows of `seconds` each, at `perSecond` requests.
 */
import type { LockKind, TimeWindow } from '@mapscope/events';
import type { CodeSite, Coverage, RequestColumns, WaitColumns } from '../evidence.ts';
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
}

export interface PlantedRequest {
  readonly durationNanos: number;
  readonly route?: string;
  readonly platform?: string;
  readonly traceId?: string;
  readonly waits?: readonly PlantedWait[];
}

/** `time` runs from 0 to 1 over the window. */
export type Service = (context: { readonly rng: Rng; readonly time: number }) => PlantedRequest;

export interface Planted {
  readonly requests: RequestColumns;
  readonly waits: WaitColumns;
}

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
  };
  const waits = rows.flatMap((row) =>
    (row.waits ?? []).map((wait) => ({ ...wait, start: row.start, id: row.traceId ?? row.id })),
  );
  return { requests, waits: waitColumns(waits) };
}

const hex = (rng: Rng): string =>
  Math.floor(rng() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');

export function waitColumns(
  waits: readonly (PlantedWait & { readonly start: bigint; readonly id: string })[],
): WaitColumns {
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
}

const window = (from: bigint, to: bigint): TimeWindow => ({ fromUnixNanos: from, toUnixNanos: to });

/** A baseline of `before`, right behind it a window of `during`. */
export function compared(plan: Comparison): Evidence {
  const { seconds = 60, perSecond = 100, seed = 1 } = plan;
  const middle = ORIGIN + BigInt(seconds * 1e9);
  const end = middle + BigInt(seconds * 1e9);
  return {
    service: 'order',
    baseline: {
      window: window(ORIGIN, middle),
      ...plant(plan.before, { fromUnixNanos: ORIGIN, seconds, perSecond, seed }),
    },
    spike: {
      window: window(middle, end),
      ...plant(plan.during, { fromUnixNanos: middle, seconds, perSecond, seed: seed + 1 }),
    },
    windowSource: 'question',
    coverage: plan.coverage ?? WHOLE,
    threshold: plan.threshold,
    rng: seededRng(seed + 2),
  };
}

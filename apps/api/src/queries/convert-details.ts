/** Details of locks, maps and platforms, from the store's rows to the words of libs/contract. Pure. */
import {
  toCodeSite,
  toMs,
  type ContentionSeriesAnswer,
  type LockAnswer,
  type LocksAnswer,
  type MapAnswer,
  type MapsAnswer,
  type PlatformSplitJson,
} from '@mapscope/contract';
import { DEFAULT_THRESHOLD, wilson } from '@mapscope/rootcause';
import type { ContentionSeries, LockRecord, LockRow, MapRecord, MapRow, PlatformWaits } from '@mapscope/store';

const toMillis = (nanos: Float64Array): number[] => Array.from(nanos, toMs);

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

type SeriesPart = Pick<
  ContentionSeriesAnswer,
  'stepMs' | 'threshold' | 'startUnixMs' | 'requestMs' | 'sites' | 'others'
>;

export function toSeriesJson({ startUnixNanos, ...series }: ContentionSeries, askedSeconds: number): SeriesPart {
  const [first, second] = startUnixNanos;
  const stepMs = first === undefined || second === undefined ? askedSeconds * 1000 : toMs(Number(second - first));
  return {
    stepMs,
    threshold: DEFAULT_THRESHOLD,
    startUnixMs: startUnixNanos.map((nanos) => Number(nanos / 1_000_000n)),
    requestMs: toMillis(series.requestNanos),
    sites: series.sites.map(({ site, lockKinds, waits, waitNanos }) => ({
      site: toCodeSite(site),
      lockKinds: [...lockKinds],
      totalWaits: sum(waits),
      totalWaitMs: toMs(sum(waitNanos)),
      waits: [...waits],
      waitMs: toMillis(waitNanos),
    })),
    others: {
      sites: series.others.sites,
      waits: [...series.others.waits],
      waitMs: toMillis(series.others.waitNanos),
    },
  };
}

interface Totals {
  readonly waits: number;
  readonly waitNanos: number;
  readonly maxWaitNanos: number;
}

const toTotals = ({ waits, waitNanos, maxWaitNanos }: Totals) => ({
  waits,
  waitMs: toMs(waitNanos),
  maxWaitMs: toMs(maxWaitNanos),
});

export const toLockRow = (row: LockRow): LocksAnswer['items'][number] => ({
  address: row.address,
  lockKind: row.lockKind,
  ...toTotals(row),
  schedMs: toMs(row.schedNanos),
  waiter: toCodeSite(row.waiter),
  releasedAt: toCodeSite(row.holder),
  processes: row.processes,
  platforms: [...row.platforms],
});

export const toPlatformSplit = (row: PlatformWaits): PlatformSplitJson => ({
  platform: row.platform,
  requests: row.requests,
  waitingRequests: row.waitingRequests,
  waiting: wilson(row.waitingRequests, row.requests),
  waits: row.waits,
  waitMs: toMs(row.waitNanos),
  contentionRatio: row.requestNanos === 0 ? null : row.waitNanos / row.requestNanos,
});

type OfPage = 'service' | 'address' | 'window' | 'nextCursor' | 'coverage';

export const toLockJson = (lock: LockRecord): Omit<LockAnswer, OfPage> => ({
  lockKinds: [...lock.lockKinds],
  ...toTotals(lock),
  schedMs: toMs(lock.schedNanos),
  processes: lock.processes,
  platforms: lock.platforms.map(toPlatformSplit),
  matrix: lock.matrix.rows.map((cell) => ({
    waiter: toCodeSite(cell.waiter),
    releasedAt: toCodeSite(cell.holder),
    platform: cell.platform,
    ...toTotals(cell),
  })),
  guards: lock.guards.map((guard) => ({ ...guard, site: toCodeSite(guard.site) })),
  exemplarTraceIds: [...lock.exemplarTraceIds],
});

export const toMapRow = (row: MapRow): MapsAnswer['items'][number] => ({
  ...row,
  site: toCodeSite(row.site),
  platforms: [...row.platforms],
});

export const toMapJson = (map: MapRecord): Omit<MapAnswer, OfPage> => ({
  mapTypes: [...map.mapTypes],
  operations: map.operations,
  writes: map.writes,
  conflicts: map.conflicts,
  uses: map.uses.map((use) => ({ ...use, site: toCodeSite(use.site) })),
  matrix: map.matrix.rows.map(({ maxInsideNanos, ...cell }) => ({
    ...cell,
    site: toCodeSite(cell.site),
    other: cell.other === undefined ? null : toCodeSite(cell.other),
    maxInsideMs: toMs(maxInsideNanos),
  })),
  guardedBy: map.guardedBy.map((guard) => ({ ...guard, site: toCodeSite(guard.site) })),
});

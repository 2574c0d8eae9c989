/**
 * Stops of the world belong to no trace: they hold up every request of the process that is under way.
 *
 *     stops        ▮     ▮          ▮
 *     request   ├────────────┤
 *     counted      ▮     ▮
 *
 * Bounded: of a request the first 64 stops, of a window 500 000 pieces; what is beyond is counted and left out.
 */
import type { RequestColumns, StopColumns } from '../evidence.ts';
import { firstAbove } from '../statistics/spearman.ts';
import type { Cohort } from './cohort.ts';
import { sinceOrigin } from './instants.ts';
import type { PieceList } from './pieces.ts';

const MAX_STOPS_OF_REQUEST = 64;
const MAX_PIECES = 500_000;

export interface Stopped {
  readonly cohort: Cohort;
  readonly stops: StopColumns;
  readonly processes: RequestColumns['processes'];
}

/** Returns how many were left out. */
export function addStops(pieces: PieceList, { cohort, stops, processes }: Stopped, cause: number): number {
  if (processes === undefined || stops.durationNanos.length === 0) return 0;
  const perProcess = timelines(cohort, stops);
  const room = pieces.count + MAX_PIECES;
  let leftOut = 0;
  for (let r = 0; r < cohort.count; r += 1) {
    const timeline = perProcess.get(processes[r] ?? 0);
    if (timeline === undefined || processes[r] === 0) continue;
    const begin = cohort.start[r] ?? 0;
    const end = begin + (cohort.duration[r] ?? 0);
    // Stops of one process do not overlap, so their ends are in order too.
    const first = firstAbove(timeline.to, begin, 0, timeline.to.length);
    for (let i = first; i < timeline.from.length && (timeline.from[i] ?? 0) < end; i += 1) {
      if (i - first >= MAX_STOPS_OF_REQUEST || pieces.count >= room) {
        leftOut += 1;
        break;
      }
      pieces.add(r, cause, Math.max(begin, timeline.from[i] ?? 0), Math.min(end, timeline.to[i] ?? 0));
    }
  }
  return leftOut;
}

interface Timeline {
  readonly from: Float64Array;
  readonly to: Float64Array;
}

function timelines(cohort: Cohort, stops: StopColumns): ReadonlyMap<number, Timeline> {
  const start = sinceOrigin(stops.startUnixNanos, cohort.origin);
  const lists = Map.groupBy(
    Array.from(start, (_, i) => i).sort((a, b) => (start[a] ?? 0) - (start[b] ?? 0)),
    (i) => stops.processes[i] ?? 0,
  );
  return new Map(
    Array.from(lists, ([process, list]) => [
      process,
      {
        from: Float64Array.from(list, (i) => start[i] ?? 0),
        to: Float64Array.from(list, (i) => (start[i] ?? 0) + Math.max(0, stops.durationNanos[i] ?? 0)),
      },
    ]),
  );
}

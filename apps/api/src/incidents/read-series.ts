/**
 * Which series are read for a look. Of most services the ten-second roll-up; finer ones, dearer, from raw rows:
 *
 *   young        seen for less than ten minutes: in steps of two seconds ten are enough to know what is usual
 *   short quiet  an open incident that had less than a minute of quiet before it goes on being looked at as it was found
 *   SDK spans    the roll-up does not know requests that only an SDK saw
 */
import { NANOS_PER_SECOND, type TimeWindow } from '@mapscope/events';
import { firstStep, widerStep, type EvidenceSource } from '@mapscope/rootcause';
import type { IncidentStore, ScopeInterval, StoredIncident } from '@mapscope/store';
import { seriesOf, STEP_SECONDS, type Series } from './series.ts';

const MINUTE = 60n * NANOS_PER_SECOND;
/** An open incident that began so long after the window's begin has its quiet time in it. */
export const QUIET_NANOS = 10n * MINUTE;
const YOUNG_NANOS = 10n * MINUTE;
const SHORT_NANOS = MINUTE;
/** Beyond these the roll-up has to do. */
const MAX_FINE = 20;

export interface SeriesNeeds {
  readonly incidents: Pick<IncidentStore, 'intervals' | 'services'>;
  readonly evidence: Pick<EvidenceSource, 'latencySeries'>;
}

export async function readSeries(
  { incidents, evidence }: SeriesNeeds,
  window: TimeWindow,
  known: readonly StoredIncident[],
): Promise<readonly Series[]> {
  const [{ withSpans }, intervals] = await Promise.all([incidents.services(window), incidents.intervals(window)]);
  const open = known.filter(({ kind, state }) => kind === 'latency' && state === 'open');
  const quiet = quietTimes(open, window);
  const finely = fineWindows(intervals, open, withSpans, window);
  const fine: Series[] = [];
  for (const [service, asked] of finely) fine.push(await fineSeries(evidence, service, asked, quiet.get(service)));
  const before: ScopeInterval[] = [];
  for (const [service, asked] of quiet) {
    if (!finely.has(service)) before.push(...(await incidents.intervals(asked, service)));
  }
  const rolled = [...before, ...intervals].filter(({ service }) => !finely.has(service));
  return [...seriesOf(rolled, window), ...fine];
}

function fineWindows(
  intervals: readonly ScopeInterval[],
  open: readonly StoredIncident[],
  withSpans: readonly string[],
  window: TimeWindow,
): ReadonlyMap<string, TimeWindow> {
  const firsts = new Map<string, bigint>();
  for (const { service, startUnixNanos: start } of intervals) {
    if (start < (firsts.get(service) ?? window.toUnixNanos)) firsts.set(service, start);
  }
  const young = [...firsts].filter(([, first]) => first > window.toUnixNanos - YOUNG_NANOS);
  const short = open.filter((one) => one.startUnixNanos - one.baselineFromUnixNanos < SHORT_NANOS);
  const wanted = [
    ...withSpans.map((service) => [service, window] as const),
    ...short.map(({ service }) => [service, window] as const),
    ...young.map(([service, fromUnixNanos]) => [service, { ...window, fromUnixNanos }] as const),
  ];
  return new Map(wanted.slice(0, MAX_FINE));
}

/**
 * An incident that fills the window leaves nothing to measure it against: the quiet time before it is read besides. What
 * lies between is not needed, for points need not follow each other.
 */
function quietTimes(open: readonly StoredIncident[], window: TimeWindow): ReadonlyMap<string, TimeWindow> {
  const long = open.filter(({ startUnixNanos }) => startUnixNanos < window.fromUnixNanos + QUIET_NANOS);
  return new Map(
    long.map(({ service, baselineFromUnixNanos, startUnixNanos }) => {
      const end = startUnixNanos < window.fromUnixNanos ? startUnixNanos : window.fromUnixNanos;
      return [service, { fromUnixNanos: baselineFromUnixNanos, toUnixNanos: end }];
    }),
  );
}

/** Of the whole service: route by route it would be as many questions. */
async function fineSeries(
  source: SeriesNeeds['evidence'],
  service: string,
  window: TimeWindow,
  quiet: TimeWindow | undefined,
): Promise<Series> {
  const read = async (stepSeconds: number) => {
    const before = quiet === undefined || quiet.fromUnixNanos >= quiet.toUnixNanos ? [] : [quiet];
    const parts = [...before, window].map((asked) => source.latencySeries({ service, window: asked }, stepSeconds));
    return (await Promise.all(parts)).flat();
  };
  const first = Math.min(STEP_SECONDS, firstStep(window));
  const points = await read(first);
  const stepSeconds = widerStep(points, window, first);
  const scope = { service, route: '', platform: '', stepSeconds };
  return { ...scope, points: stepSeconds === first ? points : await read(stepSeconds) };
}

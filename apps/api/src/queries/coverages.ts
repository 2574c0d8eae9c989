/** Coverage for charts: it costs more than the chart and changes slowly, so it is asked once in ten seconds. */
import { NANOS_PER_SECOND, type Clock } from '@mapscope/events';
import type { Coverage, EvidenceQuery, EvidenceSource, WatchedTime } from '@mapscope/rootcause';
import { RecentAnswers } from './recent-answers.ts';

const KEEP_NANOS = 10n * NANOS_PER_SECOND;
const KEPT = 256;
const MINUTE_NANOS = 60n * NANOS_PER_SECOND;

export interface ChartCoverage extends Coverage {
  readonly watched?: WatchedTime[];
}
export type Coverages = (query: EvidenceQuery) => Promise<ChartCoverage>;

export function coveragesOf(source: Pick<EvidenceSource, 'coverage' | 'watched'>, clock: Clock): Coverages {
  const answers = new RecentAnswers<ChartCoverage>(clock, KEPT);
  return ({ service, platform, window }) => {
    // A window that ends now moves all the time; what agents told since a minute before it is the same.
    const fromUnixNanos = window.fromUnixNanos - (window.fromUnixNanos % MINUTE_NANOS);
    const asked = { service, platform, window: { ...window, fromUnixNanos } };
    const key = JSON.stringify([service, platform, String(fromUnixNanos), String(window.toUnixNanos / KEEP_NANOS)]);
    return answers.get(key, KEEP_NANOS, () => ask(source, asked));
  };
}

async function ask(source: Pick<EvidenceSource, 'coverage' | 'watched'>, query: EvidenceQuery): Promise<ChartCoverage> {
  const [coverage, watched] = await Promise.all([source.coverage(query), source.watched?.(query)]);
  return { ...coverage, ...(watched === undefined ? {} : { watched: [...watched] }) };
}

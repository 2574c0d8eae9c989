/** Coverage for charts: it costs more than the chart and changes slowly, so it is asked once in ten seconds. */
import { NANOS_PER_SECOND, type Clock } from '@mapscope/events';
import type { Coverage, EvidenceQuery, EvidenceSource } from '@mapscope/rootcause';
import { RecentAnswers } from './recent-answers.ts';

const KEEP_NANOS = 10n * NANOS_PER_SECOND;
const KEPT = 256;
const MINUTE_NANOS = 60n * NANOS_PER_SECOND;

export type Coverages = (query: EvidenceQuery) => Promise<Coverage>;

export function coveragesOf(source: Pick<EvidenceSource, 'coverage'>, clock: Clock): Coverages {
  const answers = new RecentAnswers<Coverage>(clock, KEPT);
  return ({ service, platform, window }) => {
    // A window that ends now moves all the time; what agents told since a minute before it is the same.
    const fromUnixNanos = window.fromUnixNanos - (window.fromUnixNanos % MINUTE_NANOS);
    const asked = { service, platform, window: { ...window, fromUnixNanos } };
    const key = JSON.stringify([service, platform, String(fromUnixNanos)]);
    return answers.get(key, KEEP_NANOS, () => source.coverage(asked));
  };
}

/** Requests that the probed services served, and how many of them kept the objective. Pure. */
import type { LatencyObjective } from '@mapscope/slo';
import type { RequestGrowth } from '@mapscope/store';
import { growingCounter, growingHistogram } from './growing.ts';
import { type GrowthFamilies, observedOf, placeLabels, toNanos } from './growth-families.ts';

/** Boundaries the HTTP semantic conventions advise for http.server.request.duration. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** The objective's is the last. */
export const requestBounds = ({ thresholdNanos }: LatencyObjective): readonly number[] => [
  ...toNanos(SECONDS),
  thresholdNanos,
];

export function requestFamilies(): GrowthFamilies {
  const durations = growingHistogram(
    { name: 'http_server_request_duration_seconds', help: 'Duration of HTTP requests served by the probed services' },
    SECONDS,
  );
  const kept = growingCounter({
    name: 'mapscope_slo_requests',
    help: 'Requests of the probed services, by whether they were served within the objective',
  });
  const keep = (service: string, good: number, bad: number): void => {
    kept.add({ service_name: service, good: 'true' }, good);
    kept.add({ service_name: service, good: 'false' }, bad);
  };
  const take = (row: RequestGrowth): void => {
    const labels = { ...placeLabels(row), http_request_method: row.method, http_route: row.route };
    durations.add(labels, observedOf(row, SECONDS.length));
    const good = row.within[SECONDS.length] ?? 0;
    keep(row.service, good, row.count - good);
  };
  return {
    know: ({ service }) => keep(service, 0, 0),
    take: ({ requests }) => requests.forEach(take),
    families: () => [durations.family(), kept.family()],
  };
}

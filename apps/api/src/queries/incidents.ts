/** Incidents of many services: the detection of libs/rootcause over the latency series of each. */
import { toMsOrNull, toWindow, type Incident } from '@mapscope/contract';
import type { TimeWindow } from '@mapscope/events';
import {
  detectIncidents,
  firstStep,
  widerStep,
  type EvidenceQuery,
  type EvidenceSource,
  type Incident as Detected,
  type Question,
  type RootCause,
} from '@mapscope/rootcause';

export interface FoundIncident {
  readonly service: string;
  readonly detected: Detected;
}

/** Newest first. */
export async function findIncidents(
  services: readonly string[],
  window: TimeWindow,
  source: EvidenceSource,
): Promise<readonly FoundIncident[]> {
  const found: FoundIncident[] = [];
  // One after the other: the caller holds one place of the query gate, not one per service.
  for (const service of services) {
    for (const detected of await detectIn({ service, window }, source)) found.push({ service, detected });
  }
  return found.sort((a, b) => Number(b.detected.startUnixNanos - a.detected.startUnixNanos));
}

/** The same steps as `explain` takes, so that both see the same spikes. */
async function detectIn(query: EvidenceQuery, source: EvidenceSource): Promise<readonly Detected[]> {
  const step = firstStep(query.window);
  const series = await source.latencySeries(query, step);
  const wider = widerStep(series, query.window, step);
  if (wider === step) return detectIncidents(series, { stepSeconds: step });
  return detectIncidents(await source.latencySeries(query, wider), { stepSeconds: wider });
}

export const questionOf = ({ service, detected }: FoundIncident): Question & { readonly baseline: TimeWindow } => ({
  service,
  window: { fromUnixNanos: detected.startUnixNanos, toUnixNanos: detected.endUnixNanos },
  baseline: { fromUnixNanos: detected.baselineFromUnixNanos, toUnixNanos: detected.startUnixNanos },
});

export const keyOf = ({ service, detected }: FoundIncident): string => `${service}@${detected.startUnixNanos}`;

export function toIncident(found: FoundIncident, answer: RootCause | undefined): Incident {
  const { service, detected } = found;
  const question = questionOf(found);
  const [window, baseline] = [toWindow(question.window), toWindow(question.baseline)];
  const asked = { service, ...window, baselineFrom: baseline.from, baselineTo: baseline.to };
  return {
    id: keyOf(found),
    service,
    window,
    baseline,
    p99BeforeMs: toMsOrNull(detected.baselineP99Nanos),
    p99DuringMs: toMsOrNull(detected.peakP99Nanos),
    ongoing: detected.state === 'open',
    verdict: answer?.verdict ?? null,
    sentence: answer?.sentence ?? null,
    rootCauseUrl: `/api/v1/root-causes?${new URLSearchParams(asked).toString()}`,
  };
}

/** From stored incidents to the words of libs/contract. Pure. */
import { formatUnixNanos, toCoverage, toMsOrNull, toWindow, type Incident } from '@mapscope/contract';
import type { StoredIncident } from '@mapscope/store';
import { baselineOf, windowOf } from './explain-next.ts';

const orNull = (text: string): string | null => (text === '' ? null : text);
const fromMillis = (millis: number): string => formatUnixNanos(BigInt(millis) * 1_000_000n);
const CONFIDENCES = ['high', 'medium', 'low'] as const;

export function toIncident(one: StoredIncident, nowUnixNanos: bigint): Incident {
  const [window, baseline] = [toWindow(windowOf(one, nowUnixNanos)), toWindow(baselineOf(one))];
  const isCrash = one.kind === 'crash';
  return {
    id: one.id,
    service: one.service,
    window,
    baseline,
    p99BeforeMs: isCrash ? null : toMsOrNull(one.baselineP99Nanos),
    p99DuringMs: isCrash ? null : toMsOrNull(one.peakP99Nanos),
    ongoing: one.state === 'open',
    verdict: orNull(one.verdict),
    sentence: orNull(one.sentence),
    rootCauseUrl: rootCauseUrl(one, window, baseline),
    kind: one.kind,
    state: one.state === 'open' ? 'open' : 'resolved',
    route: orNull(one.route),
    platform: orNull(one.platform),
    routes: [...one.routes],
    platforms: [...one.platforms],
    requests: one.requests,
    confidence: CONFIDENCES.find((confidence) => confidence === one.confidence) ?? null,
    coverage: one.coverage === undefined ? null : toCoverage(one.coverage),
    message: orNull(one.message),
    detectedAt: fromMillis(one.detectedUnixMillis),
    changedAt: fromMillis(one.changedUnixMillis),
  };
}

/** Of a crash: the quarter of an hour before it, where the last spike is looked for. */
function rootCauseUrl(one: StoredIncident, window: Incident['window'], baseline: Incident['baseline']): string {
  const asked =
    one.kind === 'crash'
      ? { from: baseline.from, to: window.to }
      : { ...window, baselineFrom: baseline.from, baselineTo: baseline.to };
  const scope = {
    ...(one.route === '' ? {} : { route: one.route }),
    ...(one.platform === '' ? {} : { platform: one.platform }),
  };
  return `/api/v1/root-causes?${new URLSearchParams({ service: one.service, ...scope, ...asked }).toString()}`;
}

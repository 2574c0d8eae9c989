/**
 * Asks the store, then judges. Thin: which windows (spike/windows.ts) and what they mean (judge.ts) are decided in pure code.
 */
import { MapscopeError, NANOS_PER_SECOND } from '@mapscope/events';
import type { TimeWindow } from '@mapscope/events';
import type { RootCause } from './answer.ts';
import type { EvidenceQuery, EvidenceSource } from './evidence.ts';
import { judge } from './judge.ts';
import type { WindowEvidence } from './judge.ts';
import { chooseWindows, firstStep, widerStep } from './spike/windows.ts';
import type { ChosenWindows } from './spike/windows.ts';
import type { Rng } from './statistics/rng.ts';
import { areWaitsBound } from './waits-bound.ts';

export interface Question {
  readonly service: string;
  /** absent: all routes together */
  readonly route?: string | undefined;
  /** absent: all platforms together */
  readonly platform?: string | undefined;
  /** with a baseline: the slow window itself; without: where to look for the last spike */
  readonly window: TimeWindow;
  readonly baseline?: TimeWindow | undefined;
}

export interface Means {
  readonly source: EvidenceSource;
  readonly rng: Rng;
  /** contention ratio that counts as contended; 0.15 where absent */
  readonly threshold?: number | undefined;
}

export async function explain(question: Question, means: Means): Promise<RootCause> {
  checked('window', question.window);
  const chosen = question.baseline
    ? { window: question.window, baseline: checked('baseline', question.baseline), windowSource: 'question' as const }
    : await findWindows(question, means.source);
  refuseOverlap(chosen);
  const [spike, baseline, coverage] = await Promise.all([
    fetchWindow(question, chosen.window, means.source),
    fetchWindow(question, chosen.baseline, means.source),
    means.source.coverage(within(question, chosen.window)),
  ]);
  const { windowSource } = chosen;
  return judge({
    ...named(question),
    spike,
    baseline,
    coverage,
    windowSource,
    threshold: means.threshold,
    rng: means.rng,
  });
}

const named = (question: Question): Omit<EvidenceQuery, 'window'> => ({
  service: question.service,
  route: question.route,
  platform: question.platform,
});

const within = (question: Question, window: TimeWindow): EvidenceQuery => ({ ...named(question), window });

async function findWindows(question: Question, source: EvidenceSource): Promise<ChosenWindows> {
  const range = question.window;
  const query = within(question, range);
  const step = firstStep(range);
  const series = await source.latencySeries(query, step);
  const wider = widerStep(series, range, step);
  return wider === step
    ? chooseWindows(series, range, step)
    : chooseWindows(await source.latencySeries(query, wider), range, wider);
}

/** What holds up every request may begin after the window and still meet one that began in it. */
const MARGIN_NANOS = 10n * NANOS_PER_SECOND;

export async function fetchWindow(
  question: Question,
  window: TimeWindow,
  source: EvidenceSource,
): Promise<WindowEvidence> {
  const withMargin = { fromUnixNanos: window.fromUnixNanos, toUnixNanos: window.toUnixNanos + MARGIN_NANOS };
  // Of the same window, so that all three are cut alike.
  const [requests, waits, stretches, findings, attributes, watched] = await Promise.all([
    source.requests(within(question, window)),
    source.waits(within(question, window)),
    source.stretches(within(question, window)),
    source.findings(within(question, withMargin)),
    source.spanAttributes?.(within(question, window)),
    source.watched?.(within(question, window)),
  ]);
  const unbound = areWaitsBound(requests, findings) ? undefined : await source.unboundWaits?.(within(question, window));
  return { window, requests, waits, stretches, findings, attributes, unbound, watched };
}

function checked(name: string, window: TimeWindow): TimeWindow {
  if (window.fromUnixNanos < window.toUnixNanos) return window;
  throw new MapscopeError('QUERY_INVALID', `the ${name} is empty: its end must lie after its start`, {
    facts: { from: String(window.fromUnixNanos), to: String(window.toUnixNanos) },
  });
}

function refuseOverlap({ window, baseline }: Pick<ChosenWindows, 'window' | 'baseline'>): void {
  if (baseline.toUnixNanos <= window.fromUnixNanos || window.toUnixNanos <= baseline.fromUnixNanos) return;
  throw new MapscopeError(
    'QUERY_INVALID',
    'baseline and window overlap: choose a baseline that ends before the window begins',
  );
}

/** Which incident is explained next, by which question, and what of the answer is kept. Pure. */
import { NANOS_PER_SECOND, type TimeWindow } from '@mapscope/events';
import type { Question, RootCause } from '@mapscope/rootcause';
import type { IncidentRecord } from '@mapscope/store';
import { renewed } from './follow.ts';

/** An open one is asked about again when it has grown by so much, or by half. */
const AGAIN_NANOS = 30n * NANOS_PER_SECOND;
/** Rows of a window live a week; what is older than a day is asked for by hand. */
const OLDEST_NANOS = 86_400n * NANOS_PER_SECOND;
/** Of a long one its last hour is judged. */
const LONGEST_NANOS = 3600n * NANOS_PER_SECOND;

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);

function isDue(one: IncidentRecord, nowUnixNanos: bigint): boolean {
  if (one.kind !== 'latency' || one.endUnixNanos < nowUnixNanos - OLDEST_NANOS) return false;
  if (one.explainedUntilUnixNanos === 0n) return true;
  const grown = one.endUnixNanos - one.explainedUntilUnixNanos;
  if (one.state === 'resolved') return grown !== 0n;
  return grown >= larger(AGAIN_NANOS, (one.endUnixNanos - one.startUnixNanos) / 2n);
}

const rank = (one: IncidentRecord): number => (one.explainedUntilUnixNanos === 0n ? 0 : 1);

/** First what nobody has explained yet, the newest first. */
export function nextToExplain(
  known: readonly IncidentRecord[],
  nowUnixNanos: bigint,
  isWaiting: (id: string) => boolean,
): IncidentRecord | undefined {
  const due = known.filter((one) => isDue(one, nowUnixNanos) && !isWaiting(one.id));
  return due.sort((a, b) => rank(a) - rank(b) || Number(b.startUnixNanos - a.startUnixNanos))[0];
}

export const windowOf = (one: IncidentRecord, nowUnixNanos: bigint): TimeWindow => ({
  fromUnixNanos: one.startUnixNanos,
  // The step under way ends in the future.
  toUnixNanos: larger(smaller(one.endUnixNanos, nowUnixNanos), one.startUnixNanos + 1n),
});

export const baselineOf = (one: IncidentRecord): TimeWindow => ({
  fromUnixNanos: one.baselineFromUnixNanos,
  toUnixNanos: one.startUnixNanos,
});

export function questionOf(one: IncidentRecord, nowUnixNanos: bigint): Question {
  const { fromUnixNanos, toUnixNanos } = windowOf(one, nowUnixNanos);
  return {
    service: one.service,
    ...(one.route === '' ? {} : { route: one.route }),
    ...(one.platform === '' ? {} : { platform: one.platform }),
    window: { fromUnixNanos: larger(fromUnixNanos, toUnixNanos - LONGEST_NANOS), toUnixNanos },
    baseline: baselineOf(one),
  };
}

/** While it lasts, too little evidence is no verdict yet: more is coming. */
export function explained(one: IncidentRecord, answer: RootCause, nowUnixNanos: bigint): IncidentRecord {
  const isEarly = one.state === 'open' && answer.verdict === 'too-little-evidence';
  const kept = isEarly ? {} : told(answer);
  return renewed({ ...one, ...kept, explainedUntilUnixNanos: one.endUnixNanos }, nowUnixNanos);
}

const told = ({ verdict, sentence, confidence, coverage }: RootCause) => ({ verdict, sentence, confidence, coverage });

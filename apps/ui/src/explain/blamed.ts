/** Who or what an answer blames, one shape for every verdict. Pure. */
import type { CandidateJson, RootCauseAnswer } from '@mapscope/contract';
import { isSameSite } from '../format/code-place.ts';

export type Verdict = RootCauseAnswer['verdict'];
export type TimeCauseJson = NonNullable<RootCauseAnswer['timeCause']>;
export type MapConflictJson = NonNullable<RootCauseAnswer['conflict']>;
export type AttributeJson = NonNullable<RootCauseAnswer['attributes']>[number];

export type Blamed =
  | { readonly what: 'lock'; readonly lock: CandidateJson }
  | { readonly what: 'time'; readonly cause: TimeCauseJson }
  /** null: that it happened is known, where is not */
  | { readonly what: 'map'; readonly conflict: MapConflictJson | null }
  | { readonly what: 'nobody' };

const NOBODY: Blamed = { what: 'nobody' };

export function blamedOf(answer: RootCauseAnswer): Blamed {
  switch (answer.verdict) {
    case 'contention':
    case 'rw-writer-pending':
    case 'hot-shard': {
      const lock = blamedLock(answer);
      return lock === undefined ? NOBODY : { what: 'lock', lock };
    }
    case 'gc':
    case 'scheduler':
    case 'downstream':
    case 'channel':
    case 'cpu': {
      const { timeCause } = answer;
      return timeCause === undefined || timeCause === null ? NOBODY : { what: 'time', cause: timeCause };
    }
    case 'map-conflict':
      return { what: 'map', conflict: answer.conflict ?? null };
    case 'unexplained':
    case 'too-little-evidence':
      return NOBODY;
  }
}

/** What only the list says of it; one line may ask for a read lock and for a write lock, which differ in their share. */
function blamedLock({ waiter, explained, candidates }: RootCauseAnswer): CandidateJson | undefined {
  if (waiter === null) return undefined;
  const there = candidates.filter((candidate) => isSameSite(candidate.waiter, waiter));
  return there.find((candidate) => candidate.explained.value === explained?.value) ?? there[0];
}

/** The numbers that locks and everything else have in common; a crash is not weighed in time. */
export type Weighing = Pick<
  CandidateJson,
  | 'explained'
  | 'prevalence'
  | 'pValue'
  | 'contentionRatio'
  | 'contentionRatioBaseline'
  | 'doseResponse'
  | 'counterfactualP99Ms'
  | 'exemplarTraceIds'
>;

export function weighingOf(blamed: Blamed): Weighing | undefined {
  if (blamed.what === 'lock') return blamed.lock;
  return blamed.what === 'time' ? blamed.cause : undefined;
}

/** The same cause in the list of all: an answer says it twice, once on top. */
export const isSameTime = (a: TimeCauseJson, b: TimeCauseJson): boolean =>
  a.kind === b.kind && a.host === b.host && a.explained.value === b.explained.value && sameSite(a.site, b.site);

const sameSite = (a: TimeCauseJson['site'], b: TimeCauseJson['site']): boolean =>
  a === b || (a !== null && b !== null && isSameSite(a, b));

/** Events that reached the table, of all that happened: lost ones happened too. */
export function keptShare({ ringSubmitted, ringLost, inserted }: RootCauseAnswer['coverage']): number | undefined {
  const happened = ringSubmitted + ringLost;
  return happened === 0 ? undefined : Math.min(1, inserted / happened);
}

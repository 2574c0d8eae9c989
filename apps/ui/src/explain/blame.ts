/** The blamed candidate of an answer, with what only the list of candidates says of it. Pure. */
import type { CandidateJson, RootCauseAnswer } from '@mapscope/contract';
import { isSameSite } from '../format/code-place.ts';

export function blamedOf(answer: RootCauseAnswer): CandidateJson | undefined {
  const { waiter, verdict, candidates } = answer;
  if (verdict !== 'contention' || waiter === null) return undefined;
  return candidates.find((candidate) => isSameSite(candidate.waiter, waiter));
}

/** Events that reached the table, of all that happened: lost ones happened too. */
export function keptShare({ ringSubmitted, ringLost, inserted }: RootCauseAnswer['coverage']): number | undefined {
  const happened = ringSubmitted + ringLost;
  return happened === 0 ? undefined : Math.min(1, inserted / happened);
}

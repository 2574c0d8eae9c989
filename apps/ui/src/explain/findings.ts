/** The reasons of an answer, each by what it is for: proof, what else adds to it, who was ruled out and why. Pure. */
import { reasonMark } from '../format/sentence.ts';

export interface RuledOut {
  readonly who: string;
  readonly why: string;
}

export interface Findings {
  /** facts that hold or do not, and remarks, in their order */
  readonly proof: readonly string[];
  /** what explains a lesser part beside the blamed one */
  readonly also: readonly string[];
  readonly ruledOut: readonly RuledOut[];
}

const RULED_OUT = 'ruled out: ';
const ALSO = 'also: ';

const isAlso = (reason: string): boolean => reason.startsWith(ALSO);
const isRuledOut = (reason: string): boolean => reasonMark(reason) === 'ruled-out';

export function findingsOf(reasons: readonly string[]): Findings {
  return {
    proof: reasons.filter((reason) => !isAlso(reason) && !isRuledOut(reason)),
    also: reasons.filter(isAlso).map((reason) => reason.slice(ALSO.length)),
    ruledOut: reasons.filter(isRuledOut).map(splitRuledOut),
  };
}

/** "ruled out: `Get` (cache.go:1): 4 % of the extra latency": a colon that ends a subject is followed by a space. */
function splitRuledOut(reason: string): RuledOut {
  const said = reason.slice(RULED_OUT.length);
  const at = said.indexOf(': ');
  return at === -1 ? { who: said, why: '' } : { who: said.slice(0, at), why: said.slice(at + 2) };
}

/** Where an answer did not count all rows, its reasons say how many it did. */
export const cutsOf = (reasons: readonly string[]): readonly string[] =>
  reasons.filter((reason) => reason.includes('was cut by trace-id hash'));

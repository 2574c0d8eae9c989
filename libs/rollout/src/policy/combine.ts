/**
 * Several policies on one process. The rules, in this order:
 *
 *   1. an `off` that fits wins: nothing is probed
 *   2. families of all that want it, together
 *   3. of the labellings the one that keeps most: full, then sampled with the smallest N, then anomaly with the shortest wait
 *   4. of predicates: an event that fits one of them is kept; one policy without a predicate keeps all
 *   5. the smallest budget
 *   6. each ends by itself: what remains is what the others want
 */
import { matches, type ProcessFacts } from '../selector.ts';
import { isOver, type Labelling, percentAt, type Policy, type Predicate } from './policy.ts';

export interface WantedProbes {
  /** names and versions of the policies that want it: who it is for */
  readonly policies: readonly string[];
  readonly families: readonly string[];
  readonly labelling: Labelling;
  /** empty: all events */
  readonly predicates: readonly Predicate[];
  readonly budgetShare: number;
}

/** undefined: nothing is wanted of this process now. */
export function wantedOf(
  policies: readonly Policy[],
  process: ProcessFacts,
  nowUnixMillis: number,
): WantedProbes | undefined {
  if (policies.some((policy) => isHeldOff(policy, process, nowUnixMillis))) return undefined;
  const wanting = policies.filter((policy) => isWanted(policy, process, nowUnixMillis));
  const [first] = wanting;
  if (first === undefined) return undefined;
  const isFiltered = wanting.every(({ predicate }) => Object.keys(predicate).length > 0);
  return {
    policies: wanting.map(({ name, version }) => `${name}@${version}`).toSorted(),
    families: [...new Set(wanting.flatMap(({ families }) => families))].toSorted(),
    labelling: wanting.map(({ labelling }) => labelling).reduce(keepsMore),
    predicates: isFiltered ? wanting.map(({ predicate }) => predicate) : [],
    budgetShare: Math.min(...wanting.map(({ budgetShare }) => budgetShare)),
  };
}

/** A share of a selector and the ramp's multiply: 10 % of the canaries is a tenth of what the selector names. */
function isWanted(policy: Policy, process: ProcessFacts, nowUnixMillis: number): boolean {
  const ramp = percentAt(policy, nowUnixMillis);
  if (ramp === 0) return false;
  return policy.selectors.some((selector) =>
    matches({ ...selector, percent: ((selector.percent ?? 100) * ramp) / 100 }, process),
  );
}

const isHeldOff = (policy: Policy, process: ProcessFacts, nowUnixMillis: number): boolean =>
  policy.state === 'off' &&
  !isOver(policy, nowUnixMillis) &&
  policy.selectors.some((selector) => matches(selector, process));

const RANKS: Readonly<Record<Labelling['strategy'], number>> = { full: 0, sampled: 1, anomaly: 2 };

function keepsMore(a: Labelling, b: Labelling): Labelling {
  if (a.strategy === 'sampled' && b.strategy === 'sampled') return a.oneIn <= b.oneIn ? a : b;
  if (a.strategy === 'anomaly' && b.strategy === 'anomaly') return a.minWaitNanos <= b.minWaitNanos ? a : b;
  return RANKS[a.strategy] <= RANKS[b.strategy] ? a : b;
}

/** Whether probes that run are the ones that are wanted: who wants them may change without touching them. */
export const isSame = (a: WantedProbes, b: WantedProbes): boolean => keyOf(a) === keyOf(b);

const keyOf = ({ families, labelling, predicates, budgetShare }: WantedProbes): string =>
  JSON.stringify([families, labelling, predicates, budgetShare]);

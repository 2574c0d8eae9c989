import { expect, test } from 'vitest';
import { judgeStep, type Counted, type StepEvidence } from './judge-step.ts';

const fine: Counted = { requests: 10_000, errors: 10, slow: 100, processes: 20, restarts: 0 };
const evidence = (changes: Partial<StepEvidence> = {}): StepEvidence => ({
  probed: fine,
  rest: { ...fine, requests: 100_000, errors: 100, slow: 1000, processes: 200 },
  costShare: 0.009,
  budgetShare: 0.01,
  eventsLost: 0,
  eventsSeen: 1000,
  ...changes,
});
const probed = (changes: Partial<Counted>): StepEvidence => evidence({ probed: { ...fine, ...changes } });

test.each([
  ['nothing happened', evidence(), undefined],
  ['one process in twenty ended, by chance', probed({ restarts: 1 }), undefined],
  ['five of twenty ended, of the rest none', probed({ restarts: 5 }), 'target-restarts'],
  ['errors twice as many, of ten thousand', probed({ errors: 20 }), undefined],
  ['errors ten times as many', probed({ errors: 100 }), 'errors'],
  ['3 % slower than the p99 of the rest', probed({ slow: 300 }), 'p99'],
  ['3 % of a hundred, which says little', probed({ requests: 100, slow: 3, errors: 0 }), undefined],
  ['a fifth above its budget, which the governor may need', evidence({ costShare: 0.012 }), undefined],
  ['more than that', evidence({ costShare: 0.0121 }), 'overhead'],
  ['a tenth of the events lost', evidence({ eventsLost: 100 }), 'events-lost'],
  ['one of two events lost', evidence({ eventsLost: 1, eventsSeen: 1 }), 'events-lost'],
  [
    'nobody to compare with',
    evidence({
      rest: { requests: 0, errors: 0, slow: 0, processes: 0, restarts: 0 },
      probed: { ...fine, errors: 5000 },
    }),
    undefined,
  ],
] as const)('%s', (_, given, stop) => {
  expect(judgeStep(given)).toBe(stop);
});

test('processes that are equal are stopped in at most one of twenty trials, at any size', () => {
  let stops = 0;
  const trials = 400;
  let state = 7;
  const chance = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const count = (n: number, p: number): number => Array.from({ length: n }, chance).filter((one) => one < p).length;
  for (let trial = 0; trial < trials; trial++) {
    const group = (requests: number): Counted => ({
      requests,
      errors: count(requests, 0.002),
      slow: count(requests, 0.01),
      processes: 20,
      restarts: count(20, 0.05),
    });
    if (judgeStep(evidence({ probed: group(500), rest: group(2000) })) !== undefined) stops++;
  }
  expect(stops / trials).toBeLessThanOrEqual(0.05);
});

/** A check must be able to fail: each way of being wrong is told, and told alone. */
import type { RootCauseAnswer } from '@mapscope/contract';
import { describe, expect, test } from 'vitest';
import { compare, type Observed } from './compare.ts';
import type { Expected } from './scenarios.ts';
import type { Truth } from './truth.ts';

const MS = 1e6;
const waiter = { function: 'main.(*cache).get', file: 'cache.go', line: 7 };
const release = { function: 'main.(*cache).fill', file: 'cache.go', line: 19 };
const decoy = { function: 'main.(*meter).tick', file: 'meter.go', line: 3 };
const marks = { waiter, release, decoy };

const hundred = (each: (i: number) => number): readonly number[] => Array.from({ length: 100 }, (_, i) => each(i));
const off: Truth = { durationNanos: hundred(() => 20 * MS), waitNanos: { fault: hundred(() => 0) } };
const on: Truth = {
  durationNanos: hundred((i) => (i < 50 ? 20 : 120) * MS),
  waitNanos: { fault: hundred((i) => (i < 50 ? 0 : 90) * MS) },
};

const EXPECTED: Expected = {
  verdict: 'contention',
  waiter: 'waiter',
  release: 'release',
  truth: 'fault',
  innocent: ['decoy'],
};

const at = (place: typeof waiter) => ({ ...place, file: `/somewhere/${place.file}` });

// Only the fields that are compared; the whole is checked where it is made.
const answer = {
  verdict: 'contention',
  waiter: at(waiter),
  releasedAt: at(release),
  explained: { value: 0.92, low: 0.9, high: 0.94 },
  p99: { beforeMs: null, duringMs: null, counterfactualMs: 29 },
  candidates: [],
  timeCause: null,
  sentence: 'It is the lock.',
  reasons: ['chain: its holder waited itself'],
} as unknown as RootCauseAnswer;

const observed: Observed = { answer, off, on, marks, stock: '127.0.0.1:9', pairs: [], secondsToIncident: 12 };

const missed = (expected: Partial<Expected>, seen: Partial<Observed> = {}, said: Partial<RootCauseAnswer> = {}) =>
  compare({ isOnlyCause: false, ...EXPECTED, ...expected }, { ...observed, ...seen, answer: { ...answer, ...said } })
    .filter(({ ok }) => !ok)
    .map(({ name }) => name);

describe('an answer against the truth', () => {
  test('all as planted', () => expect(missed({ says: [/waited itself/] })).toEqual([]));

  test.each<[string, string[], Partial<Expected>, Partial<Observed>, Partial<RootCauseAnswer>]>([
    ['another verdict', ['verdict'], {}, {}, { verdict: 'unexplained' }],
    ['another line', ['waiter'], {}, {}, { waiter: { ...waiter, line: 8 } }],
    ['an innocent', ['release', 'innocent'], {}, {}, { releasedAt: decoy }],
    ['too great a share', ['share'], {}, {}, { explained: { value: 0.96, low: 0.9, high: 1 } }],
    ['no share', ['share'], {}, {}, { explained: null }],
    [
      'blame where nobody is to blame',
      ['waiter', 'release', 'share'],
      { waiter: undefined, release: undefined, truth: undefined },
      {},
      {},
    ],
    ['p99 that is not that of the service', ['p99 without'], {}, {}, { p99: { ...answer.p99, counterfactualMs: 34 } }],
    [
      'p99 that is not that of the slices without the fault',
      ['p99 mended'],
      { isOnlyCause: true },
      { pairs: [1, 2, 3].map(() => ({ beforeMs: 20, foretoldMs: 29, afterMs: 20 })) },
      {},
    ],
    ['words that are not said', ['words'], { says: [/not a word/] }, {}, {}],
    [
      'a share below what is known of the least',
      ['share', 'p99 without'],
      { truthLeast: 'marking' },
      { on: { ...on, waitNanos: { ...on.waitNanos, marking: hundred((i) => (i < 50 ? 0 : 80) * MS) } } },
      { explained: { value: 0.7, low: 0.6, high: 0.8 }, p99: { ...answer.p99, counterfactualMs: 46 } },
    ],
    [
      'a share between the least and the most is none',
      [],
      { truthLeast: 'marking' },
      { on: { ...on, waitNanos: { ...on.waitNanos, marking: hundred((i) => (i < 50 ? 0 : 70) * MS) } } },
      { explained: { value: 0.8, low: 0.7, high: 0.9 }, p99: { ...answer.p99, counterfactualMs: 40 } },
    ],
    ['no incident', ['incident'], {}, { secondsToIncident: undefined }, {}],
    ['a late incident', ['incident'], {}, { secondsToIncident: 30.1 }, {}],
    ['an incident without a spike', ['incident'], { isIncident: false }, {}, {}],
    ['another host', ['host'], { isStock: true }, {}, {}],
    ['a second cause that is not told', ['second share'], { also: { kind: 'downstream', truth: 'fault' } }, {}, {}],
  ])('%s is a miss', (_, names, expected, seen, said) => expect(missed(expected, seen, said)).toEqual(names));
});

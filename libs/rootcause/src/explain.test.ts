import { expect, test } from 'vitest';
import { explain } from './explain.ts';
import type { Question } from './explain.ts';
import { seededRng } from './statistics/rng.ts';
import { GET, ORIGIN, plant, REBUILD } from './testing/planted.ts';
import type { Service } from './testing/planted.ts';
import { plantedSource } from './testing/planted-source.ts';
import { quiet, slower, waiting, withInnocents } from './testing/services.ts';

const SECOND = 1_000_000_000n;
const span = (from: number, seconds: number, perSecond: number): Parameters<typeof plant>[1] => ({
  fromUnixNanos: ORIGIN + BigInt(from) * SECOND,
  seconds,
  perSecond,
  seed: from + 1,
});

/** Quiet for a minute, then broken for half a minute. */
const broken = (service: Service, perSecond = 100): ReturnType<typeof plantedSource> =>
  plantedSource([
    plant(withInnocents(quiet), span(0, 60, perSecond)),
    plant(withInnocents(service), span(60, 30, perSecond)),
  ]);

const range: Question = { service: 'order', window: { fromUnixNanos: ORIGIN, toUnixNanos: ORIGIN + 90n * SECOND } };
const ask = (question: Question, source: ReturnType<typeof plantedSource>): ReturnType<typeof explain> =>
  explain(question, { source, rng: seededRng(1) });

test('finds the spike itself, and its cause', async () => {
  const answer = await ask(range, broken(waiting(0.3, 200)));
  expect(answer.window.fromUnixNanos).toBe(ORIGIN + 60n * SECOND);
  expect(answer.baseline).toEqual({ fromUnixNanos: ORIGIN, toUnixNanos: ORIGIN + 60n * SECOND });
  expect([answer.verdict, answer.cause?.waiter, answer.cause?.releasedAt]).toEqual(['contention', GET, REBUILD]);
});

test('takes the windows that were given', async () => {
  const window = { fromUnixNanos: ORIGIN + 65n * SECOND, toUnixNanos: ORIGIN + 85n * SECOND };
  const baseline = { fromUnixNanos: ORIGIN, toUnixNanos: ORIGIN + 50n * SECOND };
  const source = broken(waiting(0.3, 200));
  const answer = await ask({ ...range, window, baseline }, source);
  expect([answer.window, answer.baseline, answer.verdict]).toEqual([window, baseline, 'contention']);
  expect(source.steps).toEqual([]);
});

test('a slow dependency stays unexplained', async () => {
  expect((await ask(range, broken(slower(400)))).verdict).toBe('unexplained');
});

test('says that no spike was found', async () => {
  const answer = await ask(range, broken(quiet));
  expect(answer.verdict).toBe('too-little-evidence');
  expect(answer.reasons.join('\n')).toContain('no spike was found');
});

test('asks in wider steps where requests are few', async () => {
  const source = broken(waiting(0.3, 200), 4);
  await ask(range, source);
  expect(source.steps).toEqual([2, 7]);
});

test('a route narrows the question', async () => {
  const answer = await ask({ ...range, route: 'GET /nowhere' }, broken(waiting(0.3, 200)));
  expect([answer.requests, answer.verdict]).toEqual([0, 'too-little-evidence']);
});

test('a threshold of the asker is kept and told', async () => {
  const answer = await explain(range, { source: broken(waiting(0.3, 200)), rng: seededRng(1), threshold: 0.95 });
  expect(answer.contentionThreshold).toBe(0.95);
  expect(answer.reasons.join('\n')).toContain('contention ratio (does not hold)');
});

test.each<[string, Question, RegExp]>([
  ['an empty window', { service: 'order', window: { fromUnixNanos: 5n, toUnixNanos: 5n } }, /window is empty/],
  ['overlapping windows', { ...range, baseline: range.window }, /overlap/],
])('%s is refused', async (_, question, message) => {
  await expect(ask(question, broken(quiet))).rejects.toThrow(message);
});

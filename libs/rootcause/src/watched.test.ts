/** What was not watched is told, and is never taken for quiet. */
import { expect, test } from 'vitest';
import { judge } from './judge.ts';
import { compared } from './testing/planted.ts';
import { quiet, waiting } from './testing/services.ts';
import { watchedLines, watchedSeconds, type WatchedTime } from './watched.ts';

const shed: WatchedTime = { kind: 'http_requests', share: 0.056, shedShare: 0.944 };
/** A fresh one: its seed is spent by judging. */
const planted = () => compared({ before: quiet, during: waiting(0.3, 200) });

function judged(watched?: readonly WatchedTime[], baselineWatched = watched) {
  const evidence = planted();
  const [spike, baseline] = [evidence.spike, evidence.baseline];
  return judge({ ...evidence, spike: { ...spike, watched }, baseline: { ...baseline, watched: baselineWatched } });
}

test('a wait seen in windows of the overhead budget is not told as if all of the time had been watched', () => {
  const [always, seldom] = [judged(), judged([shed])];
  expect([always.verdict, seldom.verdict]).toEqual(['contention', 'contention']);
  expect(always.confidence).toBe('high');
  expect(seldom.confidence).toBe('medium');
  expect(always.sentence).toContain('Based on 100 % of events; trace');
  expect(seldom.sentence).toContain(
    'Based on 100 % of events of 6 % of the time (the overhead budget kept the probes off for the rest); trace',
  );
  expect(seldom.reasons.join('\n')).toMatch(
    /requests were watched for 6 % of the window: .*kept the probes off for 94 %/,
  );
  expect(seldom.reasons.join('\n')).toMatch(/requests were watched for 6 % of the baseline/);
  expect(judged(undefined, [shed]).confidence).toBe('medium');
});

test('rates are of the time watched, and the sentence says them', () => {
  const [always, seldom] = [judged().coverage, judged([shed]).coverage];
  expect(seldom.requests.perSecond).toBeCloseTo(always.requests.perSecond / 0.056, 6);
  expect(seldom.requests).toMatchObject({ kept: always.requests.kept, total: always.requests.total });
  expect(judged([shed]).sentence).toMatch(/requests, \d[\d ]* a second while they were watched\)/);
  expect(judged().sentence).not.toContain('a second');
});

test('requests that an SDK told of come of all of the time', () => {
  const evidence = planted();
  const processes = new Uint32Array(evidence.spike.requests.count);
  const requests = { ...evidence.spike.requests, processes };
  const answer = judge({ ...evidence, spike: { ...evidence.spike, requests, watched: [shed] } });
  expect(answer.coverage.requests.perSecond).toBeCloseTo(judged().coverage.requests.perSecond, 6);
});

test.each<[string, readonly WatchedTime[] | undefined, readonly string[]]>([
  ['nobody said', undefined, []],
  ['all of it', [{ kind: 'lock_waits', share: 0.99, shedShare: 0 }], []],
  [
    'families alike, and a table that takes no part',
    [
      { kind: 'http_requests', share: 0.5, shedShare: 0.25 },
      { kind: 'map_events', share: 0.5, shedShare: 0.25 },
      { kind: 'stacks', share: 0, shedShare: 1 },
    ],
    [
      'requests and maps were watched for 50 % of the window: the overhead budget kept the probes off for 25 %; counts are of the time watched, and what lasts longer than a second may be missing; no agent was there for 25 %',
    ],
  ],
])('%s', (_, watched, lines) => expect(watchedLines('window', watched)).toEqual(lines));

test('nothing is divided by nothing', () => {
  const window = { fromUnixNanos: 0n, toUnixNanos: 10_000_000_000n };
  expect(watchedSeconds(window, [{ ...shed, share: 0 }], 'http_requests')).toBe(10);
  expect(watchedSeconds(window, [{ ...shed, share: 0.25 }], 'http_requests')).toBe(2.5);
  expect(watchedSeconds(window, undefined, 'http_requests')).toBe(10);
});

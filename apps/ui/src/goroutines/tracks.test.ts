import type { TimelineAnswer } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { tracksOf } from './tracks.ts';

type State = TimelineAnswer['changes']['state'][number];
type Change = readonly [atMs: number, goroutine: number, state: State, thread: number, more?: 'crash' | 'lock'];

const answer = (changes: readonly Change[]): TimelineAnswer => ({
  dump: {
    service: 'order',
    pid: 1,
    platform: '',
    at: '2026-11-20T10:00:00.010Z',
    reason: 'fatal',
    completeFrom: '2026-11-20T10:00:00Z',
    changes: changes.length,
    goroutines: 2,
    note: '',
  },
  window: { from: '2026-11-20T10:00:00Z', to: '2026-11-20T10:00:00.010Z' },
  isCut: false,
  goroutines: ['7', '8'],
  waitReasons: ['sync.Mutex.Lock'],
  sites: [{ function: 'main.Get', file: 'a.go', line: 1 }],
  traceIds: [],
  changes: {
    atMs: changes.map(([at]) => at),
    goroutine: changes.map(([, goroutine]) => goroutine),
    state: changes.map(([, , state]) => state),
    waitReason: changes.map(([, , , , more]) => (more === 'lock' ? 0 : -1)),
    site: changes.map(([, , , , more]) => (more === 'lock' ? 0 : -1)),
    trace: changes.map(() => -1),
    binding: changes.map(() => 'none'),
    thread: changes.map(([, , , thread]) => thread),
    isCrash: changes.map(([, , , , more]) => more === 'crash'),
  },
});

const told = (changes: readonly Change[]) =>
  tracksOf(answer(changes)).tracks.map(({ goroutine, stretches, crashedAtMs }) => [
    goroutine,
    crashedAtMs,
    ...stretches.map(({ fromMs, toMs, tone, wokenBy }) => [fromMs, toMs, tone, wokenBy]),
  ]);

test('a state lasts until the next one, the last until the recorder was read, and the first may begin before', () => {
  expect(
    told([
      [-2, 0, 'running', 1],
      [3, 0, 'waiting', 1, 'lock'],
      [6, 0, 'runnable', 1],
    ])[0],
  ).toEqual(['7', undefined, [-2, 3, 'running', undefined], [3, 6, 'lock', undefined], [6, 10, 'runnable', undefined]]);
});

test('whoever ran on the thread that made a goroutine ready woke it; itself never did', () => {
  const changes: readonly Change[] = [
    [0, 1, 'running', 5],
    [1, 0, 'waiting', 6, 'lock'],
    [4, 0, 'runnable', 5],
    [5, 1, 'waiting', 5, 'lock'],
    [6, 0, 'running', 5],
    [8, 1, 'runnable', 9],
  ];
  const [first, second] = tracksOf(answer(changes)).tracks;
  const waits = [first, second].map((track) => track?.stretches.find(({ tone }) => tone === 'lock'));
  expect(waits.map((wait) => [wait?.reason, wait?.wokenBy])).toEqual([
    ['sync.Mutex.Lock', undefined],
    ['sync.Mutex.Lock', '8'],
  ]);
});

test('the goroutine that ended the process comes first, and its end is no change of state', () => {
  const [first] = told([
    [0, 0, 'running', 1],
    [1, 1, 'running', 2],
    [2, 1, 'waiting', 2],
    [9.9, 1, 'running', 2, 'crash'],
  ]);
  expect(first).toEqual(['8', 9.9, [1, 2, 'running', undefined], [2, 10, 'asleep', undefined]]);
});

test('a dump without changes has tracks without stretches', () => {
  expect(told([])).toEqual([
    ['7', undefined],
    ['8', undefined],
  ]);
});

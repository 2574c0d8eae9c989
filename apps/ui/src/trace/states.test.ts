import type { DumpJson, TimelineAnswer } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { layoutTrace } from './layout.ts';
import { dumpFor, lastMsFor, statesOf } from './states.ts';

const layout = layoutTrace({
  traceId: 'a'.repeat(32),
  requests: [
    {
      service: 'order',
      method: 'GET',
      route: '/order',
      platform: '',
      start: '2026-11-20T10:00:01Z',
      durationMs: 100,
      spanId: 'b1',
      parentSpanId: null,
      goroutine: '7',
      traceSource: 'traceparent',
      end: 'finished',
    },
  ],
  waits: [],
  spans: [],
});
const dump = (at: string, completeFrom: string): DumpJson => ({
  service: 'order',
  pid: 1,
  platform: '',
  at,
  reason: 'request',
  completeFrom,
  changes: 1,
  goroutines: 1,
  note: '',
});
const COVERING = dump('2026-11-20T10:00:03Z', '2026-11-20T10:00:00Z');

test('the first reading after the trace that still holds its begin is taken', () => {
  const later = dump('2026-11-20T10:00:05Z', '2026-11-20T10:00:00Z');
  const before = dump('2026-11-20T10:00:01.050Z', '2026-11-20T10:00:00Z');
  const overwritten = dump('2026-11-20T10:00:02Z', '2026-11-20T10:00:01.5Z');
  expect(dumpFor([later, before, overwritten, COVERING], layout)).toBe(COVERING);
  expect(dumpFor([before, overwritten], layout)).toBeUndefined();
  expect(lastMsFor(COVERING, layout)).toBe('2001');
});

test('states lie on the request of their goroutine to scale, and are cut at its ends', () => {
  const answer: TimelineAnswer = {
    dump: COVERING,
    window: { from: '2026-11-20T10:00:00.999Z', to: COVERING.at },
    isCut: false,
    goroutines: ['7', '8'],
    waitReasons: ['sync.Mutex.Lock'],
    sites: [],
    traceIds: [],
    changes: {
      atMs: [-5, 26, 76],
      goroutine: [0, 0, 0],
      state: ['running', 'waiting', 'running'],
      waitReason: [-1, 0, -1],
      site: [-1, -1, -1],
      trace: [-1, -1, -1],
      binding: ['none', 'none', 'none'],
      thread: [1, 1, 1],
      isCrash: [false, false, false],
    },
  };
  expect(statesOf(answer, layout).get('b1')).toEqual([
    { tone: 'running', leftPct: 0, widthPct: 25 },
    { tone: 'lock', leftPct: 25, widthPct: 50 },
    { tone: 'running', leftPct: 75, widthPct: 25 },
  ]);
});

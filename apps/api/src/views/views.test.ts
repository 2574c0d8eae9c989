import {
  crashesAnswer,
  dumpsAnswer,
  heatmapAnswer,
  serviceMapAnswer,
  slowestAnswer,
  timelineAnswer,
  waitStacksAnswer,
} from '@mapscope/contract';
import { expect, test } from 'vitest';
import { runningApi } from '../testing/running-api.ts';

const ANSWERS = [
  ['latency/heatmap?service=order', heatmapAnswer],
  ['latency/slowest?service=order', slowestAnswer],
  ['contention/stacks?service=order&baselineFrom=now-1h&baselineTo=now-15m&lock=0xc0', waitStacksAnswer],
  ['goroutines', dumpsAnswer],
  ['goroutines?service=order', dumpsAnswer],
  ['service-map', serviceMapAnswer],
  ['crashes?from=now-7d', crashesAnswer],
] as const;

test('what pages draw comes in the words of the contract', async () => {
  const api = await runningApi();
  for (const [path, schema] of ANSWERS) {
    const response = await api.get(`/api/v1/${path}`);
    expect([path, response.status]).toEqual([path, 200]);
    const body: unknown = await response.json();
    expect(schema.parse(body), path).toEqual(body);
  }
});

test('a timeline is asked for by what its list says, and tells what repeats once', async () => {
  const api = await runningApi();
  // The schema's output, checked above.
  const [dump] = ((await (await api.get('/api/v1/goroutines')).json()) as { items: { at: string; pid: number }[] })
    .items;
  const response = await api.get(
    `/api/v1/goroutines/timeline?service=order&pid=${dump?.pid}&at=${dump?.at}&lastMs=3.2`,
  );
  const body: unknown = await response.json();
  expect(timelineAnswer.parse(body)).toEqual(body);
  expect(body).toMatchObject({
    goroutines: ['7'],
    waitReasons: ['sync.Mutex.Lock'],
    changes: { state: ['waiting', 'running'], waitReason: [0, -1], trace: [0, -1], site: [0, -1], goroutine: [0, 0] },
  });
  // Five milliseconds before a window of 3.2: the state it finds.
  expect(timelineAnswer.parse(body).changes.atMs[0]).toBeCloseTo(-1.8, 6);
});

test('what cannot be asked is told how to be asked', async () => {
  const api = await runningApi();
  const cases = [
    ['goroutines/timeline?service=order&pid=1&at=2026-11-20T10:03:00Z', 404, 'lists when it was'],
    ['goroutines/timeline?service=order&pid=x&at=now', 400, 'give a process id'],
    ['goroutines/timeline?service=order&pid=1&at=now&lastMs=10001', 400, 'at most 10000'],
    ['latency/heatmap', 400, 'service'],
    ['contention/stacks?service=order&lock=12', 400, 'an address is 0x'],
    ['crashes?servce=order', 400, 'did you mean'],
  ] as const;
  for (const [path, status, words] of cases) {
    const response = await api.get(`/api/v1/${path}`);
    expect([path, response.status]).toEqual([path, status]);
    expect(await response.text()).toContain(words);
  }
});

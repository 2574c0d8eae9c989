import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TailBatch } from '@mapscope/store';
import { memoryTail } from '../testing/memory-tail.ts';
import { advance, formatCursor, KEEP_MILLIS, MAX_LANES, parseCursor, settle, startProgress } from './progress.ts';
import { beginNow, tailStream, type TailNeeds } from './tail-stream.ts';

const batch = (agent: number, sequence: number, changes: Partial<TailBatch> = {}): TailBatch => ({
  agent: agent.toString(16).padStart(16, '0').padEnd(32, 'f'),
  kind: 'lock_waits',
  sequence: BigInt(sequence),
  rows: 10,
  insertedUnixMillis: 1_000_000,
  ...changes,
});

test('a cursor reads back, is bounded, and anything else is refused', () => {
  const progress = advance(startProgress(2_000_000, [batch(1, 5)]), batch(2, 2 ** 40, { kind: 'http_requests' }), 7);
  const text = formatCursor(progress);
  expect(text).toMatch(/^[0-9a-f.-]+$/);
  expect(formatCursor(parseCursor(text))).toBe(text);
  const full = Array.from({ length: MAX_LANES }, (_, i) => batch(i, 2 ** 50, { rows: 2 ** 31 }));
  const longest = formatCursor(startProgress(2 ** 44, full));
  expect(longest.length).toBeLessThan(12_100);
  expect(parseCursor(longest).lanes.size).toBe(MAX_LANES);
  for (const bad of [
    '',
    '1',
    '2.0.0',
    '1.0.0.x',
    `1.0.0.${'0'.repeat(16)}9-0-0`,
    `${text}\n`,
    text.repeat(2),
    '1'.repeat(20_000),
  ])
    expect(() => parseCursor(bad), bad.slice(0, 30)).toThrow('is not a cursor');
});

test('a quiet lane leaves the cursor only when nothing of it waits', () => {
  const before = startProgress(1_000_000, [batch(1, 5)]);
  const later = advance(before, batch(2, 1, { insertedUnixMillis: 1_000_001 + KEEP_MILLIS }), 10);
  expect(settle(later, []).lanes.size).toBe(1);
  expect(settle(later, [batch(1, 6)]).lanes.size).toBe(2);
  const many = Array.from({ length: MAX_LANES + 1 }, (_, i) => batch(i, 1));
  expect(() => settle(startProgress(1_000_000, many), [])).toThrow('name a service');
});

/** A listener that goes away after so many frames, and comes again with the last id it saw. */
async function listen(source: TailNeeds['source'], id: string | undefined, polls: number) {
  const stop = new AbortController();
  let left = polls;
  const pause = (): Promise<void> => {
    if (--left <= 0) stop.abort();
    return Promise.resolve();
  };
  const selection = { kinds: ['lock_waits', 'http_requests'] as const };
  const needs: TailNeeds = { source, selection, signal: stop.signal, nowMillis: () => 0, pause };
  const begin = id === undefined ? await beginNow(needs) : parseCursor(id);
  const texts: string[] = [];
  for await (const text of tailStream(needs, begin, id !== undefined)) texts.push(text);
  return texts
    .join('')
    .split('\n\n')
    .filter((frame) => frame.includes('id: '));
}

const idOf = (frame: string): string => /^id: (.*)$/m.exec(frame)?.[1] ?? '';

test('whatever is inserted in whatever order, with reconnects after any event: sent + skipped is all, nothing twice', async () => {
  const step = fc.record({
    agent: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom('lock_waits' as const, 'http_requests' as const),
    rows: fc.integer({ min: 1, max: 300 }),
    pauseMillis: fc.integer({ min: 0, max: 90_000 }),
    late: fc.integer({ min: 0, max: 20_000 }),
    cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  });
  const property = fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
    const tail = memoryTail();
    const sequences = new Map<string, number>();
    let id = idOf((await listen(tail, undefined, 1))[0] ?? '');
    const seen: string[] = [];
    let [skipped, total] = [0, 0];
    const take = async (polls: number, cut: number | null): Promise<void> => {
      const frames = await listen(tail, id, polls);
      // The connection breaks after any frame; what was not read will come again.
      for (const frame of frames.slice(0, cut === null ? frames.length : Math.ceil(frames.length * cut))) {
        id = idOf(frame);
        if (frame.includes('event: skipped')) skipped += Number(/"count":(\d+)/.exec(frame)?.[1]);
        else if (frame.includes('event: ')) seen.push(/"traceId":"(\w+)"/.exec(frame)?.[1] ?? '');
      }
    };
    for (const { agent, kind, rows, pauseMillis, late, cut } of steps) {
      const lane = `${agent}${kind}`;
      sequences.set(lane, (sequences.get(lane) ?? 0) + 1 + (rows % 2));
      tail.turn(pauseMillis);
      const insertedUnixMillis = (await tail.nowUnixMillis()) - late;
      tail.add({ ...batch(agent, sequences.get(lane) ?? 0), kind, rows, insertedUnixMillis });
      total += rows;
      await take(2, cut);
    }
    await take(100, null);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length + skipped).toBe(total);
    expect(skipped).toBe(0);
  });
  await fc.assert(property, { numRuns: 60, interruptAfterTimeLimit: 8000 });
});

test('more than a tail sends is passed over and counted, the newest are shown', async () => {
  const tail = memoryTail();
  const stop = new AbortController();
  let polls = 0;
  const pause = (): Promise<void> => {
    if (++polls === 1) tail.add({ agent: 'a'.repeat(32), kind: 'lock_waits', sequence: 0n, rows: 5000 });
    if (polls === 5) stop.abort();
    return Promise.resolve();
  };
  const needs: TailNeeds = {
    source: tail,
    selection: { kinds: ['lock_waits'] },
    signal: stop.signal,
    nowMillis: () => 0,
    pause,
  };
  let text = '';
  for await (const part of tailStream(needs, await beginNow(needs), false)) text += part;
  expect(text).toContain('data: {"count":4800,"reason":"rate"}');
  expect([...text.matchAll(/^event: lock_wait$/gm)]).toHaveLength(200);
  expect(text).toContain((5000).toString(16).padStart(32, '0'));
});

test('rows that are not kept any more are counted', async () => {
  const tail = memoryTail();
  const [start = ''] = await listen(tail, undefined, 1);
  tail.add(batch(1, 1, { rows: 7, insertedUnixMillis: await tail.nowUnixMillis() }));
  tail.forgetRows();
  const frames = await listen(tail, idOf(start), 3);
  expect(frames.filter((frame) => frame.includes('skipped'))).toEqual([
    expect.stringContaining('data: {"count":7,"reason":"expired"}'),
  ]);
});

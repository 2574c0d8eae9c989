import { BINDINGS } from '@mapscope/events';
import { describe, expect, it } from 'vitest';
import { contextFinder, readContext } from './context.ts';
import type { GoroutineContext } from './context.ts';
import { GOROUTINE_CONTEXT } from './layout.ts';
import { entriesOf } from './testing.ts';
import { changesOf } from './timeline.ts';

function value(binding: number, epoch: number, started: bigint, requestEpoch = 3): Uint8Array {
  const bytes = new Uint8Array(GOROUTINE_CONTEXT.sizeBytes).fill(7, 0, 16).fill(8, 16, 24);
  const view = new DataView(bytes.buffer);
  view.setUint32(GOROUTINE_CONTEXT.epoch, epoch, true);
  view.setBigUint64(GOROUTINE_CONTEXT.started_ns, started, true);
  view.setUint32(GOROUTINE_CONTEXT.request_epoch, requestEpoch, true);
  bytes[GOROUTINE_CONTEXT.binding] = binding;
  return bytes;
}

describe('readContext', () => {
  const { exact, inherited } = BINDINGS;
  it.each<[string, Uint8Array, bigint | undefined]>([
    ['inherited: since the birth', value(inherited, 3, 0n), 0n],
    ['exact: since the request began', value(exact, 3, 50n), 50n],
    ['exact without an open request: not told', value(exact, 3, 0n), undefined],
    ['exact, request of an earlier gate: not told', value(exact, 3, 50n, 2), undefined],
    ['of an earlier gate: not told', value(inherited, 2, 0n), undefined],
  ])('%s', (_, bytes, since) => {
    const read = readContext(bytes, 3);
    expect(read?.since).toBe(since);
    if (read !== undefined) expect([read.traceId[0], read.spanId[0]]).toEqual([7, 8]);
  });

  it('while families http and trace are detached nothing is told, not even of who has no epoch either', () => {
    expect(readContext(value(inherited, 0, 0n), 0)).toBeUndefined();
    expect(readContext(value(exact, 3, 50n), 0)).toBeUndefined();
  });
});

describe('contextFinder', () => {
  const found: GoroutineContext = { traceId: new Uint8Array(16), spanId: new Uint8Array(8), binding: 1, since: 20n };
  const entries = entriesOf([
    { ts: 10, g: 1, goid: 5, from: 'running', to: 'dead' },
    { ts: 30, g: 1, goid: 6, from: 'runnable', to: 'running' },
  ]);
  const asked: bigint[] = [];
  const contextOf = contextFinder(entries, changesOf(entries, true), (g) => {
    asked.push(g);
    return found;
  });

  it.each([
    ['the goroutine that has the g now', 6n, 30n, found],
    ['the same before its request began', 6n, 19n, undefined],
    ['who had the g before', 5n, 10n, undefined],
    ['nobody knows who', 0n, 30n, undefined],
  ])('%s', (_, goid, at, expected) => {
    expect(contextOf({ g: 1n, goid, at })).toBe(expected);
  });

  it('asks once for each g', () => {
    expect(asked).toEqual([1n]);
  });
});

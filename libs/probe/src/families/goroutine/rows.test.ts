import { TABLES } from '@mapscope/events';
import { describe, expect, it } from 'vitest';
import { NO_STACK } from '../../symbols/stack-table.ts';
import { goroutineRows } from './rows.ts';
import type { DumpFacts, DumpNeeds } from './rows.ts';
import { entriesOf } from './testing.ts';
import { changesOf } from './timeline.ts';

const entries = entriesOf([
  { ts: 10, goid: 5, hook: 91, stack: 3 },
  { ts: 11, goid: 5, from: 'running', to: 'waiting', reason: 14 },
  { ts: 12, goid: 6, g: 2, from: 'running', to: 'waiting', reason: 7 },
  { ts: 13, goid: 5, from: 'waiting', to: 'runnable', reason: 14 },
  { ts: 20, goid: 6, g: 2, hook: 94, stack: 4 },
]);
const facts: DumpFacts = { reason: 'fatal', at: 20n, completeFrom: 2n, crashedGoid: 6n, note: 'why' };
const needs: DumpNeeds = {
  origin: { service: 's', platform: 'p', pid: 7, buildId: 'b' },
  toUnix: (times) => BigInt64Array.from(times, (time) => time + 1000n),
  stack: (stackId) => ({
    ...NO_STACK,
    hash: BigInt(stackId),
    frames: [{ function: 'main.work', file: 'main.go', line: stackId }],
  }),
  waitReason: (number) => `reason ${number}`,
  tellsReasonWithoutPark: true,
  contextOf: ({ goid }) =>
    goid === 6n
      ? { traceId: new Uint8Array(16).fill(1), spanId: new Uint8Array(8).fill(2), binding: 1, since: 0n }
      : undefined,
};

function make(more: Partial<DumpNeeds> = {}) {
  const changes = changesOf(entries, true);
  return goroutineRows({ entries, changes, rows: [0, 1, 2, 3] }, facts, { ...needs, ...more });
}

function valuesOf(columns: ReturnType<typeof make>, name: string): readonly unknown[] {
  const data = columns.columns[name];
  if (data?.storage === 'dictionary') return Array.from(data.indexes, (index) => data.keys[index]);
  return Array.from<unknown>(data !== undefined && 'values' in data ? data.values : []);
}

describe('goroutineRows', () => {
  it('fills every column of the table but the proof', () => {
    const own = TABLES.goroutine_events
      .map(({ name }) => name)
      .filter((name) => !['agent', 'batch_seq'].includes(name));
    expect(Object.keys(make().columns).toSorted()).toEqual(own.toSorted());
  });

  it.each([
    ['ts', [1011n, 1012n, 1013n, 1020n]],
    ['dump_ts', [1020n, 1020n, 1020n, 1020n]],
    ['complete_from', [1002n, 1002n, 1002n, 1002n]],
    ['event', [1, 1, 1, 2]],
    ['goid', [5n, 6n, 5n, 6n]],
    ['wait_reason', ['reason 14', 'reason 7', '', '']],
    ['stack', [3n, 0n, 0n, 4n]],
    ['line', [3, 0, 0, 4]],
    ['function', ['main.work', '', '', 'main.work']],
    ['binding', [0, 1, 0, 1]],
    ['crashed', [0, 1, 0, 1]],
    ['note', ['', '', '', 'why']],
  ])('%s', (name, expected) => {
    expect(valuesOf(make(), name)).toEqual(expected);
  });

  it('Go 1.19: a reason is told only where the goroutine came through gopark', () => {
    expect(valuesOf(make({ tellsReasonWithoutPark: false }), 'wait_reason')).toEqual(['reason 14', '', '', '']);
  });
});

import { describe, expect, it } from 'vitest';
import { entriesOf } from './testing.ts';
import { changesOf, rowsWithin } from './timeline.ts';

describe('changesOf', () => {
  it('a park is joined with the change that follows on the same g, and with no other', () => {
    const entries = entriesOf([
      { ts: 1, g: 1, hook: 91, stack: 7 },
      { ts: 2, g: 2, goid: 20, from: 'running', to: 'waiting' },
      { ts: 3, g: 1, goid: 10, from: 'running', to: 'waiting' },
      { ts: 4, g: 1, goid: 10, from: 'waiting', to: 'runnable' },
      { ts: 5, g: 1, goid: 10, from: 'running', to: 'waiting' },
    ]);
    const { entry, place, goid } = changesOf(entries, true);
    expect(entry).toEqual([1, 2, 3, 4]);
    expect(place).toEqual([undefined, 0, undefined, undefined]);
    expect(goid).toEqual([20n, 10n, 10n, 10n]);
  });

  const birth = [
    { ts: 1, g: 1, goid: 0, from: 'idle', to: 'dead' },
    { ts: 2, g: 1, goid: 4, from: 'dead', to: 'runnable' },
    { ts: 3, g: 1, goid: 9, from: 'runnable', to: 'running' },
    { ts: 4, g: 1, goid: 9, from: 'running', to: 'dead' },
    { ts: 5, g: 1, goid: 9, from: 'dead', to: 'runnable' },
  ] as const;

  it.each([
    [false, [9n, 9n, 9n, 9n, 0n]],
    [true, [9n, 9n, 9n, 9n, 9n]],
  ])('a birth has the goid of what the g does next (known at birth: %s)', (hasGoidAtBirth, expected) => {
    expect(changesOf(entriesOf(birth), hasGoidAtBirth).goid).toEqual(expected);
  });

  it('a system call that is seen twice is told once', () => {
    const entries = entriesOf([
      { ts: 1, hook: 92, from: 'running', to: 'syscall' },
      { ts: 2, hook: 90, from: 'running', to: 'syscall' },
      { ts: 3, hook: 93, from: 'syscall', to: 'running' },
      { ts: 4, hook: 90, from: 'running', to: 'syscall' },
    ]);
    expect(changesOf(entries, true).entry).toEqual([0, 2, 3]);
  });

  it('a crash is told with its own stack, and is no change', () => {
    const entries = entriesOf([
      { ts: 1, goid: 5, from: 'runnable', to: 'running' },
      { ts: 2, goid: 5, hook: 94, stack: 3 },
    ]);
    const { entry, place, goid } = changesOf(entries, true);
    expect({ entry, place, goid }).toEqual({ entry: [0, 1], place: [undefined, 1], goid: [5n, 5n] });
  });
});

describe('rowsWithin', () => {
  const entries = entriesOf([
    { ts: 1, g: 1, goid: 1, from: 'waiting', to: 'runnable' },
    { ts: 2, g: 1, goid: 1, from: 'running', to: 'waiting' },
    { ts: 3, g: 2, goid: 2, from: 'running', to: 'waiting' },
    { ts: 10, g: 1, goid: 1, from: 'waiting', to: 'runnable' },
    { ts: 12, g: 1, goid: 1, from: 'runnable', to: 'running' },
    { ts: 20, g: 1, goid: 1, from: 'running', to: 'waiting' },
  ]);
  const changes = changesOf(entries, true);

  it.each([
    ['the window, and what led to it for the goroutines in it', 10n, 12n, 0n, [1, 3, 4]],
    ['what led to it before the recorder was off is left out', 10n, 12n, 3n, [3, 4]],
    ['everything', 0n, 99n, 0n, [0, 1, 2, 3, 4, 5]],
    ['an empty window', 13n, 14n, 0n, []],
  ])('%s', (_, from, to, since, expected) => {
    expect(rowsWithin(entries, changes, { from, to, since })).toEqual(expected);
  });
});

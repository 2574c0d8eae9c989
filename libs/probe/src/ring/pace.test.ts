import { describe, expect, it } from 'vitest';
import { FIRST_PACE, MAXIMUM_ROWS, MAXIMUM_UNTAKEN, nextPace, shouldFlush } from './pace.ts';

describe('nextPace', () => {
  it('hurries with a backlog, walks with records, rests after 20 empty polls', () => {
    expect(nextPace(FIRST_PACE, { records: 10, backlogBytes: 72 }).sleepMillis).toBe(1);
    expect(nextPace(FIRST_PACE, { records: 10, backlogBytes: 0 }).sleepMillis).toBe(5);
    let pace = FIRST_PACE;
    for (let poll = 0; poll < 19; poll++) pace = nextPace(pace, { records: 0, backlogBytes: 0 });
    expect(pace.sleepMillis).toBe(5);
    pace = nextPace(pace, { records: 0, backlogBytes: 0 });
    expect(pace.sleepMillis).toBe(20);
    expect(nextPace(pace, { records: 1, backlogBytes: 0 }).sleepMillis).toBe(5);
  });
});

describe('shouldFlush', () => {
  it.each([
    ['nothing there', { rows: 0, waitedMillis: 9999, untaken: 0 }, false],
    ['young rows wait', { rows: 5, waitedMillis: 99, untaken: 0 }, false],
    ['old rows go', { rows: 5, waitedMillis: 100, untaken: 0 }, true],
    ['many rows go at once', { rows: MAXIMUM_ROWS, waitedMillis: 0, untaken: 0 }, true],
    ['nobody takes: they stay', { rows: MAXIMUM_ROWS, waitedMillis: 999, untaken: MAXIMUM_UNTAKEN }, false],
  ])('%s', (_, pending, expected) => {
    expect(shouldFlush(pending, 100)).toBe(expected);
  });
});

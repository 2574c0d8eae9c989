import { expect, test } from 'vitest';
import { BATCH_KINDS, TABLES } from './tables.ts';

test('every batch kind has its own wire number and its own table', () => {
  const numbers = Object.values(BATCH_KINDS);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(Object.keys(TABLES).toSorted()).toEqual(Object.keys(BATCH_KINDS).toSorted());
});

/** The collector's exporter calls it otherwise. */
function timeOf(kind: string): string {
  if (kind.startsWith('otel_metrics_')) return 'TimeUnix';
  return kind.startsWith('otel_') ? 'Timestamp' : 'ts';
}

test.each(Object.entries(TABLES))(
  'the columns of %s have different names, start with the time and hold the proof',
  (kind, columns) => {
    const names = columns.map((column) => column.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names[0]).toBe(timeOf(kind));
    // Columns appended later stand behind it.
    expect(names[names.indexOf('agent') + 1]).toBe('batch_seq');
  },
);

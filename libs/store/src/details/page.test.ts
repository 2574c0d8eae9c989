import { expect, test } from 'vitest';
import { pagedBy, pageSql } from './page.ts';

test('a page asks for one row more, and after a cursor for what is behind it only', () => {
  expect(pageSql(['wait', 'key'], { limit: 5 })).toEqual({
    condition: '1',
    order: 'ORDER BY wait DESC, key DESC LIMIT {page_limit:UInt32}',
    parameters: { page_limit: 6 },
  });
  expect(pageSql(['wait', 'key'], { limit: 5, after: [9n, 2n] })).toMatchObject({
    condition: '(wait, key) < ({after_0:UInt64}, {after_1:UInt64})',
    parameters: { after_0: 9n, after_1: 2n },
  });
});

const paged = (rows: readonly number[]) =>
  pagedBy(
    rows,
    { limit: 2 },
    (row) => [BigInt(row)],
    (row) => row,
  );

test('only a row beyond the page gives it an end to go on from', () => {
  expect(paged([3, 2, 1])).toEqual({ rows: [3, 2], end: [2n] });
  expect(paged([3, 2])).toEqual({ rows: [3, 2], end: undefined });
  expect(paged([])).toEqual({ rows: [], end: undefined });
});

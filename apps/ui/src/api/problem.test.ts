import { expect, test } from 'vitest';
import { toProblem } from './problem.ts';

test('a problem keeps the words of the API', () => {
  const body = {
    title: 'Bad Request',
    detail: 'service: is empty: give a name',
    code: 'QUERY_INVALID',
    requestId: 'r1',
  };
  expect(toProblem('/x', 400, body)).toMatchObject({ ...body, status: 400 });
});

test('an answer without a reason still says what to do', () => {
  for (const body of [null, 'Bad Gateway', 7, [], {}, { title: 5, detail: '' }]) {
    expect(toProblem('/x', 502, body)).toMatchObject({
      title: 'The API answered 502',
      detail: expect.stringContaining('retry'),
    });
  }
});

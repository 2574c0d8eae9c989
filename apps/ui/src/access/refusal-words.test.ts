import { expect, test } from 'vitest';
import { unreachable } from '../api/problem.ts';
import { refusalWords } from './refusal-words.ts';

test('what is missing is named, with the command that makes it', () => {
  const problem = {
    ...unreachable('/x'),
    status: 401,
    detail: 'the key msk_a_… expired',
    neededScope: 'read',
  } as const;
  const command = 'npm run key -- create --scope read';
  expect(refusalWords(problem, false)).toMatchObject({ title: 'A key is needed', command });
  expect(refusalWords(problem, true)).toEqual({ title: 'This key does not hold', reason: problem.detail, command });
  expect(refusalWords({ ...problem, status: 403, neededScope: 'control' }, true)).toMatchObject({
    title: 'This key lacks the scope “control”',
    command: 'npm run key -- create --scope control',
  });
});

import { expect, test } from 'vitest';
import { cellsOfTests, tagCell } from './cells.ts';

const report = {
  testResults: [
    {
      name: '/repo/libs/probe/src/families/lock/lock.integration.test.ts',
      assertionResults: [
        { status: 'passed', ancestorTitles: ['waits on locks', 'go1.19.8'] },
        { status: 'passed', ancestorTitles: ['waits on locks', 'go1.27.4, position independent, stripped'] },
        { status: 'failed', ancestorTitles: ['waits on locks', 'go1.27.4'] },
        { status: 'pending', ancestorTitles: ['waits on locks', 'go1.27.4'] },
      ],
    },
  ],
};

test('a cell for each subject and Go version; what failed says so', () => {
  const result = { report, platform: 'arch=arm64', output: ' FAIL  lock > go1.27.4\nAssertionError: 1 is not 2\n' };
  expect(cellsOfTests(result, ['1.19', '1.27', '1.2'], ' 16k')).toEqual([
    { name: 'go1.19 lock 16k', ok: true, detail: '1 passed, 0 failed; arch=arm64' },
    {
      name: 'go1.27 lock 16k',
      ok: false,
      detail: '1 passed, 1 failed; arch=arm64; FAIL  lock > go1.27.4 | AssertionError: 1 is not 2',
    },
    {
      name: 'go1.2 lock 16k',
      ok: false,
      detail: '0 passed, 0 failed; arch=arm64; FAIL  lock > go1.27.4 | AssertionError: 1 is not 2',
    },
  ]);
});

test('vitest that came to no end is one cell that failed, with what it said last', () => {
  const [cell] = cellsOfTests({ report: undefined, platform: 'unknown', output: 'one\ntwo\n' }, ['1.27'], '');
  expect(cell).toEqual({ name: 'vitest', ok: false, detail: 'one\ntwo' });
});

const tag = (part: string, emu = 'tcg'): string => `arch=arm64;part=${part};emu=${emu};v=2`;
test.each<[string, readonly string[], boolean]>([
  ['three that differ', [tag('a'), tag('b'), tag('c')], true],
  ['two that are the same', [tag('a'), tag('b'), tag('b')], false],
  ['one that claims to be real', [tag('a'), tag('b'), tag('c', 'no')], false],
  ['one that says nothing', [tag('a'), tag('b'), 'unknown'], false],
])('tags: %s', (_, tags, ok) => {
  expect(tagCell(new Map(tags.map((each, index) => [`cpu${index}`, each]))).ok).toBe(ok);
});

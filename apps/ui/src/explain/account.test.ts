import { rootCauseAnswer } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { verdictFixture } from '../../dev/fixtures/verdicts.ts';
import { accountOf } from './account.ts';
import { blamedOf } from './blamed.ts';

const NOW = Date.parse('2026-11-20T10:05:00Z');
const accountFor = (answer: Parameters<typeof accountOf>[0]) => accountOf(answer, blamedOf(answer));

test('the blamed comes first, what nobody explains last, and together they are all', () => {
  for (const verdict of rootCauseAnswer.shape.verdict.options) {
    const account = accountFor(verdictFixture(verdict, NOW));
    if (verdict === 'too-little-evidence') {
      expect(account).toBeUndefined();
      continue;
    }
    const pieces = account?.pieces ?? [];
    expect(pieces.at(-1)?.role, verdict).toBe('unexplained');
    expect(pieces[0]?.role === 'blamed', verdict).toBe(!['unexplained', 'map-conflict'].includes(verdict));
    expect(pieces.filter(({ role }) => role === 'blamed').length, verdict).toBeLessThanOrEqual(1);
    expect(pieces.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo(1, 9);
  }
});

test('what is left is one hundred per cent less what was found', () => {
  const pieces = accountFor(verdictFixture('gc', NOW))?.pieces ?? [];
  expect(pieces.map(({ role, share }) => [role, Number(share.toFixed(3))])).toEqual([
    ['blamed', 0.74],
    ['other', 0.07],
    ['other', 0.04],
    ['other', 0.02],
    ['other', 0.003],
    ['unexplained', 0.127],
  ]);
});

test('more than can be told apart are one piece, which loses no share', () => {
  const answer = verdictFixture('gc', NOW);
  const [small] = answer.timeCauses?.slice(1) ?? [];
  if (small === undefined) throw new Error('no small cause');
  const many = Array.from({ length: 6 }, (_, i) => ({
    ...small,
    explained: { value: 0.01 * (i + 1), low: 0, high: 0.1 },
  }));
  const pieces =
    accountFor({ ...answer, candidates: [], timeCauses: [...(answer.timeCauses?.slice(0, 1) ?? []), ...many] })
      ?.pieces ?? [];
  expect(pieces.map(({ role }) => role)).toEqual(['blamed', 'other', 'other', 'other', 'smaller', 'unexplained']);
  expect(pieces[4]).toMatchObject({ name: '3 smaller ones' });
  expect(pieces[4]?.share).toBeCloseTo(0.06, 9);
});

test('shares that add up to more than all are drawn in proportion, and said to be', () => {
  const answer = verdictFixture('downstream', NOW);
  const [call] = answer.timeCauses ?? [];
  if (call === undefined) throw new Error('no call');
  const other = { ...call, kind: 'cpu' as const, host: null, explained: { value: 0.6, low: 0.5, high: 0.7 } };
  const account = accountFor({ ...answer, candidates: [], timeCauses: [call, other] });
  expect(account?.isOverfull).toBe(true);
  expect(account?.pieces.at(-1)?.share).toBe(0);
  expect(account?.pieces.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo(1, 9);
});

test('what is left of requests is blamed without being in the list, and still counted', () => {
  const answer = verdictFixture('cpu', NOW);
  const account = accountFor({ ...answer, timeCauses: [] });
  expect(account?.pieces[0]).toMatchObject({ role: 'blamed', name: 'running on a CPU', share: 0.74 });
});

import { expect, test } from 'vitest';
import { contentionFixture, unexplainedFixture } from '../../dev/fixtures/root-cause.ts';
import { blamedOf, keptShare } from './blame.ts';

const NOW = Date.parse('2026-11-20T10:05:00Z');

test('the blamed candidate is the one named at the top; without a blame there is none', () => {
  expect(blamedOf(contentionFixture(NOW))?.waiter.line).toBe(22);
  expect(blamedOf(unexplainedFixture(NOW))).toBeUndefined();
});

test('lost events count as happened', () => {
  expect(keptShare({ ringSubmitted: 98, ringLost: 2, published: 98, inserted: 98 })).toBe(0.98);
  expect(keptShare({ ringSubmitted: 0, ringLost: 0, published: 0, inserted: 0 })).toBeUndefined();
});

import { expect, test } from 'vitest';
import { markWords } from './mark-words.ts';

test('every mark says how much, why, and what to do', () => {
  expect(markWords({ what: 'skipped', count: 1200, reason: 'rate' }).text).toMatch(/^1.200 events skipped: more came/);
  expect(markWords({ what: 'skipped', count: 1, reason: 'expired' }).text).toBe(
    '1 event skipped: they are older than what is kept',
  );
  expect(markWords({ what: 'problem', code: 'X', detail: 'start it' }).text).toContain('start it (X)');
  expect(markWords({ what: 'resumed', afterMillis: 2100 }).text).toContain('lost for 2.1 s');
});

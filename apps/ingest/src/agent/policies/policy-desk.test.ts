import { expect, test } from 'vitest';
import { makePolicyDesk } from './policy-desk.ts';

const policy = (changes: object = {}): string =>
  JSON.stringify({
    name: 'canary',
    version: 2,
    owner: 'ann',
    reason: 'p99',
    families: ['lock'],
    selectors: ['service=order'],
    startsUnixMillis: 1,
    ttlMillis: 60_000,
    budgetShare: 0.01,
    ...changes,
  });

test('of a name the highest version holds; what cannot be read, or is older, changes nothing; a tombstone takes it away', () => {
  const problems: string[] = [];
  const desk = makePolicyDesk(({ message }) => void problems.push(message));
  const say = (service: string, json: string | null): string => {
    desk.onWanted({ service, json });
    return desk
      .policies()
      .map(({ name, version }) => `${name}@${version}`)
      .join();
  };
  expect(say('policy/canary', policy())).toBe('canary@2');
  const before = desk.revision();
  expect(say('policy/canary', policy({ version: 1 }))).toBe('canary@2');
  expect(say('policy/canary', policy({ version: 3, ttlMillis: 1e15 }))).toBe('canary@2');
  expect(say('policy/other', policy())).toBe('canary@2');
  expect(say('order', '{"state":"off"}')).toBe('canary@2');
  expect(desk.revision()).toBe(before);
  expect(problems).toEqual([
    expect.stringContaining('"ttlMillis" must be a number'),
    'the policy under the name "other" calls itself "canary"',
  ]);
  expect(say('policy/canary', policy({ version: 3 }))).toBe('canary@3');
  expect(say('policy/canary', null)).toBe('');
  expect(desk.revision()).toBe(before + 2);
});

import { MapscopeError } from '@mapscope/events';
import { expect, test } from 'vitest';
import { isExpired, parseWanted } from './wanted.ts';
import type { Wanted } from './wanted.ts';

const on: Wanted = {
  service: 'order',
  state: 'on',
  expiresUnixMillis: 1_790_000_000_000,
  changedBy: 'ann',
  changedUnixMillis: 1_789_990_000_000,
};

test('what was written is read back; fields of a later version are left out', () => {
  expect(parseWanted(JSON.stringify(on))).toEqual(on);
  expect(parseWanted(JSON.stringify({ ...on, expiresUnixMillis: null, canary: 5 }))).toEqual({
    ...on,
    expiresUnixMillis: null,
  });
});

test.each<[string, string, RegExp]>([
  ['no JSON', 'on', /it is not JSON/],
  ['null', 'null', /not a JSON object/],
  ['an array', '[]', /not a JSON object/],
  ['too long', JSON.stringify({ ...on, changedBy: 'a'.repeat(5000) }), /longer than 4096/],
  ['no service', JSON.stringify({ ...on, service: undefined }), /"service" must be text/],
  ['an empty service', JSON.stringify({ ...on, service: '' }), /"service" must be text/],
  ['another state', JSON.stringify({ ...on, state: 'pause' }), /"state" must be one of "on", "off"/],
  [
    'an expiry in words',
    JSON.stringify({ ...on, expiresUnixMillis: 'soon' }),
    /"expiresUnixMillis" must be whole milliseconds since 1970, or null/,
  ],
  ['no expiry at all', JSON.stringify({ ...on, expiresUnixMillis: undefined }), /"expiresUnixMillis" must be/],
  ['nanoseconds', JSON.stringify({ ...on, changedUnixMillis: 1.79e18 }), /"changedUnixMillis" must be/],
  ['half a millisecond', JSON.stringify({ ...on, changedUnixMillis: 1.5 }), /"changedUnixMillis" must be/],
])('%s is refused with its reason', (_, text, message) => {
  expect(() => parseWanted(text)).toThrow(message);
  expect(() => parseWanted(text)).toThrow(MapscopeError);
});

test('all problems are named at once', () => {
  expect(() => parseWanted('{}')).toThrow(/service.*state.*expiresUnixMillis.*changedBy.*changedUnixMillis/);
});

test('an entry is over from its expiry on; without one it never is', () => {
  expect(isExpired(on, 1_789_999_999_999)).toBe(false);
  expect(isExpired(on, 1_790_000_000_000)).toBe(true);
  expect(isExpired({ ...on, expiresUnixMillis: null }, 8e15)).toBe(false);
});

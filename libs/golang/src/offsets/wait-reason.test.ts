import { expect, test } from 'vitest';
import { parseGoVersion } from '../buildinfo/go-version.ts';
import { waitReasons } from './wait-reason.ts';

const reasonsOf = (text: string): readonly string[] => waitReasons(parseGoVersion(text)!);

// Numbers seen in running programs.
test.each([
  ['go1.21.13', 21, 'sync.Mutex.Lock'],
  ['go1.24.4', 21, 'sync.Mutex.Lock'],
  ['go1.25.12', 22, 'sync.Mutex.Lock'],
  ['go1.27.4', 22, 'sync.Mutex.Lock'],
  ['go1.27.4', 23, 'sync.RWMutex.RLock'],
  ['go1.19.8', 19, 'sleep'],
  ['go1.25.12', 20, 'sleep'],
  ['go1.26.11', 14, 'sleep'],
  ['go1.25.12', 9, 'select'],
  ['go1.26.11', 18, 'select'],
  ['go1.19.8', 18, 'semacquire'],
  ['go1.26.11', 13, 'semacquire'],
])('%s: %i is %s', (version, number, reason) => {
  expect(reasonsOf(version)[number]).toBe(reason);
});

test('no number stands for two reasons of a version, and 0 for none', () => {
  for (const minor of [19, 21, 22, 23, 24, 25, 26, 27]) {
    const reasons = reasonsOf(`go1.${minor}`);
    expect(new Set(reasons).size).toBe(reasons.length);
    expect(reasons[0]).toBe('');
  }
});

test('a version that was not looked at is refused', () => {
  expect(() => reasonsOf('go1.28')).toThrow(expect.objectContaining({ code: 'TARGET_UNSUPPORTED' }));
});

import { expect, test } from 'vitest';
import { ago, clockTime, clockTimeMs, msBetween, timeSpan, unixMs } from './instant.ts';

const AT = '2026-11-20T10:03:20.123456789Z';
const NOW = Date.parse('2026-11-20T12:00:00Z');

test('differences keep their nanoseconds', () => {
  expect(msBetween('2026-11-20T10:03:20.123456788Z', AT)).toBe(0.000001);
  expect(msBetween('2026-11-20T10:03:19.9Z', '2026-11-20T10:03:20.1Z')).toBeCloseTo(200, 6);
  expect(msBetween('2026-11-20T11:03:20+01:00', '2026-11-20T10:03:21Z')).toBe(1000);
  expect(unixMs('2026-11-20T10:03:20Z')).toBe(Date.parse('2026-11-20T10:03:20Z'));
});

test('what is no time is not a number and prints as a dash', () => {
  for (const text of ['', 'yesterday', '2026-11-20', '2026-11-20T10:03:20']) {
    expect(unixMs(text), text).toBeNaN();
    expect(clockTime(text)).toBe('–');
  }
});

test('times are said in the zone of the reader', () => {
  expect(clockTime(AT, 'UTC')).toBe('10:03:20');
  expect(clockTime(AT, 'Asia/Kolkata')).toBe('15:33:20');
  expect(clockTimeMs(AT, 'UTC')).toBe('10:03:20.123');
});

test('a span says the day only where it is not today', () => {
  expect(timeSpan(AT, '2026-11-20T10:04:40Z', NOW, 'UTC')).toBe('10:03:20 – 10:04:40');
  expect(timeSpan('2026-11-19T23:59:00Z', '2026-11-20T00:01:00Z', NOW, 'UTC')).toBe(
    '19 Nov, 23:59:00 – 20 Nov, 00:01:00',
  );
});

test('how long ago is said roughly', () => {
  const cases: readonly (readonly [number, string])[] = [
    [-5, 'now'],
    [1, 'now'],
    [12, '12 s ago'],
    [600, '10 min ago'],
    [10_800, '3 h ago'],
    [604_800, '7 d ago'],
  ];
  for (const [seconds, text] of cases) expect(ago(NOW - seconds * 1000, NOW)).toBe(text);
});

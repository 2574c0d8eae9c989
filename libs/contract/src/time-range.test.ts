import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { formatUnixNanos, parseRfc3339 } from './rfc3339.ts';
import { parseSpanNanos, parseTimePoint, resolveWindow, ROOT_CAUSE_LIMITS, WINDOW_LIMITS } from './time-range.ts';

const NOW = 1_795_600_980_000_000_123n;

test('a moment is read as RFC 3339, unix milliseconds or relative to now', () => {
  const cases: readonly (readonly [string, bigint | { relative: bigint }])[] = [
    ['1970-01-01T00:00:00Z', 0n],
    ['2026-11-25T09:23:00.000000123Z', 1_795_598_580_000_000_123n],
    ['2026-11-25T09:23:00.5z', 1_795_598_580_500_000_000n],
    ['2026-11-25T10:23:00+01:00', 1_795_598_580_000_000_000n],
    ['2026-11-25T10:23:00 01:00', 1_795_598_580_000_000_000n],
    ['2026-11-25T04:23:00-05:00', 1_795_598_580_000_000_000n],
    ['1795598580000', 1_795_598_580_000_000_000n],
    ['now', { relative: 0n }],
    ['now-15m', { relative: -900_000_000_000n }],
    ['now+250ms', { relative: 250_000_000n }],
    ['now-1w', { relative: -604_800_000_000_000n }],
  ];
  for (const [text, expected] of cases) {
    const point = parseTimePoint(text);
    expect(point.kind === 'absolute' ? point.unixNanos : { relative: point.offsetNanos }, text).toEqual(expected);
  }
});

test('what is not a moment is refused with the value and how to write one', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['', 'is not a time'],
    ['yesterday', '"yesterday" is not a time'],
    ['2026-02-30T00:00:00Z', 'is not a time'],
    ['2026-11-25T10:23:00', 'is not a time'],
    ['2026-11-25T24:00:00Z', 'is not a time'],
    ['2026-11-25T10:23:00+25:00', 'is not a time'],
    ['9999-01-01T00:00:00Z', 'outside 1970-01-01 to 2262-04-11'],
    ['1795598580', 'has 10 digits, unix milliseconds have 13'],
    ['1795598580000000', 'has 16 digits'],
    ['now15m', 'is not a relative time'],
    ['now-15', 'is not a span of time'],
    ['now-1y', 'is not a span of time'],
  ];
  for (const [text, message] of cases) expect(() => parseTimePoint(text), text).toThrow(message);
});

test('formatting and parsing are inverse to the nanosecond', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (unixNanos) => {
      expect(parseRfc3339(formatUnixNanos(unixNanos))).toBe(unixNanos);
    }),
    { interruptAfterTimeLimit: 2_000 },
  );
});

test('no text makes the parser fail in any other way than its own error', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        parseTimePoint(text);
      } catch (error) {
        expect(error).toMatchObject({ code: 'QUERY_INVALID' });
      }
    }),
    { interruptAfterTimeLimit: 2_000 },
  );
});

test('a window without ends is the last fifteen minutes', () => {
  expect(resolveWindow({}, NOW, WINDOW_LIMITS)).toEqual({ fromUnixNanos: NOW - 900_000_000_000n, toUnixNanos: NOW });
  expect(resolveWindow({ to: parseTimePoint('now-1h') }, NOW, WINDOW_LIMITS)).toEqual({
    fromUnixNanos: NOW - 4_500_000_000_000n,
    toUnixNanos: NOW - 3_600_000_000_000n,
  });
});

test('a window that is empty, turned round or too long is refused', () => {
  expect(() => resolveWindow({ from: parseTimePoint('now') }, NOW, WINDOW_LIMITS)).toThrow('is not before to');
  expect(() => resolveWindow({ from: parseTimePoint('now+1m') }, NOW, WINDOW_LIMITS)).toThrow('is not before to');
  expect(() => resolveWindow({ from: parseTimePoint('now-2d') }, NOW, ROOT_CAUSE_LIMITS)).toThrow('at most 24 h');
});

test('a span is a whole number with its unit', () => {
  expect(parseSpanNanos('10s')).toBe(10_000_000_000n);
  expect(() => parseSpanNanos('10')).toThrow('as in 10s');
});

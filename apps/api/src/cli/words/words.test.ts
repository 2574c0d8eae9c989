import { expect, test } from 'vitest';
import { moment, spanSeconds } from './moments.ts';
import { bytes, count, duration, percent } from './numbers.ts';
import { place } from './places.ts';
import { cut, table } from './table.ts';
import { traceLines } from './trace.ts';
import { request, span, TRACE, wait } from '../export/testing/planted.ts';

test.each([
  [0, '0 ms'],
  [0.0004, '400 ns'],
  [0.42, '420 µs'],
  [6.14, '6.1 ms'],
  [61.4, '61 ms'],
  [999.7, '1 s'],
  [1234, '1.2 s'],
  [125_000, '2.1 min'],
  [90_000_000, '25 h'],
  [null, '–'],
])('%s ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test('numbers: shares are never rounded to all or nothing, counts are grouped, sizes short', () => {
  expect([0, 0.0001, 0.814, 0.9999, 1, -0.2, null].map((share) => percent(share))).toEqual([
    '0 %',
    '0.1 %',
    '81 %',
    '99.9 %',
    '100 %',
    '-20 %',
    '–',
  ]);
  expect([count(7), count(21_870), count(1_234_567)]).toEqual(['7', '21 870', '1 234 567']);
  expect([bytes(12), bytes(1_234), bytes(34e6)]).toEqual(['12 B', '1.2 KB', '34 MB']);
});

test('a table has columns as wide as their widest cell, and names cannot move the cursor', () => {
  const columns = [{ title: 'NAME' }, { title: 'N', right: true }];
  expect(
    table(columns, [
      ['ordér', '7'],
      ['\x1b[2Jx', '123'],
    ]),
  ).toBe('NAME     N\nordér    7\n\uFFFD[2Jx  123');
  expect([cut('abcdef', 4), cut('abc', 4), cut('ab', 0)]).toEqual(['abc…', 'abc', '…']);
});

test('a place is the function without its path and the file with its folder', () => {
  expect(place({ function: 'example.com/a/b.(*C).D', file: '/src/a/b/c.go', line: 7 })).toBe('b.(*C).D b/c.go:7');
  expect([place(null), place({ function: '', file: '', line: 0 })]).toEqual([
    '(no readable stack)',
    '(no readable stack)',
  ]);
});

test('a moment is a span back, a time, or relative', () => {
  expect(['15m', 'now-1h', '2026-11-20T10:03:00Z', '1795600980000'].map((text) => moment('--since', text))).toEqual([
    'now-15m',
    'now-1h',
    '2026-11-20T10:03:00Z',
    '1795600980000',
  ]);
  expect(() => moment('--since', '15')).toThrow('--since "15" is not a time');
  expect([spanSeconds('--ttl', '2h', 1), spanSeconds('--every', '500ms', 0.5)]).toEqual([7200, 0.5]);
});

test('a trace is told in the order of time, spans below their parents, each once', () => {
  const lines = traceLines(TRACE, 'page');
  expect(lines.slice(2, 9).map((line) => line.trimEnd())).toEqual([
    '    +0 ms  order: POST /order  310 ms, goroutine 7',
    '   +20 ms    · waited 250 ms for rwmutex_read in cache.(*Cache).Get cache/cache.go:42, held by cache.(*Cache).Rebuild cache/cache.go:88',
    '    +5 ms    order: load  300 ms, internal span',
    '  +270 ms      order: ask stock  40 ms, client span, error',
    '  +275 ms        stock: POST /stock  30 ms, goroutine 19',
    '  +276 ms          · waited 4.3 ms for rwmutex_read in cache.(*Cache).Get cache/cache.go:42, held by cache.(*Cache).Rebuild cache/cache.go:88',
    '',
  ]);
});

test('parents in a circle, a wait of a strange goroutine and an empty trace end all the same', () => {
  const spans = [span('a', { parentSpanId: 'b' }), span('b', { parentSpanId: 'a' }), span('c', { parentSpanId: 'c' })];
  const lines = traceLines({ ...TRACE, requests: [request({})], spans, waits: [wait({ waiterGoroutine: '99' })] }, 'p');
  expect(lines.join('\n')).toContain('waits of other goroutines');
  expect(lines.filter((line) => line.includes('order: c'))).toHaveLength(1);
  expect(traceLines({ ...TRACE, requests: [], spans: [], waits: [] }, 'p')[0]).toContain('0 requests');
});

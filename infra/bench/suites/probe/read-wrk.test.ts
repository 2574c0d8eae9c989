import { expect, test } from 'vitest';
import { readWrk } from './read-wrk.ts';

/** Of wrk 4.1. */
const said = (p99: string, more = ''): string => `Running 1s test @ http://127.0.0.1:1/hello
  1 threads and 4 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    99.89us   48.70ms 303.59ms   99.72%
    Req/Sec   154.33     59.72   258.00     77.78%
  Latency Distribution
     50%   22.40ms
     90%   97.85ms
     99%  ${p99}
  160 requests in 1.08s, 376.36KB read
${more}Requests/sec:  12148.26
Transfer/sec:    348.74KB
`;

test.each([
  ['276.61ms', 276.61],
  ['340.00us', 0.34],
  ['1.20s', 1200],
])('a 99th percentile of %s is %d ms', (p99, millis) => {
  const figures = readWrk(said(p99));
  expect(figures.p99Millis).toBeCloseTo(millis);
  expect(figures.requestsPerSecond).toBe(12_148.26);
  expect(figures.failures).toBe(0);
});

test('broken connections and answers that are none are counted', () => {
  const lines = '  Socket errors: connect 1, read 2, write 0, timeout 4\n  Non-2xx or 3xx responses: 10\n';
  expect(readWrk(said('1.00ms', lines)).failures).toBe(17);
});

test('output that lacks a figure is refused', () => {
  expect(() => readWrk('unable to connect')).toThrow(/unable to connect/);
});

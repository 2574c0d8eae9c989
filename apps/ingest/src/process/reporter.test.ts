import { expect, test } from 'vitest';
import { MapscopeError } from '@mapscope/events';
import { makeReporter, reportFailure } from './reporter.ts';

function recording(lowest: 'debug' | 'info' = 'info') {
  const out: string[] = [];
  const err: string[] = [];
  const needs = {
    out: (line: string) => out.push(line),
    err: (line: string) => err.push(line),
    nowMillis: () => 0,
    lowest,
  };
  return { out, err, reporter: makeReporter({ ...needs, out: (l) => void out.push(l), err: (l) => void err.push(l) }) };
}

test('events are one JSON object a line, with bigint counts as numbers while they are exact', () => {
  const { out, reporter } = recording();
  reporter.event('stopped', { rows: 7n, huge: 2n ** 60n });
  expect(out).toEqual(['{"event":"stopped","rows":7,"huge":"1152921504606846976"}']);
});

test('log lines carry time, level, message and facts, and lower levels stay away', () => {
  const { err, reporter } = recording();
  reporter.log('debug', 'hidden');
  reporter.log('info', 'seen', { a: 1 });
  reporter.log('warn', 'bare');
  expect(err).toEqual(['1970-01-01T00:00:00.000Z INFO  seen {"a":1}', '1970-01-01T00:00:00.000Z WARN  bare']);
});

test('a failure is told on both ways and its code decides the exit status', () => {
  const { out, err, reporter } = recording();
  expect(reportFailure(reporter, new MapscopeError('KAFKA_UNREACHABLE', 'mend it'))).toBe(2);
  expect(JSON.parse(out[0] ?? '')).toMatchObject({ event: 'error', code: 'KAFKA_UNREACHABLE', message: 'mend it' });
  expect(err[0]).toContain('KAFKA_UNREACHABLE: mend it');
  expect(reportFailure(reporter, new Error('oops'))).toBe(1);
  expect(JSON.parse(out[1] ?? '')).toMatchObject({ code: 'INTERNAL', message: 'oops' });
});

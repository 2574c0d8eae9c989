import { structOffsets } from '@mapscope/golang';
import { expect, test } from 'vitest';
import { traceConstants } from './constants.ts';
import { SPAN_START_HOOK } from './hooks.ts';

const SPAN = { parent: 24, startTime: 112, endTime: 136, spanContext: 192 };
const binary = (minor: number, setsLabels: boolean): Parameters<typeof traceConstants>[0] => ({
  otelSpanOffsets: () => SPAN,
  structOffsets: () => structOffsets({ major: 1, minor, patch: 0, text: `go1.${minor}` }, 'amd64'),
  lookup: (name) => (setsLabels ? { name, entry: 0x1000, size: 64 } : undefined),
});
const trace = (hook: number) => ({ family: 'trace', hook });

test('a program without SDK and labels: nothing is asked at an event', () => {
  expect(Object.values(traceConstants(binary(26, false), [trace(7)]))).toEqual([0, 0, 0, 0, 0, 0]);
});

test.each([
  [19, 360, 1],
  [23, 352, 1],
  [24, 352, 0],
  [27, 352, 0],
])('labels of Go 1.%i stand at %i', (minor, offset, isMap) => {
  expect(traceConstants(binary(minor, true), [trace(7)])).toMatchObject({
    labels_offset: offset,
    labels_are_map: isMap,
    span_context_offset: 0,
  });
});

test('spans are asked about where their beginning is probed', () => {
  expect(traceConstants(binary(26, false), [trace(SPAN_START_HOOK)])).toMatchObject({
    span_parent_offset: 24,
    span_start_time_offset: 112,
    span_end_time_offset: 136,
    span_context_offset: 192,
    labels_offset: 0,
  });
});

test('where family trace is off there are neither', () => {
  expect(traceConstants(binary(26, true), [{ family: 'lock', hook: 1 }]).labels_offset).toBe(0);
});

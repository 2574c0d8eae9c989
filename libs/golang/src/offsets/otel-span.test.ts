import { expect, test } from 'vitest';
import type { StructType } from '../dwarf/go-types.ts';
import { otelSpanOffsets } from './otel-span.ts';

const SDK = 'go.opentelemetry.io/otel/sdk';
const NEW = { parent: 24, startTime: 112, endTime: 136, spanContext: 192 };

const struct = (fields: Readonly<Record<string, number>>): StructType => ({
  sizeBytes: 512,
  fields: new Map(Object.entries(fields)),
});
const dwarf =
  (span: Readonly<Record<string, number>>, context: Readonly<Record<string, number>> = { traceID: 0, spanID: 16 }) =>
  (name: string): StructType | undefined =>
    ({ [`${SDK}/trace.recordingSpan`]: struct(span), 'go.opentelemetry.io/otel/trace.SpanContext': struct(context) })[
      name
    ];
const stripped = (): undefined => undefined;
const linked = (version: string, path = SDK) => [
  { path: 'go.opentelemetry.io/otel', version: 'v1.20.0' },
  { path, version },
];

test.each([
  ['v1.1.0', 232],
  ['v1.5.0', 176],
  ['v1.20.0', 192],
  ['v1.31.0', 192],
  ['v1.46.2', 192],
])('a stripped program with the SDK %s: the context stands at %i', (version, spanContext) => {
  expect(otelSpanOffsets({ structType: stripped, dependencies: linked(version) }).spanContext).toBe(spanContext);
});

test.each([
  ['newer than what was looked at', linked('v1.47.0')],
  ['a version between two that differ', linked('v1.4.1')],
  ['a commit that is no release', linked('v1.20.1-0.20231118000000-0123456789ab')],
  ['another major version', linked('v2.20.0')],
  ['a fork that stands in for it', linked('v1.31.0', 'example.com/fork/sdk')],
  ['no module versions, as with GOPATH', []],
])('a stripped program with %s is refused, in words', (_, dependencies) => {
  expect(() => otelSpanOffsets({ structType: stripped, dependencies })).toThrow(
    expect.objectContaining({ code: 'TARGET_UNSUPPORTED', message: expect.stringContaining('without DWARF; build') }),
  );
});

test('DWARF decides about versions that are not known, and without versions', () => {
  const moved = { ...NEW, spanContext: 200 };
  expect(otelSpanOffsets({ structType: dwarf(moved), dependencies: linked('v1.99.0') })).toEqual(moved);
  expect(otelSpanOffsets({ structType: dwarf(moved), dependencies: [] })).toEqual(moved);
});

test('where DWARF and a known version disagree the SDK was changed', () => {
  const moved = { ...NEW, spanContext: 200 };
  expect(() => otelSpanOffsets({ structType: dwarf(moved), dependencies: linked('v1.31.0') })).toThrow(/changed SDK/);
  expect(otelSpanOffsets({ structType: dwarf(NEW), dependencies: linked('v1.31.0') })).toEqual(NEW);
});

test('a span without a field that is read, or with ids elsewhere, is not read by its DWARF', () => {
  const { endTime, ...without } = NEW;
  expect(endTime).toBe(136);
  const swapped = dwarf(NEW, { traceID: 8, spanID: 0 });
  for (const structType of [dwarf(without), swapped])
    expect(() => otelSpanOffsets({ structType, dependencies: [] })).toThrow(/not known/);
});

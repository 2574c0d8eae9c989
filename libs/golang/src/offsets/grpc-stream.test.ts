import { expect, test } from 'vitest';
import type { StructType } from '../dwarf/go-types.ts';
import { grpcStreamOffsets } from './grpc-stream.ts';

const TRANSPORT = 'google.golang.org/grpc/internal/transport';
const struct = (fields: Readonly<Record<string, number>>): StructType => ({
  sizeBytes: 256,
  fields: new Map(Object.entries(fields)),
});
const dwarf =
  (structs: Readonly<Record<string, Readonly<Record<string, number>>>>) =>
  (name: string): StructType | undefined => {
    const fields = structs[name.slice(TRANSPORT.length + 1)];
    return fields === undefined ? undefined : struct(fields);
  };
const stripped = (): undefined => undefined;
const linked = (version: string) => [{ path: 'google.golang.org/grpc', version }];

test.each([
  ['v1.33.3', 32, 72],
  ['v1.64.0', 32, 80],
  ['v1.79.3', 0, 16],
  ['v1.81.1', 0, 16],
])('a stripped program with gRPC %s: context at %i, method at %i', (version, context, method) => {
  expect(grpcStreamOffsets({ structType: stripped, dependencies: linked(version) })).toEqual({ context, method });
});

test.each([['v1.34.0'], ['v1.70.0'], ['v1.82.0'], ['v1.64.1-dev'], ['v2.64.0']])(
  'a stripped program with gRPC %s is refused, in words',
  (version) => {
    expect(() => grpcStreamOffsets({ structType: stripped, dependencies: linked(version) })).toThrow(
      expect.objectContaining({ code: 'TARGET_UNSUPPORTED', message: expect.stringContaining(`${version} are not`) }),
    );
  },
);

test('DWARF decides about other versions', () => {
  const structType = dwarf({ Stream: { ctx: 8, method: 24 }, ServerStream: { Stream: 0 } });
  expect(grpcStreamOffsets({ structType, dependencies: linked('v1.70.0') })).toEqual({ context: 8, method: 24 });
  expect(grpcStreamOffsets({ structType, dependencies: [] })).toEqual({ context: 8, method: 24 });
});

test('what the probe could not read is not read: a Stream that does not come first, or is another one', () => {
  for (const structs of [{ Stream: { ctx: 0, method: 16 }, ServerStream: { Stream: 8 } }, { Stream: { ctx: 0 } }])
    expect(() => grpcStreamOffsets({ structType: dwarf(structs), dependencies: [] })).toThrow(/not known/);
});

test('where DWARF and a known version disagree it was changed', () => {
  const structType = dwarf({ Stream: { ctx: 32, method: 88 } });
  expect(() => grpcStreamOffsets({ structType, dependencies: linked('v1.64.0') })).toThrow(/changed gRPC/);
});

import { expect, test } from 'vitest';
import { structOffsets } from './struct-offsets.ts';

const version = (minor: number): { text: string; major: number; minor: number; patch: number } => ({
  text: `go1.${minor}`,
  major: 1,
  minor,
  patch: 0,
});

test.each([
  [19, 152, undefined],
  [22, 152, 272],
  [24, 160, 280],
  [25, 152, 272],
  [27, 152, 280],
])('Go 1.%i: goid at %i, parentGoid at %s, status right before goid', (minor, goid, parentGoid) => {
  const { g } = structOffsets(version(minor), 'amd64');
  expect(g).toMatchObject({ goid, parentGoid, atomicstatus: goid - 8 });
  expect(structOffsets(version(minor), 'arm64')).toEqual(structOffsets(version(minor), 'amd64'));
});

test.each([
  [21, undefined],
  [22, { offset: 248, holds: 'pointer' }],
  [23, { offset: 232, holds: 'string' }],
  [27, { offset: 232, holds: 'string' }],
])('Go 1.%i: the pattern of a request', (minor, pattern) => {
  expect(structOffsets(version(minor), 'amd64').httpRequest.pattern).toEqual(pattern);
});

test.each([18, 20, 28])('Go 1.%i is unsupported, and the message lists what is supported', (minor) => {
  expect(() => structOffsets(version(minor), 'amd64')).toThrow(/1\.19, 1\.21, 1\.22, .* 1\.27/);
});

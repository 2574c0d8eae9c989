import { expect, test } from 'vitest';
import { parseGoVersion } from './go-version.ts';

test.each([
  ['go1.19.8', [1, 19, 8]],
  ['go1.21', [1, 21, 0]],
  ['go1.27rc1', [1, 27, 0]],
  ['go1.24.4 X:noswissmap', [1, 24, 4]],
  ['go1.22.1 (Red Hat 1.22.1-1.el9)', [1, 22, 1]],
  ['devel go1.27-0f1e2d Mon Nov 2 2026', [1, 27, 0]],
])('%s is read', (text, [major, minor, patch]) => {
  expect(parseGoVersion(text)).toEqual({ text, major, minor, patch });
});

test.each(['', 'unknown', 'cargo1.24', 'go1'])('"%s" is no version', (text) => {
  expect(parseGoVersion(text)).toBeUndefined();
});

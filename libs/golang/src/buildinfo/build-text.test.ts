import { expect, test } from 'vitest';
import { buildText } from './build-text.ts';
import { parseModuleInfo } from './module-info.ts';

const REVISION = '3f2a9c01d4e5f60718293a4b5c6d7e8f90a1b2c3';

test.each([
  ['a release', 'mod\tx.io/order\tv1.4.2\th1:x', 'x.io/order@v1.4.2'],
  [
    'a release of a known commit',
    `mod\tx.io/order\tv1.4.2\t\nbuild\tvcs.revision=${REVISION}`,
    'x.io/order@v1.4.2 3f2a9c01d4e5',
  ],
  ['before Go 1.24', `mod\tx.io/order\t(devel)\t\nbuild\tvcs.revision=${REVISION}`, 'x.io/order@ 3f2a9c01d4e5'],
  [
    'changed after the commit',
    `mod\tx.io/order\t(devel)\t\nbuild\tvcs.revision=${REVISION}\nbuild\tvcs.modified=true`,
    'x.io/order@ 3f2a9c01d4e5 changed',
  ],
  [
    'with the race detector, on some CPU',
    'mod\tx.io/order\tv1.4.2\t\nbuild\tGOARCH=arm64\nbuild\tGOARM64=v8.0\nbuild\t-race=true\nbuild\t-tags=a,b',
    'x.io/order@v1.4.2 -race=true -tags=a,b',
  ],
  ['of nobody knows what', 'mod\tx.io/order\t(devel)\t\nbuild\tGOARCH=amd64', ''],
  ['with its information stripped', '', ''],
])('a program built from %s', (_name, text, build) => {
  expect(buildText(parseModuleInfo(text))).toBe(build);
});

test('the same source on two CPUs gives one text', () => {
  const [amd64, arm64] = ['amd64', 'arm64'].map((arch) =>
    buildText(parseModuleInfo(`mod\tx.io/order\tv1.4.2\t\nbuild\tGOARCH=${arch}\nbuild\tvcs.revision=${REVISION}`)),
  );
  expect(amd64).toBe(arm64);
});

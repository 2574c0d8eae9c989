import { expect, test } from 'vitest';
import { besideLocks } from './hints.ts';
import { platformLabels } from './label.ts';
import { rate } from './measure.ts';
import { receiverType, siteMatcher } from './site.ts';
import { AMD64, ARM64, EMULATED } from './testing.ts';

test.each([
  [
    [AMD64, ARM64],
    ['amd64', 'arm64'],
  ],
  [
    [ARM64, EMULATED],
    ['arm64', 'arm64 emulated (tcg)'],
  ],
  [
    [ARM64, ARM64.replace('neoverse-n1', 'neoverse-v1')],
    ['arm64 neoverse-n1', 'arm64 neoverse-v1'],
  ],
  [
    [ARM64, ARM64.replace('1.24.4', '1.26.0')],
    ['arm64 go 1.24.4', 'arm64 go 1.26.0'],
  ],
  [
    ['arch=amd64', 'arch=amd64;x=1'],
    ['arch=amd64', 'arch=amd64;x=1'],
  ],
  [
    ['arch=amd64', 'arch=unknown', AMD64],
    ['amd64', 'unknown', 'amd64 26.2'],
  ],
])('%j are called %j', (tags, labels) => {
  expect(tags.map((tag) => platformLabels(tags).get(tag))).toEqual(labels);
});

const SITE = { function: 'x.io/order/cache.(*Cache).Get', file: '/src/order/cache.go', line: 42 };

test.each([
  ['x.io/order/cache.(*Cache).Get', true],
  ['(*Cache).Get', true],
  ['(*Cache).Get:42', true],
  ['(*Cache).Get:43', false],
  ['Cache).Get', false],
  ['cache.go:42', true],
  ['order/cache.go', true],
  ['ache.go', false],
  ['', false],
])('the site %j means this line: %s', (text, isIt) => {
  expect(siteMatcher(text)(SITE)).toBe(isIt);
});

test.each([
  ['x.io/order/cache.(*Cache).Get', 'x.io/order/cache.Cache'],
  ['main.(*Cache).Get.func1', 'main.Cache'],
  ['main.Cache.Len', 'main.Cache'],
  ['main.main', undefined],
  ['main.main.func1', undefined],
  ['', undefined],
])('the receiver of %j is of %s', (name, type) => {
  expect(receiverType({ ...SITE, function: name })).toBe(type);
});

const field = (name: string, offsetBytes: number, type = 'uint64') => ({ name, type, offsetBytes });

test('the field beside a lock is told where less than a line lies between them', () => {
  const fields = [field('far', 0), field('pad', 8, '[72]uint8'), field('near', 80), field('mu', 128, 'sync.RWMutex')];
  const layout = {
    name: 'main.S',
    arch: 'amd64',
    sizeBytes: 400,
    fields: [...fields, field('next', 152), field('last', 300)],
  };
  expect(besideLocks(layout)).toEqual(['pad', 'near', 'next']);
  expect(besideLocks({ ...layout, fields: layout.fields.filter(({ name }) => name !== 'mu') })).toEqual([]);
});

test('a rate has the interval of a Poisson count', () => {
  expect(rate(0, 10)).toMatchObject({ value: 0, low: 0 });
  const { low, high } = rate(400, 10);
  // 400 ± 1.96 · 20
  expect(low).toBeCloseTo(36.2, 0);
  expect(high).toBeCloseTo(44.1, 0);
  expect(rate(5, 0)).toEqual({ value: 0, low: 0, high: 0 });
});

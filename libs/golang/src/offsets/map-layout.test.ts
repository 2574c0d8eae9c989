import { expect, test } from 'vitest';
import { parseGoVersion } from '../buildinfo/go-version.ts';
import { mapKind, mapLayout } from './map-layout.ts';

const go = (text: string): NonNullable<ReturnType<typeof parseGoVersion>> => parseGoVersion(text)!;
const experiment = (value: string): ReadonlyMap<string, string> => new Map([['GOEXPERIMENT', value]]);

test.each([
  ['go1.19.8', '', 'classic'],
  ['go1.23.5', '', 'classic'],
  ['go1.24.4', '', 'swiss'],
  ['go1.24.4', 'noswissmap', 'classic'],
  ['go1.24.4 X:noswissmap', '', 'classic'],
  ['go1.25.12', 'aliastypeparams,noswissmap', 'classic'],
  ['go1.25.12 X:nosynchashtriemap,noswissmap', '', 'classic'],
  ['go1.27.4', '', 'swiss'],
])('%s with GOEXPERIMENT=%s has %s maps', (version, value, kind) => {
  expect(mapKind(go(version), experiment(value))).toBe(kind);
  expect(mapLayout(go(version), experiment(value)).kind).toBe(kind);
});

test('split groups of Go 1.27 hold all keys before all elems', () => {
  expect(mapLayout(go('go1.27.4'), experiment('mapsplitgroup')).header).toMatchObject({ keyStride: 16, elems: 136 });
  expect(mapLayout(go('go1.27.4'), experiment('')).header).toMatchObject({ keyStride: 40, elems: 24 });
});

test('a Go that is too new is refused', () => {
  expect(() => mapKind(go('go1.28.0'), new Map())).toThrow(expect.objectContaining({ code: 'TARGET_UNSUPPORTED' }));
});

import { expect, test } from 'vitest';
import { parseGoVersion } from '../buildinfo/go-version.ts';
import { checkedMapLayout, mapKind, mapLayout } from './map-layout.ts';

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

const none = new Map<string, string>();
const CLASSIC_CODE = 'runtime.hashGrow';
const SWISS_CODE = 'internal/runtime/maps.(*table).grow';

test.each([
  ['go1.24.4', none, CLASSIC_CODE, 'classic'],
  ['go1.24.4', none, SWISS_CODE, 'swiss'],
  ['go1.25.1', experiment('noswissmap'), CLASSIC_CODE, 'classic'],
  ['go1.19.8', none, CLASSIC_CODE, 'classic'],
  ['go1.27.4', none, SWISS_CODE, 'swiss'],
  ['go1.27.4', none, '', 'swiss'],
])('%s, settings %s, with %s: %s', (version, settings, code, kind) => {
  expect(checkedMapLayout(go(version), settings, (name) => name === code).kind).toBe(kind);
});

test.each([
  ['go1.27.4', none, CLASSIC_CODE],
  ['go1.23.5', none, SWISS_CODE],
  ['go1.24.4', new Map([['-compiler', 'gc']]), CLASSIC_CODE],
])('%s with functions of the other maps is refused', (version, settings, code) => {
  expect(() => checkedMapLayout(go(version), settings, (name) => name === code)).toThrow(/cannot be told/);
});

import { expect, test } from 'vitest';
import { cohortOf } from '../accounting/cohort.ts';
import { positionsWhere } from '../accounting/share.ts';
import { slowAt } from '../accounting/slow-set.ts';
import type { AttributeContrast } from '../answer.ts';
import type { RequestColumns, SpanAttributes } from '../evidence.ts';
import { seededRng } from '../statistics/rng.ts';
import { requestRows } from '../testing/rows.ts';
import { attributeContrasts } from './attributes.ts';
import type { Described } from './attributes.ts';

interface Row {
  readonly route: string;
  readonly platform: string;
  readonly slow?: boolean;
  readonly tenant?: string;
}

const columns = (rows: readonly Row[]): RequestColumns => ({
  ...requestRows(
    rows.map(({ route, slow = false }, i) => ({ id: String(i), startMs: i, durationMs: slow ? 500 : 10, route })),
  ),
  platforms: rows.map(({ platform }) => platform),
});

/** Requests that name a tenant have a span that says so; ids of these traces are their numbers. */
function described(rows: readonly Row[]): Described {
  const cohort = cohortOf(columns(rows));
  const sets = [...new Set(rows.flatMap(({ tenant }) => tenant ?? []))];
  const spans = rows.flatMap(({ tenant }, i) => (tenant === undefined ? [] : [{ id: String(i), tenant }]));
  const attributes: SpanAttributes = {
    traceIds: spans.map(({ id }) => id),
    setOf: Uint32Array.from(spans, ({ tenant }) => sets.indexOf(tenant)),
    sets: sets.map((tenant) => [
      ['tenant', tenant],
      ['http.route', '/order'],
      ['host.name', 'a'],
    ]),
  };
  return sets.length === 0 ? { cohort } : { cohort, attributes };
}

function contrasts(during: readonly Row[], before: readonly Row[]): readonly AttributeContrast[] {
  const [spike, baseline] = [described(during), described(before)];
  const at = positionsWhere(spike.cohort.count, (r) => (spike.cohort.duration[r] ?? 0) > 1e8);
  return attributeContrasts(
    spike,
    baseline,
    slowAt(spike.cohort, at, new Float64Array(spike.cohort.routeNames.length), seededRng(1)),
  );
}

const times = (n: number, row: Row): readonly Row[] => Array.from({ length: n }, () => row);
const amd = { route: '/order', platform: 'arch=amd64;go=1.24' };
const arm = { route: '/order', platform: 'arch=arm64;go=1.24' };

test('what slow requests have more often is told, part by part of the platform, with golden numbers', () => {
  // 83 of 100 slow against 20 of 1 000: the reference's vector, Δ 0.81 [0.7239, 0.8715]
  const found = contrasts(
    [...times(83, { ...arm, slow: true }), ...times(17, { ...amd, slow: true }), ...times(400, amd)],
    [...times(20, arm), ...times(980, amd)],
  );
  expect(found).toMatchObject([{ key: 'arch', value: 'arm64', slowShare: 0.83 }]);
  expect(found[0]?.difference.low).toBeCloseTo(0.7239, 4);
  expect(found[0]?.difference.high).toBeCloseTo(0.8715, 4);
  expect(found[0]?.pValue).toBeLessThan(1e-80);
});

test('a value that the baseline never had counts as well', () => {
  const found = contrasts(times(50, { ...amd, route: '/new', slow: true }), times(200, amd));
  expect(found).toMatchObject([{ key: 'route', value: '/new', difference: { value: 1 } }]);
  expect(found[0]?.divergence).toBeGreaterThan(1);
});

test('equal shares and single values are no news', () => {
  expect(
    contrasts(
      [...times(30, { ...arm, slow: true }), ...times(30, { ...amd, slow: true })],
      [...times(100, arm), ...times(100, amd)],
    ),
  ).toEqual([]);
  expect(contrasts(times(60, { ...amd, slow: true }), times(200, amd))).toEqual([]);
});

test('attributes of spans are told as well, but not those that all spans share, nor the route again', () => {
  const [acme, bolt] = [
    { ...amd, tenant: 'acme' },
    { ...amd, tenant: 'bolt' },
  ];
  const before = [...times(100, acme), ...times(900, bolt)];
  const found = contrasts([...times(90, { ...acme, slow: true }), ...times(10, { ...bolt, slow: true })], before);
  expect(found.map(({ key, value }) => `${key}=${value}`)).toEqual(['tenant=acme']);
  expect(found[0]?.difference.value).toBeCloseTo(0.8, 6);
});

test('requests without a span say nothing of what spans say', () => {
  const acme = { ...amd, tenant: 'acme' };
  const before = [...times(50, acme), ...times(50, { ...amd, tenant: 'bolt' }), ...times(900, amd)];
  const during = [...times(45, { ...acme, slow: true }), ...times(5, { ...amd, tenant: 'bolt', slow: true })];
  const [found] = contrasts([...during, ...times(50, { ...amd, slow: true })], before);
  expect(found).toMatchObject({ key: 'tenant', value: 'acme', slowShare: 0.9 });
  expect(found?.difference.value).toBeCloseTo(0.4, 6);
});

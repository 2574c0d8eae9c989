import { expect, test } from 'vitest';
import { cohortOf } from '../accounting/cohort.ts';
import { positionsWhere } from '../accounting/share.ts';
import { slowAt } from '../accounting/slow-set.ts';
import type { AttributeContrast } from '../answer.ts';
import type { RequestColumns } from '../evidence.ts';
import { seededRng } from '../statistics/rng.ts';
import { requestRows } from '../testing/rows.ts';
import { attributeContrasts } from './attributes.ts';

interface Row {
  readonly route: string;
  readonly platform: string;
  readonly slow?: boolean;
}

const columns = (rows: readonly Row[]): RequestColumns => ({
  ...requestRows(
    rows.map(({ route, slow = false }, i) => ({ id: String(i), startMs: i, durationMs: slow ? 500 : 10, route })),
  ),
  platforms: rows.map(({ platform }) => platform),
});

function contrasts(during: readonly Row[], before: readonly Row[]): readonly AttributeContrast[] {
  const [spike, baseline] = [cohortOf(columns(during)), cohortOf(columns(before))];
  const at = positionsWhere(spike.count, (r) => (spike.duration[r] ?? 0) > 1e8);
  return attributeContrasts(
    spike,
    baseline,
    slowAt(spike, at, new Float64Array(spike.routeNames.length), seededRng(1)),
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

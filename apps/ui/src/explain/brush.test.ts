import { explainQuestion } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { hrefOf, readQuery } from '../router/query.ts';
import { clearBrush, explainBody, readBrush, readView, writeBrush, type Brush } from './brush.ts';

const FROM = Date.parse('2026-11-20T10:03:00Z');
const TIME = [FROM, FROM + 60_000] as const;
const VIEW = [FROM - 600_000, FROM + 120_000] as const;
const QUERY = { service: 'order', from: 'now-15m', view: 'table' };

test('a brush survives the way into the address and back, and leaves it without a trace', () => {
  const cases: readonly Brush[] = [
    { time: TIME, minMs: undefined, maxMs: undefined },
    { time: TIME, minMs: 200, maxMs: undefined },
    { time: TIME, minMs: undefined, maxMs: 0.25 },
    { time: TIME, minMs: 12.5, maxMs: 3100 },
  ];
  for (const brush of cases) {
    const written = readQuery(hrefOf('explain', writeBrush(QUERY, brush, VIEW)).split('?')[1] ?? '');
    expect(readBrush(written)).toEqual(brush);
    expect(readView(written)).toEqual(VIEW);
    expect(clearBrush(written)).toEqual(QUERY);
  }
});

test('an address that holds no brush, or one that cannot be, has none', () => {
  expect(readBrush(QUERY)).toBeUndefined();
  expect(readBrush({ ...QUERY, brushFrom: '2026-11-20T10:03:00Z', brushTo: 'soon' })).toBeUndefined();
  expect(readBrush({ brushFrom: '2026-11-20T10:03:00Z', brushTo: '2026-11-20T10:02:00Z' })).toBeUndefined();
  const upsideDown = { ...writeBrush(QUERY, { time: TIME }, VIEW), brushMinMs: '9', brushMaxMs: '3' };
  expect(readBrush(upsideDown)).toEqual({ time: TIME });
  expect(readView({ viewFrom: '1', viewTo: 'x' })).toBeUndefined();
});

test('the question is one that the contract takes, and compares with what fits', () => {
  const baseline = { baselineFrom: '2026-11-20T09:50:00Z', baselineTo: '2026-11-20T10:03:00Z' };
  const cases = [
    [QUERY, { time: TIME }, []],
    [{ ...QUERY, ...baseline }, { time: TIME }, ['baseline']],
    [{ ...QUERY, ...baseline }, { time: [FROM - 1, FROM + 60_000] }, []],
    [{ ...QUERY, baselineFrom: 'now-15m', baselineTo: 'now' }, { time: TIME }, []],
    [{ ...QUERY, ...baseline }, { time: TIME, minMs: 200 }, ['latencyRange']],
    [
      { ...QUERY, route: '/order', platform: 'arch=arm64' },
      { time: TIME, maxMs: 9 },
      ['latencyRange', 'platform', 'route'],
    ],
  ] as const;
  for (const [query, brush, more] of cases) {
    const body: unknown = JSON.parse(explainBody(query, brush));
    expect(explainQuestion.safeParse(body).error).toBeUndefined();
    expect(Object.keys(body as object).toSorted()).toEqual([...more, 'service', 'window'].toSorted()); // JSON of an object
  }
});

import { expect, test } from 'vitest';
import { growingCounter, growingHistogram } from './growing.ts';

const described = { name: 'a', help: 'b' };
const of = (value: number) => ({ traceId: `t${value}`, value, unixSeconds: 1 });

test('a counter adds up by labels, and is there from zero on', () => {
  const counter = growingCounter(described);
  counter.add({ service_name: 'x' }, 0);
  counter.add({ service_name: 'y' }, 2);
  counter.add({ service_name: 'y' }, 3);
  expect(counter.family()).toMatchObject({
    type: 'counter',
    samples: [
      { labels: { service_name: 'x' }, value: 0 },
      { labels: { service_name: 'y' }, value: 5 },
    ],
  });
});

test('beyond the limit what is new shares one series: the sum stays whole, and what was there goes on', () => {
  const counter = growingCounter({ ...described, limit: 3 });
  for (let i = 0; i < 10; i++) counter.add({ route: `/${i}` }, 1);
  counter.add({ route: '/1' }, 1);
  expect(counter.family().samples).toEqual([
    { labels: { route: '/0' }, value: 1 },
    { labels: { route: '/1' }, value: 2 },
    { labels: { otel_metric_overflow: 'true' }, value: 8 },
  ]);
});

test('a histogram adds counts up and keeps the latest exemplar of each bucket, in the bucket it lies in', () => {
  const histogram = growingHistogram(described, [1, 10]);
  histogram.add({}, { count: 3, sum: 14, within: [1, 3], exemplar: of(10) });
  histogram.add({}, { count: 2, sum: 50, within: [0, 1], exemplar: of(45) });
  histogram.add({}, { count: 1, sum: 9, within: [0, 1], exemplar: of(9) });
  const exemplars = new Map([
    [1, of(9)],
    [2, of(45)],
  ]);
  expect(histogram.family().samples).toEqual([{ labels: {}, count: 6, sum: 73, within: [1, 5], exemplars }]);
});

import { expect, test } from 'vitest';
import type { Family } from './family.ts';
import { writeFamilies } from './write.ts';

const waits: Family = {
  name: 'go_mutex_wait_duration_seconds',
  help: 'Waiting',
  type: 'histogram',
  bounds: [0.1, 1],
  samples: [
    {
      labels: { service_name: 'order' },
      count: 3,
      sum: 2.5,
      within: [1, 2],
      exemplars: new Map([[2, { traceId: 'ab', value: 1.5, unixSeconds: 12.5 }]]),
    },
  ],
};

test('a histogram has its buckets, its sum and its count; exemplars stand in OpenMetrics alone', () => {
  const text = [
    '# HELP go_mutex_wait_duration_seconds Waiting',
    '# TYPE go_mutex_wait_duration_seconds histogram',
    'go_mutex_wait_duration_seconds_bucket{service_name="order",le="0.1"} 1',
    'go_mutex_wait_duration_seconds_bucket{service_name="order",le="1"} 2',
    'go_mutex_wait_duration_seconds_bucket{service_name="order",le="+Inf"} 3',
    'go_mutex_wait_duration_seconds_sum{service_name="order"} 2.5',
    'go_mutex_wait_duration_seconds_count{service_name="order"} 3',
    '',
  ];
  expect(writeFamilies([waits], 'text').split('\n')).toEqual(text);
  const open = text.with(4, `${text[4]} # {trace_id="ab"} 1.5 12.500`);
  expect(writeFamilies([waits], 'openmetrics').split('\n')).toEqual(open);
});

test('counters end in _total, and in OpenMetrics their metadata does not', () => {
  const crashes: Family = { name: 'go_crashes', help: 'a', type: 'counter', samples: [{ labels: {}, value: 2 }] };
  expect(writeFamilies([crashes], 'text')).toBe(
    '# HELP go_crashes_total a\n# TYPE go_crashes_total counter\ngo_crashes_total 2\n',
  );
  expect(writeFamilies([crashes], 'openmetrics')).toBe(
    '# HELP go_crashes a\n# TYPE go_crashes counter\ngo_crashes_total 2\n',
  );
});

test('what a service is called cannot end its label, and no number is no number', () => {
  const hostile: Family = {
    name: 'a',
    help: 'b\nc',
    type: 'gauge',
    samples: [
      { labels: { service_name: 'x"} 1\n# EOF\\' }, value: Number.NaN },
      { labels: {}, value: Number.POSITIVE_INFINITY },
    ],
  };
  expect(writeFamilies([hostile], 'text')).toBe(
    '# HELP a b\\nc\n# TYPE a gauge\na{service_name="x\\"} 1\\n# EOF\\\\"} NaN\na +Inf\n',
  );
});

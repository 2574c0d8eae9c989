import { expect, test } from 'vitest';
import { type Round, storeMetrics } from './metrics.ts';

const round = (kafkaRows: number): Round => ({
  kafka: {
    rows: kafkaRows,
    seconds: 2,
    left: 0,
    writerCpuSeconds: 1,
    clickhouseCpuSeconds: 3,
    kafkaCpuSeconds: 0.5,
    writerMebibytes: 200,
    clickhouseMebibytes: 900,
  },
  limit: { rows: 4_000_000, seconds: 2, cpuSeconds: 4 },
  json: { rows: 400_000, seconds: 2, collectorCpuSeconds: 2, clickhouseCpuSeconds: 1, collectorMebibytes: 400 },
});

test('speeds are rows a second, ratios are taken within a round, costs are per million rows', () => {
  const found = new Map(storeMetrics([round(2_000_000), round(4_000_000)]).map((each) => [each.name, each]));
  expect(found.get('store_kafka_to_table')?.runs).toEqual([1_000_000, 2_000_000]);
  expect(found.get('store_against_limit')).toMatchObject({ runs: [0.5, 1], value: 0.75, ok: false });
  expect(found.get('store_against_json_rows')).toMatchObject({ runs: [5, 10], ok: false });
  expect(found.get('store_writer_cpu')?.runs).toEqual([0.5, 0.25]);
  expect(found.get('store_broker_cpu')?.runs).toEqual([0.25, 0.125]);
  expect(found.get('store_json_collector_cpu')?.runs).toEqual([5, 5]);
  expect(found.get('store_limit_cpu')?.runs).toEqual([1, 1]);
});

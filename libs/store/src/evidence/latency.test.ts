import { MapscopeError } from '@mapscope/events';
import { expect, test } from 'vitest';
import type { Clickhouse, Query } from '../connection/clickhouse.ts';
import { readLatency } from './latency.ts';

const HOUR = 3_600_000_000_000n;
const window = { fromUnixNanos: 0n, toUnixNanos: 13n * HOUR };

const refuse = (): Promise<never> => Promise.reject(new Error('not asked here'));

/** Of a service with an SDK; a window of raw rows is refused when it is longer than six hours. */
function small(clickhouseCode: number) {
  const asked: Query[] = [];
  const rows = (query: Query): Promise<readonly never[]> => {
    asked.push(query);
    const { from, to } = query.parameters ?? {};
    const isRaw = query.name === 'latency-raw';
    if (isRaw && BigInt(String(to)) - BigInt(String(from)) > 6n * HOUR)
      return Promise.reject(new MapscopeError('CLICKHOUSE_UNREACHABLE', 'no', { facts: { clickhouseCode } }));
    const found = isRaw ? [{ bucket: '2', requests: '5', quantiles: [1, 2] }] : [{ service: 's', route: 'r' }];
    // Rows of whatever type is asked for.
    return Promise.resolve(found as unknown as readonly never[]);
  };
  const clickhouse: Clickhouse = { ping: refuse, rows, blocks: refuse, command: refuse, insert: refuse, close: refuse };
  return { asked, clickhouse };
}

test('what is too much for one question is asked six hours at a time, in the same steps', async () => {
  const { clickhouse } = small(241);
  const points = await readLatency(clickhouse, { service: 's', window }, 7);
  const starts = [0n, 1n, 2n].map((i) => i * 3085n * 7_000_000_000n + 14_000_000_000n);
  expect(points.map(({ startUnixNanos }) => startUnixNanos)).toEqual(starts);
});

test('another refusal, and a step longer than that, are told', async () => {
  const query = { service: 's', window };
  await expect(readLatency(small(159).clickhouse, query, 7)).rejects.toMatchObject({ facts: { clickhouseCode: 159 } });
  await expect(readLatency(small(241).clickhouse, query, 30_000)).rejects.toThrow('no');
});

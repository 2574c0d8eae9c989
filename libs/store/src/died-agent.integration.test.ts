/** An agent that was killed: 600 of its requests are in the table, its successor said how many there were. */
import { beforeEach, expect, test } from 'vitest';
import { formatClickhouseTime } from './testdata/clickhouse-time.ts';
import * as planted from './testdata/planted.ts';
import { openTestStore } from './testdata/test-store.ts';

const world = await openTestStore();
const from = planted.plantedFrom();
const READ = from + 59_000_000_000n;
const ATTACHED = READ + 1_250_000_000n;

beforeEach(async () => {
  await world.store.migrate();
  await world.clickhouse.command({ name: 'empty', sql: `TRUNCATE TABLE ${world.database}.agent_status` });
  await world.store.insertBlocks('http_requests', [planted.requestsBlock(from)], 'died-1');
  const batch = {
    agent: planted.AGENT,
    boot: 1n,
    family: 'http_requests',
    kind: 'http_requests',
    sequence: 1n,
  } as const;
  const place = { topic: 't', partition: 0, offset: '1', rows: planted.REQUESTS };
  await world.store.recordBatches([{ ...batch, ...place }], 'died-1');
});

interface Said {
  readonly ts: bigint;
  readonly state: string;
  readonly submitted: number;
  readonly published: number;
  readonly gapEnd?: bigint;
}

function say({ ts, state, submitted, published, gapEnd = 0n }: Said): Promise<void> {
  const row = {
    ts: formatClickhouseTime(ts),
    gap_end: formatClickhouseTime(gapEnd),
    service: 'order',
    platform: planted.PLATFORMS[0],
    family: 'http_requests',
    agent: planted.AGENT,
    state,
    ring_submitted: submitted,
    published_rows: published,
    final: state === 'died' ? 1 : 0,
  };
  const sql = 'INSERT INTO agent_status FORMAT JSONEachRow';
  return world.clickhouse.insert('say', sql, [Buffer.from(JSON.stringify(row))]);
}

test('what is stored was published; what is neither acknowledged nor stored died with the agent', async () => {
  await say({ ts: READ - 1_000_000_000n, state: 'attached', submitted: 610, published: 550 });
  await say({ ts: READ, state: 'died', submitted: 640, published: 580, gapEnd: ATTACHED });
  expect(await world.store.pipeline()).toMatchObject([
    { ringSubmitted: 640, published: 600, inserted: 600, lostWithAgent: 40 },
  ]);
  const [agent] = await world.store.agents();
  expect(agent).toMatchObject({ state: 'died', final: true, gap: { fromUnixNanos: READ, toUnixNanos: ATTACHED } });
  const window = { fromUnixNanos: from, toUnixNanos: from + 60_000_000_000n };
  expect(await world.store.evidence.coverage({ service: 'order', window })).toEqual({
    ringSubmitted: 640,
    ringLost: 0,
    published: 600,
    inserted: 600,
  });
});

test('rows that Kafka acknowledged are not called lost while the writer is behind', async () => {
  await say({ ts: READ, state: 'died', submitted: 640, published: 620 });
  expect(await world.store.pipeline()).toMatchObject([{ published: 620, inserted: 600, lostWithAgent: 20 }]);
  expect((await world.store.agents())[0]?.gap).toEqual({ fromUnixNanos: READ, toUnixNanos: null });
});

test('an agent that still speaks has lost nothing, whatever is on its way', async () => {
  await say({ ts: READ, state: 'attached', submitted: 640, published: 580 });
  expect(await world.store.pipeline()).toMatchObject([{ published: 580, inserted: 600, lostWithAgent: 0 }]);
  expect((await world.store.agents())[0]?.gap).toBeNull();
});

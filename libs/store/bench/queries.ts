/**
 * Question: how long do the three questions of everyday take on a filled store while it takes in events: one trace; who
 * waited for whom in an hour; p99 of a service every ten seconds of a day?
 * Fair: the questions are those of the api (the same functions of this library, all round trips of each), through the HTTP
 * port, every ask with another trace, or service and window; four asks of each kind warm up and do not count. Beside them
 * blocks are inserted as the writer inserts them. Prints one JSON object.
 *
 * One argument, JSON: { clickhouseUrl, database, events, asks, eventsPerSecond }
 */
import { parseTraceId } from '@mapscope/events';
import { connectClickhouse } from '../src/connection/clickhouse.ts';
import { openStore, type Store } from '../src/store.ts';
import { fill } from './world/fill.ts';
import { startIngest } from './world/ingest.ts';
import { EVENTS_A_REQUEST, hasSdk, SERVICES, type Shape } from './world/shape.ts';

interface Asked {
  readonly clickhouseUrl: string;
  readonly database: string;
  readonly events: number;
  readonly asks: number;
  readonly eventsPerSecond: number;
}

// The argument is written by infra/bench/suites/queries.ts.
const asked = JSON.parse(process.argv[2] ?? '{}') as Asked;
const HOUR_NANOS = 3_600_000_000_000n;
const WARM_UPS = 4;
const ROWS = 100;

const serviceOf = (i: number): string => SERVICES[i % 6] ?? '';
const probedOnly = (i: number): string => SERVICES.filter((name) => !hasSdk(name))[i % 3] ?? '';
const withSdk = (i: number): string => SERVICES.filter(hasSdk)[i % 3] ?? '';

const { clickhouseUrl: url, database } = asked;
const store = await openStore({ url, database });
await store.migrate();
// A piece of the world may take longer than a question.
const clickhouse = connectClickhouse({ url, database, requestTimeoutMillis: 120_000 });
const spanNanos = 24n * HOUR_NANOS;
const shape: Shape = {
  requests: Math.ceil(asked.events / EVENTS_A_REQUEST),
  fromUnixNanos: BigInt(Date.now()) * 1_000_000n - spanNanos,
  spanNanos,
};
const filled = await fill(clickhouse, database, shape);
const traces = await someTraces();
const ingest = await startIngest({ clickhouseUrl: url, store, shape, eventsPerSecond: asked.eventsPerSecond });
const millis = {
  trace: await timeOrFail((i) => store.trace(parseTraceId(traces[i % traces.length] ?? ''))),
  contention: await timeOrFail((i) => store.contention({ service: serviceOf(i), window: hourOf(i) }, ROWS)),
  latencyDay: await timeOrFail((i) => latencyOf(store, probedOnly(i))),
  latencyDaySdk: await timeOrFail((i) => latencyOf(store, withSdk(i)), Math.ceil(asked.asks / 5)),
};
const ingested = await ingest.stop();
await clickhouse.close();
await store.close();
process.stdout.write(`${JSON.stringify({ millis, filled, ingested })}\n`);

/** A question that is refused (memory, time) is a finding too, and ends nobody else's. */
function timeOrFail(...asked: Parameters<typeof time>): Promise<readonly number[] | { readonly failed: string }> {
  return time(...asked).catch((error: unknown) => ({ failed: error instanceof Error ? error.message : String(error) }));
}

async function time(ask: (i: number) => Promise<unknown>, asks = asked.asks): Promise<readonly number[]> {
  const times: number[] = [];
  for (let i = -WARM_UPS; i < asks; i++) {
    const started = performance.now();
    const answer = await ask(i + WARM_UPS);
    if (i >= 0) times.push(performance.now() - started);
    if (answer === undefined || (Array.isArray(answer) && answer.length === 0))
      throw new Error(`ask ${i} found nothing`);
  }
  return times;
}

/** Spread over the day and over services, those of few requests too. */
async function someTraces(): Promise<readonly string[]> {
  const step = Math.max(1, Math.floor(shape.requests / (asked.asks + WARM_UPS)));
  const rows = await clickhouse.rows<{ trace: string }>({
    name: 'bench',
    sql: `SELECT lower(hex(sipHash128(number * ${step} - number * ${step} % 3))) AS trace FROM numbers(${asked.asks + WARM_UPS})`,
  });
  return rows.map(({ trace }) => trace);
}

function hourOf(i: number) {
  const fromUnixNanos = shape.fromUnixNanos + (BigInt(i * 7919) % 23n) * HOUR_NANOS + BigInt(i % 60) * 60_000_000_000n;
  return { fromUnixNanos, toUnixNanos: fromUnixNanos + HOUR_NANOS };
}

function latencyOf(from: Store, service: string): Promise<unknown> {
  const window = { fromUnixNanos: shape.fromUnixNanos, toUnixNanos: shape.fromUnixNanos + spanNanos };
  return from.evidence.latencySeries({ service, window }, 10);
}

/**
 * Question: how long does it take to explain an hour when the store holds so many events: reading the evidence of 24 hours'
 * busiest services through the HTTP port, and judging it?
 * Fair: what is timed is what the api does for one question without a baseline (find the spike, read both windows, judge), by
 * the same functions; every ask with another service and hour, nothing is kept between them. `none` is what an ask does
 * beside a store with no SDK spans, `sdk` beside one with them. Prints one JSON object.
 *
 * One argument, JSON: { clickhouseUrl, database, events, hours, asks }
 */
import { explain, type EvidenceSource, seededRng } from '@mapscope/rootcause';
import { connectClickhouse } from '../src/connection/clickhouse.ts';
import { openStore } from '../src/store.ts';
import { fill } from './world/fill.ts';
import { CULPRIT, EVENTS_A_REQUEST, hasSdk, SERVICES, type Shape } from './world/shape.ts';

interface Asked {
  readonly clickhouseUrl: string;
  readonly database: string;
  readonly events: number;
  readonly hours: number;
  readonly asks: number;
}

// The argument is written by infra/bench/suites/rootcause.ts.
const asked = JSON.parse(process.argv[2] ?? '{}') as Asked;
const HOUR_NANOS = 3_600_000_000_000n;
const WARM_UPS = 2;

const { clickhouseUrl: url, database } = asked;
const store = await openStore({ url, database });
await store.migrate();
// A piece of the world may take longer than a question.
const clickhouse = connectClickhouse({ url, database, requestTimeoutMillis: 120_000 });
const shape: Shape = {
  requests: Math.ceil(asked.events / EVENTS_A_REQUEST),
  // A begin of an hour, so that its spike is where shape.ts says; the last begun hour may lie before now.
  fromUnixNanos: ((BigInt(Date.now()) * 1_000_000n - BigInt(asked.hours) * HOUR_NANOS) / HOUR_NANOS) * HOUR_NANOS,
  spanNanos: BigInt(asked.hours) * HOUR_NANOS,
};
const filled = await fill(clickhouse, database, shape);
const probed = await timeOrFail(SERVICES.filter((name) => !hasSdk(name)));
const sdk = await timeOrFail(SERVICES.filter(hasSdk));
await clickhouse.close();
await store.close();
process.stdout.write(`${JSON.stringify({ probed, sdk, filled })}\n`);

interface Times {
  readonly millis: readonly number[];
  /** of that, after the last evidence had come */
  readonly judging: readonly number[];
  /** asks that named the planted line */
  readonly found: number;
}

/** A question that is refused (memory, time) is a finding too, and ends nobody else's. */
function timeOrFail(services: readonly string[]): Promise<Times | { readonly failed: string }> {
  return time(services).catch((error: unknown) => ({ failed: error instanceof Error ? error.message : String(error) }));
}

async function time(services: readonly string[]): Promise<Times> {
  const [millis, judging]: [number[], number[]] = [[], []];
  let found = 0;
  for (let i = -WARM_UPS; i < asked.asks; i++) {
    const hour = shape.fromUnixNanos + (BigInt((i + WARM_UPS) * 7) % BigInt(asked.hours)) * HOUR_NANOS;
    const question = {
      service: services[(i + WARM_UPS) % 3] ?? '',
      window: { fromUnixNanos: hour, toUnixNanos: hour + HOUR_NANOS },
    };
    let readAt = 0;
    const started = performance.now();
    const answer = await explain(question, {
      source: watched(store.evidence, () => (readAt = performance.now())),
      rng: seededRng(1),
    });
    if (i < 0) continue;
    const ended = performance.now();
    millis.push(ended - started);
    judging.push(ended - readAt);
    if (answer.cause?.waiter.function === CULPRIT.function) found += 1;
  }
  return { millis, judging, found };
}

function watched(source: EvidenceSource, onRead: () => void): EvidenceSource {
  const noted =
    <Args extends readonly unknown[], T>(read: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      const answer = await read(...args);
      onRead();
      return answer;
    };
  return {
    latencySeries: noted(source.latencySeries),
    requests: noted(source.requests),
    waits: noted(source.waits),
    stretches: noted(source.stretches),
    findings: noted(source.findings),
    coverage: noted(source.coverage),
    watched: source.watched && noted(source.watched),
    unboundWaits: source.unboundWaits && noted(source.unboundWaits),
    spanAttributes: source.spanAttributes && noted(source.spanAttributes),
  };
}

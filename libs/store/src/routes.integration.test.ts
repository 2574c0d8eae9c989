import { parseTraceId, ROUTE_SOURCES } from '@mapscope/events';
import type { EvidenceQuery } from '@mapscope/rootcause';
import { beforeAll, describe, expect, test } from 'vitest';
import * as planted from './testdata/planted.ts';
import { type PlantedRequest, plantedRequestsBlock } from './testdata/planted-requests.ts';
import { type PlantedSpan, spansBlock } from './testdata/planted-spans.ts';
import { openTestStore } from './testdata/test-store.ts';

const { unknown, pattern, template, other } = ROUTE_SOURCES;
const MILLI = 1_000_000n;
const MINUTE = 60_000n * MILLI;
const from = planted.plantedFrom();
const window = { fromUnixNanos: from, toUnixNanos: from + MINUTE };
const CALLER = 'c'.repeat(16);

/** A number as an id; groups keep the cases apart. */
const trace = (group: number, i = 0): string => (group * 100_000 + i + 1).toString(16).padStart(32, '0');
const id = (i: number): string => i.toString(16).padStart(16, '1');

const probed = (traceId: string, changes: Partial<PlantedRequest> = {}): PlantedRequest => ({
  traceId,
  route: '/people/ann',
  routeSource: template,
  startUnixNanos: from + 100n * MILLI,
  durationNanos: 40_000_000,
  parentSpanId: CALLER,
  ...changes,
});

/** What the SDK says of the request `probed`: begins 1 ms later, ends 1 ms earlier. */
const said = (traceId: string, changes: Partial<PlantedSpan> = {}): PlantedSpan => ({
  traceId,
  spanId: id(Number.parseInt(traceId.slice(-8), 16)),
  parentSpanId: CALLER,
  startUnixNanos: from + 101n * MILLI,
  durationNanos: 38_000_000,
  route: '/people/{name}',
  ...changes,
});

const withoutRoute = (span: PlantedSpan): PlantedSpan => {
  const { route: _, ...rest } = span;
  return { ...rest, name: 'GET /people/{name}' };
};

interface Case {
  readonly says: string;
  readonly requests: readonly PlantedRequest[];
  readonly spans: readonly PlantedSpan[];
  /** route of each request, by its start */
  readonly routes: readonly string[];
}

const at = (millis: number): bigint => from + BigInt(millis) * MILLI;
const SELF = { service: 'order', parentSpanId: CALLER } as const;
const inner = { parentSpanId: 'd'.repeat(16), startUnixNanos: at(120), durationNanos: 10_000_000 } as const;

const CASES: readonly Case[] = [
  {
    says: 'a template gives way to the http.route of the SERVER span of the same request',
    requests: [probed(trace(1))],
    spans: [said(trace(1))],
    routes: ['/people/{name}'],
  },
  {
    says: 'a pattern does not',
    requests: [probed(trace(2), { route: '/people/{who}', routeSource: pattern })],
    spans: [said(trace(2))],
    routes: ['/people/{who}'],
  },
  {
    says: "the agent's other, and an older agent's route, give way",
    requests: [
      probed(trace(3, 1), { route: 'other', routeSource: other }),
      probed(trace(3, 2), { routeSource: unknown, startUnixNanos: at(101) }),
    ],
    spans: [said(trace(3, 1)), said(trace(3, 2))],
    routes: ['/people/{name}', '/people/{name}'],
  },
  {
    says: 'the mere name of a span is no route',
    requests: [probed(trace(4))],
    spans: [withoutRoute(said(trace(4)))],
    routes: ['/people/ann'],
  },
  {
    says: 'neither a child, nor another service, nor another trace, nor another time is the same request',
    requests: [probed(trace(5))],
    spans: [
      said(trace(5), { kind: 'Internal', spanId: id(51) }),
      said(trace(5), { service: 'shop', spanId: id(52) }),
      said(trace(5, 9), { spanId: id(53) }),
      said(trace(5), { startUnixNanos: at(141), spanId: id(54) }),
    ],
    routes: ['/people/ann'],
  },
  {
    says: 'a service that calls itself within one trace: each request takes the route of its own span',
    requests: [probed(trace(6), SELF), probed(trace(6), { ...SELF, ...inner, spanId: id(60), route: '/own/x' })],
    spans: [
      said(trace(6), { spanId: id(61), route: '/outer' }),
      said(trace(6), { ...inner, spanId: id(62), startUnixNanos: at(121), durationNanos: 8_000_000, route: '/inner' }),
    ],
    routes: ['/outer', '/inner'],
  },
  {
    says: 'a request whose own span has no route does not take that of the one it calls, or is called by',
    requests: [probed(trace(7, 1), SELF), probed(trace(7, 2), { ...SELF, ...inner, spanId: id(70), route: '/own/x' })],
    spans: [said(trace(7, 1), { ...inner, spanId: id(71), route: '/inner' }), said(trace(7, 2), { route: '/outer' })],
    routes: ['/people/ann', '/own/x'],
  },
  {
    says: 'a SERVER span that middleware made inside of another tells the route',
    requests: [probed(trace(8))],
    spans: [
      withoutRoute(said(trace(8), { spanId: id(81) })),
      said(trace(8), { spanId: id(82), parentSpanId: id(81), startUnixNanos: at(110), durationNanos: 29_000_000 }),
    ],
    routes: ['/people/{name}'],
  },
  {
    says: 'with the same parent the span may be much shorter: the request waited before its SDK saw it',
    requests: [probed(trace(9))],
    spans: [said(trace(9), { startUnixNanos: at(135), durationNanos: 4_000_000 })],
    routes: ['/people/{name}'],
  },
];

const world = await openTestStore();
let inserts = 0;

async function plant(requests: readonly PlantedRequest[], spans: readonly PlantedSpan[]): Promise<void> {
  const token = `r-${++inserts}`;
  if (requests.length > 0) await world.store.insertBlocks('http_requests', [plantedRequestsBlock(requests)], token);
  if (spans.length > 0) await world.store.insertBlocks('otel_traces', [spansBlock(spans)], `${token}-s`);
}

/** Route of each request of the service, by trace and start. */
async function routesOf(query: EvidenceQuery, traces: readonly string[]): Promise<readonly string[]> {
  const { traceIds, routes } = await world.store.evidence.requests(query);
  return routes.filter((_, i) => traces.includes(traceIds[i] ?? ''));
}

beforeAll(async () => {
  await world.store.migrate();
});

describe('the route of a request', () => {
  const order = { service: 'order', window };

  beforeAll(() =>
    plant(
      CASES.flatMap(({ requests }) => requests),
      CASES.flatMap(({ spans }) => spans),
    ),
  );

  test.each(CASES)('$says', async ({ requests, routes }) => {
    const traces = [...new Set(requests.map(({ traceId }) => traceId))];
    expect(await routesOf(order, traces)).toEqual(expect.arrayContaining([...routes]));
    const shown = await Promise.all(traces.map((one) => world.store.trace(parseTraceId(one))));
    expect(shown.flatMap((one) => one?.requests.map(({ route }) => route))).toEqual(routes);
  });

  test('every request counts once, whoever told its route', async () => {
    const requests = CASES.flatMap((one) => one.requests);
    const { traceIds } = await world.store.evidence.requests(order);
    // Seen by the SDK only: a trace of its own, and a span after the request had ended.
    const alone = [trace(5, 9), trace(5)];
    expect([...traceIds].sort()).toEqual([...requests.map(({ traceId }) => traceId), ...alone].sort());
  });

  test('a window that ends between a request and its span does not change the route', async () => {
    const edge = { fromUnixNanos: at(100), toUnixNanos: at(101) };
    expect(await routesOf({ service: 'order', window: edge }, [trace(1)])).toEqual(['/people/{name}']);
  });
});

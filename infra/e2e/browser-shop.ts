/**
 * A shop that nobody ran, so that every page has something to show that can be told by hand: three services whose rows are put
 * into the engine as their agents would have sent them.
 *
 *   bazaar ──► stock:8080 ──► ledger:9000        bazaar ──► mail:25, which nobody watches
 *
 *   20 min ago                6 min ago         1 min ago
 *   │ quiet                   │ every fifth request waits for the catalog's lock │ quiet
 *                                    stock crashes 4 min ago: concurrent map writes
 */
import { BINDINGS, LOCK_KINDS, REQUEST_ENDS, TRACE_SOURCES } from '@mapscope/events';
import { crashRows, dumpRows, GOROUTINES as RECORDED } from './browser-shop-goroutines.ts';
import { PLATFORMS, run, SITES, ts, type Shop } from './browser-shop-words.ts';

const MINUTE_MILLIS = 60_000;
const EVERY_MILLIS = 40;
const LONG_TRACE_SPANS = 10_000;

export const LONG_TRACE = '10'.repeat(16);

/** Ends a minute ago on a full second: rows of the future would be nobody's. */
export async function plantShop(clickhouseUrl: string, nowMillis: number): Promise<Shop> {
  const end = Math.floor(nowMillis / 1000) * 1000 - MINUTE_MILLIS;
  const shop: Shop = {
    service: 'bazaar',
    crashed: 'stock',
    start: end - 20 * MINUTE_MILLIS,
    slowFrom: end - 5 * MINUTE_MILLIS,
    end,
    crashedAt: end - 3 * MINUTE_MILLIS,
  };
  for (const statement of statementsOf(shop)) await run(clickhouseUrl, statement);
  return shop;
}

/** Slow, served by a goroutine of the flight recorder's reading, and over before it was read. */
export const slowTrace = ({ start, end }: Shop): string => {
  const readAt = end - 1000;
  const last = Math.floor((readAt - 1000 - start) / EVERY_MILLIS);
  const number = Array.from({ length: 700 }, (_, i) => last - i).find((n) => n % 5 === 0 && n % 64 < RECORDED) ?? 0;
  return (number + 1).toString(16).padStart(32, '0');
};

const statementsOf = (shop: Shop): readonly string[] => [
  requests(shop),
  served(shop, 'stock', '/stock/{id}', 3),
  served(shop, 'ledger', '/entries', 9),
  calls(shop, { from: 'bazaar', host: 'stock:8080', after: 2, length: 9 }),
  calls(shop, { from: 'bazaar', host: 'mail:25', after: 1, length: 4 }),
  calls(shop, { from: 'stock', host: 'ledger:9000', after: 8, length: 4 }),
  waits(shop),
  stacks(shop),
  maps(shop),
  ...agents(shop),
  longTrace(shop),
  ...dumpRows(shop),
  ...crashRows(shop),
];

/** number, at (unix ms), slow, trace: of each request of bazaar */
const numbered = ({ start, slowFrom, end }: Shop): string => `
  SELECT number, ${start} + number * ${EVERY_MILLIS} + cityHash64(number) % 37 AS at, at >= ${slowFrom} AND number % 5 = 0 AS slow,
    unhex(leftPad(hex(number + 1), 32, '0')) AS trace, unhex(leftPad(hex(number + 77), 16, '0')) AS span,
    (cityHash64(number, 1) % 10000 + 1) / 10000 AS chance, if(number % 3 = 0, '${PLATFORMS[1]}', '${PLATFORMS[0]}') AS platform,
    toUInt64(6e6 * pow(chance, -0.35) + cityHash64(number, 2) % 3000000) AS usual,
    toUInt64(1.2e8 + cityHash64(number, 3) % 500000000) AS wait
  FROM numbers(${(end - start) / EVERY_MILLIS})`;

const COMMON = `'GET', {route}, {duration}, trace, {span}, {parent}, ${TRACE_SOURCES.traceparent}, ${REQUEST_ENDS.finished}`;

const insertRequests = (select: string): string => `INSERT INTO mapscope.http_requests
  (ts, service, platform, method, route, duration_ns, trace_id, span_id, parent_span_id, trace_source, end, pid, goid) ${select}`;

const requests = (shop: Shop): string =>
  insertRequests(`SELECT ${ts('at')}, 'bazaar', platform, ${COMMON.replace(
    '{route}',
    "if(number % 4 = 0, '/cart', '/products/{id}')",
  )
    .replace('{duration}', 'usual + if(slow, wait, 0)')
    .replace('{span}', 'span')
    .replace('{parent}', "unhex('0000000000000000')")}, 4711, 1000 + number % 64
FROM (${numbered(shop)})`);

const served = (shop: Shop, service: string, route: string, after: number): string =>
  insertRequests(`SELECT ${ts(`at + ${after}`)}, '${service}', platform, ${COMMON.replace('{route}', `'${route}'`)
    .replace('{duration}', 'toUInt64(2e6 * pow(chance, -0.2))')
    .replace('{span}', `unhex(leftPad(hex(cityHash64(number, '${service}')), 16, '0'))`)
    .replace('{parent}', 'span')}, ${service === 'stock' ? 4712 : 4713}, 2000 + number % 64
FROM (${numbered(shop)}) WHERE number % 2 = 0`);

interface Called {
  readonly from: string;
  readonly host: string;
  /** ms after the request began */
  readonly after: number;
  readonly length: number;
}

const calls = (shop: Shop, { from, host, after, length }: Called): string => `INSERT INTO mapscope.client_requests
  (ts, service, platform, method, host, status, error, duration_ns, trace_id, span_id, binding, pid, goid)
SELECT ${ts(`at + ${after}`)}, '${from}', platform, 'POST', '${host}', if(number % 400 = 0, 503, 200), 0,
  toUInt64(${length}e6 * pow(chance, -0.2)), trace, ${from === 'bazaar' ? 'span' : `unhex(leftPad(hex(cityHash64(number, '${from}')), 16, '0'))`}, ${BINDINGS.exact}, 4711, 7
FROM (${numbered(shop)}) WHERE number % 2 = 0`;

/** Slow requests wait for the catalog's lock; a few of all wait shortly for the session's. */
const waits = (shop: Shop): string => {
  const { get, list, session, rebuild, evict } = SITES;
  const pick = (of: 'function' | 'file' | 'line'): string =>
    `if(slow, if(number % 45 = 0, ${sql(list[of])}, ${sql(get[of])}), ${sql(session[of])})`;
  const held = (of: 'function' | 'file' | 'line'): string =>
    `if(slow, if(number % 40 = 0, ${sql(evict[of])}, ${sql(rebuild[of])}), ${sql(session[of])})`;
  return `INSERT INTO mapscope.lock_waits
  (ts, service, platform, lock_kind, lock_addr, wait_ns, sched_ns, trace_id, span_id, binding, holder_trace_id, pid, waiter_goid, holder_goid,
   waiter_stack, holder_stack, waiter_function, waiter_file, waiter_line, holder_function, holder_file, holder_line)
SELECT ${ts('at + 1')}, 'bazaar', platform, if(slow, ${LOCK_KINDS.rwmutex_read}, ${LOCK_KINDS.mutex}),
  if(slow, 0xc000010000 + 4096 * (number % 2), 0xc000028000), if(slow, wait, 200000 + cityHash64(number, 4) % 900000), 40000 + number % 90000,
  trace, span, ${BINDINGS.exact}, if(number % 25 = 0, unhex(leftPad(hex(number - 1), 32, '0')), unhex('${'0'.repeat(32)}')), 4711, 1000 + number % 64, 9,
  if(slow, if(number % 45 = 0, 12, 11), 13), if(slow, if(number % 40 = 0, 22, 21), 13),
  ${pick('function')}, ${pick('file')}, ${pick('line')}, ${held('function')}, ${held('file')}, ${held('line')}
FROM (${numbered(shop)}) WHERE slow OR number % 12 = 0`;
};

const sql = (value: string | number): string => (typeof value === 'number' ? String(value) : `'${value}'`);

const HANDLERS = ['net/http.(*conn).serve', 'net/http.serverHandler.ServeHTTP', 'net/http.(*ServeMux).ServeHTTP'];

/** Innermost first, as the probe stores them. */
const STACKS: readonly (readonly [number, readonly string[]])[] = [
  [11, ['sync.(*RWMutex).RLock', SITES.get.function, 'shop.example/bazaar.(*Shop).product', ...HANDLERS.toReversed()]],
  [12, ['sync.(*RWMutex).RLock', SITES.list.function, 'shop.example/bazaar.(*Shop).cart', ...HANDLERS.toReversed()]],
  [13, ['sync.(*Mutex).Lock', SITES.session.function, 'shop.example/bazaar.(*Shop).product', ...HANDLERS.toReversed()]],
  [21, ['sync.(*RWMutex).Unlock', SITES.rebuild.function, 'shop.example/bazaar.(*Catalog).refreshLoop']],
  [22, ['sync.(*RWMutex).Unlock', SITES.evict.function, 'shop.example/bazaar.(*Catalog).refreshLoop']],
];

const stacks = ({ start }: Shop): string => {
  const rows = STACKS.map(([hash, functions]) => {
    const known = functions.map((name) => Object.values(SITES).find((site) => site.function === name));
    const files = known.map((site, i) => `'${site?.file ?? `/src/${functions[i]?.split('.')[0]}.go`}'`).join(',');
    const lines = known.map((site, i) => site?.line ?? 100 + i).join(',');
    return `(${ts(String(start))}, 'bazaar', 'build-1', ${hash}, [${functions.map((name) => `'${name}'`).join(',')}], [${files}], [${lines}])`;
  });
  return `INSERT INTO mapscope.stacks (ts, service, build_id, stack, functions, files, lines) VALUES ${rows.join(', ')}`;
};

const place = (site: (typeof SITES)[keyof typeof SITES]): string => `'${site.function}', '${site.file}', ${site.line}`;

const maps = ({ slowFrom, crashedAt }: Shop): string => {
  const { put, drop } = SITES;
  const used = `'stock', '${PLATFORMS[0]}'`;
  const none = `'', '', 0`;
  return `INSERT INTO mapscope.map_events
  (ts, service, platform, kind, op, map_addr, map_type, count, window_ns, function, file, line, flag_seen, other_function, other_file, other_line, pid) VALUES
  (${ts(String(slowFrom))}, ${used}, 1, 1, 824634000000, 'map[string]int', 48210, 1000000000, ${place(put)}, 0, ${none}, 4712),
  (${ts(String(slowFrom))}, ${used}, 1, 3, 824634000000, 'map[string]int', 9120, 1000000000, ${place(put)}, 0, ${none}, 4712),
  (${ts(String(slowFrom))}, ${used}, 1, 4, 824634000000, 'map[string]int', 1204, 1000000000, ${place(drop)}, 0, ${none}, 4712),
  (${ts(String(slowFrom))}, ${used}, 1, 1, 824634090000, 'map[uint64]*Item', 210, 1000000000, ${place(drop)}, 0, ${none}, 4712),
  (${ts(String(crashedAt - 20))}, ${used}, 3, 3, 824634000000, 'map[string]int', 1, 31000, ${place(put)}, 0, ${place(drop)}, 4712),
  (${ts(String(crashedAt - 9))}, ${used}, 3, 3, 824634000000, 'map[string]int', 1, 54000, ${place(put)}, 1, ${place(drop)}, 4712)`;
};

const KINDS = ['http_requests', 'lock_waits', 'client_requests', 'map_events'] as const;
const REPORT_MILLIS = 10_000;
/** Agents go on reporting for as long as the pages are looked at. */
const GOES_ON_MILLIS = 10 * MINUTE_MILLIS;
const REPORTED = 30_000;

/** service, agent, pid, unix ms of the last report, whether it said goodbye, lock waits that were lost */
const AGENTS = ({ end, crashedAt }: Shop): readonly (readonly [string, string, number, number, 0 | 1, number])[] => [
  ['bazaar', 'b'.repeat(32), 4711, end + GOES_ON_MILLIS, 0, 0],
  ['stock', 'c'.repeat(32), 4712, crashedAt, 1, 0],
  ['ledger', 'd'.repeat(32), 4713, end + GOES_ON_MILLIS, 0, 12],
];

const agents = (shop: Shop): readonly string[] =>
  AGENTS(shop).flatMap(([service, agent, pid, last, final, lost]) => {
    const reports = Math.floor((last - shop.start) / REPORT_MILLIS);
    const isLast = `number = ${reports - 1}`;
    const kinds = KINDS.map((kind, i) => `('${kind}', ${i})`).join(', ');
    return [
      `INSERT INTO mapscope.agent_status
  (ts, service, platform, family, state, pid, build_id, probes, attach_ns, ring_submitted, ring_lost, published_rows, published_batches, final, shed_ns, shed_state, agent, batch_seq)
SELECT ${ts(`${shop.start} + number * ${REPORT_MILLIS}`)}, '${service}', '${PLATFORMS[0]}', kind.1, if(${final} AND ${isLast}, 'detached', 'attached'), ${pid},
  '9f2b6c01d4e8a735', 12 - kind.2 * 2, 9400000 + kind.2 * 2100000, ${REPORTED}, if(kind.2 = 1, ${lost}, 0), ${REPORTED}, 300,
  ${final} AND ${isLast}, if(kind.2 = 3, 61000000000, 0), if(kind.2 = 3, 'cycled', 'never'), '${agent}', number
FROM numbers(${reports}) ARRAY JOIN [${kinds}] AS kind`,
      `INSERT INTO mapscope.batches (inserted_at, agent, boot, family, kind, sequence, topic, partition, offset, rows)
SELECT toDateTime64(${shop.end / 1000}, 3, 'UTC'), '${agent}', 1, kind.1, kind.1, kind.2, 'mapscope.probe.v1', 0, kind.2, ${REPORTED} FROM numbers(1) ARRAY JOIN [${kinds}] AS kind`,
    ];
  });

const spanId = (of: string): string => `lower(leftPad(hex(toUInt64(${of})), 16, '0'))`;

/** One request with ten thousand spans below it, in a tree of ten branches. */
const longTrace = ({ end }: Shop): string => `INSERT INTO mapscope.otel_traces
  (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, Duration, StatusCode, platform)
SELECT ${ts(`${end} - 30000 + number * 0.3`)}, '${LONG_TRACE}', ${spanId('number + 1')}, if(number = 0, '', ${spanId('intDiv(number, 10) + 1')}),
  if(number = 0, 'nightly import', concat('row ', toString(number))), 'Internal', 'ledger',
  if(number = 0, 3100000000, toUInt64(400000 + cityHash64(number) % 2000000)), if(number % 997 = 996, 'Error', 'Unset'), '${PLATFORMS[0]}'
FROM numbers(${LONG_TRACE_SPANS})`;

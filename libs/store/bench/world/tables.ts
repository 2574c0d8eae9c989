/** For each table the SELECT of its rows `from` … `from + count` (of what it counts), and which columns it fills. */
import {
  BINDINGS,
  type BatchKind,
  GC_EVENT_KINDS,
  LOCK_KINDS,
  MAP_EVENT_KINDS,
  MAP_OPS,
  ROUTE_SOURCES,
  TRACE_SOURCES,
} from '@mapscope/events';
import {
  AGENTS,
  CULPRIT,
  MAP_COUNTS,
  requestsOf,
  SERVICES,
  type Shape,
  SITES,
  skewed,
  spanIdOf,
  WAITS,
  word,
} from './shape.ts';

export interface Rows {
  readonly kind: BatchKind;
  /** column = expression */
  readonly columns: Readonly<Record<string, string>>;
  /** for FROM, over the requests `from` … `from + count` */
  readonly source: (shape: Shape, from: number, count: number) => string;
}

/** `each` rows of every request; j tells them apart. */
const perRequest =
  (each: number, where = '1') =>
  (shape: Shape, from: number, count: number): string =>
    `(${requestsOf(shape, `SELECT intDiv(number, ${each}) AS n, number % ${each} AS j, number AS m FROM numbers(${from * each}, ${count * each})`)}) WHERE ${where}`;

const COMMON = { service: word(SERVICES, 's'), platform: 'platform_text' };
const PROOF = { agent: word(AGENTS, 's'), batch_seq: 'intDiv(n, 2000)' };
const PROCESS = { pid: 'toUInt32(4000 + s)' };
const nanosLater = (nanos: string): string => `fromUnixTimestamp64Nano(start + toInt64(${nanos}), 'UTC')`;

const HTTP_REQUESTS: Rows = {
  kind: 'http_requests',
  source: perRequest(1),
  columns: {
    ts: 'started',
    ...COMMON,
    method: "if(r % 3 = 0, 'POST', 'GET')",
    route: "concat('/api/v1/things', toString(r), '/{id}')",
    duration_ns: 'duration',
    trace_id: 'trace',
    span_id: 'span',
    parent_span_id: spanIdOf('n', 10),
    trace_source: `if(cityHash64(n, 11) % 10 < 7, ${TRACE_SOURCES.traceparent}, ${TRACE_SOURCES.generated})`,
    end: '1',
    ...PROCESS,
    goid: '1 + cityHash64(n, 12) % 5000',
    ...PROOF,
    // The others have the template of their path, and give way to the span's.
    route_source: `if(r % 10 = 9, ${ROUTE_SOURCES.template}, ${ROUTE_SOURCES.pattern})`,
  },
};

const WAITER = `if(j = 0, 0, 1 + ${skewed(SITES - 1, 13, 'm')})`;
const HOLDER = `if(j = 0, 0, ${WAITER} * 7 % ${SITES})`;
const site = (first: string, other: string, index: string): string =>
  `if(j = 0, '${first}', concat('${other}', toString(${index})))`;

const LOCK_WAITS: Rows = {
  kind: 'lock_waits',
  source: perRequest(WAITS),
  columns: {
    ts: nanosLater('own * (0.05 + 0.15 * j)'),
    ...COMMON,
    lock_kind: `if(j % 2 = 0, ${LOCK_KINDS.rwmutex_read}, ${LOCK_KINDS.mutex})`,
    lock_addr: `824633720832 + (s * 1000 + ${WAITER}) * 64`,
    wait_ns: 'toUInt64(if(j = 0, planted, 1000 * exp(6 * ((cityHash64(m, 14) % 1000003) / 1000003))))',
    sched_ns: '1000 + cityHash64(m, 15) % 20000',
    // The last one is of a goroutine that serves no request.
    trace_id: "if(j = 5, toFixedString('', 16), trace)",
    span_id: "if(j = 5, toFixedString('', 8), span)",
    binding: `multiIf(j = 5, ${BINDINGS.none}, j = 4, ${BINDINGS.inherited}, ${BINDINGS.exact})`,
    holder_trace_id: 'sipHash128(n - n % 7)',
    ...PROCESS,
    waiter_goid: '1 + cityHash64(n, 12) % 5000',
    holder_goid: '1 + cityHash64(n - n % 7, 12) % 5000',
    waiter_stack: `1 + s * ${SITES} + ${WAITER}`,
    holder_stack: `1 + s * ${SITES} + ${HOLDER}`,
    waiter_function: site(CULPRIT.function, 'main.(*Store).Take', WAITER),
    waiter_file: site('/src/cache.go', '/src/store', WAITER),
    waiter_line: `if(j = 0, ${CULPRIT.line}, 10 + 3 * ${WAITER})`,
    holder_function: site(CULPRIT.holder, 'main.(*Store).Give', HOLDER),
    holder_file: site('/src/cache.go', '/src/store', HOLDER),
    holder_line: `if(j = 0, 88, 12 + 3 * ${HOLDER})`,
    ...PROOF,
  },
};

const CLIENT_REQUESTS: Rows = {
  kind: 'client_requests',
  source: perRequest(1),
  columns: {
    ts: nanosLater('own * 0.3'),
    ...COMMON,
    method: "'GET'",
    host: `concat('host', toString(${skewed(30, 16)}), ':8080')`,
    status: '200',
    error: '0',
    duration_ns: 'toUInt64(own * 0.3)',
    trace_id: 'trace',
    span_id: 'span',
    binding: String(BINDINGS.exact),
    ...PROCESS,
    goid: '1 + cityHash64(n, 12) % 5000',
    ...PROOF,
  },
};

const MAP_EVENTS: Rows = {
  kind: 'map_events',
  source: perRequest(MAP_COUNTS),
  columns: {
    ts: 'started',
    ...COMMON,
    kind: `if(m % 1000 = 0, ${MAP_EVENT_KINDS.guard}, ${MAP_EVENT_KINDS.count})`,
    op: String(MAP_OPS.access),
    map_addr: `824634720832 + ${skewed(200, 17, 'm')} * 48`,
    map_type: "'map[string]*main.Item'",
    key_class: "'string<16'",
    count: '1 + cityHash64(m, 18) % 1000',
    maps: '1',
    window_ns: '1000000000',
    function: `concat('main.(*Store).Find', toString(${skewed(SITES, 19, 'm')}))`,
    file: "'/src/store.go'",
    line: `20 + ${skewed(SITES, 19, 'm')}`,
    ...PROCESS,
    lock_addr: 'if(m % 1000 = 0, 824633720832 + s * 64000, 0)',
    ...PROOF,
  },
};

const GC_EVENTS: Rows = {
  kind: 'gc_events',
  source: perRequest(1, 'n % 25 = 0'),
  columns: {
    ts: 'started',
    ...COMMON,
    kind: `multiIf(n % 1000 = 0, ${GC_EVENT_KINDS.cycle}, n % 500 = 0, ${GC_EVENT_KINDS.stop_the_world}, ${GC_EVENT_KINDS.assist})`,
    duration_ns: 'toUInt64(own * 0.01)',
    cycle: 'toUInt32(intDiv(n, 1000))',
    trace_id: 'trace',
    span_id: 'span',
    binding: String(BINDINGS.exact),
    ...PROCESS,
    goid: '1 + cityHash64(n, 12) % 5000',
    ...PROOF,
  },
};

const SPAN_ID = `lower(hex(${spanIdOf('n', 20)}))`;
/** About as many as there are requests: of services with an SDK, 86 of 100 requests, two spans each. */
const OTEL_TRACES: Rows = {
  kind: 'otel_traces',
  source: perRequest(2, 's % 2 = 0 AND cityHash64(n, 21) % 100 < 86'),
  columns: {
    Timestamp: nanosLater('20000 + j * own * 0.3'),
    TraceId: 'lower(hex(trace))',
    SpanId: `if(j = 0, ${SPAN_ID}, lower(hex(${spanIdOf('m', 22)})))`,
    ParentSpanId: `if(j = 0, lower(hex(${spanIdOf('n', 10)})), ${SPAN_ID})`,
    SpanName: "if(j = 0, 'HTTP', 'SELECT things')",
    SpanKind: "if(j = 0, 'Server', 'Client')",
    ServiceName: word(SERVICES, 's'),
    ResourceAttributes: "map('service.name', 'shop', 'host.name', concat('node-', toString(s)))",
    Duration: 'toUInt64(if(j = 0, duration - 40000, own * 0.3))',
    StatusCode: "'Unset'",
    SpanAttributes: `if(j = 0,
      map('http.route', concat('/api/v1/things', toString(r), '/{id}'), 'http.request.method', 'GET', 'http.response.status_code', '200'),
      map('db.system', 'postgresql', 'db.namespace', 'things', 'server.address', 'db-1'))`,
    platform: 'platform_text',
    ...PROOF,
  },
};

export const TABLES_OF_WORLD: readonly Rows[] = [
  HTTP_REQUESTS,
  LOCK_WAITS,
  CLIENT_REQUESTS,
  MAP_EVENTS,
  GC_EVENTS,
  OTEL_TRACES,
];

export const selectOf = (rows: Rows, shape: Shape, from: number, count: number): string =>
  `SELECT ${Object.entries(rows.columns)
    .map(([name, expression]) => `${expression} AS \`${name}\``)
    .join(',\n  ')}
FROM ${rows.source(shape, from, count)}`;

/** OpenTelemetry spans: five a trace (the server's, two of its own, two calls), with the attributes SDKs give. Pure. */
import type { ColumnData, TextMap } from '@mapscope/events';
import { type Chance, below, logNormal } from './chance.ts';
import { names, nanos, same, texts, u64 } from './columns.ts';
import { type Drawn, pickFrom } from './drawn.ts';
import { type Request, bytes, newRequest } from './requests.ts';
import type { Route, ServiceModel } from './service-model.ts';

export const SPANS_A_TRACE = 5;
const NO_LISTS: readonly never[] = [];

interface SpanRow {
  readonly ts: bigint;
  readonly trace: string;
  readonly span: string;
  readonly parent: string;
  readonly name: string;
  readonly kind: 'Server' | 'Internal' | 'Client';
  readonly attributes: TextMap;
  readonly nanos: bigint;
  readonly isError: boolean;
}

const hex = (id: Uint8Array): string => Buffer.from(id).toString('hex');
const map = (entries: readonly (readonly [string, string])[]): TextMap => ({
  keys: entries.map(([key]) => key),
  values: entries.map(([, value]) => value),
});

function draw(chance: Chance, service: ServiceModel, request: Request, place: number): Omit<SpanRow, 'ts'> {
  const route = pickFrom(service.routes, request.route);
  const isServer = place === 0;
  const shape = isServer ? serverSpan(chance, route) : innerSpan(chance, service, place);
  return {
    trace: hex(request.traceId),
    span: hex(isServer ? request.spanId : bytes(chance, 8)),
    parent: isServer ? parentOf(request) : hex(request.spanId),
    nanos: BigInt(logNormal(chance, isServer ? route.medianNanos : route.medianNanos / 4, 0.8)),
    isError: chance() < 0.01,
    ...shape,
  };
}

const parentOf = ({ parentSpanId }: Request): string =>
  parentSpanId.every((byte) => byte === 0) ? '' : hex(parentSpanId);

type Shape = Pick<SpanRow, 'name' | 'kind' | 'attributes'>;

function serverSpan(chance: Chance, { method, pattern }: Route): Shape {
  const attributes = map([
    ['http.request.method', method],
    ['http.route', pattern],
    ['http.response.status_code', chance() < 0.97 ? '200' : '404'],
    ['url.path', pattern.replace('{id}', String(below(chance, 5_000)))],
    ['server.address', 'shop.internal'],
    ['network.protocol.version', '1.1'],
    ['client.address', `10.0.${below(chance, 16)}.${below(chance, 256)}`],
  ]);
  return { name: `${method} ${pattern}`, kind: 'Server', attributes };
}

function innerSpan(chance: Chance, service: ServiceModel, place: number): Shape {
  const lock = pickFrom(service.locks, service.lock(chance));
  if (place <= 2) return { name: lock.function, kind: 'Internal', attributes: map([['code.lineno', `${lock.line}`]]) };
  const attributes = map([
    ['db.system', 'postgresql'],
    ['db.operation.name', 'SELECT'],
    ['db.query.text', `SELECT * FROM items_${below(chance, 12)} WHERE id = $1`],
    ['server.address', 'db.internal'],
  ]);
  return { name: 'SELECT items', kind: 'Client', attributes };
}

export function spanColumns({ chance, service, times }: Drawn): Readonly<Record<string, ColumnData>> {
  let request = newRequest(chance, service);
  const rows = times.map((ts, i): SpanRow => {
    if (i % SPANS_A_TRACE === 0) request = newRequest(chance, service);
    return { ts, ...draw(chance, service, request, i % SPANS_A_TRACE) };
  });
  const resource = map([
    ['service.name', service.name],
    ['service.version', '1.42.0'],
    ['host.name', `${service.name}-7d9c5b8f6-${service.pid}`],
    ['telemetry.sdk.language', 'go'],
    ['telemetry.sdk.name', 'opentelemetry'],
    ['telemetry.sdk.version', '1.38.0'],
    ['k8s.namespace.name', 'shop'],
  ]);
  return {
    Timestamp: nanos(rows, ({ ts }) => ts),
    TraceId: texts(rows, ({ trace }) => trace),
    SpanId: texts(rows, ({ span }) => span),
    ParentSpanId: texts(rows, ({ parent }) => parent),
    TraceState: texts(rows, () => ''),
    SpanName: names(rows, ({ name }) => name),
    SpanKind: names(rows, ({ kind }) => kind),
    ServiceName: same(rows, service.name),
    ResourceAttributes: { storage: 'maps', values: rows.map(() => resource) },
    ScopeName: texts(rows, () => 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp'),
    ScopeVersion: texts(rows, () => '0.63.0'),
    SpanAttributes: { storage: 'maps', values: rows.map(({ attributes }) => attributes) },
    Duration: u64(rows, (row) => row.nanos),
    StatusCode: names(rows, ({ isError }) => (isError ? 'Error' : 'Unset')),
    StatusMessage: texts(rows, ({ isError }) => (isError ? 'context deadline exceeded' : '')),
    platform: same(rows, ''),
    ...noLists(rows.length),
  };
}

/** No events, no links: most spans have none. */
function noLists(rows: number): Readonly<Record<string, ColumnData>> {
  const lists = { storage: 'stringArrays', values: Array.from({ length: rows }, () => NO_LISTS) } as const;
  const maps = { storage: 'mapArrays', values: lists.values } as const;
  return {
    'Events.Timestamp': { storage: 'i64Arrays', values: lists.values },
    'Events.Name': lists,
    'Events.Attributes': maps,
    'Links.TraceId': lists,
    'Links.SpanId': lists,
    'Links.TraceState': lists,
    'Links.Attributes': maps,
  };
}

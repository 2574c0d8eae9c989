/** For tests: the service in testdata/go-sdk, built with the OpenTelemetry Go SDK out of Debian's packages, in GOPATH mode. */
import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const REPOSITORY = new URL('../../../../../', import.meta.url).pathname;
const PROGRAM = new URL('../testdata/go-sdk/', import.meta.url).pathname;
const EXPORTER = 'src/go.opentelemetry.io/otel/exporters/otlp/otlplog';
const PROTO = 'src/go.opentelemetry.io/proto/otlp';
const run = promisify(execFile);

/** Where npm test puts what it fetches (infra/setup/tasks/go-modules.ts); undefined: it was not asked to. */
export function findGoSdk(): { readonly root: string; readonly path: string } | undefined {
  const folders = globSync(`${REPOSITORY}.mapscope/bin/debian-trixie/golang-*-dev/usr/share/gocode`);
  const given = process.env['MAPSCOPE_GO_ROOTS']?.split(':') ?? [];
  const roots = [...given, `${REPOSITORY}.mapscope/go/1.24/usr/lib/go-1.24`];
  const root = roots.find((each) => each.endsWith('go-1.24') && existsSync(`${each}/bin/go`));
  const has = (part: string): boolean => folders.some((folder) => existsSync(join(folder, part)));
  return root !== undefined && has(EXPORTER) && has(PROTO) ? { root, path: folders.join(':') } : undefined;
}

export async function buildGoService({
  root,
  path,
}: {
  readonly root: string;
  readonly path: string;
}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-go-sdk-'));
  const env = {
    ...process.env,
    GOROOT: root,
    GOPATH: path,
    GO111MODULE: 'off',
    GOFLAGS: '',
    GOTOOLCHAIN: 'local',
    GOCACHE: join(tmpdir(), 'mapscope-go-sdk-cache'),
  };
  const service = join(folder, 'service');
  await run(`${root}/bin/go`, ['build', '-o', service, '.'], { cwd: PROGRAM, env });
  return service;
}

export type Row = Readonly<Record<string, unknown>>;

/** What the SDK says that it handed to its exporters. */
export interface Told {
  readonly spans: readonly Row[];
  readonly points: readonly (Row & { readonly table: string })[];
  readonly logs: readonly Row[];
}

export async function runGoService(
  executable: string,
  protocol: string,
  endpoint: string,
  service: string,
): Promise<Told> {
  const env = { GO_SDK_PROTOCOL: protocol, GO_SDK_SERVICE: service, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
  const { stdout } = await run(executable, [], { env, maxBuffer: 16 * 1024 * 1024, timeout: 60_000 });
  // Written by our own program.
  return JSON.parse(stdout) as Told;
}

const nanos = (column: string): string => `toString(toUnixTimestamp64Nano(${column}))`;
const EXEMPLARS = `arrayMap((t, v, trace, span, attributes) -> map('time', ${nanos('t')}, 'value', toString(v), 'trace', trace, 'span', span, 'attributes', toString(attributes)),
  Exemplars.TimeUnix, Exemplars.Value, Exemplars.TraceId, Exemplars.SpanId, Exemplars.FilteredAttributes) AS exemplars`;
const POINT = `MetricName AS name, MetricUnit AS unit, MetricDescription AS description, Attributes AS attributes,
  ${nanos('StartTimeUnix')} AS start, ${nanos('TimeUnix')} AS time`;
const NUMBER = `Value AS value, toString(value_int) AS int, value_kind AS kind`;

/** Queries whose rows are what the program prints, by what they are of. */
export const GO_QUERIES = {
  spans: `SELECT TraceId AS trace, SpanId AS span, ParentSpanId AS parent, SpanName AS name, lower(SpanKind) AS kind,
    ${nanos('Timestamp')} AS start, toString(Duration) AS duration, SpanAttributes AS attributes, StatusCode AS status,
    StatusMessage AS message, arrayMap((t, n, a) -> (${nanos('t')}, n, a), Events.Timestamp, Events.Name, Events.Attributes) AS events,
    ScopeName AS scope, ScopeVersion AS version FROM otel_traces`,
  logs: `SELECT ${nanos('Timestamp')} AS time, ${nanos('observed_ts')} AS observed, TraceId AS trace, SpanId AS span,
    TraceFlags AS flags, SeverityNumber AS severity, SeverityText AS text, Body AS body, LogAttributes AS attributes FROM otel_logs`,
  sum: `SELECT ${POINT}, ${NUMBER}, ${EXEMPLARS}, IsMonotonic AS monotonic, AggregationTemporality AS temporality FROM otel_metrics_sum`,
  gauge: `SELECT ${POINT}, ${NUMBER}, ${EXEMPLARS} FROM otel_metrics_gauge`,
  histogram: `SELECT ${POINT}, toUInt32(Count) AS count, Sum AS sum, Min AS min, Max AS max, AggregationTemporality AS temporality,
    arrayMap(n -> toUInt32(n), BucketCounts) AS buckets, ExplicitBounds AS bounds, ${EXEMPLARS} FROM otel_metrics_histogram`,
} as const;

/** As the queries give them: without what only names the table, events and exemplars as the engine prints them. */
export function storedForm(row: Row): Row {
  const { table: _, ...rest } = row;
  const events = list(rest['events']).map(({ time, name, attributes }) => [time, name, attributes]);
  const exemplars = list(rest['exemplars']).map(({ time, value, trace, span }) => ({
    time,
    value: String(value),
    trace,
    span,
    attributes: '{}',
  }));
  return {
    ...rest,
    ...('events' in rest && { events }),
    ...('exemplars' in rest && { exemplars }),
  };
}

// The program prints lists of objects under these names.
const list = (value: unknown): readonly Row[] => (value ?? []) as readonly Row[];

export const inOrder = (rows: readonly Row[]): readonly Row[] =>
  rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
const keyOf = (row: Row): string => JSON.stringify([row['span'], row['name'], row['attributes'], row['time']]);

/**
 * The table incidents: one row for each change, of which the newest counts (ReplacingMergeTree forgets the others when it
 * likes, so every query takes the highest version itself). Two processes that find the same incident write the same id.
 */
import type { AnswerCoverage } from '@mapscope/rootcause';
import type { Clickhouse, Parameters } from '../connection/clickhouse.ts';
import type { IncidentRecord, IncidentSelection, StoredIncident, StoredState } from './records.ts';

/** An incident that began longer before a window is not looked for. */
const LONGEST_DAYS = 31;
const MAX_ROWS = 1000;

interface Row {
  readonly id: string;
  readonly service: string;
  readonly route: string;
  readonly platform: string;
  readonly kind: 'latency' | 'crash';
  readonly state: StoredState;
  readonly start_ns: string;
  readonly end_ns: string;
  readonly baseline_from_ns: string;
  readonly baseline_p99_ns: number;
  readonly peak_p99_ns: number;
  readonly requests: string;
  readonly routes: readonly string[];
  readonly platforms: readonly string[];
  readonly message: string;
  readonly verdict: string;
  readonly sentence: string;
  readonly confidence: string;
  /** JSON; empty: none */
  readonly coverage: string;
  readonly explained_until_ns: string;
  readonly detected_ms: string;
  readonly version: string;
  readonly changed: string;
}

/** The newest row of each id, of the rows that `inner` names; `outer` is about what may change. Fixed text both. */
const newest = (inner: string, outer: string, order: string): string => `SELECT * FROM (
  SELECT *, toUnixTimestamp64Milli(changed_at) AS changed FROM incidents WHERE ${inner} ORDER BY version DESC LIMIT 1 BY id
) WHERE ${outer} AND state != 'merged' ORDER BY ${order}`;

async function read(
  clickhouse: Clickhouse,
  name: string,
  sql: string,
  parameters: Parameters,
): Promise<readonly StoredIncident[]> {
  const rows = await clickhouse.rows<Row>({ name, sql, parameters });
  return rows.map(toRecord);
}

export function listIncidents(
  clickhouse: Clickhouse,
  { window, service, state, limit, after }: IncidentSelection,
): Promise<readonly StoredIncident[]> {
  const inner = [
    'start_ns < {to:Int64}',
    `started_at >= toDateTime(intDiv({from:Int64}, 1000000000), 'UTC') - INTERVAL ${LONGEST_DAYS} DAY`,
    ...(service === undefined ? [] : ['service = {service:String}']),
    ...(after === undefined ? [] : ['(start_ns, id) < ({after:Int64}, {id:String})']),
  ];
  const outer = ['end_ns >= {from:Int64}', ...(state === undefined ? [] : ['state = {state:String}'])];
  const order = 'start_ns DESC, id DESC LIMIT {limit:UInt32}';
  return read(clickhouse, 'incidents', newest(inner.join(' AND '), outer.join(' AND '), order), {
    from: window.fromUnixNanos,
    to: window.toUnixNanos,
    limit: Math.min(limit, MAX_ROWS),
    ...(service === undefined ? {} : { service }),
    ...(state === undefined ? {} : { state }),
    ...(after === undefined ? {} : { after: after.startUnixNanos, id: after.id }),
  });
}

export async function readIncident(clickhouse: Clickhouse, id: string): Promise<StoredIncident | undefined> {
  const [found] = await read(clickhouse, 'incident', newest('id = {id:String}', '1', 'id'), { id });
  return found;
}

export function changedIncidents(
  clickhouse: Clickhouse,
  sinceUnixMillis: number,
  service?: string,
): Promise<readonly StoredIncident[]> {
  const ofService = service === undefined ? '' : ' AND service = {service:String}';
  const inner = `changed_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')${ofService}`;
  return read(clickhouse, 'incident-changes', newest(inner, '1', `changed, id LIMIT ${MAX_ROWS}`), {
    since: sinceUnixMillis,
    ...(service === undefined ? {} : { service }),
  });
}

/** One insert: all of them or none. The same rows sent again are the same rows. */
export function putIncidents(clickhouse: Clickhouse, records: readonly IncidentRecord[]): Promise<void> {
  if (records.length === 0) return Promise.resolve();
  const body = Buffer.from(records.map((record) => JSON.stringify(toRow(record))).join('\n'));
  return clickhouse.insert('insert-incidents', 'INSERT INTO incidents FORMAT JSONEachRow', [body]);
}

const toRecord = (row: Row): StoredIncident => ({
  id: row.id,
  service: row.service,
  route: row.route,
  platform: row.platform,
  kind: row.kind,
  state: row.state,
  startUnixNanos: BigInt(row.start_ns),
  endUnixNanos: BigInt(row.end_ns),
  baselineFromUnixNanos: BigInt(row.baseline_from_ns),
  baselineP99Nanos: row.baseline_p99_ns,
  peakP99Nanos: row.peak_p99_ns,
  requests: Number(row.requests),
  routes: row.routes,
  platforms: row.platforms,
  message: row.message,
  verdict: row.verdict,
  sentence: row.sentence,
  confidence: row.confidence,
  // Written by toRow alone.
  ...(row.coverage === '' ? {} : { coverage: JSON.parse(row.coverage) as AnswerCoverage }),
  explainedUntilUnixNanos: BigInt(row.explained_until_ns),
  detectedUnixMillis: Number(row.detected_ms),
  version: Number(row.version),
  changedUnixMillis: Number(row.changed),
});

/** 64-bit integers as text, which JSONEachRow takes; changed_at is the server's. */
const toRow = (record: IncidentRecord): Readonly<Record<string, unknown>> => ({
  id: record.id,
  service: record.service,
  route: record.route,
  platform: record.platform,
  kind: record.kind,
  state: record.state,
  started_at: Number(record.startUnixNanos / 1_000_000_000n),
  start_ns: String(record.startUnixNanos),
  end_ns: String(record.endUnixNanos),
  baseline_from_ns: String(record.baselineFromUnixNanos),
  baseline_p99_ns: record.baselineP99Nanos,
  peak_p99_ns: record.peakP99Nanos,
  requests: String(record.requests),
  routes: record.routes,
  platforms: record.platforms,
  message: record.message,
  verdict: record.verdict,
  sentence: record.sentence,
  confidence: record.confidence,
  coverage: record.coverage === undefined ? '' : JSON.stringify(record.coverage),
  explained_until_ns: String(record.explainedUntilUnixNanos),
  detected_ms: String(record.detectedUnixMillis),
  version: String(record.version),
});

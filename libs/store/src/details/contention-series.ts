/**
 * Waits by line of source, step by step: the lines waited for most, all others together, and the time of requests to
 * divide by. Reads what readContention reads, so that the sums agree.
 */
import { MapscopeError, NANOS_PER_SECOND } from '@mapscope/events';
import type { EvidenceQuery } from '@mapscope/rootcause';
import type { Clickhouse, Parameters } from '../connection/clickhouse.ts';
import { PROBE_ONLY, type RequestSource, requestSource } from '../evidence/request-source.ts';
import { lockKindOf } from '../names.ts';
import { isRaw, ROLLUP, waitsOf } from '../queries/contention.ts';
import { requestFilter, waitFilter, wholeIntervals, withParameters } from '../queries/filter.ts';
import type { ContentionSeries, SeriesAsked, SiteSeries, WaitSeries } from './records.ts';

const MAX_STEPS = 5000;
const ROLLUP_SECONDS = 10;

/** Where waits and requests are read from, and by which step. */
interface Reading {
  readonly query: EvidenceQuery;
  readonly stepNanos: bigint;
  readonly steps: number;
  /** FROM … WHERE … */
  readonly waits: string;
  readonly parameters: Parameters;
  readonly count: string;
  readonly at: string;
  readonly requests: RequestSource;
}

export async function readContentionSeries(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  asked: SeriesAsked,
): Promise<ContentionSeries> {
  const reading = await readingOf(clickhouse, query, asked.stepSeconds);
  const top = await readTop(clickhouse, reading, asked);
  const [series, requestNanos] = await Promise.all([
    readSeries(clickhouse, reading, asked, top),
    readRequestTime(clickhouse, reading),
  ]);
  const from = reading.query.window.fromUnixNanos;
  return {
    startUnixNanos: Array.from({ length: reading.steps }, (_, i) => from + BigInt(i) * reading.stepNanos),
    requestNanos,
    sites: top.sites.map(({ site, lockKinds }, i): SiteSeries => ({
      site,
      lockKinds,
      ...(series[i + 1] ?? empty(reading.steps)),
    })),
    others: { sites: top.all - top.sites.length, ...(series[0] ?? empty(reading.steps)) },
  };
}

async function readingOf(clickhouse: Clickhouse, asked: EvidenceQuery, stepSeconds: number): Promise<Reading> {
  const raw = isRaw(asked);
  const seconds = raw ? stepSeconds : Math.ceil(stepSeconds / ROLLUP_SECONDS) * ROLLUP_SECONDS;
  const query = raw ? asked : { ...asked, window: wholeIntervals(asked.window, 10n * NANOS_PER_SECOND) };
  const { fromUnixNanos, toUnixNanos } = query.window;
  const stepNanos = BigInt(seconds) * NANOS_PER_SECOND;
  const steps = Number((toUnixNanos - fromUnixNanos + stepNanos - 1n) / stepNanos);
  if (steps > MAX_STEPS) {
    const text = `A step of ${stepSeconds} s is not possible here: give a longer one, at most ${MAX_STEPS} fit the window`;
    throw new MapscopeError('QUERY_INVALID', text);
  }
  const source = query.route === undefined ? undefined : await requestSource(clickhouse, query);
  const { where, parameters } = raw ? waitsOf(query, source) : waitFilter(query);
  const unixNanos = raw ? 'toUnixTimestamp64Nano(ts)' : 'toUnixTimestamp(ts) * 1000000000';
  return {
    query,
    stepNanos,
    steps,
    waits: `FROM ${raw ? 'lock_waits' : 'contention_10s'} WHERE ${where}`,
    parameters: { ...parameters, step: stepNanos },
    count: raw ? 'count()' : 'sum(waits)',
    at: `intDiv(${unixNanos} - {from:Int64}, {step:Int64})`,
    requests: source ?? (raw ? PROBE_ONLY : ROLLUP),
  };
}

const siteOf = (role: SeriesAsked['role']): string => `${role}_function, ${role}_file, ${role}_line`;
const keyOf = (role: SeriesAsked['role']): string => `cityHash64(${siteOf(role)})`;

interface Top {
  readonly sites: readonly Pick<SiteSeries, 'site' | 'lockKinds'>[];
  readonly keys: readonly bigint[];
  readonly all: number;
}

async function readTop(clickhouse: Clickhouse, reading: Reading, { role, limit }: SeriesAsked): Promise<Top> {
  const rows = await clickhouse.rows<{
    readonly function: string;
    readonly file: string;
    readonly line: number;
    readonly site: string;
    readonly kinds: readonly number[];
    readonly all: string;
  }>({
    name: 'contention-sites',
    sql: `SELECT *, count() OVER () AS all FROM (
  SELECT ${role}_function AS function, ${role}_file AS file, ${role}_line AS line, any(${keyOf(role)}) AS site,
    arraySort(groupUniqArray(toUInt32(lock_kind))) AS kinds, sum(wait_ns) AS all_wait
  ${reading.waits} GROUP BY function, file, line
) ORDER BY all_wait DESC, function, file, line LIMIT {limit:UInt32}`,
    parameters: { ...reading.parameters, limit },
  });
  return {
    sites: rows.map(({ function: name, file, line, kinds }) => ({
      site: { function: name, file, line },
      lockKinds: kinds.map(lockKindOf),
    })),
    keys: rows.map(({ site }) => BigInt(site)),
    all: Number(rows[0]?.all ?? 0),
  };
}

const empty = (steps: number): WaitSeries => ({ waits: new Float64Array(steps), waitNanos: new Float64Array(steps) });

/** First what is of no top site, then each of them. */
async function readSeries(
  clickhouse: Clickhouse,
  reading: Reading,
  { role }: SeriesAsked,
  { keys }: Top,
): Promise<readonly WaitSeries[]> {
  const rows = await clickhouse.rows<{
    readonly place: string;
    readonly bucket: string;
    readonly all_waits: string;
    readonly all_wait: string;
  }>({
    name: 'contention-series',
    sql: `SELECT indexOf({sites:Array(UInt64)}, ${keyOf(role)}) AS place, ${reading.at} AS bucket,
  ${reading.count} AS all_waits, sum(wait_ns) AS all_wait
${reading.waits} GROUP BY place, bucket`,
    parameters: { ...reading.parameters, sites: keys },
  });
  const series = [undefined, ...keys].map(() => empty(reading.steps));
  for (const row of rows) {
    const one = series[Number(row.place)];
    if (one === undefined) continue;
    one.waits[Number(row.bucket)] = Number(row.all_waits);
    one.waitNanos[Number(row.bucket)] = Number(row.all_wait);
  }
  return series;
}

async function readRequestTime(clickhouse: Clickhouse, reading: Reading): Promise<Float64Array> {
  const { query, requests, at } = reading;
  const filter = withParameters(requestFilter(query), requests.parameters);
  const rows = await clickhouse.rows<{ readonly bucket: string; readonly wall: string }>({
    name: 'contention-request-time',
    sql: `SELECT ${at} AS bucket, sum(duration_ns) AS wall FROM ${requests.from} WHERE ${filter.where} GROUP BY bucket`,
    parameters: { ...filter.parameters, step: reading.stepNanos },
  });
  const wall = new Float64Array(reading.steps);
  for (const { bucket, wall: nanos } of rows) wall[Number(bucket)] = Number(nanos);
  return wall;
}

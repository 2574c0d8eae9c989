/**
 * Implements `PlatformSource` of libs/rootcause: what is counted of platforms, locks that lie in one line, layouts of structs.
 * Counts are of all rows of the window, never of a cut.
 */
import { LOCK_KINDS, MAP_EVENT_KINDS, NANOS_PER_SECOND, parsePlatform } from '@mapscope/events';
import type { EvidenceQuery, PlatformFacts, PlatformSource, SharedLine, StructLayout } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { requestSource } from '../evidence/request-source.ts';
import { addressText } from '../names.ts';
import { type Filter, IN_WINDOW, requestFilter, waitFilter, withParameters } from './filter.ts';

const MAX_PLATFORMS = 100;
const MAX_BUILDS = 20;
const MAX_LINES = 100;
const MAX_LOCKS_OF_LINE = 8;
/** x86 and all of Arm's server cores; Apple's are of 128 bytes, whose halves are told here. */
const LINE_BYTES = 64;
/** Agents report every two seconds, and a last time when they end: one that ended with the window is heard. */
const REPORT_MARGIN = 15n * NANOS_PER_SECOND;

export const platformsOver = (clickhouse: Clickhouse): PlatformSource => ({
  platformFacts: (query) => readFacts(clickhouse, query),
  sharedLines: (query) => readSharedLines(clickhouse, query),
  structLayouts: (query, names) => readLayouts(clickhouse, query, names),
});

async function readFacts(clickhouse: Clickhouse, query: EvidenceQuery): Promise<readonly PlatformFacts[]> {
  const near = waitFilter(query);
  const reported = waitFilter(query, query.window.toUnixNanos + REPORT_MARGIN);
  const [served, builds, cpu, maps] = await Promise.all([
    readServed(clickhouse, query),
    readBuilds(clickhouse, reported),
    readCpu(clickhouse, near),
    readMaps(clickhouse, near),
  ]);
  return served.map(({ platform, requests, processes }) => {
    const used = ofPlatform(cpu, platform);
    const ofMaps = ofPlatform(maps, platform);
    return {
      platform,
      requests: Number(requests),
      processes: Number(processes),
      builds: ofPlatform(builds, platform)?.builds ?? [],
      ...(used !== undefined && { cpu: { nanos: Number(used.nanos), requests: Number(used.served) } }),
      mapOperations: Number(ofMaps?.operations ?? 0),
      mapConflicts: Number(ofMaps?.conflicts ?? 0),
    };
  });
}

interface OfPlatform {
  readonly platform: string;
}

const ofPlatform = <Row extends OfPlatform>(rows: readonly Row[], name: string): Row | undefined =>
  rows.find(({ platform }) => platform === name);

async function readServed(clickhouse: Clickhouse, query: EvidenceQuery) {
  const source = await requestSource(clickhouse, query);
  const { where, parameters } = withParameters(requestFilter(query), source.parameters);
  return clickhouse.rows<OfPlatform & { requests: string; processes: string }>({
    name: 'platforms-served',
    sql: `SELECT platform, count() AS requests, uniqExactIf((agent, pid), pid != 0) AS processes
FROM ${source.from} WHERE ${where} GROUP BY platform ORDER BY requests DESC, platform LIMIT ${MAX_PLATFORMS}`,
    parameters,
  });
}

const readBuilds = (clickhouse: Clickhouse, { where, parameters }: Filter) =>
  clickhouse.rows<OfPlatform & { builds: readonly string[] }>({
    name: 'platforms-builds',
    sql: `SELECT platform, arraySort(groupUniqArray(${MAX_BUILDS})(toString(build))) AS builds
FROM agent_status WHERE ${where} AND build != '' GROUP BY platform LIMIT ${MAX_PLATFORMS}`,
    parameters,
  });

/** CPU time of each process between its first and last report of the window, and the requests it served from one to the other. */
const readCpu = (clickhouse: Clickhouse, { where, parameters }: Filter) =>
  clickhouse.rows<OfPlatform & { nanos: string; served: string }>({
    name: 'platforms-cpu',
    sql: `SELECT platform, sum(used) AS nanos, sum(requests) AS served FROM (
  SELECT reports.platform AS platform, any(reports.used) AS used, count() AS requests
  FROM http_requests AS request INNER JOIN (
    SELECT platform, agent, pid, min(ts) AS first_report, max(ts) AS last_report, max(cpu_ns) - min(cpu_ns) AS used
    FROM agent_status WHERE ${where} AND cpu_ns > 0 GROUP BY platform, agent, pid HAVING last_report > first_report
  ) AS reports ON request.agent = reports.agent AND request.pid = reports.pid
  WHERE request.service = {service:String} AND ${IN_WINDOW.replaceAll('ts ', 'request.ts ').replace('{to:', '{until:')}
    AND request.ts >= reports.first_report AND request.ts < reports.last_report
  GROUP BY reports.platform, reports.agent, reports.pid
) GROUP BY platform LIMIT ${MAX_PLATFORMS}`,
    parameters,
  });

const readMaps = (clickhouse: Clickhouse, { where, parameters }: Filter) =>
  clickhouse.rows<OfPlatform & { operations: string; conflicts: string }>({
    name: 'platforms-maps',
    sql: `SELECT platform, sumIf(count, kind = ${MAP_EVENT_KINDS.count}) AS operations,
  countIf(kind = ${MAP_EVENT_KINDS.conflict}) AS conflicts
FROM map_events WHERE ${where} GROUP BY platform LIMIT ${MAX_PLATFORMS}`,
    parameters,
  });

const OF_LOCKS = [LOCK_KINDS.mutex, LOCK_KINDS.rwmutex_read, LOCK_KINDS.rwmutex_write].join(', ');

interface LineRow extends OfPlatform {
  readonly line: string;
  readonly all_wait: string;
  readonly locks: readonly (readonly [address: string, name: string, file: string, line: number, waits: string])[];
}

/** Addresses are of one process each; the line that waited for a lock most stands for it. */
async function readSharedLines(clickhouse: Clickhouse, query: EvidenceQuery): Promise<readonly SharedLine[]> {
  const { where, parameters } = waitFilter(query);
  const rows = await clickhouse.rows<LineRow>({
    name: 'platforms-lines',
    sql: `SELECT platform, line, sum(lock_wait) AS all_wait,
  arraySlice(arraySort(x -> x.1, groupArray((toString(address), site.1, site.2, site.3, toString(lock_waits)))), 1, ${MAX_LOCKS_OF_LINE}) AS locks
FROM (
  SELECT platform, agent, pid, address - address % ${LINE_BYTES} AS line, address, sum(waits) AS lock_waits, sum(wait) AS lock_wait,
    argMax((function, file, code_line), wait) AS site
  FROM (
    SELECT platform, agent, pid, lock_addr AS address, toString(waiter_function) AS function, toString(waiter_file) AS file,
      waiter_line AS code_line, count() AS waits, sum(wait_ns) AS wait
    FROM lock_waits WHERE ${where} AND lock_addr != 0 AND lock_kind IN (${OF_LOCKS})
    GROUP BY platform, agent, pid, address, function, file, code_line
  ) GROUP BY platform, agent, pid, address
) GROUP BY platform, agent, pid, line HAVING count() > 1 ORDER BY all_wait DESC, line LIMIT ${MAX_LINES}`,
    parameters,
  });
  return rows.map(({ platform, line, all_wait: wait, locks }) => ({
    platform,
    lineAddress: addressText(BigInt(line)),
    waitNanos: Number(wait),
    locks: locks.map(([address, name, file, at, waits]) => ({
      address: addressText(BigInt(address)),
      waiter: { function: name, file, line: at },
      waits: Number(waits),
    })),
  }));
}

interface LayoutRow extends OfPlatform {
  readonly name: string;
  readonly size_bytes: number;
  readonly fields: readonly string[];
  readonly types: readonly string[];
  readonly offsets: readonly number[];
}

/** A program that began long before the window sent them then: of each name and platform the last one up to the window's end. */
async function readLayouts(
  clickhouse: Clickhouse,
  { service, window }: EvidenceQuery,
  names: readonly string[],
): Promise<readonly StructLayout[]> {
  const rows = await clickhouse.rows<LayoutRow>({
    name: 'platforms-layouts',
    sql: `SELECT platform, name, size_bytes, fields, types, offsets FROM struct_layouts
WHERE service = {service:String} AND name IN {names:Array(String)} AND ts < fromUnixTimestamp64Nano({to:Int64}, 'UTC')
ORDER BY name, platform, ts DESC LIMIT 1 BY name, platform`,
    parameters: { service, names, to: window.toUnixNanos },
  });
  return rows.map(({ platform, name, size_bytes: sizeBytes, fields, types, offsets }) => ({
    name,
    arch: parsePlatform(platform).arch,
    sizeBytes,
    fields: fields.map((field, i) => ({ name: field, type: types[i] ?? '', offsetBytes: offsets[i] ?? 0 })),
  }));
}

/**
 * What is known of a window beside its requests: stops of the world, conflicts on maps, crashes for one, which families
 * watched. Lists are bounded, the most frequent first.
 */
import { GC_EVENT_KINDS, MAP_EVENT_KINDS, PROBE_EVENT_KINDS, RW_STATES } from '@mapscope/events';
import type { CodeSite, EvidenceQuery, Findings } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { addressText } from '../names.ts';
import { type Filter, waitFilter } from '../queries/filter.ts';
import { bigints, floats, integers } from './columns.ts';
import { dumpChanges } from './dumps.ts';
import { PROCESS } from './request-source.ts';

const MAX_ROWS = 100;
/** The longest; each holds up every request that is under way. */
const MAX_STOPS = 50_000;

export async function readFindings(clickhouse: Clickhouse, query: EvidenceQuery): Promise<Findings> {
  const filter = waitFilter(query);
  const [watched, stops, collections, crashes, lines, recorded] = await Promise.all([
    readWatched(clickhouse, filter),
    readStops(clickhouse, filter),
    readCollections(clickhouse, filter),
    readCrashes(clickhouse, filter),
    Promise.all([readConflicts(clickhouse, filter), readGuards(clickhouse, filter), readHeld(clickhouse, filter)]),
    readRecorded(clickhouse, filter),
  ]);
  const [conflicts, guards, heldByReaders] = lines;
  return { watched, stops, collections, crashes, conflicts, guards, heldByReaders, recorded };
}

/** Status rows come every few seconds, so a window of a minute holds one of each family that watched. */
async function readWatched(clickhouse: Clickhouse, { where, parameters }: Filter): Promise<readonly string[]> {
  const rows = await clickhouse.rows<{ readonly family: string }>({
    name: 'evidence-watched',
    sql: `SELECT DISTINCT family FROM agent_status WHERE ${where} AND probes > 0 ORDER BY family LIMIT ${MAX_ROWS}`,
    parameters,
  });
  return rows.map(({ family }) => family);
}

async function readStops(clickhouse: Clickhouse, { where, parameters }: Filter): Promise<Findings['stops']> {
  const blocks = await clickhouse.blocks({
    name: 'evidence-stops',
    sql: `SELECT ${PROCESS} AS process, toUnixTimestamp64Nano(ts) AS start, toFloat64(duration_ns) AS duration
FROM gc_events WHERE ${where} AND kind = ${GC_EVENT_KINDS.stop_the_world} ORDER BY duration_ns DESC, ts LIMIT ${MAX_STOPS}`,
    parameters,
  });
  return {
    processes: integers(blocks, 'process'),
    startUnixNanos: bigints(blocks, 'start'),
    durationNanos: floats(blocks, 'duration'),
  };
}

async function readCollections(clickhouse: Clickhouse, { where, parameters }: Filter): Promise<number> {
  const [row] = await clickhouse.rows<{ readonly cycles: string }>({
    name: 'evidence-collections',
    sql: `SELECT count() AS cycles FROM gc_events WHERE ${where} AND kind = ${GC_EVENT_KINDS.cycle}`,
    parameters,
  });
  return Number(row?.cycles ?? 0);
}

async function readCrashes(clickhouse: Clickhouse, { where, parameters }: Filter): Promise<Findings['crashes']> {
  const rows = await clickhouse.rows<{ readonly at: string; readonly message: string }>({
    name: 'evidence-crashes',
    sql: `SELECT toUnixTimestamp64Nano(ts) AS at, message FROM probe_events
WHERE ${where} AND kind IN (${PROBE_EVENT_KINDS.fatal}, ${PROBE_EVENT_KINDS.throw}) AND message LIKE '%concurrent map%'
ORDER BY ts, message LIMIT ${MAX_ROWS}`,
    parameters,
  });
  return rows.map(({ at, message }) => ({ unixNanos: BigInt(at), message }));
}

interface LineRow {
  readonly address: string;
  readonly map_type: string;
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly met: string;
}

const siteOf = (row: Pick<LineRow, 'function' | 'file' | 'line'>): CodeSite => ({
  function: row.function,
  file: row.file,
  line: row.line,
});

interface ConflictRow extends LineRow {
  readonly other_function: string;
  readonly other_file: string;
  readonly other_line: number;
}

async function readConflicts(clickhouse: Clickhouse, { where, parameters }: Filter): Promise<Findings['conflicts']> {
  const rows = await clickhouse.rows<ConflictRow>({
    name: 'evidence-conflicts',
    sql: `SELECT map_addr AS address, map_type, function, file, line, other_function, other_file, other_line, count() AS met
FROM map_events WHERE ${where} AND kind = ${MAP_EVENT_KINDS.conflict}
GROUP BY address, map_type, function, file, line, other_function, other_file, other_line
ORDER BY met DESC, address, function, line LIMIT ${MAX_ROWS}`,
    parameters,
  });
  return rows.map((row) => ({
    mapType: row.map_type,
    mapAddress: addressText(BigInt(row.address)),
    site: siteOf(row),
    ...(row.other_function !== '' && {
      other: { function: row.other_function, file: row.other_file, line: row.other_line },
    }),
    count: Number(row.met),
  }));
}

async function readGuards(clickhouse: Clickhouse, { where, parameters }: Filter): Promise<Findings['guards']> {
  const rows = await clickhouse.rows<LineRow>({
    name: 'evidence-guards',
    sql: `SELECT lock_addr AS address, map_type, function, file, line, sum(count) AS met
FROM map_events WHERE ${where} AND kind = ${MAP_EVENT_KINDS.guard}
GROUP BY address, map_type, function, file, line ORDER BY met DESC, address, function, line LIMIT ${MAX_ROWS}`,
    parameters,
  });
  return rows.map((row) => ({
    lockAddress: addressText(BigInt(row.address)),
    mapType: row.map_type,
    site: siteOf(row),
    count: Number(row.met),
  }));
}

/** Writers that waited for readers: of any goroutine, for they are seldom requests. */
async function readHeld(clickhouse: Clickhouse, { where, parameters }: Filter): Promise<Findings['heldByReaders']> {
  const rows = await clickhouse.rows<Omit<LineRow, 'map_type'>>({
    name: 'evidence-held-by-readers',
    sql: `SELECT lock_addr AS address, holder_function AS function, holder_file AS file, holder_line AS line, sum(wait_ns) AS met
FROM lock_waits WHERE ${where} AND rw_state = ${RW_STATES.readers_holding}
GROUP BY address, function, file, line ORDER BY met DESC, address, function, line LIMIT ${MAX_ROWS}`,
    parameters,
  });
  return rows.map((row) => ({
    lockAddress: addressText(BigInt(row.address)),
    reader: siteOf(row),
    waitNanos: Number(row.met),
  }));
}

/**
 * A dump begins with the changes that led to its first states, one of each goroutine: from the earliest second row of any on
 * it is the window itself, and from complete_from on nothing was overwritten.
 */
async function readRecorded(clickhouse: Clickhouse, { where, parameters }: Filter): Promise<Findings['recorded']> {
  const rows = await clickhouse.rows<{ readonly process: number; readonly since: string; readonly at: string }>({
    name: 'evidence-recorded',
    sql: `SELECT ${PROCESS} AS process, greatest(minIf(start, nth = 2), toUnixTimestamp64Nano(max(complete_from))) AS since,
  toUnixTimestamp64Nano(dump_ts) AS at
FROM (${dumpChanges(where)}) GROUP BY agent, pid, dump_ts HAVING countIf(nth = 2) > 0 AND since < at
ORDER BY at, process LIMIT ${MAX_ROWS}`,
    parameters,
  });
  return rows.map(({ process, since, at }) => ({
    process,
    window: { fromUnixNanos: BigInt(since), toUnixNanos: BigInt(at) },
  }));
}

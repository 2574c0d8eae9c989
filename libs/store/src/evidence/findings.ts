/**
 * What is known of a window beside its requests: stops of the world, conflicts on maps, crashes for one, which families
 * watched. Lists are bounded, the most frequent first. Two queries: what is few comes as rows of one form, each saying what it
 * is of, because a question costs more than its rows do.
 */
import { BINDINGS, GC_EVENT_KINDS, MAP_EVENT_KINDS, PROBE_EVENT_KINDS, RW_STATES } from '@mapscope/events';
import type { BindingMix, CodeSite, EvidenceQuery, Findings } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { addressText } from '../names.ts';
import { type Filter, waitFilter } from '../queries/filter.ts';
import { bigints, floats, integers } from './columns.ts';
import { dumpChanges, hasDumps } from './dumps.ts';
import { PROCESS } from './request-source.ts';

const MAX_ROWS = 100;
/** The longest; each holds up every request that is under way. */
const MAX_STOPS = 50_000;

export async function readFindings(clickhouse: Clickhouse, query: EvidenceQuery): Promise<Findings> {
  const filter = waitFilter(query);
  const [stops, rows] = await Promise.all([readStops(clickhouse, filter), readRows(clickhouse, query, filter)]);
  const of = (what: What): readonly Row[] => rows.filter((row) => row.what === what);
  return {
    stops,
    watched: of('watched').map(({ text }) => text),
    collections: Number(of('cycles')[0]?.amount ?? 0),
    crashes: of('crash').map(({ text, amount }) => ({ unixNanos: BigInt(amount), message: text })),
    conflicts: of('conflict').map(toConflict),
    guards: of('guard').map((row) => ({
      lockAddress: addressText(BigInt(row.address)),
      mapType: row.text,
      site: siteOf(row),
      count: Number(row.amount),
    })),
    heldByReaders: of('held').map((row) => ({
      lockAddress: addressText(BigInt(row.address)),
      reader: siteOf(row),
      waitNanos: Number(row.amount),
    })),
    bindings: toMix(of('binding')),
    recorded: of('recorded').map(({ line, address, amount }) => ({
      process: line,
      window: { fromUnixNanos: BigInt(address), toUnixNanos: BigInt(amount) },
    })),
  };
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

type What = 'watched' | 'cycles' | 'crash' | 'conflict' | 'guard' | 'held' | 'recorded' | 'binding';

/** What each column holds is said where it is filled. */
interface Row {
  readonly what: What;
  readonly text: string;
  readonly address: string;
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly other_function: string;
  readonly other_file: string;
  readonly other_line: number;
  readonly amount: string;
}

const siteOf = (row: Row): CodeSite => ({ function: row.function, file: row.file, line: row.line });

const toConflict = (row: Row): Findings['conflicts'][number] => ({
  mapType: row.text,
  mapAddress: addressText(BigInt(row.address)),
  site: siteOf(row),
  ...(row.other_function !== '' && {
    other: { function: row.other_function, file: row.other_file, line: row.other_line },
  }),
  count: Number(row.amount),
});

/** Whatever binds a goroutine that does not serve the request itself (inherited, span, labels) weighs the same. */
function toMix(rows: readonly Row[]): BindingMix {
  const sum = (isOf: (binding: number) => boolean): number =>
    rows.reduce((total, { line, amount }) => total + (isOf(line) ? Number(amount) : 0), 0);
  const { none, exact } = BINDINGS;
  return {
    exact: sum((one) => one === exact),
    inherited: sum((one) => one !== exact && one !== none),
    none: sum((one) => one === none),
  };
}

async function readRows(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  { where, parameters }: Filter,
): Promise<readonly Row[]> {
  const dumped = (await hasDumps(clickhouse, query)) ? [recorded] : [];
  const parts = [watched, cycles, crashes, conflicts, guards, held, bindings, ...dumped].map((part) => part(where));
  return clickhouse.rows<Row>({
    name: 'evidence-findings',
    sql: `SELECT * FROM (\n${parts.map((part) => `SELECT * FROM (${part})`).join('\nUNION ALL\n')}\n)
ORDER BY what, amount DESC, address, function, line, text`,
    parameters,
  });
}

const NO_ADDRESS = 'toUInt64(0) AS address';
const NO_SITE = "'' AS function, '' AS file, toUInt32(0) AS line";
const NO_OTHER = "'' AS other_function, '' AS other_file, toUInt32(0) AS other_line";
const SITE = 'toString(function) AS function, toString(file) AS file, line';

/** text: family. Status rows come every few seconds, so a window of a minute holds one of each family that watched. */
const watched = (
  where: string,
): string => `SELECT DISTINCT 'watched' AS what, toString(family) AS text, ${NO_ADDRESS}, ${NO_SITE}, ${NO_OTHER}, toUInt64(0) AS amount
FROM agent_status WHERE ${where} AND probes > 0 LIMIT ${MAX_ROWS}`;

/** amount: how many */
const cycles = (
  where: string,
): string => `SELECT 'cycles' AS what, '' AS text, ${NO_ADDRESS}, ${NO_SITE}, ${NO_OTHER}, count() AS amount
FROM gc_events WHERE ${where} AND kind = ${GC_EVENT_KINDS.cycle}`;

/** text: message; amount: when */
const crashes = (
  where: string,
): string => `SELECT 'crash' AS what, message AS text, ${NO_ADDRESS}, ${NO_SITE}, ${NO_OTHER}, toUInt64(toUnixTimestamp64Nano(ts)) AS amount
FROM probe_events WHERE ${where} AND kind IN (${PROBE_EVENT_KINDS.fatal}, ${PROBE_EVENT_KINDS.throw})
  AND message LIKE '%concurrent map%' ORDER BY ts LIMIT ${MAX_ROWS}`;

/** text: type of the map; address: the map; site and other: both sides; amount: how many times */
const conflicts = (
  where: string,
): string => `SELECT 'conflict' AS what, toString(map_type) AS text, map_addr AS address, ${SITE},
  toString(other_function) AS other_function, toString(other_file) AS other_file, other_line, count() AS amount
FROM map_events WHERE ${where} AND kind = ${MAP_EVENT_KINDS.conflict}
GROUP BY map_type, map_addr, function, file, line, other_function, other_file, other_line
ORDER BY amount DESC LIMIT ${MAX_ROWS}`;

/** text: type of the map; address: the lock; site: where the map was used; amount: how many times */
const guards = (
  where: string,
): string => `SELECT 'guard' AS what, toString(map_type) AS text, lock_addr AS address, ${SITE}, ${NO_OTHER}, sum(count) AS amount
FROM map_events WHERE ${where} AND kind = ${MAP_EVENT_KINDS.guard}
GROUP BY map_type, lock_addr, function, file, line ORDER BY amount DESC LIMIT ${MAX_ROWS}`;

/** Writers that waited for readers, of any goroutine, for they are seldom requests. address: the lock; site: the reader; amount: ns */
const held = (where: string): string => `SELECT 'held' AS what, '' AS text, lock_addr AS address,
  toString(holder_function) AS function, toString(holder_file) AS file, holder_line AS line, ${NO_OTHER}, sum(wait_ns) AS amount
FROM lock_waits WHERE ${where} AND rw_state = ${RW_STATES.readers_holding}
GROUP BY lock_addr, function, file, line ORDER BY amount DESC LIMIT ${MAX_ROWS}`;

/** line: how waits on locks are bound to requests; amount: how many */
const bindings = (
  where: string,
): string => `SELECT 'binding' AS what, '' AS text, ${NO_ADDRESS}, '' AS function, '' AS file, toUInt32(binding) AS line, ${NO_OTHER}, count() AS amount
FROM lock_waits WHERE ${where} GROUP BY line`;

/**
 * line: process; address: since when; amount: until when. A dump begins with the changes that led to its first states, one of
 * each goroutine: from the earliest second row of any on it is the window itself, and from complete_from on nothing was
 * overwritten.
 */
const recorded = (where: string): string => `SELECT 'recorded' AS what, '' AS text,
  toUInt64(greatest(minIf(start, nth = 2), toUnixTimestamp64Nano(max(complete_from)))) AS address,
  '' AS function, '' AS file, ${PROCESS} AS line, ${NO_OTHER}, toUInt64(toUnixTimestamp64Nano(dump_ts)) AS amount
FROM (${dumpChanges(where)}) GROUP BY agent, pid, dump_ts HAVING countIf(nth = 2) > 0 AND address < amount LIMIT ${MAX_ROWS}`;

/**
 * Stretches of the window's requests that are no waits on locks: calls to other services, help for the collector, and states
 * of goroutines where a dump of the flight recorder shows them. Of the traces that the window's requests carry, alike cut.
 */
import {
  BINDINGS,
  GC_EVENT_KINDS,
  GOROUTINE_EVENT_KINDS,
  GOROUTINE_STATES,
  type NativeBlock,
  TRACE_SOURCES,
} from '@mapscope/events';
import { type CodeSite, type EvidenceQuery, STRETCH_KINDS, type StretchColumns } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { waitFilter } from '../queries/filter.ts';
import { bigints, columnOf, floats, octets, rowsOf, traceIds } from './columns.ts';
import { type Cut, cutOf, MAX_REQUESTS } from './cut.ts';
import { dumpChanges, hasDumps, ofDumps } from './dumps.ts';
import { PROCESS } from './request-source.ts';
import { createSiteTable } from './sites.ts';

export async function readStretches(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  bound = MAX_REQUESTS,
): Promise<StretchColumns> {
  const [cut, isDumped] = await Promise.all([cutOf(clickhouse, query, bound), hasDumps(clickhouse, query)]);
  const filter = waitFilter(query, query.window.toUnixNanos + cut.maxDurationNanos);
  const ofRequests = `trace_id IN (SELECT trace_id FROM ${cut.from} WHERE ${cut.kept.where} AND trace_source != ${TRACE_SOURCES.none})`;
  const where = `${filter.where} AND ${BOUND} AND ${cut.ofRequests}`;
  const dumped = isDumped ? [states(filter.where, ofRequests, cut)] : [];
  const blocks = await clickhouse.blocks({
    name: 'evidence-stretches',
    sql: `SELECT stretch, host, waiter_function, waiter_file, waiter_line, trace_id, start, duration, exact FROM (
${[calls(where), assists(where), ...dumped].join('\nUNION ALL\n')}
) ORDER BY trace_id, start, stretch`,
    parameters: { ...cut.kept.parameters, ...filter.parameters },
  });
  return toColumns(blocks);
}

// ClickHouse puts aliases before columns in WHERE: none here may be called kind.
const BOUND = `binding != ${BINDINGS.none}`;
const EXACT = `toUInt8(binding = ${BINDINGS.exact}) AS exact`;
const WORD = "toLowCardinality('')";
const NO_SITE = `${WORD} AS waiter_function, ${WORD} AS waiter_file, toUInt32(0) AS waiter_line`;
const number = (kind: (typeof STRETCH_KINDS)[number]): string => `toUInt8(${STRETCH_KINDS.indexOf(kind)})`;

const calls = (
  where: string,
): string => `SELECT ${number('call')} AS stretch, host, ${NO_SITE}, trace_id, toUnixTimestamp64Nano(ts) AS start,
  toFloat64(duration_ns) AS duration, ${EXACT}
FROM client_requests WHERE ${where}`;

const assists = (
  where: string,
): string => `SELECT ${number('assist')} AS stretch, ${WORD} AS host, ${NO_SITE}, trace_id, toUnixTimestamp64Nano(ts) AS start,
  toFloat64(duration_ns) AS duration, ${EXACT}
FROM gc_events WHERE ${where} AND kind = ${GC_EVENT_KINDS.assist}`;

/** runtime2.go, waitReasonStrings; a channel that is nil is waited for for ever, and by nobody who ends. */
const CHANNEL_REASONS = "('chan receive', 'chan send', 'select')";

/** A state lasts until the goroutine's next change, or until the dump. */
const states = (
  where: string,
  ofRequests: string,
  cut: Cut,
): string => `SELECT multiIf(new_state = ${GOROUTINE_STATES.running}, ${number('running')},
  new_state = ${GOROUTINE_STATES.runnable}, ${number('runnable')}, ${number('channel')}) AS stretch, ${WORD} AS host,
  function AS waiter_function, file AS waiter_file, line AS waiter_line, bound_trace_id AS trace_id,
  start, toFloat64(until - start) AS duration, is_exact AS exact
FROM (${boundStates(where, cut)})
WHERE is_bound AND event = ${GOROUTINE_EVENT_KINDS.change} AND bound_${ofRequests}
  AND (new_state IN (${GOROUTINE_STATES.running}, ${GOROUTINE_STATES.runnable})
    OR (new_state = ${GOROUTINE_STATES.waiting} AND wait_reason IN ${CHANNEL_REASONS}))`;

/**
 * A dump knows the traces of requests that are still open. Those that ended before it are found by their goroutine: of the
 * requests that it served, the last one that began before the state ended, if that was still open as the state began.
 */
const boundStates = (where: string, { from, kept }: Cut): string => `
  SELECT state.event AS event, state.new_state AS new_state, state.wait_reason AS wait_reason,
    state.function AS function, state.file AS file, state.line AS line, state.start AS start, state.until AS until,
    if(state.${BOUND}, state.trace_id, request.trace_id) AS bound_trace_id,
    toUInt8(state.binding IN (${BINDINGS.exact}, ${BINDINGS.none})) AS is_exact,
    state.${BOUND} OR request.ends > state.start AS is_bound
  FROM (SELECT *, ${PROCESS} AS process FROM (${dumpChanges(where)})) AS state
  ASOF LEFT JOIN (
    SELECT ${PROCESS} AS process, goid, trace_id, toUnixTimestamp64Nano(ts) AS begins, begins + toInt64(duration_ns) AS ends
    FROM ${from} WHERE ${kept.where} AND goid IN (SELECT goid FROM goroutine_events WHERE ${ofDumps(where)})
  ) AS request ON state.process = request.process AND state.goid = request.goid AND state.until > request.begins`;

function toColumns(blocks: readonly NativeBlock[]): StretchColumns {
  const sites = createSiteTable();
  const hosts = new Map<string, number>();
  const names = blocks.flatMap((block) => [...namesOf(block, sites.indexesOf(block, 'waiter'), hosts)]);
  return {
    count: rowsOf(blocks),
    kinds: octets(blocks, 'stretch'),
    names: Uint32Array.from(names),
    traceIds: traceIds(blocks, 'trace_id'),
    startUnixNanos: bigints(blocks, 'start'),
    durationNanos: floats(blocks, 'duration'),
    exact: octets(blocks, 'exact'),
    hosts: [...hosts.keys()],
    sites: sites.sites satisfies readonly CodeSite[],
  };
}

/** Per row: its host's index, of a channel its line's. */
function namesOf(block: NativeBlock, sites: Uint32Array, hosts: Map<string, number>): Uint32Array {
  const kinds = columnOf(block, 'stretch', 'u8').values;
  const { keys, indexes } = columnOf(block, 'host', 'dictionary');
  return sites.map((site, row) => {
    const kind = STRETCH_KINDS[kinds[row] ?? 0];
    if (kind !== 'call') return kind === 'channel' ? site : 0;
    const host = keys[indexes[row] ?? 0] ?? '';
    const index = hosts.get(host) ?? hosts.size;
    hosts.set(host, index);
    return index;
  });
}

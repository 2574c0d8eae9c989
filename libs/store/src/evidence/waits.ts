/**
 * The waits of the window's requests, trace by trace: those bound to a trace that the window's requests carry, from the
 * window's begin until the longest of its requests has ended. Waits bound to no request are not evidence about one.
 */
import { BINDINGS, type NativeBlock } from '@mapscope/events';
import type { EvidenceQuery, WaitColumns } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { addressText, lockKindOf } from '../names.ts';
import { waitFilter } from '../queries/filter.ts';
import { bigints, bytes, columnOf, floats, integers, octets, rowsOf, traceIds } from './columns.ts';
import { type Cut, cutOf, MAX_REQUESTS } from './cut.ts';
import { PROCESS } from './request-source.ts';
import { createSiteTable } from './sites.ts';

export async function readWaits(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  bound = MAX_REQUESTS,
): Promise<WaitColumns> {
  return toColumns(await readBlocks(clickhouse, query, await cutOf(clickhouse, query, bound)));
}

function readBlocks(clickhouse: Clickhouse, query: EvidenceQuery, cut: Cut): Promise<readonly NativeBlock[]> {
  const waits = waitFilter(query, query.window.toUnixNanos + cut.maxDurationNanos);
  return clickhouse.blocks({
    name: 'evidence-waits',
    sql: `SELECT trace_id, toUnixTimestamp64Nano(ts) AS start, toFloat64(wait_ns) AS wait, toFloat64(sched_ns) AS sched,
  lock_addr, lock_kind, binding, rw_state, waiter_function, waiter_file, waiter_line, holder_function, holder_file, holder_line,
  toFloat64(waiter_goid) AS waiter, toFloat64(holder_goid) AS holder, ${PROCESS} AS process
FROM lock_waits
WHERE ${waits.where} AND binding != ${BINDINGS.none}
  AND ${cut.ofRequests}
ORDER BY trace_id, ts, waiter_goid`,
    parameters: { ...cut.kept.parameters, ...waits.parameters },
  });
}

function toColumns(blocks: readonly NativeBlock[]): WaitColumns {
  const sites = createSiteTable();
  const joined = (role: 'waiter' | 'holder'): Uint32Array =>
    Uint32Array.from(blocks.flatMap((block) => [...sites.indexesOf(block, role)]));
  return {
    count: rowsOf(blocks),
    traceIds: traceIds(blocks, 'trace_id'),
    startUnixNanos: bigints(blocks, 'start'),
    waitNanos: floats(blocks, 'wait'),
    schedNanos: floats(blocks, 'sched'),
    lockAddresses: addresses(blocks),
    waiterSites: joined('waiter'),
    holderSites: joined('holder'),
    lockKinds: bytes(blocks, 'lock_kind').map(lockKindOf),
    // Whatever binds a goroutine that does not serve the request itself (inherited, span, labels) weighs the same.
    bindings: bytes(blocks, 'binding').map((binding) => (binding === BINDINGS.exact ? 'exact' : 'inherited')),
    sites: sites.sites,
    rwStates: octets(blocks, 'rw_state'),
    goroutines: {
      waiters: floats(blocks, 'waiter'),
      holders: floats(blocks, 'holder'),
      processes: integers(blocks, 'process'),
    },
  };
}

/** A contended lock's address comes many times: one string for each lock. */
function addresses(blocks: readonly NativeBlock[]): readonly string[] {
  const texts = new Map<bigint, string>();
  return blocks.flatMap((block) =>
    Array.from(columnOf(block, 'lock_addr', 'u64').values, (address) => {
      const text = texts.get(address) ?? addressText(address);
      texts.set(address, text);
      return text;
    }),
  );
}

/** Waits by the stack they were seen on, beside those of a baseline: what a flame graph and its difference are made of. */
import type { TimeWindow } from '@mapscope/events';
import type { EvidenceQuery } from '@mapscope/rootcause';
import type { Clickhouse } from '../../connection/clickhouse.ts';
import { waitFilter } from '../filter.ts';
import { readStacks } from '../stacks.ts';
import type { WaitStacks, WaitStacksAsked } from './records.ts';

interface Row {
  readonly hash: string;
  readonly waits: string;
  readonly wait: string;
  readonly all_wait: string;
}

export async function readWaitStacks(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  asked: WaitStacksAsked,
): Promise<WaitStacks> {
  const [rows, before] = await Promise.all([
    readRows(clickhouse, query, asked),
    asked.baseline === undefined ? [] : readRows(clickhouse, { ...query, window: asked.baseline }, asked),
  ]);
  const beforeOf = new Map(before.map((row) => [row.hash, row]));
  const nowOf = new Map(rows.map((row) => [row.hash, row]));
  const hashes = [...new Set([...nowOf.keys(), ...beforeOf.keys()])];
  const frames = await readStacks(clickhouse, hashes);
  const stacks = hashes.map((hash) => ({
    frames: frames.get(hash) ?? [],
    waits: Number(nowOf.get(hash)?.waits ?? 0),
    waitNanos: Number(nowOf.get(hash)?.wait ?? 0),
    baselineWaits: Number(beforeOf.get(hash)?.waits ?? 0),
    baselineWaitNanos: Number(beforeOf.get(hash)?.wait ?? 0),
  }));
  return { stacks, totalWaitNanos: totalOf(rows), baselineTotalWaitNanos: totalOf(before) };
}

const totalOf = (found: readonly Row[]): number => Number(found[0]?.all_wait ?? 0);

function readRows(
  clickhouse: Clickhouse,
  query: EvidenceQuery & { readonly window: TimeWindow },
  { role, lock, limit }: WaitStacksAsked,
): Promise<readonly Row[]> {
  const filter = waitFilter(query);
  const ofLock = lock === undefined ? '' : ' AND lock_addr = {lock:UInt64}';
  return clickhouse.rows<Row>({
    name: 'wait-stacks',
    // The window function runs before LIMIT, so all_wait has the stacks beyond it too.
    sql: `SELECT hash, waits, wait, sum(wait) OVER () AS all_wait FROM (
  SELECT ${role === 'waiter' ? 'waiter_stack' : 'holder_stack'} AS hash, count() AS waits, sum(wait_ns) AS wait
  FROM lock_waits WHERE ${filter.where}${ofLock} GROUP BY hash
) ORDER BY wait DESC, hash LIMIT {limit:UInt32}`,
    parameters: { ...filter.parameters, limit, ...(lock === undefined ? {} : { lock }) },
  });
}

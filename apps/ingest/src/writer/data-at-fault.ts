/**
 * ClickHouse's answers that pass by themselves and need not: the load may be too high just now, or the data may be what does it, for
 * ever. Trying such a block again and again would hold up its partition. Pure.
 *
 *   241 out of memory      a length in the block is nonsense, and so much was to be allocated: the block's own form tells
 *   252 too many parts     merges are behind; or the rows lie on more days than an insert may have partitions
 */
import { type Batch, MapscopeError, TABLES, decodeNativeBlock } from '@mapscope/events';
import type { Finding } from './diagnose.ts';
import type { Group } from './block.ts';
import { blockFault } from './block-fault.ts';
import type { BatchEntry } from './entry.ts';

const OUT_OF_MEMORY = 241;
const TOO_MANY_PARTS = 252;
/** max_partitions_per_insert_block; every table has a partition a day. */
const MAX_DAYS = 100;
const DAY_NANOS = 86_400_000_000_000n;

const NOT_THE_DATA: Finding = { kind: 'not the data' };

/** What the data has to do with it; `not the data` for every other answer. */
export function dataAtFault(group: Group, error: MapscopeError): Finding {
  const faulty = (entries: readonly BatchEntry[], why: string): Finding => {
    const reason = { code: 'CLICKHOUSE_REFUSED', message: `${why}; ${error.message}` };
    return { kind: 'faults', faults: entries.map((entry) => ({ entry, reason })), isSure: true };
  };
  const code = error.facts['clickhouseCode'];
  if (code === OUT_OF_MEMORY) {
    const entries = group.entries.filter(({ batch }) => blockFault(batch) !== undefined);
    return entries.length > 0 ? faulty(entries, 'the block is not as its kind promises') : NOT_THE_DATA;
  }
  if (code !== TOO_MANY_PARTS) return NOT_THE_DATA;
  const days = group.entries.map(({ batch }) => daysOf(batch));
  const entries = group.entries.filter((_, i) => (days[i]?.size ?? 0) > MAX_DAYS);
  if (entries.length > 0) return faulty(entries, `its rows lie on more than ${MAX_DAYS} days`);
  const all = new Set(days.flatMap((of) => [...of]));
  return all.size > MAX_DAYS ? { kind: 'halve' } : NOT_THE_DATA;
}

/** None for a block that cannot be read: that is another answer's fault. */
function daysOf({ header, block }: Batch): ReadonlySet<bigint> {
  try {
    const time = TABLES[header.kind][0].name;
    const ts = decodeNativeBlock(block).columns.find(({ name }) => name === time)?.data;
    if (ts?.storage !== 'i64') return new Set();
    const days = new Set<bigint>();
    for (const nanos of ts.values) days.add(nanos / DAY_NANOS);
    return days;
  } catch (error) {
    if (error instanceof MapscopeError) return new Set();
    throw error;
  }
}

/**
 * Which batches of a stream the ledger holds, as ranges: a writer that starts knows from it what it has written, so that a
 * batch sent again hours later is recognised. The ledger keeps seven days.
 */
import type { Clickhouse } from '../connection/clickhouse.ts';
import type { BatchStream, SequenceRange } from '../records.ts';

interface Row {
  readonly first: string;
  readonly last: string;
}

/** Neighbours have the same (sequence − place): 4 5 6 9 → 4−1 5−2 6−3 9−4 → 3 3 3 5 → 4…6, 9…9. */
const SQL = `SELECT min(sequence) AS first, max(sequence) AS last FROM (
  SELECT sequence, sequence - row_number() OVER (ORDER BY sequence) AS island FROM (
    SELECT DISTINCT sequence FROM batches
    WHERE inserted_at >= now() - INTERVAL 7 DAY AND agent = {agent:String} AND kind = {kind:String}
      AND boot = {boot:UInt64} AND family = {family:String} AND sequence >= {from:UInt64}
  )
) GROUP BY island ORDER BY first`;

export async function readStoredSequences(
  clickhouse: Clickhouse,
  { agent, kind, boot, family }: BatchStream,
  from: bigint,
): Promise<readonly SequenceRange[]> {
  const parameters = { agent, kind, boot, family, from };
  const rows = await clickhouse.rows<Row>({ name: 'stored-sequences', sql: SQL, parameters });
  return rows.map(({ first, last }) => ({ first: BigInt(first), last: BigInt(last) }));
}

/**
 * What the live tail reads: which batches the ledger has beyond a point, and rows of such batches by their position.
 * The ledger row of a batch is written after its rows, so whatever is listed here can be read.
 * A lane is one agent's batches of one kind: their sequence numbers grow in the order of the ledger.
 */
import type { Clickhouse } from '../connection/clickhouse.ts';
import type { LanePoint, TailBatch, TailedKind, TailSelection, TailSource } from './tail-records.ts';
import { readTailRows } from './tail-rows.ts';

const MAX_BATCHES = 5000;

/** laneOf, in SQL */
const LANE = "concat(substring(agent, 1, 16), ' ', kind)";

export function tailOver(clickhouse: Clickhouse): TailSource {
  return {
    nowUnixMillis: async () => {
      const sql = 'SELECT toUnixTimestamp64Milli(now64(3)) AS now';
      const [row] = await clickhouse.rows<{ readonly now: string }>({ name: 'tail-now', sql });
      return Number(row?.now);
    },
    latest: (selection) => readLedger(clickhouse, selection, [], 'ORDER BY sequence DESC LIMIT 1 BY agent, kind'),
    batches: (selection, done) =>
      readLedger(clickhouse, selection, done, `ORDER BY inserted_at, sequence LIMIT ${MAX_BATCHES}`),
    rows: (ranges) => readTailRows(clickhouse, ranges),
  };
}

interface LedgerRow {
  readonly agent: string;
  readonly kind: TailedKind;
  readonly sequence: string;
  readonly rows: string;
  readonly inserted: string;
}

async function readLedger(
  clickhouse: Clickhouse,
  { kinds, service, sinceUnixMillis }: TailSelection,
  done: readonly LanePoint[],
  order: string,
): Promise<readonly TailBatch[]> {
  const ofService =
    service === undefined
      ? ''
      : ' AND agent IN (SELECT agent FROM agent_status WHERE service = {service:String} AND ts >= now() - INTERVAL 7 DAY)';
  const at = `indexOf({lanes:Array(String)}, ${LANE})`;
  const rows = await clickhouse.rows<LedgerRow>({
    name: 'tail-batches',
    sql: `SELECT agent, kind, sequence, rows, toUnixTimestamp64Milli(inserted_at) AS inserted
FROM batches WHERE inserted_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') AND kind IN {kinds:Array(String)}${ofService}
  AND (${at} = 0 OR sequence >= arrayElement({sequences:Array(UInt64)}, ${at}))
${order}`,
    parameters: {
      since: sinceUnixMillis,
      kinds: [...kinds],
      lanes: done.map(({ lane }) => lane),
      sequences: done.map(({ sequence }) => sequence),
      ...(service === undefined ? {} : { service }),
    },
  });
  return rows.map((row) => ({
    agent: row.agent,
    kind: row.kind,
    sequence: BigInt(row.sequence),
    rows: Number(row.rows),
    insertedUnixMillis: Number(row.inserted),
  }));
}

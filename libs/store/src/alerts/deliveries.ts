/** The book of what alert sinks were told. */
import type { Clickhouse } from '../connection/clickhouse.ts';

export interface Delivery {
  readonly sink: string;
  /** id of the incident */
  readonly incident: string;
  readonly stage: string;
}

export interface DeliveryBook {
  /** at most 100 000 */
  readonly since: (unixMillis: number) => Promise<readonly Delivery[]>;
  readonly put: (deliveries: readonly Delivery[]) => Promise<void>;
}

const MAX_ROWS = 100_000;

export const deliveriesOver = (clickhouse: Clickhouse): DeliveryBook => ({
  since: (unixMillis) =>
    clickhouse.rows<Delivery>({
      name: 'alert-deliveries',
      sql: `SELECT DISTINCT sink, incident, stage FROM alert_deliveries
WHERE delivered_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') LIMIT ${MAX_ROWS}`,
      parameters: { since: BigInt(unixMillis) },
    }),
  put: (deliveries) => {
    const rows = Buffer.from(deliveries.map((one) => JSON.stringify(one)).join('\n'));
    const sql = 'INSERT INTO alert_deliveries (sink, incident, stage) FORMAT JSONEachRow';
    return clickhouse.insert('insert-alert-deliveries', sql, [rows]);
  },
});

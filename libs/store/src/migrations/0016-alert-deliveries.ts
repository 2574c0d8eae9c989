/** Which sink was told what of which incident: what stands here is not told again, what does not is, also after a restart. */
import { expireAfter, type Migration } from './migration.ts';

const DELIVERY_DAYS = 31;
const NAME = 'LowCardinality(String)';

export const alertDeliveries: Migration = {
  name: '0016-alert-deliveries',
  statements: (database) => [
    `CREATE TABLE IF NOT EXISTS ${database}.alert_deliveries (
  sink ${NAME},
  incident String,
  stage ${NAME},
  delivered_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = MergeTree
PARTITION BY toYYYYMM(delivered_at)
ORDER BY (delivered_at, sink, incident)
${expireAfter(DELIVERY_DAYS, 'delivered_at')}`,
  ],
};

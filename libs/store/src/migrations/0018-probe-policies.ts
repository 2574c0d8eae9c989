/** Every change of a probe policy: who, what, when, why. Rows are added and never changed, so this is the audit as well. */
import { expireAfter, type Migration } from './migration.ts';

const AUDIT_DAYS = 400;
const NAME = 'LowCardinality(String)';

export const probePolicies: Migration = {
  name: '0018-probe-policies',
  statements: (database) => [
    `CREATE TABLE IF NOT EXISTS ${database}.probe_policies (
  name String,
  version UInt64,
  action ${NAME},
  changed_by ${NAME},
  policy String,
  changed_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = MergeTree
PARTITION BY toYYYYMM(changed_at)
ORDER BY (name, version)
${expireAfter(AUDIT_DAYS, 'changed_at')}`,
  ],
};

/**
 * Incidents, as the api finds them: a row for each change, the highest version of an id counts. Few rows, asked for by
 * time and service; all of one id lie in one partition, because its begin never changes, so that merges can replace them.
 */
import { expireAfter, type Migration } from './migration.ts';

const INCIDENT_DAYS = 400;
const NAME = 'LowCardinality(String)';

export const incidents: Migration = {
  name: '0012-incidents',
  statements: (database) => [
    `CREATE TABLE IF NOT EXISTS ${database}.incidents (
  id String,
  service ${NAME},
  route ${NAME},
  platform ${NAME},
  kind ${NAME},
  state ${NAME},
  started_at DateTime('UTC'),
  start_ns Int64,
  end_ns Int64,
  baseline_from_ns Int64,
  baseline_p99_ns Float64,
  peak_p99_ns Float64,
  requests UInt64,
  routes Array(String),
  platforms Array(String),
  message String,
  verdict ${NAME},
  sentence String,
  confidence ${NAME},
  explained_until_ns Int64,
  detected_ms UInt64,
  version UInt64,
  changed_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(started_at)
ORDER BY (service, id)
${expireAfter(INCIDENT_DAYS, 'started_at')}`,
  ],
};

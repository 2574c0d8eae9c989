/** The book of probe policies: what each version said, and who wrote it. */
import type { Clickhouse } from '../connection/clickhouse.ts';

/** put: as given; undo: the one before again; delete: withdrawn */
export type PolicyAction = 'put' | 'undo' | 'delete';

export interface PolicyEntry {
  readonly name: string;
  /** counts up with every change of a name, also past a deletion */
  readonly version: number;
  readonly action: PolicyAction;
  readonly changedBy: string;
  /** JSON, as agents read it; of a deletion what was deleted */
  readonly policy: string;
}

export interface StoredPolicyEntry extends PolicyEntry {
  readonly changedUnixMillis: number;
}

export interface PolicyBook {
  /** the latest entry of each name, deletions too; by name, at most 1000 */
  readonly latest: () => Promise<readonly StoredPolicyEntry[]>;
  /** newest first */
  readonly history: (name: string, limit: number) => Promise<readonly StoredPolicyEntry[]>;
  readonly put: (entry: PolicyEntry) => Promise<void>;
}

interface Row extends Omit<PolicyEntry, 'version' | 'changedBy'> {
  readonly version: string;
  readonly changed_by: string;
  readonly changed: string;
}

const COLUMNS = 'name, version, action, changed_by, policy, toUnixTimestamp64Milli(changed_at) AS changed';
const MAX_NAMES = 1000;

export const policyBookOver = (clickhouse: Clickhouse): PolicyBook => ({
  latest: async () => {
    const sql = `SELECT ${COLUMNS} FROM probe_policies
ORDER BY name, version DESC, changed_at DESC LIMIT 1 BY name LIMIT ${MAX_NAMES}`;
    return (await clickhouse.rows<Row>({ name: 'policies', sql })).map(toEntry);
  },
  history: async (name, limit) => {
    const sql = `SELECT ${COLUMNS} FROM probe_policies
WHERE name = {name:String} ORDER BY version DESC, changed_at DESC LIMIT {limit:UInt32}`;
    return (await clickhouse.rows<Row>({ name: 'policy-history', sql, parameters: { name, limit } })).map(toEntry);
  },
  put: ({ changedBy, ...entry }) => {
    const row = Buffer.from(JSON.stringify({ ...entry, changed_by: changedBy }));
    const sql = 'INSERT INTO probe_policies (name, version, action, changed_by, policy) FORMAT JSONEachRow';
    return clickhouse.insert('insert-policy', sql, [row]);
  },
});

const toEntry = ({ version, changed, changed_by: changedBy, ...row }: Row): StoredPolicyEntry => ({
  ...row,
  changedBy,
  version: Number(version),
  changedUnixMillis: Number(changed),
});

/** How many ring events came how far: what the agents say against what count() and the ledger say. */
import { COUNTED_KINDS, type CountedKind } from '@mapscope/events';
import type { Clickhouse } from '../connection/clickhouse.ts';
import type { AgentStatus, PipelineCount } from '../records.ts';
import { readAgents } from './agents.ts';

export async function readPipeline(clickhouse: Clickhouse, agent?: string): Promise<readonly PipelineCount[]> {
  const statuses =
    agent === undefined
      ? await readAgents(clickhouse)
      : await readAgents(clickhouse, 'agent = {agent:String}', { agent });
  const agents = [...new Set(statuses.map((status) => status.agent))];
  const kinds = COUNTED_KINDS.filter((kind) => statuses.some(({ family }) => family === kind));
  const [inserted, batches] = await Promise.all([
    countRows(clickhouse, agents, kinds),
    countBatches(clickhouse, agents),
  ]);
  return statuses.flatMap((status) => {
    const kind = COUNTED_KINDS.find((name) => name === status.family);
    return kind === undefined ? [] : [toCount(status, kind, inserted, batches)];
  });
}

function toCount(
  status: AgentStatus,
  kind: CountedKind,
  inserted: ReadonlyMap<string, number>,
  batches: ReadonlyMap<string, number>,
): PipelineCount {
  const key = `${status.agent} ${kind}`;
  const rows = inserted.get(key) ?? 0;
  const published = publishedRows(status, rows);
  return {
    agent: status.agent,
    service: status.service,
    kind,
    ringSubmitted: status.ringSubmitted,
    ringLost: status.ringLost,
    published,
    publishedBatches: Math.max(status.publishedBatches, status.gap === null ? 0 : (batches.get(key) ?? 0)),
    inserted: rows,
    insertedBatches: batches.get(key) ?? 0,
    lostWithAgent: status.gap === null ? 0 : Math.max(0, status.ringSubmitted - published),
  };
}

/** An agent that died knew of no more than was acknowledged to it; what is stored was published all the same. */
const publishedRows = (status: AgentStatus, inserted: number): number =>
  status.gap === null ? status.publishedRows : Math.max(status.publishedRows, inserted);

interface Row {
  readonly agent: string;
  readonly kind: string;
  readonly counted: string;
}

const toMap = (rows: readonly Row[]): ReadonlyMap<string, number> =>
  new Map(rows.map(({ agent, kind, counted }) => [`${agent} ${kind}`, Number(counted)]));

/** `agent kind` → rows really in the tables of these kinds, counted there and nowhere else. */
export async function countRows(
  clickhouse: Clickhouse,
  agents: readonly string[],
  kinds: readonly CountedKind[],
): Promise<ReadonlyMap<string, number>> {
  if (agents.length === 0 || kinds.length === 0) return new Map();
  const parts = kinds.map(
    (kind) => `SELECT agent, '${kind}' AS kind, count() AS counted FROM ${kind}
WHERE ts >= now() - INTERVAL 7 DAY AND agent IN {agents:Array(String)} GROUP BY agent`,
  );
  return toMap(
    await clickhouse.rows<Row>({ name: 'pipeline-rows', sql: parts.join('\nUNION ALL\n'), parameters: { agents } }),
  );
}

/** `agent kind` → rows that the ledger says were inserted: read in no time; healthCheck holds it against the tables. */
export async function ledgerRows(
  clickhouse: Clickhouse,
  agents: readonly string[],
  kinds: readonly CountedKind[],
): Promise<ReadonlyMap<string, number>> {
  if (agents.length === 0) return new Map();
  const sql = `SELECT agent, kind, sum(rows) AS counted FROM batches
WHERE inserted_at >= now() - INTERVAL 7 DAY AND agent IN {agents:Array(String)} AND kind IN {kinds:Array(String)}
GROUP BY agent, kind LIMIT 10000`;
  return toMap(await clickhouse.rows<Row>({ name: 'ledger-rows', sql, parameters: { agents, kinds } }));
}

async function countBatches(clickhouse: Clickhouse, agents: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (agents.length === 0) return new Map();
  const sql = `SELECT agent, kind, count() AS counted FROM batches
WHERE inserted_at >= now() - INTERVAL 7 DAY AND agent IN {agents:Array(String)} GROUP BY agent, kind`;
  return toMap(await clickhouse.rows<Row>({ name: 'pipeline-batches', sql, parameters: { agents } }));
}

/** The latest row of each agent and batch kind, of the last seven days (all that is kept). */
import { AGENT_DIED, SHED_STATES } from '@mapscope/events';
import type { Clickhouse, Parameters } from '../connection/clickhouse.ts';
import type { AgentStatus } from '../records.ts';

interface Row {
  readonly agent: string;
  readonly service: string;
  readonly platform: string;
  readonly family: string;
  readonly state: string;
  readonly pid: number;
  readonly build_id: string;
  readonly probes: number;
  readonly attach_ns: string;
  readonly ring_submitted: string;
  readonly ring_lost: string;
  readonly published_rows: string;
  readonly published_batches: string;
  readonly final: number;
  readonly watched_at: string;
  readonly shed_nanos: string;
  readonly shed_state: string;
  readonly at: string;
}

/** `where` is fixed text of this library. */
export async function readAgents(
  clickhouse: Clickhouse,
  where = '1',
  parameters: Parameters = {},
): Promise<readonly AgentStatus[]> {
  const rows = await clickhouse.rows<Row>({
    name: 'agents',
    sql: `SELECT agent, service, platform, family, state, pid, build_id, probes, attach_ns, ring_submitted, ring_lost,
  published_rows, published_batches, final, toUnixTimestamp64Nano(gap_end) AS watched_at,
  shed_state, max(shed_ns) OVER (PARTITION BY agent, family) AS shed_nanos, toUnixTimestamp64Nano(ts) AS at
FROM agent_status WHERE ts >= now() - INTERVAL 7 DAY AND ${where}
ORDER BY final DESC, ts DESC, batch_seq DESC LIMIT 1 BY agent, family`,
    parameters,
  });
  return rows.map(toStatus).sort((a, b) => Number(b.ts - a.ts) || a.family.localeCompare(b.family));
}

function toStatus(row: Row): AgentStatus {
  return {
    agent: row.agent,
    service: row.service,
    platform: row.platform,
    family: row.family,
    state: row.state,
    pid: row.pid,
    buildId: row.build_id,
    probes: row.probes,
    attachNanos: Number(row.attach_ns),
    ringSubmitted: Number(row.ring_submitted),
    ringLost: Number(row.ring_lost),
    publishedRows: Number(row.published_rows),
    publishedBatches: Number(row.published_batches),
    final: row.final === 1,
    gap: row.state === AGENT_DIED ? { fromUnixNanos: BigInt(row.at), toUnixNanos: endOf(row) } : null,
    shed: shedOf(row),
    ts: BigInt(row.at),
  };
}

/** The last word for an agent that died does not know of it; its own did. */
function shedOf({ shed_nanos: nanos, shed_state: said }: Row): AgentStatus['shed'] {
  const state = SHED_STATES.find((each) => each === said);
  if (state === undefined && nanos === '0') return null;
  return { offNanos: Number(nanos), state: state ?? 'cycled' };
}

/** Zero: nobody watches again yet. */
const endOf = ({ watched_at: end }: Row): bigint | null => (end === '0' ? null : BigInt(end));

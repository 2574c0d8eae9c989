/**
 * How much of what happened the store holds: ring events of every agent that reported on the service since the window
 * began, counted since each agent's start. The newest status is a few seconds old, so `inserted` may run ahead of `published`.
 * What died with an agent was submitted and is not inserted, so it lowers the share like anything else that is not there.
 * What happened while nobody watched is in no count: nobody can say how much it was.
 */
import type { CountedKind } from '@mapscope/events';
import type { Coverage, EvidenceQuery } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { readAgents } from '../queries/agents.ts';
import { ledgerRows, publishedRows } from '../queries/pipeline.ts';

/**
 * What time is accounted from; losses of other kinds take nothing from an answer. Families on fast paths (maps, states of
 * goroutines) are sampled by design and speak for what they saw alone.
 */
const EVIDENCE_KINDS = [
  'http_requests',
  'lock_waits',
  'probe_events',
  'client_requests',
  'gc_events',
] as const satisfies readonly CountedKind[];

export async function readCoverage(
  clickhouse: Clickhouse,
  { service, platform, window }: EvidenceQuery,
): Promise<Coverage> {
  const conditions = ['service = {service:String}', "ts >= fromUnixTimestamp64Nano({from:Int64}, 'UTC')"];
  if (platform !== undefined) conditions.push('platform = {platform:String}');
  const parameters = { service, from: window.fromUnixNanos, ...(platform === undefined ? {} : { platform }) };
  const all = await readAgents(clickhouse, conditions.join(' AND '), parameters);
  const statuses = all.filter(({ family }) => EVIDENCE_KINDS.some((kind) => kind === family));
  const counted = await ledgerRows(clickhouse, [...new Set(statuses.map(({ agent }) => agent))], EVIDENCE_KINDS);
  type Status = (typeof statuses)[number];
  const sum = (of: (status: Status) => number): number => statuses.reduce((total, status) => total + of(status), 0);
  const stored = ({ agent, family }: Status): number => counted.get(`${agent} ${family}`) ?? 0;
  return {
    ringSubmitted: sum((status) => status.ringSubmitted),
    ringLost: sum((status) => status.ringLost),
    published: sum((status) => publishedRows(status, stored(status))),
    inserted: sum(stored),
  };
}

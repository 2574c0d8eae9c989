/**
 * How much of what happened the store holds: ring events of every agent that reported on the service since the window
 * began, counted since each agent's start. The newest status is a few seconds old, so `inserted` may run ahead of `published`.
 */
import type { Coverage, EvidenceQuery } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { readAgents } from '../queries/agents.ts';
import { countRows, RING_KINDS } from '../queries/pipeline.ts';

export async function readCoverage(
  clickhouse: Clickhouse,
  { service, platform, window }: EvidenceQuery,
): Promise<Coverage> {
  const conditions = ['service = {service:String}', "ts >= fromUnixTimestamp64Nano({from:Int64}, 'UTC')"];
  if (platform !== undefined) conditions.push('platform = {platform:String}');
  const parameters = { service, from: window.fromUnixNanos, ...(platform === undefined ? {} : { platform }) };
  const all = await readAgents(clickhouse, conditions.join(' AND '), parameters);
  const statuses = all.filter(({ family }) => RING_KINDS.some((kind) => kind === family));
  const counted = await countRows(clickhouse, [...new Set(statuses.map(({ agent }) => agent))]);
  const sum = (of: (status: (typeof statuses)[number]) => number): number =>
    statuses.reduce((total, status) => total + of(status), 0);
  return {
    ringSubmitted: sum((status) => status.ringSubmitted),
    ringLost: sum((status) => status.ringLost),
    published: sum((status) => status.publishedRows),
    inserted: sum((status) => counted.get(`${status.agent} ${status.family}`) ?? 0),
  };
}

/**
 * How much of what happened the store holds: ring events of every agent that reported on the service while the window lasted,
 * counted since each agent's start. The newest status is a few seconds old, so `inserted` may run ahead of `published`.
 * What died with an agent was submitted and is not inserted, so it lowers the share like anything else that is not there.
 * What happened while nobody watched is in no count: nobody can say how much it was (watched.ts says how long).
 *
 *   window            ├──────┤                 now      the newest report of an agent counts: of one that still speaks it is in
 *   read at first    ├────────┤              ├───┤      the last minute, of one that ended in the window its last word. Only for
 *   read for some    ├───────────────────────────┤      the others all reports since the window are read: of a day 43 000 a family.
 */
import { AGENT_DIED, type CountedKind, NANOS_PER_SECOND } from '@mapscope/events';
import type { Coverage, EvidenceQuery } from '@mapscope/rootcause';
import type { Clickhouse, Parameters } from '../connection/clickhouse.ts';
import { ledgerRows } from '../queries/pipeline.ts';

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

/** Reports come every two seconds; clocks of agents and store may differ by less than this. */
const MARGIN_NANOS = 60n * NANOS_PER_SECOND;
const IN_WINDOW =
  "(ts >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Nano({to:Int64}, 'UTC'))";
const RECENT = 'ts >= now() - INTERVAL 1 MINUTE';
const MAX_FAMILIES = 10_000;

interface Row {
  readonly agent: string;
  readonly family: string;
  /** submitted, lost, published: of its last word, or else of its newest report */
  readonly counts: readonly [string, string, string];
  readonly has_died: number;
  /** nothing newer can be stored */
  readonly is_newest: number;
}

export async function readCoverage(clickhouse: Clickhouse, query: EvidenceQuery): Promise<Coverage> {
  const first = await readReports(clickhouse, query, { rows: `(${RECENT} OR ${IN_WINDOW})` });
  const old = [...new Set(first.filter((row) => row.is_newest === 0).map(({ agent }) => agent))];
  const since = "agent IN {agents:Array(String)} AND ts >= fromUnixTimestamp64Nano({from:Int64}, 'UTC')";
  const others =
    old.length === 0 ? [] : await readReports(clickhouse, query, { rows: since, parameters: { agents: old } });
  const reports = [...first.filter(({ agent }) => !old.includes(agent)), ...others];
  const agents = [...new Set(reports.map(({ agent }) => agent))];
  const stored = await ledgerRows(clickhouse, agents, EVIDENCE_KINDS);
  const sum = (of: (row: Row) => number): number => reports.reduce((total, row) => total + of(row), 0);
  const storedOf = ({ agent, family }: Row): number => stored.get(`${agent} ${family}`) ?? 0;
  return {
    ringSubmitted: sum(({ counts }) => Number(counts[0])),
    ringLost: sum(({ counts }) => Number(counts[1])),
    // An agent that died knew of no more than was acknowledged to it; what is stored was published all the same.
    published: sum((row) => Math.max(Number(row.counts[2]), row.has_died === 1 ? storedOf(row) : 0)),
    inserted: sum(storedOf),
  };
}

interface Reports {
  /** fixed text */
  readonly rows: string;
  readonly parameters?: Parameters;
}

/** Of agents that spoke while the window lasted. */
function readReports(
  clickhouse: Clickhouse,
  { service, platform, window }: EvidenceQuery,
  { rows, parameters = {} }: Reports,
): Promise<readonly Row[]> {
  const ofPlatform = platform === undefined ? '' : ' AND platform = {platform:String}';
  return clickhouse.rows<Row>({
    name: 'evidence-coverage',
    sql: `SELECT agent, toString(family) AS family,
  argMax((toString(ring_submitted), toString(ring_lost), toString(published_rows)), (final, ts, batch_seq)) AS counts,
  toUInt8(argMax(state, (final, ts, batch_seq)) = '${AGENT_DIED}') AS has_died, toUInt8(max(final) = 1 OR max(${RECENT})) AS is_newest
FROM agent_status
WHERE service = {service:String} AND family IN {kinds:Array(String)} AND ts >= now() - INTERVAL 7 DAY AND ${rows}${ofPlatform}
GROUP BY agent, family HAVING countIf(${IN_WINDOW}) > 0 ORDER BY agent, family LIMIT ${MAX_FAMILIES}`,
    parameters: {
      service,
      ...(platform === undefined ? {} : { platform }),
      kinds: EVIDENCE_KINDS,
      from: window.fromUnixNanos - MARGIN_NANOS,
      to: window.toUnixNanos + MARGIN_NANOS,
      ...parameters,
    },
  });
}

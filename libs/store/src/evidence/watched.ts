/**
 * Which part of a window's time probes were on. Of the reports of each agent and family the engine sends those alone that lie
 * next to an edge of the window, so that a day is as few rows as a minute.
 */
import { AGENT_DIED } from '@mapscope/events';
import type { EvidenceQuery, WatchedTime } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { type FamilyReports, GRACE_NANOS, type Report, watchedTimes } from './watched-time.ts';

/** Agents and families of one service; beyond it the latest are left out, as their share is a mean. */
const MAX_FAMILIES = 10_000;
const MARGIN_NANOS = 2n * GRACE_NANOS;

type Said = readonly [at: string, shedNanos: string];

interface Row {
  readonly family: string;
  readonly is_over: number;
  /** before the begin, from it on, before the end, from it on; ["0", "0"]: there is none */
  readonly edges: readonly Said[];
}

const edge = (which: 'argMin' | 'argMax', condition: string): string =>
  `${which}If((toString(at), toString(shed_ns)), at, at ${condition})`;

export async function readWatched(
  clickhouse: Clickhouse,
  { service, platform, window }: EvidenceQuery,
): Promise<readonly WatchedTime[]> {
  const ofPlatform = platform === undefined ? '' : ' AND platform = {platform:String}';
  const [begin, end] = ['{begin:Int64}', '{end:Int64}'];
  const rows = await clickhouse.rows<Row>({
    name: 'evidence-watched',
    sql: `SELECT toString(family) AS family, argMax(final, at) AS is_over,
  [${edge('argMax', `< ${begin}`)}, ${edge('argMin', `>= ${begin}`)}, ${edge('argMax', `< ${end}`)}, ${edge('argMin', `>= ${end}`)}] AS edges
FROM (
  SELECT agent, family, final, shed_ns, toUnixTimestamp64Nano(ts) AS at, probes FROM agent_status
  WHERE service = {service:String}${ofPlatform} AND state != '${AGENT_DIED}'
    AND ts >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Nano({to:Int64}, 'UTC')
)
GROUP BY agent, family HAVING max(probes) > 0 OR max(shed_ns) > 0 ORDER BY agent, family LIMIT ${MAX_FAMILIES}`,
    parameters: {
      service,
      ...(platform === undefined ? {} : { platform }),
      begin: window.fromUnixNanos,
      end: window.toUnixNanos,
      from: window.fromUnixNanos - MARGIN_NANOS,
      to: window.toUnixNanos + MARGIN_NANOS,
    },
  });
  return watchedTimes(rows.map(toReports), window);
}

const toReports = ({ family, is_over: isOver, edges }: Row): FamilyReports => ({
  kind: family,
  reports: distinct(edges.map(([at, shed]) => ({ unixNanos: BigInt(at || 0), shedNanos: Number(shed) }))),
  isOver: isOver === 1,
});

/** The first and the second edge may be one report, and there may be none. */
const distinct = (reports: readonly Report[]): readonly Report[] =>
  [...new Map(reports.map((one) => [one.unixNanos, one])).values()]
    .filter(({ unixNanos }) => unixNanos > 0n)
    .sort((a, b) => Number(a.unixNanos - b.unixNanos));

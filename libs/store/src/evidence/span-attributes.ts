/**
 * What the SDK says of the window's requests: attributes of SERVER spans and of their resource. Keys with many values (ids, ports,
 * full paths) are left out in the engine: they are different for nearly every request and compare with nothing.
 */
import type { EvidenceQuery, SpanAttributes } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { windowParameters } from '../queries/filter.ts';
import { requestSource } from './request-source.ts';

const MAX_VALUES_OF_KEY = 50;
const MAX_SPANS = 60_000;
const MAX_SETS = 2_000;

const PAIRS = `arrayConcat(arrayZip(mapKeys(SpanAttributes), mapValues(SpanAttributes)),
  arrayZip(mapKeys(ResourceAttributes), mapValues(ResourceAttributes)))`;

/** The same spans to both readers: by the hash of their trace. */
const SPANS = `SELECT TraceId, arrayMap(pair -> (toString(pair.1), pair.2), ${PAIRS}) AS pairs FROM otel_traces
WHERE ServiceName = {service:String} AND SpanKind = 'Server'
  AND Timestamp >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND Timestamp < fromUnixTimestamp64Nano({to:Int64}, 'UTC')
ORDER BY cityHash64(TraceId) LIMIT ${MAX_SPANS}`;

const FEW_VALUED = `SELECT groupArray(key) FROM (
  SELECT pair.1 AS key FROM (SELECT arrayJoin(pairs) AS pair FROM (${SPANS})) GROUP BY key HAVING uniq(pair.2) <= ${MAX_VALUES_OF_KEY}
)`;

export async function readSpanAttributes(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
): Promise<SpanAttributes | undefined> {
  const { isPlain } = await requestSource(clickhouse, query);
  if (isPlain) return undefined;
  const rows = await clickhouse.rows<{
    readonly attributes: readonly (readonly [string, string])[];
    readonly traces: readonly string[];
  }>({
    name: 'evidence-span-attributes',
    sql: `WITH (${FEW_VALUED}) AS known
SELECT arraySort(arrayFilter(pair -> has(known, pair.1), pairs)) AS attributes, arraySort(groupArray(TraceId)) AS traces
FROM (${SPANS}) GROUP BY attributes ORDER BY length(traces) DESC, attributes LIMIT ${MAX_SETS}`,
    parameters: { service: query.service, ...windowParameters(query.window) },
  });
  return {
    traceIds: rows.flatMap(({ traces }) => traces),
    setOf: Uint32Array.from(rows.flatMap(({ traces }, set) => traces.map(() => set))),
    sets: rows.map(({ attributes }) => attributes),
  };
}

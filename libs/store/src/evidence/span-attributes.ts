/**
 * What the SDK says of the window's requests: attributes of SERVER spans and of their resource. Keys with many values (ids, ports,
 * full paths) are left out in the engine: they are different for nearly every request and compare with nothing. Windows with more
 * than 100 000 such spans are not compared: reading their maps would take longer than all else that an answer needs.
 */
import type { EvidenceQuery, SpanAttributes } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { windowParameters } from '../queries/filter.ts';
import { requestSource } from './request-source.ts';

const MAX_VALUES_OF_KEY = 50;
const MAX_SPANS = 100_000;
const MAX_SETS = 2_000;

const PAIRS = `arrayConcat(arrayZip(mapKeys(SpanAttributes), mapValues(SpanAttributes)),
  arrayZip(mapKeys(ResourceAttributes), mapValues(ResourceAttributes)))`;

const WHERE = `ServiceName = {service:String} AND SpanKind = 'Server'
  AND Timestamp >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND Timestamp < fromUnixTimestamp64Nano({to:Int64}, 'UTC')`;
const SPANS = `SELECT TraceId, arrayMap(pair -> (toString(pair.1), pair.2), ${PAIRS}) AS pairs FROM otel_traces WHERE ${WHERE}`;

const FEW_VALUED = `SELECT groupArray(key) FROM (
  SELECT pair.1 AS key FROM (SELECT arrayJoin(pairs) AS pair FROM (${SPANS})) GROUP BY key HAVING uniq(pair.2) <= ${MAX_VALUES_OF_KEY}
)`;

export async function readSpanAttributes(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
): Promise<SpanAttributes | undefined> {
  const { isPlain } = await requestSource(clickhouse, query);
  if (isPlain) return undefined;
  const parameters = { service: query.service, ...windowParameters(query.window) };
  const [size] = await clickhouse.rows<{ readonly spans: string }>({
    name: 'evidence-spans-size',
    sql: `SELECT count() AS spans FROM otel_traces WHERE ${WHERE}`,
    parameters,
  });
  if (Number(size?.spans ?? 0) > MAX_SPANS) return undefined;
  const rows = await clickhouse.rows<{
    readonly attributes: readonly (readonly [string, string])[];
    readonly traces: readonly string[];
  }>({
    name: 'evidence-span-attributes',
    sql: `WITH (${FEW_VALUED}) AS known
SELECT arraySort(arrayFilter(pair -> has(known, pair.1), pairs)) AS attributes, arraySort(groupArray(TraceId)) AS traces
FROM (${SPANS}) GROUP BY attributes ORDER BY length(traces) DESC, attributes LIMIT ${MAX_SETS}`,
    parameters,
  });
  return {
    traceIds: rows.flatMap(({ traces }) => traces),
    setOf: Uint32Array.from(rows.flatMap(({ traces }, set) => traces.map(() => set))),
    sets: rows.map(({ attributes }) => attributes),
  };
}

/** What strangers write never becomes part of a statement: it travels as typed parameters, whatever is asked. */
import { parseTraceId } from '@mapscope/events';
import { expect, test } from 'vitest';
import type { Clickhouse, Query } from './connection/clickhouse.ts';
import { detailsOver } from './details/details.ts';
import { readCoverage } from './evidence/coverage.ts';
import { readFindings } from './evidence/findings.ts';
import { readLatency } from './evidence/latency.ts';
import { readRequests } from './evidence/requests.ts';
import { readStretches } from './evidence/stretches.ts';
import { readWatched } from './evidence/watched.ts';
import { readWaits } from './evidence/waits.ts';
import { incidentsOver } from './incidents/incident-store.ts';
import { readContention } from './queries/contention.ts';
import { readPipeline } from './queries/pipeline.ts';
import { tailOver } from './queries/tail.ts';
import { readTrace } from './queries/trace.ts';

const HOSTILE = [
  "x' OR '1'='1",
  "'; DROP TABLE incidents; --",
  '`; SELECT 1',
  '\\',
  "\\' UNION ALL SELECT * FROM system.tables --",
  '{service:String}',
  '\n\nSELECT 1',
  '/* */ -- #',
  '\u0000\u2028’',
] as const;

/** The word that is in each of them, so that a part of it would be found too. */
const MARK = 'zq7hostile';

/** Answers nothing, but for services with SDK spans: then the statements with joins are asked. */
function recording(hasSpans: boolean, service: string) {
  const asked: Query[] = [];
  const rows = (query: Query): Promise<readonly never[]> => {
    asked.push(query);
    const found = hasSpans && ['services-with-sdk', 'route-bounds', 'evidence-has-dumps'].includes(query.name);
    // Rows of whatever type is asked for.
    const made = found ? Array.from({ length: 201 }, (_, i) => ({ service, route: `${MARK}${i}'` })) : [];
    return Promise.resolve(made as unknown as readonly never[]);
  };
  const clickhouse: Clickhouse = {
    ping: () => Promise.resolve(),
    rows,
    blocks: rows,
    command: () => Promise.reject(new Error('nothing is changed here')),
    insert: (name, sql) => Promise.resolve(void asked.push({ name, sql })),
    close: () => Promise.resolve(),
  };
  return { asked, clickhouse };
}

function askAll(clickhouse: Clickhouse, text: string): readonly Promise<unknown>[] {
  const day = 86_400_000_000_000n;
  const queries = [60_000_000_000n, day].map((nanos) => ({
    service: text,
    route: text,
    platform: text,
    window: { fromUnixNanos: 0n, toUnixNanos: nanos },
  }));
  const plain = queries.map((query) => ({ ...query, route: undefined }));
  const details = detailsOver(clickhouse);
  const incidents = incidentsOver(clickhouse, () => Promise.resolve(0));
  const page = { limit: 5, after: [1n, 2n] };
  const series = { stepSeconds: 60, role: 'waiter', limit: 3 } as const;
  const [{ window }] = queries as [(typeof queries)[number]];
  return [
    ...[...queries, ...plain].flatMap((query) => [
      readLatency(clickhouse, query, 60),
      ...[readRequests, readWaits, readStretches].map((read) => read(clickhouse, query)),
      readFindings(clickhouse, query),
      readCoverage(clickhouse, query),
      readWatched(clickhouse, query),
      readContention(clickhouse, query, 10),
      details.contentionSeries(query, series),
      details.contentionSeries(query, { ...series, role: 'holder' }),
      details.locks(query, page),
      details.lock(query, 1n, page),
      details.maps(query, { ...page, after: [1n, 2n, 3n] }),
      details.map(query, 1n, page),
      details.platforms(query),
      incidents.intervals(query.window, text),
    ]),
    incidents.list({ window, service: text, state: 'open', limit: 3, after: { startUnixNanos: 1n, id: text } }),
    incidents.get(text),
    incidents.changes(0, text),
    readPipeline(clickhouse, text),
    tailOver(clickhouse).latest({ kinds: ['lock_waits'], service: text, sinceUnixMillis: 0 }),
    readTrace(clickhouse, parseTraceId('ab'.repeat(16))),
  ];
}

test.each(HOSTILE)('%j is in no statement', async (hostile) => {
  const text = `${MARK}${hostile}`;
  for (const hasSpans of [false, true]) {
    const { asked, clickhouse } = recording(hasSpans, text);
    await Promise.all(askAll(clickhouse, text));
    expect(asked.length).toBeGreaterThan(40);
    const named = asked.filter(({ parameters = {} }) => Object.values(parameters).flat().includes(text));
    expect(named.length).toBeGreaterThan(40);
    for (const { name, sql } of asked) expect(sql, name).not.toContain(MARK);
  }
});

test('every statement that reads rows has a window or a bound', async () => {
  const { asked, clickhouse } = recording(true, 'order');
  await Promise.all(askAll(clickhouse, 'order'));
  for (const { name, sql, parameters = {} } of asked) {
    const isBounded =
      /LIMIT \{?\w+|IN \{stacks/.test(sql) || ['from', 'since', 'trace', 'id'].some((one) => one in parameters);
    expect(isBounded, `${name}: ${sql}`).toBe(true);
  }
});

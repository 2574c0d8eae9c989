/**
 * Every query of infra/grafana's dashboards as Grafana sends it, over planted trouble: PromQL to a real Prometheus that
 * scrapes the real api and has the rules of infra/prometheus, SQL to the real engine. None is empty.
 */
import { randomUUID } from 'node:crypto';
import { connectStream } from '@mapscope/stream';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { readApiConfig } from '../start/options.ts';
import { probeControl } from '../start/probe-control.ts';
import { freshStore, isGiven, realNow, reason } from '../testing/engine-world.ts';
import { type PanelQuery, panelQueries, promqlOf, sqlOf, variableLabels } from '../testing/grafana.ts';
import { incidentOf, insert, plantTrouble, statusRow } from '../testing/planted-trouble.ts';
import * as prometheus from '../testing/prometheus.ts';
import { runningApi } from '../testing/running-api.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string[];
  }
}

const why = prometheus.whyNot ?? (isGiven ? undefined : reason);
const WAIT = { timeout: 90_000, interval: 250 };

/** so that there is a lag to tell: a broker with the topics, and no writer yet */
async function controlOfBroker() {
  const brokers = inject('kafkaBrokers');
  const topicPrefix = `g-${randomUUID().slice(0, 8)}.`;
  const stream = await connectStream({ brokers, clientId: 'dashboards-test', topicPrefix });
  await stream.ensureTopics();
  await stream.close();
  const config = readApiConfig(['--kafka-brokers', brokers.join(',')], {});
  const control = probeControl({ ...config, topicPrefix, writerGroup: topicPrefix }, () => undefined);
  onTestFinished(() => control?.close());
  return control;
}

/** A Prometheus with the shipped rules that scrapes an api every second. */
async function scrapedApi() {
  const { store, database } = await freshStore();
  await insert(store, 'agent_status', [statusRow(0n)]);
  await store.incidents.put([incidentOf('open', 1)]);
  // The page is kept for ten of these seconds, which are two.
  const clock = { unixNanos: realNow, monotonicNanos: () => 5n * process.hrtime.bigint() };
  const api = await runningApi({ store, control: await controlOfBroker(), clock });
  const [port] = await prometheus.freePorts(1);
  const folder = prometheus.copiedFiles((text) =>
    text
      .replace('127.0.0.1:8080', new URL(api.url).host)
      .replaceAll(/(scrape_interval|evaluation_interval): \w+/g, '$1: 1s'),
  );
  return { store, database, asked: prometheus.asking(prometheus.startPrometheus(folder, port)) };
}

async function rowsOf(sql: string, database: string): Promise<number> {
  const url = `${inject('clickhouseUrl')}/?database=${database}&default_format=JSONCompact`;
  const response = await fetch(url, { method: 'POST', body: sql });
  const text = await response.text();
  if (!response.ok) throw new Error(`${text}\n${sql}`);
  // The shape is that of ClickHouse's format JSONCompact.
  return (JSON.parse(text) as { readonly data: readonly unknown[] }).data.length;
}

describe.skipIf(why !== undefined)(`dashboards with Prometheus and engine (skipped: ${why ?? 'no'})`, () => {
  test('every query of every panel has rows on planted trouble', async () => {
    const { store, database, asked } = await scrapedApi();
    const numbers = async (promql: string): Promise<number> =>
      (await asked.series(promql)).filter((value) => Number.isFinite(Number(value))).length;
    // What is rare was seen at zero; what is not grows twice, as a rate needs.
    await expect.poll(() => numbers('go_crashes_total'), WAIT).toBeGreaterThan(0);
    await plantTrouble(store);
    await expect.poll(() => numbers('syncmap_ops_total'), WAIT).toBeGreaterThan(0);
    await plantTrouble(store);

    const table: { readonly query: string; readonly rows: number }[] = [];
    const window = [Math.floor(Date.now() / 1000) - 3600, Math.ceil(Date.now() / 1000) + 60] as const;
    const count = ({ expr, rawSql = '' }: PanelQuery): Promise<number> => {
      const query = expr === undefined ? sqlOf(rawSql, 'order', window) : promqlOf(expr, 'order');
      // a variable or macro that Grafana would have replaced, and this test does not know
      expect(query).not.toContain('$');
      return expr === undefined ? rowsOf(query, database) : numbers(query);
    };
    expect(await count({ name: '', refId: '', expr: 'no_such_metric' })).toBe(0);
    expect(await count({ name: '', refId: '', rawSql: 'SELECT 1 FROM lock_waits WHERE 0' })).toBe(0);
    for (const query of panelQueries()) {
      let rows = 0;
      await expect.poll(async () => (rows = await count(query)), { ...WAIT, message: query.name }).toBeGreaterThan(0);
      table.push({ query: query.name, rows });
    }
    for (const [metric, label] of variableLabels())
      expect(await numbers(`count by (${label}) (${metric})`)).toBeGreaterThan(0);
    console.table(table);
  }, 240_000);
});

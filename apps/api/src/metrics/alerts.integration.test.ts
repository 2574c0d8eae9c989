/**
 * Everything infra/prometheus says, in a real Prometheus that scrapes the api over the real engine and broker: each alert
 * fires, reaches an Alertmanager that was away at first, and a webhook. Skipped with its reason where one is not at hand.
 */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BURN_RULES } from '@mapscope/slo';
import { openStore } from '@mapscope/store';
import { connectStream } from '@mapscope/stream';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import type { ProbeControl } from '../ports.ts';
import { readApiConfig } from '../start/options.ts';
import { probeControl } from '../start/probe-control.ts';
import { closableWay } from '../testing/closable-way.ts';
import { freshStore, isGiven, realNow, reason } from '../testing/engine-world.ts';
import { incidentOf, insert, plantTrouble, statusRow, TRACE } from '../testing/planted-trouble.ts';
import * as prometheus from '../testing/prometheus.ts';
import { runningApi } from '../testing/running-api.ts';
import { webhook } from '../testing/webhook.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string[];
  }
}

const why = prometheus.whyNot ?? (isGiven ? undefined : reason);
const WAIT = { timeout: 90_000, interval: 250 };
const LONG_MILLIS = process.env['MAPSCOPE_LONG'] === undefined ? 0 : 300_000;

const alertNames = (): readonly string[] =>
  readFileSync(`${prometheus.FILES}/rules/mapscope.alerts.yml`, 'utf8')
    .split('\n')
    .flatMap((line) => /- alert: (\w+)/.exec(line)?.[1] ?? []);

/** a broker with so many messages that no writer has stored */
async function lagOf(messages: number): Promise<ProbeControl | null> {
  const brokers = inject('kafkaBrokers');
  const topicPrefix = `m-${randomUUID().slice(0, 8)}.`;
  const stream = await connectStream({ brokers, clientId: 'alerts-test', topicPrefix });
  await stream.ensureTopics();
  const publisher = await stream.publisher();
  const value = new Uint8Array(8);
  const sent = Array.from({ length: messages }, (_, i) =>
    publisher.publish({ topic: 'probe', orderKey: `${i % 50}`, value }),
  );
  await Promise.all(sent);
  await stream.close();
  const config = {
    ...readApiConfig(['--kafka-brokers', brokers.join(',')], {}),
    topicPrefix,
    writerGroup: topicPrefix,
  };
  const control = probeControl(config, () => undefined);
  onTestFinished(() => control?.close());
  return control;
}

const words = (seconds: number): string => (seconds < 3600 ? `${seconds / 60}m` : `${seconds / 3600}h`);

test('the windows and factors of burn rates are those of libs/slo', () => {
  const text = readFileSync(`${prometheus.FILES}/rules/mapscope.alerts.yml`, 'utf8');
  for (const { longSeconds, shortSeconds, factor } of BURN_RULES) {
    for (const seconds of [longSeconds, shortSeconds]) {
      expect(text).toContain(`service:slo_bad:ratio_${words(seconds)} > ${factor} * (1 - scalar`);
    }
  }
});

/** An api, whose way to the engine can be closed, and a Prometheus that scrapes it every second. */
async function scrapedApi() {
  const { store: own, database } = await freshStore();
  const way = await closableWay(inject('clickhouseUrl'));
  const store = await openStore({ url: way.url, database });
  onTestFinished(() => store.close());
  await insert(own, 'agent_status', [statusRow(0n)]);
  await own.incidents.put([incidentOf('open', 1)]);
  // The page is kept for ten of these seconds, which are two.
  const clock = { unixNanos: realNow, monotonicNanos: () => 5n * process.hrtime.bigint() };
  const api = await runningApi({ store, control: await lagOf(1001), clock });
  const hook = await webhook();
  const [port, alertmanagerPort] = await prometheus.freePorts(2);
  const folder = prometheus.copiedFiles((text) =>
    text
      .replace('127.0.0.1:8080', new URL(api.url).host)
      .replace('127.0.0.1:9093', `127.0.0.1:${alertmanagerPort}`)
      .replace('http://127.0.0.1:9099/', hook.url)
      .replaceAll(/(scrape_interval|evaluation_interval|group_interval|group_wait): \w+/g, '$1: 1s')
      .replaceAll(/ for: \w+/g, ' for: 1s'),
  );
  const startAlertmanager = () => prometheus.startAlertmanager(folder, alertmanagerPort);
  return {
    store: own,
    way,
    hook,
    startAlertmanager,
    asked: prometheus.asking(prometheus.startPrometheus(folder, port)),
  };
}

describe.skipIf(why !== undefined)(`with Prometheus and Alertmanager (skipped: ${why ?? 'no'})`, () => {
  test('promtool finds nothing in the configuration and the rules, and each alert does what its test says', () => {
    const { FILES, PROMTOOL } = prometheus;
    const run = (...args: string[]): string =>
      execFileSync(PROMTOOL, args, { cwd: FILES, encoding: 'utf8', stdio: 'pipe' });
    expect(run('check', 'config', 'prometheus.yml')).toContain('SUCCESS');
    expect(run('test', 'rules', 'tests/alerts.test.yml')).toContain('SUCCESS');
    const tested = readFileSync(`${FILES}/tests/alerts.test.yml`, 'utf8');
    for (const name of alertNames())
      expect(tested).toContain(`alertname: ${name}\n        exp_alerts:\n          - exp_labels`);
  });

  test(
    'every alert fires and arrives at a webhook though Alertmanager was away, and one is resolved',
    async () => {
      const { store, way, hook, startAlertmanager, asked } = await scrapedApi();
      // What is rare was seen at zero; what is not grows again and again.
      await expect.poll(() => asked.series('go_crashes_total'), WAIT).toHaveLength(3);
      await plantTrouble(store);
      await expect.poll(() => asked.series('syncmap_ops_total'), WAIT).toHaveLength(2);
      await plantTrouble(store);
      const whileUp = new Set(alertNames().filter((name) => name !== 'MapscopeStoreDown'));
      await expect.poll(async () => new Set(await asked.firing()), WAIT).toEqual(whileUp);
      expect(await asked.exemplars('go_mutex_wait_duration_seconds_bucket')).toContain(TRACE);

      startAlertmanager();
      const arrived = (state: string) => {
        const those = hook.delivered.filter(({ status }) => status === state);
        return new Set(those.map(({ labels }) => labels['alertname']));
      };
      await expect.poll(() => arrived('firing'), WAIT).toEqual(whileUp);
      const incident = hook.delivered.find(({ labels }) => labels['alertname'] === 'MapscopeIncident');
      expect(incident?.annotations['link']).toMatch(/^http:\/\/mapscope\.test\/explain\/\?service=order&from=/);

      await store.incidents.put([incidentOf('resolved', 2)]);
      await expect.poll(() => arrived('resolved'), WAIT).toContain('MapscopeIncident');
      if (LONG_MILLIS > 0) await new Promise((resolve) => setTimeout(resolve, LONG_MILLIS));
      way.close();
      await expect.poll(() => arrived('firing'), WAIT).toContain('MapscopeStoreDown');
      expect(await asked.series('min_over_time(up[10m])')).toEqual(['1']);
    },
    240_000 + LONG_MILLIS,
  );
});
